"""Unity: names and texts of code compiled by IL2CPP, from `global-metadata.dat`; the engine's version.

The file lists tables as pairs of offset and size, from version 38 on as offset, size and count. Read are the
first three: literal texts of the code, and the names of types, methods and fields. Publishers encrypt this
file; then nothing in it adds up, and that is said. Data files are scanned as they lie, unless compressed.

Source: Unity's own `GlobalMetadataFileInternals.h` (delivered with the editor, libil2cpp/vm), as published in
github.com/nneonneo/Il2CppVersions. All numbers are little-endian; sizes are bytes.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain

from auditor.collect.bundles.sources import File, Sources, cut, head, hidden, listed
from auditor.collect.bundles.texts import Buffer, Bundle, Entries, Region, Text, first_places
from auditor.model import Gap

MAGIC = bytes.fromhex("af1bb1fa")
FIRST, LAST = 16, 39
"""Versions whose first tables lie as described: Unity 5.3 (2015) to Unity 6 (2025)."""
_TRIPLES = 38
"""First version whose tables are told by three numbers."""
_PLACES_ALONE = 30
"""First version after those whose literals surely state their lengths."""
MAX_LITERALS = 2_000_000
MAX_DATA = 64 << 20
"""Bytes of one data file that is scanned; larger ones hold pictures and sounds mostly."""
ARCHIVES = (b"UnityFS", b"UnityWeb", b"UnityRaw")
"""How archives of data files begin, which are compressed nearly always."""
_MEDIA = (".resS", ".resource")
_VERSION = re.compile(rb"\d{1,4}\.\d{1,2}\.\d{1,3}[abfp]\d{1,3}")
_IDENTIFIER = re.compile(rb"(?<=\0)([A-Za-z_][\w.]{2,255}+)(?:`\d{1,2})?(?=\0)", re.ASCII)


class UnityError(ValueError):
    """Not metadata that can be read; one clause says why."""


class Metadata:
    """Texts and names of one `global-metadata.dat`. Every offset is checked; a bad one raises UnityError."""

    def __init__(self, data: bytes) -> None:
        if data[:4] != MAGIC or len(data) < 44:
            raise UnityError("does not begin as the metadata of Unity does, so it is encrypted or none")
        self.version = int.from_bytes(data[4:8], "little")
        if not FIRST <= self.version <= LAST:
            raise UnityError(f"has version {self.version}; read are {FIRST} to {LAST}")
        step = 12 if self.version >= _TRIPLES else 8
        tables = [struct.unpack_from("<LL", data, 8 + step * index) for index in range(3)]
        if any(start < 8 + 3 * step or start + size > len(data) for start, size in tables):
            raise UnityError("points outside itself, so it is encrypted or damaged")
        rows, texts, names = (data[start : start + size] for start, size in tables)
        self.literals = _literals(rows, texts, self.version)
        self._names, self._names_at = names, tables[2][0]

    def names(self, place: str) -> Iterator[Text]:
        """Names of namespaces, types, methods, fields and parameters, without those that compilers make."""
        for found in _IDENTIFIER.finditer(b"\0" + self._names):
            at = self._names_at + found.start() - 1
            yield Text(found[1].decode("ascii"), f"{place}+{at:#x}")

    def buffer(self, place: str) -> Entries:
        """The literal texts, each an entry."""
        return Entries(self.literals, f"{place}/literal")


def engine_version(data: bytes) -> str:
    """Version in the head of a data file or archive (`2021.3.16f1`); empty when none stands there."""
    found = _VERSION.search(data[:200])
    return found[0].decode() if found else ""


def _literals(rows: bytes, texts: bytes, version: int) -> list[bytes]:
    """Literal texts: rows of length and place, or in newer files of the place alone.

    From which version on is not told alike; the rows show it, for each text begins where another ends.
    """
    numbers = struct.unpack(f"<{len(rows) // 4}L", rows[: len(rows) // 4 * 4])
    if len(numbers) > 2 * MAX_LITERALS:
        raise UnityError(f"states more than {MAX_LITERALS:,} literals")
    lengths, places = numbers[::2], numbers[1::2]
    in_turn = len(numbers) % 2 == 0 and places == (*accumulate(lengths[:-1], initial=0),)[: len(places)]
    if (in_turn or version < _PLACES_ALONE) and len(lengths) == len(places):
        ends = [at + length for length, at in zip(lengths, places, strict=True)]
    else:
        places, ends = numbers, [*numbers[1:], len(texts)]
    if any(not at <= end <= len(texts) for at, end in zip(places, ends, strict=True)):
        raise UnityError("has literals outside itself, so it is encrypted or damaged")
    if sum(ends) - sum(places) > 4 * len(texts) + (1 << 20):
        raise UnityError("repeats its literals more often than it can")
    return [texts[at:end] for at, end in zip(places, ends, strict=True)]


# --- bundles -----------------------------------------------------------------------------------


@dataclass(slots=True)
class _Code:
    """What the metadata of all parts gave."""

    names: list[Iterator[Text]] = field(default_factory=list)
    buffers: list[Buffer] = field(default_factory=list)
    version: int = 0
    gaps: list[Gap] = field(default_factory=list)


def read(
    metadata: Sequence[File], data: Sequence[File], compiled: Sequence[File], sources: Sources
) -> Iterator[Bundle]:
    """One bundle for code and data of the game; `compiled` are its libraries. None without any of them."""
    first = next(iter((*metadata, *data, *compiled)), None)
    if first is None:
        return
    code = _code(metadata, compiled, sources)
    names, more = first_places(chain.from_iterable(code.names))
    plain = [f for f in data if not f.member.endswith(_MEDIA) and not head(f).startswith(ARCHIVES)]
    code.gaps += _left_out(data, plain)
    engine = next(filter(None, (engine_version(head(f)) for f in data)), "")
    about = {"engine": engine, "metadata version": code.version, "names": len(names)}
    scenes = [f for f in plain if f.size <= MAX_DATA]
    read = ((f.place, sources.read(f)) for f in scenes)
    buffers = (*code.buffers, *(Region(content, f"unity:{place}") for place, content in read if content))
    gaps = (*code.gaps, *cut(first.place, names, more=more))
    yield Bundle("unity", first.place, about, names, (), buffers, gaps)


def _code(metadata: Sequence[File], compiled: Sequence[File], sources: Sources) -> _Code:
    code = _Code()
    for file in metadata:
        if not (content := sources.read(file)):
            continue
        try:
            found = Metadata(content)
        except UnityError as error:
            code.gaps.append(hidden(f"Unity code was not read ({file.place}): its metadata {error}"))
            continue
        place = f"unity:{file.place}"
        code.names.append(found.names(f"{place}/string"))
        code.buffers.append(found.buffer(place))
        code.version = found.version
        why = f"Unity code ({file.place}): names and texts were read; what it calls was not followed"
        code.gaps.append(hidden(why))
    if compiled and not metadata:
        code.gaps.append(hidden(f"Unity code was not read ({compiled[0].place}): its metadata was not found"))
    return code


def _left_out(data: Sequence[File], plain: Sequence[File]) -> Iterator[Gap]:
    """What hides texts: archives and large files. Pictures and sounds have files of their own."""
    packed = [f.place for f in data if f not in plain and not f.member.endswith(_MEDIA)]
    large = [f.place for f in plain if f.size > MAX_DATA]
    if packed:
        yield hidden(f"Unity data is compressed and was not read ({listed(packed)})", sdks=False)
    if large:
        yield hidden(f"Unity data was not read for its size ({listed(large)})", sdks=False)
