"""Native libraries of all parts -> bundles: one kind of processor, names for Java, texts by section.

A package holds the same library for several kinds of processors; one of them is read, and the gap says which.
Two engines put their own code into libraries: Flutter, and .NET, whose assemblies lie in a section `payload`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from auditor.collect.bundles import flutter
from auditor.collect.bundles.elf import Elf, ElfError, Symbols
from auditor.collect.bundles.sources import File, Sources, cut, hidden, listed
from auditor.collect.bundles.texts import Buffer, Bundle, Region, Text, first_places

ABIS = ("arm64-v8a", "armeabi-v7a", "x86_64", "x86", "riscv64", "armeabi")
"""Processors by preference: nearly every phone in use is of the first kind."""

_LIBRARY = re.compile(r"lib/([^/]+)/([^/]+)")
_ASSEMBLIES = re.compile(r"libassemblies\.[\w-]+\.blob\.so|lib_.+\.dll\.so")
_MADE_BY_TOOLS = re.compile(r"__|_bss_end__|_(?:init|fini|end|edata|etext)$")
"""Exports that compilers and linkers add to every library."""
_SNAPSHOTS = {"_kDartIsolateSnapshotData", "_kDartVmSnapshotData"}
"""What a library with Dart code exports."""
PAYLOAD = "payload"
"""Section in which .NET keeps an assembly or a store of them."""


class Library(NamedTuple):
    """One library that is to be read, and the other processors it also exists for."""

    file: File
    abi: str
    others: tuple[str, ...]


class Read(NamedTuple):
    """What reading all libraries gave."""

    bundles: tuple[Bundle, ...]
    payloads: tuple[tuple[File, bytes], ...]
    """.NET assemblies, or stores of them, found inside libraries."""


def abi_of(member: str) -> str:
    """The processor a member is for; empty when it is no library of the package."""
    found = _LIBRARY.fullmatch(member)
    return found[1] if found else ""


def read(files: Iterable[File], sources: Sources) -> Read:
    """Every library once. Flutter's own two become bundles of the form `flutter`."""
    bundles: list[Bundle] = []
    payloads: list[tuple[File, bytes]] = []
    chosen = choose(files)
    for library in chosen:
        data = sources.read(library.file)
        if not data:
            continue
        try:
            elf = Elf(data)
        except ElfError as error:
            sources.fail(library.file, error)
            continue
        if _ASSEMBLIES.fullmatch(_name(library.file)) and (payload := elf.section(PAYLOAD)):
            payloads.append((library.file, payload))
        else:
            bundles.append(_bundle(library, elf))
    return Read(_with_gaps(bundles, chosen), tuple(payloads))


def choose(files: Iterable[File]) -> list[Library]:
    """One file for each name of a library: the most usual processor it exists for."""
    named: dict[str, dict[str, File]] = {}
    for file in files:
        abi = abi_of(file.member)  # empty for a library among the assets, which stands for itself
        name = _name(file).replace(abi, "")  # some names hold the processor
        named.setdefault(name if abi else file.place, {}).setdefault(abi, file)
    return [_preferred(by_abi) for by_abi in named.values()]


def _preferred(by_abi: Mapping[str, File]) -> Library:
    first, *others = sorted(by_abi, key=lambda abi: (ABIS.index(abi) if abi in ABIS else len(ABIS), abi))
    return Library(by_abi[first], first, tuple(others))


def _name(file: File) -> str:
    return file.member.rpartition("/")[2]


# --- any library -------------------------------------------------------------------------------


def _bundle(library: Library, elf: Elf) -> Bundle:
    """What fits the library: Flutter's engine, Dart code, or neither."""
    if _name(library.file) == "libflutter.so":
        return _engine(library, elf)
    symbols = elf.symbols()
    dart = any(name in _SNAPSHOTS for _, name in symbols.exported)
    snapshot = next(_snapshots(library, elf), None) if dart else None
    return _flutter(library, elf, *snapshot) if snapshot else _library(library, elf, symbols)


def _library(library: Library, elf: Elf, symbols: Symbols) -> Bundle:
    """A library by what the loader sees: exports that Java or others call, imports, data with texts."""
    place = f"elf:{library.file.place}"
    chosen = ((row, text) for row, text in symbols.exported if not _MADE_BY_TOOLS.match(text))
    names, more = first_places(Text(text, f"{place}/.dynsym[{row}]") for row, text in chosen)
    imports, _ = first_places(Text(text, f"{place}/.dynsym[{row}]") for row, text in symbols.imported)
    return Bundle(
        "native",
        library.file.place,
        {
            "architecture": elf.machine,
            "needs": elf.needed(),
            "exports": len(symbols.exported),
            "imports": len(symbols.imported),
            "names of C++ or Rust": symbols.mangled,
            "also for": list(library.others),
        },
        names,
        imports,
        tuple(_regions(elf, place)),
        cut(library.file.place, names, more=more),
    )


def _regions(elf: Elf, place: str, without: str = "") -> Iterator[Buffer]:
    for found in elf.regions():
        if f"{place}/{found.name}" != without:
            yield Region(elf.data[found.start : found.end], f"{place}/{found.name}", found.base)


# --- Flutter -----------------------------------------------------------------------------------


def _flutter(library: Library, elf: Elf, head: flutter.Snapshot, texts: flutter.Texts) -> Bundle:
    """Dart code, `libapp.so` nearly always, by its snapshot."""
    names, more = first_places(flutter.names(texts))
    about = {
        "architecture": elf.machine,
        "snapshot": head.hash,
        "features": list(head.features),
        "names": len(names),
        "also for": list(library.others),
    }
    place = library.file.place
    why = f"Flutter code ({place}): names and texts were read; what it calls was not followed"
    gaps = (hidden(why), *cut(place, names, more=more))
    return Bundle(
        "flutter", place, about, names, (), (texts, *_regions(elf, f"elf:{place}", texts.place)), gaps
    )


def _snapshots(library: Library, elf: Elf) -> Iterator[tuple[flutter.Snapshot, flutter.Texts]]:
    for found in elf.regions():
        data = elf.data[found.start : found.end]
        if head := flutter.snapshot(data):
            place = f"elf:{library.file.place}/{found.name}"
            yield head, flutter.Texts(data, place, found.base, head.layout)


def _engine(library: Library, elf: Elf) -> Bundle:
    """`libflutter.so` by its hashes: it is the same in all apps of one version."""
    regions = tuple(_regions(elf, f"elf:{library.file.place}"))
    about = flutter.engine(b"\0".join(region.data for region in regions))
    return Bundle("flutter", library.file.place, {"architecture": elf.machine, **about}, (), (), regions, ())


# --- what stays hidden -------------------------------------------------------------------------


def _with_gaps(bundles: list[Bundle], chosen: list[Library]) -> tuple[Bundle, ...]:
    """The same bundles; the first native one carries one gap for all."""
    native = [b for b in bundles if b.form == "native"]
    if not native:
        return tuple(bundles)
    shown = listed([b.place for b in native])
    why = f"native code ({shown}): names and texts were read; what it calls was not followed"
    if others := sorted({abi for library in chosen for abi in library.others}):
        why += f"; libraries for {', '.join(others)} were not read"
    gap = hidden(why, sdks=False)
    return tuple(replace(b, gaps=(gap, *b.gaps)) if b is native[0] else b for b in bundles)
