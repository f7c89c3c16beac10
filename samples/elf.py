"""Shared libraries with names and strings in them, and no code that does anything.

`header` is the smallest library there is. `library` makes one for arm64 out of a text such as

    # a comment
    [_kDartIsolateSnapshotData dart]
    00000000000000000000000000000000
    product arm64 android
    package:fluturim/main.dart
    [JNI_OnLoad code]
    [- c]
    a string that no symbol leads to

Each `[SYMBOL FORM]` begins a thing the library exports: `code` is one return instruction, `c` are strings
that end in a zero byte, `dart` is a snapshot as Dart's compiler lays one out, as far as a reader of strings
can tell: its header, version and options, then strings behind their lengths, in Latin-1 where the letters
allow it and in UTF-16 where not. No Dart can run it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

MACHINES = {"arm64-v8a": (64, 183), "armeabi-v7a": (32, 40), "x86_64": (64, 62)}
RETURN = bytes.fromhex("c0035fd6")
"""The one instruction there is, for arm64."""
SNAPSHOT_MAGIC, FULL_AOT = bytes.fromhex("f5f5dcdc"), 3
HEADER, SEGMENT, SECTION, SYMBOL = 64, 56, 64, 24
"""Sizes of the ELF structures, 64 bits."""
ALLOCATED, EXECUTABLE = 2, 6


class ElfError(Exception):
    """The text describes no library."""


@dataclass(frozen=True)
class Thing:
    """One piece of the library, with the symbol that leads to it, if any."""

    symbol: str
    form: str
    lines: tuple[str, ...]

    def data(self) -> bytes:
        """The bytes of this piece."""
        if self.form == "code":
            return RETURN * 4
        if self.form == "c":
            return b"".join(line.encode() + b"\0" for line in self.lines)
        version, options, *strings = self.lines
        body = version.encode() + options.encode() + b"\0" + b"".join(map(dart_string, strings))
        return SNAPSHOT_MAGIC + struct.pack("<qq", len(body) + 16, FULL_AOT) + body


def header(abi: str) -> bytes:
    """A header that names the processor, and nothing else."""
    bits, machine = MACHINES[abi]
    ident = b"\x7fELF" + bytes([bits // 32, 1, 1]) + bytes(9)
    form, size = ("<HHIQQQIHHHHHH", 64) if bits == 64 else ("<HHIIIIIHHHHHH", 52)
    rest = struct.pack(form, 3, machine, 1, 0, 0, 0, 0, size, 0, 0, 0, 0, 0)
    return ident + rest + b"built stand-in, no code\0"


def library(name: str, text: str) -> bytes:
    """The library described by `text`. Raises ElfError when a line stands where none may."""
    return _Layout(name, list(_things(text))).build()


def _things(text: str) -> Iterator[Thing]:
    head, lines = "", []
    for line in [*text.splitlines(), "[end code]"]:
        if line.startswith("#") or not line:
            continue
        if not line.startswith("["):
            lines.append(line)
            continue
        if head:
            yield _thing(head, lines)
        elif lines:
            raise ElfError(f"{lines[0]!r} stands before the first [SYMBOL FORM]")
        head, lines = line.strip("[]"), []


def _thing(head: str, lines: list[str]) -> Thing:
    symbol, _, form = head.partition(" ")
    if form not in {"c", "code", "dart"} or (form == "dart" and len(lines) < 2):
        raise ElfError(f"[{head}] is no thing that can be made")
    return Thing("" if symbol == "-" else symbol, form, tuple(lines))


def dart_string(text: str) -> bytes:
    """A string behind its length, as Dart writes it: seven bits a byte, the last byte marked."""
    try:
        data, wide = text.encode("latin-1"), 0
    except UnicodeEncodeError:
        data, wide = text.encode("utf-16-le"), 1
    number, length = len(text) << 1 | wide, b""
    while number > 127:
        length += bytes([number & 127])
        number >>= 7
    return length + bytes([number | 128]) + data


class _Section(NamedTuple):
    name: str
    kind: int
    flags: int
    data: bytes
    link: int = 0
    """Number of the section this one belongs to."""
    info: int = 0
    entry: int = 0


class _Layout:
    """Sections one behind the other. Addresses are file offsets, so one segment loads the whole file."""

    def __init__(self, name: str, things: list[Thing]) -> None:
        self.things = things
        self.names = b"\0"
        self.sections: list[_Section] = []
        self.end = HEADER + 2 * SEGMENT
        self.soname = self._name(name)

    def build(self) -> bytes:
        """The file: header, segments, sections, and the table of sections."""
        rodata = self._things(".rodata", ALLOCATED, [t for t in self.things if t.form != "code"])
        text = self._things(".text", EXECUTABLE, [t for t in self.things if t.form == "code"])
        table = bytes(SYMBOL) + b"".join([*self._symbols(rodata, 1), *self._symbols(text, 2)])
        symbols = self._add(_Section(".dynsym", 11, ALLOCATED, table, 4, 1, SYMBOL))
        strings = self._add(_Section(".dynstr", 3, ALLOCATED, self.names))
        hashes = self._add(_Section(".hash", 5, ALLOCATED, _hash(len(table) // SYMBOL), 3, 0, 4))
        tags = (14, self.soname, 4, hashes, 5, strings, 6, symbols, 10, len(self.names), 11, SYMBOL, 0, 0)
        data = struct.pack(f"<{len(tags)}Q", *tags)
        dynamic = self._add(_Section(".dynamic", 6, ALLOCATED, data, 4, 0, 16))
        loaded = _segment(1, 0, self.end, 5)
        return self._file(loaded + _segment(2, dynamic, len(data), 4))

    def _things(self, name: str, flags: int, things: list[Thing]) -> list[tuple[Thing, int]]:
        """Put things into one section; where each begins."""
        data, places = b"", []
        for thing in things:
            places.append((thing, _aligned(self.end) + len(data)))
            data += _padded(thing.data())
        self._add(_Section(name, 1, flags, data))
        return places

    def _symbols(self, places: list[tuple[Thing, int]], section: int) -> Iterator[bytes]:
        for thing, start in places:
            if thing.symbol:
                kind = 18 if thing.symbol.startswith("J") else 17  # global: a function of Java's, an object
                name, size = self._name(thing.symbol), len(thing.data())
                yield struct.pack("<IBBHQQ", name, kind, 0, section, start, size)

    def _name(self, name: str) -> int:
        self.names += name.encode() + b"\0"
        return len(self.names) - len(name) - 1

    def _add(self, section: _Section) -> int:
        """Put a section behind the last one; where it begins."""
        start = _aligned(self.end)
        self.sections.append(section)
        self.end = start + len(section.data)
        return start

    def _file(self, segments: bytes) -> bytes:
        names = b"\0" + b"".join(s.name.encode() + b"\0" for s in self.sections) + b".shstrtab\0"
        self._add(_Section(".shstrtab", 3, 0, names))
        body, heads = segments, bytes(SECTION)
        for section in self.sections:
            body = _padded(body)
            start = HEADER + len(body)
            body += section.data
            name = names.index(b"\0" + section.name.encode() + b"\0") + 1
            numbers = (start if section.flags else 0, start, len(section.data), section.link, section.info)
            heads += struct.pack("<IIQQQQIIQQ", name, *section[1:3], *numbers, 16, section.entry)
        body = _padded(body)
        count = len(heads) // SECTION
        place = HEADER + len(body)
        rest = (3, MACHINES["arm64-v8a"][1], 1, 0, HEADER, place, 0, HEADER, SEGMENT, 2, SECTION)
        ident = b"\x7fELF" + bytes([2, 1, 1]) + bytes(9)
        return ident + struct.pack("<HHIQQQIHHHHHH", *rest, count, count - 1) + body + heads


def _hash(count: int) -> bytes:
    """A hash table of one chain through all `count` symbols; the first is none."""
    chain = [min(1, count - 1), 0, *range(2, count), 0][: count + 1]
    return struct.pack(f"<{count + 3}I", 1, count, *chain)


def _segment(kind: int, start: int, size: int, flags: int) -> bytes:
    return struct.pack("<IIQQQQQQ", kind, flags, start, start, start, size, size, 16 if kind == 2 else 4096)


def _aligned(position: int) -> int:
    return (position + 15) // 16 * 16


def _padded(data: bytes) -> bytes:
    return data + bytes(_aligned(len(data)) - len(data))
