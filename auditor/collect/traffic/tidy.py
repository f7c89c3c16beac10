"""What a recording claims, fit for evidence and for files: names on one line, text that can be written.

A recording may hold any bytes as the name of a host, and numbers beyond all bounds; one of them must not keep
the rest from being told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import IPv6Address

from auditor.collect.archive import printable
from auditor.collect.recordings.record import Record
from auditor.model import Json

LONGEST_HOST = 253
"""Characters of a name (RFC 1035, 2.3.4)."""
LONGEST_TEXT = 64 << 10
LONGEST_LINE = 1000
DEEPEST = 30
"""Values inside each other of what a file says of itself."""
LARGEST = 1 << 63
LATEST = 253_402_300_800.0
"""The year 10000: what claims to be later has no time."""

_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9._:-]{0,251}[a-z0-9_])?")
_ODD = re.compile(r"[^\w.:%+~-]")


def record(stated: Record) -> tuple[Record, str]:
    """The record with a host, scheme and app that fit into a line; and what was odd, or nothing."""
    host, scheme = name(stated.host), _ODD.sub("_", stated.scheme)[:20]
    app, method = text(stated.app, LONGEST_HOST), printable(stated.method, 20)
    if (host, scheme, app, method) == (stated.host, stated.scheme, stated.app, stated.method):
        return stated, ""
    why = "names of hosts as they were sent: what fits into none was replaced" if host != stated.host else ""
    return replace(stated, host=host, scheme=scheme, app=app, method=method), why


def name(host: str) -> str:
    """A host as one word; an address that begins or ends with a colon is written out."""
    if not host or _NAME.fullmatch(host):
        return host
    try:
        return IPv6Address(host).exploded
    except ValueError:
        plain = _ODD.sub("_", host[:LONGEST_HOST])
    return "_".join(("", plain.strip(":"), "")) if plain[0] == ":" or plain[-1] == ":" else plain


def moment(at: float) -> float:
    """A time in seconds since 1970; 0 for what is none."""
    return at if 0 < at < LATEST else 0.0


def line(stated: str) -> str:
    """Text on one line."""
    return printable(stated, LONGEST_LINE).strip()


def text(stated: str, longest: int = LONGEST_TEXT) -> str:
    """Text that can be written as UTF-8."""
    return stated[:longest].encode("utf-8", "replace").decode()


def plain(value: Json, depth: int = 0) -> Json:
    """What a file says of itself as JSON can hold it: no halves of characters, no endless depth or number."""
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping | list | tuple) and depth > DEEPEST:
        return "(too many values inside each other)"
    if isinstance(value, Mapping):
        return {text(str(key)): plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, int) and not -LARGEST <= value < LARGEST:
        return "(a number of more than 64 bits)"
    return value
