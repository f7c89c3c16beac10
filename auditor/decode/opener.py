"""What all steps share while one part is opened: the budget, the leaves and the way back to the beginning."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from auditor.decode.fieldmap import FieldMap
from auditor.decode.leaf import Leaf, Limits, Scalar, Tree
from auditor.decode.piece import Piece

MOST_PROBLEMS = 50
SHORTEST = 8
"""Characters a text must have to be looked into."""


type Mark = tuple[int, int, int]


class Enough(Exception):
    """A limit of the whole part was reached: nothing more of it is opened."""


class Opener:
    """Opens one part. Steps call `leaf` for values, `bytes` for bytes of unknown form, `text` for text."""

    __slots__ = ("_bytes", "_text", "limits", "maps", "nodes", "size", "tree")

    def __init__(
        self,
        limits: Limits,
        maps: Sequence[FieldMap],
        of_bytes: Callable[[Opener, Piece, str, bool], None],
        of_text: Callable[[Opener, Leaf], None],
    ) -> None:
        self.limits = limits
        self.maps = maps
        self.tree = Tree()
        self.nodes = 0
        self.size = 0
        self._bytes = of_bytes
        self._text = of_text

    def leaf(self, value: Scalar, piece: Piece) -> None:
        """The whole piece is one value; a text is looked into."""
        self.add(Leaf(value, piece.place, piece.chain, piece.key, piece.parent, piece.begin, piece.end))

    def add(self, leaf: Leaf) -> None:
        """One value; a text is looked into. Raises Enough."""
        self.node()
        self.tree.leaves.append(leaf)
        if type(leaf.value) is str and len(leaf.value) >= SHORTEST:
            self._text(self, leaf)

    def node(self) -> None:
        """Counts a leaf or a container. Raises Enough."""
        self.nodes += 1
        if self.nodes > self.limits.nodes:
            raise Enough(f"more than {self.limits.nodes} values")

    def mark(self) -> Mark:
        """Where the tree stands, for `rollback`."""
        return len(self.tree.leaves), len(self.tree.problems), self.tree.opaque

    def rollback(self, mark: Mark) -> None:
        """Forgets what came after the mark: a reading turned out to be wrong. The budget stays spent."""
        del self.tree.leaves[mark[0] :]
        del self.tree.problems[mark[1] :]
        self.tree.opaque = mark[2]

    def bytes(self, piece: Piece, hint: str = "", *, quiet: bool = False) -> None:
        """Bytes of unknown form. `hint` is a content type; quiet ones that stay closed are not counted."""
        if self.deep(piece.chain, piece.place):
            return
        self._bytes(self, piece, hint, quiet)

    def deep(self, chain: tuple[str, ...], place: str) -> bool:
        """Whether no further step may be taken."""
        if len(chain) < self.limits.depth:
            return False
        self.problem(place, f"more than {self.limits.depth} encodings inside each other")
        return True

    def spend(self, size: int) -> None:
        """Counts bytes that a step made. Raises Enough."""
        self.size += size
        if self.size > self.limits.size:
            raise Enough(f"more than {self.limits.size >> 20} MiB when expanded")

    def problem(self, place: str, clause: str) -> None:
        """Something that was not opened; only the first ones are told."""
        problems = self.tree.problems
        if len(problems) < MOST_PROBLEMS:
            problems.append(f"{place}: {clause}")
        elif len(problems) == MOST_PROBLEMS:
            problems.append("further problems of this part are not listed")
