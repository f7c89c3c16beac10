"""`auditor.collect.signature`: who signed it, and do the digests hold."""

from __future__ import annotations

import functools
import hashlib
import os
import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    pkcs7,
)
from cryptography.x509 import load_der_x509_certificate
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.collect.archive import Unreadable, find_end
from auditor.collect.certificates import describe
from auditor.collect.package import open_package
from auditor.collect.signature import SCHEMES, Block, read_signature
from tests import builders
from tests.builders import (
    PrivateKey,
    apk,
    certificate,
    signed_apk,
    signing_block,
    sized,
    zip_bytes,
)


@functools.cache
def key(kind: str = "RSA") -> PrivateKey:
    """One throw-away key of each kind for the whole run: making them takes a while."""
    match kind:
        case "RSA" | "other RSA":
            return rsa.generate_private_key(65537, 2048)
        case "EC":
            return ec.generate_private_key(ec.SECP256R1())
        case _:
            return dsa.generate_private_key(1024)  # noqa: S505 - the size Android's oldest keys have


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def pair_at(content: bytes, scheme: str) -> int:
    """Where the value of a scheme's pair begins in a signed APK."""
    return content.index(struct.pack("<L", SCHEMES[scheme])) + 4


class TestVerification:
    @pytest.mark.parametrize("scheme", SCHEMES)
    @pytest.mark.parametrize(
        ("kind", "algorithm"),
        [
            ("RSA", 0x0101),
            ("RSA", 0x0102),
            ("RSA", 0x0103),
            ("RSA", 0x0104),
            ("EC", 0x0201),
            ("EC", 0x0202),
            ("DSA", 0x0301),
        ],
    )
    def test_every_algorithm(self, scheme: str, kind: str, algorithm: int) -> None:
        """An honest signature of every scheme and algorithm is verified."""
        signature = read_signature(signed_apk(apk(), key(kind), algorithm, [scheme]))

        assert ((scheme,), {scheme: "verified"}) == (signature.schemes, signature.verified)

    def test_many_chunks(self) -> None:
        """Content of several MiB is digested in chunks, the last one shorter."""
        content = signed_apk(apk({"a": os.urandom(3 << 20)}), key("EC"), 0x0201)

        assert {"v2": "verified"} == read_signature(content).verified
        changed = read_signature(flipped(content, 2 << 20)).verified

        assert {"v2": "does not verify: the content was changed after signing"} == changed

    @pytest.mark.parametrize("place", ["member", "directory", "end"])
    def test_changed_content(self, place: str) -> None:
        """A byte changed in any of the three signed sections is noticed."""
        content = signed_apk(apk(), key(), schemes=["v2", "v3"])
        end = find_end(content)
        assert end is not None
        at = {"member": 60, "directory": end.start + 12, "end": end.at + 8}[place]
        why = "does not verify: the content was changed after signing"

        assert {"v2": why, "v3": why} == read_signature(flipped(content, at)).verified

    def test_changed_signed_data(self) -> None:
        """A byte changed in what is signed is noticed before the content is looked at."""
        content = signed_apk(apk(), key())
        why = "does not verify: the signature does not fit what it signs"

        assert {"v2": why} == read_signature(flipped(content, pair_at(content, "v2") + 40)).verified

    def test_bytes_before_the_end_record(self) -> None:
        """Bytes between directory and end record would belong to no signed section."""
        content = signed_apk(apk(), key())
        why = "does not verify: bytes stand between its directory and its end record"

        assert {"v2": why} == read_signature(content[:-22] + b"x" + content[-22:]).verified

    def test_foreign_key(self) -> None:
        """The key that signs must be the one of the certificate."""
        content = signed_apk(apk(), key("EC"), 0x0201)
        others = ec.generate_private_key(ec.SECP256R1()).public_key()
        foreign = others.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        own = key("EC").public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        at = content.rindex(own)  # the first one is inside the certificate
        why = "does not verify: the signature does not fit what it signs"

        assert {"v2": why} == read_signature(content[:at] + foreign + content[at + len(own) :]).verified

    def test_unknown_algorithm(self) -> None:
        """An algorithm Android does not know counts for nothing."""
        content = signed_apk(apk(), key())
        at = pair_at(content, "v2")
        changed = content[:at] + content[at:].replace(b"\3\1\0\0", b"\x99\1\0\0")
        why = "does not verify: no signature algorithm that Android knows (0x0199)"

        assert {"v2": why} == read_signature(changed).verified

    def test_verity(self) -> None:
        """With a verity digest alone the content is not checked, which is not a failure."""
        why = "not checked: the content has a verity digest only"

        assert {"v2": why} == read_signature(signed_apk(apk(), key(), 0x0421)).verified

    def test_different_algorithms(self) -> None:
        """What is signed says which algorithms are used, so that none can be taken away."""
        content = signed_apk(apk(), key())
        at = content.rindex(b"\3\1\0\0")
        changed = content[:at] + b"\4\1\0\0" + content[at + 4 :]
        why = "does not verify: digests and signatures name different algorithms"

        assert {"v2": why} == read_signature(changed).verified

    def test_algorithm_that_does_not_fit(self) -> None:
        """A signature that claims another kind of key does not verify."""
        content = signed_apk(apk(), key("EC"), 0x0201)
        at = pair_at(content, "v2")
        changed = content[:at] + content[at:].replace(b"\1\2\0\0", b"\3\1\0\0")
        why = "does not verify: the key does not fit the signature algorithm"

        assert {"v2": why} == read_signature(changed).verified


