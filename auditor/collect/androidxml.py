"""Android's binary XML and resource tables as plain trees: the one door to androguard.

Also reads the protobuf XML of app bundles. Input is hostile: it is measured
by `chunks` first, and whatever a parser stumbles over becomes one `XmlError`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from auditor.collect.chunks import (
    MAX_ATTRIBUTES,
    MAX_DEPTH,
    MAX_NODES,
    ChunkError,
    check_table,
    trim_document,
)
from auditor.decode import DecodeError, Field, protobuf

ANDROID = "{http://schemas.android.com/apk/res/android}"

VALUED = ("string", "bool", "integer", "xml")
"""Resource types whose values are read; of the others the names suffice."""

MAX_XML = 4 * 1024 * 1024
"""Bytes; the largest manifests have a quarter of that. Androguard takes a second for each MiB."""
MAX_TABLE = 256 * 1024 * 1024


class XmlError(ValueError):
    """Binary XML or a resource table that cannot be read; one clause says why."""


@dataclass(frozen=True, slots=True)
class Node:
    """One element; attribute names without namespace, its text as attribute `#text`."""

    tag: str
    attributes: Mapping[str, str]
    children: tuple[Node, ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """Value of an attribute; references look like `@7f010203`."""
        return self.attributes.get(name, default)

    def all(self, tag: str) -> Iterator[Node]:
        """Direct children of that name."""
        return (child for child in self.children if child.tag == tag)

    def first(self, tag: str) -> Node | None:
        """First direct child of that name."""
        return next(self.all(tag), None)


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of one resource in one locale."""

    id: int
    type: str
    """`string`, `bool`, `xml`, `id` ..."""
    name: str
    locale: str
    """`sq`, `en-US`; empty for the default."""
    value: str | None
    """Text for plain values (references as `@7f...`); None for bags such as arrays."""


