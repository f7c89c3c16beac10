"""Text of HAR files back into bytes, as far as its producer's way of writing leads back."""

from __future__ import annotations

import base64
import binascii
import codecs
import re
from enum import StrEnum
from urllib.parse import quote_plus

from auditor.collect.recordings.lenient import mapping, text
from auditor.model import Json

_CODEC = re.compile(
    r"(?:utf_?(?:7|8|16|32).*|ascii|latin.*|iso8859.*|cp\d+|koi8.*|gb.*|big5.*|euc.*|shift.*|mac.*)"
)
"""Codecs for text; others that Python has (zip, punycode) do something else, or take long."""
_IN_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_UTF8_TYPES = re.compile(r"(?i)json|html|xml|javascript|ecmascript|text/css")
"""Types that mitmproxy takes for UTF-8 when they do not say; the rest it takes for Latin-1."""
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_UNSAFE = re.compile(r"[^A-Za-z0-9%+*._~!'()$,;:@/-]")
TEXTUAL = re.compile(r"(?i)^text/|json|xml|html|javascript|ecmascript|urlencoded|graphql")
"""Content types of text."""


class Producer(StrEnum):
    """Producers that write bodies in a way of their own."""

    MITMPROXY = "mitmproxy"
    TOOLKIT = "HTTP Toolkit"
    PIROGUE = "PCAPNG -> HAR"
    PCAPDROID = "PCAPdroid"
    OTHER = ""


def producer(creator: str) -> Producer:
    """Whose dialect `log.creator.name` announces."""
    return next((one for one in Producer if one and one.lower() in creator.lower()), Producer.OTHER)


def as_bytes(stated: str, kind: str, by: Producer) -> bytes:
    """The bytes of text: one for each character, or as its content type `kind` says.

    Which of the two it was is told by the producer, by bytes that make UTF-8, or by some that are in no text.
    """
    if stated.isascii():
        return stated.encode()
    single = _one_by_one(stated)
    if single is not None:
        if is_utf8(single) or (_IN_NO_TEXT.search(stated) and not TEXTUAL.search(kind)):
            return single
        if by is Producer.MITMPROXY and not _charset(kind) and not _UTF8_TYPES.search(kind):
            return single
    if charset := _charset(kind):
        try:
            return stated.encode(charset)
        except UnicodeError:
            pass  # then it was written in another way; UTF-8 holds every text
    return encoded(stated)


def _one_by_one(stated: str) -> bytes | None:
    try:
        return stated.encode("latin-1")
    except UnicodeEncodeError:
        return None


def is_utf8(body: bytes) -> bool:
    """Whether the bytes are UTF-8."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _charset(kind: str) -> str:
    """The codec that a content type names, when it is one for text."""
    match = re.search(r"(?i)charset\s*=\s*\"?([\w.:-]{1,40})", kind)
    try:
        found = codecs.lookup(match[1]).name.replace("-", "_") if match else ""
    except LookupError:
        return ""
    return found if _CODEC.fullmatch(found) else ""


def encoded(stated: str) -> bytes:
    """UTF-8; escaped bytes (PEP 383) as the bytes they were, other halves of pairs as they stand."""
    try:
        return stated.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return stated.encode("utf-8", "surrogatepass")


def from_base64(stated: str) -> tuple[bytes, str]:
    """Bytes of either alphabet, with or without padding; and why not."""
    plain = "".join(stated.split()).replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True), ""
    except (binascii.Error, ValueError):
        return b"", "its body is said to be base64 and is not; taken as text"


def form(params: list[Json]) -> bytes:
    """A form as it may have been sent; names and values that are still escaped stay so (Chrome)."""
    pairs = [(text(one.get("name")), text(one.get("value"))) for one in map(mapping, params)]
    return "&".join(f"{_escaped(key)}={_escaped(value)}" for key, value in pairs).encode()


def _escaped(value: str) -> str:
    if _ENCODED.search(value) and not _UNSAFE.search(value):
        return value
    return quote_plus(value.encode("utf-8", "surrogatepass"))
