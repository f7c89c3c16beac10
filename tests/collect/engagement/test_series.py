"""Tariffs out of one number: whatever the tariff, it is found exactly, as amounts and as totals."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from auditor.collect.engagement.series import FEWEST, Reading, Series

ACTIONS = ("like", "share", "comment", "follow")
TARIFFS = st.dictionaries(
    st.sampled_from(ACTIONS), st.integers(1, 500), min_size=1, max_size=len(ACTIONS)
).filter(lambda tariff: len(set(tariff.values())) == len(tariff))
"""Different amounts: where all are alike, an amount and the step of a total cannot be told apart."""


def of(readings: Sequence[Reading], *, worded: bool = True, gain: bool = False) -> dict[str, float]:
    found = Series(worded=worded, gain=gain, readings=list(readings)).tariff()
    return {row.action: row.points for row in found}


def amounts(done: Sequence[str], tariff: dict[str, int]) -> list[Reading]:
    return [Reading(tariff[act], (act,), (act,)) for act in done]


def totals(done: Sequence[str], tariff: dict[str, int], start: int = 100) -> list[Reading]:
    found = [Reading(start, (), ())]
    for act in done:
        start += tariff[act]
        found.append(Reading(start, (act,), (act,)))
    return found


@st.composite
def _days(draw: st.DrawFn) -> tuple[list[str], dict[str, int]]:
    tariff = draw(TARIFFS)
    done = [act for act in tariff for _ in range(draw(st.integers(3, 6)))]
    return draw(st.permutations(done)), tariff


@given(_days())
def test_a_total_gives_the_tariff(day: tuple[list[str], dict[str, int]]) -> None:
    assert day[1] == of(totals(*day))


@given(_days())
def test_a_stated_gain_gives_the_tariff(day: tuple[list[str], dict[str, int]]) -> None:
    assert day[1] == of(amounts(*day), gain=True)


@given(_days(), st.integers(0, 10_000))
def test_where_a_total_starts_does_not_matter(day: tuple[list[str], dict[str, int]], start: int) -> None:
    assert of(totals(*day)) == of(totals(*day, start=start))


@given(_days())
def test_every_row_says_how_often(day: tuple[list[str], dict[str, int]]) -> None:
    rows = list(Series(readings=totals(*day)).tariff())
    assert [(day[0].count(row.action),) * 2 for row in rows] == [(row.support, row.of) for row in rows]
    assert not any(row.against for row in rows)


def test_amounts_that_are_not_named_as_such() -> None:
    done = ["like", "like", "share", "like", "share", "like"]
    assert {"like": 5, "share": 15} == of(amounts(done, {"like": 5, "share": 15}))


def test_a_total_that_rises_and_falls_is_no_amount() -> None:
    values = [(105, "like"), (100, "unlike"), (105, "like"), (100, "unlike"), (105, "like")]
    readings = [Reading(value, (act,), (act,)) for value, act in values]
    assert {"like": 5, "unlike": -5} == of(readings)


def test_several_actions_between_two_readings() -> None:
    readings = [
        Reading(100, (), ()),
        Reading(105, (), ("like",)),
        Reading(110, (), ("like",)),
        Reading(130, (), ("like", "share")),
        Reading(150, (), ("share", "like")),
    ]
    assert {"like": 5, "share": 15} == of(readings)


def test_an_exception_is_counted_and_does_not_hide_the_rule() -> None:
    readings = totals(["like"] * 5, {"like": 5})
    readings += [Reading(readings[-1].value + 50, ("like",), ("like",))]
    [row] = Series(readings=readings).tariff()
    assert (5, 5, 6, [50]) == (row.points, row.support, row.of, row.against)


def test_a_number_that_moves_by_chance_is_no_tariff() -> None:
    values = (3, 90, 17, 44, 8, 61)
    assert {} == of([Reading(value, ("like",), ("like",)) for value in values])
    assert {} == of([Reading(7, ("like",), ("like",))] * 6, worded=False)


def test_one_observation_is_too_few() -> None:
    assert FEWEST > 1
    assert {} == of(totals(["like"], {"like": 5}))


def test_a_number_without_a_word_needs_several_actions_and_no_other_change() -> None:
    done = ["like", "share"] * 3
    tariff = {"like": 5, "share": 15}
    assert tariff == of(totals(done, tariff), worded=False)
    assert {} == of(totals(["like"] * 6, tariff), worded=False)
    moved = [*totals(done, tariff), Reading(999, (), ()), Reading(5, (), ())]
    assert {} == of(moved, worded=False)
