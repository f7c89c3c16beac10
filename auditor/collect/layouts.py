"""Layouts of the app's own that ask for something: every input with its id, and what it says to people.

Nothing is concluded from one input; which of them stand together is `practices`' question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from auditor.collect import androidxml
from auditor.collect.androidxml import Node, XmlError
from auditor.collect.archive import Part, Unreadable
from auditor.collect.package import Package
from auditor.collect.resourcetable import Table
from auditor.collect.seen import Input
from auditor.collect.sources import is_personal
from auditor.collect.words import Families
from auditor.model import Json

MOST_LAYOUTS, MOST_INPUTS = 2000, 60
LONGEST = 200
"""Characters of what one input says, in all languages together."""

INPUTS = ("EditText", "AutoCompleteTextView", "Spinner", "RadioGroup", "CheckBox", "DatePicker", "Switch")
"""How the names of Android's input widgets end, AppCompat's and Material's too."""

_TEXT, _NUMBER, _PHONE = 1, 2, 3
_KEYBOARDS = {0x20: "email", 0xD0: "email", 0x60: "person name", 0x70: "postal address", 0x80: "password"}
_MULTILINE = 0x20000
"""Classes, variations and flags of android.text.InputType."""

_FILE = re.compile(r"res/layout[^/]*/([^/]+)\.xml")


@dataclass(frozen=True, slots=True)
class Form:
    """One layout with inputs."""

    layout: str
    inputs: tuple[Input, ...]
    message: bool
    """Whether it asks for a text of several lines, as a letter or a complaint does."""


def forms(package: Package, table: Table, brought: tuple[str, ...]) -> Iterator[Form]:
    """Layouts with two inputs or more; `brought` are beginnings of names that libraries bring along."""
    left = MOST_LAYOUTS
    for part in package.parts:
        for name, member in _files(part, table):
            if left > 0 and not name.startswith(brought):
                left -= 1
                yield from _form(part, name, member, table)


def describe(found: list[Form], families: Families) -> Json:
    """Forms that ask who somebody is, as plain values, for the report."""
    return [
        {
            "layout": form.layout,
            "message": form.message,
            "inputs": [
                {"label": one.label, "where": one.where, "families": sorted(families.hinted(one.label))}
                for one in form.inputs
            ],
        }
        for form in found
        if any(is_personal(asked, families) for asked in form.inputs)
    ]


def _files(part: Part, table: Table) -> list[tuple[str, str]]:
    """(name, member) of each layout of a part; the table knows names that shrinkers took from the files."""
    listed = [
        (name, entry.value or "")
        for (kind, name), entries in table.entries.items()
        if kind == "layout"
        for entry in entries.values()
    ]
    listed = listed or [(found[1], member) for member in part.members() if (found := _FILE.search(member))]
    return sorted({(name, member) for name, member in listed if member and part.has(member)})


def _form(part: Part, name: str, member: str, table: Table) -> Iterator[Form]:
    try:
        root = androidxml.parse(part.read(member))
    except (XmlError, Unreadable):  # counted where entry points are looked for
        return
    asked = [(node, above) for node, above in _nodes(root) if _is_input(node)][:MOST_INPUTS]
    inputs = tuple(_input(node, above, member, table) for node, above in asked)
    if len(inputs) > 1:
        yield Form(name, inputs, any(_kind(node) & _MULTILINE for node, _ in asked))


def _nodes(root: Node) -> Iterator[tuple[Node, Node]]:
    """Every element with the one around it, in the order of the file."""
    ahead = [(root, root)]
    while ahead:
        node, above = ahead.pop()
        yield node, above
        ahead.extend((child, node) for child in reversed(node.children))


def _is_input(node: Node) -> bool:
    """Android's widgets by name; an app's own ones by what only inputs have."""
    return node.tag.endswith(INPUTS) or "inputType" in node.attributes


def _kind(node: Node) -> int:
    """`android:inputType` as a number; 0 when there is none."""
    text = node.get("inputType")
    try:
        return int(text, 0)
    except ValueError:
        return 0


def _input(node: Node, above: Node, member: str, table: Table) -> Input:
    name = (table.name_of(node.get("id")) or node.get("id")).partition("/")[2]  # a bundle's XML names it
    hints = [node.get("hint"), node.get("text"), node.get("prompt"), above.get("hint")]
    said = " ".join(dict.fromkeys(text for hint in hints if hint for text in _texts(hint, table)))
    keyboard = _keyboard(_kind(node))
    label = " ".join(filter(None, (name, said[:LONGEST], f"({keyboard})" if keyboard else "")))
    tag = node.tag.rpartition(".")[2]
    return Input(label or tag, f"zip:{member}/{tag}[{name}]")


def _texts(hint: str, table: Table) -> list[str]:
    """A text in every language, or the text that stands in the layout itself."""
    kind, _, name = table.name_of(hint).partition("/")
    entries = table.entries.get((kind, name), {})
    return [entry.value or "" for entry in entries.values()] if entries else [hint]


def _keyboard(kind: int) -> str:
    """What the keyboard of an input is made for; empty for plain text and numbers."""
    if kind & 0xF == _PHONE:
        return "phone"
    return _KEYBOARDS.get(kind & 0xF0, "") if kind & 0xF == _TEXT else ""
