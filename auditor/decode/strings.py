"""What a text may hold: JSON, a form, percent, base64, hex, a JSON web token."""

from __future__ import annotations

import binascii
import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from auditor.decode import looks
from auditor.decode.compression import packed
from auditor.decode.forms import is_form

CACHED = 512
"""Longest text whose findings are remembered: requests repeat models, versions and identifiers."""

_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_HEX = re.compile(r"(?:0x)?((?:[0-9A-Fa-f]{2})++)")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{6,}+={0,2}")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]{6,}+(?:={0,2}|\.{1,2})")
_WRAPPED = re.compile(r"[A-Za-z0-9+/]{60,76}\r?\n[A-Za-z0-9+/=\r\n]++")
_JWT = re.compile(r"(?:[A-Za-z]{1,20} )?(e[wy][\w-]{8,}+)\.([\w-]{2,}+)\.[\w-]*+")
_DATA = re.compile(r"data:[\w.+/-]*+(?:;(?!base64,)[\w=.-]++)*+;base64,", re.IGNORECASE)
_QUERY = re.compile(r"[^\s?]{0,2000}+\?([\w.\-\[\]$%]{1,100}+=[^\s]*+)")
_OF_URL = bytes.maketrans(b"-_", b"+/")
_SHORT = 12


class Inside(NamedTuple):
    """One way to read a text."""

    step: str
    data: bytes
    """What the step gave; of a token its header and claims with a line break between."""
    closed: bool = False
    """Neither text nor anything with a signature: to be tried, and no problem when nothing comes of it."""


def inside(text: str) -> tuple[Inside, ...]:
    """Every reading of a text that gives something meaningful."""
    return _remembered(text) if len(text) <= CACHED else tuple(_readings(text))


@lru_cache(8192)
def _remembered(text: str) -> tuple[Inside, ...]:
    return tuple(_readings(text))


def _readings(text: str) -> list[Inside]:
    if looks.CONTROL.search(text):
        return _raw(text)
    first = text.lstrip()[:1]
    if first in ("{", "["):
        return [Inside("json", encoded(text))]
    if first == "<":
        return [Inside("xml", encoded(text))] if text.rstrip().endswith(">") else []
    if first == "e" and (token := _JWT.fullmatch(text)):
        return _token(token)
    if first and text[0].isalpha() and " e" in text[:24] and (token := _JWT.fullmatch(text)):
        return _token(token)
    found = _letters(text)
    if found:
        return found
    return _addresses(text) or _percent(text)


def encoded(text: str) -> bytes:
    """A text as UTF-8; halves of characters, which no text should hold, become question marks."""
    return text.encode(errors="replace")


def _raw(text: str) -> list[Inside]:
    """Bytes that some format carried as text: as UTF-8, or one per character."""
    found = [Inside("", encoded(text), closed=True)]
    if not text.isascii() and max(text) <= "\xff":
        found.append(Inside("", text.encode("latin-1"), closed=True))
    return found


def _token(token: re.Match[str]) -> list[Inside]:
    header, claims = _unbased(token[1], url=True), _unbased(token[2], url=True)
    if not header or not claims or not header.startswith(b"{") or not claims.lstrip().startswith(b"{"):
        return []
    return [Inside("jwt", header.replace(b"\n", b" ") + b"\n" + claims)]


def _addresses(text: str) -> list[Inside]:
    if "=" not in text:
        return []
    if "?" in text and (query := _QUERY.fullmatch(text)):
        return [Inside("form", encoded(query[1].partition("#")[0]))]
    if is_form(data := encoded(text)) and not text.endswith("="):
        return [Inside("form", data)]
    return []


def _percent(text: str) -> list[Inside]:
    if "%" not in text or not _PERCENT.search(text):
        return []
    data = unquote_to_bytes(text)
    plain = looks.text(data)
    return [Inside("percent", data)] if plain is not None and plain != text else []


def _letters(text: str) -> list[Inside]:
    """Readings of texts made of one alphabet."""
    if text[0] in "0123456789abcdefABCDEF" and len(text) % 2 == 0 and (found := _HEX.fullmatch(text)):
        return _meant("hex", bytes.fromhex(found[1]))
    if _BASE64.fullmatch(text):
        return _based(text, "base64")
    if _BASE64URL.fullmatch(text):
        return _based(text, "base64url")
    if text[:5].lower() == "data:" and (found := _DATA.match(text)):
        return _meant("base64", _unbased(text[found.end() :], url=False))
    if "\n" in text and _WRAPPED.fullmatch(text):
        return _meant("base64", _unbased(re.sub(r"\s", "", text), url=False))
    return []


def _based(text: str, step: str) -> list[Inside]:
    """base64, also when one to three other characters stand before it."""
    url = step == "base64url"
    closed: list[Inside] = []
    for skip in range(4 if len(text) >= 16 else 1):
        if skip and not _begins(text[skip : skip + 16], url=url):
            continue
        found = _meant(step, _unbased(text[skip:], url=url), whole=skip == 0)
        if found and not found[0].closed:
            return found
        closed = closed or found
    return closed


def _begins(text: str, *, url: bool) -> bool:
    """Whether the first twelve bytes are text or a known beginning: spares decoding the whole four times."""
    data = _unbased(text, url=url)
    return bool(data) and (looks.text(data) is not None or bool(packed(data)))


def _unbased(text: str, *, url: bool) -> bytes:
    """Decoded base64 of either alphabet, padded (Closure pads with dots) or not; empty when it is none."""
    raw = text.rstrip("=.").encode("ascii", "replace")
    raw = raw.translate(_OF_URL) if url else raw
    if len(raw) % 4 == 1:
        raw = raw[:-1]  # one character more than base64 can have: cut off by whoever wrote it
    try:
        return binascii.a2b_base64(raw + b"=" * (-len(raw) % 4))
    except binascii.Error:
        return b""


def _meant(step: str, data: bytes, *, whole: bool = True) -> list[Inside]:
    """The reading, when its bytes mean something and are not what any letters would give."""
    if not data:
        return []
    text = looks.text(data)
    if text is None:
        text = looks.wide(data)
    if text is not None:
        return [Inside(step, data)] if _sensible(text, whole=whole) else []
    if packed(data) or looks.media(data) or data.startswith(b"bplist0"):
        return [Inside(step, data)]
    if len(data) < _SHORT or not whole:
        return []
    return [Inside(step, data, closed=True)]


def _sensible(text: str, *, whole: bool) -> bool:
    """Whether a short text is made of what names, numbers and addresses are made of."""
    if len(text) >= 24:
        return whole or len(text) >= 32 or looks.WORDS.fullmatch(text) is not None
    if not looks.WORDS.fullmatch(text) or any(ord(letter) > 0x24F for letter in text):
        return False
    return whole or len(text) >= _SHORT
