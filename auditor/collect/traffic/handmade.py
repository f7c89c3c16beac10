"""Requests written by hand in rule files, as records: for the tests of endpoints and decoders."""

from __future__ import annotations

import base64
import gzip
import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from auditor.collect.recordings.record import Frame, Kind, Record, Side
from auditor.decode import FieldMap, Named

type Maps = Mapping[str, FieldMap]

EPOCH = 1_767_261_600
"""Second 0 of recordings written by hand: 1 January 2026, 10:00 UTC."""


def record(given: Mapping[str, Any], maps: Maps) -> Record:
    """The `request` of a rule test. Raises ValueError when its address or body cannot be."""
    address = urlsplit(given["url"])
    body = encoded(given.get("body", ""), maps)
    method = given.get("method", "POST" if body else "GET")
    headers = tuple((str(name), str(value)) for name, value in given.get("headers", {}).items())
    path = address.path + (f"?{address.query}" if address.query else "")
    frames = tuple(Frame(encoded(frame, maps), sent=True, text=True) for frame in given.get("frames", ()))
    return Record(
        0,
        Kind.EXCHANGE,
        host=(address.hostname or ""),
        scheme=address.scheme,
        method=method,
        path=path,
        request=Side(headers, body),
        frames=frames,
    )


def recording(given: Iterable[Mapping[str, Any]], maps: Maps) -> Iterator[Record]:
    """The `recording` of a rule test: requests with their answers, and marks, each `at` a second."""
    for index, row in enumerate(given):
        at = EPOCH + row["at"]
        if "mark" in row:
            yield Record(index, Kind.MARK, at=at, path=row["mark"])
            continue
        answer = encoded(row["answer"], maps) if "answer" in row else b""
        headers = (("content-type", row.get("type", "application/json")),) if answer else ()
        response = Side(headers, answer)
        yield replace(record(row, maps), index=index, at=at, status=row.get("status", 200), response=response)


def encoded(body: Any, maps: Maps) -> bytes:
    """The bytes of a `body`."""
    if not isinstance(body, Mapping):
        return str(body).encode()
    made = _plain(body, maps)
    if "frame" in body:  # as gRPC sends it
        made = bytes([0]) + len(made).to_bytes(4) + made
    return gzip.compress(made, mtime=0) if body.get("gzip") else made


def _plain(body: Mapping[str, Any], maps: Maps) -> bytes:
    if "hex" in body:
        return bytes.fromhex(body["hex"])
    if "base64" in body:
        return base64.b64decode(body["base64"])
    if "form" in body:
        return urlencode(body["form"]).encode()
    if "protobuf" in body:
        known = maps[body["protobuf"]]
        return message(known, known.root, body["value"])
    return json.dumps(body.get("json"), ensure_ascii=False).encode()


def message(known: FieldMap, name: str, value: Mapping[str, Any]) -> bytes:
    """A protobuf message by its field map (protobuf.dev, "Encoding"). Raises ValueError for unknown names."""
    numbers = {named.name: (number, named) for number, named in known.messages[name].items()}
    unknown = value.keys() - numbers.keys()
    if unknown:
        raise ValueError(f"{known.id} has no field {min(unknown)!r} in {name}")
    parts = (
        _field(known, *numbers[key], item)
        for key, items in value.items()
        for item in (items if isinstance(items, list) else [items])
    )
    return b"".join(parts)


def _field(known: FieldMap, number: int, named: Named, value: Any) -> bytes:
    if named.message:
        return _counted(number, message(known, named.message, value))
    if named.type in ("double", "float"):
        wide = named.type == "double"
        return _varint(number << 3 | (1 if wide else 5)) + struct.pack("<d" if wide else "<f", float(value))
    if isinstance(value, (int, bool)) and named.type not in ("string", "bytes"):
        whole = int(value)
        folded = (whole << 1) ^ (whole >> 63) if named.type == "sint" else whole & (1 << 64) - 1
        return _varint(number << 3) + _varint(folded)
    return _counted(number, str(value).encode())


def _counted(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    return bytes(_septets(value))


def _septets(value: int) -> Iterator[int]:
    while value > 0x7F:
        yield value & 0x7F | 0x80
        value >>= 7
    yield value