@dataclass(slots=True)
class Table:
    """Resources of one package set, with look-up by id and by name."""

    entries: dict[tuple[str, str], dict[str, Entry]] = field(default_factory=dict)
    """(type, name) to locale to entry."""
    by_id: dict[int, tuple[str, str]] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Keep the first value per locale; the table lists the plainest first."""
        key = (entry.type, entry.name)
        self.entries.setdefault(key, {}).setdefault(entry.locale, entry)
        self.by_id.setdefault(entry.id, key)

    def value(self, kind: str, name: str, locale: str = "") -> str:
        """Text of a resource in a locale, else the default, else empty."""
        found = self.entries.get((kind, name), {})
        entry = found.get(locale) or found.get("") or next(iter(found.values()), None)
        return self.resolve(entry.value or "", locale) if entry else ""

    def resolve(self, text: str, locale: str = "", depth: int = 0) -> str:
        """Follow `@7f...` references (at most five deep); other text comes back as it is."""
        key = self.by_id.get(_reference(text))
        if key is None or depth > 5:
            return text
        found = self.entries[key]
        entry = found.get(locale) or found.get("") or next(iter(found.values()))
        return self.resolve(entry.value or "", locale, depth + 1)

    def name_of(self, text: str) -> str:
        """`type/name` of a reference; empty when it is none or unknown."""
        return "/".join(self.by_id.get(_reference(text), ()))


def parse(data: bytes) -> Node:
    """Binary, protobuf or plain XML as a tree. Raises XmlError."""
    if len(data) > MAX_XML:
        raise XmlError(f"{len(data)} bytes are more than the {MAX_XML} read")
    if data[:4] == b"\x03\x00\x08\x00" or data[2:4] == b"\x08\x00":
        return _binary(data)
    if data.lstrip()[:1] == b"<":
        raise XmlError("is plain text; expected Android's binary XML")
    try:
        return _proto_node(data)
    except DecodeError as error:
        raise XmlError(f"is neither binary nor protobuf XML ({error})") from error


def read_table(data: bytes) -> Table:
    """A `resources.arsc` as a table. Raises XmlError."""
    if len(data) > MAX_TABLE:
        raise XmlError(f"{len(data)} bytes are more than the {MAX_TABLE} read")
    table = Table()
    try:
        check_table(data)
        for entry in _entries(_androguard().ARSCParser(data)):
            table.add(entry)
    except Exception as error:  # androguard raises whatever its parsing hits on hostile input
        raise XmlError(f"resource table: {_clause(error)}") from error
    return table


@cache
def _androguard() -> Any:
    """Androguard's XML module, silenced. Imported late: it costs more than the rest of a run's start."""
    from loguru import logger

    logger.disable("androguard")
    from androguard.core import axml

    return axml


def _binary(data: bytes) -> Node:
    try:
        printer = _androguard().AXMLPrinter(trim_document(data))
        root = printer.get_xml_obj()
    except Exception as error:  # androguard raises whatever its parsing hits on hostile input
        raise XmlError(_clause(error)) from error
    if root is None or not printer.is_valid():
        raise XmlError("is not valid binary XML")
    return _node(root, _Budget(), 0)


class _Budget:
    """Counts elements, so that no document grows without bound."""

    def __init__(self) -> None:
        self.left = MAX_NODES

    def spend(self, depth: int) -> None:
        self.left -= 1
        if self.left < 0 or depth > MAX_DEPTH:
            raise XmlError("is nested too deeply or has too many elements")


def _node(element: Any, budget: _Budget, depth: int) -> Node:
    budget.spend(depth)
    attributes = {}
    for name, value in element.attrib.items():
        if name.startswith(ANDROID) or not name.startswith("{"):
            attributes[name.removeprefix(ANDROID)] = str(value)
    if element.text and element.text.strip():
        attributes["#text"] = element.text.strip()
    children = tuple(_node(child, budget, depth + 1) for child in element if isinstance(child.tag, str))
    return Node(element.tag.rpartition("}")[2], attributes, children)


# Field numbers: aapt2's Resources.proto. XmlNode 1 element, 2 text; XmlElement 3 name, 4 attribute,
# 5 child; XmlAttribute 1 namespace, 2 name, 3 value, 6 compiled item; Item 7 primitive.


def _proto_node(data: bytes, budget: _Budget | None = None, depth: int = 0) -> Node:
    budget = budget or _Budget()
    budget.spend(depth)
    element = next((f.value for f in protobuf(data) if f.number == 1), None)
    if not isinstance(element, bytes):
        raise DecodeError("no element at the root")
    fields = list(protobuf(element))
    listed = [f for f in fields if f.number == 4]
    if len(listed) > MAX_ATTRIBUTES:
        raise DecodeError(f"an element with more than {MAX_ATTRIBUTES} attributes")
    attributes = dict(map(_proto_attribute, listed))
    nodes = [f.value for f in fields if f.number == 5 and isinstance(f.value, bytes)]
    texts = [_text(f) for node in nodes for f in protobuf(node) if f.number == 2]
    if text := "".join(texts).strip():
        attributes["#text"] = text
    children = tuple(_proto_node(n, budget, depth + 1) for n in nodes if _is_element(n))
    name = next((_text(f) for f in fields if f.number == 3), "")
    if not name:
        raise DecodeError("an element without a name")
    return Node(name, attributes, children)


def _is_element(data: bytes) -> bool:
    return any(f.number == 1 for f in protobuf(data))


def _proto_attribute(given: Field) -> tuple[str, str]:
    if not isinstance(given.value, bytes):
        raise DecodeError("an attribute that is no message")
    fields = {f.number: f for f in protobuf(given.value)}
    value = _text(fields[3]) if 3 in fields else ""
    return (_text(fields[2]) if 2 in fields else ""), value or _compiled(fields.get(6))


def _compiled(item: Field | None) -> str:
    """Number or boolean that stands only in the compiled item (Primitive 6, 7 int; 8 boolean)."""
    if item is None or not isinstance(item.value, bytes):
        return ""
    primitive = next((f.value for f in protobuf(item.value) if f.number == 7), b"")
    for number, value in protobuf(primitive) if isinstance(primitive, bytes) else ():
        if number == 8:
            return "true" if value else "false"
        if number in (6, 7) and isinstance(value, int):
            return str(value)
    return ""


def _text(given: Field) -> str:
    return given.value.decode("utf-8", "replace") if isinstance(given.value, bytes) else str(given.value)


def _entries(arsc: Any) -> Iterator[Entry]:
    axml = _androguard()
    for parts in arsc.packages.values():
        kind, locale = "", ""
        for part in parts:
            if isinstance(part, axml.ARSCResType):
                kind, locale = part.get_type(), _locale(part.config)
            elif isinstance(part, axml.ARSCResTableEntry):
                value = _plain(part) if kind in VALUED else None
                yield Entry(part.mResId, kind, part.get_value(), locale, value)


def _plain(entry: Any) -> str | None:
    if entry.is_complex():
        return None
    if entry.is_compact():
        lookup = entry.parent.stringpool_main.getString
        return str(_androguard().format_value(entry.datatype, entry.data, lookup))
    return str(entry.key.format_value())


def _locale(config: Any) -> str:
    return str(config.get_language_and_region()).replace("\0", "").replace("-r", "-").strip("-")


def _reference(text: str) -> int:
    digits = text.removeprefix("@")
    try:
        return int(digits, 16) if text.startswith("@") else -1
    except ValueError:
        return -1


def _clause(error: Exception) -> str:
    """First line of an exception, with control characters made visible; a stumble is named as one."""
    first = (str(error).splitlines() or [""])[0][:200]
    shown = "".join(c if c.isprintable() else "?" for c in first) or type(error).__name__
    return shown if isinstance(error, ChunkError) else f"the parser stumbled ({shown})"
