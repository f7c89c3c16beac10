"""Likes that nobody pressed."""

import pytest

from auditor.collect.engagement.sign import INFERRED, OBSERVED, POSSIBLE
from tests.collect.engagement.recorded import get, levels, signs

PAGE = {"sec-fetch-site": "same-origin", "cookie": "sessionid=abc"}
OWN_CODE = {"cookie": "sessionid=abc"}


def like(at: float, target: int, headers: dict[str, str] | None = None) -> dict[str, object]:
    url = f"https://www.instagram.com/web/likes/{target}/like/"
    return {"at": at, "url": url, "method": "POST", "headers": headers or {}}


@pytest.mark.parametrize(
    ("rows", "level"),
    [
        ([like(1, 1234567, PAGE)], POSSIBLE),
        ([like(1, 1234567, OWN_CODE)], INFERRED),
        ([like(1, 1234567), like(3, 1234568), like(5, 1234569)], INFERRED),
        ([like(1, 1234567), like(30, 1234568), like(60, 1234569)], POSSIBLE),
        ([like(1, 1234567), like(3, 1234567), like(5, 1234567)], POSSIBLE),
        ([get(0, "/queue", {"post": "1234567"}), like(30, 1234567)], INFERRED),
        ([get(0, "/queue", {"post": "1234567"}), like(30, 1234567, OWN_CODE)], OBSERVED),
        ([{"at": 0, "mark": "like"}, like(2, 1234567)], POSSIBLE),
        ([{"at": 0, "mark": "like"}, get(1, "/next", {}), like(20, 1234567)], INFERRED),
        ([{"at": 0, "mark": "refusal"}, get(1, "/next", {}), like(20, 1234567)], POSSIBLE),
    ],
)
def test_what_speaks_for_it(rows: list[dict[str, object]], level: str) -> None:
    assert [level] == levels("automatic", *rows)


def test_reading_is_no_act() -> None:
    assert [] == signs("automatic", {"at": 0, "url": "https://graph.facebook.com/v19.0/me/likes"})
