"""Protobuf messages as leaves: by a field map, or without any schema.

Without a schema a place holds field numbers (`$.7`), numbered again where a field repeats (`$.7[0]`); with
one it holds names. In a message of `name` and `..._value` the values take the name as key. Entries of a map,
messages of `key` and `value`, are members (`$.fields.points`). A message in which every field ends in
`_value` or `Value` is what its one field holds, as in Firestore.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from auditor.decode import looks
from auditor.decode.compression import packed
from auditor.decode.fieldmap import FieldMap, Named
from auditor.decode.opener import Opener
from auditor.decode.piece import Piece, segment
from auditor.decode.plausible import number, plausible, read, unpacked
from auditor.decode.wire import Spot

__all__ = ["FieldMap", "Named", "open_mapped", "open_protobuf"]

DEEPEST = 40
UNNAMED = Named("")
NESTED = 0.75
"""How plausible bytes without a schema must be to be read as a message inside a message."""
_NUMBERS = frozenset({"int", "sint", "double", "float", "bool"})
_WRAPPERS = ({"fields"}, {"values"})
"""Names of the only field of a map and a list inside a value."""


class Scope(NamedTuple):
    """What is known of a message."""

    map: FieldMap | None = None
    fields: Mapping[int, Named] = {}
    shape: str = ""
    """`value`, `wrapper`, `entry`, or empty for a message like any other."""


NOTHING = Scope()


def _scope(known: FieldMap | None, message: str, outer: str = "") -> Scope:
    fields = known.messages.get(message, {}) if known else {}
    names = {named.name for named in fields.values()}
    shape = ""
    if names == {"key", "value"}:
        shape = "entry"
    elif names and all(name.endswith(("_value", "Value")) for name in names):
        shape = "value"
    elif outer == "value" and names in _WRAPPERS:
        shape = "wrapper"
    return Scope(known, fields, shape)


def open_protobuf(out: Opener, piece: Piece) -> None:
    """A message without a schema; what stands behind a mistake is counted."""
    Message(out, piece.step("protobuf").child("$", piece.key, piece.parent), NOTHING, 0).walk()


def open_mapped(out: Opener, piece: Piece, known: FieldMap) -> bool:
    """A message of a known protocol; False when the bytes do not fit it."""
    found, mistake = read(piece.data)
    scope = _scope(known, known.root)
    fitting = sum(_fits(spot, scope.fields.get(spot.number)) for spot in found)
    if not found or fitting * 2 < len(found) or (mistake and not fitting):
        return False
    Message(out, piece.step(known.id).child("$", piece.key, piece.parent), scope, 0).walk()
    return True


def _fits(spot: Spot, named: Named | None) -> bool:
    if named is None:
        return False
    if named.message or named.type in ("string", "bytes"):
        return spot.wire == 2
    return spot.wire != 2 or named.repeated or not named.type


class Message:
    """One message while its fields become leaves. `piece.place` is its place."""

    def __init__(self, out: Opener, piece: Piece, scope: Scope, depth: int) -> None:
        self.out = out
        self.piece = piece
        self.scope = scope
        self.depth = depth
        self.found, self.mistake = read(piece.data)
        self.counts = Counter(spot.number for spot in self.found)
        self.seen: Counter[int] = Counter()
        self.name = self._stated_name()

    def walk(self) -> None:
        """Every field in order."""
        self.out.node()
        self.out.spend(len(self.piece.data) if self.depth else 0)
        if self.depth > DEEPEST:
            self.out.problem(self.piece.place, "messages are nested too deep")
            return
        for spot in self.found:
            self._field(spot, self.scope.fields.get(spot.number, UNNAMED))
        if not self.found and not self.mistake and self.scope.map:
            self.out.leaf(None, self.piece)
        if self.mistake:
            self.out.problem(self.piece.place, f"the message breaks off ({self.mistake})")
            self._rest()

    def _stated_name(self) -> str:
        """What the field `name` of a message of a name and values says."""
        for spot in self.found if self.scope.map else ():
            named = self.scope.fields.get(spot.number, UNNAMED)
            if named.name == "name" and isinstance(spot.value, bytes):
                return (looks.text(spot.value) or "")[:60]
        return ""

    def _rest(self) -> None:
        """What stands behind a mistake: texts in it, or nothing that can be read."""
        rest = self.piece.part(self.found[-1].end if self.found else 0, len(self.piece.data))
        runs = looks.texts(rest.data)
        self.out.tree.opaque += 0 if runs else len(rest.data)
        for begin, end in runs:
            spot = rest.part(begin, end)
            self.out.leaf(spot.data.decode(errors="replace"), spot)

    def _where(self, spot: Spot, named: Named) -> tuple[str, str, str]:
        """Place, key and parent of a field."""
        piece, index = self.piece, self.seen[spot.number]
        self.seen[spot.number] += 1
        if self.scope.shape == "value":
            return piece.place, piece.key, piece.parent
        if self.scope.shape == "wrapper":
            path = f"[{index}]" if named.name == "values" else ""
            return piece.place + path, piece.key, piece.place
        path = segment(named.name) if named.name else f".{spot.number}"
        if named.repeated or self.counts[spot.number] > 1:
            path += f"[{index}]"
        own = self.name and named.name.endswith("_value")
        return piece.place + path, self.name if own else named.name or str(spot.number), piece.place

    def _field(self, spot: Spot, named: Named) -> None:
        place, key, parent = self._where(spot, named)
        piece = self.piece.part(spot.begin, spot.end)._replace(place=place, key=key, parent=parent)
        if isinstance(spot.value, int):
            null = named.name in ("null_value", "nullValue")
            self.out.leaf(None if null else number(spot, named.type), piece)
        elif named.message:
            self._inner(piece, _scope(self.scope.map, named.message, self.scope.shape))
        elif numbers := _packed_numbers(spot.value, named):
            self._numbers(piece, numbers, named.type)
        elif named.type == "string":
            self.out.leaf(spot.value.decode(errors="replace"), piece)
        else:
            self._unknown(piece)

    def _inner(self, piece: Piece, scope: Scope) -> None:
        if scope.shape == "entry" and (found := _entry(piece.data, scope)):
            key, spot, named = found
            holder = piece.place if self.scope.shape == "wrapper" else piece.place.rpartition("[")[0]
            value = piece.part(spot.begin, spot.end)
            value = value._replace(place=holder + segment(key), key=key, parent=holder)
            if named.message:
                Message(self.out, value, _scope(scope.map, named.message), self.depth + 1).walk()
            else:
                self.out.leaf(value.data.decode(errors="replace"), value)
            return
        Message(self.out, piece, scope, self.depth + 1).walk()

    def _numbers(self, piece: Piece, numbers: list[Spot], kind: str) -> None:
        for count, spot in enumerate(numbers):
            place = (
                piece.place if piece.place.endswith("]") and len(numbers) == 1 else f"{piece.place}[{count}]"
            )
            self.out.leaf(number(spot, kind), piece.part(spot.begin, spot.end)._replace(place=place))

    def _unknown(self, piece: Piece) -> None:
        """A field with a length and no schema: text, a message, or bytes to be looked into."""
        text = looks.text(piece.data)
        score = 0.0
        if piece.data and (text is None or _like_message(piece.data)) and not packed(piece.data):
            score = plausible(piece.data)
        if text is not None and (score < 1 or text[:1] >= " "):
            self.out.leaf(text, piece)
        if score >= NESTED:
            Message(self.out, piece, NOTHING, self.depth + 1).walk()
        elif text is None:
            self.out.bytes(piece, "")


def _packed_numbers(data: bytes, named: Named) -> list[Spot]:
    """Numbers after each other, which only a repeated field holds; empty when they are none."""
    return (unpacked(data, named.type) or []) if named.repeated and named.type in _NUMBERS else []


def _like_message(data: bytes) -> bool:
    """Whether bytes that are text could be a message too: their first field has the length it states."""
    return len(data) > 2 and data[0] & 7 == 2 and (data[0] < 0x20 or data[1] == len(data) - 2)


def _entry(data: bytes, scope: Scope) -> tuple[str, Spot, Named] | None:
    """Key, value and meaning of the value, of one entry of a map."""
    found, mistake = read(data)
    names = {scope.fields.get(spot.number, UNNAMED).name: spot for spot in found}
    key, value = names.get("key"), names.get("value")
    if mistake or key is None or value is None or not isinstance(key.value, bytes):
        return None
    if not isinstance(value.value, bytes):
        return None
    return key.value.decode(errors="replace"), value, scope.fields[value.number]
