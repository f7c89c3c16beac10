"""What was found in texts -> evidence: servers the app names, and keys that stand in its package.

A text shows that a server is named, not that it is ever contacted: the rung is `referenced`. Addresses that
are no servers (`rules/addresses`) and identifiers (`rules/secrets`) accuse nobody and become no evidence.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from auditor.catalogue import Catalogue, Secret
from auditor.collect import addresses
from auditor.collect.archive import Unreadable, printable
from auditor.collect.hits import ADDRESS, Found, masked
from auditor.model import Evidence, Fact, Json, Rung

PLACES = 20
"""Places that are kept of one host or key; the rest is counted."""
MOST = 5_000
"""Hosts and keys of one app. Apps with dozens of SDKs name some hundred."""
LONGEST = 300
"""Characters of a place with what stands there."""
_SHOWN = 120
"""Characters of an address; its host stands in the fact as well."""
_COUNT = 30
"""Room for the number of further places."""


class Located(NamedTuple):
    """A hit and its place."""

    found: Found
    where: str
    """As in evidence: `dex:classes.dex/string_ids[12]`."""
    owner: str = ""
    """Whose code names it: a vendor's id, `app`, or empty when nobody knows."""


@dataclass(slots=True)
class _Group:
    """The places of one host or key, by one owner."""

    places: dict[str, Evidence] = field(default_factory=dict)
    more: int = 0

    def add(self, item: Evidence) -> None:
        if item.where not in self.places:
            if len(self.places) < PLACES:
                self.places[item.where] = item
            else:
                self.more += 1

    def evidence(self) -> Iterator[Evidence]:
        *first, last = self.places.values()
        yield from first
        yield replace(last, where=f"{last.where} (and {self.more} more places)") if self.more else last


def contacts(found: Iterable[Located], rules: Catalogue) -> Iterator[Evidence]:
    """Every server and every secret: one line per place, the first twenty places of each.

    Raises:
        Unreadable: after all evidence, when there were more hosts and keys than are kept.

    """
    sorter = addresses.Sorter(rules.addresses)
    groups: dict[tuple[Fact, str], _Group] = {}
    whole = True
    for item in found:
        if statement := _statement(item, sorter, rules.secrets):
            key, evidence = statement
            whole = whole and (key in groups or len(groups) < MOST)
            if key in groups or len(groups) < MOST:
                groups.setdefault(key, _Group()).add(evidence)
    for group in groups.values():
        yield from group.evidence()
    if not whole:
        raise Unreadable(f"more than {MOST:,} hosts and keys are named; the rest was not kept")


def identifiers(found: Iterable[Located], rules: Catalogue) -> Json:
    """Account and project ids as plain values, for the report's table of services; each once."""
    rows: dict[tuple[str, str], Json] = {}
    for item in found:
        rule = rules.secrets.get(item.found.kind)
        key = (item.found.kind, item.found.text)
        if rule and rule.nature == "identifier" and key not in rows and len(rows) < MOST:
            rows[key] = _row(item, rule, rules)
    return list(rows.values())


def _statement(
    item: Located, sorter: addresses.Sorter, secrets: Mapping[str, Secret]
) -> tuple[tuple[Fact, str], Evidence] | None:
    """What groups it, and the evidence; None for what accuses nobody."""
    if item.found.kind == ADDRESS:
        return _server(item, sorter)
    rule = secrets[item.found.kind]
    if rule.nature != "secret":
        return None
    fact, value = Fact("weakness", "credential-in-package", rule.vendor), masked(item.found)
    mark = f" (in the code of {item.owner})" if item.owner not in ("", "app") else ""
    place = _place(item, value, mark)  # a library may bring a key of its own: the reader must see that
    return (fact, value), Evidence(fact, Rung.REFERENCED, place, by=f"secrets/{rule.id}")


def _server(item: Located, sorter: addresses.Sorter) -> tuple[tuple[Fact, str], Evidence] | None:
    address = addresses.parse(item.found.text)
    known = sorter.sort(address)
    if known.sort != "endpoint":
        return None
    fact = Fact("contact", address.host, item.owner)
    mark = " (reserved name)" if known.reserved else ""
    place = _place(item, addresses.shown(address, _SHOWN), mark)
    return (fact, ""), Evidence(fact, Rung.REFERENCED, place, by=known.by)


def _place(item: Located, value: str, mark: str = "") -> str:
    """One printable line; a place that is too long loses its end, what was found there does not."""
    value += mark
    return f"{printable(item.where, LONGEST - _COUNT - len(value) - 4)} {value}"


def _row(item: Located, rule: Secret, rules: Catalogue) -> Json:
    vendor = rules.vendors.get(rule.vendor)
    text = item.found.text
    return {
        "vendor": vendor.name if vendor else "",
        "name": rule.id,
        "where": printable(item.where, LONGEST),
        "value": "..." + text[-4:] if len(text) >= 12 else "...",
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
