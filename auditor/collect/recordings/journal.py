"""Recordings of auditor's own recorder: JSON lines, written as things end (auditor/record).

A recorder may be killed at any moment: a torn last line is counted, and all lines before it are read.
"""

from __future__ import annotations

import base64
import binascii
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from auditor.collect.recordings import addressed
from auditor.collect.recordings.jsonstream import JsonError, parsed
from auditor.collect.recordings.lenient import WIDEST, items, mapping, moment, port, text, whole
from auditor.collect.recordings.pieces import Pieces
from auditor.collect.recordings.record import Frame, Headers, Kind, Record, Recording, RecordingError, Side
from auditor.model import Json

FORM = "auditor-recording"
"""The member by which the first line is known; its value is the form's version."""
NEWEST = 1
MOST_SOCKETS = 10_000

type Line = Mapping[str, Json]


def open_journal(path: Path) -> Recording:
    """A recording of auditor's own. Raises RecordingError when its first line is none of that form.

    Records are numbered by their line, the header not counted. Later messages of a long websocket or stream
    are records of their own, with the host and path of the first and `about["continues"]`, its number. A
    message whose rest never came stands in one more record with the number of its line.
    Trailers stand behind the headers.
    `about`: `app`, `persona`, `options`, `tool`, `at` as in the header. Records' `about`: `client`, `sni`,
    `answers`, `by` (how a phase was marked), `count`, `alpn` as in the lines.
    """
    with path.open("rb") as file:
        try:
            header = mapping(parsed(file.readline(WIDEST).removeprefix(b"\xef\xbb\xbf")))
        except JsonError as broken:
            raise RecordingError(f"is no recording of auditor: the first line is {broken}") from None
    if FORM not in header:
        raise RecordingError(f"is no recording of auditor: {FORM!r} expected in the first line")
    lost = Counter[str]()
    if whole(header[FORM]) > NEWEST:
        lost[f"form {whole(header[FORM])}, read as far as form {NEWEST} is like it"] += 1
    about = {key: header[key] for key in ("app", "persona", "options", "tool", "at") if header.get(key)}
    return Recording(
        "auditor recording", text(header.get("producer"))[:200], _records(path, lost), lost, about
    )


def _records(path: Path, lost: Counter[str]) -> Iterator[Record]:
    begun: dict[int, Record] = {}
    pieces = Pieces()
    ended = False
    with path.open("rb") as file:
        file.readline(WIDEST)
        for index, raw in enumerate(_lines(file, lost)):
            try:
                line = mapping(parsed(raw))
                found = _record(line, _number(line, index), begun)
            except JsonError as broken:
                lost[f"lines that cannot be read: {broken}"] += 1
                continue
            ended = ended or line.get("kind") == "end"
            if line.get("kind") == "lost":
                lost[f"the recorder dropped records: {text(line.get('why'))[:100]}"] += whole(
                    line.get("count")
                )
            if found is not None:
                _remember(begun, found)
                yield from pieces.join(whole(found.about.get("continues", found.index)), found)
    yield from pieces.left()
    if not ended:
        lost["the recorder did not come to its end: the recording has no last line"] += 1


def _number(line: Line, index: int) -> int:
    stated = line.get("id")
    return stated if isinstance(stated, int) and 0 <= stated < 1 << 31 else index


def _lines(file: BinaryIO, lost: Counter[str]) -> Iterator[bytes | None]:
    """Whole lines; None for one that is too long. What follows the last line's end was torn off."""
    while line := file.readline(WIDEST):
        if line.endswith(b"\n"):
            yield line
        elif len(line) < WIDEST:
            lost["the last line, which was not written to its end"] += 1
        else:
            while line and not line.endswith(b"\n"):
                line = file.readline(WIDEST)
            yield None


def _remember(begun: dict[int, Record], found: Record) -> None:
    """Keeps where sockets and streams lead: they may be continued on later lines."""
    if "continues" in found.about or not (found.frames or found.status == 101):
        return
    if len(begun) >= MOST_SOCKETS:
        del begun[next(iter(begun))]
    bare = replace(found, request=Side(), response=Side(), frames=(), lost=())
    begun[found.index] = replace(bare, about={"continues": found.index})


