"""Network captures (pcap, pcapng) as records, with TLS opened by tshark where there are keys.

HTTP/1 and HTTP/2 exchanges, websockets and other streams, DNS look-ups, and, for connections that stayed
closed, the host that was asked for. Bodies are as sent (`plain` is false). Without tshark everything else is
still read.

`Record.about`: `client` (address and port of the app's side), `frame` (number of the first packet in the
file); of contacts `sent` and `received` (bytes inside TCP or UDP) and `offered` (ALPN); of look-ups
`answers`. `Recording.about`: `system`, `hardware`, `key logs` (names), `packets`, `local datagrams`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from auditor.collect.recordings.capture import tshark
from auditor.collect.recordings.capture.book import Book
from auditor.collect.recordings.capture.datagrams import Unread, datagram
from auditor.collect.recordings.capture.hellos import is_quic
from auditor.collect.recordings.capture.keys import key_logs
from auditor.collect.recordings.capture.pcapdroid import Apps, without_trailer
from auditor.collect.recordings.capture.pcapng import PCAPNG, Notes, Packet, is_capture, packets
from auditor.collect.recordings.capture.wire import Wire
from auditor.collect.recordings.record import Record, Recording, RecordingError


def open_capture(path: Path, keylog: Path | None = None) -> Recording:
    """A capture file, with the key log that lies beside it unless one is named.

    Raises:
        RecordingError: when it is no capture file.

    """
    with path.open("rb") as file:
        begin = file.read(4)
    if not is_capture(begin):
        raise RecordingError("is no capture file: expected pcap or pcapng")
    survey = _survey(path)
    logs = [keylog] if keylog else key_logs(path)
    form = ("pcapng" if begin == PCAPNG else "pcap") + (" of PCAPdroid" if survey.apps.seen else "")
    recording = Recording(form, survey.notes.application, iter(()))
    recording.about |= {"system": survey.notes.system, "hardware": survey.notes.hardware}
    recording.about |= {"key logs": [log.name for log in logs], "packets": survey.packets}
    recording.records = _records(path, logs, survey, recording)
    return recording


@dataclass(slots=True)
class _Survey:
    """A first walk over the file: names of apps and secrets may stand after their first packets."""

    notes: Notes = field(default_factory=Notes)
    apps: Apps = field(default_factory=Apps)
    packets: int = 0
    quic: bool = False


def _survey(path: Path) -> _Survey:
    survey = _Survey()
    survey.notes.custom = survey.apps.custom
    for packet in packets(path, survey.notes):
        survey.packets += 1
        survey.apps.owner(packet)
        survey.quic = survey.quic or _is_quic(packet)
    return survey


def _is_quic(packet: Packet) -> bool:
    try:
        carried = datagram(packet.link, without_trailer(packet))
    except Unread:  # counted by the second walk
        return False
    return not carried.tcp and is_quic(carried.payload)


def _records(path: Path, logs: list[Path], survey: _Survey, recording: Recording) -> Iterator[Record]:
    notes, book = Notes(lost=recording.lost), Book(survey.apps, recording)
    opener, wire = _opener(path, logs, survey, notes, book), Wire(book)
    for packet in packets(path, notes):
        yield from _packet(packet, opener, notes, wire)
    yield from wire.close()


def _packet(packet: Packet, opener: tshark.Opener, notes: Notes, wire: Wire) -> Iterator[Record]:
    try:
        carried = datagram(packet.link, without_trailer(packet))
    except Unread as why:
        if str(why):
            notes.lose(str(why))
        return
    yield from wire.datagram(packet, carried, opener.of(packet, carried))


def _opener(path: Path, logs: list[Path], survey: _Survey, notes: Notes, book: Book) -> tshark.Opener:
    program, keyed = tshark.installed(), bool(logs or survey.notes.secrets)
    book.closed = "there is no key for it"
    if not keyed:
        book.closed = "there are no keys in the file or beside it"
    elif not program:
        book.closed = f"opening it {tshark.MISSING}"
        notes.lose(f"TLS was not opened: this {tshark.MISSING}")
    if not program or not (keyed or survey.quic):  # of QUIC it tells the names without keys
        return tshark.Opener(iter(()), notes)
    rows = tshark.opened(program, path, logs, survey.notes, notes)
    return tshark.Opener(rows, notes)
