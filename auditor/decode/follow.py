"""Values inside texts: every reading of a text leaf becomes further leaves behind it."""

from __future__ import annotations

from auditor.decode.forms import open_form
from auditor.decode.jsonbody import open_json
from auditor.decode.jsontext import Broken, Scanner
from auditor.decode.leaf import Leaf
from auditor.decode.opener import Opener
from auditor.decode.piece import Piece
from auditor.decode.sniff import naming
from auditor.decode.strings import Inside, inside
from auditor.decode.xmltext import open_xml


def follow(out: Opener, leaf: Leaf) -> None:
    """Opens what the text of a leaf holds, by the first reading that gives something."""
    count = len(out.tree.leaves)
    for reading in inside(str(leaf.value)):
        if len(out.tree.leaves) > count:
            return
        if out.deep(leaf.chain, leaf.place):
            return
        out.spend(len(reading.data))
        piece = Piece(
            reading.data, leaf.place, leaf.chain, leaf.key, leaf.parent, leaf.begin, leaf.end, exact=False
        )
        _open(out, piece, reading)


def _open(out: Opener, piece: Piece, reading: Inside) -> None:
    if reading.step == "json":
        open_json(out, piece, naming(piece.key, piece.data), quiet=True)
    elif reading.step == "form":
        open_form(out, piece)
    elif reading.step == "xml":
        open_xml(out, piece, quiet=True)
    elif reading.step == "jwt":
        _token(out, piece.step("jwt"))
    else:
        out.bytes(piece.opened(reading.step, piece.data) if reading.step else piece, quiet=True)


def _token(out: Opener, piece: Piece) -> None:
    """Header and claims of a JSON web token (RFC 7519); the signature says nothing of a person."""
    split = piece.data.index(b"\n") + 1
    for name, begin, end in (("header", 0, split), ("claims", split, len(piece.data))):
        try:
            Scanner(out, piece._replace(data=piece.data[begin:end])).value(0, f"$.{name}")
        except Broken as broken:
            out.problem(f"{piece.place}$.{name}", str(broken))
