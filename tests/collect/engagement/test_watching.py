"""Time of watching, and presence."""

import pytest

from auditor.collect.engagement.sign import INFERRED, OBSERVED, POSSIBLE
from tests.collect.engagement.recorded import levels, post, signs


def beats(path: str, key: str, **more: object) -> list[dict[str, object]]:
    return [post(10 * i, path, {key: 10 * i} | more) for i in range(1, 7)]


@pytest.mark.parametrize(
    ("path", "key", "level"),
    [
        ("/live/31/ping", "t", [OBSERVED]),
        ("/videos/31/ping", "watch_seconds", [INFERRED]),
        ("/transmetime/31", "sekonda", [OBSERVED]),
        ("/videos/31/position", "t", [POSSIBLE]),
        ("/runs/31", "elapsed", []),
        ("/orders/31", "amount", []),
    ],
)
def test_what_is_said_to_run(path: str, key: str, level: list[str]) -> None:
    assert level == levels("watching", *beats(path, key, user_id=7))


def test_without_a_person_it_is_only_possible() -> None:
    assert [POSSIBLE] == levels("watching", *beats("/live/31/view", "t"))


def test_ids_of_events_do_not_part_the_reports() -> None:
    rows = [
        post(10 * i, "/track", {"live": 3, "event_id": f"e{i}", "watched": 10 * i, "uid": 7})
        for i in range(1, 6)
    ]
    assert [OBSERVED] == levels("watching", *rows)


def test_counts_that_do_not_run_with_the_clock() -> None:
    rows = [post(10 * i, "/live/31/like", {"count": i, "user_id": 7}) for i in range(1, 7)]
    assert [] == signs("watching", *rows)


def test_one_number_at_the_end_is_the_time_since_it_was_opened() -> None:
    opened = post(0, "/live/31/open", {"user_id": 7})
    assert [INFERRED] == levels("watching", opened, post(600, "/live/31/close", {"user_id": 7, "n": 595}))
    assert [] == signs("watching", opened, post(600, "/live/31/close", {"user_id": 7, "n": 200}))


def test_joined_and_left() -> None:
    joined, left = post(0, "/live/31/join", {"user_id": 7}), post(60, "/live/31/leave", {"user_id": 7})
    assert [INFERRED] == levels("attendance", joined, left)
    assert [POSSIBLE] == levels("attendance", joined)
    assert [] == signs("attendance", left)


def test_presence_at_something_else_is_only_possible() -> None:
    assert [POSSIBLE] == levels("attendance", post(0, "/calls/31/join", {"user_id": 7}))
    assert [OBSERVED] == levels("attendance", post(0, "/webinars/31/attendance", {"user_id": 7}))
