"""Packets of a capture, in order, into records."""

from __future__ import annotations

from collections.abc import Iterator

from auditor.collect.recordings.capture.book import Book
from auditor.collect.recordings.capture.datagrams import Datagram
from auditor.collect.recordings.capture.pcapng import Packet
from auditor.collect.recordings.capture.talks import Moment
from auditor.collect.recordings.capture.tcp import Tcp
from auditor.collect.recordings.capture.tshark import Opened
from auditor.collect.recordings.capture.udp import Udp
from auditor.collect.recordings.record import Record


class Wire:
    """All that is open at one time, and the records that come of it."""

    def __init__(self, book: Book) -> None:
        self._book, self._tcp, self._udp = book, Tcp(book), Udp(book)

    def datagram(self, packet: Packet, carried: Datagram, opened: Opened | None) -> Iterator[Record]:
        """One packet; records that ended by it."""
        moment, uid = Moment(packet.at, packet.number), self._book.apps.owner(packet).uid
        if carried.tcp:
            yield from self._tcp.segment(carried, moment, uid, opened)
        else:
            yield from self._udp.datagram(carried, moment, uid, opened)

    def close(self) -> Iterator[Record]:
        """Everything that is still open."""
        yield from self._tcp.close()
        yield from self._udp.close()
