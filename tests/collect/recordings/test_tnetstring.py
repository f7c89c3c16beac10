"""Typed netstrings: every value comes back, every broken one is one clause."""

import io
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from auditor.collect.recordings.flows import tnetstring
from auditor.collect.recordings.flows.tnetstring import CutOff, TnetError, TooLarge, load, loads
from tests.collect.recordings.tnet import dump

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats(allow_nan=False)
    | st.binary()
    | st.text(st.characters(exclude_categories=["Cs"]))
)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=30)


@given(VALUES)
def test_what_was_written_is_read(value: Any) -> None:
    assert loads(dump(value)) == value


@given(st.dictionaries(NAMES, VALUES), st.binary())
def test_any_bytes_end_in_a_clause_or_in_a_value(value: dict[str, Any], noise: bytes) -> None:
    data = dump(value)
    for broken in (noise, data[:-1], data[1:], data[: len(data) // 2] + noise, data.replace(b":", noise, 1)):
        try:
            loads(broken)
        except TnetError as problem:
            assert "\n" not in str(problem)


@example(b"1:1#")
@example(b"")
@given(st.binary(max_size=40))
def test_a_file_gives_dictionaries_or_says_what_is_wrong(data: bytes) -> None:
    file = io.BytesIO(data)
    for _ in range(len(data) + 1):
        try:
            assert isinstance(load(file), dict)
        except (TnetError, EOFError) as problem:
            assert "\n" not in str(problem)
            return
    pytest.fail("a file without an end")


@pytest.mark.parametrize(
    ("data", "clause"),
    [
        (b"-1:,", "a length expected"),
        (b"9999999999999:,", "a length expected"),
        (b"3:ab,", "announced"),
        (b"2:ab?", "type"),
        (b"2:ab#", "no number"),
        (b"99:" + b"9" * 99 + b"#", "no number"),
        (b"4:1:1#}", "a name expected"),
        (b"4:1:a,}", "a name without a value"),
        (b"0:~0:~", "behind the value"),
    ],
)
def test_what_is_wrong_is_said(data: bytes, clause: str) -> None:
    with pytest.raises(TnetError, match=clause):
        loads(data)


def test_values_inside_each_other_are_bounded() -> None:
    data = b"0:]"
    for _ in range(1000):
        data = str(len(data)).encode() + b":" + data + b"]"

    with pytest.raises(TnetError, match="inside each other"):
        loads(data)


def test_many_small_values_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tnetstring, "MOST_VALUES", 100)

    with pytest.raises(TnetError, match="more than 100 values"):
        loads(dump([[]] * 100))


def test_a_flow_that_is_too_large_is_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tnetstring, "LARGEST", 50)
    file = io.BytesIO(dump({"a": b"x" * 100}) + dump({"b": 1}))

    with pytest.raises(TooLarge):
        load(file)

    assert load(file) == {"b": 1}


def test_a_cut_file_says_so() -> None:
    with pytest.raises(CutOff):
        load(io.BytesIO(dump({"a": 1})[:-1]))
