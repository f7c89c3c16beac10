"""Bodies within bounds."""

from hypothesis import given
from hypothesis import strategies as st

from auditor.record.taps import Purse, Tap


@given(st.lists(st.binary(max_size=50)), st.integers(0, 200), st.integers(0, 300))
def test_a_tap_passes_all_on_and_keeps_a_beginning(pieces: list[bytes], limit: int, left: int) -> None:
    purse = Purse(left)
    tap = Tap(limit, purse)
    passed = b"".join(tap(piece) for piece in pieces)
    kept = tap.empty()

    assert b"".join(pieces) == passed
    assert passed[: min(limit, left)] == kept
    assert (tap.lost() == "") == (kept == passed)
    assert (left, tap.size) == (purse.left, len(passed))


def test_open_bodies_share_one_bound() -> None:
    purse = Purse(5)
    first, second = Tap(10, purse), Tap(10, purse)
    first(b"1234")
    second(b"1234")

    assert "the bound for open bodies was reached: 1 of 4 bytes were recorded" == second.lost()
    assert (b"1", b"1234", 5) == (second.empty(), first.empty(), purse.left)


def test_why_a_body_is_not_whole() -> None:
    off, cut = Tap(0, Purse(9)), Tap(2, Purse(9))
    off(b"abc")
    cut(b"abc")

    assert "bodies were not recorded" == off.lost()
    assert "the limit for one body was reached: 2 of 3 bytes were recorded" == cut.lost()
