"""One part opened: the way in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from auditor.decode import compression, forms
from auditor.decode.fieldmap import FieldMap
from auditor.decode.follow import follow
from auditor.decode.leaf import LIMITS, Limits, Tree
from auditor.decode.opener import Enough, Opener
from auditor.decode.piece import Piece
from auditor.decode.sniff import open_bytes

PARTS: dict[str, Callable[[Opener, Piece], None]] = {
    "query": lambda out, piece: forms.open_form(out, piece, ""),
    "header": forms.open_headers,
    "cookie": forms.open_cookies,
    "path": forms.open_path,
}
"""Parts of a request that are not bodies, by the last word of their name."""
MOST_CODINGS = 5


def tree(
    data: bytes,
    part: str,
    *,
    content_type: str = "",
    content_encoding: str = "",
    maps: Sequence[FieldMap] = (),
    limits: Limits = LIMITS,
) -> Tree:
    """Everything that one part of an exchange holds. Never raises: what cannot be opened is in `problems`.

    `part` is the first word of all places. `query`, `header`, `cookie` and `path`, also behind `response.`,
    are read as such: `a=1&b=2`, `Name: value` lines, `a=1; b=2`, `/a/b`; no step stands in their places. All
    other parts are bodies or messages of unknown form; a text that is nothing else is a leaf at the part.
    `maps` are tried on a whole body and on whole messages of gRPC, not on what stands inside; the first that
    fits counts.
    """
    out = Opener(limits, maps, open_bytes, follow)
    piece = Piece(data, part, (), "", "", 0, len(data), exact=True)
    try:
        reader = PARTS.get(part.rpartition(".")[2])
        if reader:
            reader(out, piece)
        else:
            _body(out, piece, content_type, content_encoding)
    except Enough as limit:
        out.problem(part, str(limit))
    except (RecursionError, MemoryError) as error:
        out.problem(part, f"too much inside each other ({type(error).__name__})")
    except Exception as error:
        # the bytes are hostile and thirty steps read them: a mistake of ours may be of any class; it must not
        # cost the recording; it is told with the part where it happened
        out.problem(part, f"our own mistake while opening it ({type(error).__name__}: {str(error)[:100]})")
    return out.tree


def _body(out: Opener, piece: Piece, content_type: str, content_encoding: str) -> None:
    """A body whose content encoding may have been undone by the recorder already."""
    codings = [coding.strip().lower() for coding in content_encoding.split(",")][:MOST_CODINGS]
    stated = [coding for coding in codings if coding not in ("", "identity", "aws-chunked")]
    _coded(out, piece, stated, content_type)


def _coded(out: Opener, piece: Piece, codings: list[str], content_type: str) -> None:
    step = compression.CODINGS.get(codings[-1], "") if codings else ""
    if step in ("br", "deflate") and piece.data:
        unpacked = compression.unpack(piece.data, step, out)
        whole = bool(unpacked.data) and (not unpacked.problem or not compression.readable(piece.data))
        if whole:
            if unpacked.problem:
                out.problem(f"{piece.place}:{step}", unpacked.problem)
            _coded(out, piece.opened(step, bytes(unpacked.data)), codings[:-1], content_type)
            return
    closed = out.tree.opaque
    out.bytes(piece, content_type)
    undone = step and compression.packed(piece.data) == step
    if codings and not undone and out.tree.opaque > closed:
        out.problem(piece.place, f"said to be {codings[-1][:20]}, and cannot be read as that")
