"""How the app counts and watches what people do: each practice, what shows it, and what stays to be asked.

Practices, their part of the profile and their questions are data (`rules/practices`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from auditor.catalogue import PARTS, Catalogue, Practice
from auditor.model import Artifact, Dossier, Evidence, Gap, Json, Rung, Text
from auditor.notation import level_name
from auditor.profilemodel import FirstLine, PracticeRow, Profile, RankingRow, SeenStructure
from auditor.report import loose
from auditor.report.stages import when
from auditor.report.tariff import tariff

LEVELS = ("observed", "inferred", "possible")
"""How surely a recording shows a structure."""
SEEN = 6
"""Structures of one practice that are shown; the rest is counted."""

type Signs = list[Mapping[str, Json]]


def profile(dossier: Dossier, rules: Catalogue) -> Profile:
    """What package and recordings show together; `practices` are in the order of the parts."""
    listed = [one for part in PARTS for one in rules.practices.values() if one.part == part]
    signs = [sign for item in dossier.artifacts for sign in _signs(item)]
    found = [row for one in listed if (row := _row(one, dossier.evidence, signs))]
    return Profile(
        practices=tuple(found),
        tariff=tariff(dossier.artifacts),
        rankings=tuple(_rankings(signs)),
        asks=tuple(_wider(found, rules)),
        looked_for=tuple(one.name for one in listed),
        sources=tuple(_sources(dossier.artifacts)),
        unread=tuple(dict.fromkeys(gap.why for gap in dossier.gaps if _hides(gap))),
    )


def _signs(item: Artifact) -> Iterator[Mapping[str, Json]]:
    """Structures that the file shows, as far as they are written as we write them."""
    for sign in loose.rows(loose.mapping(item.about.get("engagement")).get("signs")):
        if sign.get("level") in LEVELS:
            yield sign


def _row(practice: Practice, evidence: Iterable[Evidence], signs: Signs) -> PracticeRow | None:
    """The practice; None when nothing shows it and nothing asks for it."""
    rungs = dict(_rungs(practice.id, evidence))
    mine = [sign for sign in signs if practice.id in loose.texts(sign.get("practices"))]
    mine.sort(key=lambda sign: LEVELS.index(sign["level"]))
    if not rungs and not mine:
        return None
    return PracticeRow(
        id=practice.id,
        name=practice.name,
        part=practice.part,
        rung=next(reversed(rungs), ""),
        rungs=rungs,
        seen=tuple(map(_seen, mine[:SEEN])),
        seen_total=len(mine),
        asks=practice.asks,
    )


def _rungs(practice: str, evidence: Iterable[Evidence]) -> Iterator[tuple[str, FirstLine]]:
    """Every rung with lines of this practice, from the lowest."""
    mine = [item for item in evidence if item.fact.kind == "practice" and item.fact.what == practice]
    for rung in Rung:
        if lines := [item for item in mine if item.level is rung]:
            first = min(lines, key=lambda item: when(item.where))
            yield level_name(rung), FirstLine(first.where, len(lines))


def _seen(sign: Mapping[str, Json]) -> SeenStructure:
    return SeenStructure(
        note=loose.text(sign.get("note")),
        level=sign["level"],
        who=loose.text(sign.get("who")),
        where=next(iter(loose.texts(sign.get("places"))), ""),
        total=loose.count(sign.get("total")),
        counter=loose.texts(sign.get("counter")),
    )


def _rankings(signs: Signs) -> Iterator[RankingRow]:
    """Rankings with rows of others, the longest first; that a person is told the own place is none."""
    boards = [sign for sign in signs if sign.get("structure") == "ranking" and sign["level"] != "possible"]
    rows = [(loose.mapping(sign.get("figures")), sign) for sign in boards]
    for figures, sign in sorted(rows, key=lambda row: -loose.count(row[0].get("rows"))):
        if loose.count(figures.get("rows")):
            yield RankingRow(
                of=loose.text(loose.mapping(sign.get("traits")).get("of")),
                rows=loose.count(figures.get("rows")),
                names=loose.count(figures.get("persons")),
                photos=loose.count(figures.get("photos")),
                institutions=loose.count(figures.get("institutions")),
                level=sign["level"],
                who=loose.text(sign.get("who")),
                where=next(iter(loose.texts(sign.get("places"))), ""),
            )


def _wider(found: Iterable[PracticeRow], rules: Catalogue) -> Iterator[Text]:
    """Questions of the practices above those that are shown."""
    above = {wide for row in found if row.rung for wide in rules.practices[row.id].broader}
    for wide in sorted(above):
        yield from rules.practices[wide].asks


def _sources(artifacts: Iterable[Artifact]) -> Iterator[str]:
    about = [item.about for item in artifacts]
    if any("package" in one for one in about):
        yield "package"
    if any("engagement" in one for one in about):
        yield "recording"


def _hides(gap: Gap) -> bool:
    """Whether practices may stay hidden behind a gap of a rung: it names them, or nothing at all."""
    named = not gap.concerns or any(one == "practice" or one.startswith("practice:") for one in gap.concerns)
    return isinstance(gap.level, Rung) and named
