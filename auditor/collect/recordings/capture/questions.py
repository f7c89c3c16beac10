"""DNS messages as they stand in UDP: which names were asked for, and which addresses they got (RFC 1035)."""

from __future__ import annotations

import struct
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

MOST = 200
"""Questions, and answers, of one message that are read."""


class Message(NamedTuple):
    """One DNS message."""

    number: int
    answer: bool
    names: tuple[str, ...]
    """Asked for, lower case."""
    addresses: tuple[str, ...] = ()


def message(data: bytes) -> Message | None:
    """A DNS message; None when it is none."""
    try:
        number, flags, questions, answers = struct.unpack(">4H", data[:8])
        if not 0 < questions <= MOST or flags & 0x7800:
            return None
        names, at = [], 12
        for _ in range(questions):
            name, at = _name(data, at)
            names.append(name)
            at += 4
        addresses = _addresses(data, at, min(answers, MOST))
    except (IndexError, struct.error, ValueError):
        return None
    return Message(number, bool(flags & 0x8000), tuple(names), addresses)


def _addresses(data: bytes, at: int, count: int) -> tuple[str, ...]:
    found = []
    for _ in range(count):
        at = _name(data, at)[1]
        kind, _class, _age, length = struct.unpack(">2HIH", data[at : at + 10])
        value = data[at + 10 : at + 10 + length]
        at += 10 + length
        if kind == 1 and len(value) == 4:
            found.append(str(IPv4Address(value)))
        elif kind == 28 and len(value) == 16:
            found.append(str(IPv6Address(value)))
    return tuple(found)


def _name(data: bytes, at: int) -> tuple[str, int]:
    """A name and where it ends. Raises IndexError or ValueError when it is none."""
    labels: list[str] = []
    end, jumps = -1, 0
    while length := data[at]:
        if length >= 0xC0:
            end = at + 2 if end < 0 else end
            at, jumps = int.from_bytes(data[at : at + 2]) & 0x3FFF, jumps + 1
        else:
            labels.append(data[at + 1 : at + 1 + length].decode("ascii", "replace"))
            at += 1 + length
        if jumps > 20 or len(labels) > 127:
            raise ValueError("a name that never ends")
    return ".".join(labels).lower(), at + 1 if end < 0 else end
