"""Rankings of persons or institutions in what came back, and medals: how many people a list exposes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from auditor.collect.engagement.exchange import Exchange, Thing, in_list, names, number
from auditor.collect.engagement.people import People, is_full_name
from auditor.collect.engagement.sign import INFERRED, OBSERVED, Shown, Sign

FEWEST = 3
"""Rows of a ranking."""
MOST_ROWS = 500
MOST_LISTS = 100
LONGEST_FIELD = 40
"""Characters of the name of a field."""
MOST_NAMES = 10_000
"""Different names, pictures or institutions that are counted of one ranking."""
SHARE = 0.8
"""Share of the rows that must hold a column."""
COUNTERS = frozenset({"like", "share", "comment", "follow", "watch", "open"})
_ID = re.compile(
    r"(?i)(?:^|[._])(?:id|uid|pk|index|key|no|number|nr|order|position_?id|num|numero)$|Id$|time|date|_at$|At$|year|age$"
)


@dataclass(slots=True)
class Board:
    """One ranking, however often it was fetched."""

    of: str
    """`person` or `institution`."""
    level: str
    shown: Shown = field(default_factory=Shown)
    rows: int = 0
    names: set[int] = field(default_factory=set)
    photos: set[int] = field(default_factory=set)
    institutions: set[int] = field(default_factory=set)

    def take(self, rows: Sequence[Thing], people: People, column: str) -> None:
        """Count who is exposed, without keeping values. `column` holds the names where no word says which."""
        self.rows = max(self.rows, len(rows))
        for row in rows[:MOST_ROWS]:
            for leaf, held in (
                (people.name(row) or row.values.get(column), self.names),
                (people.photo(row), self.photos),
                (people.institution(row), self.institutions),
            ):
                if leaf is not None and len(held) < MOST_NAMES:
                    held.add(hash(str(leaf.value).casefold()))


class Rankings:
    """Detector of rankings and of medals in them."""

    def __init__(self, people: People) -> None:
        self._people, self._families = people, people.families
        self._boards: dict[tuple[str, str, str], Board] = {}
        self._own, self._medals = Shown(), Shown()

    def look(self, exchange: Exchange) -> None:
        """Every list of objects in the answer, and the person's own rank."""
        asked = self._asks_order(exchange)
        ranks = asked or self._says_rank(exchange.path)
        for place, rows in exchange.lists_received.items():
            if len(rows) >= FEWEST:
                self._list(exchange, place, rows, ranks=ranks or self._says_rank(place), asked=asked)
            self._badges(exchange, place, rows)
        for thing in exchange.things_received:
            if not in_list(thing.place) and self._is_own_rank(thing):
                self._own.add(exchange, thing.place)

    def _says_rank(self, text: str) -> bool:
        return "rank" in self._families.of(text)

    def _asks_order(self, exchange: Exchange) -> bool:
        """`sort=points`, `orderBy: [{field: points}]`: the request asks for an order by a score."""
        asked = (leaf.value for leaf in exchange.sent if not leaf.place.startswith(("header", "cookie")))
        texts = (value for value in asked if isinstance(value, str) and len(value) < LONGEST_FIELD)
        return any("score" in self._families.of(text) for text in texts)

    # lists ----------------------------------------------------------------------------------------

    def _list(
        self, exchange: Exchange, place: str, rows: Sequence[Thing], *, ranks: bool, asked: bool
    ) -> None:
        called = f"{next(reversed(names(place)), '')} {exchange.path.rpartition('/')[2]}"
        wide = "rank" in self._families.hinted(called)
        level = self._ranked(rows[:MOST_ROWS], ranks=ranks, asked=asked, wide=wide)
        of = self._of(rows[:MOST_ROWS], sure=level == OBSERVED or self._is_whole(rows)) if level else ""
        if not level or not of or self._families.hinted(called) & {"group", "town"}:
            return
        key = (exchange.host, re.sub(r"\d+", "", exchange.path), re.sub(r"\[\d+\]|\d+", "[]", place))
        if key in self._boards or len(self._boards) < MOST_LISTS:
            board = self._boards.setdefault(key, Board(of, level))
            board.take(rows, self._people, self._name_column(rows))
            board.shown.add(exchange, place)
            if any("badge" in self._families.hinted(path) for row in rows[:FEWEST] for path in row.values):
                self._medals.add(exchange, place)

    def _ranked(self, rows: Sequence[Thing], *, ranks: bool, asked: bool, wide: bool) -> str:
        """Whether the rows are ranked, and how surely; empty when they are not.

        Some databases answer what was `asked` in order without order, or from the last to the first.
        """
        columns = dict(_columns(rows))
        numbered = [path for path, values in columns.items() if _is_numbered(values)]
        falling = [path for path, values in columns.items() if _is_falling(values)]
        scored = [path for path in (columns if asked else falling) if "score" in self._families.hinted(path)]
        placed = [path for path in numbered if "rank" in self._families.hinted(path)]
        if (scored and (placed or ranks)) or (placed and (falling or ranks)):
            return OBSERVED
        plain = [
            path for path in falling if not self._families.hinted(path) & COUNTERS and not _ID.search(path)
        ]
        unnamed = [path for path in numbered if not _ID.search(path) and columns[path][0] == 1]
        persons = any(self._is_person(row) for row in rows[:FEWEST])
        whole = plain and (ranks or unnamed)
        return INFERRED if whole or (persons and (scored or placed or (plain and wide))) else ""

    def _is_person(self, row: Thing) -> bool:
        """Whether more than a name says that a row is a person: a picture, an institution, a word for one."""
        worded = any("person" in self._families.of(path) for path in row.values)
        return worded or self._people.photo(row) is not None or self._people.institution(row) is not None

    def _is_whole(self, rows: Sequence[Thing]) -> bool:
        """Numbered and falling at once: a ranking in any language."""
        columns = dict(_columns(rows))
        return any(map(_is_numbered, columns.values())) and any(map(_is_falling, columns.values()))

    def _of(self, rows: Sequence[Thing], *, sure: bool) -> str:
        """What is ranked; empty for teams, countries, songs and goods."""
        if any(self._people.is_group(row.values) or self._people.is_writing(row) for row in rows[:FEWEST]):
            return ""
        named = sum(self._people.name(row) is not None for row in rows)
        belong = sum(self._people.institution(row) is not None for row in rows)
        if named >= SHARE * len(rows) or (sure and self._name_column(rows)):
            return "person"
        return "institution" if belong >= SHARE * len(rows) else ""

    def _name_column(self, rows: Sequence[Thing]) -> str:
        """The path under which texts are written as names of persons are, different in every row."""
        columns: dict[str, set[str]] = {}
        for row in rows:
            for path, leaf in row.values.items():
                if isinstance(leaf.value, str) and is_full_name(leaf.value):
                    columns.setdefault(path, set()).add(leaf.value)
        others = {"unit", "institution", "group"}
        named = {path: seen for path, seen in columns.items() if not self._families.hinted(path) & others}
        best = max(named, key=lambda path: len(named[path]), default="")
        return best if best and len(named[best]) >= SHARE * len(rows) else ""

    def _is_own_rank(self, thing: Thing) -> bool:
        """`{"rank": 17, "points": 120}`: the person is told a place, the others are not shown."""
        whole = [path for path, leaf in thing.values.items() if (number(leaf) or 0.5).is_integer()]
        placed = {path for path in whole if self._says_rank(path.rpartition(".")[2])}
        return bool(placed) and any("score" in self._families.hinted(path) for path in {*whole} - placed)

    def _badges(self, exchange: Exchange, place: str, rows: Sequence[Thing]) -> None:
        """`me.badges[].achieved_at`: medals that a person has earned, or may earn for points."""
        last = next(reversed(names(place)), "")
        sure = "badge" in self._families.of(last)
        whose = self._families.hinted(f"{exchange.path} {place}") & {"person", "account"}
        wide = "badge" in self._families.hinted(last) and (whose or " me " in f" {' '.join(names(place))} ")
        if (sure or wide) and any(len(row.values) > 1 for row in rows[:MOST_ROWS]):
            self._medals.add(exchange, place)

    # conclusion -----------------------------------------------------------------------------------

    def signs(self) -> Iterator[Sign]:
        """One sign per ranking; the own place; medals."""
        for board in self._boards.values():
            yield _sign(board)
        if self._own.total:
            note = "the person is told a place in a ranking"
            yield self._own.sign("ranking", INFERRED, note, traits={"of": "person"}, figures={"persons": 0})
        if self._medals.total:
            yield self._medals.sign("tier", OBSERVED, "medals or badges of persons", traits={"of": "person"})


