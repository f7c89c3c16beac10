"""SDKs under shortened names, known by what R8 leaves: texts that code loads, and what its methods call.

A *telling text* is a whole string that only this SDK's code loads; a *shape* stands for the methods of the
platform that one method of the SDK calls. Both are in `rules/vendors`, made by
`benchmarks/make_fingerprint.py`. They count only in classes whose owner nobody knows: an app or another SDK
may well name a product.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from auditor.catalogue import Catalogue, Vendor
from auditor.collect.names import Names, shortened
from auditor.collect.reading import Reading
from auditor.dex.opcodes import Refers
from auditor.dex.program import File, Longs, Program
from auditor.dex.tables import DexError, Ids
from auditor.model import Evidence, Fact, Gap, Rung

FEWEST_CALLS = 5
"""Platform methods of a body that has a shape; with fewer, unrelated code looks alike."""

FEWEST_TEXTS = 2
"""Telling texts that are worth a gap; one may be a coincidence."""

FEWEST_CLASSES = 2
"""Classes that telling texts must be spread over: a list of other people's texts stands in one."""

PLATFORM = tuple(
    b"L%s" % name
    for name in (
        b"android/ dalvik/ java/io/ java/lang/ref/ java/lang/reflect/ java/lang/Thread java/math/ java/net/ "
        b"java/nio/ java/security/ java/text/ java/util/ javax/crypto/ javax/net/ org/apache/http/ org/json/ "
        b"org/xml"
    ).split()
)
"""Beginnings of types whose methods make a shape; compilers rewrite strings, numbers and the like."""

LONGEST = 3
"""Letters of a shortened class name; a few hundred thousand classes get by with three."""

_SIMPLE = re.compile(rb"([^/$;]+)(?:\$\d+)*;?$")
"""The last part of a class name; the numbers of anonymous classes come from the compiler."""

NOT_PLATFORM = (
    b"Landroid/support/",
    b"Landroid/arch/",
    b"Landroid/util/Log;",
    b"Ljava/util/Objects;",
    b"Ljava/util/List;",
    b"Ljava/util/Iterator;",
)
"""Libraries under Android's name; logging, which is often removed; what compilers put in or take out."""

type Hashes = npt.NDArray[np.uint64]


@dataclass(slots=True)
class Found:
    """What was found of one SDK's fingerprint."""

    vendor: Vendor
    texts: dict[str, set[int]] = field(default_factory=dict)
    """Telling text to the classes whose code loads it."""
    shapes: dict[int, set[int]] = field(default_factory=dict)
    """Shape to the classes that have a method of it."""

    @property
    def sure(self) -> bool:
        """Whether the texts alone are enough, or half of them together with the shapes."""
        least: int = self.vendor.fingerprint["least"]["strings"]
        texts = len(self.texts)
        spread = len(set[int]().union(*self.texts.values())) >= FEWEST_CLASSES
        return (texts >= least and spread) or (2 * texts >= least and self._shaped)

    @property
    def worth_telling(self) -> bool:
        """Whether it is more than one text, or one shape, that happens to be the same."""
        return len(self.texts) >= FEWEST_TEXTS or self._shaped

    @property
    def _shaped(self) -> bool:
        least: int = self.vendor.fingerprint["least"].get("shapes", 0)
        return 0 < least <= len(self.shapes)

    @property
    def first(self) -> int:
        """The class that shows most of it."""
        listed = [*self.texts.values(), *self.shapes.values()]
        return Counter(number for numbers in listed for number in sorted(numbers)).most_common(1)[0][0]

    def figures(self) -> str:
        """`7 of 12 telling strings, 4 method shapes`."""
        known = len(self.vendor.fingerprint["strings"])
        return f"{len(self.texts)} of {known} telling strings, {len(self.shapes)} method shapes"


def renamed_sdks(names: Names, rules: Catalogue) -> Iterator[Evidence | Gap]:
    """What shortened names hide and fingerprints show: evidence where they are sure, else a gap."""
    if names.code is None or not shortened(names):
        return
    for found in fingerprints(names.code, rules):
        where = _where(names.code.program, found.first)
        vendor = found.vendor.id
        if found.sure:
            place = f"dex:{where} (fingerprint: {found.figures()}; confidence high)"
            yield Evidence(Fact("sdk", vendor), Rung.REFERENCED, place, by=f"vendors/{vendor}")
        else:
            why = f"classes under shortened names resemble {found.vendor.name}: {found.figures()} ({where})"
            yield Gap(Rung.REFERENCED, why, (f"sdk:{vendor}",))


def fingerprints(reading: Reading, rules: Catalogue) -> Iterator[Found]:
    """Every SDK of which nobody's classes show something, unless it is there under its own name."""
    vendors = [vendor for vendor in rules.vendors.values() if vendor.fingerprint]
    found = {vendor.id: Found(vendor) for vendor in vendors}
    for text, number in _texts(reading, _owners(vendors, "strings")):
        found[text[0]].texts.setdefault(text[1], set()).add(number)
    for shape, number in _shapes(reading, _owners(vendors, "shapes")):
        found[shape[0]].shapes.setdefault(int(shape[1], 16), set()).add(number)
    named = _named(reading.program, [each.vendor for each in found.values() if each.worth_telling])
    yield from (each for each in found.values() if each.worth_telling and each.vendor.id not in named)


def _owners(vendors: Iterable[Vendor], kind: str) -> dict[str, str]:
    return {mark: vendor.id for vendor in vendors for mark in vendor.fingerprint.get(kind, ())}


