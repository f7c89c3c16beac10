"""A YAML file as plain values, with the line of every value: the one door to the YAML reader.

YAML is composed to nodes, which know their lines, and turned into values
without YAML 1.1's surprises (`NO` stays Norway). Files are hostile: size,
depth and number of values are bounded, so that aliases cannot explode.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from auditor.forms import At, Mistake, Shape
from auditor.model import Json

MAX_BYTES = 512 * 1024
MAX_NODES = 50_000
MAX_DEPTH = 20


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
    except FileNotFoundError:
        document.mistakes.append(Mistake(name, 0, "is not there"))
    except OSError as error:
        document.mistakes.append(Mistake(name, 0, f"cannot be read: {error.strerror}"))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
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
