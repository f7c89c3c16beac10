"""Writes to databases as rows of the report and as lines of `show`; `about` may be a stranger's."""

from typing import Any

import pytest

from auditor.model import Artifact
from auditor.report import written

ROW = {
    "who": "acme",
    "path": "users/<id>",
    "field": "points",
    "op": "increment",
    "value": "15",
    "n": 2,
    "count": 3,
}


def artifact(**about: Any) -> Artifact:
    return Artifact("recording", "first.har", "0" * 64, 1, "read", about)


def test_those_done_most_often_come_first_and_the_rest_is_counted() -> None:
    many = [ROW | {"field": f"f{n}", "count": n} for n in range(written.ROWS + 5)]
    rows, total = written.rows({"writes": many, "further writes": 7})

    assert (rows[0].count, len(rows), total) == (written.ROWS + 4, written.ROWS, written.ROWS + 12)


def test_a_line_says_what_changes_at_whom_and_where() -> None:
    whole = {"who": "acme", "op": "delete", "n": 4, "count": 1, "where": "flow:4/path"}
    shown = list(
        written.lines(artifact(writes=[ROW | {"where": "flow:2/body:json"}, whole], **{"further writes": 9}))
    )

    assert shown == [
        "# write users/<id> points increment 15 > acme @ flow:2/body:json (3 times)",
        "# write / delete > acme @ flow:4/path",
        "# 9 further writes are not listed",
    ]


@pytest.mark.parametrize("strange", [None, 3, "x", [3, None], {"a": 1}, [{"path": 5, "count": "many"}]])
def test_what_has_another_form_is_passed_over(strange: Any) -> None:
    rows, total = written.rows({"writes": strange})

    assert len(rows) == total
    assert all(row.path == "" for row in rows)
