"""Planted values inside what nobody could open: plain, base64 at three alignments, hexadecimal, percent.

A last resort behind the decode tree: it finds that a value is there, and of a body not where.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from auditor.collect.persona.file import Planted
from auditor.collect.persona.kinds import DISTINCT, tier
from auditor.collect.persona.text import any_of
from auditor.collect.persona.variants import variants

_LEAST = 9
"""Bytes from which a value is sought where nothing marks its borders."""
_FORMS = ("plain", "digits", "national form", "bare number", "without separators")
_IN_TEXTS = ("base64", "hexadecimal")


class Needles:
    """The values in every encoding, sought in one pass."""

    def __init__(self, planted: Sequence[Planted]) -> None:
        self._needles: dict[str, tuple[int, str]] = {}
        for number, item in enumerate(planted):
            alien_name = item.kind == "full_name" and item.whose != "self"
            if tier(item.kind, item.value) == DISTINCT and not alien_name:
                self._add(number, item)
        packed = [text for text, (_, encoding) in self._needles.items() if encoding in _IN_TEXTS]
        self._any = any_of(self._needles, words_only=False)
        self._packed = any_of(packed, words_only=False)

    def _add(self, number: int, item: Planted) -> None:
        for form, text in variants(item.kind, item.value):
            joined = item.kind == "full_name" and " " not in text  # it stands in mail addresses as well
            if form in _FORMS and len(text.encode()) >= _LEAST and not joined:
                for spelled in dict.fromkeys((text, text.lower())):
                    for encoding, needle in _encoded(spelled.encode()):
                        self._needles.setdefault(needle.decode("latin-1"), (number, encoding))

    def in_bytes(self, data: bytes) -> dict[int, str]:
        """Number of a value to the encoding in which the bytes hold it."""
        text = data.decode("latin-1")
        found = ((self._needles[hit[0]], hit.span()) for hit in self._any.finditer(text))
        return {number: how for (number, how), span in found if how == "base64" or _apart(text, *span)}

    def in_text(self, text: str) -> dict[int, str]:
        """The same for a text: only encodings, for plain values are found by other means."""
        return dict(self._needles[hit[0]] for hit in self._packed.finditer(text))


def _apart(text: str, begin: int, end: int) -> bool:
    """Whether no letter or digit stands around."""
    around = text[max(0, begin - 1) : begin] + text[end : end + 1]
    return not any(sign.isascii() and sign.isalnum() for sign in around)


def _encoded(value: bytes) -> Iterator[tuple[str, bytes]]:
    yield "plain", value
    yield "UTF-16", value.decode().encode("utf-16-le")
    yield "hexadecimal", value.hex().encode()
    yield "hexadecimal", value.hex().upper().encode()
    yield "percent encoding", quote(value, safe="").encode()
    yield "percent encoding", quote(value.decode(), safe="@").encode()
    for shift in range(3):
        for packed in (base64.b64encode, base64.urlsafe_b64encode):
            yield "base64", _stable(packed(bytes(shift) + value), shift, len(value))


def _stable(packed: bytes, shift: int, size: int) -> bytes:
    """The signs of base64 that do not depend on what stands around the value."""
    return packed[-(-shift * 8 // 6) : (shift + size) * 8 // 6]
