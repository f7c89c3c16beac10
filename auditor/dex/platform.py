"""What the platform's own types are: their supertypes, and which of their methods apps override.

An app's files name platform types without defining them, so this must be told.
One line a type, as text:

    android.app.Activity < android.view.ContextThemeWrapper : onCreate/1 onStart/0

type, superclass and interfaces (only interfaces for an interface), methods that
can be overridden as name/number of parameters. A line that begins with `#` is a
comment.
"""

from __future__ import annotations

from collections.abc import Container
from functools import cache

OBJECT = "Ljava/lang/Object;"
"""Above every class and, as far as this text tells, above no interface."""


class Platform:
    """Supertypes and overridable methods by descriptor. Immutable; lines are read when asked for."""

    def __init__(self, text: str = "") -> None:
        lines = (line.split(" < ", 1) for line in text.splitlines() if not line.startswith("#"))
        self._lines = {_descriptor(row[0].strip()): row[1] for row in lines if len(row) == 2}
        self._raw = {name.encode() for name in self._lines}
        self.closure = cache(self._closure)

    def knows(self, descriptor: bytes) -> bool:
        """Whether there is a line for the type."""
        return descriptor in self._raw

    def nearest(self, descriptor: str, named: Container[bytes]) -> tuple[str, list[str]]:
        """Nearest superclass (empty for none) and interfaces above a type; only those `named` count."""
        superclass, interfaces, ahead = "", list[str](), [descriptor]
        while ahead:
            for above in self._above(ahead.pop()):
                if above.encode() not in named:
                    ahead.append(above)
                elif OBJECT not in self.closure(above):
                    interfaces.append(above)
                else:
                    superclass = superclass or above
        return superclass, interfaces

    def overridable(self, descriptor: str) -> tuple[str, ...]:
        """Own methods of the type, `name/parameters`; those of its supertypes are theirs."""
        return tuple(self._lines.get(descriptor, ":").partition(":")[2].split())

    def _above(self, descriptor: str) -> tuple[str, ...]:
        return tuple(map(_descriptor, self._lines.get(descriptor, "").partition(":")[0].split()))

    def _closure(self, descriptor: str) -> frozenset[str]:
        """The type and all its supertypes that have a line."""
        found: set[str] = set()
        ahead = [descriptor]
        while ahead:
            here = ahead.pop()
            if here in self._lines and here not in found:
                found.add(here)
                ahead.extend(self._above(here))
        return frozenset(found)


def _descriptor(name: str) -> str:
    return f"L{name.replace('.', '/')};"


NOTHING_KNOWN = Platform()
"""Every undefined type is a stranger, which may call whatever an app puts below it."""
