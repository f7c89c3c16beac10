"""One TCP connection of a capture: what was spoken over it, opened or not."""

from __future__ import annotations

from dataclasses import dataclass, field

from auditor.collect.recordings.capture.datagrams import Datagram
from auditor.collect.recordings.capture.hellos import ALERTS, Records, is_tls
from auditor.collect.recordings.capture.http1 import Http1, is_http1
from auditor.collect.recordings.capture.http2 import PREFACE, Http2
from auditor.collect.recordings.capture.segments import Line
from auditor.collect.recordings.capture.talks import Exchange, Frames, Moment, Talk
from auditor.collect.recordings.record import Frame

ENCRYPTED_ALERT = 19
"""Bytes of an alert inside TLS 1.3: two of its own, one for its kind, sixteen that seal it (RFC 8446)."""


SEAL = 40
"""Bytes by which a record may be longer than what it seals, in any version."""

HANDSHAKE = 8192
"""Bytes of handshake that TLS 1.3 sends like application data: certificates, tickets."""


@dataclass(slots=True, eq=False)
class Connection:
    """One TCP connection, from its first packet on."""

    client: tuple[str, int]
    server: tuple[str, int]
    begun: Moment
    last: Moment
    uid: int = -1
    tls: bool = False
    answered: bool = False
    ended: dict[bool, int] = field(default_factory=dict)
    """Sides that said that they are done, and after which byte: True is the app."""
    broken_off: bool = False
    sizes: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    """Bytes inside TCP, by side, without what was sent twice."""
    missing: int = 0
    opened: int = 0
    """Bytes that came out of TLS."""
    alert: str = ""
    """First alert of the app that came out of TLS."""
    frames: Frames = field(default_factory=Frames)
    """What was spoken when it was no HTTP."""
    records: dict[bool, Records] = field(default_factory=lambda: {True: Records(), False: Records()})
    _lines: dict[bool, Line] = field(default_factory=lambda: {True: Line(), False: Line()})
    _talk: Talk | None = None
    _decided: bool = False

    @property
    def host(self) -> str:
        """Server name of the ClientHello; empty when there is none."""
        hello = self.records[True].hello
        return hello.host if hello else ""

    @property
    def refused(self) -> str:
        """How the TLS handshake failed; empty when it did not, or when nobody can tell."""
        app, server = self.records[True], self.records[False]
        if not self.tls or self.opened or app.hello is None:
            return ""
        if alert := app.alert or self.alert:
            return f"the app sent the alert {alert}"
        if server.alert:
            return f"the server sent the alert {server.alert}"
        if app.application == 1 and app.closed == ENCRYPTED_ALERT:
            return "the app closed the connection in the handshake with an encrypted alert"
        if self.ended or self.broken_off:
            return (
                ""
                if app.application or server.application > 4
                else "the connection was closed in the handshake"
            )
        return ""

    @property
    def still_closed(self) -> int:
        """Bytes inside TLS that were not opened, when others were; what the handshake takes is left aside."""
        sides = self.records.values()
        sealed = sum(side.closed - SEAL * side.application for side in sides) - self.opened
        return sealed if self.opened and sealed > HANDSHAKE else 0

    def segment(self, datagram: Datagram, moment: Moment, *, sent: bool) -> list[Exchange]:
        """One segment; exchanges that ended by it."""
        self.last, self.answered = moment, self.answered or not sent
        line = self._lines[sent]
        sequence = datagram.sequence
        if datagram.flags & 2:  # SYN counts as one byte
            sequence += 1
            line.begin(sequence)
        if not datagram.payload:
            return []
        missing, data = line.add(sequence % (1 << 32), datagram.payload)
        return self._ordered(missing, data, sent)

    def ends(self, datagram: Datagram, *, sent: bool) -> None:
        """A side said that it is done."""
        self.ended[sent] = (datagram.sequence + len(datagram.payload)) % (1 << 32)

    @property
    def complete(self) -> bool:
        """Whether both sides are done, and all that they sent is there."""
        return len(self.ended) == 2 and all(
            self._lines[side].place in {at, -1} for side, at in self.ended.items()
        )

    def close(self) -> list[Exchange]:
        """It ended: what still waits for missing bytes is given up."""
        done = []
        for sent in (True, False):
            missing, data = self._lines[sent].skip()
            while missing or data:
                done += self._ordered(missing, data, sent)
                missing, data = self._lines[sent].skip()
        return done + (self._talk.close(self.last) if self._talk else [])

    def reveal(self, data: bytes, alerts: tuple[int, ...], *, sent: bool) -> list[Exchange]:
        """What came out of TLS with the last segment."""
        if sent and not self.alert:
            self.alert = next((ALERTS.get(a, f"number {a}") for a in alerts if a), "")
        self.opened += len(data)
        return self._spoken(data, sent) if data else []

    def _ordered(self, missing: int, data: bytes, sent: bool) -> list[Exchange]:
        if missing:
            self.missing += missing
            if self._talk and not self.tls:
                self._talk.hole(missing, sent=sent)
        if not data:
            return []
        if not any(self.sizes.values()):
            self.tls = is_tls(data) or (self.server[1] == 443 and not _is_http(data, sent))
        self.sizes[sent] += len(data)
        if self.tls:
            self.records[sent].add(data)
            return []
        return self._spoken(data, sent)

    def _spoken(self, data: bytes, sent: bool) -> list[Exchange]:
        if not self._decided:
            self._decided, self._talk = True, _talk(data, sent)
        if self._talk:
            return self._talk.feed(data, self.last, sent=sent)
        self.frames.add(Frame(data, sent, self.last.at))
        return []


def _is_http(data: bytes, sent: bool) -> bool:
    return _talk(data, sent) is not None


def _talk(data: bytes, sent: bool) -> Talk | None:
    """Who understands a connection that begins so; None when it is no HTTP."""
    settings = not sent and len(data) >= 9 and data[3] == 4 and not any(data[5:9])
    if settings or (sent and data.startswith(PREFACE[:14])):
        return Http2()
    return Http1() if (is_http1(data) if sent else data.startswith(b"HTTP/1.")) else None
