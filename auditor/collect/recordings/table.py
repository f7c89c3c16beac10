"""Tables (CSV), row by row: a quote too many costs its row and not those behind it."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

LONGEST = 16 << 20
"""Characters of one line."""
MOST_LINES = 20
"""Lines of one row: a cell may hold ends of lines, but none that is known holds more."""


def rows(path: Path, lost: dict[str, int]) -> Iterator[list[str]]:
    """Cells of every row, the names first. What cannot be read, or is short of cells, is counted."""
    csv.field_size_limit(LONGEST + 1)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        lines, waiting, columns = _lines(file, lost), deque[str](), 0
        while (line := waiting.popleft() if waiting else next(lines, None)) is not None:
            cells, is_open = _parsed([line])
            if is_open:
                cells = _joined(line, waiting, lines, columns)
            columns = columns or len(cells)
            if not cells:
                _lose(lost, "rows that are no CSV")
                continue
            if len(cells) < columns:
                _lose(lost, "rows with too few cells")
            yield cells


def _lines(file: TextIO, lost: dict[str, int]) -> Iterator[str]:
    """Lines that are not blank; one that is too long is counted and passed over."""
    while line := file.readline(LONGEST):
        if line.endswith(("\n", "\r")) or len(line) < LONGEST:
            if plain := line.rstrip("\r\n"):
                yield plain
            continue
        _lose(lost, "rows that are no CSV")
        while line and not line.endswith(("\n", "\r")):
            line = file.readline(LONGEST)


def _joined(line: str, waiting: deque[str], lines: Iterator[str], columns: int) -> list[str]:
    """A row over several lines; empty, with the lines waiting again, when it is none.

    A line that makes a whole row by itself is no part of a cell: then the quote before it was one too many.
    """
    taken: list[str] = []
    while len(taken) < MOST_LINES and (more := waiting.popleft() if waiting else next(lines, None)):
        taken.append(more)
        alone, is_open = _parsed([more])
        if not is_open and len(alone) == columns:
            break
        cells, is_open = _parsed([line, *taken])
        if not is_open and len(cells) == columns:
            return cells
    waiting.extendleft(reversed(taken))
    return []


def _parsed(lines: list[str]) -> tuple[list[str], bool]:
    """Cells of the first row in these lines, and whether its last one is still open."""
    try:
        cells = next(csv.reader([f"{line}\n" for line in lines]), [])
    except csv.Error:
        return [], False
    return cells, bool(cells) and cells[-1].endswith("\n")


def _lose(lost: dict[str, int], why: str) -> None:
    lost[why] = lost.get(why, 0) + 1
