"""Servers and keys that the app names anywhere: in DEX strings, with whoever uses them, and in other code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.catalogue import Catalogue
from auditor.collect.archive import Unreadable
from auditor.collect.bundles.texts import Buffer, Bundle
from auditor.collect.contacts import Located
from auditor.collect.hits import ADDRESS, Found
from auditor.collect.literals import Scanner
from auditor.collect.names import Names
from auditor.collect.reading import Reading
from auditor.model import Gap, Rung

MOST_USERS = 20
"""Places that use one text and are told."""


def located(names: Names, rules: Catalogue, scanner: Scanner) -> Iterator[Located]:
    """Every hit of the scanner with its place and owner; what ended a scan early becomes a gap of `names`."""
    if names.code:
        for file in range(len(names.code.program.files)):
            yield from _guarded(_in_strings(names.code, file, scanner), names)
    makers = {name: vendor.id for vendor in rules.vendors.values() for name in vendor.native}
    for bundle in names.bundles:
        for buffer in bundle.buffers:
            yield from _guarded(_in_buffer(buffer, _maker(bundle, makers), scanner), names)
    for argument in names.arguments:
        if argument.kind == "address":  # put together by the code: no string holds it whole
            yield Located(Found(ADDRESS, argument.value, 0, 0), argument.where, argument.who)


def _guarded(found: Iterator[Located], names: Names) -> Iterator[Located]:
    try:
        yield from found
    except Unreadable as error:
        names.gaps.append(Gap(Rung.REFERENCED, str(error), ("contact", "weakness:credential-in-package")))


def _in_strings(reading: Reading, file: int, scanner: Scanner) -> Iterator[Located]:
    """Hits in the string table of one DEX file: one per place in code that uses the string."""
    texts = reading.program.files[file].dex.texts
    for found in scanner.scan(texts.data, texts.bounds):
        for call in reading.users(file, texts.row(found.start), "")[:MOST_USERS]:
            yield Located(found, call.where.strip(), call.who)


def _in_buffer(buffer: Buffer, owner: str, scanner: Scanner) -> Iterator[Located]:
    for found in scanner.scan(buffer.data, buffer.bounds):
        yield Located(found, buffer.locate(found.start), owner)


def _maker(bundle: Bundle, makers: Mapping[str, str]) -> str:
    """Vendor of a native library, by its file name; what bundlers mix together has no one owner."""
    return makers.get(bundle.place.rpartition("/")[2], "")
