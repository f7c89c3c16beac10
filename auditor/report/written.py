"""What a recording shows of writes to databases, as rows of the report and as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from auditor.model import Artifact, Json
from auditor.recordedmodel import WrittenRow
from auditor.report import loose

ROWS = 100
"""Kinds of writes in the table; the rest is counted."""


def rows(about: Mapping[str, Json]) -> tuple[tuple[WrittenRow, ...], int]:
    """The writes that `about` of a recording tells, the most frequent first, and how many kinds in all."""
    found = sorted(map(_row, loose.rows(about.get("writes"))), key=lambda row: -row.count)
    return tuple(found[:ROWS]), len(found) + loose.count(about.get("further writes"))


def lines(item: Artifact) -> Iterator[str]:
    """One line for each kind of write of a recording; `#` in front, for it is no evidence."""
    for row in map(_row, loose.rows(item.about.get("writes"))):
        words = (row.path or "/", row.field, row.op, row.value)
        often = f" ({row.count} times)" if row.count > 1 else ""
        yield f"# write {' '.join(filter(None, words))} > {row.who} @ {row.where}{often}"
    if left := loose.count(item.about.get("further writes")):
        yield f"# {left} further writes are not listed"


def _row(row: Mapping[str, Json]) -> WrittenRow:
    words = {key: loose.text(row.get(key)) for key in ("who", "path", "field", "op", "value", "where")}
    return WrittenRow(number=loose.count(row.get("n")), count=loose.count(row.get("count")), **words)
