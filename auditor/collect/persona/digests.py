"""Digests of the forms of a value, and the recognition of whole and cut digests in texts and bytes.

Salted and keyed digests (HMAC) cannot be recognised; nothing here pretends to.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from auditor.collect.persona.text import fold
from auditor.collect.persona.variants import PLAIN, Variant

ALGORITHMS = ("sha256", "sha1", "md5", "sha512", "sha224", "sha384")
LEAST = 16
"""Hexadecimal digits from which a cut digest is recognised."""

_HEX = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{16,128}(?![0-9A-Za-z])")
_LENGTHS = frozenset((22, 27, 38, 43, 64, 86))
"""Base64 signs of the digests of 16, 20, 28, 32, 48 and 64 bytes, without padding."""


class Digested(NamedTuple):
    """One digest of one form of one value."""

    item: int
    form: str
    """`sha256`, `md5 of digits`."""


class Digests:
    """All digests of all values, ready to be looked up."""

    def __init__(self) -> None:
        self._cut: dict[str, list[tuple[str, Digested]]] = {}
        self._base64: dict[str, list[Digested]] = {}

    def add(self, item: int, forms: Iterable[Variant], *, strict: bool) -> None:
        """Take in the digests of every form of a value; of a strict one in its own capitals only."""
        seen = set()
        for form, text in forms:
            for spelled in (text,) if strict else _spellings(text):
                if spelled not in seen:
                    seen.add(spelled)
                    self._add(item, form, spelled.encode())

    def _add(self, item: int, form: str, text: bytes) -> None:
        for algorithm in ALGORITHMS:
            digest = hashlib.new(algorithm, text, usedforsecurity=False).digest()
            what = Digested(item, algorithm if form == PLAIN else f"{algorithm} of {form}")
            self._cut.setdefault(digest.hex()[:LEAST], []).append((digest.hex(), what))
            packed = base64.b64encode(digest).rstrip(b"=").decode()
            self._base64.setdefault(packed, []).append(what)

    def in_text(self, text: str) -> Iterator[Digested]:
        """Digests in a run of letters, digits and `+/_-`: hexadecimal, or base64 of either alphabet."""
        if len(text) < LEAST:
            return
        for found in _HEX.finditer(text):
            yield from self.of_hex(found[0].lower())
        for piece in {text, *text.split("/")}:
            if len(piece) in _LENGTHS:
                yield from self._base64.get(piece.translate(_STANDARD), ())

    def of_hex(self, digits: str) -> Iterator[Digested]:
        """Digests that begin with these digits, at least 16 of them, in lower case."""
        for whole, what in self._cut.get(digits[:LEAST], ()):
            if whole == digits:
                yield what
            elif whole.startswith(digits):
                yield what._replace(form=f"{what.form}, first {len(digits)} digits")


_STANDARD = str.maketrans("-_", "+/")


def _spellings(text: str) -> tuple[str, ...]:
    """As written, in small letters, in capitals, without diacritics; composed and decomposed."""
    folded = fold(text)
    apart = unicodedata.normalize("NFD", text.lower())
    return (text, text.lower(), text.upper(), folded, folded.upper(), apart)
