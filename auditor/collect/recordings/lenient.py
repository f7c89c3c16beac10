"""Values of files that anybody may have written: as the type asked for, or as its empty value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime

from auditor.model import Json

WIDEST = 64 << 20
"""Bytes of one entry, flow or line; what is larger is skipped and counted."""


def text(value: object) -> str:
    """Text, or bytes as UTF-8 with stray bytes escaped (PEP 383); else empty."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    return value if isinstance(value, str) else ""


def number(value: object) -> float:
    """A finite number; else 0."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    try:
        return float(value) if math.isfinite(value) else 0.0
    except OverflowError:  # an int beyond every float
        return 0.0


def whole(value: object, most: int = 1 << 62) -> int:
    """A whole number from 0 to `most`; else 0. Digits as text count too."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        value = int(value)
    found = int(number(value))
    return found if 0 <= found <= most else 0


def port(value: object) -> int:
    """A port; else 0."""
    return whole(value, 65535)


def mapping(value: object) -> Mapping[str, Json]:
    """An object; else an empty one."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Json]:
    """A list; else an empty one."""
    return value if isinstance(value, list) else []


def moment(value: object) -> float:
    """Seconds since 1970 of an ISO time, of seconds or of milliseconds; 0 for anything else.

    A time without a zone is read as UTC: what it was is not known, and must not depend on this machine.
    """
    if isinstance(value, str):
        return _iso(value.strip())
    seconds = number(value)
    return seconds / 1000 if seconds > 1e11 else max(seconds, 0.0)


def _iso(stated: str) -> float:
    try:
        found = datetime.fromisoformat(stated)
    except ValueError:
        return 0.0
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    try:
        return found.timestamp()
    except (OverflowError, ValueError):  # year 1 with a zone
        return 0.0
