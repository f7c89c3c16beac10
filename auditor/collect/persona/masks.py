"""Values as a report may show them: enough to recognise one's own, too little to learn another's."""

from __future__ import annotations

from collections.abc import Callable

DOTS = "•••"


def masked(kind: str, value: str) -> str:
    """A value of a kind of persona with most of it covered."""
    return _MAKERS.get(kind, _ends)(value)


def _email(value: str) -> str:
    name, _, host = value.partition("@")
    return f"{name[:1]}{DOTS}@{host[:1]}{DOTS}{host[host.rfind('.') :]}"


def _phone(value: str) -> str:
    return f"{value[:4]} {DOTS} {value[-2:]}"


def _ends(value: str) -> str:
    """The first letter of a short value; first and last two signs of a long one."""
    return f"{value[:1]}{DOTS}" if len(value) < 14 else f"{value[:2]}{DOTS}{value[-2:]}"


def _all(_value: str) -> str:
    return DOTS


_MAKERS: dict[str, Callable[[str], str]] = {
    "email": _email,
    "phone": _phone,
    "password": _all,
    "gender": _all,
}


def position(lat: float, lon: float) -> str:
    """A position to the whole degree."""
    return f"{int(lat)}.{DOTS}, {int(lon)}.{DOTS}"
