"""Text protocols that frame messages: server-sent events, Engine.IO with Socket.IO, and WebChannel."""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.decode.jsontext import PLAIN, Broken, Naming, Scanner
from auditor.decode.opener import Opener
from auditor.decode.piece import Piece

_EVENTS = re.compile(
    rb"(?:\xef\xbb\xbf)?(?::[^\n]*\n|\s)*+(?:event|data|id|retry) ?:(?!image/|[\w.+-]+/[\w.+-]+[;,])"
)
_LINE = re.compile(rb"([^:\r\n]*+)(?:: ?([^\r\n]*+))?((?:\r\n|\n|\r)++|$)")
_BETWEEN = re.compile(rb"(?:(?:\r\n|\n|\r)(?:event|id|retry):[^\r\n]*+)*+(?:\r\n|\n|\r)(?:data(?:: ?)?)?")
_PACKET = re.compile(rb"(?:(0)|4([0-6]))(?:\d+-)?(/[^,\[{]{0,100},?)?(\d+)?(?=[\[{])")
_CHUNK = re.compile(rb"\s*+(\d{1,9})\r?\n(?=\[)")
MOST = 25_000
"""Packets that are looked at: more than a tree may have leaves."""
LONG = 1 << 20
SEPARATOR = b"\x1e"
"""Between the packets of one long-polling body (Engine.IO 4)."""


def is_events(data: bytes) -> bool:
    """Whether text begins as server-sent events and has a line that ends one."""
    return _EVENTS.match(data) is not None and b"data:" in data and b"\n" in data


def open_events(out: Opener, piece: Piece) -> None:
    """Every event under its number, with its fields by name (WHATWG HTML, "Server-sent events")."""
    inner = piece.step("sse")
    out.node()
    for count, fields in enumerate(_events(piece.data)):
        parent = f"{inner.place}$[{count}]"
        for name, value, begin, end in fields:
            spot = inner.part(begin, end)._replace(place=f"{parent}.{name}", key=name, parent=parent)
            out.leaf(value.decode(errors="replace"), spot)


type _Field = tuple[str, bytes, int, int]


def _events(data: bytes) -> Iterator[list[_Field]]:
    """The fields of every event; several data lines are one value with line breaks."""
    spots: dict[str, tuple[int, int]] = {}
    for found in _LINE.finditer(data):
        name = found[1].lstrip(b"\xef\xbb\xbf").decode("latin-1")
        if name in ("event", "data", "id", "retry"):
            begin, end = found.span(2) if found[2] is not None else (found.end(1), found.end(1))
            spots[name] = (spots[name][0] if name == "data" and name in spots else begin, end)
        if spots and found[3] not in (b"\n", b"\r\n", b"\r", b""):
            yield [_field(data, *item) for item in spots.items()]
            spots = {}
    if spots:
        yield [_field(data, *item) for item in spots.items()]


def _field(data: bytes, name: str, spot: tuple[int, int]) -> _Field:
    begin, end = spot
    value = data[begin:end]
    if name == "data" and len(value) < LONG:
        value = _BETWEEN.sub(b"\n", value)
    elif name == "data":
        # the pattern needs a hundred bytes for every line
        value = value.replace(b"\ndata: ", b"\n").replace(b"\ndata:", b"\n")
    return name, value, begin, end


def is_packets(data: bytes) -> bool:
    """Whether text is one or several packets of Socket.IO."""
    return all(_PACKET.match(packet) for packet in data.split(SEPARATOR, 8)[:8])


def open_packets(out: Opener, piece: Piece) -> bool:
    """Socket.IO: the list or object of a packet; with several in one body each has its number."""
    inner, several = piece.step("socket.io"), SEPARATOR in piece.data
    mark, at = out.mark(), 0
    for count, packet in enumerate(piece.data.split(SEPARATOR, MOST)):
        found = _PACKET.match(packet)
        if found:
            scanner = Scanner(out, inner.part(at + found.end(), at + len(packet)))
            try:
                scanner.value(0, f"$[{count}]" if several else "$")
            except Broken as broken:
                if out.mark() == mark:
                    return False
                out.problem(inner.place, str(broken))
        elif packet.strip() and not packet[:1].isdigit():
            out.leaf(packet.decode(errors="replace"), inner.part(at, at + len(packet)))
        at += len(packet) + 1
    return True


def is_chunks(data: bytes) -> bool:
    """Whether text is a WebChannel response: a length, a line break, a list."""
    return _CHUNK.match(data) is not None


def open_chunks(out: Opener, piece: Piece, naming: Naming = PLAIN) -> bool:
    """WebChannel: every list under its number. The stated length counts characters and is not needed."""
    inner = piece.step("webchannel")
    scanner = Scanner(out, inner, naming)
    mark, at, count = out.mark(), 0, 0
    while found := _CHUNK.match(piece.data, at):
        try:
            at = scanner.value(found.end(), f"$[{count}]")
        except Broken as broken:
            if out.mark() == mark:
                return False
            out.problem(inner.place, str(broken))
            rest = inner.part(broken.at, len(piece.data))
            out.leaf(rest.data.decode(errors="replace"), rest)
            return True
        count += 1
    if piece.data[at:].strip():
        rest = inner.part(at, len(piece.data))
        out.leaf(rest.data.decode(errors="replace"), rest)
    return True
