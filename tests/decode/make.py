"""Bodies for the tests, made without the code under test."""

import base64
import gzip
import json
import urllib.parse
import zlib
from collections.abc import Callable
from typing import Any

import brotli
import msgpack
import zstandard

from auditor.decode import Leaf, tree

KNOWN = {"user": {"mail": "arben.testi@example.org"}}
"""What nested bodies hold; the leaf stands at `$.user.mail`."""


def text(value: object) -> bytes:
    return json.dumps(value).encode()


def leaves(data: bytes, part: str = "body", **options: Any) -> dict[str, Leaf]:
    return {leaf.place: leaf for leaf in tree(data, part, **options).leaves}


def values(data: bytes, part: str = "body", **options: Any) -> dict[str, object]:
    return {place: leaf.value for place, leaf in leaves(data, part, **options).items()}


def varint(number: int) -> bytes:
    out = b""
    number &= (1 << 64) - 1
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def field(number: int, value: int | bytes | str) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    raw = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(raw)) + raw


def message(*fields: tuple[int, int | bytes | str]) -> bytes:
    return b"".join(field(number, value) for number, value in fields)


def grpc(*messages: bytes, flag: int = 0) -> bytes:
    return b"".join(bytes([flag]) + len(one).to_bytes(4) + one for one in messages)


def wide(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "br": brotli.compress,
    "deflate": lambda data: zlib.compress(data)[2:-4],
}
WRITE: dict[str, Callable[[bytes], bytes]] = {
    "base64": base64.b64encode,
    "hex": lambda data: data.hex().encode(),
    "percent": lambda data: urllib.parse.quote(data, safe="").encode(),
}
CARRY: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "json": ("$.d", lambda inner: text({"n": 1, "d": inner})),
    "form": ("$.d", lambda inner: b"n=1&d=" + urllib.parse.quote_plus(inner).encode()),
    "protobuf": ("$.2", lambda inner: message((1, 7), (2, inner))),
    "msgpack": ("$.d", lambda inner: msgpack.packb({"n": 1, "d": inner})),
    "multipart": (
        "$.d",
        lambda inner: (
            f'--xyz\r\nContent-Disposition: form-data; name="d"\r\n\r\n{inner}\r\n--xyz--\r\n'.encode()
        ),
    ),
    "xml": (
        "$.a.d",
        lambda inner: f"<a><d>{inner.replace('&', '&amp;').replace('<', '&lt;')}</d></a>".encode(),
    ),
    "sse": ("$[0].data", lambda inner: f"event: x\ndata: {inner}\n\n".encode()),
}
