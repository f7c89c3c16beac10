"""TCP segments of a capture, in order, into records."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.collect.recordings.capture.book import Book
from auditor.collect.recordings.capture.connections import Connection
from auditor.collect.recordings.capture.datagrams import ACK, FIN, RST, SYN, Datagram
from auditor.collect.recordings.capture.ends import Ends, ends_of, ordered, shown
from auditor.collect.recordings.capture.hellos import is_tls
from auditor.collect.recordings.capture.http1 import is_http1
from auditor.collect.recordings.capture.spoken import exchange_record, stream_record
from auditor.collect.recordings.capture.talks import Exchange, Moment
from auditor.collect.recordings.capture.tshark import Opened
from auditor.collect.recordings.record import Kind, Record
from auditor.model import Json

OPEN = 20_000
"""Connections that are open at the same time; beyond that the oldest is closed."""


class Tcp:
    """All connections that are open at one time."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._connections: dict[Ends, Connection] = {}
        self._over: dict[Ends, None] = {}
        """Ends of connections that are over, and may still get what was on its way."""

    def close(self) -> Iterator[Record]:
        """Everything that is still open."""
        for connection in [*self._connections.values()]:
            yield from self._close(connection)

    def segment(self, carried: Datagram, moment: Moment, uid: int, opened: Opened | None) -> Iterator[Record]:
        """One segment; records that ended by it."""
        ends = ends_of(carried)
        connection = self._connections.get(ends)
        begins = carried.flags & SYN and not carried.flags & ACK
        if connection and begins and connection.answered and any(connection.sizes.values()):
            yield from self._close(connection)  # the same ports, used again
            connection = None
        if connection is None:
            if not carried.flags & SYN and (not carried.payload or ends in self._over):
                self._late(carried)
                return
            self._over.pop(ends, None)
            yield from self._crowded()
            connection = self._connections[ends] = _connection(carried, moment)
        if connection.uid < 0:
            connection.uid = uid
        sent = (carried.source, carried.source_port) == connection.client
        for exchange in connection.segment(carried, moment, sent=sent):
            yield self._exchange(connection, exchange)
        if opened:
            for exchange in connection.reveal(opened.data, opened.alerts, sent=sent):
                yield self._exchange(connection, exchange)
        if carried.flags & (FIN | RST) or connection.ended:
            yield from self._ending(connection, carried, sent)

    def _late(self, carried: Datagram) -> None:
        """The tail of a connection that is over: sent again, or under way when the other side broke off."""
        if carried.payload:
            self._book.lose("bytes that came after their connection was over", len(carried.payload))

    def _ending(self, connection: Connection, carried: Datagram, sent: bool) -> Iterator[Record]:
        if carried.flags & FIN:
            connection.ends(carried, sent=sent)
        connection.broken_off = connection.broken_off or bool(carried.flags & RST)
        if connection.broken_off or connection.complete:
            yield from self._close(connection)

    def _crowded(self) -> Iterator[Record]:
        if len(self._connections) >= OPEN:
            yield from self._close(next(iter(self._connections.values())))

    def _close(self, connection: Connection) -> Iterator[Record]:
        ends = ordered(connection.client, connection.server)
        del self._connections[ends]
        self._over[ends] = None
        if len(self._over) > OPEN:
            del self._over[next(iter(self._over))]
        for exchange in connection.close():
            yield self._exchange(connection, exchange)
        if connection.missing:
            self._book.lose("bytes of TCP connections that are missing from the file", connection.missing)
        if connection.still_closed:
            self._book.lose("bytes of TLS connections that were opened only in part", connection.still_closed)
        if connection.frames.kept:
            about = self._about(connection)
            yield self._book.known(
                stream_record(connection, self._book.host(connection.server[0]), about), connection.uid
            )
        elif not connection.opened and (connection.tls or not any(connection.sizes.values())):
            yield self._contact(connection)

    def _exchange(self, connection: Connection, exchange: Exchange) -> Record:
        about = {"client": shown(connection.client), "frame": exchange.begun.frame}
        host = connection.host or self._book.host(connection.server[0])
        return self._book.known(exchange_record(connection, exchange, host, about), connection.uid)

    def _contact(self, connection: Connection) -> Record:
        """A connection of which nothing but the host is known, or one that was refused."""
        refused = connection.refused
        unanswered = "" if connection.answered else "there was no answer"
        empty = unanswered or "nothing was sent over it"
        record = Record(
            index=0,
            kind=Kind.REFUSED if refused else Kind.CONTACT,
            at=connection.begun.at,
            host=connection.host or self._book.host(connection.server[0]),
            port=connection.server[1],
            scheme="tls" if connection.tls else "tcp",
            peer=connection.server[0],
            error=refused or (f"not decrypted: {self._book.closed}" if connection.tls else empty),
            about=self._about(connection),
        )
        return self._book.known(record, connection.uid)

    @staticmethod
    def _about(connection: Connection) -> dict[str, Json]:
        hello = connection.records[True].hello
        about: dict[str, Json] = {"client": shown(connection.client), "frame": connection.begun.frame}
        about |= {"sent": connection.sizes[True], "received": connection.sizes[False]}
        return about | ({"offered": [*hello.protocols]} if hello and hello.protocols else {})


def _connection(carried: Datagram, moment: Moment) -> Connection:
    source, target = (carried.source, carried.source_port), (carried.target, carried.target_port)
    if carried.flags & SYN:
        client, server = (target, source) if carried.flags & ACK else (source, target)
    elif is_http1(carried.payload) or (
        is_tls(carried.payload) and carried.payload[:1] + carried.payload[5:6] == b"\x16\1"
    ):
        client, server = source, target
    else:  # begun before the recording: servers mostly have the lower port
        client, server = (source, target) if source[1] > target[1] else (target, source)
    return Connection(client, server, moment, moment)
