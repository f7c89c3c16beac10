"""Names split into words, and the word families that words belong to, in every language of `rules/languages`.

Words are compared folded: lower case, without diacritics. Cyrillic and Arabic script stay what they are; how
identifiers spell such a language in Latin letters stands in its file.
"""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from auditor.catalogue import Catalogue, Language

LONGEST = 1000
"""Characters of a name that are looked at: hostile names have no end, and no identifier is as long."""

KEPT = 1 << 16
"""Answers that are remembered; an app has 100,000 names of far fewer words."""

_NONE: frozenset[str] = frozenset()

_BORDER = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_ALIKE = str.maketrans(
    {
        "đ": "dj", "Đ": "Dj", "ı": "i",  # letters that Unicode does not take apart
        "ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه",  # Arabic keyboards write Persian with these
        "\u0640": "", "\u200c": "", "\u200d": "",  # lengthening and joiners inside Persian words
    }
)  # fmt: skip


def _border() -> re.Pattern[str]:
    """The same borders for every script: letters with cases as in Latin, others in runs."""
    cased = "".join(map(chr, range(ord("A"), 0x590)))  # Latin, Greek, Cyrillic and Armenian
    upper, lower = ("".join(filter(is_of, cased)) for is_of in (str.isupper, str.islower))
    return re.compile(rf"[{upper}]+(?![{lower}])|[{upper}]?[{lower}]+|\d+|[^\W\d_\0-\u058f]+")


_BORDER_OF_ALL = _border()


def words(name: str) -> list[str]:
    """`POINTS_PER_Pëlqim2` -> points, per, pelqim, 2: split at case changes, folded to plain letters."""
    name = name[:LONGEST]
    if name.isascii():
        return [word.lower() for word in _BORDER.findall(name)]
    return [word.lower() for word in _BORDER_OF_ALL.findall(_without_marks(name))]


def fold(word: str) -> str:
    """One word as it is compared: `Pëlqim` is `pelqim`, `лайк` without its breve."""
    return _without_marks(word).lower()


def _without_marks(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).translate(_ALIKE)


class Families:
    """Word families of all languages, looked up word by word."""

    def __init__(self, rules: Catalogue) -> None:
        strict = list(_pairs(language.families for language in rules.languages.values()))
        hints = list(_pairs(language.hints for language in rules.languages.values()))
        self._strict, self._wide = _Lexicon(strict), _Lexicon(strict + hints)

    def of(self, name: str) -> frozenset[str]:
        """Every family some word of the name belongs to, by words that count in any name of the app's own."""
        return self._strict.of(name[:LONGEST])

    def meet(self, name: str, group: Iterable[str]) -> bool:
        """Whether words of all families of a group stand in a name; `~like`: by a hint as well."""
        return all(
            family[1:] in self.hinted(name) if family.startswith("~") else family in self.of(name)
            for family in group
        )

    def hinted(self, name: str) -> frozenset[str]:
        """The same with the wider words that count only inside a structure that something else shows."""
        return self._wide.of(name[:LONGEST])


def families_of(rules: Catalogue) -> Families:
    """The families of these rules, built once: that folds thousands of words."""
    for languages, built in _BUILT:
        if languages is rules.languages:
            return built
    _BUILT.append((rules.languages, Families(rules)))
    return _BUILT[-1][1]


_BUILT: deque[tuple[Mapping[str, Language], Families]] = deque(maxlen=4)


def _pairs(tables: Iterable[Mapping[str, tuple[str, ...]]]) -> Iterator[tuple[str, str]]:
    for table in tables:
        for family, stems in table.items():
            yield from ((fold(stem), family) for stem in stems)


class _Lexicon:
    """Whole words, beginnings (`bodov*`) and ends (`*osztaly`) of words, each with its families."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._whole: dict[str, frozenset[str]] = {}
        self._starts: dict[str, frozenset[str]] = {}
        self._ends: dict[str, frozenset[str]] = {}
        for stem, family in pairs:
            table, key = self._table(stem), stem.strip("*")
            table[key] = table.get(key, frozenset()) | {family}
        self._lengths = sorted(set(map(len, self._starts)))
        self._end_lengths = sorted(set(map(len, self._ends)))
        self._shortest = min(self._lengths, default=0)
        self._beginnings = {stem[: self._shortest] for stem in self._starts}
        self.of = lru_cache(KEPT)(self._of)
        self._word = lru_cache(KEPT)(self._families)

    def _table(self, stem: str) -> dict[str, frozenset[str]]:
        if stem.startswith("*"):
            return self._ends
        return self._starts if stem.endswith("*") else self._whole

    def _of(self, name: str) -> frozenset[str]:
        found = [families for word in words(name) if (families := self._word(word))]
        return _NONE.union(*found) if found else _NONE

    def _families(self, word: str) -> frozenset[str]:
        ends = (self._ends.get(word[-length:], _NONE) for length in self._end_lengths)
        whole = self._whole.get(word, _NONE).union(*ends)
        if word[: self._shortest] not in self._beginnings:  # so it is with most words
            return whole
        return whole.union(*(self._starts.get(word[:length], _NONE) for length in self._lengths))
