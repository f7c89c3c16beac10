"""Who signed an APK, and do the digests hold: APK Signature Schemes v2, v3 and v3.1, verified.

v1 (JAR signing) and v4 (the `.idsig` file) are reported when present, with v1's certificates, and
marked `not checked`. What a certificate says is read by `certificates`.

Sources: source.android.com, "APK Signature Scheme v2", "v3" and "v3.1", for the signing block,
signers and digests. Block ids that Google does not document are listed by F-Droid's and
IzzyOnDroid's scanners.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

from auditor.collect import certificates
from auditor.collect.archive import (
    Buffer,
    EndRecord,
    Part,
    Unreadable,
    find_end,
    open_archive,
    printable,
)
from auditor.collect.certificates import Certificate

VERIFIED = "verified"
"""The value of `Signature.verified` for a scheme whose every check held."""

MEANINGS: Mapping[int, str] = {
    0x7109871A: "APK Signature Scheme v2",
    0xF05368C0: "APK Signature Scheme v3",
    0x1B93AD61: "APK Signature Scheme v3.1",
    0x42726577: "verity padding",
    0x2B09189E: "source stamp v1",
    0x6DFF800D: "source stamp v2",
    0x2146444E: "Google Play metadata (frosting)",
    0x504B4453: "SDK dependency information (encrypted for Google)",
    0x71777777: "distribution channel (Meituan Walle)",
    0x881155FF: "distribution channel (Tencent VasDolly)",
}
"""What the id-value pairs of the APK Signing Block are."""

SCHEMES: Mapping[str, int] = {"v2": 0x7109871A, "v3": 0xF05368C0, "v3.1": 0x1B93AD61}
"""The schemes verified here, and their block ids."""


@dataclass(frozen=True, slots=True)
class Block:
    """One id-value pair of the APK Signing Block."""

    id: str
    """`0x7109871a`."""
    size: int
    """Bytes of the value."""
    meaning: str
    """One of `MEANINGS`, or `unknown`."""


@dataclass(frozen=True, slots=True)
class Signature:
    """What one APK says about its signers, and what of it holds."""

    schemes: tuple[str, ...] = ()
    """Present: some of `v1`, `v2`, `v3`, `v3.1`, `v4`."""
    verified: Mapping[str, str] = field(default_factory=dict)
    """Scheme to `verified`, `does not verify: <why>` or `not checked: <why>`."""
    certificates: tuple[Certificate, ...] = ()
    """Of every signer of every scheme, each once. Claims only, unless their scheme is verified."""
    blocks: tuple[Block, ...] = ()
    origin: tuple[str, ...] = ()
    """Sentences on who handled the package, as facts and not as proof."""
    lineage: tuple[str, ...] = ()
    """SHA-256 of the certificates before the present one, oldest first, when v3 proves them."""


def read_signature(apk: Part | Buffer, idsig: bool = False) -> Signature:
    """Who signed `apk`, with v2, v3 and v3.1 verified.

    Args:
        apk: an opened part, or the bytes of one APK.
        idsig: whether a v4 signature file (`app.apk.idsig`) lies beside it.

    Raises:
        Unreadable: `apk` is not a ZIP archive. All other damage is told in `verified`.

    """
    data = apk.data if isinstance(apk, Part) else apk
    end = find_end(data)
    if end is None:
        raise Unreadable("not a ZIP archive; expected an APK")
    found = Signature()
    try:
        pairs, start = _signing_block(data, end)
    except _Wrong as wrong:
        pairs, start = {}, end.start
        found = replace(found, origin=(f"APK Signing Block is malformed: {wrong}",))
    found = _with_blocks(found, pairs)
    content = _Content(data, start, end)
    for scheme in [s for s in SCHEMES if SCHEMES[s] in pairs]:
        found = _with_scheme(found, scheme, pairs, content)
    return _with_v4(_with_v1(found, apk, pairs), idsig)


class _Wrong(Exception):
    """Why a scheme does not verify: the end of a sentence.

    Not a ValueError, since those are what the cryptographic library raises.
    """


class _Unchecked(Exception):
    """Why a scheme could not be checked: the end of a sentence."""


# --- the signing block -------------------------------------------------------------------------

_MAGIC = b"APK Sig Block 42"
_MOST_PAIRS = 1000
_LARGEST_SCHEME = 1 << 20
"""Bytes of one scheme's value; real ones take a few KiB, so more is an attack."""


