"""Places of evidence, and paths that lead there, taken apart for showing them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple


class Spot(NamedTuple):
    """A place taken apart: for showing it, and for commands that show it again."""

    scheme: str
    where: str
    """The place itself, without what stands there."""
    file: str = ""
    """Member of the package, with the part's name before it."""
    owner: str = ""
    """Descriptor of a class: `Lal/example/Foo;`."""
    member: str = ""
    proto: str = ""
    """`(I)V` of a method."""
    unit: str = ""
    """Code unit of an instruction, as dexdump prints it: `000c`."""
    at: str = ""
    """Where in a file of another form: `string[12]`, `.rodata+0x1f30`, `120:8`."""
    told: str = ""
    """What stands there: a member, a text."""
    notes: tuple[tuple[str, str], ...] = ()
    """Remarks in brackets at the end: which, and the word or number inside it."""

    @property
    def method(self) -> str:
        """The place of the whole method; empty when it is none."""
        return f"{self.scheme}:{self.file}/{self.owner}->{self.member}{self.proto}" if self.proto else ""


_NOTE = re.compile(
    r" \((?:(?P<reserved>reserved name)|and (?P<more>\d{1,9}) more places"
    r"|in the code of (?P<code>[^()]*)|(?P<reflection>by reflection)"
    r"|fingerprint: (?P<fingerprint>[^()]*); confidence high"
    r"|(?P<tariff>[a-z]{2,20} [+-]\d{1,7}))\)$"
)
_FORM = re.compile(r" \(([^()]*)\)$")
"""In a recording: the form in which a value stands, such as `sha256`."""
_TOLD = r"(?: (?P<told>.*))?"
_MEMBER = r"->(?P<member>[^(+\s]+)(?P<proto>\([^)]*\)[^+\s]+)?(?:\+0x(?P<unit>[0-9a-f]+))?"
_SPOTS = {
    "dex": [
        rf"(?P<file>.*?\.dex[^/]*)/(?P<owner>L[^;]+;)(?:{_MEMBER})?{_TOLD}",
        rf"(?P<file>.*?\.dex[^/]*)/(?P<at>string_ids\[\d+\]){_TOLD}",
    ],
    "hermes": [rf"(?P<file>.+?)/(?P<at>(?:string|function)\[\d+\]){_TOLD}"],
    "js": [rf"(?P<file>.+?):(?P<at>\d+:\d+){_TOLD}"],
    "elf": [rf"(?P<file>.+?)/(?P<at>[^/\s]+\+0x[0-9a-f]+|\.dynsym\[\d+\]){_TOLD}"],
    "unity": [
        rf"(?P<file>.+?)/(?P<at>literal\[\d+\]|string\+0x[0-9a-f]+){_TOLD}",
        rf"(?P<file>.+?)(?P<at>\+0x[0-9a-f]+){_TOLD}",
    ],
    "dotnet": [rf"(?P<file>.+?\.(?:dll|blob|so|manifest))(?P<at>[/+]\S+)?{_TOLD}"],
    "flow": [],
}
"""Forms of places by scheme, as the readers in `collect/` write them."""

LONGEST_PLACE = 4_000
"""Characters of a place that is taken apart; ours are shorter."""


def spot(where: str) -> Spot:
    """The parts of a place; one of no known form has none."""
    scheme, _, rest = where.partition(":")
    notes: list[tuple[str, str]] = []
    if scheme not in _SPOTS or len(where) > LONGEST_PLACE or " -> " in where:
        return Spot(scheme, where)
    while found := _NOTE.search(rest):
        notes.insert(0, next((name, text) for name, text in found.groupdict().items() if text is not None))
        rest = rest[: found.start()]
    if scheme == "flow" and (found := _FORM.search(rest)):
        notes.insert(0, ("form", found[1]))
        rest = rest[: found.start()]
    for form in _SPOTS[scheme]:
        if found := re.fullmatch(form, rest, re.DOTALL):
            parts = {name: text or "" for name, text in found.groupdict().items()}
            place = rest.removesuffix(f" {parts['told']}") if parts["told"] else rest
            return Spot(scheme, f"{scheme}:{place}", **parts, notes=tuple(notes))
    return Spot(scheme, f"{scheme}:{rest}", notes=tuple(notes))


def pieces(place: Spot) -> list[tuple[str, bool]]:
    """The text of a place in pieces, and which of them the eye should find: class and member."""
    if not place.owner:
        return [(place.where, False)]
    before, slash, simple = place.owner.rpartition("/")
    member = f"->{place.member}" if place.member else ""
    after = place.proto + (f"+0x{place.unit}" if place.unit else "")
    return [
        (f"{place.scheme}:{place.file}/{before}{slash}", False),
        (simple + member, True),
        *([(after, False)] if after else []),
    ]


def dotted(descriptor: str) -> str:
    """`Lal/example/Foo;` as dexdump and paths name it."""
    return descriptor.removeprefix("L").removesuffix(";").replace("/", ".")


def stations_of(path: str) -> list[str]:
    """What a path passes, from the entry point on."""
    return path.partition(":")[2].split(" -> ")


class Step(NamedTuple):
    """Stations of a path that lie in one class, one after the other."""

    owner: str
    """Class; empty for the end of the path, and where stations were left out."""
    parts: tuple[tuple[str, str], ...]
    """What, and its text: `object` (one exists), `method`, `by` (its caller), `left out` (number), `end`."""


_LEFT_OUT = re.compile(r"\.\.\. (\d+) more \.\.\.")


def steps(path: str) -> list[Step]:
    """A path class by class; its last station is what it leads to."""
    stations = stations_of(path)
    found: list[tuple[str, list[tuple[str, str]]]] = []
    for index, station in enumerate(stations[:-1]):
        owner, part = _station(station, stations[index + 1 :], first=index == 0)
        if not found or (owner and owner != found[-1][0]) or part[0] == "left out":
            found.append((owner, []))
        found[-1][1].append(part)
    return [*(Step(owner, tuple(parts)) for owner, parts in found), Step("", _end(stations[-1]))]


def ways(paths: Iterable[str]) -> list[list[Step]]:
    """Paths that differ in their ends alone as one, with all its ends."""
    found: dict[tuple[str, ...], list[Step]] = {}
    for path in paths:
        before = tuple(stations_of(path)[:-1])
        taken = steps(path)
        found.setdefault(before, taken[:-1]).append(taken[-1])
    return list(found.values())


def _end(station: str) -> tuple[tuple[str, str], ...]:
    text = _NOTE.sub("", station)
    return (("end", text), *([("reflection", "")] if text != station else []))


def _station(station: str, ahead: list[str], *, first: bool) -> tuple[str, tuple[str, str]]:
    """Class of a station, and what it is."""
    if found := _LEFT_OUT.fullmatch(station):
        return "", ("left out", found[1])
    if station.startswith("(") and station.endswith(")"):
        return "", ("by", station[1:-1])
    owner, _, member = station.rpartition(".")
    following = next((other for other in ahead if not other.startswith("(")), "")
    # names of classes begin with a capital, those of packages do not; shortened ones tell nothing
    named_so = member[:1].isupper() and not owner.rpartition(".")[2][:1].isupper()
    if first or named_so or following.startswith(f"{station}."):
        return station, ("object", "")
    return owner, ("method", member)
