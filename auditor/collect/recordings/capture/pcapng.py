"""Capture files: pcap and pcapng as packets, one after the other, hostile until read.

Only what joins packets with apps and names is kept beside the packets: who wrote the file, comments of
packets, custom blocks. Block layouts: draft-ietf-opsawg-pcapng and draft-ietf-opsawg-pcap.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, NamedTuple

from auditor.collect.recordings.record import RecordingError

LONGEST = 16 << 20
"""Bytes of one block or packet; a larger one is taken for a broken length."""

INTERFACES = 4096

SENSELESS = "packets whose lengths or interface make no sense"

SECTION, INTERFACE, OLD_PACKET, SIMPLE_PACKET, STATISTICS, PACKET, SECRETS = 0x0A0D0D0A, 1, 2, 3, 5, 6, 10
CUSTOM = (0x00000BAD, 0x40000BAD)

TLS_KEYS = 0x544C534B

PCAP = {
    b"\xd4\xc3\xb2\xa1": ("<", 1e6),
    b"\xa1\xb2\xc3\xd4": (">", 1e6),
    b"\x4d\x3c\xb2\xa1": ("<", 1e9),
    b"\xa1\xb2\x3c\x4d": (">", 1e9),
}
"""First bytes of a pcap file: byte order, and parts of a second in its second word."""

PCAPNG = b"\x0a\x0d\x0d\x0a"


class Packet(NamedTuple):
    """One captured packet."""

    number: int
    """From 1, as other programs number the packets of a file."""
    others: int
    """Blocks before it that some programs number along with packets."""
    at: float
    """Seconds since 1970; 0 when not known."""
    link: int
    """Type of its first header: 1 Ethernet, 101 IP ... (the registry of link types)."""
    data: bytes
    size: int
    """Bytes it had on the wire; larger than `len(data)` where it was cut."""
    comments: tuple[str, ...] = ()


@dataclass(slots=True)
class Notes:
    """What a file tells beside its packets; grows while they are read."""

    lost: dict[str, int] = field(default_factory=dict)
    hardware: str = ""
    system: str = ""
    application: str = ""
    secrets: bytearray = field(default_factory=bytearray)
    """TLS secrets inside the file, as a key log."""
    custom: Callable[[int, bytes], None] | None = None
    """Called with the enterprise number and the content of each custom block."""

    def lose(self, why: str, count: int = 1) -> None:
        """Count something that could not be read."""
        self.lost[why] = self.lost.get(why, 0) + count


@dataclass(slots=True)
class _Interface:
    link: int
    parts: float = 1e6
    """Parts of a second in a time stamp."""
    offset: int = 0


def is_capture(begin: bytes) -> bool:
    """Whether a file begins like pcap or pcapng."""
    return begin[:4] in PCAP or begin[:4] == PCAPNG


def packets(path: Path, notes: Notes) -> Iterator[Packet]:
    """Every packet of a pcap or pcapng file; losses are counted in `notes`.

    Raises:
        RecordingError: when the file is neither of them.

    """
    with path.open("rb") as file:
        begin = file.read(4)
        file.seek(0)
        if begin in PCAP:
            yield from _pcap(file, notes)
        elif begin == PCAPNG:
            yield from _Blocks(file, notes).packets()
        else:
            raise RecordingError("is no capture file: expected pcap or pcapng")


def _pcap(file: BinaryIO, notes: Notes) -> Iterator[Packet]:
    header = file.read(24)
    if len(header) < 24:
        raise RecordingError("is a pcap file that ends inside its first 24 bytes")
    order, parts = PCAP[header[:4]]
    link = int(struct.unpack(order + "I", header[20:])[0]) & 0x0FFFFFFF
    number = 0
    while head := file.read(16):
        number += 1
        packet = _pcap_packet(file, head, order)
        if not packet:
            notes.lose("the file ends, or is broken, inside a packet")
            return
        seconds, fraction, data, size = packet
        yield Packet(number, 0, seconds + fraction / parts, link, data, size)


def _pcap_packet(file: BinaryIO, head: bytes, order: str) -> tuple[int, int, bytes, int] | None:
    if len(head) < 16:
        return None
    seconds, fraction, length, size = struct.unpack(order + "4I", head)
    data = file.read(length) if length <= LONGEST else b""
    return (seconds, fraction, data, size) if len(data) == length else None


class _Blocks:
    """A pcapng file being read."""

    def __init__(self, file: BinaryIO, notes: Notes) -> None:
        self.file, self.notes = file, notes
        self.order = "<"
        self.interfaces: list[_Interface] = []
        self.number = self.others = 0

    def packets(self) -> Iterator[Packet]:
        """Packets of all sections."""
        while block := self._block():
            kind, body = block
            if kind in {PACKET, OLD_PACKET, SIMPLE_PACKET}:
                self.number += 1
                packet = self._packet(kind, body)
                if packet:
                    yield packet
            else:
                self._other(kind, body)

    def _block(self) -> tuple[int, bytes] | None:
        """The next block; None at the end, which is counted when it comes too early."""
        head = self.file.read(8)
        if not head:
            return None
        if head[:4] == PCAPNG:
            magic = self.file.read(4)
            self.order = ">" if magic == b"\x1a\x2b\x3c\x4d" else "<"
            self.file.seek(-len(magic), 1)
        if len(head) == 8:
            kind, length = struct.unpack(self.order + "2I", head)
            body = self.file.read(length - 8) if 12 <= length <= LONGEST else b""
            if length >= 12 and len(body) == length - 8:
                return kind, body[:-4]
        self.notes.lose("the file ends, or is broken, inside a block")
        return None

    def _other(self, kind: int, body: bytes) -> None:
        if kind == SECTION:
            self._section(body)
        elif kind == INTERFACE and len(self.interfaces) < INTERFACES:
            self.interfaces.append(self._interface(body))
        elif kind == STATISTICS:
            self._statistics(body)
        elif kind == SECRETS:
            self._secrets(body)
        else:
            self.others += 1  # newer programs number custom and journal blocks like packets
            if kind in CUSTOM and len(body) >= 4 and self.notes.custom:
                self.notes.custom(int(struct.unpack(self.order + "I", body[:4])[0]), body[4:])

    def _secrets(self, body: bytes) -> None:
        """Kept for the whole file: they may stand behind the packets that they open."""
        kind, length = struct.unpack(self.order + "2I", body[:8]) if len(body) >= 8 else (0, 0)
        if kind != TLS_KEYS:
            self.notes.lose("blocks of secrets that are no TLS key log")
        elif len(self.notes.secrets) + length > LONGEST * 4:
            self.notes.lose("blocks of TLS secrets beyond the limit")
        else:
            self.notes.secrets += body[8 : 8 + length] + b"\n"

    def _section(self, body: bytes) -> None:
        self.interfaces.clear()
        for code, value in self._options(body[16:]):
            text = _text(value)
            if code == 2:
                self.notes.hardware = text
            elif code == 3:
                self.notes.system = text
            elif code == 4:
                self.notes.application = text

    def _interface(self, body: bytes) -> _Interface:
        link = struct.unpack(self.order + "H", body[:2])[0] if len(body) >= 2 else -1
        known = _Interface(link)
        for code, value in self._options(body[8:]):
            if code == 9 and value:
                known.parts = 2.0 ** (value[0] & 127) if value[0] & 128 else 10.0 ** min(value[0], 30)
            elif code == 14 and len(value) == 8:
                known.offset = struct.unpack(self.order + "q", value)[0]
        return known

    def _statistics(self, body: bytes) -> None:
        for code, value in self._options(body[12:]):
            if code == 5 and len(value) == 8 and (count := struct.unpack(self.order + "Q", value)[0]):
                self.notes.lose("packets that the recorder dropped", count)

    def _packet(self, kind: int, body: bytes) -> Packet | None:
        """None when its lengths or its interface make no sense."""
        form = {PACKET: "5I", OLD_PACKET: "2H4I", SIMPLE_PACKET: "I"}[kind]
        begin = struct.calcsize(self.order + form)
        if len(body) < begin:
            self.notes.lose(SENSELESS)
            return None
        fields = struct.unpack(self.order + form, body[:begin])
        if kind == SIMPLE_PACKET:
            number, high, low, length, size = 0, 0, 0, min(fields[0], len(body) - begin), fields[0]
        else:
            number = fields[0]
            high, low, length, size = fields[-4:]
        if number >= len(self.interfaces) or length > len(body) - begin:
            self.notes.lose(SENSELESS)
            return None
        data, rest = body[begin : begin + length], body[begin + length + -length % 4 :]
        at = self._time(self.interfaces[number], high, low)
        comments = tuple(_text(value) for code, value in self._options(rest) if code == 1)
        return Packet(self.number, self.others, at, self.interfaces[number].link, data, size, comments)

    @staticmethod
    def _time(known: _Interface, high: int, low: int) -> float:
        stamp = (high << 32) | low
        return stamp / known.parts + known.offset if stamp else 0.0

    def _options(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Code and value; ends silently at the first that does not fit, since options only describe."""
        at = 0
        while at + 4 <= len(data):
            code, length = struct.unpack(self.order + "2H", data[at : at + 4])
            if code == 0 or at + 4 + length > len(data):
                return
            yield code, data[at + 4 : at + 4 + length]
            at += 4 + length + -length % 4


def _text(value: bytes) -> str:
    return value[:1000].decode("utf-8", "replace").rstrip("\0")
