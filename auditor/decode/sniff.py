"""What bytes are, and the step that opens them: signatures first, the stated content type second."""

from __future__ import annotations

import binascii
import re
from itertools import islice

from auditor.decode import (
    compression,
    events,
    facebook,
    firestore,
    forms,
    frames,
    grpc,
    looks,
    packed,
    rtdb,
    sentry,
    xmltext,
)
from auditor.decode.firestoremaps import MAPS
from auditor.decode.jsonbody import open_json
from auditor.decode.jsontext import Naming
from auditor.decode.leaf import Leaf
from auditor.decode.opener import Opener
from auditor.decode.piece import Piece
from auditor.decode.plausible import fitting, plausible
from auditor.decode.protobuf import open_mapped, open_protobuf
from auditor.decode.strings import inside

SURE, STATED = 0.9, 0.5
"""How plausible a protobuf message must be when nothing, and when the content type, says that it is one."""
_JSON = re.compile(rb"(?:\xef\xbb\xbf)?\s*+(?:\)\]\}'|for ?\(;;\);|while ?\(1\);|&&&START&&&|[{\[])")
_MESSAGE = re.compile(r"[^$]*(?::grpc(?:-web)?\$\[\d+\][^$]*)?")
"""Places of whole bodies, and of whole messages of gRPC."""
_SHRINKING = frozenset({"gzip", "deflate", "br", "zstd", "zlib"})


def open_bytes(out: Opener, piece: Piece, hint: str, quiet: bool) -> None:
    """Opens bytes of unknown form. Bytes that stay closed are counted unless `quiet`."""
    data = piece.data
    kind = hint.partition(";")[0].strip().lower()
    if not data or _stated(out, piece, kind) or _signed(out, piece, hint, quiet=quiet):
        return
    if out.maps and _whole(piece) and _mapped(out, piece):
        return
    text = looks.text(data)
    if text is None and (wide := looks.wide(data)) is not None:
        _wide(out, piece, wide, hint)
    elif text is None:
        _binary(out, piece, hint, quiet=quiet)
    elif "protobuf" not in kind or not _message(out, piece, stated=False):
        _text(out, piece, text, hint)


def _stated(out: Opener, piece: Piece, kind: str) -> bool:
    """Forms that only the content type tells."""
    if kind == "headers":
        forms.open_headers(out, piece)
    elif kind.startswith("application/grpc-web-text"):
        grpc.open_grpc(out, piece.opened("grpc-web", _unbased(piece.data)), "")
    elif kind.startswith("application/grpc-web"):
        grpc.open_grpc(out, piece, "grpc-web")
    elif kind.startswith("application/grpc"):
        grpc.open_grpc(out, piece, "grpc")
    else:
        return False
    return True


def _unbased(data: bytes) -> bytes:
    """grpc-web-text: pieces of base64, each padded for itself."""
    found = b""
    for part in islice(re.finditer(rb"[A-Za-z0-9+/]+={0,2}", data), 10_000):
        try:
            found += binascii.a2b_base64(part[0])
        except binascii.Error:
            return found  # a piece was cut off: the messages before it stand
    return found


def _signed(out: Opener, piece: Piece, hint: str, *, quiet: bool) -> bool:
    """Forms with a signature: compressed, media, binary property lists."""
    data = piece.data
    step = compression.packed(data)
    if step and compression.open_packed(out, piece, step, hint, quiet=quiet or step == "zlib"):
        return True
    if data.startswith(b"bplist0") and xmltext.open_plist(out, piece):
        return True
    medium = looks.media(data)
    if medium and set(piece.chain) <= _SHRINKING and not quiet:
        out.tree.media = medium
    return bool(medium)


def _whole(piece: Piece) -> bool:
    """Whether the bytes may be the message that a field map names: a body, or what a frame of gRPC holds."""
    return bool(_MESSAGE.fullmatch(piece.place)) and piece.data.lstrip()[:1] not in (b"{", b"[", b"<")


def _mapped(out: Opener, piece: Piece) -> bool:
    """A message of a protocol that the caller named; framed ones get here message by message."""
    if grpc.is_framed(piece.data) and "grpc" not in piece.chain and "grpc-web" not in piece.chain:
        grpc.open_grpc(out, piece, "grpc")
        return True
    return any(open_mapped(out, piece, known) for known in out.maps)


def _text(out: Opener, piece: Piece, text: str, hint: str) -> None:
    kind = hint.partition(";")[0].strip().lower()
    if mark := forms.boundary(piece.data, hint if "multipart" in kind else ""):
        forms.open_multipart(out, piece, mark)
    elif not _written(out, piece, kind) and not _framed(out, piece):
        form = forms.is_form(piece.data) and all(reading.step == "form" for reading in inside(text))
        if kind == "application/x-www-form-urlencoded" or form:
            forms.open_form(out, piece)
        else:
            out.leaf(text, piece)


def _written(out: Opener, piece: Piece, kind: str) -> bool:
    """JSON, envelopes and XML."""
    data = piece.data
    if sentry.is_envelope(data) and sentry.open_envelope(out, piece):
        return True
    if (_JSON.match(data) or kind.endswith("json")) and open_json(out, piece, naming(piece.key, data)):
        return True
    return data.lstrip()[:1] == b"<" and xmltext.open_xml(out, piece)


