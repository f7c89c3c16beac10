"""Where the next flow begins behind one that is broken: a wrong length must not cost all that follows."""

from __future__ import annotations

import re
from typing import BinaryIO

from auditor.collect.recordings.flows import tnetstring
from auditor.collect.recordings.flows.tnetstring import TnetError

MOST_BREAKS = 100
"""Broken flows of one file behind which the next is searched."""
MOST_BYTES = 512 << 20
"""Bytes of one file that are searched or tried; each flow has parts that look like flows."""
CHUNK = 1 << 20

_BEGIN = re.compile(rb"(?<![0-9])([0-9]{2,12}):[0-9]{1,2}:[a-z_]{2,40}[,;]")
_OVERLAP = 64
_HEAD = re.compile(rb"[0-9]{1,12}:[0-9]{1,12}:")


class Further:
    """Searches one file, within bounds."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.breaks = self.spent = 0

    def find(self, begin: int, *, passed: bool) -> bool:
        """Stands at the next flow behind the broken one at `begin`; False when there is none.

        Its length is believed when it was `passed` and another flow, or the end, follows: what its content
        looks like is not asked then.
        """
        if passed and self._is_between(begin):
            return True
        self.breaks += 1
        return self.breaks <= MOST_BREAKS and self._searched(begin + 1)

    def _is_between(self, begin: int) -> bool:
        """Whether the file stands behind a dictionary, and before another value or the end."""
        at = self.file.tell()
        if at <= begin + 13:
            return False
        self.file.seek(at - 1)
        end, head = self.file.read(1), self.file.read(27)
        self.file.seek(at)
        return end == b"}" and (not head or _HEAD.match(head) is not None)

    def _searched(self, at: int) -> bool:
        while self.spent < MOST_BYTES:
            self.file.seek(at)
            piece = self.file.read(CHUNK)
            self.spent += len(piece)
            for match in _BEGIN.finditer(piece):
                if self._is_flow(at + match.start(), int(match[1]), len(match[1])):
                    self.file.seek(at + match.start())
                    return True
            if len(piece) < CHUNK:
                return False
            at += CHUNK - _OVERLAP
        return False

    def _is_flow(self, at: int, length: int, digits: int) -> bool:
        """Whether the value there is a dictionary that names its form, as only whole flows do."""
        self.file.seek(at + digits + 1 + length)
        if length > tnetstring.LARGEST or self.file.read(1) != b"}" or self.spent + length > MOST_BYTES:
            return False
        self.spent += length
        self.file.seek(at)
        try:
            return "version" in tnetstring.load(self.file)
        except (TnetError, EOFError):
            return False
