"""Native libraries: what an ELF file exports, needs, and holds as data, without its instructions.

Android loads a library by its program headers; section headers only name what lies where. Both are read:
sections give names to places, and what the loader maps but no section names is still handed out. A library
whose section headers are stripped, or lie, is therefore read as far as the loader would.

Sources: System V ABI, chapters "Object Files" and "Program Loading and Dynamic Linking" (gABI 4.3); the
processor numbers of Android's ABIs (developer.android.com/ndk/guides/abis); GNU hash tables as in
sourceware.org/glibc `elf/dl-lookup.c`. Little-endian files only: Android has no others.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from auditor.collect.archive import printable

MAGIC = b"\x7fELF"
MAX_SECTIONS = 4096
MAX_SEGMENTS = 256
MAX_SYMBOLS = 500_000
"""Of one library; Chromium's, the largest there are, export fewer than 10,000."""
MAX_SYMBOL_NAME = 4096
"""Bytes; mangled C++ names reach some thousand."""
MANGLED = (b"_Z", b"_R")
"""How names of C++ and Rust begin, which hold types and belong to libraries nearly all."""
MAX_SECTION_NAMES = 1 << 20
"""Bytes of all names of sections."""
SMALLEST_REGION = 4
"""Bytes; no text of use is shorter."""

MACHINES = {3: "x86", 40: "arm", 62: "x86_64", 183: "arm64", 243: "riscv64"}

_LOAD, _DYNAMIC = 1, 2
_NEEDED, _HASH, _STRTAB, _SYMTAB, _STRSZ, _SONAME, _GNU_HASH = 1, 4, 5, 6, 10, 14, 0x6FFFFEF5
_NOBITS = 8
_ALLOC, _EXEC = 2, 4
_RUN = 1
"""Flag of a segment that may be executed."""
_HOLDS_DATA = {1, 7}
"""Kinds of sections that programs fill: code and data, notes."""
_NO_TEXT = {".eh_frame", ".eh_frame_hdr", ".gcc_except_table", ".got", ".got.plt", ".plt", ".ARM.extab"}
"""Sections that compilers fill with addresses and tables for stack traces."""


class ElfError(ValueError):
    """Not an ELF file that Android could load; one clause says why."""


class Section(NamedTuple):
    """One section, as its header tells."""

    name: str
    kind: int
    flags: int
    offset: int
    size: int


class Segment(NamedTuple):
    """One program header."""

    kind: int
    flags: int
    offset: int
    address: int
    size: int
    """Bytes in the file."""


class Symbols(NamedTuple):
    """The table of symbols for the loader: rows and names, those of `MANGLED` counted and left out."""

    exported: list[tuple[int, str]]
    """Defined here for others."""
    imported: list[tuple[int, str]]
    """Asked for, to be found in another library."""
    mangled: int
    """How many of both were left out."""


class RegionOf(NamedTuple):
    """A stretch of the file that holds data."""

    name: str
    """Of the section, or `segment[n]` where no section names it."""
    start: int
    end: int
    base: int
    """Distance of `start` from the beginning of the section or segment."""


