"""Messages of the Realtime Database whose pieces the recorder wrote on several lines, put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from auditor.collect.recordings.record import Frame, Record
from auditor.decode import rtdb

MOST = 64 << 20
"""Bytes that wait for their rest, of all sockets."""
LOST = "the rest of a message of the Realtime Database"


class Piece(NamedTuple):
    """A frame that waits for others."""

    record: Record
    """The line on which it stands."""
    at: int
    """Its number there."""
    frame: Frame


class Pieces:
    """Pieces wait until the line comes that holds the last one; the whole message stands on that line."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[int, bool], list[Piece]] = {}

    def join(self, socket: int, record: Record) -> Iterator[Record]:
        """The record with what is whole by now; before it, pieces whose rest did not come."""
        for sent in (True, False):
            if record.path.startswith(rtdb.SOCKET):
                record, lost = self._side((socket, sent), record)
                yield from _as_they_stand(lost)
        yield record

    def left(self) -> Iterator[Record]:
        """What still waits when the recording has ended."""
        for waiting in self._waiting.values():
            yield from _as_they_stand(waiting[1:])

    def _side(self, key: tuple[int, bool], record: Record) -> tuple[Record, Sequence[Piece]]:
        """The messages of one direction: the record, and pieces that are given up."""
        before = self._waiting.pop(key, [])
        own = [Piece(record, at, frame) for at, frame in enumerate(record.frames) if frame.sent == key[1]]
        bodies = [piece.frame.body for piece in (*before, *own)]
        begin = rtdb.unfinished(bodies)
        held = begin < len(bodies) and self._hold(key, [*before, *own][begin:])
        found = rtdb.joined(bodies[:begin]) + bodies[begin:]
        if held:  # their number stays where it is
            found[begin + 1 :] = [b""] * (len(bodies) - begin - 1)
        if len(before) > 1 and begin > 0 and found[1] != bodies[1]:  # it is whole, and stands on this line
            found[len(before)], found[1] = found[1], b""
        rest = zip(before[1:], found[1:], strict=False)
        given_up = [p._replace(frame=replace(p.frame, body=body)) for p, body in rest if body]
        return _with(record, own, found[len(before) :]), given_up

    def _hold(self, key: tuple[int, bool], waiting: list[Piece]) -> bool:
        """Whether there is room for them."""
        size = sum(len(piece.frame.body) for held in self._waiting.values() for piece in held)
        if size + sum(len(piece.frame.body) for piece in waiting) > MOST:
            return False
        self._waiting[key] = waiting
        return True


def _with(record: Record, own: Sequence[Piece], bodies: Sequence[bytes]) -> Record:
    frames = list(record.frames)
    for piece, body in zip(own, bodies, strict=True):
        frames[piece.at] = replace(piece.frame, body=body)
    return replace(record, frames=tuple(frames))


def _as_they_stand(pieces: Sequence[Piece]) -> Iterator[Record]:
    """Pieces on their lines, under their numbers."""
    lines = {piece.record.index: piece.record for piece in pieces}
    for index, record in lines.items():
        held = {piece.at: piece.frame for piece in pieces if piece.record.index == index}
        frames = (held.get(at, replace(frame, body=b"")) for at, frame in enumerate(record.frames))
        yield replace(record, frames=tuple(frames), lost=(LOST,))
