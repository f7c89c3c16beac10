"""Bodies listened to while they pass, within a bound: nothing waits for a body to be whole.

Long answers (Firestore's `Listen`, server-sent events) never end while the app runs; held back until they are
whole, as a proxy does by default, the app would hang.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Purse:
    """Bytes that all open bodies together may still keep."""

    left: int

    def take(self, wanted: int) -> int:
        """As many of `wanted` bytes as there are left."""
        given = max(0, min(wanted, self.left))
        self.left -= given
        return given

    def give_back(self, amount: int) -> None:
        """After the bytes were handed on."""
        self.left += amount


class Tap:
    """Called with each piece of a body, keeps it within bounds, passes it on unchanged."""

    def __init__(self, limit: int, purse: Purse) -> None:
        self.limit = limit
        self.size = self.kept = 0
        self._kept = bytearray()
        self._purse = purse

    def __call__(self, data: bytes) -> bytes:
        self.size += len(data)
        room = self._purse.take(min(len(data), self.limit - len(self._kept)))
        self._kept += data[:room]
        self.kept += room
        return data

    def empty(self) -> bytes:
        """What was kept; the tap gives its bytes back and keeps none."""
        kept = bytes(self._kept)
        self._purse.give_back(len(kept))
        self._kept.clear()
        return kept

    def lost(self) -> str:
        """Why the body is not whole, one clause; empty when it is."""
        if self.kept == self.size:
            return ""
        if not self.limit:
            return "bodies were not recorded"
        bound = "the limit for one body" if self.kept == self.limit else "the bound for open bodies"
        return f"{bound} was reached: {self.kept} of {self.size} bytes were recorded"
