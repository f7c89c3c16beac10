"""Where Xamarin and .NET MAUI keep their assemblies -> one bundle: single files, stores, inside libraries.

A store lists descriptors (where each assembly lies) and, from version 2 on, their names. Release builds
compress every assembly with LZ4, for which Python has no reader of its own: those are counted and left, with
a gap that says so.

Sources: dotnet/android `Documentation/project-docs/AssemblyBlobs.md` (version 1) and
`src/Xamarin.Android.Build.Tasks/Utilities/AssemblyStoreGenerator.cs` (versions 2 and 3). All numbers are
little-endian.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from auditor.collect.archive import printable
from auditor.collect.bundles.dotnet import Assembly, DotnetError
from auditor.collect.bundles.sources import File, Sources, cut, hidden, listed
from auditor.collect.bundles.texts import MAX_NAMES, Buffer, Bundle, Entries, Text, first_places
from auditor.model import Gap

STORE, PACKED = b"XABA", b"XALZ"
"""How a store begins, and an assembly compressed with LZ4."""
LIST = ".manifest"
"""End of the name of the list of names, which stores of version 1 have beside them."""
_LISTED = re.compile(rb"^0x[0-9a-f]+ +0x[0-9a-f]+ +\d+ +\d+ +(\S{1,256})", re.MULTILINE)
MAX_ASSEMBLIES = 5000
"""Of one store; an app with all of .NET has 400."""
_PLATFORM = re.compile(
    r"(?:System|Microsoft|Mono|Xamarin|Java\.Interop|UnityEngine|Unity|UnityEditor)(?:\..*)?|mscorlib|netstandard"
    r"|WindowsBase|_Microsoft\..*"
)
"""Assemblies of the platform by name; what they hold tells nothing of the app."""


@dataclass(slots=True)
class _Found:
    """Everything gathered from all assemblies of the package."""

    names: list[Text] = field(default_factory=list)
    imports: list[Text] = field(default_factory=list)
    buffers: list[Buffer] = field(default_factory=list)
    read: list[str] = field(default_factory=list)
    platform: list[str] = field(default_factory=list)
    packed: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


def read(files: Sequence[File], payloads: Sequence[tuple[File, bytes]], sources: Sources) -> Iterator[Bundle]:
    """One bundle for all assemblies, or none."""
    found = _Found()
    for file in files:
        _take(sources.read(file), file.place, found)
    for file, payload in payloads:
        _take(payload, file.place, found)
    if files or payloads:
        place = (*files, *(file for file, _ in payloads))[0].place
        names, more = first_places(found.names)
        imports, _ = first_places(found.imports)
        about = {
            "assemblies": found.read,
            "of the platform": len(found.platform),
            "compressed": found.packed[:200],
        }
        gaps = (*_gaps(found, place), *cut(place, names, more=more))
        yield Bundle("dotnet", place, about, names, imports, tuple(found.buffers), gaps)


def _take(data: bytes, place: str, found: _Found) -> None:
    """One file: a store, the list that names what is in stores, or an assembly."""
    if place.endswith(LIST):
        found.names += [
            Text(row[1].decode("utf-8", "replace"), f"dotnet:{place}+{row.start():#x}")
            for row in islice(_LISTED.finditer(data), MAX_ASSEMBLIES)
        ]
    elif data[:4] == STORE:
        for name, start, size in stored(data):
            _assembly(data[start : start + size], f"{place}/{name}", found)
    elif data:
        _assembly(data, place, found)


def stored(store: bytes) -> Iterator[tuple[str, int, int]]:
    """Name (its number in version 1), offset and size of each assembly; what lies outside is left out."""
    version, count = struct.unpack_from("<LL", store.ljust(20, b"\0"), 4)
    count = min(count, MAX_ASSEMBLIES)
    start, row, names = 20, struct.Struct("<LL16x"), iter(list[str]())
    if version & 0xFFFF > 1:
        start, row = 20 + int.from_bytes(store[16:20], "little"), struct.Struct("<4xLL16x")
        names = _stored_names(store, start + row.size * count)
    for index in range(count):
        at = start + row.size * index
        if at + row.size > len(store):
            return
        offset, size = row.unpack_from(store, at)
        name = next(names, f"assembly[{index}]")
        if 0 < size <= len(store) - offset:
            yield name, offset, size


def _stored_names(store: bytes, at: int) -> Iterator[str]:
    while at + 4 <= len(store):
        size = int.from_bytes(store[at : at + 4], "little")
        if not 0 < size <= 1024:
            return
        yield printable(store[at + 4 : at + 4 + size].decode("utf-8", "replace"))
        at += 4 + size


def _assembly(data: bytes, place: str, found: _Found) -> None:
    short = place.rpartition("/")[2].removesuffix(".so").removesuffix(".dll").removeprefix("lib_")
    known = found.packed if data[:4] == PACKED else found.platform if _PLATFORM.fullmatch(short) else None
    if known is not None:
        known.append(short)
        found.names += [Text(short, f"dotnet:{place}")] if not short.endswith("]") else []
    elif data[:2] == b"MZ":
        try:
            _metadata(Assembly(data), place, found)
            found.read.append(short)
        except DotnetError as error:
            found.broken.append(f"{place}: {error}")


def _metadata(assembly: Assembly, place: str, found: _Found) -> None:
    """Names and texts; all of them are worked out before any is kept."""
    where = f"dotnet:{place}"
    names = [Text(assembly.name, f"{where}/Assembly")] if assembly.name else []
    names += [Text(n, f"{where}/AssemblyRef[{i}]") for i, n in enumerate(assembly.references(), 1)]
    named = chain(assembly.types(), assembly.members())
    room = max(0, MAX_NAMES + 1 - len(found.names))  # one more than is taken, so that it is told
    names += [Text(n.name, f"{where}/{n.table}[{n.row}]") for n in islice(named, room)]
    room = max(0, MAX_NAMES - len(found.imports))
    imports = [Text(n.name, f"{where}/{n.table}[{n.row}]") for n in islice(assembly.imports(), room)]
    texts = Entries(assembly.texts(), f"{where}/#US")
    found.names += names
    found.imports += imports
    found.buffers.append(texts)


def _gaps(found: _Found, place: str) -> Iterator[Gap]:
    others = ", those of assemblies named as the platform's were not" if found.platform else ""
    if found.read:
        at = listed(found.read)
        why = f".NET code ({at}): names and texts were read{others}; what it calls was not followed"
        yield hidden(why)
    elif found.platform and not found.packed:
        yield hidden(f".NET code was not found: all assemblies are named as the platform's ({place})")
    if found.packed:
        yield hidden(f".NET assemblies are compressed with LZ4 and were not read ({listed(found.packed)})")
    if found.broken:
        yield hidden(f".NET assemblies could not be read: {listed(found.broken)}")
