"""The forms that rule and case files follow.

A shape yields what is wrong with a value and where, instead of raising, so
that all mistakes of a file are shown at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date as calendar

from auditor.model import Json

LANGUAGES = ("en", "sq")
"""Report languages; every text for readers stands in each."""


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One thing wrong in one file."""

    file: str
    line: int
    """From 1; 0 when the file as a whole is meant."""
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}" if self.line else f"{self.file}: {self.what}"


class RuleError(ValueError):
    """Rule files cannot be used; `mistakes` lists all of them."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = sorted(mistakes)
        super().__init__("\n".join(map(str, self.mistakes)))


type At = tuple[str | int, ...]
"""Path of keys and indexes from the root of a document."""

type Problem = tuple[At, str]

type Shape = Callable[[Json, At], Iterator[Problem]]


# Shapes -----------------------------------------------------------------------


def text(value: Json, at: At) -> Iterator[Problem]:
    """Any text that is not empty; numbers are accepted as they stand."""
    if not isinstance(value, (str, int)) or isinstance(value, bool) or not str(value).strip():
        yield at, f"{_name(at)} must be a text, not {_kind(value)}"


def number(value: Json, at: At) -> Iterator[Problem]:
    """A whole number."""
    if not isinstance(value, int) or isinstance(value, bool):
        yield at, f"{_name(at)} must be a whole number, not {_kind(value)}"


def flag(value: Json, at: At) -> Iterator[Problem]:
    """`true` or `false`."""
    if not isinstance(value, bool):
        yield at, f"{_name(at)} must be true or false, not {_kind(value)}"


def matching(pattern: str, meaning: str) -> Shape:
    """Text that fits a regular expression; `meaning` says so in words."""
    compiled = re.compile(pattern)

    def shape(value: Json, at: At) -> Iterator[Problem]:
        if not isinstance(value, (str, int)) or not compiled.fullmatch(str(value)):
            yield at, f"{_name(at)} must be {meaning}, not {value!r}"

    return shape


word = matching(r"[a-z0-9]+(?:[-.][a-z0-9]+)*", "a lower-case word with hyphens")


def date(value: Json, at: At) -> Iterator[Problem]:
    """A day of the calendar, as 2025-02-01."""
    try:
        calendar.fromisoformat(value if isinstance(value, str) and len(value) == 10 else "")
    except ValueError:
        yield at, f"{_name(at)} must be a date such as 2025-02-01, not {value!r}"


identifier = matching(r"[A-Za-z0-9_$.<>\[\];/-]+", "a name without spaces")


def one_of(*allowed: str) -> Shape:
    """One of the words given."""

    def shape(value: Json, at: At) -> Iterator[Problem]:
        if value not in allowed:
            yield at, f"{_name(at)} must be one of {', '.join(allowed)}, not {value!r}"

    return shape


def many(inner: Shape, least: int = 0) -> Shape:
    """A list of one shape."""

    def shape(value: Json, at: At) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield at, f"{_name(at)} must be a list, not {_kind(value)}"
            return
        if len(value) < least:
            yield at, f"{_name(at)} must have at least {least} entries, not {len(value)}"
        for index, item in enumerate(value):
            yield from inner(item, (*at, index))

    return shape


def table(inner: Shape, key: Shape = text) -> Shape:
    """A mapping whose keys are free and whose values are alike."""

    def shape(value: Json, at: At) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield at, f"{_name(at)} must be a table, not {_kind(value)}"
            return
        for name, item in value.items():
            yield from key(name, (*at, name))
            yield from inner(item, (*at, name))

    return shape


def keys(required: Mapping[str, Shape], optional: Mapping[str, Shape] | None = None) -> Shape:
    """A mapping with exactly these keys; unknown ones are mistakes."""
    known = {**required, **(optional or {})}

    def shape(value: Json, at: At) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield at, f"{_name(at)} must be a table with {', '.join(known)}, not {_kind(value)}"
            return
        for name in value.keys() - known.keys():
            yield (*at, name), f"key {name!r} is unknown; expected one of {', '.join(known)}"
        for name in required.keys() - value.keys():
            yield at, f"key {name!r} is missing"
        for name in value.keys() & known.keys():
            yield from known[name](value[name], (*at, name))

    return shape


def either(test: Callable[[Json], bool], yes: Shape, no: Shape) -> Shape:
    """The first shape for values that pass the test, else the second."""

    def shape(value: Json, at: At) -> Iterator[Problem]:
        yield from (yes if test(value) else no)(value, at)

    return shape


both_languages: Shape = keys(dict.fromkeys(LANGUAGES, text))


def _name(at: At) -> str:
    return ".".join(map(str, at)) or "the file"


def _kind(value: Json) -> str:
    names = {dict: "a table", list: "a list", str: "a text", int: "a number", bool: "true or false"}
    return names.get(type(value), "nothing")
