"""TLS opened by tshark: a child with a fixed list of arguments, bounds, and nothing of the user's settings.

It only decrypts: the bytes inside TLS records come back packet by packet, and are read as HTTP here. So every
version of tshark gives the same, and none of its readers of HTTP, which change with each version, is asked.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen
from tempfile import TemporaryDirectory
from threading import Timer

from auditor.collect.recordings.capture.datagrams import Datagram
from auditor.collect.recordings.capture.keys import secrets
from auditor.collect.recordings.capture.pcapng import Notes, Packet

MISSING = "needs tshark, which is not installed (Debian: apt install tshark; macOS, Windows: wireshark.org)"

BOUNDED = Path(__file__).with_name("bounded.py")
SECONDS = 1800
MEMORY = 8 << 30
LONGEST = 128 << 20
"""Characters of one line: all that one packet opens."""

PLACES = ("/Applications/Wireshark.app/Contents/MacOS", r"C:\Program Files\Wireshark")

INSIDE = (
    "http http2 websocket imap pop smtp mqtt xmpp ldap sip amqp ftp telnet irc nntp rtsp dns json".split()
)
"""Readers of what stands inside TLS: switched off, so that the bytes come out as they are."""

FIELDS = (
    "frame.number",
    "tcp.srcport",
    "tcp.dstport",
    "tcp.seq_raw",
    "udp.srcport",
    "udp.dstport",
    "data.data",
    "tls.alert_message.desc",
    "tls.handshake.extensions_server_name",
)
WANTED = "tls and (data.data or tls.alert_message.desc or (quic and tls.handshake.extensions_server_name))"


@dataclass(frozen=True, slots=True)
class Opened:
    """What tshark tells of one packet."""

    number: int
    ports: tuple[int, int]
    sequence: int
    data: bytes = b""
    """Bytes that stood inside TLS, ended by this packet."""
    alerts: tuple[int, ...] = ()
    host: str = ""
    """Server name, also that of QUIC."""


def installed() -> str:
    """Path of tshark; empty when it is not there."""
    found = shutil.which("tshark")
    elsewhere = (shutil.which("tshark", path=place) for place in PLACES)
    return found or next((path for path in elsewhere if path), "")


class Opener:
    """What tshark opened, asked for packet by packet in the order of the file."""

    def __init__(self, rows: Iterator[Opened], notes: Notes) -> None:
        self._rows, self._notes = rows, notes
        self._next: Opened | None = next(rows, None)

    def of(self, packet: Packet, datagram: Datagram) -> Opened | None:
        """What was opened in this packet; None when nothing was."""
        row = self._next
        while row and row.number < packet.number:
            self._notes.lose("opened TLS whose packet was not found")
            row = self._next = next(self._rows, None)
        if not row or row.number > packet.number + packet.others or not _same(row, datagram):
            return None
        self._next = next(self._rows, None)
        return row


def _same(row: Opened, datagram: Datagram) -> bool:
    """Numbers may differ by the blocks that are no packets; ports and sequence tell."""
    ports = row.ports == (datagram.source_port, datagram.target_port)
    return ports and (not datagram.tcp or row.sequence == datagram.sequence)


def opened(program: str, capture: Path, logs: list[Path], survey: Notes, notes: Notes) -> Iterator[Opened]:
    """Rows for all packets in which something could be opened, in the order of the file.

    `survey` holds what a first walk over the file found; losses are counted in `notes`.
    """
    with TemporaryDirectory(prefix="auditor-") as folder:
        keys = Path(folder) / "keys"
        try:
            keys.write_bytes(b"".join(line + b"\n" for line in secrets(logs, bytes(survey.secrets))))
        except OSError as error:
            notes.lose(f"TLS was not opened: a key log could not be read ({error.strerror})")
            return
        command = [sys.executable, "-EP", str(BOUNDED), str(MEMORY), str(SECONDS)]
        command += [program, *_arguments(capture.resolve(), keys)]
        try:
            process = Popen(command, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, env=_environment(folder))
        except OSError as error:
            notes.lose(f"TLS was not opened: tshark could not be started ({error.strerror})")
            return
        yield from _watched(process, notes, whole=not survey.lost)


def _watched(process: Popen[bytes], notes: Notes, *, whole: bool) -> Iterator[Opened]:
    """Rows until it ends, or is ended."""
    timer = Timer(SECONDS, process.kill)
    timer.start()
    with process:
        try:
            yield from _rows(process, notes)
            if process.wait() and whole:  # over a file that is cut it complains after it has told all
                notes.lose("tshark ended before the end of the file: TLS after that was not opened")
        finally:
            timer.cancel()
            process.kill()


def _rows(process: Popen[bytes], notes: Notes) -> Iterator[Opened]:
    while process.stdout and (line := process.stdout.readline(LONGEST)):
        row = _row(line)
        if row:
            yield row
        else:
            notes.lose("packets whose opened TLS makes no sense")


def _row(line: bytes) -> Opened | None:
    try:
        parts = line.decode("ascii", "replace").rstrip("\r\n").split("\t")
        number, tcp, to_tcp, sequence, udp, to_udp, data, alerts, hosts = parts
        ports = (int(_first(tcp or udp)), int(_first(to_tcp or to_udp)))
        return Opened(
            int(number),
            ports,
            int(_first(sequence or "0")),
            bytes.fromhex(data.replace(",", "").replace(":", "")),
            tuple(int(alert) for alert in alerts.split(",") if alert),
            _first(hosts).lower(),
        )
    except ValueError:
        return None


def _first(field: str) -> str:
    """A field holds several values when a packet holds several headers of that kind."""
    return field.partition(",")[0]


def _arguments(capture: Path, keys: Path) -> list[str]:
    """Fixed but for the two paths, which are absolute."""
    words = ["-n", "-Q", "-r", str(capture), "-o", f"tls.keylog_file:{keys}"]
    words += ["-o", "tcp.reassemble_out_of_order:TRUE", "-o", "tcp.desegment_tcp_streams:TRUE"]
    for name in INSIDE:
        words += ["--disable-protocol", name]
    words += ["-Y", WANTED, "-T", "fields", "-E", "separator=/t", "-E", "occurrence=a", "-E", "aggregator=,"]
    for name in FIELDS:
        words += ["-e", name]
    return words


def _environment(folder: str) -> dict[str, str]:
    """Nothing of the user's: no settings, no plugins, no proxies."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "PATH") if name in os.environ}
    places = dict.fromkeys(
        ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "WIRESHARK_CONFIG_DIR", "TMPDIR"), folder
    )
    return kept | places | {"LC_ALL": "C", "APPDATA": folder}
