"""Which numbers are points, by their names and by what else a number can be."""

from __future__ import annotations

import re

from auditor.collect.engagement.exchange import names
from auditor.collect.words import Families
from auditor.decode import Leaf

ENVELOPE = frozenset(
    {"id", "jsonrpc", "code", "status", "version", "v", "seq", "ref", "req", "r", "ts", "time"}
)
"""Keys of numbers that belong to the message and not to what it says."""
NO_POINTS = re.compile(r"(?i)id$|time|date|count|version|code")
"""Keys of numbers that are no points, whatever the language."""
COUNTED = frozenset({"like", "share", "comment", "follow", "watch", "open", "invite"})
"""Words of counters that belong to what was acted on, not to who acted: `likes: 13`."""


class Scores:
    """Asks about names of numbers."""

    def __init__(self, families: Families) -> None:
        self._families = families

    def is_score(self, name: str) -> bool:
        """Whether a word calls it a score."""
        return "score" in self._families.hinted(name)

    def is_gain(self, name: str) -> bool:
        """Whether a word says that it is what was earned: `awarded`, `начислено`."""
        return "gain" in self._families.hinted(name)

    def is_counter(self, name: str) -> bool:
        """Whether it counts what was done to something: `likes`."""
        return bool(self._families.hinted(name) & COUNTED)

    def is_amount(self, path: str, leaf: Leaf) -> bool:
        """A number under a key that is a score by its own word, or as part of one (`points.total`)."""
        held = self._families.hinted(".".join(path.split(".")[-2:]))
        own = self._families.hinted(path.rpartition(".")[2])
        if isinstance(leaf.value, bool) or "rank" in own or own & COUNTED:
            return False
        return "score" in own or ("score" in held and not own - {"gain", "total", "score"})


def last_name(place: str) -> str:
    """The last name in a place: of `$.me.points[3]` it is points."""
    return next(reversed(names(place)), "")


def two_names(leaf: Leaf) -> str:
    """The names of the two innermost steps of a place: `points.total`."""
    return ".".join(names(leaf.place)[-2:]) or leaf.key
