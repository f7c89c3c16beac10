"""Names with values: forms, queries, headers, cookies, paths, and multipart bodies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from auditor.decode import looks
from auditor.decode.leaf import Leaf
from auditor.decode.opener import Opener
from auditor.decode.piece import Piece, segment

_FORM = re.compile(rb"[\w.\-$~*+%:@!\[\]]{1,200}+=[^\s&<>\"{}]*+(?:&[^\s&=<>\"]*+(?:=[^\s&<>\"]*+)?+)*+")
_PAIR = re.compile(rb"([^=&]*+)(=?)([^&]*+)(?:&|$)")
_COOKIE = re.compile(rb"\s*+([^=;]*+)(=?)([^;]*+)(?:;|$)")
_HEADER = re.compile(rb"([^:\r\n]*+)(:?)[ \t]*+([^\r\n]*+)(?:\r?\n|$)")
_BOUNDARY = re.compile(r"boundary=(?:\"([^\"]{1,200})\"|([^\s;,]{1,200}))", re.IGNORECASE)
_PARAMETER = re.compile(r"\b(name|filename)\*?=(?:\"((?:[^\"\\]|\\.)*+)\"|([^\s;]++))", re.IGNORECASE)


MOST = 25_000
"""Pairs that are looked at: more than a tree may have leaves."""


class Pair(NamedTuple):
    """A name with its raw value and where that stands."""

    name: bytes
    value: bytes
    begin: int
    end: int


def is_form(data: bytes) -> bool:
    """Whether bytes without a content type are a form: names, `=`, and nothing that a form would escape."""
    return _FORM.fullmatch(data) is not None


def _pairs(data: bytes, pattern: re.Pattern[bytes]) -> Iterator[Pair]:
    for found in islice(pattern.finditer(data), MOST):
        if found[1] or found[3]:
            yield Pair(found[1], found[3], found.start(3), found.end(3))


def open_form(out: Opener, piece: Piece, step: str = "form") -> None:
    """`a=1&b=2` (WHATWG URL, application/x-www-form-urlencoded)."""
    pairs = [pair._replace(name=_plain(pair.name)) for pair in _pairs(piece.data, _PAIR)]
    _emit(out, piece.step(step) if step else piece, pairs, escaped=True)


def open_cookies(out: Opener, piece: Piece, root: str = "$") -> None:
    """`a=1; b=2` (RFC 6265)."""
    _emit(out, piece, list(_pairs(piece.data, _COOKIE)), escaped=False, root=root)


def open_headers(out: Opener, piece: Piece) -> None:
    """`name: value` lines; names become lower case, and the cookie header is taken apart."""
    pairs = [pair._replace(name=pair.name.strip().lower()) for pair in _pairs(piece.data, _HEADER)]
    _emit(out, piece, pairs, escaped=False)
    for pair in pairs:
        if pair.name == b"cookie":
            open_cookies(out, piece.part(pair.begin, pair.end).child("$.cookie", "", ""), "")


def open_path(out: Opener, piece: Piece) -> None:
    """`/users/77`: one leaf per step between slashes, whose key is the step before it."""
    at, before, count = 0, "", 0
    for raw in piece.data.split(b"/"):
        if raw:
            value = _text(unquote_to_bytes(raw))
            spot = piece.part(at, at + len(raw)).child(f"$[{count}]", before, piece.place + "$")
            out.leaf(value, spot)
            before, count = value[:60], count + 1
        at += len(raw) + 1


def _emit(out: Opener, piece: Piece, pairs: Sequence[Pair], *, escaped: bool, root: str = "$") -> None:
    out.node()
    counts = Counter(pair.name for pair in pairs)
    seen: Counter[bytes] = Counter()
    for pair in pairs:
        name = _text(pair.name)
        path = root + segment(name)
        if counts[pair.name] > 1:
            path += f"[{seen[pair.name]}]"
            seen[pair.name] += 1
        value = _text(_plain(pair.value) if escaped else pair.value)
        spot = (piece.at(pair.begin), piece.until(pair.end))
        out.add(Leaf(value, piece.place + path, piece.chain, name, piece.place + root, *spot))


def _plain(raw: bytes) -> bytes:
    raw = raw.replace(b"+", b" ") if b"+" in raw else raw
    return unquote_to_bytes(raw) if b"%" in raw else raw


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def boundary(data: bytes, content_type: str) -> bytes:
    """What separates the parts of a multipart body, with its two dashes; empty when it is none."""
    stated = _BOUNDARY.search(content_type)
    if stated:
        mark = b"--" + (stated[1] or stated[2]).encode("latin-1", "replace")
        return mark if mark in data else b""
    first = data[:300].partition(b"\n")[0].rstrip(b"\r")
    known = first.startswith(b"--") and len(first) > 2 and b"content-disposition:" in data[:1000].lower()
    return first if known else b""


def open_multipart(out: Opener, piece: Piece, mark: bytes) -> None:
    """RFC 7578: a plain field is a leaf of its name; a file has `filename`, `type` and its content."""
    inner = piece.step("multipart")
    out.node()
    at, count = piece.data.find(mark) + len(mark), 0
    while not piece.data.startswith(b"--", at):
        end = piece.data.find(b"\r\n" + mark, at)
        end = piece.data.find(b"\n" + mark, at) if end < 0 else end
        if end < 0:
            out.problem(inner.place, "the last part is cut off")
        _part(out, inner.part(at, end if end >= 0 else len(piece.data)), inner.place, count)
        if end < 0:
            return
        at, count = piece.data.find(mark, end) + len(mark), count + 1


def _part(out: Opener, piece: Piece, root: str, count: int) -> None:
    out.node()
    head, gap, _ = piece.data.partition(b"\r\n\r\n")
    if not gap:
        head, gap, _ = piece.data.partition(b"\n\n")
    headers = {pair.name.lower(): _text(pair.value) for pair in _pairs(head.lstrip(b"\r\n"), _HEADER)}
    stated = headers.get(b"content-disposition", "")
    named = {found[1].lower(): found[2] or found[3] or "" for found in _PARAMETER.finditer(stated)}
    name = named.get("name", "")
    path = "$" + segment(name) if name else f"$[{count}]"
    body = piece.part(len(head) + len(gap), len(piece.data))._replace(
        place=root + path, key=name, parent=root + "$"
    )
    kind = headers.get(b"content-type", "")
    if "filename" in named:
        _file(out, body, named["filename"], kind)
    elif (text := looks.text(body.data)) is not None and not kind.startswith("application/"):
        out.leaf(text, body)
    else:
        out.bytes(body, kind)


def _file(out: Opener, piece: Piece, name: str, kind: str) -> None:
    described = {"filename": name, "type": kind, "media": looks.media(piece.data)}
    for key, value in described.items():
        if value:
            out.leaf(value, piece.child(f".{key}", key, piece.place))
    out.bytes(piece, kind)
