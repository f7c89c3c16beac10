"""Members of all parts of a package by one place each, read within one budget for code that is not DEX."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from auditor.collect.archive import Part, Unreadable, amount, printable
from auditor.collect.bundles.texts import Bundle, Text
from auditor.collect.package import Package
from auditor.model import Gap, Rung
from auditor.vocabulary import UNSEEN

MAX_READ = 1 << 30
"""Bytes of all members read here; the code of large games has 300 million, for one kind of processor."""
HEAD = 64
"""Bytes that tell what a file is, whatever its name."""
SHOWN = 3
"""How many files that cannot be read are named, each in its own sentence."""


class File(NamedTuple):
    """One member of one part."""

    part: Part
    member: str
    place: str
    """What to call it: the member, with the part's name before it unless that is the base; fit to print."""

    @property
    def size(self) -> int:
        """Bytes, as the archive states them."""
        return self.part.entries[self.member].size


class Sources:
    """Hands out members as long as the budget lasts, and says afterwards which it could not."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._left = MAX_READ
        self._failed: list[str] = []
        self._over: list[str] = []

    def files(self) -> Iterator[File]:
        """Every member of every part, base first."""
        for part in self._package.parts:
            before = "" if part is self._package.base else f"{part.name}/"
            for member in part.members():
                yield File(part, member, before + printable(member, 500))

    def read(self, file: File) -> bytes:
        """The whole member; empty when it cannot be read or the budget is spent, which `gaps` then says."""
        if file.size > self._left:
            self._over.append(file.place)
            return b""
        self._left -= file.size
        try:
            return file.part.read(file.member)
        except Unreadable as error:
            self._failed.append(f"{file.place} could not be read whole: {error}")
            return b""

    def fail(self, file: File, why: object) -> None:
        """Note that a member is not what it should be; `why` is a clause."""
        self._failed.append(f"{file.place} could not be read whole: {why}")

    def gaps(self) -> Iterator[Gap]:
        """What could not be read: some files by name, the rest by number."""
        for sentence in self._failed[:SHOWN]:
            yield hidden(sentence)
        if more := len(self._failed[SHOWN:]):
            yield hidden(f"further files of code that is not DEX could not be read: {more}")
        if self._over:
            yield hidden(
                f"code that is not DEX is larger than {amount(MAX_READ)}; not read: {listed(self._over)}"
            )


def head(file: File) -> bytes:
    """The first `HEAD` bytes, expanded without the rest and without a checksum; empty when there are none."""
    entry, data = file.part.entries[file.member], file.part.data
    if entry.offset + 30 > len(data):
        return b""
    name, extra = (
        int.from_bytes(data[entry.offset + at : entry.offset + at + 2], "little") for at in (26, 28)
    )
    start = entry.offset + 30 + name + extra
    packed = bytes(data[start : start + min(entry.packed, 4 * HEAD)])
    if entry.method != 8:
        return packed[:HEAD]
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, HEAD)
    except zlib.error:  # whoever reads it whole says so; here it is only not recognised
        return b""


def hidden(why: str, *, sdks: bool = True) -> Gap:
    """Code that was not followed hides data access and practices; SDKs only where they can lie there."""
    return Gap(Rung.REFERENCED, why, ("data", "practice", *([f"sdk:{UNSEEN}"] if sdks else [])))


def listed(places: Sequence[str]) -> str:
    """Some of many places, for a sentence."""
    return ", ".join(places[:SHOWN]) + (f" ... ({len(places)} in all)" if len(places) > SHOWN else "")


def cut(place: str, names: Sequence[Text], *, more: bool) -> tuple[Gap, ...]:
    """That names were left out, when there were more than are taken."""
    return (hidden(f"{place}: names beyond the first {len(names):,} were not read"),) if more else ()


def with_gap(bundles: Iterable[Bundle], form: str, sentence: Callable[[str], str]) -> list[Bundle]:
    """The same bundles; the first of `form` that was read carries one gap for all that were."""
    bundles = list(bundles)
    places = [b.place for b in bundles if b.form == form and b.buffers]
    for index, bundle in enumerate(bundles):
        if places and bundle.place == places[0]:
            bundles[index] = replace(bundle, gaps=(hidden(sentence(listed(places))), *bundle.gaps))
    return bundles


def only_named(form: str, files: Sequence[File], why: str) -> Iterator[Bundle]:
    """One bundle of nothing but a gap, for files of which nothing is read; none without files."""
    places = [file.place for file in files]
    if places:
        yield Bundle(form, places[0], {"files": len(places)}, gaps=(hidden(f"{why} ({listed(places)})"),))
