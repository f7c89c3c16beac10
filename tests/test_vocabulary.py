"""Which word covers which."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.notation import parse_fact
from auditor.vocabulary import roles_above, vocabulary

WORDS = vocabulary(
    {
        "advertising-id": ["identifier"],
        "identifier": ["personal"],
        "acme-push": ["push", "third-party"],
        "a": ["b"],
        "b": ["a"],
    }
)


@pytest.mark.parametrize(
    ("wide", "narrow", "covered"),
    [
        ("data:personal", "data:advertising-id", True),
        ("data:advertising-id", "data:personal", False),
        ("data:personal", "data:advertising-id > acme-push", True),
        ("data:personal > third-party", "data:advertising-id > acme-push", True),
        ("data:personal > third-party", "data:advertising-id", False),
        ("sdk:push", "sdk:acme-push", True),
        ("sdk:identifier", "data:advertising-id", False),
        ("data:*", "data:advertising-id", True),
    ],
)
def test_a_wide_fact_covers_its_narrow_ones(wide: str, narrow: str, covered: bool) -> None:
    assert covered == WORDS.covers(parse_fact(wide), parse_fact(narrow))


def test_a_circle_of_words_ends() -> None:
    assert {"a", "b"} == WORDS.up("a")


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (["analytics"], {"analytics", "third-party", "tracker"}),
        (["push"], {"push", "third-party"}),
        (["framework"], {"framework"}),
        (["framework", "push"], {"framework", "push", "third-party"}),
    ],
)
def test_frameworks_are_nobody_to_whom_data_is_sent(roles: list[str], expected: set[str]) -> None:
    assert expected == roles_above(roles)


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=3)))
def test_what_is_above_my_wider_word_is_above_me(arrows: dict[str, list[str]]) -> None:
    words = vocabulary(arrows)

    assert all(words.up(above) <= words.up(word) for word in arrows for above in words.up(word))
