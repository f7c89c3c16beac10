"""Android's binary XML, and the protobuf XML of app bundles, as plain trees.

Input is hostile: `chunks` measures it first, so that reading takes time and
memory in proportion to its size. Androguard reads the same (tests hold the two
against each other), but its import alone costs as much as a small audit, and
hand-made files of 300 KB keep it busy for hours.

Source: AOSP frameworks/base, libs/androidfw, `ResourceTypes.h` (`ResXMLTree_*`).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.collect.chunks import (
    MAX_ATTRIBUTES,
    MAX_DEPTH,
    MAX_NODES,
    ChunkError,
    inner_chunks,
    trim_document,
)
from auditor.collect.values import Pool, shown
from auditor.decode.wire import DecodeError, Field, protobuf

ANDROID = "http://schemas.android.com/apk/res/android"

MAX_XML = 4 * 1024 * 1024
"""Bytes; the largest manifests have a quarter of that."""


class XmlError(ValueError):
    """XML that cannot be read; one clause says why."""


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


# Names of the attributes this project reads, by resource id (android.R.attr): packers take the name away or
# lie about it, and the platform looks at the id.
ATTRIBUTES = {
    0x01010001: "label", 0x01010002: "icon", 0x01010003: "name", 0x01010006: "permission", 0x01010007:
    "readPermission", 0x01010008: "writePermission", 0x0101000E: "enabled", 0x0101000F: "debuggable",
    0x01010010: "exported", 0x01010018: "authorities", 0x01010024: "value", 0x01010025: "resource",
    0x01010026: "mimeType", 0x01010027: "scheme", 0x01010028: "host", 0x0101020C: "minSdkVersion",
    0x0101021B: "versionCode", 0x0101021C: "versionName", 0x01010270: "targetSdkVersion", 0x01010271:
    "maxSdkVersion", 0x01010272: "testOnly", 0x01010280: "allowBackup", 0x010104EB: "fullBackupContent",
    0x010104EC: "usesCleartextTraffic", 0x01010527: "networkSecurityConfig",
}  # fmt: skip

_NONE = 0xFFFFFFFF
_MAP, _OPEN, _CLOSE, _TEXT = 0x0180, 0x0102, 0x0103, 0x0104


def _binary(data: bytes) -> Node:
    try:
        return _Builder(trim_document(data)).root()
    except (ChunkError, struct.error) as error:
        raise XmlError(str(error)) from error


class _Builder:
    """A tree from the nodes of a document that `chunks` has measured."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._chunks = inner_chunks(data)
        strings = next(self._chunks)
        self._pool = Pool(data, strings.start, strings.end)
        self._ids: tuple[int, ...] = ()
        self._open: list[tuple[str, dict[str, str], list[Node]]] = [("", {}, [])]

    def root(self) -> Node:
        """The one root element."""
        for chunk in self._chunks:
            if chunk.kind == _MAP:
                count = (chunk.end - chunk.start - chunk.header) // 4
                self._ids = struct.unpack_from(f"<{count}L", self._data, chunk.start + chunk.header)
            else:
                self._take(chunk.kind, chunk.start + 16)
        return self._open[0][2][0]

    def _take(self, kind: int, at: int) -> None:
        if kind == _OPEN:
            tag = self._pool[struct.unpack_from("<L", self._data, at + 4)[0]]
            self._open.append((tag, dict(self._attributes(at)), []))
        elif kind == _CLOSE:
            tag, attributes, children = self._open.pop()
            self._open[-1][2].append(Node(tag, attributes, tuple(children)))
        elif kind == _TEXT and not self._open[-1][2]:
            text = self._pool[struct.unpack_from("<L", self._data, at)[0]].strip()
            if text:
                self._open[-1][1]["#text"] = self._open[-1][1].get("#text", "") + text

    def _attributes(self, at: int) -> Iterator[tuple[str, str]]:
        """Name and value of attributes in Android's namespace or in none."""
        start, width, count = struct.unpack_from("<HHH", self._data, at + 8)
        for place in range(at + start, at + start + width * count, width):
            space, name, raw, _, _, kind, value = struct.unpack_from("<LLLHBBL", self._data, place)
            if space == _NONE or self._pool[space] == ANDROID:
                yield self._name(name), self._pool[raw] if kind == 3 else shown(kind, value, self._pool)

    def _name(self, index: int) -> str:
        known = ATTRIBUTES.get(self._ids[index]) if index < len(self._ids) else None
        return known or self._pool[index]


class _Budget:
    """Counts elements, so that no document grows without bound."""

    def __init__(self) -> None:
        self.left = MAX_NODES

    def spend(self, depth: int) -> None:
        self.left -= 1
        if self.left < 0 or depth > MAX_DEPTH:
            raise XmlError("is nested too deeply or has too many elements")


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
