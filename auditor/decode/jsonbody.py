"""Bodies of JSON: one value, or several after each other. What stands before a mistake is kept."""

from __future__ import annotations

import re

from auditor.decode.jsontext import PLAIN, Broken, Naming, Scanner, utf8
from auditor.decode.opener import Mark, Opener
from auditor.decode.piece import Piece

_XSSI = re.compile(rb"(?:\xef\xbb\xbf)?\s*+(?:\)\]\}'?,?|for ?\(;;\);|while ?\(1\);|&&&START&&&)?\s*+")
"""What servers write before JSON so that no page can load it as a script; and the mark of UTF-8."""
_BEGINS = frozenset(b'{["')


def open_json(out: Opener, piece: Piece, naming: Naming = PLAIN, *, quiet: bool = False) -> bool:
    """One JSON value, or several after each other (`ndjson`); False when nothing of it is JSON.

    `piece` has taken no step yet. What stands behind a mistake becomes one leaf of text, unless `quiet`.
    """
    prefix = _XSSI.match(piece.data)
    start = prefix.end() if prefix else 0
    return _read(out, piece, naming, start, quiet)


def _read(out: Opener, piece: Piece, naming: Naming, start: int, quiet: bool) -> bool:
    mark = out.mark()
    scanner = Scanner(out, piece.step(naming.step), naming)
    try:
        end = scanner.skip(scanner.value(start))
    except Broken as broken:
        return _broken(out, scanner, mark, broken, quiet)
    if end == len(piece.data):
        return True
    if piece.data[end] in _BEGINS:
        out.rollback(mark)
        return _lines(out, piece, naming, start, quiet)
    return _broken(out, scanner, mark, Broken(end, "no JSON any more"), quiet)


def _lines(out: Opener, piece: Piece, naming: Naming, start: int, quiet: bool) -> bool:
    mark = out.mark()
    scanner = Scanner(out, piece.step("ndjson"), naming)
    at, count = start, 0
    try:
        while at < len(piece.data):
            at = scanner.skip(scanner.value(at, f"$[{count}]"))
            count += 1
    except Broken as broken:
        return _broken(out, scanner, mark, broken, quiet)
    return True


def _broken(out: Opener, scanner: Scanner, mark: Mark, broken: Broken, quiet: bool) -> bool:
    piece = scanner.piece
    if quiet or out.mark() == mark or broken.at == 0:
        out.rollback(mark)
        return False
    out.problem(piece.place, str(broken))
    rest = piece.part(min(broken.at, len(piece.data)), len(piece.data))
    if rest.data.strip():
        out.leaf(utf8(rest.data), rest)
    return True
