"""The parts of one record, opened: query, path, headers, cookies, body, frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from auditor.collect.recordings.record import Kind, Record, Side
from auditor.decode import Leaf, Tree, firestoremaps, rtdb, tree
from auditor.decode.fieldmap import FieldMap

PLUMBING = frozenset(
    "accept accept-encoding accept-ranges cache-control connection content-encoding content-length "
    "content-type cookie date etag expect host if-modified-since if-none-match keep-alive last-modified "
    "pragma range sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user te transfer-encoding upgrade "
    "upgrade-insecure-requests sec-websocket-key sec-websocket-version sec-websocket-extensions".split()
)
"""Headers that carry the transport and nothing of a person; cookies are a part of their own."""
MOST_FRAMES = 10_000
"""Messages of one socket that are opened."""
MOST_HEADERS = 500


def sent(record: Record, maps: Sequence[FieldMap] = ()) -> dict[str, Tree]:
    """What the app sent, by part: `query`, `path`, `header`, `cookie`, `body`, `frame[3]`."""
    found = dict(_head(record)) if record.kind is Kind.EXCHANGE else {}
    if record.request.body:
        found["body"] = _body(record.request, "body", (*_stated(record, response=False), *maps))
    return found | {part: tree(data, part) for part, data in _frames(record, sent=True)}


def received(record: Record) -> Iterator[Tree]:
    """What came back: only counted, never shown."""
    if record.response.body:
        yield _body(record.response, "response.body", _stated(record, response=True))
    for part, data in _frames(record, sent=False):
        yield tree(data, part)


def leaves(trees: Mapping[str, Tree]) -> list[Leaf]:
    """All leaves of all parts."""
    return [leaf for opened in trees.values() for leaf in opened.leaves]


def raw(record: Record) -> dict[str, bytes]:
    """Bodies and messages the app sent, as they are."""
    found = {"body": record.request.body} if record.request.body else {}
    return found | dict(_frames(record, sent=True))


def beyond(record: Record) -> Iterator[str]:
    """What is not opened because there is too much of it, one clause each."""
    if len(record.frames) > MOST_FRAMES:
        yield f"messages of one socket beyond the first {MOST_FRAMES}"
    if len(record.request.headers) > MOST_HEADERS:
        yield f"headers of one request beyond the first {MOST_HEADERS}"


def _frames(record: Record, *, sent: bool) -> Iterator[tuple[str, bytes]]:
    """Messages of one direction under their numbers; what was sent in pieces stands at the first one's."""
    spots = [at for at, frame in enumerate(record.frames[:MOST_FRAMES]) if frame.sent == sent]
    for at, body in zip(spots, rtdb.joined([record.frames[at].body for at in spots]), strict=True):
        if body:
            yield f"frame[{at}]", body


def _stated(record: Record, *, response: bool) -> tuple[FieldMap, ...]:
    """The message of Firestore that the path of a gRPC call names."""
    known = firestoremaps.by_path(record.path.partition("?")[0], response=response)
    return (known,) if known else ()


def _head(record: Record) -> Iterator[tuple[str, Tree]]:
    path, _, query = record.path.partition("?")
    if query:
        yield "query", tree(query.encode("utf-8", "surrogateescape"), "query")
    if len(path) > 1:
        yield "path", _line("path", path)
    headers = [(name.lower(), value) for name, value in record.request.headers[:MOST_HEADERS]]
    lines = (f"{name}: {value}" for name, value in headers if name not in PLUMBING)
    yield "header", _joined(_line("header", line) for line in lines)
    yield "cookie", _joined(_line("cookie", value) for name, value in headers if name == "cookie")


def _body(side: Side, part: str, maps: Sequence[FieldMap]) -> Tree:
    encoding = "" if side.plain else side.header("content-encoding")
    kind = side.header("content-type")
    return tree(side.body, part, content_type=kind, content_encoding=encoding, maps=maps)


@lru_cache(4096)
def _line(part: str, text: str) -> Tree:
    """One header, or path; the same ones come with every request."""
    return tree(text.encode("utf-8", "surrogateescape"), part)


def _joined(trees: Iterable[Tree]) -> Tree:
    found = Tree()
    for one in trees:
        found.leaves.extend(one.leaves)
        found.problems.extend(one.problems)
        found.opaque += one.opaque
    return found
