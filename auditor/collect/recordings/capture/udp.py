"""UDP datagrams of a capture, in order, into records: look-ups, QUIC, and contacts without more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_address

from auditor.collect.recordings.capture.book import Book
from auditor.collect.recordings.capture.datagrams import Datagram
from auditor.collect.recordings.capture.ends import Ends, ends_of, shown
from auditor.collect.recordings.capture.hellos import is_quic
from auditor.collect.recordings.capture.questions import Message, message
from auditor.collect.recordings.capture.talks import Moment
from auditor.collect.recordings.capture.tshark import Opened
from auditor.collect.recordings.record import Kind, Record
from auditor.model import Json

OPEN = 20_000
"""Flows, or look-ups, that are open at the same time; beyond that the oldest is closed."""

LOCAL = {67, 68, 137, 138, 1900, 5353, 5355}
"""Ports by which devices of one network find each other."""


@dataclass(slots=True, eq=False)
class Flow:
    """Datagrams between two ends."""

    client: tuple[str, int]
    server: tuple[str, int]
    begun: Moment
    uid: int = -1
    quic: bool = False
    host: str = ""
    sent: int = 0
    received: int = 0


class Udp:
    """All flows and look-ups that are open at one time."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._flows: dict[Ends, Flow] = {}
        self._lookups: dict[tuple[Ends, int], Record] = {}

    def close(self) -> Iterator[Record]:
        """Everything that is still open."""
        for asked in self._lookups.values():
            yield self._book.numbered(asked)
        for flow in self._flows.values():
            yield self._flow(flow)

    def datagram(
        self, carried: Datagram, moment: Moment, uid: int, opened: Opened | None
    ) -> Iterator[Record]:
        """One datagram; records that ended by it."""
        if 53 in {carried.source_port, carried.target_port} and (asked := message(carried.payload)):
            yield from self._dns(asked, carried, moment, uid)
        else:
            yield from self._other(carried, moment, uid, opened)

    def _dns(self, asked: Message, carried: Datagram, moment: Moment, uid: int) -> Iterator[Record]:
        key = (ends_of(carried), asked.number)
        if asked.answer:
            self._book.remember(asked.names[0], asked.addresses)
        known = self._lookups.pop(key, None)
        if known is None:
            if len(self._lookups) >= OPEN:
                yield self._book.numbered(self._lookups.pop(next(iter(self._lookups))))
            known = self._lookup(asked, carried, moment, uid)
        if asked.answer:
            about = {**known.about, "answers": [*asked.addresses]}
            yield self._book.numbered(replace(known, about=about))
        else:
            self._lookups[key] = known

    def _lookup(self, asked: Message, carried: Datagram, moment: Moment, uid: int) -> Record:
        here, there = (carried.source, carried.source_port), (carried.target, carried.target_port)
        client, server = (there, here) if asked.answer else (here, there)
        about = {"client": shown(client), "frame": moment.frame}
        return Record(
            index=0,
            kind=Kind.LOOKUP,
            at=moment.at,
            host=asked.names[0],
            port=server[1],
            scheme="udp",
            peer=server[0],
            uid=uid,
            app=self._book.apps.app(uid),
            about=about,
        )

    def _other(self, carried: Datagram, moment: Moment, uid: int, opened: Opened | None) -> Iterator[Record]:
        if _is_local(carried):
            known = self._book.recording.about.get("local datagrams", 0)
            self._book.recording.about["local datagrams"] = known + 1
            return
        ends = ends_of(carried)
        flow = self._flows.get(ends)
        if flow is None:
            if len(self._flows) >= OPEN:
                yield self._flow(self._flows.pop(next(iter(self._flows))))
            flow = self._flows[ends] = Flow(*_sides(carried), moment)
        flow.uid = uid if flow.uid < 0 else flow.uid
        flow.quic = flow.quic or is_quic(carried.payload)
        flow.host = flow.host or (opened.host if opened else "")
        if (carried.source, carried.source_port) == flow.client:
            flow.sent += len(carried.payload)
        else:
            flow.received += len(carried.payload)

    def _flow(self, flow: Flow) -> Record:
        about: dict[str, Json] = {"client": shown(flow.client), "frame": flow.begun.frame}
        about |= {"sent": flow.sent, "received": flow.received}
        record = Record(
            index=0,
            kind=Kind.CONTACT,
            at=flow.begun.at,
            host=flow.host or self._book.host(flow.server[0]),
            port=flow.server[1],
            scheme="quic" if flow.quic else "udp",
            peer=flow.server[0],
            error="not decrypted: QUIC is not read" if flow.quic else "datagrams are not read",
            about=about,
        )
        return self._book.known(record, flow.uid)


def _sides(carried: Datagram) -> Ends:
    """The app's side and the server's: who speaks first, or whose port nobody else would choose."""
    source, target = (carried.source, carried.source_port), (carried.target, carried.target_port)
    return (target, source) if carried.source_port < 1024 <= carried.target_port else (source, target)


def _is_local(carried: Datagram) -> bool:
    """Multicast, broadcast and what devices of one network tell each other."""
    ports = {carried.source_port, carried.target_port}
    target = ip_address(carried.target)
    return target.is_multicast or carried.target == "255.255.255.255" or bool(ports & LOCAL)
