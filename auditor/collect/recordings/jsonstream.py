"""JSON files of any size, one value at a time: where a value ends is found without building it.

Only the value at hand is in memory. A file that ends early, or a value that is no JSON, costs that value and
not those before it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from auditor.collect.recordings.lenient import WIDEST
from auditor.model import Json

CHUNK = 1 << 20
MOST_VALUES = 8_000_000
"""Commas and brackets of one value: `{}` takes three bytes of a file and twenty times that in memory."""

_STEPS = re.compile(rb'(?:[^"{}\[\]]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+', re.DOTALL)
"""Everything up to the next bracket that is in no string."""
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_INSIDE = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_SCALAR = re.compile(rb"[^\s,\]}{\[\":]++")
_OVERLAP = 256
"""Bytes of a marker that may lie in two pieces of the file."""
_BLANK = re.compile(rb"\s*+")

type Read = Callable[[int], bytes]


class JsonError(ValueError):
    """The file does not go on as JSON; one clause, with the byte."""


class Scanner:
    """Walks over JSON that `read` gives piece by piece."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._bytes = b""
        self._at = 0
        self._before = 0

    @property
    def place(self) -> int:
        """Offset in the file of what comes next."""
        return self._before + self._at

    def peek(self) -> bytes:
        """The next byte that is no blank; empty at the end of the file."""
        while True:
            match = _BLANK.match(self._bytes, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._bytes):
                return self._bytes[self._at : self._at + 1]
            if not self._more():
                return b""

    def accept(self, byte: bytes) -> bool:
        """Steps over `byte` when it comes next."""
        if self.peek() != byte:
            return False
        self._at += 1
        return True

    def expect(self, byte: bytes) -> None:
        """Steps over `byte`. Raises JsonError when something else comes."""
        if not self.accept(byte):
            found = self.peek().decode("ascii", "replace") or "the end of the file"
            raise JsonError(f"{byte.decode()} expected at byte {self.place}, found {found}")

    def key(self) -> str:
        """A name and its colon."""
        raw = self.value() if self.peek() == b'"' else None
        if raw is None:
            raise JsonError(f"a name expected at byte {self.place}")
        self.expect(b":")
        return str(parsed(raw))

    def value(self, marker: re.Pattern[bytes] | None = None) -> bytes | None:
        """The next value, whole; None when it is larger than `WIDEST` and was skipped. Raises JsonError.

        With `marker`, the beginning of another value inside of one that is too large is an error.
        """
        first = self.peek()
        if first in (b"{", b"["):
            return self._nested(marker)
        if first == b'"':
            return self._string()
        match = self._scalar()
        if match is None:
            raise JsonError(f"a value expected at byte {self.place}")
        return match

    def resume(self, marker: re.Pattern[bytes]) -> bool:
        """Goes on to the next place, behind this one, where `marker` is found; False when there is none."""
        self._at += 1
        while (match := marker.search(self._bytes, self._at)) is None:
            self._at = max(self._at, len(self._bytes) - _OVERLAP)
            if not self._more():
                return False
        self._at = match.start()
        return True

    def back(self, length: int) -> None:
        """Takes back the last bytes of the value that was just given."""
        self._at -= length

    def _more(self) -> bool:
        """Reads on and forgets what was passed; False at the end."""
        left = self._bytes[self._at :]
        piece = self._read(max(CHUNK, len(left)))
        self._before += self._at
        self._bytes, self._at = left + piece, 0
        return bool(piece)

    def _need(self) -> None:
        if not self._more():
            raise JsonError(
                f"the file ends at byte {self.place + len(self._bytes)}, in the middle of a value"
            )

    def _take(self, length: int) -> bytes:
        taken = self._bytes[self._at : self._at + length]
        self._at += length
        return taken

    def _scalar(self) -> bytes | None:
        while (match := _SCALAR.match(self._bytes, self._at)) and match.end() == len(self._bytes):
            if match.end() - self._at > 4096 or not self._more():
                break
        return self._take(match.end() - self._at) if match else None

    def _string(self) -> bytes | None:
        while (match := _STRING.match(self._bytes, self._at)) is None:
            if len(self._bytes) - self._at > WIDEST:
                self._skip_string()
                return None
            self._need()
        return self._take(match.end() - self._at)

    def _skip_string(self) -> None:
        self._at += 1
        while True:
            match = _INSIDE.match(self._bytes, self._at)
            self._at = match.end() if match else self._at
            if self._bytes[self._at : self._at + 1] == b'"':
                self._at += 1
                return
            self._need()

    def _nested(self, marker: re.Pattern[bytes] | None) -> bytes | None:
        """An object or list: counts brackets outside of strings."""
        depth = length = 0
        whole = True
        while True:
            length = self._to_bracket(length)
            if length > WIDEST:
                self._refuse(marker, length)
                self._at, length, whole = self._at + length, 0, False
            bracket = self._bytes[self._at + length : self._at + length + 1]
            if bracket == b'"' and len(self._bytes) - self._at - length > WIDEST:
                self._at, length, whole = self._at + length, 0, False
                self._skip_string()
            elif bracket in (b"", b'"'):
                self._need()
            else:
                length += 1
                depth += 1 if bracket in (b"{", b"[") else -1
                if not depth:
                    taken = self._take(length)
                    return taken if whole else None

    def _refuse(self, marker: re.Pattern[bytes] | None, length: int) -> None:
        if marker and marker.search(self._bytes, self._at + 1, self._at + length):
            raise JsonError(f"the value at byte {self.place} does not end before the next one")

    def _to_bracket(self, length: int) -> int:
        match = _STEPS.match(self._bytes, self._at + length)
        return match.end() - self._at if match else length


def parsed(raw: bytes | None) -> Json:
    """What the bytes of one value say; stray bytes in text are escaped (PEP 383). Raises JsonError."""
    if raw is None:
        raise JsonError(f"larger than {WIDEST} bytes")
    if len(raw) > MOST_VALUES and raw.count(b",") + raw.count(b"{") + raw.count(b"[") > MOST_VALUES:
        raise JsonError(f"more than {MOST_VALUES} values")
    try:
        return json.loads(raw.decode("utf-8", "surrogateescape"), strict=False)
    except RecursionError:
        raise JsonError("too many values inside each other") from None
    except ValueError:  # also for numbers of more than 4,300 digits
        raise JsonError("no JSON") from None
