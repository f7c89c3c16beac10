"""The protobuf wire format, before any schema: numbers and bytes in the order in which they stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple


class DecodeError(ValueError):
    """The bytes do not follow the encoding; the message says where."""


class Field(NamedTuple):
    """One field of a protobuf message on the wire, before any schema."""

    number: int
    value: int | bytes
    """Varints and fixed-width numbers as unsigned int, everything else as bytes."""


class Spot(NamedTuple):
    """One field with its wire type and where its value stands in the message."""

    number: int
    wire: int
    """0 varint, 1 eight bytes, 2 with a length, 5 four bytes."""
    value: int | bytes
    begin: int
    end: int


MAX_FIELDS = 1_000_000


def protobuf(data: bytes) -> Iterator[Field]:
    """The fields of one message in order (protobuf.dev, "Encoding"). Raises DecodeError."""
    at = 0
    for _ in range(MAX_FIELDS):
        if at >= len(data):
            return
        key, at = _varint(data, at)
        value, at = _field_value(data, at, key & 7)
        yield Field(key >> 3, value)
    raise DecodeError(f"more than {MAX_FIELDS} fields")


def spots(data: bytes, most: int = MAX_FIELDS) -> Iterator[Spot]:
    """Like `protobuf`, with places. Raises DecodeError."""
    at, size = 0, len(data)
    for _ in range(most):
        if at >= size:
            return
        key, at = _varint(data, at)
        wire = key & 7
        value, end = _field_value(data, at, wire)
        begin = end - len(value) if wire == 2 and isinstance(value, bytes) else at
        yield Spot(key >> 3, wire, value, begin, end)
        at = end
    raise DecodeError(f"more than {most} fields")


def cut_off(data: bytes, at: int) -> Spot | None:
    """The field at byte `at` whose length goes beyond the data, with as much of it as is there."""
    try:
        key, at = _varint(data, at)
        length, at = _varint(data, at)
    except DecodeError:
        return None
    if key & 7 != 2 or key < 8 or at == len(data) or at + length <= len(data):
        return None
    return Spot(key >> 3, 2, data[at:], at, len(data))


def _field_value(data: bytes, at: int, wire: int) -> tuple[int | bytes, int]:
    if wire == 0:
        return _varint(data, at)
    if wire in (1, 5):
        width = 8 if wire == 1 else 4
        return int.from_bytes(_slice(data, at, width), "little"), at + width
    if wire == 2:
        length, at = _varint(data, at)
        return _slice(data, at, length), at + length
    raise DecodeError(f"wire type {wire} at byte {at}")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            raise DecodeError(f"number cut off at byte {at}")
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
    raise DecodeError(f"number longer than 10 bytes at byte {at}")


def _slice(data: bytes, at: int, length: int) -> bytes:
    if length > len(data) - at:
        raise DecodeError(f"{length} bytes announced at byte {at}, {len(data) - at} left")
    return data[at : at + length]
