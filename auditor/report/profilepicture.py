"""The profile of engagement as shapes: the person in the middle, what counts before, what follows behind.

Each item has a line to the person, drawn by the highest rung that shows it. Numbers only, no markup.
There are two layouts: side by side for a page, one below the other for a telephone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from auditor.catalogue import PARTS
from auditor.profilemodel import PracticeRow, Profile, TariffRow
from auditor.report.flowmap import wrapped
from auditor.report.tariff import action_name

BEFORE = 3
"""Parts that stand before the person: what people do. The others are what follows."""
STROKES = {
    "declared": "declared",
    "referenced": "code",
    "reachable": "code",
    "executed": "ran",
    "transmitted": "sent",
}
"""How the line of a rung is drawn."""
ITEMS = 9
"""Items of one box; the rest stands in the tables."""
LINE, PAD, APART = 16, 9, 12
"""Height of a line of text; space inside a box, and between boxes."""
PERSON, ROOM = 42, 26.0
"""Half the height of the person, and how far from its middle lines may end."""
EARNED = "points-per-action"
"""The practice whose items are the single actions, where they are known."""


class Item(NamedTuple):
    """One thing that the app does."""

    lines: tuple[str, ...]
    stroke: str


class Box(NamedTuple):
    """A part of the profile with its items."""

    x: float
    y: float
    width: float
    height: float
    head: str
    items: tuple[tuple[float, Item], ...]
    """Each with the baseline of its first line."""
    more: int
    """Items that are left out."""


class Link(NamedTuple):
    """A line between an item and the person."""

    path: str
    stroke: str
    """One of `STROKES`; `spine` for a line that gathers several."""
    tip: str = ""
    """The arrow at its end, as a path; empty when it has none."""


class Picture(NamedTuple):
    """All that is drawn."""

    width: float
    height: float
    person: tuple[float, float]
    boxes: list[Box]
    links: list[Link]


def profile_picture(profile: Profile, language: str, words: Mapping[str, str], *, narrow: bool) -> Picture:
    """The picture; `words` are heads of parts and names of actions."""
    parts = {part: _items(part, profile, language, words, 296 if narrow else 240) for part in PARTS}
    sides = [[part for part in side if parts[part]] for side in (PARTS[:BEFORE], PARTS[BEFORE:])]
    return (_narrow if narrow else _wide)(sides, parts, words)


def signed(points: float) -> str:
    """`+5`, `−5`, `0`."""
    sign = "+" if points > 0 else "\u2212" if points < 0 else ""
    return f"{sign}{abs(points):g}"


# Items ------------------------------------------------------------------------------------------


def _items(
    part: str, profile: Profile, language: str, words: Mapping[str, str], width: float
) -> tuple[Item, ...]:
    rows = [row for row in profile.practices if row.part == part and row.rung]
    actions = profile.tariff if any(row.id == EARNED for row in rows) else ()
    single = tuple(_earning(one, words, width) for one in actions)
    return single + tuple(_practice(row, language, width) for row in rows if row.id != EARNED or not single)


def _practice(row: PracticeRow, language: str, width: float) -> Item:
    return Item(wrapped(row.name.get(language, row.id), width), STROKES.get(row.rung, "declared"))


def _earning(row: TariffRow, words: Mapping[str, str], width: float) -> Item:
    points = " / ".join(dict.fromkeys(signed(one.points) for one in row.earnings))
    return Item(
        wrapped(f"{action_name(row.action, words) or row.action} {points}", width),
        STROKES.get(row.rung, "declared"),
    )


# Boxes ------------------------------------------------------------------------------------------


def _stacked(
    side: Sequence[str],
    parts: Mapping[str, tuple[Item, ...]],
    words: Mapping[str, str],
    at: tuple[float, float],
    width: float,
) -> list[Box]:
    """Boxes of one side below each other."""
    x, y = at
    boxes: list[Box] = []
    for part in side:
        shown = parts[part][:ITEMS]
        placed = tuple(_placed(shown, y + PAD + 2 * LINE))
        more = len(parts[part]) - len(shown)
        lines = 1 + sum(len(item.lines) for item in shown) + bool(more)
        height = lines * LINE + 4 * len(shown) + 2 * PAD
        boxes.append(Box(x, y, width, height, words.get(part, part), placed, more))
        y += height + APART
    return boxes


def _placed(items: Sequence[Item], y: float) -> Iterator[tuple[float, Item]]:
    for item in items:
        yield y, item
        y += LINE * len(item.lines) + 4


def _bottom(boxes: Sequence[Box], least: float = 0) -> float:
    return max((box.y + box.height for box in boxes), default=least)


def _anchors(boxes: Sequence[Box]) -> list[tuple[float, str]]:
    """Height and stroke of every item."""
    return [(y - 4, item.stroke) for box in boxes for y, item in box.items]


# Side by side -----------------------------------------------------------------------------------

WIDE, COLUMN, TIP = 760, 262, 8


def _wide(
    sides: Sequence[Sequence[str]], parts: Mapping[str, tuple[Item, ...]], words: Mapping[str, str]
) -> Picture:
    x = WIDE / 2 if sides[0] else PERSON
    begin = x + WIDE / 2 - COLUMN
    left = _stacked(sides[0], parts, words, (0, 0), COLUMN)
    right = _stacked(sides[1], parts, words, (begin, 0), COLUMN)
    height = max(_bottom(left), _bottom(right), 2 * PERSON)
    left, right = ([_lowered(box, (height - _bottom(boxes)) / 2) for box in boxes] for boxes in (left, right))
    into = [_link(COLUMN, y, x - PERSON, end, stroke) for y, end, stroke in _fanned(left, height / 2)]
    out = [_link(x + PERSON, end, begin, y, stroke) for y, end, stroke in _fanned(right, height / 2)]
    return Picture(WIDE, round(height, 1), (x, round(height / 2, 1)), [*left, *right], into + out)


def _lowered(box: Box, by: float) -> Box:
    return box._replace(
        y=round(box.y + by, 1), items=tuple((round(y + by, 1), item) for y, item in box.items)
    )


def _fanned(boxes: Sequence[Box], middle: float) -> Iterator[tuple[float, float, str]]:
    """Of every item its height, the height at which its line meets the person, and its stroke."""
    anchors = _anchors(boxes)
    step = min(14.0, 2 * ROOM / max(1, len(anchors) - 1))
    for n, (y, stroke) in enumerate(anchors):
        yield y, middle + step * (n - (len(anchors) - 1) / 2), stroke


def _link(x: float, y: float, to_x: float, to_y: float, stroke: str) -> Link:
    """A curve to the right, with its arrow."""
    end, half = to_x - TIP, (x + to_x) / 2
    path = f"M{x:.1f} {y:.1f}C{half:.1f} {y:.1f} {half:.1f} {to_y:.1f} {end:.1f} {to_y:.1f}"
    return Link(path, stroke, _tip(to_x, to_y))


def _tip(x: float, y: float) -> str:
    """An arrow to the right that ends here."""
    return f"M{x:.1f} {y:.1f}l-{TIP} -3.5v7z"


# One below the other ----------------------------------------------------------------------------

SLIM, SPINE, INDENT = 360, 10, 44


def _narrow(
    sides: Sequence[Sequence[str]], parts: Mapping[str, tuple[Item, ...]], words: Mapping[str, str]
) -> Picture:
    above = _stacked(sides[0], parts, words, (INDENT, 0), SLIM - INDENT)
    person = _bottom(above) + (APART if above else 0) + PERSON
    below = _stacked(sides[1], parts, words, (INDENT, person + PERSON + APART), SLIM - INDENT)
    into = [Link(f"M{INDENT} {y:.1f}H{SPINE}", stroke) for y, stroke in _anchors(above)]
    out = [Link(f"M{SPINE} {y:.1f}H{INDENT - TIP}", stroke, _tip(INDENT, y)) for y, stroke in _anchors(below)]
    end = person - PERSON
    down = f"M{SPINE} {end:.1f}l-3.5 -{TIP}h7z"
    spines = [
        *(Link(f"M{SPINE} {y:.1f}V{end - TIP:.1f}", "spine", down) for y, _ in _anchors(above)[:1]),
        *(Link(f"M{SPINE} {person + PERSON:.1f}V{y:.1f}", "spine") for y, _ in _anchors(below)[-1:]),
    ]
    height = _bottom(below, person + PERSON)
    middle = (SPINE + 22.0, round(person, 1))
    return Picture(SLIM, round(height, 1), middle, [*above, *below], [*spines, *into, *out])
