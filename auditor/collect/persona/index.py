"""All forms of all planted values, so that a text is held against them in one look-up and one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from auditor.collect.persona.digests import Digests
from auditor.collect.persona.file import Planted
from auditor.collect.persona.kinds import DISTINCT, KINDS, LETTER, WORD, tier
from auditor.collect.persona.raw import Needles
from auditor.collect.persona.text import any_of, fold, readings
from auditor.collect.persona.variants import PLAIN, digested, variants

_LONGEST = 520
"""Characters beyond which a text is no single value."""
_CACHED = 50_000
_SEPARATORS = re.compile(r"[\s().\-/:\u00a0]+")
_RUN = re.compile(r"[+(\d][\d ().\-/\u00a0]{6,30}\d(?!\w)")
_PACKED = re.compile(r"[A-Za-z0-9+/_-]{12,}")
_TOKEN = re.compile(r"[^\s\"'<>,;()\[\]{}]*")
_SPARSE = frozenset("phone imei imei2 aaid oaid app_set_id mac bssid iban nid kosovo_id".split())
"""Kinds that are the same with other separators."""


class Form(NamedTuple):
    """One way to write one value."""

    item: int
    """Number of the planted value."""
    label: str
    tier: int
    text: str
    """As it is written, not folded."""


class Hit(NamedTuple):
    """A planted value seen in a text."""

    item: int
    form: str
    tier: int
    whole: bool
    """Whether the text is nothing but this."""
    digest: bool = False


class Index:
    """The forms of planted values."""

    def __init__(self, planted: Sequence[Planted], raw: Needles) -> None:
        self.planted = planted
        self._exact: dict[str, list[Form]] = {}
        self._sparse: dict[str, list[Form]] = {}
        self._digests = Digests()
        self._raw = raw
        self._cache: dict[str, tuple[Hit, ...]] = {}
        for item, value in enumerate(planted):
            self._add(item, value)
        sought = [text for text, forms in self._exact.items() if any(map(_stands_inside, forms))]
        self._inside = any_of(sought)

    def _add(self, item: int, value: Planted) -> None:
        forms = variants(value.kind, value.value)
        for label, text in forms:
            form = Form(item, label, _tier(value, label, text), text)
            self._exact.setdefault(fold(text), []).append(form)
            if value.kind in _SPARSE:
                self._sparse.setdefault(_SEPARATORS.sub("", fold(text)), []).append(form)
        if KINDS[value.kind].tier < LETTER and (value.whose, value.kind) != ("contact", "full_name"):
            careless = digested(value.kind, value.value)
            self._digests.add(item, [*forms, *careless], strict=KINDS[value.kind].strict)

    def in_text(self, text: str) -> tuple[Hit, ...]:
        """What a text holds, the best hit per value."""
        known = self._cache.get(text)
        if known is None:
            known = self._best(self._search(text))
            if len(text) <= _LONGEST and len(self._cache) < _CACHED:
                self._cache[text] = known
        return known

    def in_bytes(self, value: bytes) -> tuple[Hit, ...]:
        """What a value of raw bytes holds: a digest, an identifier of 6 or 16 bytes, or text."""
        digits = value[:64].hex()
        hits = [
            Hit(form.item, "as bytes", form.tier, whole=True) for form in self._of_bytes(digits, len(value))
        ]
        if 8 <= len(value) <= 64:
            hits += [Hit(d.item, d.form, DISTINCT, True, True) for d in self._digests.of_hex(digits)]
        with suppress(UnicodeDecodeError):  # no text; the raw search looks at what stands between other bytes
            hits += self.in_text(value.decode())
        return self._best(hits)

    def _of_bytes(self, digits: str, size: int) -> list[Form]:
        return self._sparse.get(digits, []) if size in (6, 16) else []

    def _best(self, hits: Iterator[Hit] | list[Hit]) -> tuple[Hit, ...]:
        best: dict[int, Hit] = {}
        for hit in hits:
            if hit.item not in best or _rank(hit) < _rank(best[hit.item]):
                best[hit.item] = hit
        return tuple(best.values())

    def _search(self, text: str) -> Iterator[Hit]:
        for reading in readings(text):
            folded = fold(reading)
            if len(folded) <= _LONGEST:
                yield from self._whole(reading.strip(), folded.strip())
            if len(folded) > 3:
                yield from self._parts(reading, folded)
        for found in _PACKED.finditer(text):
            yield from self._encoded(found[0])

    def _encoded(self, token: str) -> Iterator[Hit]:
        """What a run of letters and digits holds as a digest, or in an encoding that nobody opened."""
        for item, encoding in self._raw.in_text(token).items():
            yield Hit(item, f"{encoding}, not opened", DISTINCT, whole=False)
        for found in self._digests.in_text(token):
            yield Hit(found.item, found.form, DISTINCT, whole=True, digest=True)

    def _whole(self, text: str, folded: str) -> Iterator[Hit]:
        for form in self._exact.get(folded, ()):
            if self._agrees(form, text):
                yield Hit(form.item, _label(form, text), form.tier, whole=True)
        if folded[-1:].isalnum():
            bare = _SEPARATORS.sub("", folded)
            for form in self._sparse.get(bare, ()) if bare != folded else ():
                yield Hit(form.item, _separated(form.label), form.tier, whole=True)

    def _parts(self, text: str, folded: str) -> Iterator[Hit]:
        for found in self._inside.finditer(folded):
            for form in self._exact[found[0]]:
                kind = self.planted[form.item].kind
                if _stands_inside(form) and _alone(kind, folded, *found.span()) and self._agrees(form, text):
                    yield Hit(form.item, form.label, form.tier, whole=False)
        for found in _RUN.finditer(folded):
            inside = found.start() and (
                folded[found.start() - 1].isalnum() or folded[found.start() - 1] == "."
            )
            for form in () if inside else self._sparse.get(_SEPARATORS.sub("", found[0]), ()):
                yield Hit(form.item, _separated(form.label), form.tier, whole=False)

    def _agrees(self, form: Form, text: str) -> bool:
        """Whether capitals agree where they matter."""
        return not KINDS[self.planted[form.item].kind].strict or form.text in text


def _tier(value: Planted, label: str, text: str) -> int:
    """How telling a form is: `Bashkia Tiranë` tells more than `Tiranë`."""
    if value.kind == "municipality" and fold(text).startswith("bashki"):
        return DISTINCT
    if label == "initial and last name" or (value.kind == "full_name" and " " not in value.value):
        return WORD
    if label == "as a number" or label.endswith("1970"):
        return max(WORD, tier(value.kind, text))
    return tier(value.kind, text)


def _stands_inside(form: Form) -> bool:
    """Whether a form is sought within longer texts: not when it is a few letters."""
    return form.tier < LETTER and len(form.text) > 3


def _rank(hit: Hit) -> tuple[bool, int, bool]:
    return not hit.whole, hit.tier, hit.form != PLAIN


def _label(form: Form, text: str) -> str:
    if form.label != PLAIN or text.isascii() or not form.text.isascii():
        same = (
            form.label != PLAIN
            or form.text.casefold() == text.casefold()
            or text.isascii() is form.text.isascii()
        )
        return form.label if same else "without diacritics"
    return form.label


def _separated(label: str) -> str:
    return "other separators" if label == PLAIN else label


def _alone(kind: str, text: str, begin: int, end: int) -> bool:
    """Whether a value inside a text is not a piece of a longer address, number or name."""
    before, after = text[max(0, begin - 1) : begin], text[end : end + 2]
    if kind == "email":
        return before not in tuple(".+-_%") and not (after[:1] in ("-", ".") and after[1:].isalnum())
    if text[begin:end].isdigit():
        inside = before in (".", ",") and text[max(0, begin - 2) : begin - 1].isdigit()
        return not inside and not (after[:1] in (".", ",") and after[1:].isdigit())
    if kind in ("first_name", "last_name", "full_name"):
        found = _TOKEN.match(text, end)
        rest = found[0][:80] if found else ""
        return "@" not in rest and "%40" not in rest
    return True
