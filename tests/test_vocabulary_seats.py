"""The seat of a vendor as a word: dated list of adequate countries, the open ones left out of both sides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import catalogue
from auditor.vocabulary import UNSEEN, WITHOUT_ADEQUACY, seats_above, words_of_vendor

RULES = catalogue.load()
ADEQUATE = RULES.regimes["al-124-2024"].adequate
LISTS = [ADEQUATE]


@pytest.mark.parametrize(
    ("country", "expected"),
    [
        ("IN", {"seat-in", WITHOUT_ADEQUACY}),
        ("DE", {"seat-de"}),
        ("US", {"seat-us"}),
        ("RU", {"seat-ru"}),
        ("AL", {"seat-al"}),
        ("", set()),
    ],
)
def test_a_country_is_adequate_open_or_without(country: str, expected: set[str]) -> None:
    """Whether Decision 01/2025 counts the US is open (legal.md 2.2), so it is neither."""
    assert expected == seats_above(country, LISTS)


def test_without_a_list_nothing_is_said_of_adequacy() -> None:
    assert {"seat-in"} == seats_above("IN", [])


def test_code_that_is_nobodys_recipient_has_no_seat() -> None:
    assert {"framework"} == words_of_vendor(["framework"], "IN", LISTS)


def test_no_country_is_named_twice() -> None:
    groups = (*ADEQUATE["listed"], *ADEQUATE["open"])
    named = [ADEQUATE["home"], *(country for group in groups for country in group["countries"])]

    assert sorted(set(named)) == sorted(named)


def test_the_list_carries_its_day_and_its_mark() -> None:
    """legal.md 2.2 marks the decision S; which parties to Convention 108 are meant was not read."""
    assert ("2025-04-30", "S") == (ADEQUATE["from"], ADEQUATE["confirmed"])
    assert "U" in {group["confirmed"] for group in ADEQUATE["open"]}


def test_every_vendor_with_a_known_seat_has_its_word_and_no_other_has() -> None:
    for vendor in RULES.vendors.values():
        above = RULES.words.up(vendor.id)
        seats = {word for word in above if word.startswith("seat-")} - {WITHOUT_ADEQUACY}
        country = vendor.seat.get("country", "").lower() if "third-party" in above else ""
        assert ({f"seat-{country}"} if country else set()) == seats, vendor.id


def test_an_sdk_that_nothing_shows_may_be_seated_anywhere() -> None:
    assert {"seat-us", WITHOUT_ADEQUACY} <= RULES.words.up(UNSEEN)


CODES = st.text("ABCDEF", min_size=2, max_size=2)


@given(CODES, st.sets(CODES), st.sets(CODES))
def test_a_country_is_without_adequacy_only_when_no_list_names_it(
    country: str, listed: set[str], left_open: set[str]
) -> None:
    known = {"home": "AL", "listed": [{"countries": listed}], "open": [{"countries": left_open}]}
    words = seats_above(country, [known])

    assert f"seat-{country.lower()}" in words
    assert (WITHOUT_ADEQUACY in words) == (country not in listed | left_open)
