"""Values out of a scenario: `${act.target}` stands for what both ends know at that moment."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

_HOLE = re.compile(r"\$\{([a-z_.0-9]+)\}")

_MADE: dict[str, Callable[[Any], str]] = {
    "json": lambda value: json.dumps(value, ensure_ascii=False, separators=(",", ":")),
    "base64-json": lambda value: base64.b64encode(json.dumps(value).encode()).decode(),
}
"""Texts that hold another value: `{json: {...}}`."""


def fill(value: Any, known: Mapping[str, Any]) -> Any:
    """The value with every hole filled.

    A text that is one hole takes the type of what it stands for. `{each: NAME, give: VALUE}` is a list with
    VALUE once for each, which is called `one` inside; `where` keeps those that have these values, `first` so
    many of them.

    Raises:
        KeyError: a hole that nothing fills.
    """
    if isinstance(value, str):
        return _text(value, known)
    if isinstance(value, list):
        return [fill(item, known) for item in value]
    if not isinstance(value, dict):
        return value
    if "each" in value:
        return _each(value, known)
    if len(value) == 1 and (name := next(iter(value))) in _MADE:
        return _MADE[name](fill(value[name], known))
    return {str(_text(str(key), known)): fill(item, known) for key, item in value.items()}


def look(path: str, known: Mapping[str, Any]) -> Any:
    """What a dotted path stands for."""
    found: Any = known
    for step in path.split("."):
        found = found[step] if isinstance(found, Mapping) else getattr(found, step)
    return found() if callable(found) else found


def _text(value: str, known: Mapping[str, Any]) -> Any:
    if whole := _HOLE.fullmatch(value):
        return look(whole[1], known)
    return _HOLE.sub(lambda hole: str(look(hole[1], known)), value)


def _each(value: Mapping[str, Any], known: Mapping[str, Any]) -> list[Any]:
    rows = look(value["each"], known)
    wanted = fill(value.get("where", {}), known)
    kept = [row for row in rows if all(look(key, row) == item for key, item in wanted.items())]
    return [fill(value["give"], {**known, "one": row}) for row in kept[: value.get("first")]]
