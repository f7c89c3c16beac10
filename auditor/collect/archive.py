"""One ZIP archive, hostile until read: its members by the reading that Android makes.

Nothing is extracted to disk, run or fetched; sizes, counts and ratios are bounded by `Limits`; a
member that cannot be read says so by `Unreadable`, so that the caller can turn it into a gap.
Where an archive is ambiguous, Android's reading counts, and the ambiguity is reported as an
*oddity*.

The central directory is read here and not by `zipfile`: Android takes packages that `zipfile`
refuses (odd version, extra field or method, the encrypted bit), and malware counts on readers
that refuse them. It is also three times as fast.

Sources: PKWARE APPNOTE 6.3.10 sections 4.3 and 4.4 (records, flags); Android system/libziparchive
(`zip_archive.cc`) and frameworks/base `ZipAssetsProvider` for what Android does with them.
"""

from __future__ import annotations

import mmap
import re
import struct
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

type Buffer = bytes | mmap.mmap
"""The bytes of one archive: in memory (from inside a set) or mapped from the file."""


class Unreadable(ValueError):
    """One clear sentence: which file, where, and what was expected."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken from one input. Real large apps stay below a tenth of each bound.

    There is no bound on nesting: a package inside a file or folder is as deep as anything here
    goes, and a package inside an app is only mentioned.
    """

    file_size: int = 4 << 30
    """Bytes of one input file."""
    members: int = 200_000
    """Members of one archive; real packages have fewer than 60,000."""
    directory_size: int = 64 << 20
    """Bytes of one central directory."""
    member_size: int = 512 << 20
    """Bytes of one member, expanded."""
    total_size: int = 4 << 30
    """Bytes of all readable members of one archive, expanded."""
    nested_size: int = 1 << 30
    """Bytes of all APKs of one set, which are held in memory."""
    parts: int = 2000
    """APKs of one set, or modules of one AAB."""
    ratio: int = 1000
    """Expanded to packed size of one member; real resources reach about 100."""
    ratio_above: int = 10 << 20
    """Bytes: members that expand to less than this may have any ratio."""


LIMITS = Limits()


class Member(NamedTuple):
    """One entry of the central directory (a tuple, since a package may hold 60,000)."""

    stored_as: str
    """Name in the archive; a module of an AAB shows the member under another one."""
    flags: int
    method: int
    crc: int
    packed: int
    """Bytes in the archive."""
    size: int
    """Bytes when expanded."""
    offset: int
    """Where the local header begins."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One APK of the set (base or split), or one module of an AAB."""

    name: str
    """File name inside the set, fit to print; for an APK on its own, the name of the file."""
    role: str
    """`base`, `split config.sq` or `module camera`."""
    label: str
    """What sentences call it: `app.xapk: base.apk`."""
    data: Buffer = field(repr=False)
    """The archive itself. Modules of an AAB share the bytes of the whole AAB."""
    entries: Mapping[str, Member] = field(repr=False)
    """Name to member, in the order of the central directory."""
    limits: Limits = field(default=LIMITS, repr=False)

    def members(self) -> tuple[str, ...]:
        """Names in the order of the archive, as they stand: use `printable` to show one."""
        return tuple(self.entries)

    def has(self, member: str) -> bool:
        """Whether a member of exactly this name exists."""
        return member in self.entries

    def size(self, member: str) -> int:
        """Expanded size in bytes, as the central directory states it; `read` enforces it."""
        return self._entry(member).size

    def read(self, member: str) -> bytes:
        """The member's bytes, bounded and with its CRC checked.

        Raises:
            Unreadable: no such member, over a limit, damaged, or really encrypted.

        """
        entry = self._entry(member)
        place = f"{self.label}: {printable(member)}"
        if why := _over_limit(entry, self.limits):
            raise Unreadable(f"{place}: {why}")
        content = _expand(_packed(self.data, entry, place), entry)
        if content is None:
            why = "is encrypted or damaged" if entry.flags & _ENCRYPTED else "is damaged"
            raise Unreadable(f"{place}: {why}; its size or checksum does not hold")
        return content

    def _entry(self, member: str) -> Member:
        if member not in self.entries:
            raise Unreadable(f"{self.label}: holds no {printable(member)}")
        return self.entries[member]


def printable(text: str, longest: int = 120) -> str:
    """`text` fit for one line of a terminal or report: control characters are shown as escapes."""
    if text.isprintable() and len(text) <= longest:
        return text
    safe = (c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[:longest])
    return "".join(safe) + ("..." if len(text) > longest else "")