def _signing_block(data: Buffer, end: EndRecord) -> tuple[dict[int, memoryview], int]:
    """The id-value pairs, and where the block begins: where the directory does when there is none.

    The first of two pairs with one id counts, as on Android.
    """
    if end.start < 32 or data[end.start - 16 : end.start] != _MAGIC:
        return {}, end.start
    (size,) = struct.unpack_from("<Q", data, end.start - 24)
    start = end.start - size - 8
    if size < 24 or start < 0 or struct.unpack_from("<Q", data, start) != (size,):
        raise _Wrong("its two sizes differ")
    pairs: dict[int, memoryview] = {}
    for count, (key, value) in enumerate(_pairs(memoryview(data)[start + 8 : end.start - 24])):
        if count == _MOST_PAIRS:
            raise _Wrong(f"it holds more than {_MOST_PAIRS} pairs")
        pairs.setdefault(key, value)
    return pairs, start


def _pairs(body: memoryview) -> Iterator[tuple[int, memoryview]]:
    at = 0
    while at < len(body):
        if at + 12 > len(body):
            raise _Wrong("it ends inside a pair")
        length, key = struct.unpack_from("<QL", body, at)
        if not 4 <= length <= len(body) - at - 8:
            raise _Wrong("a pair reaches beyond its end")
        yield key, body[at + 12 : at + 8 + length]
        at += 8 + length


def _with_blocks(found: Signature, pairs: Mapping[int, memoryview]) -> Signature:
    blocks = tuple(
        Block(f"{key:#010x}", len(value), MEANINGS.get(key, "unknown")) for key, value in pairs.items()
    )
    told = tuple(
        f"{MEANINGS[key]} present; its own signature was not checked"
        for key in (0x2146444E, 0x2B09189E, 0x6DFF800D)
        if key in pairs
    )
    channels = tuple(f"{MEANINGS[k]} present" for k in (0x71777777, 0x881155FF) if k in pairs)
    return replace(found, blocks=blocks, origin=found.origin + told + channels)


# --- v2, v3, v3.1 ------------------------------------------------------------------------------


class _Algorithm(NamedTuple):
    kind: str
    """`PSS`, `PKCS1`, `ECDSA` or `DSA`."""
    hash: str
    """Of the signature and of the content digest alike."""


_ALGORITHMS = {
    0x0101: _Algorithm("PSS", "sha256"),
    0x0102: _Algorithm("PSS", "sha512"),
    0x0103: _Algorithm("PKCS1", "sha256"),
    0x0104: _Algorithm("PKCS1", "sha512"),
    0x0201: _Algorithm("ECDSA", "sha256"),
    0x0202: _Algorithm("ECDSA", "sha512"),
    0x0301: _Algorithm("DSA", "sha256"),
}
"""Signature algorithm ids."""

_VERITY = {
    0x0421: _ALGORITHMS[0x0103],
    0x0423: _ALGORITHMS[0x0201],
    0x0425: _ALGORITHMS[0x0301],
}
"""The same signatures, made over a verity tree of the content, which is not computed here."""

_STRIPPED = 0xBEEFF00D
"""v2 attribute: the number of a newer scheme that was also used, and must still be there."""
_ROTATED = 0x559F8B02
"""v3 attribute: a v3.1 block was also used, and must still be there."""
_LINEAGE = 0x3BA06F8C
"""v3 attribute: proof that the key before agreed to the present one."""


@dataclass(frozen=True, slots=True)
class _Signer:
    """One signer of v2 or v3, taken apart and not yet believed."""

    signed: bytes
    """What the signatures are made over."""
    digests: tuple[tuple[int, bytes], ...]
    certificates: tuple[bytes, ...]
    attributes: Mapping[int, bytes]
    versions: tuple[bytes, bytes]
    """v3: Android versions inside and outside the signed data; they must agree."""
    signatures: tuple[tuple[int, bytes], ...]
    key: bytes
    """SubjectPublicKeyInfo, DER."""


class _Content:
    """The digest of everything but the signing block, by hash, computed once each."""

    def __init__(self, data: Buffer, block: int, end: EndRecord) -> None:
        self._data, self._block, self._end = data, block, end
        self._digests: dict[str, bytes] = {}

    def digest(self, hash_name: str) -> bytes:
        if hash_name not in self._digests:
            self._digests[hash_name] = self._compute(hash_name)
        return self._digests[hash_name]

    def _compute(self, hash_name: str) -> bytes:
        """The two-level tree over 1 MiB chunks of members, directory and end record.

        The end record is taken as if the directory stood where the signing block does.
        """
        if self._end.start + self._end.size != self._end.at:
            raise _Wrong("bytes stand between its directory and its end record")
        whole = memoryview(self._data)
        last = bytearray(whole[self._end.at :])
        struct.pack_into("<L", last, 16, self._block)
        sections = (whole[: self._block], whole[self._end.start : self._end.at], memoryview(last))
        chunks = [d for s in sections for d in _chunk_digests(s, hash_name)]
        top = b"\x5a" + struct.pack("<L", len(chunks)) + b"".join(chunks)
        return hashlib.new(hash_name, top).digest()


