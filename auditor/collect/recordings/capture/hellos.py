"""What TLS and QUIC show without keys: who is asked for, what is offered, and how a handshake failed.

Formats: RFC 8446 (records, ClientHello, alerts), RFC 6066 (server name), RFC 7301 (ALPN),
RFC 9000 (long header).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

ALERTS = {
    0: "close notify", 10: "unexpected message", 20: "bad record mac", 40: "handshake failure",
    42: "bad certificate", 43: "unsupported certificate", 44: "certificate revoked",
    45: "certificate expired", 46: "certificate unknown", 47: "illegal parameter", 48: "unknown ca",
    49: "access denied", 50: "decode error", 51: "decrypt error", 70: "protocol version",
    71: "insufficient security", 80: "internal error", 86: "inappropriate fallback", 90: "user canceled",
    109: "missing extension", 112: "unrecognized name", 116: "certificate required",
    120: "no application protocol",
}  # fmt: skip
"""Names of TLS alerts (https://www.iana.org/assignments/tls-parameters)."""

LONGEST_HELLO = 1 << 17


class Hello(NamedTuple):
    """What a ClientHello tells."""

    host: str = ""
    protocols: tuple[str, ...] = ()
    """ALPN: `h2`, `http/1.1` ..."""


def is_tls(data: bytes) -> bool:
    """Whether the first bytes that are known of a connection are a TLS record."""
    return len(data) >= 3 and 20 <= data[0] <= 23 and data[1] == 3 and data[2] <= 4


def is_quic(data: bytes) -> bool:
    """Whether a UDP payload begins with a QUIC long header of a version in use (1, 2, drafts, Google's)."""
    if len(data) < 7 or data[0] & 0xC0 != 0xC0:
        return False
    version = data[1:5]
    return version in {b"\0\0\0\1", b"\x6b\x33\x43\xcf"} or version[:3] == b"\xff\0\0" or version[:1] == b"Q"


@dataclass(slots=True)
class Records:
    """TLS records of one direction, walked without being opened."""

    hello: Hello | None = None
    alert: str = ""
    """First alert that was sent in clear."""
    handshakes: int = 0
    """Records of the handshake that were sent in clear."""
    application: int = 0
    """Records of application data: in TLS 1.3 the rest of the handshake is among them."""
    closed: int = 0
    """Bytes in them."""
    broken: bool = False
    _held: bytearray = field(default_factory=bytearray)
    _skip: int = 0
    _handshake: bytearray = field(default_factory=bytearray)

    def add(self, data: bytes) -> None:
        """Bytes in order."""
        skipped = min(self._skip, len(data))
        self._skip -= skipped
        self._held += data[skipped:]
        while not self._skip and len(self._held) >= 5 and not self.broken and self._record():
            pass

    def _record(self) -> bool:
        """Whether a record was taken from what is held."""
        kind, length = self._held[0], int.from_bytes(self._held[3:5])
        if kind not in {20, 21, 22, 23, 24} or self._held[1] != 3:
            self.broken = True
            self._held.clear()
            return False
        if kind in {20, 23, 24}:
            self._pass_over(kind, length)
            return True
        if len(self._held) < 5 + length:
            return False
        body = bytes(self._held[5 : 5 + length])
        del self._held[: 5 + length]
        self._clear(kind, body)
        return True

    def _pass_over(self, kind: int, length: int) -> None:
        if kind == 23:
            self.application += 1
            self.closed += length
        there = min(len(self._held), 5 + length)
        self._skip = 5 + length - there
        del self._held[:there]

    def _clear(self, kind: int, body: bytes) -> None:
        if kind == 21 and len(body) == 2 and not self.alert:  # an encrypted one is longer
            self.alert = ALERTS.get(body[1], f"number {body[1]}") if body[0] == 2 else ""
        elif kind == 22:
            self.handshakes += 1
            if self.hello is None and len(self._handshake) < LONGEST_HELLO:
                self._handshake += body
                self.hello = client_hello(bytes(self._handshake))


def client_hello(data: bytes) -> Hello | None:
    """A ClientHello message; None when it is another one or not whole."""
    if len(data) < 4 or data[0] != 1 or len(data) < 4 + int.from_bytes(data[1:4]):
        return None
    try:
        return _hello(data[4 : 4 + int.from_bytes(data[1:4])])
    except IndexError:
        return Hello()


def _hello(body: bytes) -> Hello:
    at = 34
    at += 1 + body[at]
    at += 2 + int.from_bytes(body[at : at + 2])
    at += 1 + body[at]
    extensions = body[at + 2 : at + 2 + int.from_bytes(body[at : at + 2])]
    host, at = "", 0
    protocols: tuple[str, ...] = ()
    while at + 4 <= len(extensions):
        kind, length = int.from_bytes(extensions[at : at + 2]), int.from_bytes(extensions[at + 2 : at + 4])
        content = extensions[at + 4 : at + 4 + length]
        if kind == 0 and content[2:3] == b"\0":
            host = content[5 : 5 + int.from_bytes(content[3:5])].decode("ascii", "replace").lower()
        elif kind == 16:
            protocols = _protocols(content[2:])
        at += 4 + length
    return Hello(host, protocols)


def _protocols(data: bytes) -> tuple[str, ...]:
    names, at = [], 0
    while at < len(data):
        names.append(data[at + 1 : at + 1 + data[at]].decode("ascii", "replace"))
        at += 1 + data[at]
    return tuple(names)