def amount(count: int) -> str:
    """`count` bytes as a limit is named: `512 MiB`."""
    for shift, unit in ((30, "GiB"), (20, "MiB")):
        if count >= 1 << shift:
            return f"{count >> shift} {unit}"
    return f"{count:,} bytes"


_ENCRYPTED, _DESCRIPTOR = 1, 8
"""Bits of the general purpose flag (APPNOTE 4.4.4)."""
_STORED, _DEFLATED = 0, 8
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_UNKNOWN_64 = 0xFFFFFFFF
"""Stands where a value needs 64 bits and is found in the ZIP64 records instead."""


class EndRecord(NamedTuple):
    """Where the central directory is, from the record at the end of the archive."""

    at: int
    """Offset of the end record itself."""
    stated: int
    """Members, as the record states them; the 16 bits wrap in archives with more."""
    size: int
    start: int
    extra: int
    """Bytes after the end of the archive."""


def find_end(data: Buffer) -> EndRecord | None:
    """The end record, or None when there is none: not a ZIP archive, or cut off.

    One that ends where the file ends is preferred, for another may be quoted in its comment.
    """
    fallback = None
    lowest = max(0, len(data) - _END.size - 0xFFFF)
    at = data.rfind(b"PK\5\6", lowest)
    while at >= 0:
        if at + _END.size <= len(data):
            _, _, _, _, count, size, start, comment = _END.unpack_from(data, at)
            extra = len(data) - at - _END.size - comment
            end = EndRecord(at, count, size, start, extra)
            if extra == 0:
                return _widen(data, end)
            if extra > 0:
                fallback = fallback or end
        at = data.rfind(b"PK\5\6", lowest, at)
    return fallback and _widen(data, fallback)


def open_archive(
    data: Buffer, name: str, role: str = "base", label: str = "", limits: Limits = LIMITS
) -> tuple[Part, tuple[str, ...]]:
    """One archive and its oddities. `label` is what sentences call it (default: `name`).

    Raises:
        Unreadable: not a ZIP archive, cut off, damaged in its directory, or over a limit.

    """
    label = label or printable(name)
    end = find_end(data)
    if end is None:
        raise Unreadable(f"{label}: {_no_archive(data)}; expected an Android package")
    oddities = _Oddities()
    entries = _read_directory(data, end, label, limits, oddities)
    _check_layout(data, end, entries, oddities)
    total = sum(e.size for e in entries.values() if not _over_limit(e, limits))
    if total > limits.total_size:
        raise Unreadable(
            f"{label}: expands to more than {amount(limits.total_size)}; a package of this size is refused"
        )
    return Part(printable(name, 500), role, label, data, entries, limits), oddities.sentences(label)


def open_file(path: Path, limits: Limits = LIMITS) -> tuple[Part, tuple[str, ...]]:
    """One archive on disk, mapped and not copied, and its oddities.

    Raises:
        Unreadable: as `open_archive`; also no such file, a folder or pipe, empty, or too large.

    """
    label = printable(path.name)
    return open_archive(_map(path, label, limits), path.name, label=label, limits=limits)


def _map(path: Path, label: str, limits: Limits) -> mmap.mmap:
    if not path.exists():
        raise Unreadable(f"{label}: no such file or folder; expected an Android package")
    if not path.is_file():
        raise Unreadable(f"{label}: neither a file nor a folder; expected an Android package")
    size = path.stat().st_size
    if size == 0:
        raise Unreadable(f"{label}: is empty (0 bytes); expected an Android package")
    if size > limits.file_size:
        raise Unreadable(f"{label}: is larger than {amount(limits.file_size)}; refused")
    try:
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except OSError as error:
        raise Unreadable(f"{label}: cannot be opened ({error.strerror})") from error


class _Oddities:
    """Counts what is strange, keeping three examples of each kind: archives may hold thousands."""

    def __init__(self) -> None:
        self._seen: dict[str, list[str]] = {}
        self._counts: dict[str, int] = {}

    def add(self, what: str, example: str = "") -> None:
        self._counts[what] = self._counts.get(what, 0) + 1
        examples = self._seen.setdefault(what, [])
        if example and len(examples) < 3:
            examples.append(printable(example))

    def sentences(self, label: str) -> tuple[str, ...]:
        return tuple(self._sentence(label, what) for what in self._seen)

    def _sentence(self, label: str, what: str) -> str:
        examples, count = self._seen[what], self._counts[what]
        if not examples:
            return f"{label}: {what}"
        more = f" and {count - len(examples)} more" if count > len(examples) else ""
        return f"{label}: {what}: {', '.join(examples)}{more}"


