"""What a signing certificate says, read by `cryptography.x509`.

A certificate that the library refuses still has its fingerprints, which are all that identifies a
signer; what could not be read is told in `unreadable`. Old and odd packages carry certificates with
impossible dates or names in unknown string types, and Android takes them.

Sources: RFC 5280 section 4.1 for certificates; RFC 5652 section 5.1 for the PKCS #7 block of v1.
"""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from auditor.collect.archive import printable

if TYPE_CHECKING:
    from cryptography import x509


@dataclass(frozen=True, slots=True)
class Certificate:
    """One signing certificate. Self-made, as a rule: the name in it proves nothing."""

    sha256: str
    """Of the certificate's DER bytes, as stores and apksigner print it."""
    sha1: str
    subject: str = ""
    """`C=US, O=Android, CN=Android Debug`, in the order of the certificate."""
    issuer: str = ""
    serial: str = ""
    """Hexadecimal."""
    not_before: str = ""
    """ISO 8601, UTC."""
    not_after: str = ""
    key: str = ""
    """`RSA 2048`, `EC P-256`, `DSA 1024`."""
    debug: bool = False
    """Android's debug key (CN=Android Debug), which every developer has."""
    schemes: tuple[str, ...] = ()
    """By which schemes the package carries it."""
    unreadable: str = ""
    """Why fields are empty, in one clause; the fingerprints hold all the same."""


class Refused(ValueError):
    """The library does not take these bytes; one clause says why."""


def describe(der: bytes) -> Certificate:
    """What the certificate says; fields that cannot be read are empty, and `unreadable` says why."""
    sha1 = hashlib.sha1(der, usedforsecurity=False)  # stores still print it; nothing is decided by it
    entry = Certificate(hashlib.sha256(der).hexdigest(), sha1.hexdigest())
    try:
        with _library():
            known = _load(der)
    except Refused as refused:
        return replace(entry, unreadable=str(refused))
    return _with_fields(entry, known)


def public_key(der: bytes) -> bytes:
    """The certificate's key as SubjectPublicKeyInfo, DER.

    Encoded anew, as apksigner and Android do before they compare: keys are equal when these are.

    Raises:
        Refused: certificate or key cannot be read.

    """
    with _library():
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        return _load(der).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def in_pkcs7(data: bytes) -> list[bytes]:
    """The certificates of a JAR signature block, DER: the signer's, and seldom its issuers'.

    Raises:
        Refused: it is no such block, or one of its certificates cannot be read.

    """
    with _library():
        from cryptography.hazmat.primitives.serialization import Encoding
        from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates

        found = [c.public_bytes(Encoding.DER) for c in load_der_pkcs7_certificates(data)]
    if not all(der in data for der in found):  # encoded anew: a fingerprint of other bytes would be a lie
        raise Refused("a certificate is not encoded as DER demands")
    return found


@contextmanager
def _library() -> Iterator[None]:
    """Silence about odd certificates, and one exception for whatever the library raises on them."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # zero or negative serials, country names of three letters
            yield
    except Exception as error:  # ValueError mostly; KeyError, TypeError and two of its own on odd input
        raise Refused(_clause(error)) from error


def _clause(error: Exception) -> str:
    first = (str(error).splitlines() or [""])[0]
    where = re.search(r"kind: (\w+)(?:.*location: \[(.*?)\])?", first)
    if where:  # what the library's parser says in the notation of its own language
        place = (where[2] or "").replace('"', "").replace("::", " ").replace("_", " ")
        return printable(f"not encoded as X.509 demands ({where[1]}{' in ' * bool(place)}{place})")
    return printable(f"refused by the reader ({type(error).__name__}: {first})")


def _load(der: bytes) -> x509.Certificate:
    # imported here because it takes longer than verifying a package of 20 MB
    from cryptography.x509 import load_der_x509_certificate

    return load_der_x509_certificate(der)


def _with_fields(entry: Certificate, known: x509.Certificate) -> Certificate:
    """`entry` with every field that can be read; the others are named in `unreadable`."""
    values: dict[str, Any] = {}
    missing: list[str] = []
    for name, reading in _FIELDS.items():
        try:
            with _library():
                values[name] = reading(known)
        except Refused as refused:
            missing.append(f"{name.replace('_', ' ')}: {refused}")
    debug = "subject" in values and _is_debug(known)
    return replace(entry, debug=debug, unreadable="; ".join(missing), **values)


def _name(name: x509.Name) -> str:
    """A distinguished name on one line, in the order of the certificate."""
    return ", ".join(f"{_short(part)}={_quoted(part.value)}" for part in name)


def _short(part: x509.NameAttribute[str | bytes]) -> str:
    extra = {"2.5.4.5": "SERIALNUMBER", "1.2.840.113549.1.9.1": "EMAILADDRESS"}
    return extra.get(part.oid.dotted_string, part.rfc4514_attribute_name)


def _quoted(value: str | bytes) -> str:
    """Text of one part, quoted when it holds what separates the parts of a name."""
    text = printable(value if isinstance(value, str) else value.hex())
    return '"' + text.replace('"', '\\"') + '"' if re.search('[,+"=<>;]', text) else text


def _is_debug(known: x509.Certificate) -> bool:
    return any(p.rfc4514_attribute_name == "CN" and p.value == "Android Debug" for p in known.subject)


_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}


def _key(known: x509.Certificate) -> str:
    """Kind and size of the key."""
    from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa

    match known.public_key():
        case rsa.RSAPublicKey() as key:
            return f"RSA {key.key_size}"
        case ec.EllipticCurvePublicKey() as key:
            return f"EC {_CURVES.get(key.curve.name, key.curve.name)}"
        case dsa.DSAPublicKey() as key:
            return f"DSA {key.key_size}"
    return f"unknown ({known.public_key_algorithm_oid.dotted_string})"


_FIELDS: Mapping[str, Callable[[x509.Certificate], str]] = {
    "subject": lambda c: _name(c.subject),
    "issuer": lambda c: _name(c.issuer),
    "serial": lambda c: f"{c.serial_number:x}",
    "not_before": lambda c: c.not_valid_before_utc.isoformat().replace("+00:00", "Z"),
    "not_after": lambda c: c.not_valid_after_utc.isoformat().replace("+00:00", "Z"),
    "key": _key,
}
"""Each field is read on its own, so that an odd issuer does not hide the subject."""
