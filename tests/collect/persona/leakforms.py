"""How a value is written and packed in generated leaks: encoders that share nothing with the search."""

from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import struct
import zlib
from collections.abc import Callable
from urllib.parse import quote

type Written = tuple[str, str]
"""A text, and the steps that open it as they stand in places."""


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _jwt(text: str) -> str:
    parts = ({"alg": "HS256", "typ": "JWT"}, {"sub": "u-1", "v": text})
    return ".".join((*(_url64(json.dumps(part).encode()) for part in parts), _url64(b"\x01" * 32)))


def _digest(algorithm: str, text: str) -> bytes:
    return hashlib.new(algorithm, text.encode()).digest()


def _json(text: str, *, escaped: bool = True) -> str:
    return json.dumps({"v": text, "n": 3}, ensure_ascii=escaped)


def _percent(text: str) -> Written:
    quoted = quote(text, safe="")
    return quoted, ":percent" if quoted != text else ""


def _base64url(text: str) -> Written:
    """Without signs of its own alphabet it cannot be told from plain base64."""
    packed = _url64(text.encode())
    return packed, ":base64url" if {*packed} & {*"-_"} else ":base64"


ENCODINGS: dict[str, Callable[[str], Written]] = {
    "plain": lambda t: (t, ""),
    "upper": lambda t: (t.upper(), ""),
    "lower": lambda t: (t.lower(), ""),
    "blanks around": lambda t: (f"  {t} ", ""),
    "in a sentence": lambda t: (f"registered: {t} (new)", ""),
    "html": lambda t: (html.escape(t).encode("ascii", "xmlcharrefreplace").decode(), ""),
    "percent": _percent,
    "base64": lambda t: (_b64(t.encode()), ":base64"),
    "base64url": _base64url,
    "base64 of json": lambda t: (_b64(_json(t).encode()), ":base64:json$.v"),
    "base64 shifted": lambda t: ("x" + _b64(_json(t).encode()), ":base64:json$.v"),
    "base64 twice": lambda t: (_b64(_b64(t.encode()).encode()), ":base64:base64"),
    "hex": lambda t: (t.encode().hex(), ":hex"),
    "hex upper": lambda t: (t.encode().hex().upper(), ":hex"),
    "json": lambda t: (_json(t), ":json$.v"),
    "json in json": lambda t: (json.dumps({"p": _json(t, escaped=False)}), ":json$.p:json$.v"),
    "form": lambda t: (f"a=1&v={quote(t, safe='')}&z=0", ":form$.v"),
    "gzip base64": lambda t: (_b64(gzip.compress(_json(t).encode(), mtime=0)), ":base64:gzip:json$.v"),
    "zlib base64": lambda t: (_b64(zlib.compress(_json(t).encode())), ":base64:zlib:json$.v"),
    "jwt": lambda t: (_jwt(t), ":jwt$.claims.v"),
    "md5": lambda t: (_digest("md5", t).hex(), ""),
    "md5 lower": lambda t: (_digest("md5", t.lower().strip()).hex(), ""),
    "sha1": lambda t: (_digest("sha1", t).hex(), ""),
    "sha224": lambda t: (_digest("sha224", t).hex(), ""),
    "sha256": lambda t: (_digest("sha256", t).hex(), ""),
    "sha256 lower upper": lambda t: (_digest("sha256", t.lower()).hex().upper(), ""),
    "sha256 base64": lambda t: (_b64(_digest("sha256", t.lower())), ""),
    "sha256 base64url": lambda t: (_url64(_digest("sha256", t)), ""),
    "sha256 cut": lambda t: (_digest("sha256", t).hex()[:20], ""),
    "sha384": lambda t: (_digest("sha384", t).hex(), ""),
    "sha512": lambda t: (_digest("sha512", t).hex(), ""),
}


