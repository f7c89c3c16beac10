"""Numbers that run as the clock does."""

from hypothesis import given
from hypothesis import strategies as st

from auditor.collect.engagement.course import Point, is_elapsed, is_growing, is_repeated, is_share

TIMES = st.lists(st.integers(2, 600), min_size=4, max_size=20)


def points(steps: list[int], rate: float = 1.0) -> list[Point]:
    at, found = 0.0, [Point(0.0, 0.0)]
    for step in steps:
        at += step
        found.append(Point(at, at * rate))
    return found


@given(TIMES, st.sampled_from([0.6, 1.0, 1.4, 1000.0]))
def test_a_number_that_grows_as_the_clock_does(steps: list[int], rate: float) -> None:
    assert is_growing(points(steps, rate))


@given(TIMES, st.sampled_from([0.0, 0.1, 5.0, 20.0]))
def test_a_number_that_grows_otherwise(steps: list[int], rate: float) -> None:
    assert not is_growing(points(steps, rate))


@given(TIMES)
def test_points_in_time_are_no_durations(steps: list[int]) -> None:
    assert not is_growing([Point(p.at, p.value + 1_767_000_000) for p in points(steps)])


@given(TIMES)
def test_the_time_since_the_report_before(steps: list[int]) -> None:
    at, found = 0.0, [Point(0.0, 10.0)]
    for step in steps:
        at += step
        found.append(Point(at, float(step)))
    assert is_repeated(found)


def test_it_begins_anew_with_something_else() -> None:
    values = [10, 20, 30, 40, 10, 20, 30]
    assert is_growing([Point(10.0 * i, value) for i, value in enumerate(values)])


def test_a_share_up_to_the_whole() -> None:
    assert is_share([Point(i, value) for i, value in enumerate([0, 25, 50, 75, 100])])
    assert is_share([Point(i, value) for i, value in enumerate([0.25, 0.5, 0.75, 1.0])])
    assert not is_share([Point(i, value) for i, value in enumerate([0, 25, 50])])
    assert not is_share([Point(i, 100) for i in range(5)])


def test_time_that_went_by() -> None:
    assert is_elapsed(598, 600)
    assert is_elapsed(598_000, 600)
    assert not is_elapsed(300, 600)
    assert not is_elapsed(3, 3)
