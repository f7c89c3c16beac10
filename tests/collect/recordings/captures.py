"""Captures built packet by packet: TCP, UDP, pcap, pcapng; TLS is real, in memory."""

import datetime as dt
import ssl
import struct
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

type End = tuple[str, int]

CLIENT, SERVER = ("10.0.0.2", 40000), ("192.0.2.7", 443)
SYN, ACK, FIN, RST = 2, 16, 1, 4
BEGIN = 1_780_000_000.0


def tcp(source: End, target: End, sequence: int, flags: int = ACK, data: bytes = b"") -> bytes:
    head = struct.pack(">2H2I2B3H", source[1], target[1], sequence % (1 << 32), 0, 5 << 4, flags, 65535, 0, 0)
    return internet(source[0], target[0], 6, head + data)


def udp(source: End, target: End, data: bytes) -> bytes:
    return internet(
        source[0], target[0], 17, struct.pack(">4H", source[1], target[1], 8 + len(data), 0) + data
    )


def internet(source: End, target: End, kind: int, data: bytes) -> bytes:
    one, other = ip_address(source).packed, ip_address(target).packed
    if len(one) == 16:
        return struct.pack(">IHBB", 6 << 28, len(data), kind, 64) + one + other + data
    return struct.pack(">2B3H2BH", 0x45, 0, 20 + len(data), 0, 0, 64, kind, 0) + one + other + data


@dataclass
class Talk:
    """One TCP connection; `sends` cuts into segments."""

    client: End = CLIENT
    server: End = SERVER
    packets: list[bytes] = field(default_factory=list)
    places: dict[bool, int] = field(default_factory=lambda: {True: 1001, False: 5001})

    def __post_init__(self) -> None:
        self.packets.append(tcp(self.client, self.server, 1000, SYN))
        self.packets.append(tcp(self.server, self.client, 5000, SYN | ACK))

    def sends(self, data: bytes, sent: bool = True, cut: int = 1400) -> Self:
        for at in range(0, len(data), cut):
            self._packet(sent, ACK, data[at : at + cut])
        return self

    def answers(self, data: bytes, cut: int = 1400) -> Self:
        return self.sends(data, sent=False, cut=cut)

    def ends(self) -> Self:
        self._packet(True, ACK | FIN)
        self._packet(False, ACK | FIN)
        return self

    def _packet(self, sent: bool, flags: int, data: bytes = b"") -> None:
        ends = (self.client, self.server) if sent else (self.server, self.client)
        self.packets.append(tcp(*ends, self.places[sent], flags, data))
        self.places[sent] += len(data) + bool(flags & FIN)


@cache
def certificate() -> bytes:
    """A key and a certificate for any name, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(1))
        .not_valid_after(now + dt.timedelta(9))
        .sign(key, hashes.SHA256())
    )
    form = serialization.Encoding.PEM
    secret = key.private_bytes(form, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return secret + made.public_bytes(form)


class Tls:
    """A real TLS connection in memory, recorded as a `Talk`; `keys` is its key log."""

    def __init__(
        self,
        host: str = "api.example.al",
        version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3,
        trust: bool = False,
        **ends: End,
    ) -> None:
        self.talk, self.keys = Talk(**ends), b""
        with TemporaryDirectory() as folder:
            here = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            here.check_hostname = False
            here.verify_mode = ssl.CERT_REQUIRED if trust else ssl.CERT_NONE
            here.minimum_version = here.maximum_version = version
            here.keylog_filename = str(Path(folder) / "keys")
            there = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            (Path(folder) / "pem").write_bytes(certificate())
            there.load_cert_chain(Path(folder) / "pem")
            self.boxes = {side: (ssl.MemoryBIO(), ssl.MemoryBIO()) for side in (True, False)}
            self.sides = {True: here.wrap_bio(*self.boxes[True], server_hostname=host)}
            self.sides[False] = there.wrap_bio(*self.boxes[False], server_side=True)
            self.failed = self._shake()
            self.keys = (Path(folder) / "keys").read_bytes()

    def _shake(self) -> bool:
        open_sides = {True, False}
        for _ in range(10):
            for side in sorted(open_sides, reverse=True):
                try:
                    self.sides[side].do_handshake()
                    open_sides.discard(side)
                except ssl.SSLWantReadError:
                    pass
                except ssl.SSLError:
                    self._pass_on(side)
                    return True
                self._pass_on(side)
        return bool(open_sides)

    def _pass_on(self, side: bool) -> None:
        data = self.boxes[side][1].read()
        self.boxes[not side][0].write(data)
        self.talk.sends(data, sent=side)

    def sends(self, data: bytes, sent: bool = True) -> Self:
        for at in range(0, len(data), 16000):
            self.sides[sent].write(data[at : at + 16000])
            self._pass_on(sent)
        return self

    def answers(self, data: bytes) -> Self:
        return self.sends(data, sent=False)


def hello(host: str = "closed.example.al", protocols: tuple[str, ...] = ("h2", "http/1.1")) -> bytes:
    """A whole ClientHello record."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(list(protocols))
    out = ssl.MemoryBIO()
    try:
        context.wrap_bio(ssl.MemoryBIO(), out, server_hostname=host).do_handshake()
    except ssl.SSLWantReadError:
        return out.read()
    raise AssertionError


