"""JSON with the byte offsets of its values. No parser kept elsewhere tells where a value stands.

The text is taken as one character per byte, so that positions are offsets; values are decoded one by one.
"""

from __future__ import annotations

import json
import re
from typing import Final

from auditor.decode.leaf import Leaf, Scalar
from auditor.decode.opener import Opener
from auditor.decode.piece import Piece, segment

DEEPEST = 100
LONGEST_PLACE = 2_000
MOST_DIGITS = 300

_STRING = r'"([^"\\]*+(?:\\.[^"\\]*+)*+)"'
_NUMBER = r"(-?\d++(?:\.\d++)?+(?:[eE][+-]?+\d++)?+)"
_VALUE = rf"(?:{_STRING}|{_NUMBER}|(true|false|null|NaN|-?Infinity)|([{{\[]))\s*+([,}}\]]?+)"
_MEMBER = re.compile(rf"\s*+{_STRING}\s*+:\s*+{_VALUE}", re.DOTALL | re.ASCII)
_ITEM = re.compile(rf"\s*+{_VALUE}", re.DOTALL | re.ASCII)
_AFTER = re.compile(r"\s*+([,}\]])", re.ASCII)
_SPACE = re.compile(r"\s*+", re.ASCII)
_WORDS: Final = {"true": True, "false": False, "null": None}
type Where = tuple[str, str, str]
"""Place, key and parent."""

_SURROGATE = re.compile("[\ud800-\udfff]")


class Broken(ValueError):
    """The text is no JSON from `at` on."""

    def __init__(self, at: int, why: str = "JSON breaks off") -> None:
        super().__init__(f"{why} at byte {at}")
        self.at = at


class Naming:
    """How names become places. Protocols that wrap values in JSON have their own."""

    step: str = "json"
    empty: bool = False
    """Whether empty objects and lists are leaves without a value."""

    def member(self, holder: Holder, name: str) -> tuple[str, str, str]:
        """Place, key and parent of a member of an object."""
        return holder.place + segment(name), name, holder.place

    def item(self, holder: Holder) -> tuple[str, str, str]:
        """Place, key and parent of the next item of a list."""
        return f"{holder.place}[{holder.count}]", holder.key, holder.place

    def begun(self, holder: Holder, within: Holder | None) -> None:
        """An object or list begins: sets its kind."""

    def value(self, holder: Holder, value: Scalar) -> Scalar:
        """A scalar in a holder that has a kind, as it is meant."""
        del holder
        return value


class Holder:
    """An object or list that is being read."""

    __slots__ = ("close", "count", "key", "kind", "name", "parent", "place")

    def __init__(self, close: str, place: str, key: str, parent: str) -> None:
        self.close = close
        self.place = place
        self.key = key
        self.parent = parent
        self.count = -1
        self.name = ""
        """The member being read."""
        self.kind = ""
        """For namings: what the object turned out to be."""


PLAIN = Naming()
_LENIENT = json.JSONDecoder(strict=False)
"""Takes control characters inside texts as they stand."""


class Scanner:
    """Reads JSON values out of one piece."""

    def __init__(self, out: Opener, piece: Piece, naming: Naming = PLAIN) -> None:
        self.out = out
        self.piece = piece
        self.text = piece.data.decode("latin-1")
        self.naming = naming
        self.stack: list[Holder] = []

    def skip(self, at: int) -> int:
        """The next byte that is no space."""
        found = _SPACE.match(self.text, at)
        return found.end() if found else at

    def value(self, at: int, path: str = "$") -> int:
        """Reads one value, at `path` below the piece; gives the offset after it. Raises Broken."""
        found = _ITEM.match(self.text, at)
        if found is None:
            raise Broken(at)
        place, parent = self._root(path, opened=found[4] is not None)
        self.stack.clear()
        at = self._take(found, found.groups(), 1, (place, self.piece.key, parent))
        while self.stack:
            at = self._next(at)
        return at

    def _root(self, path: str, *, opened: bool) -> tuple[str, str]:
        root = self.piece.place
        if path == "$":
            return (root + "$", root) if opened else (root, self.piece.parent)
        return root + path, root + path.rpartition("[")[0]

    def _next(self, at: int) -> int:
        holder = self.stack[-1]
        if holder.close == "]":
            found = _ITEM.match(self.text, at)
            if found is None:
                raise Broken(at)
            holder.count += 1
            return self._take(found, found.groups(), 1, self.naming.item(holder))
        found = _MEMBER.match(self.text, at)
        if found is None:
            raise Broken(at)
        groups = found.groups()
        holder.name = self._string(groups[0])
        return self._take(found, groups[1:], 2, self.naming.member(holder, holder.name))

    def _take(self, found: re.Match[str], groups: tuple[str, ...], first: int, where: Where) -> int:
        """One value with what follows it; `first` is the group of the string. Gives where to go on."""
        string, number, word, opening, after = groups
        if opening:
            return self._open(found, opening, after, where)
        if string is not None:
            value: Scalar = self._string(string)
            self._leaf(value, where, found.start(first), found.end(first))
        elif number is not None:
            self._leaf(_number(number), where, found.start(first + 1), found.end(first + 1))
        else:
            self._leaf(_WORDS.get(word, word), where, found.start(first + 2), found.end(first + 2))
        if not self.stack:
            return found.start(first + 4)
        if after == ",":
            return found.end()
        return self._close(found.start(first + 4))

    def _leaf(self, value: Scalar, where: Where, begin: int, end: int) -> None:
        holder = self.stack[-1] if self.stack else None
        if holder is not None and holder.kind:
            value = self.naming.value(holder, value)
        piece = self.piece
        place, key, parent = where
        if piece.exact:
            leaf = Leaf(value, place, piece.chain, key, parent, piece.begin + begin, piece.begin + end)
        else:
            leaf = Leaf(value, place, piece.chain, key, parent, piece.begin, piece.end)
        self.out.add(leaf)

    def _open(self, found: re.Match[str], opening: str, after: str, where: Where) -> int:
        self.out.node()
        if len(self.stack) >= DEEPEST or len(where[0]) > LONGEST_PLACE:
            raise Broken(found.start(), "JSON is nested too deep")
        holder = Holder("]" if opening == "[" else "}", *where)
        self.naming.begun(holder, self.stack[-1] if self.stack else None)
        self.stack.append(holder)
        if not after:
            return found.end()
        if self.naming.empty:
            self._leaf(None, where, found.start(), found.end())
        return self._close(found.end() - 1)

    def _close(self, at: int) -> int:
        """Closes what ends at `at`, and what ends right after it."""
        while self.stack:
            found = _AFTER.match(self.text, at)
            if found is None:
                raise Broken(at)
            if found[1] == ",":
                return found.end()
            if found[1] != self.stack.pop().close:
                raise Broken(at)
            at = found.end()
        return at

    def _string(self, raw: str) -> str:
        if not raw.isascii():
            raw = utf8(raw.encode("latin-1"))
        return _unescaped(raw) if "\\" in raw else raw


def utf8(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _unescaped(raw: str) -> str:
    try:
        text: str = _LENIENT.raw_decode(f'"{raw}"')[0]
    except ValueError:
        return raw  # an escape that JSON does not know: the text stays as it was sent
    return _SURROGATE.sub("\ufffd", text) if _SURROGATE.search(text) else text


def _number(raw: str) -> int | float | str:
    if len(raw) > MOST_DIGITS:
        return raw
    try:
        return int(raw)
    except ValueError:
        return float(raw)
