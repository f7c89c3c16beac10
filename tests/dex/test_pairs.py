"""Relations as arrays, held against sets and loops."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from auditor.dex.pairs import Groups, Limit, Spans, among, distinct, joined, only_new

SMALL = st.integers(0, 6)
PAIRS = st.lists(st.tuples(SMALL, SMALL), max_size=20)


def array(pairs: list[tuple[int, int]]) -> np.ndarray:
    return np.array(pairs, np.int64).reshape(-1, 2)


def as_set(pairs: np.ndarray) -> set[tuple[int, int]]:
    return set(map(tuple, pairs.tolist()))


@given(PAIRS, PAIRS)
def test_joined(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> None:
    found = joined(array(left), array(right), Limit(1000))

    assert as_set(found) == {(a, d) for a, b in left for c, d in right if b == c}


@given(PAIRS, PAIRS)
def test_distinct_and_only_new(pairs: list[tuple[int, int]], known: list[tuple[int, int]]) -> None:
    assert distinct(array(pairs)).tolist() == [list(pair) for pair in sorted(set(pairs))]
    assert as_set(only_new(array(pairs), array(known))) == set(pairs) - set(known)


@given(st.lists(SMALL), st.lists(SMALL))
def test_among(keys: list[int], others: list[int]) -> None:
    found = among(np.array(keys, np.int64), np.sort(np.array(others, np.int64)))

    assert found.tolist() == [key in others for key in keys]


@given(PAIRS, st.lists(SMALL, max_size=8))
def test_groups(pairs: list[tuple[int, int]], asked: list[int]) -> None:
    groups = Groups(array(pairs)[:, 0], array(pairs)[:, 1], 8)
    question, right = groups.of(np.array(asked, np.int64))

    expected = [(n, r) for n, left in enumerate(asked) for le, r in pairs if le == left]
    assert sorted(zip(question.tolist(), right.tolist(), strict=True)) == sorted(expected)


@given(st.lists(st.integers(0, 9), max_size=10), st.integers(0, 30))
def test_a_limit_holds_and_is_remembered(counts: list[int], most: int) -> None:
    limit = Limit(most)
    found = limit(np.array(counts, np.int64))

    assert found.sum() <= most
    assert limit.reached == (sum(counts) > most)
    assert all(a in (b, 0) for a, b in zip(found.tolist(), counts, strict=True))


@st.composite
def trees(draw: st.DrawFn) -> list[tuple[int, int]]:
    """Intervals of a tree: each node's place and that of its last descendant."""
    parents = [draw(st.integers(0, n - 1)) if n else 0 for n in range(draw(st.integers(1, 9)))]
    children = {n: [c for c in range(1, len(parents)) if parents[c] == n] for n in range(len(parents))}
    spans: dict[int, tuple[int, int]] = {}

    def walk(node: int, place: int) -> int:
        after = place + 1
        for child in children[node]:
            after = walk(child, after)
        spans[node] = (place, after - 1)
        return after

    walk(0, 0)
    return [spans[n] for n in range(len(parents))]


@given(
    trees(),
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 8)), max_size=12),
    st.integers(0, 3),
    st.integers(0, 8),
)
def test_spans(tree: list[tuple[int, int]], owned: list[tuple[int, int]], owner: int, node: int) -> None:
    owned = [(who, n % len(tree)) for who, n in owned]
    first, last = tree[node % len(tree)]
    spans = Spans(
        np.array([who for who, _ in owned], np.int64),
        np.array([tree[n][0] for _, n in owned], np.int64),
        np.array([tree[n][1] for _, n in owned], np.int64),
    )
    mine = {place for who, n in owned if who == owner for place in range(tree[n][0], tree[n][1] + 1)}
    asked = np.array([owner])

    assert spans.hold(asked, np.array([first])).tolist() == [first in mine]
    assert spans.meet(asked, np.array([first]), np.array([last])).tolist() == [
        bool(mine & set(range(first, last + 1)))
    ]
    _, begins, ends = spans.of(asked, Limit(99))
    covered = [
        place for a, b in zip(begins.tolist(), ends.tolist(), strict=True) for place in range(a, b + 1)
    ]
    assert covered == sorted(mine)
