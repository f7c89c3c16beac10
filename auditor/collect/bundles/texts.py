"""What code that is not DEX gives: names, and bytes to be scanned, each with its exact place.

The readers of single forms (`hermes`, `javascript`, `elf` ...) fill these types; `bundle` gathers them.
"""

from __future__ import annotations

import bisect
from abc import ABC, abstractmethod
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from auditor.model import Gap, Json

MAX_NAMES = 200_000
"""Names of one bundle. A React Native bundle of 10 MB has 60,000, a large Unity game 150,000."""
MAX_NAME = 256
"""Characters of one name; what is longer is a text, not a name."""


class Text(NamedTuple):
    """One text at an exact place."""

    text: str
    where: str
    """`hermes:assets/index.android.bundle/string[12]`, `js:assets/www/app.js:120:8` ..."""


class Buffer(ABC):
    """Contiguous bytes to be scanned whole by one regular expression; places are found when asked for."""

    __slots__ = ("data",)

    def __init__(self, data: bytes) -> None:
        self.data = data

    @abstractmethod
    def locate(self, offset: int) -> str:
        """Place of the byte at `offset` of `data`."""

    def bounds(self, offset: int) -> tuple[int, int] | None:
        """Where the entry that holds `offset` begins and ends; None when the form has no entries there."""
        del offset  # most forms have none
        return None


class Region(Buffer):
    """A stretch of a binary file: places are distances from a known point, such as a section's start."""

    __slots__ = ("base", "place")

    def __init__(self, data: bytes, place: str, base: int = 0) -> None:
        super().__init__(data)
        self.place = place
        self.base = base

    def locate(self, offset: int) -> str:
        """`elf:lib/arm64-v8a/libapp.so/.rodata+0x1f30`."""
        return f"{self.place}+{self.base + offset:#x}"


class Lines(Buffer):
    """A text file: places are lines and columns (in bytes), both from 1."""

    __slots__ = ("_blocks", "place")

    _BLOCK = 1 << 14

    def __init__(self, data: bytes, place: str) -> None:
        super().__init__(data)
        self.place = place
        self._blocks: list[tuple[int, int]] = []

    def locate(self, offset: int) -> str:
        """`js:assets/www/js/app.js:120:8`."""
        if not self._blocks:
            self._blocks = list(self._measure())
        line, last = self._blocks[offset // self._BLOCK]
        start = offset // self._BLOCK * self._BLOCK
        line += self.data.count(b"\n", start, offset)
        last = max(last, self.data.rfind(b"\n", start, offset))
        return f"{self.place}:{line}:{offset - last}"

    def _measure(self) -> Iterator[tuple[int, int]]:
        """Line and last line end before each block: a bundle may be one line, and hold thousands of hits."""
        line, last = 1, -1
        for start in range(0, len(self.data) + 1, self._BLOCK):
            yield line, last
            line += self.data.count(b"\n", start, start + self._BLOCK)
            last = max(last, self.data.rfind(b"\n", start, start + self._BLOCK))


class Entries(Buffer):
    """Strings of a table, each ended by a NUL, so that no match reaches from one into the next."""

    __slots__ = ("_ends", "place")

    def __init__(self, texts: Sequence[bytes], place: str) -> None:
        super().__init__(b"\0".join([*texts, b""]))
        self.place = place
        self._ends = array("Q", accumulate(len(text) + 1 for text in texts))

    def locate(self, offset: int) -> str:
        """`hermes:assets/index.android.bundle/string[12]`."""
        return f"{self.place}[{bisect.bisect_right(self._ends, offset)}]"

    def bounds(self, offset: int) -> tuple[int, int] | None:
        """Beginning and end of the string, without the NUL."""
        index = bisect.bisect_right(self._ends, offset)
        if index >= len(self._ends):
            return None
        return self._ends[index - 1] if index else 0, self._ends[index] - 1


@dataclass(frozen=True, slots=True)
class Bundle:
    """One body of code that is not DEX, as far as it was read."""

    form: str
    """`hermes`, `javascript`, `settings`, `flutter`, `unity`, `dotnet`, `native`, `python`, `dex` (among the
    assets), or `unread` for the gaps of files that are none of these."""
    place: str
    """Member or folder of the package, with the part's name before it unless that is the base."""
    about: Mapping[str, Json] = field(default_factory=dict)
    """What the code says of itself: bytecode version, engine, architecture, counts ..."""
    names: tuple[Text, ...] = field(default=(), repr=False)
    """Identifiers that programmers chose and that this code defines or uses as a name."""
    imports: tuple[Text, ...] = field(default=(), repr=False)
    """What a loader must find for this code elsewhere: C functions, members of other assemblies."""
    buffers: tuple[Buffer, ...] = field(default=(), repr=False)
    """What must be looked through for addresses and secrets."""
    gaps: tuple[Gap, ...] = ()
    """What this form hides; one sentence per form, not per file."""


def first_places(found: Iterable[Text]) -> tuple[tuple[Text, ...], bool]:
    """Each text once, at its first place, and whether there were more than `MAX_NAMES`."""
    seen: dict[str, str] = {}
    for text, where in _fit(found):
        if len(seen) >= MAX_NAMES:
            return tuple(Text(*item) for item in seen.items()), True
        seen.setdefault(text, where)
    return tuple(Text(*item) for item in seen.items()), False


def _fit(found: Iterable[Text]) -> Iterator[Text]:
    return (item for item in found if 0 < len(item.text) <= MAX_NAME)
