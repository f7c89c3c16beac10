"""A store of documents as Cloud Firestore keeps them: writes, increments, queries; values are plain."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

type Changed = Callable[[str, str, int], None]
"""Told of every number that changed: document or node, field, by how much."""


@dataclass(slots=True)
class Write:
    """One write. `set` holds fields; the other tables say what happens to a field on the server."""

    document: str = ""
    delete: str = ""
    set: dict[str, Any] = field(default_factory=dict)
    increment: dict[str, int] = field(default_factory=dict)
    union: dict[str, list[Any]] = field(default_factory=dict)
    remove: dict[str, list[Any]] = field(default_factory=dict)
    now: list[str] = field(default_factory=list)
    """Fields that take the server's time."""


@dataclass(slots=True)
class Query:
    """Documents of one collection: those with these values, by this field from the highest, so many."""

    collection: str
    where: dict[str, Any] = field(default_factory=dict)
    order: str = ""
    limit: int = 0


class Documents:
    """Path to fields."""

    def __init__(self, changed: Changed) -> None:
        self._changed = changed
        self._held: dict[str, dict[str, Any]] = {}

    def get(self, path: str) -> dict[str, Any] | None:
        """Fields of one document."""
        return self._held.get(path)

    def apply(self, write: Write) -> list[Any]:
        """Do it; what each transformation gave, in order."""
        if write.delete:
            self._held.pop(write.delete, None)
            return []
        held = self._held.setdefault(write.document, {})
        for name, value in write.set.items():
            self._put(write.document, held, name, value)
        return [*self._transformed(write, held)]

    def _transformed(self, write: Write, held: dict[str, Any]) -> Iterable[Any]:
        for name, by in write.increment.items():
            self._put(write.document, held, name, held.get(name, 0) + by)
            yield held[name]
        for name, items in write.union.items():
            held[name] = [*dict.fromkeys([*held.get(name, []), *items])]
            yield None
        for name, items in write.remove.items():
            held[name] = [item for item in held.get(name, []) if item not in items]
            yield None
        yield from (None for _ in write.now)

    def _put(self, path: str, held: dict[str, Any], name: str, value: Any) -> None:
        before, held[name] = held.get(name, 0), value
        if isinstance(value, int) and isinstance(before, int) and value != before:
            self._changed(path, name, value - before)


def chosen(rows: Iterable[dict[str, Any]], query: Query) -> list[dict[str, Any]]:
    """The rows, each with `id` and `fields`, that a query asks for."""
    wanted = query.where.items()
    kept = [row for row in rows if all(row["fields"].get(name) == value for name, value in wanted)]
    if query.order:
        kept.sort(key=lambda row: row["fields"].get(query.order, 0), reverse=True)
    return kept[: query.limit or None]
