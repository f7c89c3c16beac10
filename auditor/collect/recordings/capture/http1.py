"""HTTP/1 over one connection, read from the bytes of both sides (RFC 9112)."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Generator

from auditor.collect.recordings.capture.http1parts import begun, body, head, length, raw
from auditor.collect.recordings.capture.talks import STREAM, Broken, Exchange, Half, Inbox, Moment, Parsing
from auditor.collect.recordings.capture.websocket import Messages

REQUEST = re.compile(rb"([A-Za-z0-9!#$%&'*+.^_`|~-]{1,32}) (\S{1,65536}) (HTTP/\d(?:\.\d)?)")
RESPONSE = re.compile(rb"(HTTP/\d(?:\.\d)?) (\d{3})(?: .*)?")
METHODS = re.compile(rb"(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS|CONNECT|TRACE|[A-Z]{3,16}) [/*A-Za-z]")


def is_http1(data: bytes) -> bool:
    """Whether the first bytes of a client look like an HTTP/1 request."""
    return bool(METHODS.match(data))


class Http1:
    """One connection."""

    def __init__(self) -> None:
        self._asked: deque[Exchange] = deque()
        self._done: list[Exchange] = []
        self._boxes = {True: Inbox(), False: Inbox()}
        self._lines = {True: self._requests(self._boxes[True]), False: self._responses(self._boxes[False])}
        self._current: dict[bool, tuple[Exchange, Half] | None] = {True: None, False: None}
        self._dead = {True: "", False: ""}

    def feed(self, data: bytes, moment: Moment, *, sent: bool) -> list[Exchange]:
        """More bytes; exchanges that ended by them."""
        if self._dead[sent]:
            self._count(len(data), sent)
        else:
            box = self._boxes[sent]
            box.moment = moment
            box.held += data
            self._run(sent)
            self._run(not sent)  # each side may wait for what the other has just said
        return self._taken()

    def hole(self, size: int, *, sent: bool) -> None:
        """So many bytes are missing here: the message that holds them cannot be ended."""
        if not self._dead[sent]:
            self._give_up(sent, f"{size} bytes are missing from the recording")

    def close(self, moment: Moment) -> list[Exchange]:
        """The connection ended; so do all its exchanges."""
        for sent in (True, False):
            self._boxes[sent].closed = True
            self._boxes[sent].moment = moment
        for sent in (True, False, True):
            self._run(sent)
        while self._asked:
            self._finish(self._asked.popleft())
        return self._taken()

    def _taken(self) -> list[Exchange]:
        done, self._done = self._done, []
        return done

    def _run(self, sent: bool) -> None:
        if self._dead[sent]:
            return
        try:
            next(self._lines[sent])
        except StopIteration:
            self._give_up(sent, "it was followed by something that is no HTTP")
        except Broken as why:
            self._give_up(sent, str(why))

    def _give_up(self, sent: bool, why: str) -> None:
        """Nothing more is understood in this direction."""
        self._dead[sent] = why
        current = self._current[sent]
        if current and not current[1].done:
            current[1].end(self._boxes[sent].moment, why)
            self._complete(current[0])
        self._count(len(self._boxes[sent].held), sent)
        self._boxes[sent].held.clear()

    def _count(self, size: int, sent: bool) -> None:
        """Bytes that nobody reads belong to the message during which they came."""
        current = self._current[sent]
        if current:
            current[1].size += size

    # requests ---------------------------------------------------------------------------------------

    def _requests(self, box: Inbox) -> Parsing:
        while True:
            exchange = yield from self._request_head(box)
            self._asked.append(exchange)
            self._current[True] = (exchange, exchange.request)
            yield from body(box, exchange.request, length(exchange.request, whole=False))
            exchange.request.end(box.moment)
            self._complete(exchange)
            if exchange.method == "CONNECT" or exchange.request.header("upgrade"):
                yield from self._after_upgrade(exchange, box, sent=True)

    def _request_head(self, box: Inbox) -> Generator[None, None, Exchange]:
        moment = yield from begun(box)
        line, headers = yield from head(box)
        found = REQUEST.fullmatch(line)
        if not found:
            raise Broken("it makes no sense as HTTP")
        method, path, version = (part.decode("latin-1") for part in found.groups())
        exchange = Exchange(moment, method=method, path=path, version=version)
        exchange.request.headers = headers
        exchange.authority = exchange.request.header("host")
        return exchange

    def _after_upgrade(self, exchange: Exchange, box: Inbox, *, sent: bool) -> Parsing:
        """What follows a request to speak otherwise, once the answer is known."""
        while not exchange.status:
            if box.closed:
                return
            if len(box.held) > STREAM:
                raise Broken("it went on for longer than the limit without an answer")
            yield
        if exchange.socket:
            yield from Messages(exchange, box, sent=sent).run()
        elif exchange.status == 101 or (exchange.method == "CONNECT" and 200 <= exchange.status < 300):
            yield from raw(exchange, box, sent=sent)

    # responses --------------------------------------------------------------------------------------

    def _responses(self, box: Inbox) -> Parsing:
        while True:
            line, headers = yield from head(box)
            found = RESPONSE.fullmatch(line)
            if not found:
                raise Broken("it makes no sense as HTTP")
            status = int(found[2])
            if 100 <= status < 200 and status != 101:
                continue
            exchange = self._next() or self._orphan(box.moment)
            yield from self._response(exchange, status, headers, box)

    @staticmethod
    def _orphan(moment: Moment) -> Exchange:
        """For a response whose request came before the recording, or in a hole of it."""
        exchange = Exchange(moment)
        exchange.request.end(moment, "the request is not in the recording")
        return exchange

    def _next(self) -> Exchange | None:
        """The oldest one without a response."""
        return next((exchange for exchange in self._asked if not exchange.response.done), None)

    def _response(
        self, exchange: Exchange, status: int, headers: list[tuple[str, str]], box: Inbox
    ) -> Parsing:
        half = exchange.response
        half.headers, exchange.status = headers, status
        self._current[False] = (exchange, half)
        bodiless = exchange.method == "HEAD" or status in {101, 204, 304}
        tunnel = exchange.method == "CONNECT" and 200 <= status < 300
        if not bodiless and not tunnel:
            yield from body(box, half, length(half, whole=True))
        half.end(box.moment)
        if status != 101 and not tunnel:
            self._complete(exchange)
            return
        exchange.socket = exchange.request.header("upgrade").lower() == "websocket"
        yield from self._after_upgrade(exchange, box, sent=False)

    def _complete(self, exchange: Exchange) -> None:
        """An exchange is over when both its halves are."""
        if exchange.request.done and exchange.response.done:
            if exchange in self._asked:
                self._asked.remove(exchange)
            if exchange.status or exchange.method:
                self._done.append(exchange)

    def _finish(self, exchange: Exchange) -> None:
        """The connection is over: so is the exchange, whatever it still waits for."""
        for sent, half in ((True, exchange.request), (False, exchange.response)):
            if not half.done:
                half.end(self._boxes[sent].moment, self._dead[sent] if half.headers or half.size else "")
        if not exchange.status:
            exchange.error = self._dead[False] or "there was no response in the recording"
        self._done.append(exchange)
