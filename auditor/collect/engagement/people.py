"""Questions about persons: is this object a person, and which of its values names an institution."""

from __future__ import annotations

import re
from collections.abc import Mapping

from auditor.collect.engagement.exchange import Exchange, Thing, names
from auditor.collect.words import Families
from auditor.decode import Leaf

LONGEST_NAME = 80
MOST_SPACES = 4
"""Blanks in a label; what has more is text."""
OWN = frozenset({"me", "my", "self", "whoami"})
"""Parts of paths that stand for whoever asks."""
_PICTURE = re.compile(r"(?i)(?:ava|avatar|photo|picture|foto|image|img|pic|thumb)\w*")
_LETTERS = r"[^\W\d_](?:[^\W\d_]|['’.\u0300-\u036f\u200c-])*"
_JOINTS = re.compile(r"['’-]")
"""What joins the pieces of one name: Jean-Luc, O'Brien."""
_WORDS = re.compile(rf"{_LETTERS}(?: {_LETTERS}){{1,3}}")


class People:
    """Reads persons out of objects."""

    def __init__(self, families: Families) -> None:
        self.families = families

    def name(self, thing: Thing) -> Leaf | None:
        """The leaf that holds a person's name; None when the object tells none."""
        for path, leaf in thing.values.items():
            if self._is_name_key(path) and isinstance(leaf.value, str) and looks_named(leaf.value):
                return leaf
        return None

    def is_name(self, leaf: Leaf) -> bool:
        """Whether a value is written as a person's full name, under a key that says so."""
        return isinstance(leaf.value, str) and is_full_name(leaf.value) and self._is_name_key(leaf.key)

    def institution(self, thing: Thing) -> Leaf | None:
        """The leaf that names an institution or unit."""
        for path, leaf in thing.values.items():
            if "institution" in self.families.hinted(path) and _is_told(leaf):
                return leaf
        return None

    def photo(self, thing: Thing) -> Leaf | None:
        """The leaf that holds the address of a picture."""
        held = (leaf for path, leaf in thing.values.items() if _PICTURE.fullmatch(path.rpartition(".")[2]))
        return next((leaf for leaf in held if isinstance(leaf.value, str) and leaf.value), None)

    def is_asked_about(self, exchange: Exchange, place: str) -> bool:
        """Whether an answer is about one user, by its path or place: `/me`, `/users/7`, `profile.name`."""
        inside = names(place)
        words = self.families.hinted(f"{exchange.path} {' '.join(inside)}")
        return bool(words & {"person", "account"}) or not OWN.isdisjoint((*exchange.segments, *inside))

    def is_group(self, values: Mapping[str, Leaf]) -> bool:
        """Whether the object is a country, a song, a match or a thing for sale."""
        return any("group" in self.families.hinted(path) for path in values)

    def is_writing(self, thing: Thing) -> bool:
        """Whether the object is a text somebody wrote: its numbers are what readers did."""
        others = {"institution", "unit", "name", "address"}
        return any(
            isinstance(leaf.value, str)
            and leaf.value.count(" ") > MOST_SPACES
            and not self.families.hinted(path) & others
            for path, leaf in thing.values.items()
        )

    def _is_name_key(self, path: str) -> bool:
        held = self.families.hinted(path)
        return "name" in held or ("person" in held and "identity" not in held and not path.endswith("id"))


def looks_named(value: str) -> bool:
    """Two to four words of letters, each with a capital where the script has capitals; or a plain name."""
    if not 2 <= len(value) <= 80:
        return False
    if _WORDS.fullmatch(value):
        parts = value.split()
        return not parts[0][0].islower() and not parts[-1][0].islower()
    return re.fullmatch(r"[^\W\d_]{2,30}|[\w.-]{3,30}", value) is not None


def is_full_name(value: str) -> bool:
    """Two or three words of letters, each with one capital in front, in scripts that have capitals."""
    parts = value.split(" ") if len(value) < LONGEST_NAME else []
    pieces = [piece for part in parts for piece in _JOINTS.split(part)]
    return 2 <= len(parts) <= 3 and all(len(part) > 1 for part in parts) and all(map(_is_capital, pieces))


def _is_capital(piece: str) -> bool:
    return piece.isalpha() and piece in (piece.title(), piece.lower()) and not piece[0].islower()


def _is_told(leaf: Leaf) -> bool:
    return (
        isinstance(leaf.value, str | int)
        and not isinstance(leaf.value, bool)
        and str(leaf.value) not in ("", "0")
    )