class TestStripping:
    def test_v3_removed(self) -> None:
        """v2 says when v3 was also used; without it the package is not what was signed."""
        also = {0xBEEFF00D: struct.pack("<L", 3)}
        both = read_signature(signed_apk(apk(), key(), schemes=["v2", "v3"], attributes=also))
        alone = read_signature(signed_apk(apk(), key(), attributes=also))
        why = "does not verify: it was also signed with v3, and that signature was removed"

        assert {"v2": "verified", "v3": "verified"} == both.verified
        assert {"v2": why} == alone.verified

    def test_rotated_key_removed(self) -> None:
        """v3 says when v3.1 was also used."""
        rotated = {0x559F8B02: struct.pack("<L", 33)}
        alone = read_signature(signed_apk(apk(), key(), schemes=["v3"], attributes=rotated))
        why = "does not verify: it was also signed with v3.1, and that signature was removed"

        assert {"v3": why} == alone.verified

    def test_versions(self) -> None:
        """The Android versions a v3 signer is for stand twice and must agree."""
        content = signed_apk(apk(), key(), schemes=["v3"], outside=28)
        why = "does not verify: the Android versions inside and outside the signature differ"

        assert {"v3": why} == read_signature(content).verified

    def test_newer_scheme_removed_from_v1(self) -> None:
        """A JAR signature file says which newer schemes were used."""
        members = {
            "META-INF/C.RSA": jar_signature(),
            "META-INF/C.SF": b"X-Android-APK-Signed: 2\r\n",
        }
        why = "does not verify: it was also signed with v2, and that was removed"

        assert {"v1": why} == read_signature(apk(members)).verified


class TestRotation:
    def lineage(self, signer: PrivateKey) -> bytes:
        """Proof that `signer` handed over from the key `RSA` to the key `EC`."""
        old, new = certificate(key()), certificate(key("EC"), "Test")
        first = sized(old) + struct.pack("<L", 0)
        second = sized(new) + struct.pack("<L", 0x0103)
        assert isinstance(signer, rsa.RSAPrivateKey)
        proof = signer.sign(second, padding.PKCS1v15(), hashes.SHA256())
        nodes = [
            sized(first) + struct.pack("<LL", 0, 0x0103) + sized(b""),
            sized(second) + struct.pack("<LL", 0, 0) + sized(proof),
        ]
        return struct.pack("<L", 1) + b"".join(sized(n) for n in nodes)

    def rotated(self, signer: PrivateKey) -> bytes:
        attributes = {0x3BA06F8C: self.lineage(signer)}
        return signed_apk(apk(), key("EC"), 0x0201, ["v3"], attributes=attributes)

    def test_proven(self) -> None:
        """The key before, having signed the present one, is listed."""
        signature = read_signature(self.rotated(key()))

        assert {"v3": "verified"} == signature.verified
        assert (hashlib.sha256(certificate(key())).hexdigest(),) == signature.lineage

    def test_forged(self) -> None:
        """A rotation that the former key did not sign does not verify."""
        signature = read_signature(self.rotated(key("other RSA")))

        assert {"v3": "does not verify: a former key did not sign the key after it"} == (signature.verified)
        assert () == signature.lineage


class TestCertificates:
    def test_of_two_schemes(self) -> None:
        """A certificate that two schemes carry is listed once, with both."""
        found = read_signature(signed_apk(apk(), key(), schemes=["v2", "v3"])).certificates

        assert [(describe(certificate(key())).sha256, ("v2", "v3"))] == [(c.sha256, c.schemes) for c in found]

    def test_unreadable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """When the certificate cannot be read its key is not known, and so nothing is verified."""
        damaged = certificate(key()).replace(b"200102030405Z", b"209902030405Z")
        monkeypatch.setattr(builders, "certificate", lambda *_: damaged)
        content = signed_apk(apk(), key())
        changed = "does not verify: the content was changed after signing"

        assert {"v2": "not checked: the certificate cannot be read"} == read_signature(content).verified
        assert {"v2": changed} == read_signature(flipped(content, 60)).verified
        assert [hashlib.sha256(damaged).hexdigest()] == [
            c.sha256 for c in read_signature(content).certificates if c.unreadable
        ]


