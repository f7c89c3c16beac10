"""`auditor.collect.certificates`: what a signing certificate says."""

from __future__ import annotations

import functools
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, pkcs7
from cryptography.x509 import load_der_x509_certificate
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.collect.certificates import Certificate, Refused, describe, in_pkcs7, public_key
from tests.builders import PrivateKey, certificate

SERIAL = bytes.fromhex("02021267")
"""4711 as it stands in the certificates of `builders`."""
BEGIN = b"200102030405Z"


@functools.cache
def key(kind: str = "EC") -> PrivateKey:
    match kind:
        case "RSA":
            return rsa.generate_private_key(65537, 2048)
        case "DSA":
            return dsa.generate_private_key(1024)  # noqa: S505 - the size Android's oldest keys have
    return ec.generate_private_key(ec.SECP256R1())


def test_fields() -> None:
    """A certificate is told by its hashes, names, dates and key."""
    der = certificate(key("RSA"))
    expected = Certificate(
        hashlib.sha256(der).hexdigest(),
        hashlib.sha1(der, usedforsecurity=False).hexdigest(),
        subject="CN=Test",
        issuer="CN=Test",
        serial="1267",
        not_before="2020-01-02T03:04:05Z",
        not_after="2050-01-02T03:04:05Z",
        key="RSA 2048",
    )

    assert expected == describe(der)


@pytest.mark.parametrize(("kind", "expected"), [("EC", "EC P-256"), ("DSA", "DSA 1024")])
def test_key(kind: str, expected: str) -> None:
    """Kind and size of other keys."""
    assert expected == describe(certificate(key(kind))).key


def test_debug() -> None:
    """Android's debug certificate is recognised by its name."""
    assert describe(certificate(key(), "Android Debug")).debug


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("x, CN=Android Debug\x1b[2J", 'CN="x, CN=Android Debug\\x1b[2J"'),
        ('x", CN="y', 'CN="x\\", CN=\\"y"'),
        ("<script>", 'CN="<script>"'),
        ("a\u202eb", "CN=a\\u202eb"),
    ],
)
def test_hostile_name(name: str, expected: str) -> None:
    """A name in a certificate cannot forge another part of the name, nor write escapes."""
    found = describe(certificate(key(), name))

    assert (expected, False) == (found.subject, found.debug)


def test_negative_serial() -> None:
    """A negative serial number, which old tools wrote, is shown as it is and without a warning."""
    assert "-6d99" == describe(certificate(key()).replace(SERIAL, bytes.fromhex("02029267"))).serial


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (BEGIN, b"209902030405Z", "not encoded as X.509 demands (InvalidValue in "),
        (SERIAL, bytes.fromhex("02020067"), "not encoded as X.509 demands (InvalidValue in "),
        (b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x07", "refused by the reader (InvalidVersion: "),
    ],
)
def test_malformed(old: bytes, new: bytes, why: str) -> None:
    """A certificate that the library refuses keeps its hashes, and says why there is no more."""
    der = certificate(key()).replace(old, new)
    found = describe(der)

    assert (hashlib.sha256(der).hexdigest(), "", "") == (found.sha256, found.subject, found.key)
    assert found.unreadable.startswith(why), found.unreadable
    with pytest.raises(Refused):
        public_key(der)


def test_odd_issuer() -> None:
    """A name in a string type nobody knows hides itself and no other field."""
    found = describe(certificate(key()).replace(b"\x0c\x04Test", b"\x07\x04Test", 1))

    assert ("CN=Test", "", "EC P-256") == (found.subject, found.issuer, found.key)
    assert found.unreadable.startswith("issuer: refused by the reader (KeyError")


def test_public_key() -> None:
    """The key is given as it stands in a signing block."""
    expected = key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

    assert expected == public_key(certificate(key()))


def test_in_pkcs7() -> None:
    """The certificates of a JAR signature block come out byte for byte."""
    ders = [certificate(key(kind)) for kind in ("EC", "RSA")]
    block = pkcs7.serialize_certificates([load_der_x509_certificate(d) for d in ders], Encoding.DER)

    assert sorted(ders) == sorted(in_pkcs7(block))


@pytest.mark.parametrize("block", [b"", b"\x30\x84", b"\x30\x00", b"hello"])
def test_no_pkcs7(block: bytes) -> None:
    """What is no signature block is refused."""
    with pytest.raises(Refused, match=r"^refused by the reader"):
        in_pkcs7(block)


@settings(max_examples=500, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 255)), min_size=1, max_size=4))
def test_flipped(flips: list[tuple[int, int]]) -> None:
    """Whatever is flipped, there are hashes, and each empty field has its reason."""
    content = bytearray(certificate(key()))
    for place, mask in flips:
        content[place % len(content)] ^= mask
    found = describe(bytes(content))

    assert hashlib.sha256(content).hexdigest() == found.sha256
    assert found.unreadable or found.key
