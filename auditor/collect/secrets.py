"""Keys, tokens and account identifiers: one file of `rules/secrets` each, ready to be tried at a place."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from auditor.catalogue import Secret
from auditor.collect.hits import Bytes, Entry, Found, begins_word, ends_word

LONGEST_SECRET = 8192
"""Bytes of one secret: a private key of 8192 bits has 6,400 in PEM."""


class Kind:
    """One rule file. `head` is how the secret begins, of bounded length, for the search."""

    _BEFORE = 96
    """Bytes in front of a hit that may belong to it."""

    def __init__(self, rule: Secret) -> None:
        self._id = rule.id
        self._never = rule.never
        self._pattern = re.compile(rule.pattern.encode("ascii"))
        self._before = re.compile(rb"(?:%b)\Z" % rule.before.encode("ascii")) if rule.before else None
        self._holds = VALIDATE[rule.validate] if rule.validate else None
        self.head = re.sub(rb"\{(\d+),\}(\)*)$", rb"{\1}\2", self._pattern.pattern)
        self.first = frozenset(_first(rule.pattern).encode("ascii"))
        """Bytes with which `head` may begin."""
        self._goes_on = self.head != self._pattern.pattern

    def read(self, data: Bytes, start: int, entry: Entry) -> tuple[Found | None, int]:
        """The secret at `start`, if it is one of this kind, and up to where nothing else can begin.

        What has no bound is read once: a file of one long token would be read again for each of its bytes.
        """
        hit = self._pattern.match(data, start, min(entry[1], start + LONGEST_SECRET))
        if not hit:
            return None, start
        found = self._found(data, hit, entry)
        return found, hit.end() if found or self._goes_on else start

    def _found(self, data: Bytes, hit: re.Match[bytes], entry: Entry) -> Found | None:
        begin = self._begin(data, hit.start(), entry[0])
        if begin is None or not ends_word(data, hit.end(), entry[1]):
            return None
        first, last = hit.span(1) if self._pattern.groups else (begin, hit.end())
        text = bytes(data[first:last]).decode("utf-8", "replace")
        return Found(self._id, text, first, last) if self._is_real(text) else None

    def _begin(self, data: Bytes, start: int, low: int) -> int | None:
        if not self._before:
            return start if begins_word(data, start, low) else None
        chunk = bytes(data[max(low, start - self._BEFORE) : start])
        found = self._before.search(chunk)
        return start - len(chunk) + found.start() if found else None

    def _is_real(self, text: str) -> bool:
        """Neither a known placeholder, nor of a form that only looks alike."""
        placeholder = any(part in text for part in self._never)
        return not placeholder and (self._holds is None or self._holds(text))


def _first(pattern: str) -> str:
    """First characters of what a pattern finds: rules begin with literals, or with a choice of words."""
    words = pattern[3:].partition(")")[0].split("|") if pattern.startswith("(?:") else [pattern]
    return "".join(word.removeprefix("\\")[0] for word in words)


def _claims(text: str) -> Mapping[str, Any] | None:
    """What a JSON Web Token (RFC 7519) states; None when it is none, or not signed."""
    parts = text.split(".")
    if len(parts) != 3 or len(parts[2]) < 20:
        return None
    try:
        header, claims = (json.loads(base64.urlsafe_b64decode(p + "=" * (-len(p) % 4))) for p in parts[:2])
    except (ValueError, RecursionError):  # not Base64, not UTF-8, not JSON, or nested beyond use
        return None
    return claims if isinstance(header, dict) and "alg" in header and isinstance(claims, dict) else None


def _is_jwt(text: str) -> bool:
    return _claims(text) is not None


def _is_supabase_anon(text: str) -> bool:
    claims = _claims(text) or {}
    return claims.get("role") == "anon" and "ref" in claims


def _is_pem(text: str) -> bool:
    r"""Whether this is Base64 of DER or of an OpenSSH key (RFC 7468); `\n` may be written out."""
    try:
        content = base64.b64decode("".join(re.sub(r"\\[nr]?", "", text).split()), validate=True)
    except binascii.Error:
        return False
    return content.startswith((b"\x30", b"openssh-key-v1"))


VALIDATE: Mapping[str, Callable[[str], bool]] = {
    "jwt": _is_jwt,
    "supabase-anon": _is_supabase_anon,
    "pem": _is_pem,
}
"""What a rule may ask for beyond its pattern (`validate`); the names are also in `shapes.VALIDATORS`."""
