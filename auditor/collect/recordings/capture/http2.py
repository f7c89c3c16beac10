"""HTTP/2 over one connection, read from the bytes of both sides (RFC 9113). The one door to `hpack`."""

from __future__ import annotations

from collections.abc import Generator

from hpack import Decoder, HPACKError

from auditor.collect.recordings.capture.talks import Broken, Exchange, Half, Inbox, Moment, Parsing

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RESET, SETTINGS, PUSH, GOAWAY, CONTINUATION = 0, 1, 3, 4, 5, 7, 9
END_STREAM, END_HEADERS, PADDED, PRIORITY = 1, 4, 8, 32

BLOCK = 1 << 20
"""Bytes of one header block, packed and unpacked."""

TABLE = 1 << 20
"""Largest table of known headers that a side may ask for."""

STREAMS = 20_000
"""Exchanges of one connection that may be open at the same time."""


class Http2:
    """One connection."""

    def __init__(self) -> None:
        self._open: dict[int, Exchange] = {}
        self._done: list[Exchange] = []
        self._boxes = {True: Inbox(), False: Inbox()}
        self._lines = {True: self._side(sent=True), False: self._side(sent=False)}
        self._decoders = {True: _decoder(), False: _decoder()}
        self._dead = {True: "", False: ""}

    def feed(self, data: bytes, moment: Moment, *, sent: bool) -> list[Exchange]:
        """More bytes; exchanges that ended by them."""
        if not self._dead[sent]:
            self._boxes[sent].moment = moment
            self._boxes[sent].held += data
            self._run(sent)
        done, self._done = self._done, []
        return done

    def hole(self, size: int, *, sent: bool) -> None:
        """Bytes are missing: nothing that this side says later can be understood."""
        self._dead[sent] = self._dead[sent] or f"{size} bytes are missing from the recording"

    def close(self, moment: Moment) -> list[Exchange]:
        """The connection ended; so do all its exchanges."""
        for sent in (True, False):
            self._boxes[sent].closed = True
            self._run(sent)
        for exchange in self._open.values():
            self._finish(exchange, moment)
        self._open.clear()
        done, self._done = self._done, []
        return done

    def _finish(self, exchange: Exchange, moment: Moment) -> None:
        for sent, half in ((True, exchange.request), (False, exchange.response)):
            if not half.done:
                half.end(moment, (self._dead[sent] or "the recording ends in it") if half.headers else "")
        if not exchange.status and not exchange.error:
            exchange.error = self._dead[False] or "there was no response in the recording"
        self._done.append(exchange)

    def _run(self, sent: bool) -> None:
        if self._dead[sent]:
            return
        try:
            next(self._lines[sent])
        except Broken as why:
            self._dead[sent] = str(why)
        except (HPACKError, IndexError, ValueError) as error:  # hpack lets both through on broken blocks
            self._dead[sent] = f"its headers could not be unpacked ({type(error).__name__})"

    def _side(self, *, sent: bool) -> Parsing:
        box = self._boxes[sent]
        if sent and (yield from box.exactly(len(PREFACE))) != PREFACE:
            raise Broken("it makes no sense as HTTP/2")
        while True:
            kind, flags, stream, body = yield from _frame(box)
            if kind in {HEADERS, PUSH} and not flags & END_HEADERS:
                body = yield from _continued(box, stream, body)
            self._frame(kind, flags, stream, body, sent=sent)

    def _frame(self, kind: int, flags: int, stream: int, body: bytes, *, sent: bool) -> None:
        moment = self._boxes[sent].moment
        if kind == DATA:
            self._half(stream, moment, sent=sent).add(_unpadded(flags, body))
        elif kind == HEADERS:
            block = _unpadded(flags, body)[5 if flags & PRIORITY else 0 :]
            self._headers(stream, block, moment, sent=sent)
        elif kind == PUSH:
            block = _unpadded(flags, body)
            self._headers(int.from_bytes(block[:4]) & 0x7FFFFFFF, block[4:], moment, sent=sent, pushed=True)
        elif kind == RESET and stream in self._open:
            self._open[
                stream
            ].error = f"the {'app' if sent else 'server'} ended it (code {int.from_bytes(body[:4])})"
            self._finish(self._open.pop(stream), moment)
        elif kind == SETTINGS and not flags & 1:
            self._settings(body, sent=sent)
        if kind in {DATA, HEADERS} and flags & END_STREAM:
            self._end(stream, moment, sent=sent)

    def _half(self, stream: int, moment: Moment, *, sent: bool) -> Half:
        exchange = self._open.get(stream)
        if exchange is None:
            if len(self._open) >= STREAMS:
                raise Broken("more exchanges are open than the limit")
            exchange = self._open[stream] = Exchange(moment, version="HTTP/2")
        return exchange.request if sent else exchange.response

    def _headers(
        self, stream: int, block: bytes, moment: Moment, *, sent: bool, pushed: bool = False
    ) -> None:
        """Headers, or trailers after the body. A pushed request is told by the server."""
        fields = self._decoders[sent].decode(block, raw=True)
        half = self._half(stream, moment, sent=sent or pushed)
        exchange = self._open[stream]
        for name, value in ((n.decode("latin-1"), v.decode("latin-1")) for n, v, *_ in fields):
            if not name.startswith(":"):
                half.headers.append((name, value))
            elif name == ":status" and value.isdecimal():
                exchange.status = int(value) if int(value) >= 200 else 0
            elif name == ":method":
                exchange.method = value
            elif name == ":path":
                exchange.path = value
            elif name == ":authority":
                exchange.authority = value
        if pushed:
            half.end(moment)

    def _settings(self, body: bytes, *, sent: bool) -> None:
        """What one side accepts bounds what the other side may use."""
        for at in range(0, len(body) - 5, 6):
            if int.from_bytes(body[at : at + 2]) == 1:
                asked = int.from_bytes(body[at + 2 : at + 6])
                self._decoders[not sent].max_allowed_table_size = max(4096, min(asked, TABLE))

    def _end(self, stream: int, moment: Moment, *, sent: bool) -> None:
        exchange = self._open.get(stream)
        if exchange is None:
            return
        (exchange.request if sent else exchange.response).end(moment)
        if exchange.request.done and exchange.response.done:
            exchange.error = exchange.error or ("" if exchange.status else "the response has no status")
            self._done.append(self._open.pop(stream))


def _decoder() -> Decoder:
    return Decoder(max_header_list_size=BLOCK)


def _frame(box: Inbox) -> Generator[None, None, tuple[int, int, int, bytes]]:
    head = yield from box.exactly(9)
    body = yield from box.exactly(int.from_bytes(head[:3]))
    return head[3], head[4], int.from_bytes(head[5:9]) & 0x7FFFFFFF, body


def _continued(box: Inbox, stream: int, block: bytes) -> Generator[None, None, bytes]:
    parts, flags = bytearray(block), 0
    while not flags & END_HEADERS:
        kind, flags, same, more = yield from _frame(box)
        if kind != CONTINUATION or same != stream or len(parts) > BLOCK:
            raise Broken("its headers do not go on as they should")
        parts += more
    return bytes(parts)


def _unpadded(flags: int, body: bytes) -> bytes:
    return body[1 : len(body) - body[0]] if flags & PADDED and body else body