def _widen(data: Buffer, end: EndRecord) -> EndRecord:
    """The same record with the ZIP64 one in its place, when it asks for that (APPNOTE 4.3.14)."""
    if _UNKNOWN_64 not in (end.size, end.start) or end.at < 20:
        return end
    sign, _, at, _ = struct.unpack_from("<4sLQL", data, end.at - 20)
    if sign != b"PK\6\7" or at + _END64.size > end.at:
        return end
    sign, *_, count, size, start = _END64.unpack_from(data, at)
    return EndRecord(end.at, count, size, start, end.extra) if sign == b"PK\6\6" else end


def _no_archive(data: Buffer) -> str:
    if data[:4] == b"PK\3\4":
        return "begins as a ZIP archive and has no end; the file is incomplete"
    return "not a ZIP archive"


def _read_directory(
    data: Buffer, end: EndRecord, label: str, limits: Limits, oddities: _Oddities
) -> dict[str, Member]:
    if end.start + end.size > end.at:
        raise Unreadable(f"{label}: its directory is not where the end record says it is")
    if end.size > limits.directory_size:
        raise Unreadable(f"{label}: its directory is over {amount(limits.directory_size)}; refused")
    entries: dict[str, Member] = {}
    count = 0
    for entry, extra_name in _walk_directory(data[end.start : end.start + end.size], label, end):
        count += 1
        if count > limits.members:
            raise Unreadable(f"{label}: holds more than {limits.members:,} members; refused")
        if entry.stored_as in entries:
            oddities.add("a name stands twice, the first is read", entry.stored_as)
        else:
            entries[entry.stored_as] = entry
        _check_entry(data, entry, extra_name, limits, oddities)
    if count & 0xFFFF != end.stated & 0xFFFF:
        oddities.add(f"its end record states {end.stated} members, its directory holds {count}")
    return entries


def _walk_directory(directory: bytes, label: str, end: EndRecord) -> Iterator[tuple[Member, bytes]]:
    """Each entry with its name as bytes.

    What follows the stated number of members is read as long as it reads, for Android ignores it.
    """
    at, index = 0, 0
    while at < len(directory):
        try:
            head = _CENTRAL.unpack_from(directory, at)
        except struct.error:
            head = (b"",)
        if head[0] != b"PK\1\2":
            if index >= end.stated:
                return
            raise Unreadable(f"{label}: its directory is damaged at member {index + 1}")
        _, _, _, flags, method, _, _, crc, packed, size, nlen, xlen, clen, _, _, _, offset = head
        name = directory[at + 46 : at + 46 + nlen]
        if _UNKNOWN_64 in (packed, size, offset):
            extra = directory[at + 46 + nlen : at + 46 + nlen + xlen]
            packed, size, offset = _wide_values(extra, packed, size, offset)
        # Android reads names as UTF-8 whether or not the archive marks them so
        text = name.decode("utf-8", "backslashreplace")
        at += 46 + nlen + xlen + clen
        index += 1
        if at > len(directory):
            raise Unreadable(f"{label}: its directory is cut off in member {index}")
        yield Member(text, flags, method, crc, packed, size, offset), name


