"""Reports per unit: files and lists that a server gives out for one institution, or with a row for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from auditor.collect.engagement.actions import WRITING
from auditor.collect.engagement.exchange import Exchange, Thing, number
from auditor.collect.engagement.people import People
from auditor.collect.engagement.sign import INFERRED, OBSERVED, POSSIBLE, Shown, Sign

FEWEST = 3
"""Rows of a list of persons or units."""
BESIDE = ("award", "ranking", "belonging", "task")
_SHEET = re.compile(r"pdf|spreadsheet|ms-excel|/csv|wordprocessing|msword", re.IGNORECASE)
_SUFFIX = re.compile(r"\.(?:pdf|xlsx?|csv|docx?)(?:$|[?&])", re.IGNORECASE)
DONE = frozenset({"like", "share", "comment", "watch", "task", "attend", "open", "recruit"})
"""Word families of what people did, as columns of a report."""
_HEADERS = ("content-type", "content-disposition")
FAILED = 400
REFUSED = frozenset({401, 403})


class UnitReports:
    """Detector of reports per unit."""

    def __init__(self, people: People) -> None:
        self._people, self._families = people, people.families
        self._found: dict[tuple[str, str], Shown] = {}

    def look(self, exchange: Exchange) -> None:
        """Files, lists of persons, lists of units; and refusals of such."""
        asked = f"{exchange.path} {exchange.source.record.path.partition('?')[2]}"[:2000]
        sure = "institution" in self._families.of(asked)
        wide = bool(self._families.hinted(asked) & {"institution", "unit"})
        called = exchange.path.rpartition(".")[0] or exchange.path  # `brochure.pdf` is no export
        reports = bool(self._families.hinted(called) & {"report", "export"})
        if exchange.status in REFUSED:
            if reports and wide:
                self._note(exchange, "a report of a unit exists and was refused", POSSIBLE)
        elif _is_file(exchange):
            if sure or wide:
                self._note(exchange, "a file for one unit", OBSERVED if sure and reports else POSSIBLE)
        elif reports and wide and exchange.method in WRITING:  # a complaint to an office looks the same
            self._note(exchange, "a report of one unit is sent in", POSSIBLE)
        else:
            self._lists(exchange, sure=sure, wide=wide, reports=reports)

    def _lists(self, exchange: Exchange, *, sure: bool, wide: bool, reports: bool) -> None:
        for place, rows in exchange.lists_received.items():
            if len(rows) < FEWEST or not self._has_score(rows):
                continue
            persons = sum(self._people.name(row) is not None for row in rows) >= FEWEST
            units = sum(self._people.institution(row) is not None for row in rows) >= FEWEST
            if persons and (sure or wide) and (reports or self._is_account(rows)):
                level = INFERRED if sure or reports else POSSIBLE
                self._note(exchange, "persons of one unit with their numbers", level, place)
            elif units and not persons and reports:
                self._note(exchange, "units with their numbers, as a report", INFERRED, place)

    def _has_score(self, rows: Sequence[Thing]) -> bool:
        """Whether the rows hold numbers of what people did."""
        return any(
            number(leaf) is not None and self._families.hinted(path) & (DONE | {"score"})
            for row in rows[:FEWEST]
            for path, leaf in row.values.items()
        )

    def _is_account(self, rows: Sequence[Thing]) -> bool:
        """Whether the rows say what each person did, and do not only rank them."""
        held = [self._families.hinted(path) & DONE for path in rows[0].values]
        return sum(map(bool, held)) > 1

    def _note(self, exchange: Exchange, note: str, level: str, place: str = "") -> None:
        self._found.setdefault((note, level), Shown()).add(exchange, place)

    def signs(self) -> Iterator[Sign]:
        """One sign for each kind of report."""
        for (note, level), shown in self._found.items():
            beside = () if "refused" in note else BESIDE
            yield shown.sign("unit report", level, note, beside=beside)


def _is_file(exchange: Exchange) -> bool:
    """Whether a document comes back, or is put on a server."""
    record = exchange.source.record
    kinds = (side.header(name) for side in (record.response, record.request) for name in _HEADERS)
    named = _SUFFIX.search(record.path[:2000]) and exchange.status < FAILED
    return bool(named or any(_SHEET.search(kind) for kind in kinds))
