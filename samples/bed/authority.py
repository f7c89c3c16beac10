"""Certificates made on the fly: an authority of this run, and one certificate for every name asked for."""

from __future__ import annotations

import datetime as dt
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_PEM = serialization.Encoding.PEM


class Authority:
    """Signs for any host. `file` is what a client must trust; nothing outlives the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key, self._server_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
        self._certificate = self._signed("Test bed authority", None)
        self.file = folder / "authority.pem"
        self.file.write_bytes(self._certificate.public_bytes(_PEM))
        self._contexts: dict[str, ssl.SSLContext] = {}

    def context(self) -> ssl.SSLContext:
        """A server's context that shows each client the certificate of the name it asks for."""
        context = self.of("bed.example")
        context.sni_callback = self._asked
        return context

    def _asked(self, connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        if name:
            connection.context = self.of(name)

    def of(self, host: str) -> ssl.SSLContext:
        """The context of one host."""
        if host not in self._contexts:
            file = self._folder / f"{host}.pem"
            file.write_bytes(self._signed(host, self._certificate).public_bytes(_PEM) + self._secret())
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(file)
            context.set_alpn_protocols(["h2", "http/1.1"])
            self._contexts[host] = context
        return self._contexts[host]

    def _secret(self) -> bytes:
        plain = serialization.NoEncryption()
        return self._server_key.private_bytes(_PEM, serialization.PrivateFormat.PKCS8, plain)

    def _signed(self, host: str, issuer: x509.Certificate | None) -> x509.Certificate:
        """A certificate of the host, for a month; of the authority itself without `issuer`."""
        named = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
        own = self._server_key if issuer else self._key
        now = dt.datetime.now(dt.UTC)
        builder = (
            x509.CertificateBuilder(issuer.subject if issuer else named, named, own.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
            .add_extension(_key_usage(authority=issuer is None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False
            )
        )
        if issuer:
            names = x509.SubjectAlternativeName([x509.DNSName(host)])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    names = "content_commitment key_encipherment data_encipherment key_agreement encipher_only decipher_only"
    said = dict.fromkeys(names.split(), False)
    return x509.KeyUsage(digital_signature=True, key_cert_sign=authority, crl_sign=authority, **said)
