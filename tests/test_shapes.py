"""The form of patterns: each must cost the same wherever it is tried."""

import pytest

from auditor.shapes import pattern


@pytest.mark.parametrize(
    "text",
    [
        "AIza[0-9A-Za-z_-]{35}",
        "(?:sk_live|rk_live)_[0-9A-Za-z]{24,}",
        r"sk\.eyJ[0-9A-Za-z_-]{30,300}\.[0-9a-z]{20,}",
        "://[^ :]{1,64}:([^ @]{1,100})@",
        r"AccountKey=([0-9A-Za-z+/]{86}==)",
    ],
)
def test_a_pattern_that_begins_with_letters_and_is_bounded_passes(text: str) -> None:
    assert [] == list(pattern(text, ()))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[0-9]{10}:AA", "must begin with two literal characters"),
        ("A?Iza[0-9]{35}", "must begin with two literal characters"),
        ("(?:a|bc)d{3}", "must begin with two literal characters"),
        ("eyJ[a-z]{10,}x", "{n,} may stand only at the end"),
        ("key[a-z]+", "only literals, classes"),
        ("key[a-z]*x", "only literals, classes"),
        ("key.{3}", "only literals, classes"),
        ("key(?=x)", "only literals, classes"),
        ("key(?P<a>x)", "only literals, classes"),
        ("key[a-z]{1000}", "only literals, classes"),
        ("key[a-z]{5,2000}", "only literals, classes"),
        (r"key(x)\1", "is no regular expression over bytes"),
        (r"key\Z", "is no regular expression over bytes"),
        ("key[", "is no regular expression over bytes"),
        ("çelës[a-z]{3}", "is no regular expression over bytes"),
    ],
)
def test_any_other_pattern_is_told_why_not(text: str, said: str) -> None:
    found = [what for _, what in pattern(text, ())]

    assert 1 == len(found)
    assert said in found[0]
