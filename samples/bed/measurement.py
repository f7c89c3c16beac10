"""A batch of Google Analytics for Firebase, by the numbers that others have published (lari, luratic)."""

from __future__ import annotations

import gzip
import time
from typing import Any

from samples.bed.protobuf import Wire, message


def batch(said: dict[str, Any]) -> bytes:
    """A bundle with `events` and `user` properties; the rest of `said` is `device`, `instance`, `app`..."""
    now = time.time_ns() // 10**6
    parts: list[tuple[int, Wire]] = [(1, 1)]
    parts += [(2, _event(one, now)) for one in said.get("events", ())]
    parts += [
        (3, message((1, now), (2, name), _value(3, item))) for name, item in said.get("user", {}).items()
    ]
    parts += [(4, now), (5, now - 900), (6, now - 20), (8, "android"), (9, "14"), (10, "Model One")]
    parts += [(11, "sq-al"), (12, 60), (14, said["app"]), (16, "1.0.7"), (17, 103000)]
    parts += [(number, said[name]) for number, name in _IDENTIFIERS.items() if said.get(name)]
    return gzip.compress(message((1, message(*parts))), 9, mtime=0)


_IDENTIFIERS = {19: "device", 21: "instance", 25: "google_app", 30: "installation", 52: "consent"}


def _event(said: dict[str, Any], now: int) -> bytes:
    given = said.get("params", {}).items()
    params = [(1, message((1, name), _value(2, item))) for name, item in given]
    return message(*params, (2, said["name"]), (3, now - 40), (4, now - 4000))


def _value(number: int, item: Any) -> tuple[int, Wire]:
    """A text under its number, a whole number under the next: so in parameters and in user properties."""
    return (number + 1, item) if isinstance(item, int) else (number, str(item))