def jar_signature() -> bytes:
    """A PKCS #7 block with one certificate."""
    known = load_der_x509_certificate(certificate(key()))
    return pkcs7.serialize_certificates([known], Encoding.DER)


class TestOthers:
    def test_unsigned(self) -> None:
        """A package without any signature has no scheme and nothing to verify."""
        signature = read_signature(apk())

        assert ((), {}, (), ()) == (
            signature.schemes,
            signature.verified,
            signature.certificates,
            signature.blocks,
        )

    def test_v1(self) -> None:
        """A JAR signature is told with its certificate, and as not checked."""
        signature = read_signature(apk({"META-INF/CERT.RSA": jar_signature()}))

        assert ("v1",) == signature.schemes
        assert {"v1": "not checked: auditor verifies v2 and v3"} == signature.verified
        assert [("CN=Test", ("v1",))] == [(c.subject, c.schemes) for c in signature.certificates]

    def test_v1_malformed(self) -> None:
        """A JAR signature that cannot be read is present, and not checked."""
        signature = read_signature(apk({"META-INF/CERT.RSA": b"\x30\x84"}))

        assert ("v1",) == signature.schemes
        assert signature.verified["v1"].startswith("not checked: ")

    def test_v4(self) -> None:
        """A signature file beside the package is told, and as not checked."""
        signature = read_signature(signed_apk(apk(), key()), idsig=True)

        assert ("v2", "v4") == signature.schemes
        assert signature.verified["v4"].startswith("not checked: ")

    def test_blocks_and_origin(self) -> None:
        """Every pair of the signing block is listed; marks of who handled it are facts only."""
        pairs = {0x2146444E: b"frosting", 0x71777777: b"{}", 0x12345678: b"?"}
        signature = read_signature(signed_apk(apk(), key(), pairs=pairs))

        assert (
            Block("0x2146444e", 8, "Google Play metadata (frosting)"),
            Block("0x71777777", 2, "distribution channel (Meituan Walle)"),
            Block("0x12345678", 1, "unknown"),
        ) == signature.blocks[1:]
        assert (
            "Google Play metadata (frosting) present; its own signature was not checked",
            "distribution channel (Meituan Walle) present",
        ) == signature.origin
        assert {"v2": "verified"} == signature.verified

    def test_not_an_archive(self) -> None:
        """What is not an archive cannot be signed."""
        with pytest.raises(Unreadable, match="not a ZIP archive; expected an APK"):
            read_signature(b"hello")


def with_block(block: bytes) -> bytes:
    """An APK with these bytes where the signing block is."""
    package = apk()
    end = find_end(package)
    assert end is not None
    moved = package[end.at : -6] + struct.pack("<L", end.start + len(block)) + package[-2:]
    return package[: end.start] + block + package[end.start : end.at] + moved


class TestHostileBlocks:
    @pytest.mark.parametrize(
        ("value", "why"),
        [
            (b"", "its block is cut off"),
            (sized(b""), "it names no signer"),
            (sized(sized(b"")), "its block is cut off"),
            (b"\xff\xff\xff\xff", "a length in its block reaches beyond the end"),
            (sized(sized(b"") * 200), "its block lists more than 100 items"),
            (bytes(2 << 20), "its block is larger than 1 MiB"),
        ],
    )
    def test_scheme(self, value: bytes, why: str) -> None:
        """A malformed scheme does not verify, with the reason."""
        content = with_block(signing_block({SCHEMES["v2"]: value}))

        assert {"v2": f"does not verify: {why}"} == read_signature(content).verified

    @pytest.mark.parametrize(
        ("block", "why"),
        [
            (bytes(24) + b"APK Sig Block 42", "its two sizes differ"),
            (b"\xff" * 24 + b"APK Sig Block 42", "its two sizes differ"),
            (signing_block(dict.fromkeys(range(1001), b"")), "it holds more than 1000 pairs"),
        ],
    )
    def test_block(self, block: bytes, why: str) -> None:
        """A malformed signing block is told and holds no scheme."""
        signature = read_signature(with_block(block))

        assert ((), (f"APK Signing Block is malformed: {why}",)) == (
            signature.schemes,
            signature.origin,
        )

    @settings(max_examples=300, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 255)), min_size=1, max_size=5))
    def test_flipped(self, flips: list[tuple[int, int]]) -> None:
        """No change to the value of a scheme goes unnoticed, or ends in a crash."""
        content = bytearray(self.original())
        at = pair_at(self.original(), "v2")
        size = struct.unpack_from("<Q", content, at - 12)[0] - 4
        for place, mask in flips:
            content[at + place % size] ^= mask
        if content != self.original():
            assert read_signature(bytes(content)).verified["v2"].startswith("does not verify: ")

    @settings(max_examples=200, deadline=None)
    @given(st.binary(max_size=300))
    def test_garbage(self, value: bytes) -> None:
        """Anything in place of a scheme, a rotation or a JAR signature ends in a verdict."""
        content = with_block(signing_block(dict.fromkeys(SCHEMES.values(), value)))
        wrapped = with_block(signing_block({i: sized(sized(value)) for i in SCHEMES.values()}))
        rotated = signed_apk(apk(), key("EC"), 0x0201, ["v3"], attributes={0x3BA06F8C: value})
        jar = zip_bytes({"META-INF/A.RSA": value})

        for each in (content, wrapped, jar):
            assert "verified" not in read_signature(each).verified.values()
        assert {"v3"} == read_signature(rotated).verified.keys()

    @staticmethod
    @functools.cache
    def original() -> bytes:
        return signed_apk(apk(), key("EC"), 0x0201)


