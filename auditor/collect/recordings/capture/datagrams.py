"""One captured packet down to TCP or UDP: addresses, ports, and what it carries.

Link types (https://www.tcpdump.org/linktypes.html): Ethernet with VLAN tags, IP alone, BSD loopback, Linux
"any" in both versions. IP fragments are not put together; they are counted by the caller.
"""

from __future__ import annotations

import struct
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import NamedTuple

VLAN = {0x8100, 0x88A8, 0x9100}
EXTENSIONS = {0, 43, 60, 135}
"""IPv6 headers that stand before the one that matters."""

FIN, SYN, RST, ACK = 1, 2, 4, 16


class Datagram(NamedTuple):
    """TCP segment or UDP datagram."""

    source: str
    source_port: int
    target: str
    target_port: int
    tcp: bool
    payload: bytes
    sequence: int = 0
    flags: int = 0
    missing: int = 0
    """Bytes of the payload that the recorder cut off."""


class Unread(Exception):
    """Why a packet was passed over, one clause; empty when nothing is lost by it."""


def datagram(link: int, data: bytes) -> Datagram:
    """What a packet carries.

    Raises:
        Unread: it is neither TCP nor UDP, or makes no sense.

    """
    try:
        return _internet(_payload(link, data))
    except (IndexError, struct.error, AddressValueError):
        raise Unread("packets that are too short for their headers") from None


def _payload(link: int, data: bytes) -> bytes:
    if link == 1:
        return _ethernet(data)
    if link in {101, 228, 229, 12, 14}:
        return data
    if link in {0, 108}:
        return data[4:]
    if link == 113:
        return data[16:]
    if link == 276:
        return data[20:]
    raise Unread(f"packets of link type {link}, which is not read")


def _ethernet(data: bytes) -> bytes:
    at, kind = 12, int.from_bytes(data[12:14])
    while kind in VLAN:
        at += 4
        kind = int.from_bytes(data[at : at + 2])
    if kind not in {0x0800, 0x86DD}:
        raise Unread("")  # ARP and its like carry nothing of an app
    return data[at + 2 :]


def _internet(data: bytes) -> Datagram:
    version = data[0] >> 4
    if version == 4:
        return _version4(data)
    if version == 6:
        return _version6(data)
    raise Unread("packets that are neither IPv4 nor IPv6")


def _version4(data: bytes) -> Datagram:
    header, total = (data[0] & 15) * 4, int.from_bytes(data[2:4])
    if int.from_bytes(data[6:8]) & 0x3FFF:
        raise Unread("IP fragments, which are not put together")
    source, target = _address(data[12:16]), _address(data[16:20])
    length = max(0, (total or len(data)) - header)  # 0 where the sending card cut the segment later
    return _transport(data[9], source, target, data[header : header + length], length)


def _version6(data: bytes) -> Datagram:
    source, target = _address(data[8:24]), _address(data[24:40])
    kind, at, end = data[6], 40, 40 + (int.from_bytes(data[4:6]) or len(data) - 40)
    for _ in range(16):
        if kind not in EXTENSIONS:
            break
        kind, at = data[at], at + 8 + data[at + 1] * 8
    if kind == 44:
        raise Unread("IP fragments, which are not put together")
    return _transport(kind, source, target, data[at:end], end - at)


@lru_cache(maxsize=1 << 16)
def _address(packed: bytes) -> str:
    """As text, which takes longer than all the rest: a capture holds few addresses, many times."""
    return str(IPv4Address(packed) if len(packed) == 4 else _plain(IPv6Address(packed)))


def _plain(address: IPv6Address) -> IPv4Address | IPv6Address:
    return address.ipv4_mapped or address


def plain_address(text: str) -> str:
    """An address as text, an IPv4 one without the `::ffff:` that sockets put before it."""
    try:
        return str(_plain(IPv6Address(text)))
    except ValueError:
        return text


def _transport(kind: int, source: str, target: str, data: bytes, length: int) -> Datagram:
    missing = max(0, length - len(data))
    if kind == 6:
        source_port, target_port, sequence = struct.unpack(">2HI", data[:8])
        payload = data[(data[12] >> 4) * 4 :]
        return Datagram(source, source_port, target, target_port, True, payload, sequence, data[13], missing)
    if kind == 17:
        source_port, target_port, size = struct.unpack(">3H", data[:6])
        payload = data[8 : max(8, size)] if size else data[8:]
        return Datagram(source, source_port, target, target_port, False, payload, missing=missing)
    raise Unread("")  # ICMP and its like carry nothing of an app