def _chunk_digests(section: memoryview, hash_name: str) -> Iterator[bytes]:
    for at in range(0, len(section), 1 << 20):
        chunk = section[at : at + (1 << 20)]
        hasher = hashlib.new(hash_name, b"\xa5" + struct.pack("<L", len(chunk)))
        hasher.update(chunk)
        yield hasher.digest()


def _with_scheme(
    found: Signature, scheme: str, pairs: Mapping[int, memoryview], content: _Content
) -> Signature:
    """`found` with one scheme's verdict, its certificates, and the lineage it proves."""
    signers: list[_Signer] = []
    lineage: tuple[str, ...] = ()
    try:
        signers = _signers(pairs[SCHEMES[scheme]], scheme)
        for signer in signers:
            _check_signer(signer, pairs, content)
            lineage = _proven_lineage(signer) or lineage
        verdict = VERIFIED
    except _Wrong as wrong:
        verdict = f"does not verify: {wrong}"
    except _Unchecked as unchecked:
        verdict = f"not checked: {unchecked}"
    found = replace(
        found,
        schemes=(*found.schemes, scheme),
        verified={**found.verified, scheme: verdict},
        lineage=lineage or found.lineage,
    )
    return _with_certificates(found, [c for s in signers for c in s.certificates[:1]], scheme)


def _signers(value: memoryview, scheme: str) -> list[_Signer]:
    if len(value) > _LARGEST_SCHEME:
        raise _Wrong(f"its block is larger than {_LARGEST_SCHEME >> 20} MiB")
    outer, _ = _sized(bytes(value), 0)
    signers = [_signer(raw, scheme) for raw in _list(outer)]
    if not signers:
        raise _Wrong("it names no signer")
    return signers


def _signer(raw: bytes, scheme: str) -> _Signer:
    with_versions = scheme != "v2"
    signed, at = _sized(raw, 0)
    outside, at = (raw[at : at + 8], at + 8) if with_versions else (b"", at)
    signatures, at = _sized(raw, at)
    key, _ = _sized(raw, at)
    digests, at = _sized(signed, 0)
    certificates, at = _sized(signed, at)
    inside, at = (signed[at : at + 8], at + 8) if with_versions else (b"", at)
    attributes, _ = _sized(signed, at)
    return _Signer(
        signed,
        tuple(_numbered_value(d) for d in _list(digests)),
        tuple(_list(certificates)),
        dict(_numbered(a) for a in _list(attributes)),
        (inside, outside),
        tuple(_numbered_value(s) for s in _list(signatures)),
        key,
    )


def _check_signer(signer: _Signer, pairs: Mapping[int, memoryview], content: _Content) -> None:
    """All that the schemes ask of one signer, in their order.

    Raises:
        _Wrong: one of them does not hold.
        _Unchecked: all that can be checked holds, and something cannot.

    """
    if [a for a, _ in signer.digests] != [a for a, _ in signer.signatures]:
        raise _Wrong("digests and signatures name different algorithms")
    _check_signatures(signer)
    if not signer.certificates:
        raise _Wrong("a signer has no certificate")
    if signer.versions[0] != signer.versions[1]:
        raise _Wrong("the Android versions inside and outside the signature differ")
    _check_not_stripped(signer, pairs)
    if left := [why for why in (_check_key(signer), _check_content(signer, content)) if why]:
        raise _Unchecked(" and ".join(left))


def _check_signatures(signer: _Signer) -> None:
    known = _ALGORITHMS | _VERITY
    if not any(number in known for number, _ in signer.signatures):
        numbers = ", ".join(f"{n:#06x}" for n, _ in signer.signatures) or "none"
        raise _Wrong(f"no signature algorithm that Android knows ({numbers})")
    for number, signature in signer.signatures:
        if number in known and not _signature_holds(known[number], signer.key, signature, signer.signed):
            raise _Wrong("the signature does not fit what it signs")


