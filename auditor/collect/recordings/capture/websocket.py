"""Messages of a websocket from the bytes of one direction (RFC 6455), with permessage-deflate (RFC 7692)."""

from __future__ import annotations

import zlib
from collections.abc import Generator

from auditor.collect.recordings.capture.talks import Broken, Exchange, Inbox, Parsing
from auditor.collect.recordings.record import Frame

LONGEST = 16 << 20
"""Bytes of one message, also when it was deflated."""

TEXT, BINARY, CLOSE = 1, 2, 8


class Messages:
    """One direction of a socket."""

    def __init__(self, exchange: Exchange, inbox: Inbox, *, sent: bool) -> None:
        self.exchange, self.inbox, self.sent = exchange, inbox, sent
        offered = exchange.response.header("sec-websocket-extensions")
        self.deflated = "permessage-deflate" in offered
        side = "client" if sent else "server"
        self.alone = f"{side}_no_context_takeover" in offered
        self.inflater = zlib.decompressobj(-15)

    def run(self) -> Parsing:
        """Read to the end of the direction; every message goes into the exchange."""
        parts, kind, squeezed = bytearray(), 0, False
        while True:
            first, data = yield from self._frame()
            code = first & 15
            if code >= CLOSE:  # ping, pong and close say nothing of the app
                continue
            if code:
                parts, kind, squeezed = bytearray(), code, bool(first & 0x40)
            if len(parts) + len(data) > LONGEST:
                raise Broken("a message is longer than the limit")
            parts += data
            if first & 0x80:
                self._message(bytes(parts), kind, squeezed)

    def _frame(self) -> Generator[None, None, tuple[int, bytes]]:
        first, second = yield from self.inbox.exactly(2)
        length = second & 127
        if length >= 126:
            length = int.from_bytes((yield from self.inbox.exactly(2 if length == 126 else 8)))
        if length > LONGEST:
            raise Broken("a message is longer than the limit")
        mask = (yield from self.inbox.exactly(4)) if second & 128 else b""
        data = yield from self.inbox.exactly(length)
        return first, _unmasked(data, mask) if mask else data

    def _message(self, data: bytes, kind: int, squeezed: bool) -> None:
        lost = ""
        if squeezed and self.deflated:
            try:
                data, lost = self._inflated(data)
            except zlib.error:
                lost = "the message could not be inflated"
        frame = Frame(data, self.sent, self.inbox.moment.at, text=kind == TEXT, lost=lost)
        self.exchange.frames.add(frame)

    def _inflated(self, data: bytes) -> tuple[bytes, str]:
        if self.alone:
            self.inflater = zlib.decompressobj(-15)
        plain = self.inflater.decompress(data + b"\0\0\xff\xff", LONGEST)
        return (
            plain,
            "only the first part of the message was inflated" if self.inflater.unconsumed_tail else "",
        )


def _unmasked(data: bytes, mask: bytes) -> bytes:
    size = len(data)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(data) ^ int.from_bytes(key)).to_bytes(size)
