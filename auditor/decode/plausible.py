"""Whether bytes are a protobuf message, and what its numbers mean when no schema says so."""

from __future__ import annotations

import struct

from auditor.decode import looks
from auditor.decode.fieldmap import FieldMap, Named
from auditor.decode.wire import DecodeError, Spot, cut_off, spots

MOST_FIELDS = 200_000
LARGEST_NUMBER = 20_000
"""Field numbers above this are legal and seen nowhere: bytes that give one are no message."""
DEEPEST = 6
SAMPLE = 4096


def read(data: bytes) -> tuple[list[Spot], str]:
    """The fields up to the first mistake, and the mistake. A field that was cut off is one of them."""
    found: list[Spot] = []
    try:
        for spot in spots(data, MOST_FIELDS):
            if spot.number == 0:
                return found, f"field number 0 before byte {spot.begin}"
            found.append(spot)
    except DecodeError as error:
        half = cut_off(data, found[-1].end if found else 0)
        return [*found, half] if half else found, str(error)
    return found, ""


def plausible(data: bytes, depth: int = 0, *, cut: bool = False) -> float:
    """From 0 to 1, how much of the bytes a message explains: text, messages and small numbers.

    Random bytes that happen to parse score low: their strings are no text and their numbers are large. With
    `cut` the message may break off; what stands behind the mistake is not explained.
    """
    if depth > DEEPEST or not data:
        return 0.0
    found, mistake = read(data)
    if (mistake and not cut) or any(spot.number > LARGEST_NUMBER for spot in found):
        return 0.0
    return sum(_explained(spot, depth, cut) for spot in found) / len(data)


def fitting(data: bytes, known: FieldMap, message: str, depth: int = 0) -> float:
    """1 when every field of a message, and of those inside, is known and of its type; else less.

    Unknown fields of an unknown message fit; so a map may be shallow.
    """
    fields = known.messages.get(message)
    if fields is None or depth > DEEPEST:
        return 1.0
    found, mistake = read(data)
    if mistake:
        return 0.0
    good = sum(_fits(spot, known, fields.get(spot.number), depth) for spot in found)
    return good / len(found) if found else 1.0


def _fits(spot: Spot, known: FieldMap, named: Named | None, depth: int) -> float:
    if named is None:
        return 0.0
    if isinstance(spot.value, int):
        return float(not named.message and named.type not in ("string", "bytes"))
    if named.message:
        return fitting(spot.value, known, named.message, depth + 1)
    return float(looks.text(spot.value) is not None) if named.type == "string" else 1.0


def _explained(spot: Spot, depth: int, cut: bool) -> float:
    """Bytes of one field that make sense, with its key and length."""
    head = 2 if spot.number > 15 else 1
    if isinstance(spot.value, int):
        likely = spot.number <= 200 and (spot.wire == 0 or real(spot) is not None)
        return head + (spot.end - spot.begin) * (1.0 if likely else 0.3)
    size = len(spot.value)
    head += 1 if size < 128 else 2
    if not size:
        return head * 0.5
    if looks.text(spot.value[:SAMPLE]) is not None:
        return head + size
    return head + size * max(plausible(spot.value, depth + 1, cut=cut), 0.25 if size >= 16 else 0.1)


def real(spot: Spot) -> float | None:
    """The fixed-width number as a fraction; None where that gives nothing that anybody would send."""
    if spot.value == 0:
        return None
    value = fraction(spot)
    size = abs(value)
    return value if 1e-7 < size < 1e15 else None


def fraction(spot: Spot) -> float:
    """The fixed-width number as IEEE 754 has it."""
    width = 8 if spot.wire == 1 else 4
    raw = int(spot.value).to_bytes(width, "little")
    value: float = struct.unpack("<d" if width == 8 else "<f", raw)[0]
    return value if width == 8 else round(value, 7)


def number(spot: Spot, kind: str) -> int | float | bool:
    """A number as its type in the schema, or without one its size, says."""
    value = int(spot.value)
    if kind == "bool":
        return bool(value)
    if spot.wire == 0:
        if kind == "sint":
            return value >> 1 ^ -(value & 1)
        return value - (1 << 64) if value >= 1 << 63 else value
    if kind in ("double", "float"):
        return fraction(spot)
    guessed = real(spot) if not kind else None
    return value if guessed is None else guessed


def unpacked(data: bytes, kind: str) -> list[Spot] | None:
    """Numbers of one field packed after each other; None when the bytes are none."""
    if kind in ("double", "float"):
        width = 8 if kind == "double" else 4
        steps = range(0, len(data) - width + 1, width)
        wire = 1 if width == 8 else 5
        return [
            Spot(0, wire, int.from_bytes(data[at : at + width], "little"), at, at + width) for at in steps
        ]
    found: list[Spot] = []
    try:
        # a key before each number makes it a field that `spots` can read
        pieces = _varints(data)
        found = [Spot(0, 0, next(iter(spots(b"\x08" + data[a:b]))).value, a, b) for a, b in pieces]
    except (DecodeError, StopIteration):
        return None
    return found


def _varints(data: bytes) -> list[tuple[int, int]]:
    ends = [at + 1 for at, byte in enumerate(data[:MOST_FIELDS]) if byte < 0x80]
    return list(zip([0, *ends], ends, strict=False))