def _check_key(signer: _Signer) -> str:
    """Why it cannot be told whether the key is the certificate's; empty when it is."""
    try:
        if certificates.public_key(signer.certificates[0]) != signer.key:
            raise _Wrong("the key is not the one of the certificate")
    except certificates.Refused:
        return "the certificate cannot be read"
    return ""


def _check_content(signer: _Signer, content: _Content) -> str:
    """Why it cannot be told whether the content is what was signed; empty when it is."""
    known = [(_ALGORITHMS[n].hash, d) for n, d in signer.digests if n in _ALGORITHMS]
    if not known:
        return "the content has a verity digest only"
    if any(content.digest(hash_name) != digest for hash_name, digest in known):
        raise _Wrong("the content was changed after signing")
    return ""


def _check_not_stripped(signer: _Signer, pairs: Mapping[int, memoryview]) -> None:
    also = signer.attributes.get(_STRIPPED, b"")[:4]
    if also == struct.pack("<L", 3) and SCHEMES["v3"] not in pairs:
        raise _Wrong("it was also signed with v3, and that signature was removed")
    if _ROTATED in signer.attributes and SCHEMES["v3.1"] not in pairs:
        raise _Wrong("it was also signed with v3.1, and that signature was removed")


def _proven_lineage(signer: _Signer) -> tuple[str, ...]:
    """SHA-256 of former certificates, each having signed the next; empty when there are none.

    Raises:
        _Wrong: the chain is broken or does not end at the signer.
        _Unchecked: a former certificate cannot be read.

    """
    if _LINEAGE not in signer.attributes:
        return ()
    nodes = [_node(raw) for raw in _list(signer.attributes[_LINEAGE][4:])]
    for before, node in pairwise(nodes):
        algorithm = _ALGORITHMS.get(before.signs_by)
        if algorithm is None or node.signed_by != before.signs_by:
            raise _Wrong("the key rotation names an unfitting algorithm")
        if not _signature_holds(algorithm, _key_of(before), node.signature, node.signed):
            raise _Wrong("a former key did not sign the key after it")
    if not nodes or nodes[-1].certificate != signer.certificates[0]:
        raise _Wrong("the key rotation does not end at the present key")
    return tuple(hashlib.sha256(n.certificate).hexdigest() for n in nodes[:-1])


def _key_of(node: _Node) -> bytes:
    try:
        return certificates.public_key(node.certificate)
    except certificates.Refused as refused:
        raise _Unchecked("a former certificate cannot be read") from refused


class _Node(NamedTuple):
    """One level of the key rotation."""

    signed: bytes
    certificate: bytes
    signed_by: int
    """Algorithm by which the level before signed this one."""
    signs_by: int
    """Algorithm by which this level signs the next."""
    signature: bytes


def _node(raw: bytes) -> _Node:
    signed, at = _sized(raw, 0)
    _, signs_by, at = *_numbers(raw, at, 2), at + 8
    signature, _ = _sized(raw, at)
    certificate, inner = _sized(signed, 0)
    (signed_by,) = _numbers(signed, inner, 1)
    return _Node(signed, certificate, signed_by, signs_by, signature)


def _signature_holds(algorithm: _Algorithm, key: bytes, signature: bytes, signed: bytes) -> bool:
    """Whether `signature` over `signed` fits `key` (SubjectPublicKeyInfo, DER)."""
    # imported here because it takes 20 ms: as long as verifying a package of 10 MB
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    digest = hashes.SHA256() if algorithm.hash == "sha256" else hashes.SHA512()
    try:
        public = load_der_public_key(key)
        match public:
            case rsa.RSAPublicKey() if algorithm.kind in ("PSS", "PKCS1"):
                pss = padding.PSS(padding.MGF1(digest), digest.digest_size)
                kind = pss if algorithm.kind == "PSS" else padding.PKCS1v15()
                public.verify(signature, signed, kind, digest)
            case ec.EllipticCurvePublicKey() if algorithm.kind == "ECDSA":
                public.verify(signature, signed, ec.ECDSA(digest))
            case dsa.DSAPublicKey() if algorithm.kind == "DSA":
                public.verify(signature, signed, digest)
            case _:
                raise _Wrong("the key does not fit the signature algorithm")
    except InvalidSignature:
        return False
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _Wrong("the key cannot be read") from error
    return True


# Everything in the blocks is little-endian, with 32-bit lengths before what they measure.

_MOST_ITEMS = 100
"""Signers, certificates, digests ...: real packages have one or two of each."""


