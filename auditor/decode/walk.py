"""Plain values (dictionaries, lists, scalars) as leaves: for decoders that keep no offsets."""

from __future__ import annotations

import datetime as dt

from auditor.decode.leaf import Scalar
from auditor.decode.opener import Opener
from auditor.decode.piece import Piece, segment

DEEPEST = 100


def walk(out: Opener, piece: Piece, value: object, depth: int = 0) -> None:
    """Leaves of `value`, which stands at `piece.place`. Raises Enough."""
    if depth == 0:
        piece = piece._replace(exact=False)
        if isinstance(value, (dict, list, tuple)):
            piece = piece.child("$", piece.key, piece.parent)
    if depth > DEEPEST:
        out.problem(piece.place, "values are nested too deep")
    elif isinstance(value, dict):
        out.node()
        for name, inner in value.items():
            key = _name(name)
            walk(out, piece.child(segment(key), key, piece.place), inner, depth + 1)
    elif isinstance(value, (list, tuple)):
        out.node()
        for count, inner in enumerate(value):
            walk(out, piece.child(f"[{count}]", piece.key, piece.place), inner, depth + 1)
    elif isinstance(value, (bytes, bytearray)) and len(value) >= 4:
        out.bytes(piece._replace(data=bytes(value)), quiet=True)
    else:
        out.leaf(_scalar(value), piece)


def _name(name: object) -> str:
    if isinstance(name, bytes):
        return name[:200].decode(errors="replace")
    return name if isinstance(name, str) else str(name)[:200]


def _scalar(value: object) -> Scalar:
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    if value is None or isinstance(value, (str, int, float, bool, bytes)):
        return value
    return str(value)[:1000]
