"""Readable names of words in evidence: data types, practices, vendors, the app itself."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.catalogue import Catalogue
from auditor.forms import LANGUAGES
from auditor.model import Text

APP = "app"
OWN: Text = {"en": "the app's own code", "sq": "kodi i vetë aplikacionit"}
UNKNOWN: Text = {"en": "unknown", "sq": "i panjohur"}


def readable(word: str, language: str, rules: Catalogue) -> str:
    """The name of a data type, practice or vendor, or the app's own code; another word as it stands."""
    if word == APP:
        return OWN[language]
    if word in rules.vendors:
        return rules.vendors[word].name
    named = rules.data.get(word) or rules.practices.get(word)
    return named.name[language] if named else word


def name(word: str, rules: Catalogue) -> Text:
    """The readable name in every language."""
    return {language: readable(word, language, rules) for language in LANGUAGES}


def names_of(words: Iterable[str], rules: Catalogue) -> dict[str, Text]:
    """Readable names of those words that have one."""
    named = {word: name(word, rules) for word in sorted(words)}
    return {word: text for word, text in named.items() if set(text.values()) != {word}}