def _framed(out: Opener, piece: Piece) -> bool:
    """Text protocols that frame messages."""
    data = piece.data
    if events.is_chunks(data):
        return events.open_chunks(
            out, piece, firestore.NAMING if firestore.is_wrapped(data) else facebook.PLAIN
        )
    if events.is_packets(data):
        return events.open_packets(out, piece)
    if events.is_events(data):
        events.open_events(out, piece)
        return True
    return False


def naming(key: str, data: bytes) -> Naming:
    """How names in a JSON text become places."""
    if rtdb.is_frame(data):
        return rtdb.NAMING
    if firestore.is_wrapped(data):
        return firestore.NAMING
    return facebook.naming(key, data) or facebook.PLAIN


def _wide(out: Opener, piece: Piece, text: str, hint: str) -> None:
    """UTF-16, which is read like the same text in UTF-8."""
    text = text.removeprefix("\ufeff")
    same = piece._replace(data=text.encode(errors="replace"), exact=False)
    _text(out, same, text, hint.replace("utf-16", ""))


def _binary(out: Opener, piece: Piece, hint: str, *, quiet: bool) -> None:
    data, kind = piece.data, hint.partition(";")[0].strip().lower()
    if mark := forms.boundary(data, hint):
        forms.open_multipart(out, piece, mark)
        return
    if grpc.is_framed(data) and "grpc" not in piece.chain:
        grpc.open_grpc(out, piece, "grpc")
        return
    if "grpc" in piece.chain[-1:] and b"/databases/" in data and _firestore(out, piece):
        return
    for step in ("msgpack", "cbor"):
        if step in kind and packed.open_packed_values(out, piece, step):
            return
    if _message(out, piece, stated="protobuf" in kind):
        return
    if step := packed.guess(data):
        packed.open_packed_values(out, piece, step)
    elif not _rest(out, piece, kind, quiet=quiet):
        _closed(out, piece, kind, quiet=quiet)


def _firestore(out: Opener, piece: Piece) -> bool:
    """A gRPC message that speaks of documents and that nobody named: as the one that it fits."""
    fits = {root: fitting(piece.data, known, root) for root, known in MAPS.items()}
    best = max(fits, key=fits.__getitem__)
    return fits[best] == 1 and open_mapped(out, piece, MAPS[best])


def _message(out: Opener, piece: Piece, *, stated: bool) -> bool:
    """A protobuf message without a schema, when the bytes look like one."""
    if stated:
        likely = plausible(piece.data, cut=True) >= STATED
    else:
        likely = plausible(piece.data) >= SURE and _telling(piece.data)
    if not likely:
        return False
    open_protobuf(out, piece)
    return True


def _telling(data: bytes) -> bool:
    """Whether a message holds a text: a few numbers alone could be anything."""
    return bool(looks.LETTERS.search(data))


def _rest(out: Opener, piece: Piece, kind: str, *, quiet: bool) -> bool:
    """Last tries: raw deflate, messages behind lengths, text of one byte per character."""
    if quiet:
        return False
    if looks.media(piece.data) or _unframed(out, piece):
        return True
    if len(piece.data) > 20 and compression.open_packed(out, piece, "deflate", kind, quiet=True):
        return True
    latin = looks.latin(piece.data)
    if latin is not None and len(latin) >= 4:
        out.leaf(latin, piece)
    return latin is not None and len(latin) >= 4


def _unframed(out: Opener, piece: Piece) -> bool:
    """Several protobuf messages, each behind its length: as varint, or in four bytes."""
    for parts in (frames.varint(piece.data), frames.fixed(piece.data)):
        if parts and all(plausible(piece.data[a:b]) >= SURE for a, b in parts):
            inner = piece.step("unframe")
            for count, (begin, end) in enumerate(parts):
                place = f"{inner.place}$[{count}]"
                open_protobuf(out, inner.part(begin, end)._replace(place=place, parent=inner.place + "$"))
            return True
    return False


def _closed(out: Opener, piece: Piece, kind: str, *, quiet: bool) -> None:
    """Bytes that nothing opens: the texts in them are leaves, the rest is counted."""
    if kind.partition("/")[0] in ("image", "audio", "video", "font"):
        if set(piece.chain) <= _SHRINKING:
            out.tree.media = kind
        return
    least = 10 if quiet else 6
    runs = [spot for spot in looks.texts(piece.data) if spot[1] - spot[0] >= least]
    if not quiet:
        out.tree.leaves.append(
            Leaf(piece.data, piece.place, piece.chain, piece.key, piece.parent, piece.begin, piece.end)
        )
        out.tree.opaque += len(piece.data) - sum(end - begin for begin, end in runs)
    inner = piece.step("utf-8")
    for count, (begin, end) in enumerate(runs):
        spot = inner.part(begin, end)._replace(place=f"{inner.place}$[{count}]", parent=inner.place + "$")
        out.leaf(spot.data.decode(errors="replace"), spot)
