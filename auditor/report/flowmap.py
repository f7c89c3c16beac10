"""The map of flows as shapes: type of data -> recipient -> country of its seat. Numbers only, no markup.

Widths of ribbons grow with the number of requests. The same rows always give the same map.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from auditor.reportmodel import FlowRow

WIDTH = 760
COLUMNS = ((0, 222), (312, 182), (594, 166))
"""Left edge and width of the three columns of boxes."""
LETTER, LINE = 6.4, 15
"""Width of a letter and height of a line of labels."""
PAD, APART = 9, 7
"""Space inside a box, and between boxes."""
THINNEST, THICKEST, DEEPEST = 1.4, 16.0, 380.0
"""Ribbons: the thinnest, the thickest, and all of them side by side."""
EDGES = 60
"""Ribbons between data and recipients; further ones stand in the table only."""
ROUNDS = 4
"""Times the columns are put in order of each other."""


class Key(NamedTuple):
    """A box: its column, and what it stands for."""

    column: int
    what: str


@dataclass(slots=True)
class Box:
    """A labelled box."""

    lines: tuple[str, ...]
    total: int
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0
    at: dict[bool, float] = field(default_factory=dict)
    """Where the next ribbon on its left (False) or right side begins."""


class Ribbon(NamedTuple):
    """A band from one box to another: a curve and its thickness."""

    path: str
    thickness: float
    label: str


class FlowMap(NamedTuple):
    """All that is drawn."""

    width: float
    height: float
    boxes: list[Box]
    ribbons: list[Ribbon]
    left_out: int
    """Rows that stand in the table only."""


def flow_map(rows: Sequence[FlowRow], language: str, words: Mapping[str, str]) -> FlowMap:
    """The picture; `words` are names of countries by code, `own` and `unknown`."""
    shown = sorted(rows, key=lambda row: -row.requests)[:EDGES]
    edges = _edges(shown)
    labels = _labels(shown, language, words)
    boxes = {
        key: _box(key, labels[key], edges) for key in dict.fromkeys(key for edge in edges for key in edge)
    }
    thickness = _thickness(edges)
    columns = _ordered(edges)
    _grow(boxes, edges, thickness)
    height = _place(columns, boxes)
    ribbons = _ribbons(edges, boxes, thickness, labels, columns)
    return FlowMap(WIDTH, round(height, 1), list(boxes.values()), ribbons, len(rows) - len(shown))


def _edges(rows: Iterable[FlowRow]) -> Counter[tuple[Key, Key]]:
    edges: Counter[tuple[Key, Key]] = Counter()
    for row in rows:
        middle = Key(1, row.company)
        edges[Key(0, row.what), middle] += row.requests
        edges[middle, Key(2, row.seat)] += row.requests
    return edges


def _labels(rows: Iterable[FlowRow], language: str, words: Mapping[str, str]) -> dict[Key, str]:
    found: dict[Key, str] = {}
    for row in rows:
        found[Key(0, row.what)] = row.name.get(language, row.what)
        found[Key(1, row.company)] = row.company or words["own"]
        found[Key(2, row.seat)] = words.get(row.seat, row.seat) if row.seat else words["unknown"]
    return found


def wrapped(text: str, width: float) -> tuple[str, ...]:
    """A label on at most two lines that fit; what does not fit ends in three points."""
    most = max(4, int(width / LETTER))
    if len(text) <= most:
        return (text,)
    cut = text.rfind(" ", 0, most + 1)
    if cut < most // 3:
        cut = most
    first, rest = text[:cut], text[cut:].strip()
    return first, rest if len(rest) <= most else f"{rest[: most - 1]}…"


def _box(key: Key, label: str, edges: Mapping[tuple[Key, Key], int]) -> Box:
    x, width = COLUMNS[key.column]
    total = sum(n for (begin, end), n in edges.items() if key == (end if key.column == 2 else begin))
    return Box(wrapped(label, width - 2 * PAD), total, x=x, width=width)


def _thickness(edges: Mapping[tuple[Key, Key], int]) -> float:
    """Of one request."""
    left = [n for (begin, _), n in edges.items() if begin.column == 0]
    return min(THICKEST / max(left, default=1), DEEPEST / max(1, sum(left)))


def _thick(count: int, one: float) -> float:
    return max(THINNEST, count * one)


def _ordered(edges: Counter[tuple[Key, Key]]) -> list[list[Key]]:
    """Boxes of each column from top to bottom, so that ribbons cross little."""
    columns = [
        sorted({key for edge in edges for key in edge if key.column == n}, key=lambda k: _weight(k, edges))
        for n in range(3)
    ]
    for turn in range(ROUNDS):
        for n in (1, 2) if turn % 2 == 0 else (1, 0):
            other = columns[n - 1] if turn % 2 == 0 else columns[n + 1]
            rank = {key: i for i, key in enumerate(other)}
            columns[n].sort(key=partial(_middle, rank=rank, edges=edges))
    return columns


def _weight(key: Key, edges: Mapping[tuple[Key, Key], int]) -> tuple[int, str]:
    return -sum(n for edge, n in edges.items() if key in edge), key.what


def _middle(key: Key, rank: Mapping[Key, int], edges: Mapping[tuple[Key, Key], int]) -> float:
    """The mean position of what a box is tied to in another column."""
    ties = [
        (rank[other], n) for (a, b), n in edges.items() for other in (a, b) if key in (a, b) and other in rank
    ]
    return sum(at * n for at, n in ties) / max(1, sum(n for _, n in ties))


def _grow(boxes: Mapping[Key, Box], edges: Mapping[tuple[Key, Key], int], one: float) -> None:
    """Each box as high as its label and its ribbons."""
    sides: Counter[tuple[Key, bool]] = Counter()
    bands: dict[tuple[Key, bool], float] = {}
    for (begin, end), n in edges.items():
        for side in ((begin, True), (end, False)):
            sides[side] += n
            bands[side] = bands.get(side, 0) + _thick(n, one)
    for key, box in boxes.items():
        deepest = max(bands.get((key, side), 0) for side in (True, False))
        box.height = round(max(LINE * len(box.lines) + 9, deepest + 6), 1)
        box.at = {side: (box.height - bands.get((key, side), 0)) / 2 for side in (True, False)}


def _place(columns: Sequence[Sequence[Key]], boxes: Mapping[Key, Box]) -> float:
    """Columns stand in the middle beside the highest; gives its height."""
    heights = [sum(boxes[key].height for key in column) + APART * (len(column) - 1) for column in columns]
    for column, height in zip(columns, heights, strict=True):
        room = min(30.0, (max(heights) - height) / max(1, len(column)))
        y = (max(heights) - height - room * (len(column) - 1)) / 2
        for key in column:
            boxes[key].y = round(y, 1)
            y += boxes[key].height + APART + room
    return max(heights, default=0)


def _ribbons(
    edges: Mapping[tuple[Key, Key], int],
    boxes: Mapping[Key, Box],
    one: float,
    labels: Mapping[Key, str],
    columns: Sequence[Sequence[Key]],
) -> list[Ribbon]:
    rank = {key: i for column in columns for i, key in enumerate(column)}
    starts: dict[tuple[Key, Key], float] = {}
    ends: dict[tuple[Key, Key], float] = {}
    for begin, end in sorted(edges, key=lambda edge: (rank[edge[0]], rank[edge[1]])):
        starts[begin, end] = _next(boxes[begin], True, _thick(edges[begin, end], one))
    for begin, end in sorted(edges, key=lambda edge: (rank[edge[1]], rank[edge[0]])):
        ends[begin, end] = _next(boxes[end], False, _thick(edges[begin, end], one))
    return [
        Ribbon(
            _curve(boxes[a], starts[a, b], boxes[b], ends[a, b]),
            round(_thick(n, one), 1),
            f"{labels[a]} → {labels[b]}: {n}",
        )
        for (a, b), n in edges.items()
    ]


def _next(box: Box, right: bool, thickness: float) -> float:
    """The middle of the next ribbon on that side."""
    at = box.at[right]
    box.at[right] = at + thickness
    return round(box.y + at + thickness / 2, 1)


def _curve(begin: Box, y: float, end: Box, to: float) -> str:
    x, far = begin.x + begin.width, end.x
    half = round((x + far) / 2, 1)
    return f"M{x:g} {y:g}C{half:g} {y:g} {half:g} {to:g} {far:g} {to:g}"
