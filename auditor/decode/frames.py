"""Messages behind their lengths, without further signs of where one ends."""

from __future__ import annotations

FEWEST = 2
MOST = 20_000

type Spots = list[tuple[int, int]]


def varint(data: bytes) -> Spots:
    """Begin and end of messages behind varint lengths that fill the bytes; empty when they do not."""
    found: Spots = []
    at = 0
    while at < len(data) and len(found) < MOST:
        size, shift = 0, 0
        while at < len(data) and shift < 35:
            size |= (data[at] & 0x7F) << shift
            shift, at = shift + 7, at + 1
            if data[at - 1] < 0x80:
                break
        if not 2 <= size <= len(data) - at:
            return []
        found.append((at, at + size))
        at += size
    return found if at == len(data) and len(found) >= FEWEST else []


def fixed(data: bytes) -> Spots:
    """The same with lengths of four bytes, the most significant first; one message is enough."""
    found: Spots = []
    at = 0
    while at + 4 < len(data) and len(found) < MOST:
        size = int.from_bytes(data[at : at + 4])
        at += 4
        if not 2 <= size <= len(data) - at:
            return []
        found.append((at, at + size))
        at += size
    return found if at == len(data) else []
