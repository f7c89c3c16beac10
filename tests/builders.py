"""Small builders of the things auditor reads, for tests: archives, binary XML, signatures.

Everything is made from scratch and the same bytes come out every time (signatures excepted).
"""

from __future__ import annotations

import functools
import hashlib
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

AXML = b"\x03\x00\x08\x00\x08\x00\x00\x00"
"""The smallest thing that begins like a binary AndroidManifest.xml."""
DEX = b"dex\n035\x00" + bytes(104)
"""The smallest thing that begins like a DEX file."""

type PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | dsa.DSAPrivateKey


def zip_bytes(members: Mapping[str, bytes], stored: bool = False) -> bytes:
    """An honest ZIP archive of these members, deflated unless `stored`."""
    target = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)  # dated 1980, so that the bytes never change
            info.compress_type = method
            archive.writestr(info, content)
    return target.getvalue()


def apk(extra: Mapping[str, bytes] | None = None, manifest: bytes = AXML, dex: bytes = DEX) -> bytes:
    """An unsigned APK: a manifest, one DEX file, and whatever else is given."""
    return zip_bytes({"AndroidManifest.xml": manifest, "classes.dex": dex, **(extra or {})})


def dex_file(classes: Sequence[str]) -> bytes:
    """A DEX file that defines these classes (`al.example.Main`) and holds nothing else."""
    names = sorted(f"L{c.replace('.', '/')};" for c in classes)
    count = len(names)
    begin = 0x70 + 40 * count  # behind the header: a string, a type and a class for each
    texts = [bytes([min(len(n), 127)]) + n.encode("utf-8", "surrogatepass") + b"\0" for n in names]
    offsets = [begin + sum(map(len, texts[:index])) for index in range(count)]
    head = bytearray(0x70)
    head[:8] = b"dex\n035\0"
    struct.pack_into("<L", head, 0x28, 0x12345678)
    for place, start in ((0x38, 0x70), (0x40, 0x70 + 4 * count), (0x60, 0x70 + 8 * count)):
        struct.pack_into("<LL", head, place, count, start)
    rows = struct.pack(f"<{2 * count}L", *offsets, *range(count))
    return (
        bytes(head) + rows + b"".join(struct.pack("<8L", i, *[0] * 7) for i in range(count)) + b"".join(texts)
    )


@dataclass(frozen=True)
class Raw:
    """One member of a dishonest archive; a field left None tells the truth."""

    name: bytes
    content: bytes = b""
    method: int = 8
    """0 and 8 pack as they say; every other method stores."""
    flags: int = 0
    size: int | None = None
    """Expanded size to state."""
    crc: int | None = None
    local_name: bytes | None = None
    """Name to state beside the content."""
    local_size: int | None = None
    like: int | None = None
    """Index of a member whose bytes this one shares, instead of having its own."""


def raw_zip(members: Iterable[Raw]) -> bytes:
    """A ZIP archive written field by field, so that it may lie."""
    body, directory, offsets = bytearray(), bytearray(), list[int]()
    for member in members:
        packed = zlib.compress(member.content, wbits=-15) if member.method == 8 else member.content
        offsets.append(len(body) if member.like is None else offsets[member.like])
        if member.like is None:
            body += _local(member, packed)
        directory += _central(member, packed, offsets[-1])
    count = len(offsets) & 0xFFFF
    return bytes(body + directory) + struct.pack(
        "<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), len(body), 0
    )


def _local(member: Raw, packed: bytes) -> bytes:
    name = member.name if member.local_name is None else member.local_name
    crc, size = _stated(member)
    size = size if member.local_size is None else member.local_size
    head = (b"PK\3\4", 20, member.flags, member.method, 0, 33, crc, len(packed), size, len(name), 0)
    return struct.pack("<4s5H3L2H", *head) + name + packed


def _central(member: Raw, packed: bytes, offset: int) -> bytes:
    crc, size = _stated(member)
    head = (b"PK\1\2", 20, 20, member.flags, member.method, 0, 33, crc, len(packed), size)
    return struct.pack("<4s6H3L5H2L", *head, len(member.name), 0, 0, 0, 0, 0, offset) + member.name


def _stated(member: Raw) -> tuple[int, int]:
    crc = zlib.crc32(member.content) if member.crc is None else member.crc
    return crc, len(member.content) if member.size is None else member.size


@dataclass(frozen=True)
class Element:
    """One element of binary XML, with attribute names as in the source: `android:name`, `package`."""

    tag: str
    attributes: Mapping[str, str | int | bool] = field(default_factory=dict)
    """A text such as `@7f010000` is a reference."""
    children: tuple[Element, ...] = ()
    text: str = ""


