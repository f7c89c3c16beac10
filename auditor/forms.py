"""The forms rule files follow, and every mistake in one with file and line.

YAML is composed to nodes (which know their lines), turned into plain values
without YAML 1.1's surprises (`NO` stays Norway), and held against a shape.
A shape yields mistakes instead of raising, so that all are shown at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from auditor.model import Json

LANGUAGES = ("en", "sq")
"""Report languages; every text for readers stands in each."""

MAX_BYTES = 512 * 1024
MAX_NODES = 50_000
MAX_DEPTH = 20


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


@dataclass(slots=True)
class Document:
    """A YAML file as plain values, with the line of every value."""

    file: str
    value: Json = None
    lines: dict[At, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def line(self, at: At) -> int:
        """Line of a value, or of the nearest thing around it."""
        while at and at not in self.lines:
            at = at[:-1]
        return self.lines.get(at, 1)

    def check(self, shape: Shape) -> None:
        """Add what the shape finds to `mistakes`."""
        for at, what in shape(self.value, ()):
            self.mistakes.append(Mistake(self.file, self.line(at), what))


class _Nodes(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]
    """Nodes with lines, and no guessing of types: a plain scalar is a text until `_scalar` has looked."""

    def resolve(self, _kind: object, _value: object, _implicit: object) -> str:
        return ""

    def descend_resolver(self, _parent: object, _index: object) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


def read(path: Path, name: str) -> Document:
    """Compose one file. Unreadable YAML becomes a mistake in the document, never an exception."""
    document = Document(name)
    try:
        raw = path.read_bytes()
        if len(raw) > MAX_BYTES:
            raise ValueError(f"is larger than {MAX_BYTES} bytes")
        node = yaml.compose(raw.decode("utf-8"), Loader=_Nodes)
        document.value = _Values(document).of(node, (), 0) if node else None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        document.mistakes.append(Mistake(name, line, f"is not YAML: {error.problem}"))
    except (yaml.YAMLError, ValueError, OSError, RecursionError) as error:
        document.mistakes.append(Mistake(name, 0, f"cannot be read: {error}".splitlines()[0]))
    return document


class _Values:
    """Turns nodes into plain values; counts them, so that aliases cannot explode."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.nodes = 0

    def of(self, node: yaml.Node, at: At, depth: int) -> Json:
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            raise ValueError("is nested too deeply or repeats too much")
        self.document.lines[at] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, at, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.of(child, (*at, i), depth + 1) for i, child in enumerate(node.value)]
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode, at: At, depth: int) -> dict[str, Json]:
        values: dict[str, Json] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in values:
                self._add(key_node, f"key {key!r} stands here twice")
            values[key] = self.of(value_node, (*at, key), depth + 1)
            self.document.lines[(*at, key)] = key_node.start_mark.line + 1
        return values

    def _add(self, node: yaml.Node, what: str) -> None:
        self.document.mistakes.append(Mistake(self.document.file, node.start_mark.line + 1, what))


def _scalar(node: yaml.Node) -> Json:
    text = str(node.value)
    if getattr(node, "style", None):  # quoted or block text is always text
        return text
    if text in ("true", "false"):
        return text == "true"
    if re.fullmatch(r"-?(0|[1-9]\d{0,17})", text):
        return int(text)
    return None if text in ("", "~", "null") else text


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
date = matching(r"\d{4}-\d\d-\d\d", "a date such as 2025-02-01")
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