class Elf:
    """One library. Tables are cut at their bounds; only a file that is no ELF at all raises ElfError."""

    def __init__(self, data: bytes) -> None:
        if data[:4] != MAGIC or len(data) < 52:
            raise ElfError("does not begin as an ELF file does")
        if data[4] not in (1, 2) or data[5] != 1:
            raise ElfError("is not little-endian, or neither of 32 nor of 64 bits")
        self.data = data
        self.wide = data[4] == 2
        if self.wide and len(data) < 64:
            raise ElfError("is cut off")
        self.machine = MACHINES.get(struct.unpack_from("<H", data, 18)[0], "an unknown processor")
        self.segments = tuple(self._segments())
        self.sections = tuple(self._sections())
        self._dynamic = self._read_dynamic()

    def needed(self) -> list[str]:
        """Names of the libraries that must be loaded before this one."""
        texts = self._texts()
        return [_name(texts, value) for tag, value in self._dynamic if tag == _NEEDED]

    def symbols(self) -> Symbols:
        """What is exported and what is asked for, in the order of the table; local rows are left out."""
        start, count, width = self._symbol_table()
        rows = struct.iter_unpack(
            "<LB1xH16x" if self.wide else "<L8xB1xH",
            self.data[start : start + min(count, MAX_SYMBOLS) * width],
        )
        texts, found = self._texts(), Symbols([], [], 0)
        mangled, left = 0, 8 * len(texts)  # names share their ends; together they are no longer than this
        for row, (at, info, section) in enumerate(rows):
            if info >> 4 == 0 or left < 0:
                continue
            if texts[at : at + 2] in MANGLED:
                mangled += 1
            elif text := _name(texts, at):
                left -= len(text)
                (found.exported if section else found.imported).append((row, text))
        return found._replace(mangled=mangled)

    def regions(self) -> Iterator[RegionOf]:
        """Where data lies that may hold texts: sections first, then what is mapped but has no section.

        No byte is handed out twice, however many headers claim it.
        """
        reached = 0
        for found in sorted(filter(_may_hold_text, self.sections), key=_by_offset):
            start, end = max(found.offset, reached), found.offset + found.size
            if end - start >= SMALLEST_REGION:
                yield RegionOf(found.name, start, end, start - found.offset)
            reached = max(reached, end)
        known = [(0, 64 if self.wide else 52), self._headers, *self._known()]
        for index, segment in enumerate(self.segments):
            if segment.kind == _LOAD:
                for start, end in _uncovered(segment.offset, segment.offset + segment.size, sorted(known)):
                    if end - start >= SMALLEST_REGION and self.data.count(0, start, end) < end - start:
                        yield RegionOf(f"segment[{index}]", start, end, start - segment.offset)
                known.append((segment.offset, segment.offset + segment.size))

    def section(self, name: str) -> bytes:
        """Content of the first section of this name; empty when there is none."""
        found = next((s for s in self.sections if s.name == name), None)
        return self.data[found.offset : found.offset + found.size] if found else b""

    def _segments(self) -> Iterator[Segment]:
        size, count = struct.unpack_from("<HH", self.data, 54 if self.wide else 42)
        start = int.from_bytes(self.data[32:40] if self.wide else self.data[28:32], "little")
        row = struct.Struct("<LLQQ8xQ" if self.wide else "<LLL4xL")
        self._headers = (start, start + (56 if self.wide else 32) * min(count, MAX_SEGMENTS))
        for at in range(start, start + size * min(count, MAX_SEGMENTS), size or 1):
            if at + row.size + 4 > len(self.data):
                return
            if self.wide:
                kind, flags, offset, address, length = row.unpack_from(self.data, at)
            else:
                kind, offset, address, length = row.unpack_from(self.data, at)
                flags = int.from_bytes(self.data[at + 24 : at + 28], "little")
            yield Segment(kind, flags, offset, address, self._cut(offset, length))

    def _sections(self) -> Iterator[Section]:
        size, count, names = struct.unpack_from("<HHH", self.data, 58 if self.wide else 46)
        start = int.from_bytes(self.data[40:48] if self.wide else self.data[32:36], "little")
        row = struct.Struct("<LLQ8xQQ" if self.wide else "<LLL4xLL")
        if start == 0 or size < row.size or names >= count:
            return
        last = min(count, MAX_SECTIONS, max(0, len(self.data) - start) // size)
        rows = [row.unpack_from(self.data, start + index * size) for index in range(last)]
        _, _, _, at, length = rows[names] if names < last else (0, 0, 0, 0, 0)
        texts = self.data[at : at + min(length, MAX_SECTION_NAMES)]
        for name, kind, flags, offset, length in rows:
            size = 0 if kind == _NOBITS else self._cut(offset, length)
            yield Section(printable(_name(texts, name), 64), kind, flags, offset, size)

    def _known(self) -> Iterator[tuple[int, int]]:
        """What sections account for. Instructions count only where the loader would run them."""
        run = [(s.offset, s.offset + s.size) for s in self.segments if s.kind == _LOAD and s.flags & _RUN]
        for found in self.sections:
            start, end = found.offset, found.offset + found.size
            if found.kind and not (found.flags & _EXEC and not any(a <= start and end <= b for a, b in run)):
                yield start, end

    def _cut(self, offset: int, length: int) -> int:
        """How many of `length` bytes at `offset` the file really has."""
        return max(0, min(length, len(self.data) - offset))

    def _read_dynamic(self) -> list[tuple[int, int]]:
        """Tags and values that tell the loader where its tables are."""
        found = next((s for s in self.segments if s.kind == _DYNAMIC), None)
        if found is None:
            return []
        row = struct.Struct("<QQ" if self.wide else "<LL")
        content = self.data[found.offset : found.offset + min(found.size, 1 << 16)]
        rows = list(row.iter_unpack(content[: len(content) // row.size * row.size]))
        end = next((index for index, (tag, _) in enumerate(rows) if tag == 0), len(rows))
        return rows[:end]

    def _value(self, tag: int) -> int:
        return next((value for found, value in self._dynamic if found == tag), 0)

    def _offset(self, address: int) -> int:
        """Where in the file an address is mapped from; the end of the file when nowhere."""
        for found in self.segments:
            if found.kind == _LOAD and found.address <= address < found.address + found.size:
                return address - found.address + found.offset
        return len(self.data)

    def _texts(self) -> bytes:
        """The names of libraries and symbols, each ended by a NUL."""
        start = self._offset(self._value(_STRTAB))
        return self.data[start : start + self._value(_STRSZ)]

    def _symbol_table(self) -> tuple[int, int, int]:
        """Where the symbols begin, how many there are, and the bytes of each.

        Nothing states the number: it follows from the hash tables, by which the loader finds symbols.
        """
        width = 24 if self.wide else 16
        start = self._offset(self._value(_SYMTAB))
        count = self._counted() or self._counted_gnu()
        room = max(0, len(self.data) - start) // width
        return start, min(count, room), width

    def _counted(self) -> int:
        """Symbols by the classic hash table: as many as it has chains."""
        at = self._offset(self._value(_HASH)) if self._value(_HASH) else len(self.data)
        return self._word(at + 4)

    def _counted_gnu(self) -> int:
        """Symbols by the GNU hash table: one after the end of its last chain."""
        if not self._value(_GNU_HASH):
            return 0
        at = self._offset(self._value(_GNU_HASH))
        buckets, first, bloom = self._word(at), self._word(at + 4), self._word(at + 8)
        at += 16 + bloom * (8 if self.wide else 4)
        if not 0 < buckets <= (len(self.data) - at) // 4:
            return 0
        last = max(struct.unpack_from(f"<{buckets}L", self.data, at), default=0)
        at += 4 * buckets
        while first <= last < MAX_SYMBOLS and at + 4 * (last - first) + 4 <= len(self.data):
            if self._word(at + 4 * (last - first)) & 1:
                break
            last += 1
        return max(last + 1, first)  # symbols that are only asked for come before the first hashed one

    def _word(self, at: int) -> int:
        return int.from_bytes(self.data[at : at + 4], "little")


def _name(texts: bytes, start: int) -> str:
    """A text up to its NUL; empty when there is none, or it is too long."""
    stop = texts.find(0, start, start + MAX_SYMBOL_NAME)
    return texts[start:stop].decode("utf-8", "backslashreplace") if stop > start else ""


def _may_hold_text(section: Section) -> bool:
    mapped = section.flags & _ALLOC and not section.flags & _EXEC
    return bool(mapped and section.kind in _HOLDS_DATA and section.name not in _NO_TEXT)


def _by_offset(section: Section) -> int:
    return section.offset


def _uncovered(start: int, end: int, known: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches of a segment that no section covers; `known` is sorted."""
    for begin, stop in [*known, (end, end)]:
        if start < min(begin, end):
            yield start, min(begin, end)
        start = max(start, stop)