def _named(program: Program, vendors: Iterable[Vendor]) -> set[str]:
    """Vendors with a class under its own name."""
    prefixes = {f"L{p.replace('.', '/')}".encode(): vendor.id for vendor in vendors for p in vendor.code}
    beginnings, found = tuple(prefixes), set[str]()
    defined = np.flatnonzero(program.class_row >= 0).tolist() if beginnings else []
    for name in (program.type_names[number] for number in defined):
        if name.startswith(beginnings):
            found |= {who for prefix, who in prefixes.items() if _below(name, prefix)}
    return found


def _below(name: bytes, prefix: bytes) -> bool:
    return name.startswith(prefix) and name[len(prefix) : len(prefix) + 1] in (b"/", b"$", b";")


def _where(program: Program, number: int) -> str:
    return f"{program.files[program.class_file[number]].name}/{program.type_name(number)}"


# texts ------------------------------------------------------------------------------------------------


def _texts(reading: Reading, wanted: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], int]]:
    """((vendor, text), class) for every const-string of a telling text in a class that is nobody's."""
    program = reading.program
    known = {text.encode(): (who, text) for text, who in wanted.items()}
    uses = program.uses(Refers.STRING)
    for file in program.files if known else ():
        begin, end = uses.bounds[[file.first_item, file.first_item + len(file.code)]].tolist()
        hits = _rows(file, uses.target[begin:end], known)
        positions = begin + np.flatnonzero(np.isin(uses.target[begin:end], list(hits)))
        for row, item in zip(uses.target[positions].tolist(), uses.items(positions).tolist(), strict=True):
            yield from ((hits[row], number) for number in _nobodys(reading, item))


def _rows(file: File, used: Ids, known: Mapping[bytes, tuple[str, str]]) -> dict[int, tuple[str, str]]:
    """Rows of string_ids that hold a telling text, among those that code loads."""
    rows = np.unique(used)
    try:
        texts = file.dex.raws(rows)
    except DexError:  # made to take long; what it hides is a gap already
        return {}
    return {row: known[text] for row, text in zip(rows.tolist(), texts, strict=True) if text in known}


def _nobodys(reading: Reading, item: int) -> set[int]:
    """Classes without a known owner, and with a shortened name, that have this code."""
    program = reading.program
    nobodys = {int(program.method_class[m]) for m in program.owners(item) if not reading.whose(m)}
    return {number for number in nobodys if _is_shortened(program.type_names[number])}


def _is_shortened(descriptor: bytes) -> bool:
    """`La/b$c;` is, `Lcom/acme/Bridge$1;` is not."""
    simple = _SIMPLE.search(descriptor.removeprefix(b"L"))
    return simple is not None and len(simple[1]) <= LONGEST


# shapes -----------------------------------------------------------------------------------------------


def _shapes(reading: Reading, wanted: Mapping[str, str]) -> Iterator[tuple[tuple[str, str], int]]:
    """((vendor, shape), class) for every method of a known shape in a class that is nobody's."""
    known = np.array([int(shape, 16) for shape in wanted], np.uint64)
    items, hashes = shapes(reading.program) if len(known) else (np.zeros(0, np.int64), known)
    hit = np.isin(hashes, known)
    for item, value in zip(items[hit].tolist(), hashes[hit].tolist(), strict=True):
        shape = f"{value:016x}"
        yield from (((wanted[shape], shape), number) for number in _nobodys(reading, item))


def shapes(program: Program) -> tuple[Longs, Hashes]:
    """(code item, shape) of every method that calls enough of the platform: the sum of all it calls."""
    uses, (kind, marks) = program.uses(Refers.METHOD), _marks(program)
    telling = np.flatnonzero(kind[uses.target])
    pairs = np.unique(uses.items(telling) << 32 | kind[uses.target[telling]])
    items, starts, counts = np.unique(pairs >> 32, return_index=True, return_counts=True)
    sums = np.add.reduceat(marks[pairs & 0xFFFFFFFF], starts) if len(pairs) else marks[:0]
    enough = counts >= FEWEST_CALLS
    return items[enough], sums[enough]


def _marks(program: Program) -> tuple[Longs, Hashes]:
    """What each method is to a shape: 0, or a row of the numbers, which are the same in all apps."""
    kind = np.zeros(len(program.method_class), np.int64)
    chosen = np.flatnonzero(_of_platform(program)[program.method_class])
    distinct, inverse = np.unique(np.array(list(_hashed(program, chosen)), np.uint64), return_inverse=True)
    kind[chosen] = inverse + 1
    return kind, np.append(np.zeros(1, np.uint64), distinct)


def _of_platform(program: Program) -> npt.NDArray[np.bool_]:
    """Types of the platform whose methods tell something: bool[types + 1]."""
    told = np.zeros(len(program.type_names) + 1, np.bool_)
    for number in np.flatnonzero(program.class_row < 0).tolist():
        name = program.type_names[number]
        told[number] = name.startswith(PLATFORM) and not name.startswith(NOT_PLATFORM)
    return told


def _hashed(program: Program, methods: Longs) -> Iterator[int]:
    """A number for each method, of its class, its name and how many parameters it has."""
    selectors = program.method_selector[methods]
    names, owners = program.selector_name[selectors].tolist(), program.method_class[methods].tolist()
    counts = program.parameter_count[program.selector_proto[selectors]].tolist()
    for owner, name, count in zip(owners, names, counts, strict=True):
        text = b"%s->%s/%d" % (program.type_names[owner], program.name_texts[name], count)
        yield int.from_bytes(hashlib.blake2b(text, digest_size=8).digest())