def ethernet(packet: bytes) -> bytes:
    return bytes(12) + (b"\x08\x00" if packet[0] >> 4 == 4 else b"\x86\xdd") + packet


def pcap(packets: Iterable[bytes], link: int = 101, order: str = "<", nano: bool = False) -> bytes:
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    parts = [struct.pack(order + "I2H4I", magic, 2, 4, 0, 0, 262144, link)]
    for number, packet in enumerate(packets):
        fraction = number * 1000 * (1000 if nano else 1)
        head = struct.pack(order + "4I", int(BEGIN), fraction, len(packet), len(packet))
        parts += [head, packet]
    return b"".join(parts)


def block(kind: int, body: bytes, order: str = "<") -> bytes:
    body += bytes(-len(body) % 4)
    length = struct.pack(order + "I", len(body) + 12)
    return struct.pack(order + "I", kind) + length + body + length


def options(*listed: tuple[int, bytes], order: str = "<") -> bytes:
    parts = [
        struct.pack(order + "2H", code, len(value)) + value + bytes(-len(value) % 4) for code, value in listed
    ]
    return b"".join(parts) + bytes(4)


def section(*listed: tuple[int, bytes], order: str = "<") -> bytes:
    head = struct.pack(order + "I2Hq", 0x1A2B3C4D, 1, 0, -1)
    return block(0x0A0D0D0A, head + options(*listed, order=order), order)


def interface(link: int = 101, *listed: tuple[int, bytes], order: str = "<") -> bytes:
    return block(1, struct.pack(order + "2HI", link, 0, 262144) + options(*listed, order=order), order)


def packet_block(packet: bytes, number: int = 0, comment: str | None = None, order: str = "<") -> bytes:
    stamp = int(BEGIN * 1e6) + number * 1000
    head = struct.pack(order + "5I", 0, stamp >> 32, stamp & 0xFFFFFFFF, len(packet), len(packet))
    comments = [(1, comment.encode())] if comment else []
    return block(6, head + packet + bytes(-len(packet) % 4) + options(*comments, order=order), order)


def secrets(keys: bytes, order: str = "<") -> bytes:
    return block(10, struct.pack(order + "2I", 0x544C534B, len(keys)) + keys, order)


def pcapng(packets: Iterable[bytes], *before: bytes, link: int = 101, order: str = "<") -> bytes:
    """`before` are blocks that stand before the packets."""
    parts = [section((4, b"test writer 1"), order=order), interface(link, order=order), *before]
    parts += [packet_block(packet, n, order=order) for n, packet in enumerate(packets)]
    return b"".join(parts)


def uid_map(uid: int, package: str, name: str, layout: str = "<BBIBB") -> bytes:
    body = struct.pack(layout, 1, 1, uid, len(package), len(name)) + package.encode() + name.encode()
    return block(0xBAD, struct.pack("<I", 62652) + body)


def trailed(packet: bytes, uid: int, name: str) -> bytes:
    """An Ethernet frame with PCAPdroid's trailer."""
    frame = ethernet(packet)
    frame += (
        bytes(-len(frame) % 4)
        + b"\x01\x07\x20\x21"
        + struct.pack(">i", uid)
        + name.encode()[:20].ljust(20, b"\0")
    )
    return frame + struct.pack("<I", zlib.crc32(frame))


def dns(name: str, number: int = 7, answers: tuple[str, ...] = ()) -> bytes:
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"
    head = struct.pack(">6H", number, 0x8180 if answers else 0x0100, 1, len(answers), 0, 0)
    parts = [head, labels, struct.pack(">2H", 1, 1)]
    for address in answers:
        packed = ip_address(address).packed
        parts.append(
            b"\xc0\x0c" + struct.pack(">2HIH", 1 if len(packed) == 4 else 28, 1, 60, len(packed)) + packed
        )
    return b"".join(parts)
