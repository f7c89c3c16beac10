"""Address books on their way out: many numbers or addresses of other people in one body, plain or hashed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from auditor.collect.engagement.exchange import Exchange
from auditor.collect.engagement.sign import INFERRED, OBSERVED, POSSIBLE, Shown, Sign
from auditor.collect.words import Families
from auditor.decode import Leaf

FEWEST = 10
"""Different numbers or addresses in one list (traffic.md 4.3, item 12)."""
_NUMBER = re.compile(r"(?:\+|00)?[\d ()./-]{8,20}")
_ADDRESS = re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}\.[a-z]{2,24}", re.IGNORECASE)
_DIGEST = re.compile(r"(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64})", re.IGNORECASE)
_LIKELY = re.compile(r"@|\d[\d ()./-]{6}|[0-9a-fA-F]{32}")
"""What one of the first values of an address book holds; most lists need no closer look."""
_ITEM = re.compile(r"\[\d+\]")
_DIGITS = range(8, 16)
"""Digits of a telephone number with its country or trunk code (ITU-T E.164 allows 15)."""
NUMBERS, ADDRESSES, DIGESTS = "telephone numbers", "e-mail addresses", "digests under a name for contacts"
FORMS = (NUMBERS, ADDRESSES, DIGESTS)
UNWORDED = {NUMBERS: INFERRED, ADDRESSES: POSSIBLE, DIGESTS: POSSIBLE}
"""Without a word for contacts: e-mail addresses may be whom a message or a meeting is for."""
LONGEST = 300


class AddressBook:
    """Detector of address books."""

    def __init__(self, families: Families) -> None:
        self._families = families
        self._found: dict[str, Shown] = {}
        self._most: dict[str, tuple[int, str]] = {}

    def look(self, exchange: Exchange) -> None:
        """Every list that the app sends."""
        for place, leaves in _lists(exchange.sent).items():
            worded = "contacts" in self._families.hinted(f"{exchange.path} {place.partition('$')[2]}")
            for form in FORMS if any(_LIKELY.search(str(leaf.value)) for leaf in leaves[:FEWEST]) else ():
                count = len({str(leaf.value) for leaf in leaves if _is(form, leaf, worded=worded)})
                if count >= FEWEST:
                    self._note(exchange, place, OBSERVED if worded else UNWORDED[form], (count, form))

    def _note(self, exchange: Exchange, place: str, level: str, count: tuple[int, str]) -> None:
        self._found.setdefault(level, Shown()).add(exchange, place)
        self._most[level] = max(count, self._most.get(level, count))

    def signs(self) -> Iterator[Sign]:
        """One sign for all lists of a level, with the number of the longest."""
        for level, shown in self._found.items():
            items, form = self._most[level]
            counter = (
                f"a word for contacts around the list: {'yes' if level == OBSERVED else 'no'}",
                "values of the test person are counted as others: at most one",
            )
            note = f"{items} {form} in one body"
            yield shown.sign("address book", level, note, figures={"items": items}, counter=counter)


def _is(form: str, leaf: Leaf, *, worded: bool) -> bool:
    text = str(leaf.value)
    if len(text) > LONGEST:
        return False
    if form == NUMBERS:
        digits = sum(map(str.isdigit, text))
        return bool(_NUMBER.fullmatch(text)) and digits in _DIGITS and (text[0] == "+" or worded)
    if form == ADDRESSES:
        return bool(_ADDRESS.fullmatch(text))
    return worded and bool(_DIGEST.fullmatch(text))


def _lists(leaves: Sequence[Leaf]) -> dict[str, list[Leaf]]:
    """Texts of the same column of one list."""
    found: dict[str, list[Leaf]] = {}
    for leaf in leaves:
        if isinstance(leaf.value, str | int) and not isinstance(leaf.value, bool) and "[" in leaf.place:
            found.setdefault(_ITEM.sub("[]", leaf.place), []).append(leaf)
    return {place: items for place, items in found.items() if len(items) >= FEWEST}