class Packed:
    """A body with its value at a place."""

    def __init__(
        self, body: bytes, place: str, content_type: str = "", encoding: str = "", part: str = "body"
    ) -> None:
        self.body = body
        self.place = place
        self.content_type = content_type
        self.encoding = encoding
        self.part = part


type Pairs = list[tuple[str, str]]


def _varint(number: int) -> bytes:
    out = b""
    while number > 127:
        out += bytes((number & 127 | 128,))
        number >>= 7
    return out + bytes((number,))


def _field(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _protobuf(key: str, value: str, noise: Pairs) -> Packed:
    rows = [(1, key), (2, value), (3, noise[1][1])]
    inner = b"".join(_field(number, text.encode()) for number, text in rows)
    body = _varint(8) + _varint(150) + _field(4, noise[0][1].encode()) + _field(5, inner)
    return Packed(body, "body:protobuf$.5.2", "application/x-protobuf")


def _grpc(key: str, value: str, noise: Pairs) -> Packed:
    message = _protobuf(key, value, noise).body
    body = b"\0" + struct.pack(">I", len(message)) + message
    return Packed(body, "body:grpc$[0]:protobuf$.5.2", "application/grpc")


def _msgpack(key: str, value: str, noise: Pairs) -> Packed:
    def text(item: str) -> bytes:
        data = item.encode()
        return b"\xda" + struct.pack(">H", len(data)) + data

    rows = [(key, value), *noise]
    inner = bytes((0x80 | len(rows),)) + b"".join(text(k) + text(v) for k, v in rows)
    return Packed(b"\x81" + text("user") + inner, f"body:msgpack$.user.{key}", "application/msgpack")


def _multipart(key: str, value: str, noise: Pairs) -> Packed:
    rows = [*noise, (key, value)]
    parts = (f'--XyZ\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in rows)
    body = "".join(parts) + "--XyZ--\r\n"
    return Packed(body.encode(), f"body:multipart$.{key}", "multipart/form-data; boundary=XyZ")


def _xml(key: str, value: str, noise: Pairs) -> Packed:
    rows = "".join(f"<{k}>{html.escape(v)}</{k}>" for k, v in [*noise, (key, value)])
    body = f'<?xml version="1.0" encoding="UTF-8"?><user>{rows}</user>'
    return Packed(body.encode(), f"body:xml$.user.{key}", "application/xml")


def _nested(key: str, value: str, noise: Pairs) -> str:
    return json.dumps({"events": [{"n": 1, "user": {**dict(noise), key: value}}]}, ensure_ascii=False)


def _form(key: str, value: str, noise: Pairs) -> bytes:
    return "&".join(f"{k}={quote(v, safe='')}" for k, v in [*noise, (key, value)]).encode()


CONTAINERS: dict[str, Callable[[str, str, Pairs], Packed]] = {
    "json": lambda k, v, n: Packed(
        _nested(k, v, n).encode(), f"body:json$.events[0].user.{k}", "application/json"
    ),
    "json without type": lambda k, v, n: Packed(_nested(k, v, n).encode(), f"body:json$.events[0].user.{k}"),
    "gzip json": lambda k, v, n: Packed(
        gzip.compress(_nested(k, v, n).encode(), mtime=0),
        f"body:gzip:json$.events[0].user.{k}",
        "application/json",
        "gzip",
    ),
    "ndjson": lambda k, v, n: Packed(
        f"{json.dumps(dict(n))}\n{json.dumps({k: v})}\n".encode(),
        f"body:ndjson$[1].{k}",
        "application/x-ndjson",
    ),
    "form": lambda k, v, n: Packed(_form(k, v, n), f"body:form$.{k}", "application/x-www-form-urlencoded"),
    "query": lambda k, v, n: Packed(_form(k, v, n), f"query$.{k}", part="query"),
    "multipart": _multipart,
    "protobuf": _protobuf,
    "grpc": _grpc,
    "msgpack": _msgpack,
    "xml": _xml,
}
