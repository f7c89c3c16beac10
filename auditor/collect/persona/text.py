"""Texts made comparable, and many words sought in one pass."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import filterfalse

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_ENTITY = re.compile(r"&#?\w{2,8};")


def fold(text: str) -> str:
    """Lower case without diacritics: `Tiranë` is `tirane`."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(filterfalse(unicodedata.combining, apart))


def readings(text: str) -> Iterator[str]:
    """The text, and what it says when escapes, entities or a wrong reading of UTF-8 stand in it."""
    yield text
    if "\\u" in text:
        yield _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    if "&" in text and _ENTITY.search(text):
        yield html.unescape(text)
    if "Ã" in text:
        try:
            yield text.encode("latin-1").decode("utf-8")
        except UnicodeError:  # it was read rightly: the letter is meant
            return


def words(name: str) -> tuple[str, ...]:
    """The folded words of a key: `firstName`, `first_name` and `first-name` are (first, name)."""
    apart = re.sub(r"(?<=[a-z0-9ëç])(?=[A-ZËÇ])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name[:200])
    return tuple(re.findall(r"[^\W\d_]+", fold(apart)))


type Branch = dict[str, Branch]
"""Texts by their signs, one below the other; an empty sign ends a text."""


def any_of(texts: Iterable[str], *, words_only: bool = True) -> re.Pattern[str]:
    """One expression for many texts; the longest wins. `words_only`: none that stands inside a word.

    A tree of common beginnings, so that the number of texts hardly matters.
    """
    tree: Branch = {}
    for text in texts:
        node = tree
        for sign in text:
            node = node.setdefault(sign, {})
        node[""] = {}
    if not tree:
        return re.compile(r"(?!)")
    return re.compile(rf"(?<![^\W_])(?:{_branch(tree)})(?![^\W_])" if words_only else _branch(tree))


def _branch(node: Branch) -> str:
    """The expression of a tree; a run without a fork is written as one piece, so that depth stays small."""
    forks = []
    for sign, child in node.items():
        piece, below = re.escape(sign), child
        while sign and len(below) == 1 and "" not in below:
            ((sign, below),) = below.items()  # noqa: PLW2901  # the run goes on
            piece += re.escape(sign)
        forks.append(piece + (_branch(below) if sign and below.keys() != {""} else ""))
    forks.sort(key=len, reverse=True)  # the empty end last: longer texts are tried first
    return forks[0] if len(forks) == 1 else f"(?:{'|'.join(forks)})"
