"""Protocol Buffers on the wire, both ways, and the frames of gRPC around them; by numbers, no schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

type Wire = int | bytes | str


def varint(number: int) -> bytes:
    """A number, seven bits a byte; a negative one as its 64 bits."""
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def message(*fields: tuple[int, Wire]) -> bytes:
    """Fields one after the other: numbers as varints, everything else with its length."""
    return b"".join(_field(number, value) for number, value in fields)


def _field(number: int, value: Wire) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    raw = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(raw)) + raw


def fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The inverse of `message`, for bytes of our own client."""
    at = 0
    while at < len(data):
        key, at = _number(data, at)
        value, at = _number(data, at)
        if key & 7 == 0:
            yield key >> 3, value
        else:
            yield key >> 3, data[at : at + value]
            at += value


def _number(data: bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at


def framed(messages: Iterable[bytes]) -> bytes:
    """gRPC: a flag and the length before each message."""
    return b"".join(b"\0" + len(one).to_bytes(4) + one for one in messages)


def unframed(data: bytes) -> tuple[list[bytes], bytes]:
    """The whole messages at the front, and what is left of the next one."""
    found = []
    while len(data) >= 5 and len(data) >= (end := 5 + int.from_bytes(data[1:5])):
        found.append(data[5:end])
        data = data[end:]
    return found, data
