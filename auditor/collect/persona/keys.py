"""The key a leaf really stands under, and whether it goes with a value.

Many formats put a name beside a value instead of above it (`{"name": "institution", "value": "Tiranë"}`), or
wrap values by type (`{"institution": {"stringValue": "Tiranë"}}`); both are seen here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from auditor.collect.persona.families import FAMILIES
from auditor.collect.persona.text import words
from auditor.decode import Leaf

_WIDE = frozenset("user person contact owner author id account social profile device location name".split())
"""Words that say too little when they stand one level higher."""

_WRAPPERS = frozenset(
    """stringvalue integervalue doublevalue booleanvalue timestampvalue bytesvalue mapvalue arrayvalue
    values fields value val v string int text""".split()
)
_NAMING = frozenset(
    "name key k n field label property prop id type param parameter attribute attr tag title what".split()
)
"""Keys whose value is the name of the value beside it; in protobuf without names, any number may be."""
_LABEL = re.compile(r"[^\W\d][^\W\d .:-]*(?:[ .:-][^\W\d]+){0,3}")
_SEGMENT = re.compile(r"\.([^.\[\]:$']+)|\['([^']{1,200})'\]")
_BESIDE = 60
"""Leaves in one object beyond which names beside values are not looked for."""


def fits(leaf: Leaf, family: str, beside: Sequence[Leaf]) -> bool:
    """Whether a leaf stands under a key of the family, or next to one in the same object."""
    wanted = FAMILIES[family]
    key, above = _under(leaf.key, leaf.place)
    if key & wanted or above & wanted:
        return True
    return len(beside) <= _BESIDE and any(_label(other) & wanted for other in beside if other is not leaf)


def holder(leaf: Leaf) -> str:
    """Place of the object a leaf belongs to, past the tables that only tell its type."""
    if leaf.key.lower() not in _WRAPPERS or leaf.parent.endswith("$"):
        return leaf.parent
    return _LAST.sub("", leaf.parent)


def nameless(leaf: Leaf) -> bool:
    """Whether the key of a leaf says nothing of what it holds."""
    return leaf.key.lower() in _WRAPPERS or not leaf.key


_LAST = re.compile(r"(?:\.[^.\[\]:$']+|\['[^']{1,200}'\])$")


def _label(leaf: Leaf) -> frozenset[str]:
    """The words of a value that may be the name of the value beside it."""
    if not isinstance(leaf.value, str) or not _LABEL.fullmatch(leaf.value):
        return frozenset()
    return _words(leaf.value) if leaf.key.lower() in _NAMING or leaf.key.isdigit() else frozenset()


@lru_cache(20_000)
def _under(key: str, place: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words of the key, and those of the name one level higher."""
    path = [plain or quoted for plain, quoted in _SEGMENT.findall(place[-300:])]
    names = [name for name in path if name.lower() not in _WRAPPERS] or [key]
    return _words(names[-1]), _words(names[-2]) - _WIDE if len(names) > 1 else frozenset()


@lru_cache(20_000)
def _words(name: str) -> frozenset[str]:
    parts = words(name)
    return frozenset((*parts, "".join(parts)))
