"""What is really in the package -> SDKs, personal data and practices, each at its rung.

`Seen` is what the readers found, name to place; `recognise` holds it against
the rules. The tests inside rule files build a `Seen` from a few lines, so
that rules are tried without an app.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from auditor.catalogue import Catalogue, DataType, Vendor
from auditor.collect.manifest import EVER
from auditor.collect.owners import APP, Owners
from auditor.collect.practices import practices
from auditor.collect.seen import Call, Seen
from auditor.model import Evidence, Fact, Rung

REQUEST_LOGGING = "okhttp3.logging.HttpLoggingInterceptor"
"""Class that can write requests, bodies included, to the device log (square.github.io/okhttp)."""


def recognise(seen: Seen, rules: Catalogue) -> Iterator[Evidence]:
    """All statements the rules make of what was seen."""
    owners = Owners(rules.vendors)
    sdks = list(_sdks(seen, rules, owners))
    yield from sdks
    data = list(_data(seen, rules))
    yield from data
    yield from _scopes(seen, rules, {item.fact.what for item in sdks} - _ghosts(seen, sdks, owners))
    own = {replace(item.fact, who="") for item in data if item.fact.who in ("", APP)}
    yield from practices(seen, rules, owners, own)
    if REQUEST_LOGGING in seen.classes:
        yield Evidence(
            Fact("weakness", "request-logging", owners.of(REQUEST_LOGGING)),
            Rung.REFERENCED,
            seen.classes[REQUEST_LOGGING],
        )


# SDKs -------------------------------------------------------------------------


def _sdks(seen: Seen, rules: Catalogue, owners: Owners) -> Iterator[Evidence]:
    first: dict[str, str] = {}
    for name, where in seen.classes.items():
        owner = owners.of(name)
        if owner and owner not in first:
            first[owner] = where
    components: dict[str, list[str]] = {}
    for name, where in (*seen.components.items(), *seen.meta_data.items()):
        owner = owners.of(name.rpartition(":")[2])  # initialisers and registrars stand in meta-data
        components.setdefault(owner, []).append(where)
    for vendor in rules.vendors.values():
        yield from _declared(seen, vendor, components.get(vendor.id, []))
        where = first.get(vendor.id) or next((seen.native[n] for n in vendor.native if n in seen.native), "")
        if where:
            yield _sdk(vendor, Rung.REFERENCED, where)
        if vendor.id in seen.reached:
            yield _sdk(vendor, Rung.REACHABLE, seen.reached[vendor.id])


def _declared(seen: Seen, vendor: Vendor, owned: list[str]) -> Iterator[Evidence]:
    places = owned + [w for name, w in seen.components.items() if _begins(name, vendor.components)]
    places += [w for name, w in seen.meta_data.items() if _begins(name, vendor.meta_data)]
    places += [seen.permissions[name] for name in vendor.permissions if name in seen.permissions]
    places += [seen.resources[name] for name in vendor.resources if name in seen.resources]
    places += [seen.files[name] for name in vendor.files if name in seen.files]
    for where in dict.fromkeys(places):
        yield _sdk(vendor, Rung.DECLARED, where)


def _sdk(vendor: Vendor, rung: Rung, where: str) -> Evidence:
    return Evidence(Fact("sdk", vendor.id), rung, where, by=f"vendors/{vendor.id}")


def _ghosts(seen: Seen, sdks: Iterable[Evidence], owners: Owners) -> set[str]:
    """SDKs with a component whose class is nowhere in the package, and with no other class there."""
    missing = {owners.of(name) for name in seen.components if name not in seen.classes}
    return missing - {item.fact.what for item in sdks if item.level is Rung.REFERENCED}


def _begins(name: str, prefixes: tuple[str, ...]) -> bool:
    return name.startswith(prefixes) and any(
        name == p or (name.startswith(p) and (p[-1:] in ".:_" or name[len(p)] in ".:_$")) for p in prefixes
    )


# Personal data ----------------------------------------------------------------


def _data(seen: Seen, rules: Catalogue) -> Iterator[Evidence]:
    for kind in rules.data.values():
        fact = Fact("data", kind.id)
        asked = [row["permission"] for row in kind.declared if _asked(row, seen)]
        for name in dict.fromkeys(asked):
            yield Evidence(fact, Rung.DECLARED, seen.permissions[name], by=f"data/{kind.id}")
        for call in _uses(kind, seen):
            yield from _used(kind, call)


def _uses(kind: DataType, seen: Seen) -> Iterator[Call]:
    """Every place where code refers to this data: by call, by call with a constant, by content address."""
    for name in kind.called:
        yield from seen.calls.get(name, ())
    for text, calls in seen.strings.items() if kind.content else ():
        if text.startswith(kind.content):
            yield from calls
    for name, calls in seen.calls.items() if kind.called_with else ():
        if any(_is_call_with(row, name) for row in kind.called_with):
            yield from calls


def _is_call_with(row: Mapping[str, Any], name: str) -> bool:
    call, equals, value = name.partition("=")
    return bool(equals) and call == f"{row['call']}({row['argument']})" and is_meant(row, value)


def is_meant(row: Mapping[str, Any], value: str) -> bool:
    """Whether a constant is the one that a row of `called with` asks for."""
    begins = tuple(row.get("begins", ()))
    return value in map(str, row.get("equals", ())) or bool(begins and value.startswith(begins))


def _used(kind: DataType, call: Call) -> Iterator[Evidence]:
    fact = Fact("data", kind.id, call.who)
    yield Evidence(fact, Rung.REFERENCED, call.where, by=f"data/{kind.id}")
    if call.path:
        yield Evidence(fact, Rung.REACHABLE, call.path, by=f"data/{kind.id}")


def _asked(row: Mapping[str, Any], seen: Seen) -> bool:
    """Whether the permission of a `declared` row is asked for on a version where it means this."""
    name, since, until = row["permission"], row.get("from", 1), row.get("to", EVER)
    effects = seen.api.get(name, [(1, EVER)])
    if name not in seen.permissions or seen.target >= row.get("target below", EVER):
        return False
    return any(first <= until and since <= last for first, last in effects)


def _scopes(seen: Seen, rules: Catalogue, present: set[str]) -> Iterator[Evidence]:
    """Scopes count only beside the product they belong to, and never as a bare word of the app's own."""
    for vendor in rules.vendors.values():
        for scope, kind in vendor.scopes.items():
            if vendor.id not in present and not vendor.distinctive_scopes:
                continue
            for call in seen.strings.get(scope, ()):
                if call.who not in ("", APP) or "/string_ids[" in call.where:
                    continue  # SDKs hold all scopes there are; only what the app names is asked for
                fact = Fact("data", kind, vendor.id)
                yield Evidence(fact, Rung.REFERENCED, call.where, by=f"vendors/{vendor.id}")
                if call.path:
                    yield Evidence(fact, Rung.REACHABLE, call.path, by=f"vendors/{vendor.id}")
