"""Which app sent a packet, as PCAPdroid writes it into its captures.

pcap: 32 bytes at the end of each frame: magic 0x01072021 and user id (big-endian), 20 characters of the app's
name, CRC-32. pcapng: a comment `u-USER_ID` at each packet, and a custom block of enterprise 62652 with
package and name of each user id. Read in PCAPdroid's core/pcap_dump.c (042e4e0) and core/pcap_reader.c
(0f47d37). Not confirmed: the widths of the lengths in the custom block, so every layout that fits exactly is
accepted.
"""

from __future__ import annotations

import re
import struct
from typing import NamedTuple

from auditor.collect.recordings.capture.pcapng import Packet

MAGIC = b"\x01\x07\x20\x21"
TRAILER = 32
ENTERPRISE = 62652
LAYOUTS = ("BBIBB", "BBxxIBB", "BBIHH", "BBxxIHH", "BBxxIII")
"""Version, kind, user id, lengths of package and name: packed first, then with gaps as of a compiler."""

COMMENT = re.compile(r"u-(-?\d{1,10})")
PACKAGE = re.compile(r"[A-Za-z][\w.:-]*")
MOST = 100_000

SYSTEM = {0: "root", 1000: "android", 1051: "netd"}
"""User ids below 10000 belong to Android itself; these are the ones that speak on the network."""


class Owner(NamedTuple):
    """Whose packet it is."""

    uid: int = -1
    """-1 when not known."""
    name: str = ""
    """Name of the app as PCAPdroid cut it to 19 characters."""


class Apps:
    """User ids and the apps they stand for."""

    def __init__(self) -> None:
        self.packages: dict[int, str] = {}
        self.names: dict[int, str] = {}
        self.seen = False
        """Whether PCAPdroid's additions were found at all."""

    def custom(self, enterprise: int, body: bytes) -> None:
        """A custom block."""
        if enterprise == ENTERPRISE and len(self.packages) < MOST:
            for uid, package, name in _mapped(body):
                self.seen = True
                self.packages.setdefault(uid, package)
                self.names.setdefault(uid, name)

    def owner(self, packet: Packet) -> Owner:
        """Whose packet it is, by its comment or its trailer."""
        for comment in packet.comments:
            if found := COMMENT.fullmatch(comment):
                self.seen = True
                return Owner(int(found[1]), self.names.get(int(found[1]), ""))
        end = packet.data[-TRAILER:]
        if packet.link != 1 or len(end) < TRAILER or end[:4] != MAGIC:
            return Owner()
        uid = int(struct.unpack(">i", end[4:8])[0])
        name = end[8:28].split(b"\0")[0].decode("utf-8", "replace")
        self.seen = True
        if name and len(self.names) < MOST:
            self.names.setdefault(uid, name)
        return Owner(uid, name)

    def app(self, uid: int) -> str:
        """Package of a user id, or what is known instead; empty when nothing is."""
        return self.packages.get(uid) or self.names.get(uid) or SYSTEM.get(uid, "")


def _mapped(body: bytes) -> list[tuple[int, str, str]]:
    """(user id, package, name) of a block whose layout fits to the byte; none otherwise."""
    for layout in LAYOUTS:
        size = struct.calcsize("<" + layout)
        if len(body) < size:
            continue
        _version, _kind, uid, first, second = struct.unpack("<" + layout, body[:size])
        if not first or not 0 <= len(body) - size - first - second <= 3:
            continue
        package = body[size : size + first].decode("utf-8", "replace")
        if PACKAGE.fullmatch(package):
            return [(uid, package, body[size + first : size + first + second].decode("utf-8", "replace"))]
    return []


def without_trailer(packet: Packet) -> bytes:
    """The frame without PCAPdroid's trailer, for packets that do not state their own length."""
    ours = packet.link == 1 and packet.data[-TRAILER : -TRAILER + 4] == MAGIC
    return packet.data[:-TRAILER] if ours else packet.data
