"""Names, constants, paths, amounts and forms of the app's own -> practices, by the rules.

Two ways lead to a practice. Word families that meet in one name (`together`): a field, a method, a resource,
an event. And what is `told by` a structure, such as a topic, a path or a form, where wider words count too;
some of it only `beside` another fact, which may itself be found that way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from auditor.catalogue import Catalogue, Practice
from auditor.collect import ownnames
from auditor.collect.owners import APP, Owners, library_names
from auditor.collect.ownnames import CHOSEN, Own
from auditor.collect.seen import Call, Seen
from auditor.collect.sources import Sources
from auditor.collect.tariffs import RESOURCES
from auditor.collect.words import Families, families_of
from auditor.model import Evidence, Fact, Rung
from auditor.notation import parse_fact


def practices(seen: Seen, rules: Catalogue, owners: Owners, shown: set[Fact]) -> Iterator[Evidence]:
    """Evidence of every practice; `shown` are facts of the app itself, which rows ask for with `beside`."""
    families = families_of(rules)
    found = dict.fromkeys(_named(seen, rules, owners, families))
    sources = Sources(seen, rules, owners, families)
    waiting = [(practice, row) for practice in rules.practices.values() for row in practice.told_by]
    while ready := [pair for pair in waiting if _is_beside(pair[1], shown | {item.fact for item in found})]:
        waiting = [pair for pair in waiting if pair not in ready]
        for practice, row in ready:
            for call, rung in _telling(practice, row, sources, families):
                found.update(dict.fromkeys(_used(practice, call, rung)))
    yield from found


def _is_beside(row: Mapping[str, Any], facts: set[Fact]) -> bool:
    """Whether the package shows what a row asks for with `beside`."""
    return "beside" not in row or not facts.isdisjoint(map(parse_fact, row["beside"]))


# Names ------------------------------------------------------------------------


def _named(seen: Seen, rules: Catalogue, owners: Owners, families: Families) -> Iterator[Evidence]:
    """Practices whose word families meet in one name."""
    brought = library_names(rules.vendors.values())
    for rung, names in (
        (Rung.DECLARED, ownnames.resources(seen, brought)),
        (Rung.REFERENCED, ownnames.members(seen, owners)),
        (Rung.REFERENCED, ownnames.identifiers(seen, families)),
    ):
        for own in names:
            present = families.of(own.label)
            for practice in rules.practices.values() if len(present) > 1 else ():
                if _shows(practice, own.label, present):
                    path = seen.path_to(own.member) if own.member else ""
                    yield from _used(practice, Call(_place(practice, own, families), APP, path), rung)
    yield from _chosen(seen, rules, families)


def _chosen(seen: Seen, rules: Catalogue, families: Families) -> Iterator[Evidence]:
    """Names of events, fields, documents ... that own code passes on."""
    for constant, calls in seen.constants.items():
        kind, _, value = constant.partition("=")
        present = families.of(value) if kind in CHOSEN else frozenset()
        for practice in rules.practices.values() if len(present) > 1 else ():
            if _shows(practice, value, present):
                for call in _first(calls):
                    yield from _used(practice, call, Rung.REFERENCED)


def _place(practice: Practice, own: Own, families: Families) -> str:
    """The member; or its class, once for all members, when the class's name alone says it."""
    owner = own.label.rpartition(".")[0]
    shows = owner and _shows(practice, owner, families.of(owner))
    return own.where.partition("->")[0] if shows else own.where


def _shows(practice: Practice, label: str, present: frozenset[str]) -> bool:
    together = any(present.issuperset(group) for group in practice.together)
    return together and not label.startswith(practice.never)


# Structures -------------------------------------------------------------------


def _telling(
    practice: Practice, row: Mapping[str, Any], sources: Sources, families: Families
) -> Iterator[tuple[Call, Rung]]:
    """Places of every text that a row of `told by` asks for."""
    for kind in row["in"]:
        for text in sources.texts(kind, row.get("together", ())):
            if is_asked(row, text, families) and not text.startswith(practice.never):
                for call in _first(sources.calls(kind, text)):
                    yield _of_class(call, row, text, families), _rung(kind, call)


def _of_class(call: Call, row: Mapping[str, Any], text: str, families: Families) -> Call:
    """The place of a member; or of its class, once for all members, when the class's name alone says it."""
    owner, point, _ = text.rpartition(".")
    if point and "->" in call.where and is_asked(row, owner, families):
        return call._replace(where=call.where.partition("->")[0])
    return call


def _rung(kind: str, call: Call) -> Rung:
    declared = kind in ("form", "label") or call.where.startswith(RESOURCES)
    return Rung.DECLARED if declared else Rung.REFERENCED


def is_asked(row: Mapping[str, Any], text: str, families: Families) -> bool:
    """Whether a text fits all that the row says: words of families, which not, its beginning, the whole."""
    together, begins, ends = (tuple(row.get(key, ())) for key in ("together", "begins", "ends"))
    return (
        (not together or any(families.meet(text, group) for group in together))
        and not any(families.meet(text, (family,)) for family in row.get("without", ()))
        and (not begins or text.startswith(begins))
        and (not ends or text.endswith(ends))
        and ("equals" not in row or text in row["equals"])
    )


# Evidence ---------------------------------------------------------------------


def _first(calls: Iterable[Call]) -> list[Call]:
    """One place for each text: one that something leads to, when there is any."""
    return sorted(calls, key=lambda call: not call.path)[:1]


def _used(practice: Practice, call: Call, rung: Rung) -> Iterator[Evidence]:
    fact, by = Fact("practice", practice.id), f"practices/{practice.id}"
    yield Evidence(fact, rung, call.where, by=by)
    if call.path:
        yield Evidence(fact, Rung.REACHABLE, call.path, by=by)
