"""What the code does, by permissions, by constants it passes on, and by servers it names.

`about` may come from somebody else's dossier: what has another form than ours is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from auditor.catalogue import Catalogue
from auditor.forms import LANGUAGES
from auditor.match import Pool, concerns
from auditor.model import Evidence, Fact, Json, Rung
from auditor.report import loose
from auditor.report.lines import line
from auditor.report.names import APP
from auditor.report.places import spot
from auditor.reportmodel import HostRow, PassedKind, PassedRow, PermissionRow, Place

MOST_VALUES = 20
"""Constants of one kind that are printed; the rest is counted."""

MOST_PLACES = 3
"""Places of one constant, or of one question for a permission."""


SENT = (
    "increment event-name screen-name user-property field-name document-path server-function topic "
    "login-scope graph-path address field-read remote-setting"
).split()
"""Kinds of constants by what they tell of people; kinds not named here follow."""

TECHNICAL = "class-loaded library-loaded member-by-name checked-permission shared-preference launched".split()
"""Kinds that tell how the code is put together, rather than what it sends, keeps or asks for."""


def _place(row: Mapping[str, Json]) -> Place:
    return Place(*(str(row.get(key) or "") for key in ("where", "who", "path")))


def _distinct(places: Iterable[Place]) -> list[Place]:
    """Each place once, whatever is said to stand there; first those that something leads to."""
    found: dict[str, Place] = {}
    for place in sorted(places, key=lambda p: (not p.path, p.who != APP)):
        found.setdefault(spot(place.where).where, place)
    return list(found.values())


def permissions(about: Mapping[str, Json], pool: Pool, rules: Catalogue) -> Iterator[PermissionRow]:
    """What the code does about each permission of which anything can be said."""
    asked = about.get("asked")
    asked = asked if isinstance(asked, Mapping) else {}
    levels = {str(row.get("name")): row.get("level") for row in loose.rows(about.get("permissions"))}
    for name in dict.fromkeys((*levels, *asked)):
        places = _distinct(map(_place, loose.rows(asked.get(name))))
        dangerous = levels.get(name) == "dangerous" and about.get("code")
        calls, gaps = _calls(name, pool, rules) if dangerous else ("", ())
        if places or calls:
            yield PermissionRow(name, tuple(places[:MOST_PLACES]), len(places), calls, gaps)


def _calls(permission: str, pool: Pool, rules: Catalogue) -> tuple[str, tuple[str, ...]]:
    """Whether the code holds a call that needs the permission, and what limits a no."""
    kinds = [k for k in rules.data.values() if any(row["permission"] == permission for row in k.declared)]
    facts = [Fact("data", kind.id) for kind in kinds]
    done = [e for e in pool.evidence if isinstance(e.level, Rung) and e.level is not Rung.DECLARED]
    if not kinds or any(pool.words.covers(fact, e.fact) for fact in facts for e in done):
        return "found" if kinds else "", ()
    hidden = [g for g in pool.gaps if g.level is Rung.REFERENCED]
    gaps = dict.fromkeys(g.why for g in hidden if any(concerns(g, fact, pool.words) for fact in facts))
    looked = any(kind.called or kind.content or kind.called_with for kind in kinds)
    return "not found" if looked else "none needed", tuple(gaps)


def passed(about: Mapping[str, Json], rules: Catalogue) -> Iterator[PassedKind]:
    """Constants by kind and value; permissions that are asked for stand with the permissions."""
    kinds: dict[str, dict[str, list[Place]]] = {}
    for row in loose.rows(about.get("constants")):
        kind, value = str(row.get("kind")), str(row.get("value"))
        if kind != "asked-permission":
            kinds.setdefault(kind, {}).setdefault(value, []).append(_place(row))
    for kind in sorted(kinds, key=_importance):
        rule = rules.arguments.get(kind)
        name = rule.name if rule else dict.fromkeys(LANGUAGES, kind)
        rows = _together(kinds[kind])[:MOST_VALUES]
        shown = sum(len(row.values) for row in rows)
        yield PassedKind(kind, name, kind in TECHNICAL, tuple(rows), shown, len(kinds[kind]))


def _together(found: Mapping[str, list[Place]]) -> list[PassedRow]:
    """One row for values that are passed at the same places; first what something leads to."""
    rows: dict[tuple[str, ...], tuple[list[str], list[Place]]] = {}
    for value in sorted(found, key=_by_size):
        places = _distinct(found[value])
        rows.setdefault(tuple(place.where for place in places), ([], places))[0].append(value)
    ordered = sorted(rows.values(), key=lambda row: (not row[1][0].path, row[1][0].who != APP))
    return [PassedRow(tuple(v[:MOST_VALUES]), tuple(p[:MOST_PLACES]), len(p)) for v, p in ordered]


def _importance(kind: str) -> tuple[int, str]:
    return (SENT.index(kind) if kind in SENT else len(SENT) + (kind in TECHNICAL)), kind


def _by_size(value: str) -> tuple[int, str]:
    return (int(value) if re.fullmatch(r"-?[0-9]{1,18}", value) else 0), value


def hosts(evidence: Iterable[Evidence]) -> Iterator[HostRow]:
    """Servers by whose code names them: first the app's own, then known vendors', then the rest."""
    groups: dict[tuple[str, str], list[Evidence]] = {}
    for item in evidence:
        named = isinstance(item.level, Rung) and item.level <= Rung.REACHABLE
        if item.fact.kind == "contact" and named:
            groups.setdefault((item.fact.what, item.fact.who), []).append(item)
    for host, who in sorted(groups, key=lambda key: (key[1] != APP, not key[1], key[1], *_domain(key[0]))):
        items = groups[host, who]
        spots = [spot(item.where) for item in items]
        more = sum(int(count) for place in spots for note, count in place.notes if note == "more")
        ends = list(dict.fromkeys(place.told.partition(host)[2] for place in spots))
        endpoints = [
            end for end in ends if end != "/" and not any(o.startswith(end) for o in ends if o != end)
        ]
        yield HostRow(host, who, tuple(endpoints[:MOST_PLACES]), line(items[0]), len(items) + more)


def _domain(host: str) -> list[str]:
    return host.split(".")[::-1]
