"""Whether a recording shows that an app scores, ranks, watches, assigns, checks or reports what people do.

Each record becomes an `Exchange`; every detector looks at each; at the end each says which structures it saw
(`Sign`), and `recorded` in `rules/practices` says which practice a structure is. Words are hints inside a
structure. Nothing here knows of politics: who runs an app and who must use it is stated in the case.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, NamedTuple

from auditor.catalogue import Catalogue, Practice
from auditor.collect.engagement import detectors
from auditor.collect.engagement.exchange import Source, exchanges
from auditor.collect.engagement.sign import INFERRED, POSSIBLE, Place, Sign
from auditor.model import Fact, Json

__all__ = ["Engagement", "Source"]

MARK_HOLDS = 5.0
"""Seconds in which a request is taken for what the examiner marked."""
KEEPING = frozenset({"back-end", "storage", "push"})
"""Roles of vendors where an app keeps its own data."""
APART = frozenset({"crash-reporting", "advertising", "performance", "cdn", "maps", "advertising-id"})
"""Roles of vendors that are told of the device and of the app, not of what a person does in it."""
MOST_SIGNS = 500


class Line(NamedTuple):
    """One line of evidence before its phase is known."""

    fact: Fact
    where: str
    at: float
    by: str


class Engagement:
    """One recording, exchange by exchange."""

    def __init__(self, rules: Catalogue) -> None:
        self._practices = tuple(rules.practices.values())
        self._vendors = rules.vendors
        self._detectors = detectors.all_of(rules)
        self._mark = ("", 0.0)
        self._signs: list[Sign] | None = None

    def mark(self, name: str, at: float) -> None:
        """The examiner marked what was done on the phone: `like`, `share` ..."""
        self._mark = (name, at)

    def marked(self, at: float) -> str:
        """The mark that still holds at a time; empty when none does."""
        name, since = self._mark
        return name if 0 <= at - since <= MARK_HOLDS else ""

    def look(self, source: Source) -> None:
        """One record. What crash reporters and advertisers are sent says nothing of engagement."""
        roles = {role for vendor in source.vendors for role in self._vendors[vendor].roles}
        if roles and roles <= APART:
            return
        for one in exchanges(source):
            for detector in self._detectors:
                detector.look(one)

    def signs(self) -> list[Sign]:
        """All structures, once the last record was read."""
        if self._signs is None:
            found = (sign for detector in self._detectors for sign in detector.signs())
            weighed = _weighed(list(islice(found, MOST_SIGNS)))
            self._signs = [one for one in weighed if one.level != POSSIBLE or self._is_asked(one.who)]
        return self._signs

    def _is_asked(self, who: str) -> bool:
        """Whether what is only possible is worth a question: where the app keeps its own data."""
        vendor = self._vendors.get(who)
        return vendor is None or bool(KEEPING & set(vendor.roles))

    def lines(self) -> Iterator[Line]:
        """Evidence: one line for each supporting place; what is only possible is none."""
        for sign in self.signs():
            for practice in self._practices:
                if sign.level != POSSIBLE and _is_shown(practice, sign):
                    for place in sign.places:
                        yield _line(practice, sign, place)

    def about(self) -> Json:
        """For the report: every sign with its practices, figures and counter-evidence; and the tariff."""
        shown = [_told(sign, self._practices) for sign in self.signs()]
        tariff = [dict(sign.figures) for sign in self.signs() if sign.structure == "award" and sign.figures]
        return {"signs": shown, "tariff": tariff, "looked for": list(detectors.NAMES)}


def _weighed(signs: list[Sign]) -> list[Sign]:
    """What is possible counts as inferred beside structures that are shown."""
    sure = [sign for sign in signs if sign.level != POSSIBLE]
    shown = {
        name
        for sign in sure
        for name in (sign.structure, f"{sign.structure} {sign.traits.get('action', '')}")
    }
    return [
        replace(sign, level=INFERRED) if sign.level == POSSIBLE and shown & set(sign.beside) else sign
        for sign in signs
    ]


def _is_shown(practice: Practice, sign: Sign) -> bool:
    return any(_fits(asked, sign) for asked in practice.recorded)


def _fits(asked: Mapping[str, Any], sign: Sign) -> bool:
    """Whether the structure is the one asked for, and each trait one of those named."""
    traits = {key: wanted for key, wanted in asked.items() if key != "structure"}
    same = asked["structure"] == sign.structure
    return same and all(sign.traits.get(key, "") in wanted for key, wanted in traits.items())


def _line(practice: Practice, sign: Sign, place: Place) -> Line:
    where = f"{place.where} ({sign.note}; {sign.level})"
    return Line(Fact("practice", practice.id, sign.who), where, place.at, f"practices/{practice.id}")


def _told(sign: Sign, practices: tuple[Practice, ...]) -> Json:
    return {
        "structure": sign.structure,
        "practices": [practice.id for practice in practices if _is_shown(practice, sign)],
        "who": sign.who,
        "level": sign.level,
        "note": sign.note,
        "places": [place.where for place in sign.places],
        "total": sign.total,
        "traits": dict(sign.traits),
        "figures": dict(sign.figures),
        "counter": list(sign.counter),
    }
