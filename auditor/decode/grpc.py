"""gRPC and gRPC-web: messages behind a flag and a length (grpc.io, PROTOCOL-HTTP2 and PROTOCOL-WEB)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from auditor.decode.opener import Opener
from auditor.decode.piece import Piece

TRAILER = 0x80
PACKED = 0x01
MOST = 20_000
"""Messages that are looked at: more than a tree may have leaves."""


class Framed(NamedTuple):
    """One message; `end` is beyond the data when it was cut off."""

    flag: int
    begin: int
    end: int


def frames(data: bytes) -> Iterator[Framed]:
    """The messages in order."""
    at = 0
    for _ in range(MOST):
        if at + 5 > len(data):
            return
        end = at + 5 + int.from_bytes(data[at + 1 : at + 5])
        yield Framed(data[at], at + 5, end)
        at = end


def is_framed(data: bytes) -> bool:
    """Whether bytes of unknown form are whole gRPC messages, without a byte over."""
    if len(data) < 5 or data[0] not in (0, PACKED, TRAILER):
        return False
    end = 0
    for frame in frames(data):
        if frame.flag not in (0, PACKED, TRAILER, TRAILER | PACKED):
            return False
        end = frame.end
    return end == len(data) and len(data) > 5


def open_grpc(out: Opener, piece: Piece, step: str) -> None:
    """Every message under its number; trailers of gRPC-web are headers. `step` is empty when it was taken."""
    inner = piece.step(step) if step else piece
    out.node()
    end = 0
    for count, frame in enumerate(frames(piece.data)):
        out.node()
        held = inner.part(frame.begin, min(frame.end, len(piece.data)))
        held = held._replace(place=f"{inner.place}$[{count}]", parent=inner.place + "$")
        if frame.end > len(piece.data):
            out.problem(held.place, f"cut off: {frame.end - len(piece.data)} bytes are missing")
        end = frame.end
        if held.data:
            out.bytes(held, "headers" if frame.flag & TRAILER else "application/protobuf")
    if end < len(piece.data):
        out.problem(inner.place, f"{len(piece.data) - end} bytes after the last message")
