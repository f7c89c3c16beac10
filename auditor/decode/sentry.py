"""Sentry envelopes: a header line, then items of a header and a payload (develop.sentry.dev, "Envelopes").

Places: `:sentry$.header.dsn`, `:sentry$.items[0].header.type`, `:sentry$.items[0].payload.user.email`.
"""

from __future__ import annotations

import re

from auditor.decode.jsontext import Broken, Scanner
from auditor.decode.opener import Opener
from auditor.decode.piece import Piece

_BEGIN = re.compile(rb'\{[^\n]*\}\r?\n\{[^\n]{0,2000}"type"\s*:\s*"[\w-]+"')
_LENGTH = re.compile(rb'"length"\s*:\s*(\d{1,9})')


def is_envelope(data: bytes) -> bool:
    """Whether text begins as an envelope."""
    return data[:1] == b"{" and _BEGIN.match(data) is not None


def open_envelope(out: Opener, piece: Piece) -> bool:
    """All items; False when not even the header can be read."""
    inner = piece.step("sentry")
    scanner = Scanner(out, inner)
    try:
        at = scanner.skip(scanner.value(0, "$.header"))
    except Broken:
        return False
    count = 0
    while at < len(piece.data):
        at = _item(out, scanner, at, f"$.items[{count}]")
        count += 1
    return True


def _item(out: Opener, scanner: Scanner, at: int, path: str) -> int:
    """One item; gives where the next begins."""
    piece = scanner.piece
    line = piece.data.find(b"\n", at)
    line = line if line >= 0 else len(piece.data)
    try:
        scanner.value(at, path + ".header")
    except Broken as broken:
        out.problem(piece.place + path, str(broken))
    stated = _LENGTH.search(piece.data, at, line)
    end = line + 1 + int(stated[1]) if stated else piece.data.find(b"\n", line + 1)
    end = min(end, len(piece.data)) if end >= 0 else len(piece.data)
    _payload(out, scanner, (line + 1, end), path + ".payload")
    return scanner.skip(max(end, line + 1))


def _payload(out: Opener, scanner: Scanner, spot: tuple[int, int], path: str) -> None:
    begin, end = spot
    if scanner.text[begin : begin + 1] in ("{", "["):
        try:
            scanner.value(begin, path)
        except Broken as broken:
            out.problem(scanner.piece.place + path, str(broken))
        else:
            return
    rest = scanner.piece.part(begin, end).child(path, "payload", scanner.piece.place)
    if rest.data.strip():
        out.bytes(rest)
