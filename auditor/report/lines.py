"""Lines of evidence as the report shows them: places in a method together with the paths that lead there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from auditor.model import Evidence, Gap, Rung
from auditor.notation import NotationError, level_name, parse, show
from auditor.report.names import APP
from auditor.report.places import dotted, spot, stations_of
from auditor.report.stages import when
from auditor.reportmodel import ReportedEvidence

SHOWN = 25
"""Evidence lines printed with one finding; all of them stand in the appendix."""


def line(item: Evidence) -> ReportedEvidence:
    """The line as it stands in the report."""
    return ReportedEvidence(show(item), item.where, item.by, item.date)


def first(items: list[Evidence]) -> list[Evidence]:
    """The lines to print with a finding: of every rung the first, then the strongest, the app's own before.

    The path to a call stands behind the place of the call.
    """
    in_order = sorted(items, key=lambda item: when(item.where))
    groups = sorted(uses(in_order), key=lambda group: (-_height(group), group[0].fact.who != APP))
    best = {_height(group): group for group in reversed(groups)}
    heads = [best[height] for height in sorted(best, reverse=True)]
    rest = [group for group in groups if group not in heads]
    return [item for group in (*heads, *rest) for item in group][:SHOWN]


def uses(items: Iterable[Evidence]) -> list[list[Evidence]]:
    """Lines that speak of what one method does: the places in it, then how it is reached."""
    groups: dict[object, list[Evidence]] = {}
    for item in items:
        groups.setdefault(use(item), []).append(item)
    return [sorted(group, key=lambda e: e.level is Rung.REACHABLE) for group in groups.values()]


def use(item: Evidence) -> object:
    """What lines about the same thing have in common: one method, or the line itself."""
    place = spot(item.where)
    if item.level is Rung.REACHABLE and (stations := stations_of(item.where))[1:]:
        return item.fact, item.phase, stations[-2]
    if item.level is Rung.REFERENCED and place.unit:
        return item.fact, item.phase, f"{dotted(place.owner)}.{place.member}"
    return show(item)


def _height(group: list[Evidence]) -> int:
    """The highest rung of a group; what the controller says comes last."""
    return max(int(e.level) if isinstance(e.level, Rung) else 0 for e in group)


def sought(item: ReportedEvidence) -> str:
    """An extended regular expression for the text at a place, in ASCII; empty when none can be told."""
    place, read = spot(item.where), _parsed(item.line)
    if read and read.fact.kind == "contact" and re.fullmatch(r"(?!.*xn--)[a-z0-9._-]+", read.fact.what):
        return _escaped(read.fact.what)
    if masked := re.search(r"\.\.\.(\w{4}), SHA-256", place.told):
        return _escaped(masked[1])
    return _escaped(max(re.findall(r"[ -~]+", place.told), key=len, default="")[:60])


def _escaped(text: str) -> str:
    return re.sub(r"([][.^$*+?(){}|\\])", r"\\\1", text)


def _parsed(text: str) -> Evidence | None:
    """A line of evidence; None for one of somebody else's that is none."""
    try:
        item = parse(text)
    except NotationError:
        return None
    return item if isinstance(item, Evidence) else None


def gap_parts(text: str) -> tuple[str, str]:
    """A gap line as level and clause; the line itself for one of somebody else's that is none."""
    try:
        item = parse(text)
    except NotationError:
        return "", text
    return (level_name(item.level), item.why) if isinstance(item, Gap) else ("", text)


class Entry(NamedTuple):
    """Lines of evidence about what one method does, or any one other line, as a finding shows them."""

    level: str
    what: str
    who: str
    kind: str
    places: tuple[ReportedEvidence, ...]
    paths: tuple[ReportedEvidence, ...]


def entries(items: Iterable[ReportedEvidence]) -> list[Entry]:
    """Evidence of a finding, what leads to a method with the places in it."""
    read = [(item, _parsed(item.line)) for item in items]
    known = {show(fact): item for item, fact in read if fact}
    found = [_entry(group, known) for group in uses(fact for _, fact in read if fact)]
    return [*found, *(Entry("", "", "", "", (item,), ()) for item, fact in read if not fact)]


def _entry(group: list[Evidence], known: Mapping[str, ReportedEvidence]) -> Entry:
    fact, level = group[-1].fact, level_name(group[-1].level)
    paths = [item for item in group if item.level is Rung.REACHABLE and " -> " in item.where]
    places = [item for item in group if item not in paths]
    found, ways = ([known[show(item)] for item in part] for part in (places, paths))
    return Entry(level, fact.what, fact.who, fact.kind, tuple(found), tuple(ways))
