"""MessagePack and CBOR: JSON-like values in bytes. Without a content type they must look the part."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgpack

from auditor.decode.cbor import cbor
from auditor.decode.opener import Opener
from auditor.decode.piece import Piece
from auditor.decode.walk import walk
from auditor.decode.wire import DecodeError

SAMPLE = 50
MOST = 25_000
"""Values after each other: more than a tree may have leaves."""
LARGEST = 16 << 20
"""Bytes given to the library, which makes all values at once."""


def _messagepack(data: bytes) -> Any:
    """One value, or the values after each other. Raises DecodeError."""
    if len(data) > LARGEST:
        raise DecodeError("too large")
    try:
        unpacker = msgpack.Unpacker(
            strict_map_key=False, unicode_errors="replace", max_buffer_size=len(data) or 1, timestamp=1
        )
        unpacker.feed(data)
        values: list[object] = []
        while unpacker.tell() < len(data) and len(values) < MOST:
            values.append(unpacker.unpack())
    except (
        ValueError,
        TypeError,
        OverflowError,
        msgpack.UnpackException,
    ) as error:  # TypeError: lists as names
        raise DecodeError(str(error) or "no MessagePack") from None
    return values[0] if len(values) == 1 else values


READERS: dict[str, Callable[[bytes], object]] = {"msgpack": _messagepack, "cbor": cbor}


def open_packed_values(out: Opener, piece: Piece, step: str) -> bool:
    """Bytes that are stated to be of this form; False when they are not."""
    try:
        value = READERS[step](piece.data)
    except DecodeError:
        return False
    walk(out, piece.step(step), value)
    return True


def guess(data: bytes) -> str:
    """`msgpack` or `cbor` when the bytes are one object, or a list of them, with names that are text."""
    first = data[0] if data else 0
    steps = []
    if 0x81 <= first <= 0x9F or first in (0xDC, 0xDD, 0xDE, 0xDF):
        steps.append("msgpack")
    if 0x81 <= first <= 0xBF or first == 0xD9:
        steps.append("cbor")
    return next((step for step in steps if _fits(data, step)), "")


def _fits(data: bytes, step: str) -> bool:
    try:
        return _named(READERS[step](data), 0)
    except DecodeError:
        return False


def _named(value: object, depth: int) -> bool:
    if isinstance(value, dict):
        names = list(value)[:SAMPLE]
        return bool(names) and all(isinstance(name, str) and name.isprintable() and name for name in names)
    if isinstance(value, list) and value and depth < 3:
        return any(_named(item, depth + 1) for item in value[:SAMPLE])
    return False
