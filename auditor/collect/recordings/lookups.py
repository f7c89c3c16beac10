"""Answers of the domain name system as text (RFC 1035, 3596)."""

from __future__ import annotations

from ipaddress import ip_address

from auditor.collect.recordings.lenient import items, mapping, whole
from auditor.model import Json

A, CNAME, AAAA = 1, 5, 28
MOST = 100
"""Answers of one look-up that are kept."""


def answers(stated: list[Json]) -> list[str]:
    """Addresses, and names that an address goes by; records of other types are left out."""
    found = (_answer(mapping(one)) for one in items(stated)[:MOST])
    return [one for one in found if one]


def _answer(stated: Json) -> str:
    kind, data = whole(stated.get("type"), 65535), stated.get("data")
    if not isinstance(data, bytes):
        return ""
    if (kind, len(data)) in ((A, 4), (AAAA, 16)):
        return str(ip_address(data))
    return _name(data) if kind == CNAME else ""


def _name(data: bytes) -> str:
    """Labels, each behind its length; empty where they are compressed or cut."""
    labels, at = [], 0
    while at < len(data) and data[at]:
        length = data[at]
        if length > 63 or at + length >= len(data):
            return ""
        labels.append(data[at + 1 : at + 1 + length].decode("ascii", "replace").lower())
        at += 1 + length
    return ".".join(labels)