# --- agreement with apksigner ------------------------------------------------------------------


def corpus() -> list[Path]:
    folder = os.environ.get("AUDITOR_CORPUS", "")
    return sorted(Path(folder).glob("*.apk")) if folder else []


real = pytest.mark.skipif(not corpus(), reason="AUDITOR_CORPUS names no folder of real APKs")
apksigner = pytest.mark.skipif(not shutil.which("apksigner"), reason="apksigner is not installed")


def apksigner_says(path: Path) -> tuple[bool, set[str], set[str]]:
    """Whether it verifies, by which of v2 and v3, and the SHA-256 of the signers."""
    done = subprocess.run(
        ["apksigner", "verify", "-v", "--print-certs", str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    lines = done.stdout.splitlines()
    schemes = {s for s in ("v2", "v3") if any(f"{s} scheme" in x and x.endswith("true") for x in lines)}
    marked = [x.rsplit(": ", 1)[1] for x in lines if "certificate SHA-256 digest" in x]
    return done.returncode == 0, schemes, set(marked)


def auditor_says(path: Path) -> tuple[bool, set[str], set[str]]:
    try:
        signature = read_signature(path.read_bytes())
    except Unreadable:
        return False, set(), set()
    verified = {s for s, verdict in signature.verified.items() if verdict == "verified"}
    wrong = [v for v in signature.verified.values() if v.startswith("does not verify")]
    return not wrong, verified, {c.sha256 for c in signature.certificates}


@real
@apksigner
@pytest.mark.parametrize("path", corpus(), ids=lambda p: p.stem)
def test_agrees_with_apksigner(path: Path) -> None:
    """Schemes and signers of a real APK are those that Google's tool finds."""
    assert apksigner_says(path) == auditor_says(path)


@real
@apksigner
@pytest.mark.parametrize("place", ["dex", "directory", "signing block"])
@pytest.mark.parametrize("path", corpus(), ids=lambda p: p.stem)
def test_agrees_on_a_flipped_byte(path: Path, place: str, tmp_path: Path) -> None:
    """One flipped byte is refused wherever Google's tool refuses it."""
    content = path.read_bytes()
    part, end = open_package(path).base, find_end(content)
    assert end is not None
    if "v2" not in read_signature(part).verified:
        pytest.skip("signed with v1 alone, which auditor does not verify")
    at = {
        "dex": part.entries["classes.dex"].offset + 5000,
        "directory": end.start + 12,
        "signing block": pair_at(content, "v2") + 700,
    }[place]
    copy = tmp_path / path.name
    copy.write_bytes(flipped(content, at))

    assert not apksigner_says(copy)[0]
    assert not auditor_says(copy)[0]


@apksigner
def test_agrees_on_a_rotated_key(tmp_path: Path) -> None:
    """A key rotated by Google's tool is verified, with the former key in the lineage."""
    for name in ("RSA", "EC"):
        der = key(name).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        (tmp_path / f"{name}.pk8").write_bytes(der)
        (tmp_path / f"{name}.der").write_bytes(certificate(key(name)))
    old = ["--key", "RSA.pk8", "--cert", "RSA.der"]
    new = ["--key", "EC.pk8", "--cert", "EC.der"]
    (tmp_path / "in.apk").write_bytes(apk())
    run = functools.partial(subprocess.run, cwd=tmp_path, check=True, timeout=120)
    run(["apksigner", "rotate", "--out", "line", "--old-signer", *old, "--new-signer", *new])
    signing = ["apksigner", "sign", "--lineage", "line", "--min-sdk-version", "28"]
    run([*signing, "--out", "out.apk", *old, "--next-signer", *new, "in.apk"])
    signature = read_signature((tmp_path / "out.apk").read_bytes())

    assert "verified" == signature.verified["v3"]
    former = hashlib.sha256((tmp_path / "RSA.der").read_bytes()).hexdigest()
    assert (former,) == signature.lineage
