"""A tree as the Realtime Database keeps it, and the frames of its websocket."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

from samples.bed.documents import Changed


class Nodes:
    """Values by path; `answers` are those that the scenario computes."""

    def __init__(self, changed: Changed) -> None:
        self._changed = changed
        self._tree: dict[str, Any] = {}

    def get(self, path: str) -> Any:
        """The value at a path, or None."""
        found: Any = self._tree
        for step in _steps(path):
            found = found.get(step) if isinstance(found, dict) else None
        return found

    def put(self, path: str, value: Any) -> Any:
        """Store a value; increments and the server's time are worked out. What is stored then."""
        *above, name = _steps(path)
        held = self._tree
        for step in above:
            held = held.setdefault(step, {})
        before = held.get(name)
        held[name] = stored = _stored(value, before)
        self._tell("/" + "/".join(above), name, before, stored)
        return stored

    def _tell(self, path: str, name: str, before: Any, stored: Any) -> None:
        """Say which numbers changed, also inside a value that was stored whole."""
        if isinstance(stored, dict):
            held = before if isinstance(before, dict) else {}
            for key, item in stored.items():
                self._tell(f"{path.rstrip('/')}/{name}", key, held.get(key), item)
        elif isinstance(stored, int) and stored != (before or 0):
            self._changed(path, name, stored - (before if isinstance(before, int) else 0))


def _stored(value: Any, before: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if ".sv" not in value:
        held = before if isinstance(before, dict) else {}
        return {name: _stored(item, held.get(name)) for name, item in value.items()}
    if value[".sv"] == "timestamp":
        return time.time_ns() // 10**6
    return (before if isinstance(before, int) else 0) + value[".sv"]["increment"]


def _steps(path: str) -> list[str]:
    return [step for step in path.split("/") if step]


class Session:
    """One socket: answers the frames of one client."""

    def __init__(self, host: str, nodes: Nodes, computed: Any) -> None:
        self._nodes, self._computed, self._host = nodes, computed, host
        self._listens: list[str] = []

    def hello(self) -> str:
        """What the server says first."""
        said = {"ts": time.time_ns() // 10**6, "v": "5", "h": self._host}
        told = {"s": hashlib.sha256(self._host.encode()).hexdigest()[:16], **said}
        return _frame("c", {"t": "h", "d": told})

    def answer(self, text: str) -> list[str]:
        """Frames that answer one frame."""
        asked = json.loads(text).get("d", {})
        body, action, told = asked.get("b", {}), asked.get("a"), []
        if action in ("q", "g"):
            value = self._value(body["p"])
            if action == "g":
                return [_frame("d", {"r": asked["r"], "b": {"s": "ok", "d": value}})]
            self._listens.append(body["p"])
            told.append(_data("d", body["p"], value))
        elif action == "p":
            stored = self._nodes.put(body["p"], body["d"])
            told += self._news("d", body["p"], stored)
        elif action == "m":
            stored = {name: self._nodes.put(f"{body['p']}/{name}", item) for name, item in body["d"].items()}
            told += self._news("m", body["p"], stored)
        return [*told, _frame("d", {"r": asked["r"], "b": {"s": "ok", "d": {}}})]

    def _value(self, path: str) -> Any:
        value = self._computed(path)
        return self._nodes.get(path) if value is None else value

    def _news(self, action: str, path: str, value: Any) -> list[str]:
        heard = any(path == one or path.startswith(f"{one.rstrip('/')}/") for one in self._listens)
        return [_data(action, path, value)] if heard else []


def _data(action: str, path: str, value: Any) -> str:
    return _frame("d", {"a": action, "b": {"p": path.strip("/"), "d": value}})


def _frame(kind: str, data: dict[str, Any]) -> str:
    return json.dumps({"t": kind, "d": data}, ensure_ascii=False, separators=(",", ":"))