def _numbers(data: bytes, at: int, count: int) -> tuple[int, ...]:
    if at + 4 * count > len(data):
        raise _Wrong("its block is cut off")
    return struct.unpack_from(f"<{count}L", data, at)


def _sized(data: bytes, at: int) -> tuple[bytes, int]:
    """The value whose length stands at `at`, and where the next begins."""
    (length,) = _numbers(data, at, 1)
    if length > len(data) - at - 4:
        raise _Wrong("a length in its block reaches beyond the end")
    return data[at + 4 : at + 4 + length], at + 4 + length


def _list(data: bytes) -> list[bytes]:
    items: list[bytes] = []
    at = 0
    while at < len(data):
        item, at = _sized(data, at)
        items.append(item)
        if len(items) > _MOST_ITEMS:
            raise _Wrong(f"its block lists more than {_MOST_ITEMS} items")
    return items


def _numbered(data: bytes) -> tuple[int, bytes]:
    (number,) = _numbers(data, 0, 1)
    return number, data[4:]


def _numbered_value(data: bytes) -> tuple[int, bytes]:
    number, rest = _numbered(data)
    return number, _sized(rest, 0)[0]


# --- v1 and v4 ---------------------------------------------------------------------------------

_V1_BLOCK = re.compile(r"META-INF/[^/]+\.(RSA|DSA|EC)", re.IGNORECASE)
_V1_FILE = re.compile(r"META-INF/[^/]+\.SF", re.IGNORECASE)


def _with_v1(found: Signature, apk: Part | Buffer, pairs: Mapping[int, memoryview]) -> Signature:
    """`found` with the JAR signature's presence and certificates."""
    try:
        part = apk if isinstance(apk, Part) else open_archive(apk, "APK")[0]
    except Unreadable as error:
        return replace(found, verified={**found.verified, "v1": f"not checked: {error}"})
    blocks = [n for n in part.members() if _V1_BLOCK.fullmatch(n)][:10]
    if not blocks:
        return found
    verdict = "not checked: auditor verifies v2 and v3"
    ders: list[bytes] = []
    try:
        ders = [der for name in blocks for der in _v1_certificates(part, name)]
        if removed := _stripped_from_v1(part, pairs):
            verdict = f"does not verify: it was also signed with {removed}, and that was removed"
    except (Unreadable, _Unchecked) as error:
        verdict = f"not checked: {error}"
    found = replace(
        found,
        schemes=("v1", *found.schemes),
        verified={"v1": verdict, **found.verified},
    )
    return _with_certificates(found, ders, "v1")


def _v1_certificates(part: Part, block: str) -> list[bytes]:
    if part.size(block) > _LARGEST_SCHEME:
        raise _Unchecked(f"{printable(block)} is larger than {_LARGEST_SCHEME >> 20} MiB")
    try:
        return certificates.in_pkcs7(part.read(block))
    except certificates.Refused as refused:
        raise _Unchecked(f"the JAR signature cannot be read: {refused}") from refused


def _stripped_from_v1(part: Part, pairs: Mapping[int, memoryview]) -> str:
    """The newer scheme that the signature file says was also used, when its block is gone."""
    for name in [n for n in part.members() if _V1_FILE.fullmatch(n)][:10]:
        main = part.read(name)[: 1 << 16].split(b"\r\n\r\n")[0]
        stated = re.search(rb"(?mi)^X-Android-APK-Signed:([ 0-9,]*)", main)
        for number in re.findall(r"\d+", stated[1].decode()) if stated else ():
            if SCHEMES.get(f"v{number}", 0) not in (0, *pairs):
                return f"v{number}"
    return ""


def _with_v4(found: Signature, idsig: bool) -> Signature:
    if not idsig:
        return found
    why = "not checked: a v4 signature serves incremental installation"
    return replace(found, schemes=(*found.schemes, "v4"), verified={**found.verified, "v4": why})


# --- certificates ------------------------------------------------------------------------------


def _with_certificates(found: Signature, ders: list[bytes], scheme: str) -> Signature:
    """`found` with these certificates; one that is already there gains the scheme."""
    known = {c.sha256: c for c in found.certificates}
    for der in ders[:_MOST_ITEMS]:
        digest = hashlib.sha256(der).hexdigest()
        entry = known.get(digest) or certificates.describe(der)
        if scheme not in entry.schemes:
            entry = replace(entry, schemes=(*entry.schemes, scheme))
        known[digest] = entry
    return replace(found, certificates=tuple(known.values()))
