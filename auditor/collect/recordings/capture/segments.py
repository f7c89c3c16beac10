"""One direction of a TCP connection as bytes in order, with what is missing told."""

from __future__ import annotations

WINDOW = 4 << 20
"""Bytes that wait for an earlier segment; beyond that, the earlier one is given up."""

HALF = 1 << 31


class Line:
    """Segments in any order into bytes in order. Not known yet where it begins: the first segment tells."""

    def __init__(self) -> None:
        self._next: int | None = None
        self._waiting: dict[int, bytes] = {}
        self._held = 0

    @property
    def place(self) -> int:
        """Number of the next byte that is waited for; -1 before the first segment."""
        return -1 if self._next is None else self._next

    def begin(self, sequence: int) -> None:
        """The first byte will have this number (after SYN)."""
        if self._next is None:
            self._next = sequence % (1 << 32)

    def add(self, sequence: int, data: bytes) -> tuple[int, bytes]:
        """Bytes that never came, and the bytes after them that are now in order."""
        self.begin(sequence)
        known = self._waiting.get(sequence, b"")
        if data and len(data) > len(known):
            self._waiting[sequence] = data
            self._held += len(data) - len(known)
        ready = self._ready()
        return (0, ready) if ready or self._held <= WINDOW else self.skip()

    def skip(self) -> tuple[int, bytes]:
        """Give up the first missing bytes; (0, b"") when nothing waits."""
        if not self._waiting:
            return 0, b""
        first = min(self._waiting, key=self._distance)
        missing, self._next = self._distance(first), first
        return missing, self._ready()

    def _distance(self, sequence: int) -> int:
        return (sequence - (self._next or 0)) % (1 << 32)

    def _ready(self) -> bytes:
        parts = []
        while (part := self._take()) is not None:
            parts.append(part)
        return b"".join(parts)

    def _take(self) -> bytes | None:
        """What continues where we are; what came before is dropped as sent again."""
        following = self._waiting.pop(self._next or 0, None)
        if following is None:
            following = self._overlapping()
        if following is None:
            return None
        self._held -= len(following)
        self._next = ((self._next or 0) + len(following)) % (1 << 32)
        return following

    def _overlapping(self) -> bytes | None:
        """The new part of a segment that begins before the place and ends after it."""
        for sequence in [s for s in self._waiting if self._distance(s) >= HALF]:
            data = self._waiting.pop(sequence)
            fresh = data[(1 << 32) - self._distance(sequence) :]
            self._held -= len(data) - len(fresh)
            if fresh:
                return fresh
        return None
