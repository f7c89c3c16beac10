"""Which data went to whom: lines of evidence from recordings, by type of data and recipient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from auditor.catalogue import Catalogue
from auditor.model import Evidence, Rung, Text
from auditor.report.lines import line
from auditor.report.names import APP
from auditor.report.stages import in_recording, when
from auditor.reportmodel import FlowRow

KEPT = 1_000
"""Places of one fact and phase that the collector keeps; see `collect.transmitted.PLACES`."""


@dataclass(slots=True)
class _Flow:
    first: Evidence
    vendors: dict[str, None] = field(default_factory=dict)
    requests: set[tuple[str, int]] = field(default_factory=set)
    phases: dict[str, set[tuple[str, int]]] = field(default_factory=dict)
    lines: int = 0

    def add(self, item: Evidence, record: tuple[str, int], rules: Catalogue) -> None:
        self.lines += 1
        self.requests.add(record)
        if item.fact.who in rules.vendors:
            self.vendors[item.fact.who] = None
        if item.phase:
            self.phases.setdefault(item.phase, set()).add(record)


def flows(evidence: Iterable[Evidence], rules: Catalogue, names: Mapping[str, Text]) -> list[FlowRow]:
    """One row for each type of data and company, most requests first; `names` are those of data types."""
    found: dict[tuple[str, str, str], _Flow] = {}
    for item in sorted(evidence, key=lambda item: when(item.where)):
        place = in_recording(item.where)
        if item.level is Rung.TRANSMITTED and item.fact.kind == "data" and place:
            key = (item.fact.what, *_recipient(item.fact.who, rules))
            found.setdefault(key, _Flow(item)).add(item, place[:2], rules)
    rows = [_row(key, flow, names) for key, flow in found.items()]
    return sorted(rows, key=lambda row: (-row.requests, row.what, row.company))


def _recipient(who: str, rules: Catalogue) -> tuple[str, str]:
    """Company and country of its seat; the products of one company are one recipient."""
    vendor = rules.vendors.get(who)
    if vendor is None:
        return ("" if who == APP else who), ""
    return vendor.company or vendor.name, vendor.seat.get("country", "")


def _row(key: tuple[str, str, str], flow: _Flow, names: Mapping[str, Text]) -> FlowRow:
    what, company, seat = key
    return FlowRow(
        what=what,
        name=names.get(what, {"en": what, "sq": what}),
        company=company,
        vendors=tuple(flow.vendors),
        seat=seat,
        requests=len(flow.requests),
        phases={phase: len(records) for phase, records in sorted(flow.phases.items())},
        least=flow.lines >= KEPT,
        first=line(flow.first),
    )
