"""Places as rules write them, held against places of decoded values.

`body:json$.devices[*].ad_id` means that place in any element of the list. Compression does not count: a body
may come packed or not. `.*` stands for any name, `['ep.*']` for any that begins so, `[*]` for any number;
`base64` also means its URL alphabet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

_TOKEN = re.compile(
    r":(?P<step>socket\.io|[a-z0-9][a-z0-9-]*)|(?P<path>\$)|\.(?P<name>[^.\[\]:$]+)|\['(?P<quoted>[^']+)'\]"
    r"|\[(?P<index>\*|\d+)\]"
)
_PART = re.compile(r"(?:body|query|header|path|cookie|frame\[\*\])(?=[:$]|$)")
_PACKED = "(?::(?:gzip|deflate|br|zstd|zlib))*"
_ANY_NAME = r"(?:\.([^.\[\]:$]+)|\['((?:[^'\\]|\\.)*)'\])"
_REST = r"((?:[^'\\]|\\.)*)"
_QUOTED = re.compile(r"\\(.)")


class Place(NamedTuple):
    """A place as a rule writes it, ready to be held against others."""

    expression: str
    key: str
    """The name at its end; empty when any name may stand there."""
    hint: str
    """The last name written out, which every such place holds: most others are told apart by it alone."""

    def matches(self, place: str) -> bool:
        """Whether a leaf of that place is meant."""
        return self.hint in place and _compiled(self.expression).fullmatch(place) is not None

    def open_name(self, place: str) -> str:
        """What stands for the last name left open, in a place that matches; empty when none is."""
        found = _compiled(self.expression).fullmatch(place)
        names = [name for name in found.groups() if name] if found else []
        return _QUOTED.sub(r"\1", names[-1]) if names else ""


@lru_cache(maxsize=8192)
def _compiled(expression: str) -> re.Pattern[str]:
    """Made ready when first needed: most places of the rules never meet a leaf that holds their hint."""
    return re.compile(expression)


def part_of(at: str) -> str:
    """The part that the place is in: `body`, `query`, `frame[*]`."""
    return re.split(r"[:$]", at, maxsplit=1)[0]


def full(at: str, within: Sequence[str]) -> list[str]:
    """A place as it stands, or what follows others: `user.mail` in `body:json$` is `body:json$.user.mail`."""
    if not within or _PART.match(at):
        return [at]
    return [f"{place}{'' if at.startswith('[') else '.'}{at}" for place in within]


@lru_cache(maxsize=8192)
def parse(at: str) -> Place:
    """A place that has passed `endpointforms.place`."""
    part = part_of(at)
    pieces = [re.escape(part).replace(r"\[\*\]", r"\[\d+\]")]
    key = hint = ""
    for token in _TOKEN.finditer(at, len(part)):
        pieces.append(_piece(token))
        if token["index"] is None and not token["path"]:
            key = token["name"] or token["quoted"] or ""  # behind a step there is none
            hint = hint if key in ("", "*") else key.removesuffix("*")
    pieces.append(rf"{_PACKED}(?:\[\d+\])?")  # a name that stands several times in a form is numbered
    return Place("".join(pieces), "" if key.endswith("*") else key, hint)


def last_name(place: str) -> str:
    """The name at the end of a place, when it is a plain one."""
    return place.rpartition(".")[2].partition("[")[0]


def _piece(token: re.Match[str]) -> str:
    if token["step"]:
        step = "base64(?:url)?" if token["step"] == "base64" else re.escape(token["step"])
        return f"{_PACKED}:{step}"
    if token["path"]:
        return rf"{_PACKED}\$"
    if token["index"]:
        return r"\[\d+\]" if token["index"] == "*" else re.escape(token[0])
    name = token["name"] or token["quoted"]
    if name == "*":
        return _ANY_NAME
    if name.endswith("*"):
        begin = re.escape(name[:-1])
        return rf"(?:\.{begin}([^.\[\]:$]*)|\['{begin}{_REST}'\])"
    quoted = re.escape(name)
    return rf"(?:\.{quoted}|\['{quoted}'\])"
