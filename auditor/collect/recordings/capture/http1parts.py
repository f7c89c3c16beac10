"""Parts of HTTP/1 messages: first lines with headers, and bodies in their three forms (RFC 9112)."""

from __future__ import annotations

from collections.abc import Generator

from auditor.collect.recordings.capture.talks import BODY, Broken, Exchange, Half, Inbox, Moment, Parsing
from auditor.collect.recordings.record import Frame

HEAD = 1 << 18
"""Bytes of a first line with its headers."""


def begun(box: Inbox) -> Generator[None, None, Moment]:
    """When the first byte of what comes next came."""
    while not box.held:
        if box.closed:
            raise Broken("the recording ends before it")
        yield
    return box.moment


def head(box: Inbox) -> Generator[None, None, tuple[bytes, list[tuple[str, str]]]]:
    """First line and headers."""
    line = b""
    while not line:
        line = (yield from box.until(b"\n", HEAD)).rstrip(b"\r")
    headers: list[tuple[str, str]] = []
    size = 0
    while header := (yield from box.until(b"\n", HEAD)).rstrip(b"\r"):
        size += len(header)
        if size > HEAD:
            raise Broken("its headers are longer than the limit")
        if header[:1] in {b" ", b"\t"} and headers:  # folded, as HTTP/1.0 had it
            headers[-1] = (headers[-1][0], f"{headers[-1][1]} {header.strip().decode('latin-1')}")
        else:
            name, _, value = header.decode("latin-1").partition(":")
            headers.append((name.strip(), value.strip()))
    return line, headers


def length(half: Half, *, whole: bool) -> int:
    """Bytes of the body; -1 when it comes in chunks, -2 when it ends with the connection."""
    if "chunked" in half.header("transfer-encoding").lower():
        return -1
    stated = half.header("content-length").partition(",")[0].strip()
    if stated.isascii() and stated.isdecimal():
        return int(stated[:18])
    return -2 if whole else 0


def body(box: Inbox, half: Half, stated: int) -> Parsing:
    """Read a body into `half`; `stated` is what `length` gave."""
    if stated == -1:
        yield from _chunks(box, half)
    elif stated == -2:
        while box.held or not box.closed:
            half.add(box.take(BODY))
            yield from _pause(box)
    else:
        yield from _counted(box, half, stated)


def _pause(box: Inbox) -> Parsing:
    if not box.closed and not box.held:
        yield


def _counted(box: Inbox, half: Half, length: int) -> Parsing:
    while length:
        data = yield from box.some(min(length, 1 << 20))
        half.add(data)
        length -= len(data)


def _chunks(box: Inbox, half: Half) -> Parsing:
    while True:
        line = yield from box.until(b"\n", HEAD)
        try:
            length = int(line.partition(b";")[0].strip()[:16], 16)
        except ValueError:
            raise Broken("a chunk of its body has no length") from None
        if length <= 0:
            break
        yield from _counted(box, half, length)
        yield from box.until(b"\n", HEAD)
    while (yield from box.until(b"\n", HEAD)).strip():  # trailers
        pass


def raw(exchange: Exchange, box: Inbox, *, sent: bool) -> Parsing:
    """Neither HTTP nor websocket any more: kept as pieces."""
    while True:
        data = yield from box.some(1 << 16)
        exchange.frames.add(Frame(data, sent, box.moment.at))