def _sign(board: Board) -> Sign:
    figures = {
        "rows": board.rows,
        "persons": len(board.names) if board.of == "person" else 0,
        "photos": len(board.photos),
        "institutions": len(board.institutions),
    }
    note = f"a ranking of {board.rows} rows"
    if board.of == "person":
        note += ": {persons} names, {photos} photos, {institutions} institutions".format(**figures)
    counter = ("teams, countries, goods or songs instead of persons: none",)
    return board.shown.sign(
        "ranking", board.level, note, traits={"of": board.of}, figures=figures, counter=counter
    )


def _columns(rows: Sequence[Thing]) -> Iterator[tuple[str, list[float]]]:
    """Numbers that nearly every row holds."""
    columns: dict[str, list[float]] = {}
    for row in rows:
        for path, leaf in row.values.items():
            if (value := number(leaf)) is not None:
                columns.setdefault(path, []).append(value)
    least = max(SHARE * len(rows), FEWEST)
    yield from ((path, values) for path, values in columns.items() if len(values) >= least)


def _is_numbered(values: Sequence[float]) -> bool:
    """1, 2, 3 ... without a hole; ties as in 1, 2, 2, 4 are allowed."""
    steps = [b - a for a, b in pairwise(values)]
    return values[0] >= 1 and all(0 <= step <= FEWEST for step in steps) and sum(steps) >= len(steps) - 1 > 0


def _is_falling(values: Sequence[float]) -> bool:
    return all(a >= b for a, b in pairwise(values)) and len(set(values)) > 1