def axml(root: Element) -> bytes:
    """Binary XML as aapt writes it, without the map of attribute ids."""
    strings: dict[str, int] = {}
    body = _namespace(strings, 0x0100) + _element(root, strings) + _namespace(strings, 0x0101)
    return chunk(0x0003, b"", string_pool(list(strings)) + body)


def chunk(kind: int, head: bytes, body: bytes = b"") -> bytes:
    """One chunk of binary XML or of a resource table: `head` is what its header holds besides."""
    return struct.pack("<HHL", kind, 8 + len(head), 8 + len(head) + len(body)) + head + body


def string_pool(strings: Sequence[str]) -> bytes:
    """A string pool in UTF-16."""
    packed = [struct.pack("<H", len(_utf16(s)) // 2) + _utf16(s) + b"\0\0" for s in strings]
    offsets = [sum(len(p) for p in packed[:index]) for index in range(len(packed))]
    body = b"".join(packed) + bytes(-sum(map(len, packed)) % 4)
    head = struct.pack("<5L", len(strings), 0, 0, 28 + 4 * len(strings), 0)
    return chunk(0x0001, head, struct.pack(f"<{len(offsets)}L", *offsets) + body)


def arsc(texts: Mapping[str, Mapping[str, str]]) -> bytes:
    """A resource table of strings: locale (two letters, or empty) to name to text, ids from 7f010000 on."""
    names = list(dict.fromkeys(name for found in texts.values() for name in found))
    values = list(dict.fromkeys(text for found in texts.values() for text in found.values()))
    pools = string_pool(["string"]), string_pool(names)
    types = b"".join(_type(locale, found, names, values) for locale, found in texts.items())
    places = struct.pack("<5L", 288, 1, 288 + len(pools[0]), len(names), 0)
    head = struct.pack("<L", 0x7F) + "al.example".encode("utf-16-le").ljust(256, b"\0") + places
    package = chunk(0x0200, head, pools[0] + pools[1] + types)
    return chunk(0x0002, struct.pack("<L", 1), string_pool(values) + package)


def _type(locale: str, found: Mapping[str, str], names: list[str], values: list[str]) -> bytes:
    entries, offsets = b"", list[int]()
    for name in names:
        offsets.append(len(entries) if name in found else 0xFFFFFFFF)
        if name in found:
            value = values.index(found[name])
            entries += struct.pack("<HHLHBBL", 8, 0, names.index(name), 8, 0, 3, value)
    config = struct.pack("<LL", 64, 0) + locale.encode().ljust(56, b"\0")
    head = struct.pack("<BBHLL", 1, 0, 0, len(names), 84 + 4 * len(names)) + config
    return chunk(0x0201, head, struct.pack(f"<{len(offsets)}L", *offsets) + entries)


_ANDROID = "http://schemas.android.com/apk/res/android"


def _namespace(strings: dict[str, int], kind: int) -> bytes:
    return _node(kind, struct.pack("<LL", _index(strings, "android"), _index(strings, _ANDROID)))


def _element(element: Element, strings: dict[str, int]) -> bytes:
    name = _index(strings, element.tag)
    attributes = b"".join(_attribute(*item, strings) for item in element.attributes.items())
    counts = struct.pack("<6H", 20, 20, len(element.attributes), 0, 0, 0)
    inner = b"".join(_element(child, strings) for child in element.children)
    if element.text:
        inner = _node(0x0104, struct.pack("<LHBBL", _index(strings, element.text), 8, 0, 0, 0)) + inner
    begin = _node(0x0102, struct.pack("<LL", 0xFFFFFFFF, name) + counts + attributes)
    return begin + inner + _node(0x0103, struct.pack("<LL", 0xFFFFFFFF, name))


def _attribute(name: str, value: str | int | bool, strings: dict[str, int]) -> bytes:
    prefix, _, plain = name.rpartition(":")
    space = _index(strings, _ANDROID) if prefix else 0xFFFFFFFF
    kind, data = _value(value, strings)
    raw = data if kind == 3 else 0xFFFFFFFF
    return struct.pack("<LLLHBBL", space, _index(strings, plain), raw, 8, 0, kind, data)


def _value(value: str | int | bool, strings: dict[str, int]) -> tuple[int, int]:
    """Type and data: boolean, number, reference or text."""
    if isinstance(value, bool):
        return 0x12, 0xFFFFFFFF if value else 0
    if isinstance(value, int):
        return 0x10, value
    if re.fullmatch("@[0-9a-f]{8}", value):
        return 0x01, int(value[1:], 16)
    return 0x03, _index(strings, value)


def _node(kind: int, body: bytes) -> bytes:
    return chunk(kind, struct.pack("<LL", 1, 0xFFFFFFFF), body)


def _index(strings: dict[str, int], text: str) -> int:
    return strings.setdefault(text, len(strings))


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le", "surrogatepass")


@functools.cache  # signatures by EC keys differ each time
def certificate(key: PrivateKey, name: str = "Test") -> bytes:
    """A self-signed certificate, DER."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder(subject, subject, key.public_key(), 4711)
    builder = builder.not_valid_before(datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC))
    builder = builder.not_valid_after(datetime(2050, 1, 2, 3, 4, 5, tzinfo=UTC))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


SCHEME_IDS = {"v2": 0x7109871A, "v3": 0xF05368C0, "v3.1": 0x1B93AD61}


def signed_apk(
    package: bytes,
    key: PrivateKey,
    algorithm: int = 0x0103,
    schemes: Iterable[str] = ("v2",),
    *,
    attributes: Mapping[int, bytes] | None = None,
    pairs: Mapping[int, bytes] | None = None,
    name: str = "Test",
    outside: int = 24,
) -> bytes:
    """`package` with an APK Signing Block.

    Args:
        algorithm: signature algorithm id; it must fit the key.
        attributes: additional signed attributes of every signer.
        pairs: further id-value pairs of the signing block.
        outside: the lowest Android version that v3 states outside the signed data; 24 inside.
    """
    start = struct.unpack_from("<L", package, len(package) - 6)[0]
    sections = (package[:start], package[start:-22], package[-22:])
    signed = _signed_data(sections, key, algorithm, attributes or {}, name)
    values: dict[int, bytes] = {}
    for scheme in schemes:
        versions = struct.pack("<2L", 24, 99) if scheme != "v2" else b""
        data = signed[0] + versions + signed[1]
        signature = struct.pack("<L", algorithm) + sized(_sign(key, algorithm, data))
        stated = struct.pack("<2L", outside, 99) if versions else b""
        public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        signer = sized(data) + stated + sized(sized(signature)) + sized(public)
        values[SCHEME_IDS[scheme]] = sized(sized(signer))
    block = signing_block({**values, **(pairs or {})})
    end = package[-22:-6] + struct.pack("<L", start + len(block)) + package[-2:]
    return sections[0] + block + sections[1] + end


def signing_block(pairs: Mapping[int, bytes]) -> bytes:
    """An APK Signing Block of these id-value pairs."""
    body = b"".join(struct.pack("<QL", len(v) + 4, k) + v for k, v in pairs.items())
    size = struct.pack("<Q", len(body) + 24)
    return size + body + size + b"APK Sig Block 42"


def sized(value: bytes) -> bytes:
    """`value` with its length before it, as everywhere in a signing block."""
    return struct.pack("<L", len(value)) + value


def _signed_data(
    sections: tuple[bytes, ...],
    key: PrivateKey,
    algorithm: int,
    attributes: Mapping[int, bytes],
    name: str,
) -> tuple[bytes, bytes]:
    """What stands before and after v3's Android versions."""
    digest = struct.pack("<L", algorithm) + sized(_content_digest(sections, algorithm))
    extra = b"".join(sized(struct.pack("<L", k) + v) for k, v in attributes.items())
    return sized(sized(digest)) + sized(sized(certificate(key, name))), sized(extra)


def _content_digest(sections: tuple[bytes, ...], algorithm: int) -> bytes:
    hash_name = "sha512" if algorithm in (0x0102, 0x0104, 0x0202) else "sha256"
    chunks = [s[at : at + (1 << 20)] for s in sections for at in range(0, len(s), 1 << 20)]
    digests = [hashlib.new(hash_name, b"\xa5" + struct.pack("<L", len(c)) + c).digest() for c in chunks]
    top = b"\x5a" + struct.pack("<L", len(digests)) + b"".join(digests)
    return hashlib.new(hash_name, top).digest()


def _sign(key: PrivateKey, algorithm: int, data: bytes) -> bytes:
    digest = hashes.SHA512() if algorithm in (0x0102, 0x0104, 0x0202) else hashes.SHA256()
    match key:
        case rsa.RSAPrivateKey() if algorithm < 0x0103:
            return key.sign(data, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
        case rsa.RSAPrivateKey():
            return key.sign(data, padding.PKCS1v15(), digest)
        case ec.EllipticCurvePrivateKey():
            return key.sign(data, ec.ECDSA(digest))
        case dsa.DSAPrivateKey():
            return key.sign(data, digest)
