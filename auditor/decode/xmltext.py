"""XML and property lists. Documents that declare entities are not read: nothing in traffic needs them."""

from __future__ import annotations

import plistlib
from collections import Counter
from xml.parsers import expat

from auditor.decode.opener import Opener
from auditor.decode.piece import Piece, segment
from auditor.decode.walk import walk

DEEPEST = 100
MOST = 50_000
LARGEST = 16 << 20
"""Bytes given to plistlib, which makes all values at once."""


class _Refused(ValueError):
    """The document asks for something that is not done; the message is a clause."""


class Element:
    """One element: what traffic needs of it."""

    __slots__ = ("attributes", "children", "name", "text")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[Element] = []
        self.text: list[str] = []


class _Builder:
    def __init__(self) -> None:
        self.root = Element("", {})
        self.open = [self.root]
        self.count = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        if self.count > MOST or len(self.open) > DEEPEST:
            raise _Refused("XML has too many elements, or is nested too deep")
        element = Element(name.rpartition(":")[2], attributes)
        self.open[-1].children.append(element)
        self.open.append(element)

    def end(self, name: str) -> None:
        del name
        self.open.pop()

    def text(self, text: str) -> None:
        self.open[-1].text.append(text)

    @staticmethod
    def entity(*_: object) -> None:
        raise _Refused("XML declares entities")


def open_xml(out: Opener, piece: Piece, *, quiet: bool = False) -> bool:
    """An XML document; False when it is none. Attributes are `['@name']`, repeated elements are numbered."""
    if piece.data.startswith(b"bplist0") or b"<plist" in piece.data[:1000]:
        return open_plist(out, piece)
    builder = _Builder()
    try:
        _parse(piece.data, builder)
    except (expat.ExpatError, _Refused, ValueError, LookupError) as error:
        if quiet or not builder.root.children or _page(piece.data):
            return False
        out.problem(piece.place + ":xml", str(error))
    _emit(out, piece.step("xml").child("$", "", piece.parent)._replace(exact=False), builder.root)
    return True


def _page(data: bytes) -> bool:
    """Web pages are no XML, although they begin alike."""
    return b"<html" in data[:2000].lower() or data[:20].lower().startswith(b"<!doctype html")


def _parse(data: bytes, builder: _Builder) -> None:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.EntityDeclHandler = builder.entity
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.Parse(data, True)


def _emit(out: Opener, piece: Piece, element: Element) -> None:
    out.node()
    for name, value in element.attributes.items():
        key = name.rpartition(":")[2]
        out.leaf(value, piece.child(segment("@" + key), key, piece.place))
    text = "".join(element.text).strip()
    if text:
        out.leaf(text, piece)
    counts = Counter(child.name for child in element.children)
    seen: Counter[str] = Counter()
    for child in element.children:
        path = segment(child.name)
        if counts[child.name] > 1:
            path += f"[{seen[child.name]}]"
            seen[child.name] += 1
        _emit(out, piece.child(path, child.name, piece.place), child)


def open_plist(out: Opener, piece: Piece) -> bool:
    """A property list, binary or XML; False when it is none."""
    if len(piece.data) > LARGEST:
        return False
    try:
        value = plistlib.loads(piece.data)
    except (ValueError, TypeError, AttributeError, RecursionError, MemoryError, expat.ExpatError):
        return False  # AttributeError for a strange date, TypeError for a list as a name
    walk(out, piece.step("plist"), value)
    return True