def _wide_values(extra: bytes, packed: int, size: int, offset: int) -> tuple[int, int, int]:
    """Values of the ZIP64 extra field, which holds only those that did not fit (APPNOTE 4.5.3)."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, at)
        if kind == 1:
            body = extra[at + 4 : at + 4 + length]
            wide = iter(x[0] for x in struct.iter_unpack("<Q", body[: len(body) // 8 * 8]))
            size, packed, offset = (
                next(wide, value) if value == _UNKNOWN_64 else value for value in (size, packed, offset)
            )
            break
        at += 4 + length
    return packed, size, offset


def _check_entry(data: Buffer, entry: Member, name: bytes, limits: Limits, oddities: _Oddities) -> None:
    """Note what is strange about one member. Runs for every member: kept to a few comparisons."""
    text = entry.stored_as
    if text[:1] == "/" or ".." in text or not text.isprintable() or "\\" in text:
        _check_name(text, oddities)
    if entry.flags & _ENCRYPTED:
        oddities.add("marked as encrypted, read as Android does as if it were not", text)
    if entry.method not in (_STORED, _DEFLATED):
        oddities.add("packed by a method that Android does not know", f"{text} ({entry.method})")
    if entry.size > limits.ratio_above and (why := _over_limit(entry, limits)):
        oddities.add(f"{why}", text)
    if not _headers_agree(data, entry, name):
        oddities.add("described differently in the directory and beside its content", text)


def _check_name(name: str, oddities: _Oddities) -> None:
    if "\0" in name:
        oddities.add("a name holds a NUL", name)
    elif not name.isprintable():
        oddities.add("a name holds control characters", name)
    if name.startswith("/"):
        oddities.add("a name begins at the root", name)
    if ".." in re.split(r"[/\\]", name):
        oddities.add("a name climbs out of the archive", name)


def _headers_agree(data: Buffer, entry: Member, name: bytes) -> bool:
    """Whether the local header tells the same as the directory, where it tells anything."""
    if entry.offset + _LOCAL.size > len(data):
        return False
    sign, _, flags, method, _, _, crc, packed, size, nlen, _ = _LOCAL.unpack_from(data, entry.offset)
    if sign != b"PK\3\4" or method != entry.method or (flags ^ entry.flags) & _ENCRYPTED:
        return False
    start = entry.offset + _LOCAL.size
    if nlen != len(name) or data[start : start + nlen] != name:
        return False
    if flags & _DESCRIPTOR or packed == _UNKNOWN_64:
        return True  # the values follow the content, or stand in the ZIP64 field
    return bool((crc, packed, size) == (entry.crc, entry.packed, entry.size))


def _check_layout(data: Buffer, end: EndRecord, entries: Mapping[str, Member], oddities: _Oddities) -> None:
    """Note bytes before, between or after the members where none, or only one, should be."""
    if data[:4] != b"PK\3\4" and entries:
        is_dex = data[:4] == b"dex\n"
        oddities.add("begins with a DEX file before the archive" if is_dex else _PREFIXED)
    if end.extra:
        oddities.add(f"{end.extra} bytes follow the end of the archive; Android refuses that")
    free = 0
    for entry in sorted(entries.values(), key=_by_offset):
        if entry.offset < free:
            oddities.add("members share the same bytes", entry.stored_as)
        free = entry.offset + _LOCAL.size + entry.packed


_PREFIXED = "begins with bytes that belong to no member"


def _by_offset(entry: Member) -> int:
    return entry.offset


def _over_limit(entry: Member, limits: Limits) -> str:
    """Why the member is not expanded; empty when it may be."""
    if entry.size > limits.member_size:
        return f"expands to more than {amount(limits.member_size)}; not read"
    if entry.size > limits.ratio_above and entry.size > limits.ratio * max(entry.packed, 1):
        return f"expands more than {limits.ratio:,} times; not read"
    return ""


def _packed(data: Buffer, entry: Member, place: str) -> memoryview:
    """The bytes of one member as they lie in the archive, not copied."""
    if entry.offset + _LOCAL.size > len(data) or data[entry.offset : entry.offset + 4] != b"PK\3\4":
        raise Unreadable(f"{place}: nothing begins where the directory says it does")
    *_, nlen, xlen = _LOCAL.unpack_from(data, entry.offset)
    start = entry.offset + _LOCAL.size + nlen + xlen
    if start + entry.packed > len(data):
        raise Unreadable(f"{place}: reaches beyond the end of the file")
    return memoryview(data)[start : start + entry.packed]


def _expand(packed: memoryview, entry: Member) -> bytes | None:
    """The content whose size and CRC hold, or None.

    A method Android does not know is stored for its asset reader (the manifest) and DEFLATE for
    others; the checksum decides which it is here, so both readings are safe to try.
    """
    readings: list[Callable[[memoryview, int], bytes | None]] = [_as_stored, _as_deflated]
    if entry.method in (_STORED, _DEFLATED):
        readings = [_as_stored if entry.method == _STORED else _as_deflated]
    for reading in readings:
        content = reading(packed, entry.size)
        if content is not None and zlib.crc32(content) == entry.crc:
            return content
    return None


def _as_stored(packed: memoryview, size: int) -> bytes | None:
    return bytes(packed) if len(packed) == size else None


def _as_deflated(packed: memoryview, size: int) -> bytes | None:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = inflater.decompress(packed, size + 1)  # one more, to notice a lie
    except zlib.error:
        return None  # the caller says so, with the member's name
    return content if len(content) == size and inflater.eof else None