def _record(line: Line, index: int, begun: Mapping[int, Record]) -> Record | None:
    """One line; None for those about the recording itself. Raises JsonError when its kind is not known."""
    match text(line.get("kind")):
        case "exchange":
            return _exchange(line, index)
        case "frames":
            return _continued(line, index, begun)
        case "stream":
            return replace(_base(line, index, Kind.STREAM), frames=tuple(_frames(line)))
        case "lookup" | "refused" | "contact" | "mark" as kind:
            return _base(line, index, Kind(kind))
        case "lost" | "end":
            return None
        case kind:
            raise JsonError(f"the kind {kind[:40]!r} is not known")


def _base(line: Line, index: int, kind: Kind) -> Record:
    told = ("client", "sni", "answers", "by", "count", "alpn")
    return Record(
        index=index,
        kind=kind,
        at=moment(line.get("at")),
        host=addressed.name(text(line.get("host"))),
        port=port(line.get("port")),
        scheme=text(line.get("scheme")),
        path=text(line.get("path")) or text(line.get("phase")),
        peer=addressed.name(text(line.get("peer"))),
        error=text(line.get("error"))[:500],
        about={key: line[key] for key in told if line.get(key)},
    )


def _exchange(line: Line, index: int) -> Record:
    frames = tuple(_frames(line))
    found = _base(line, index, Kind.EXCHANGE)
    is_socket = bool(frames) or (whole(line.get("status")) == 101 and found.scheme in ("http", "https"))
    return replace(
        found,
        scheme=addressed.as_socket(found.scheme) if is_socket else found.scheme,
        method=text(line.get("method")).upper(),
        version=addressed.version(text(line.get("version"))),
        status=whole(line.get("status"), 999),
        request=_side(mapping(line.get("request"))),
        response=_side(mapping(line.get("response"))),
        frames=frames,
        lost=() if found.host else ("the name of its host",),
    )


def _continued(line: Line, index: int, begun: Mapping[int, Record]) -> Record:
    """Further messages of a websocket or stream that began on line `of`."""
    of = line.get("of")
    first = begun.get(of) if isinstance(of, int) else None
    known = first or replace(_base(line, index, Kind.EXCHANGE), scheme="wss", method="GET")
    frames = tuple(_frames(line))
    lost = () if first else ("the request that opened this websocket",)
    at = frames[0].at if frames else moment(line.get("at"))
    return replace(known, index=index, at=at, frames=frames, lost=lost)


def _side(stated: Line) -> Side:
    body, lost = _body(stated.get("body"))
    return Side(
        headers=_headers(stated.get("headers")) + _headers(stated.get("trailers")),
        body=body,
        size=max(whole(stated.get("size")), len(body)),
        lost=text(stated.get("lost"))[:200] or lost,
        at=moment(stated.get("at")),
    )


def _headers(stated: Json) -> Headers:
    pairs = map(items, items(stated))
    return tuple((text(pair[0]), text(pair[1])) for pair in pairs if len(pair) == 2)


def _frames(line: Line) -> Iterator[Frame]:
    for one in map(mapping, items(line.get("frames"))):
        body, lost = _body(one.get("body"))
        said = text(one.get("lost"))[:200] or lost
        yield Frame(body, one.get("sent") is True, moment(one.get("at")), one.get("text") is True, said)


def _body(stated: Json) -> tuple[bytes, str]:
    """Bytes, and why they are not there."""
    held = mapping(stated)
    if isinstance(written := held.get("text"), str):
        return written.encode("utf-8", "surrogatepass"), ""
    if not isinstance(packed := held.get("base64"), str):
        return b"", ""
    try:
        return base64.b64decode(packed, validate=True), ""
    except (binascii.Error, ValueError):
        return b"", "its body is said to be base64 and is not"
