"""What is really in the package -> SDKs, personal data and practices, each at its rung.

`Seen` is what the readers found, name to place; `recognise` holds it against
the rules. The tests inside rule files build a `Seen` from a few lines, so
that rules are tried without an app.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from auditor.catalogue import PACKAGE_FACTS, Catalogue, DataType, Practice, Vendor
from auditor.collect.manifest import EVER
from auditor.collect.owners import APP, Owners, is_own, root_of
from auditor.model import Evidence, Fact, Rung

NEWEST_TARGET = 36
"""Target level of tests that name none."""

REQUEST_LOGGING = "okhttp3.logging.HttpLoggingInterceptor"
"""Class that can write requests, bodies included, to the device log (square.github.io/okhttp)."""


class Call(NamedTuple):
    """One place where code refers to something."""

    where: str
    who: str = ""
    """Whose code: a vendor's id, `app`, or empty when nobody knows."""
    path: str = ""
    """How that code is reached from an entry point; empty when nothing leads there."""
    method: int = -1
    """Number of the method in the program; -1 when the place is in no method."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Names found in a package, each with its place."""

    package: str
    roots: tuple[str, ...] = ()
    """Packages of the app's own code; empty: taken from `package`."""
    classes: Mapping[str, str] = field(default_factory=dict)
    """Classes *defined* in some DEX file: `com.acme.Client$Inner`."""
    reached: Mapping[str, str] = field(default_factory=dict)
    """Vendor to a path that leads into its code."""
    members: Mapping[str, str] = field(default_factory=dict)
    """Fields and methods of the app's own classes: `al.example.Tariff.POINTS`."""
    calls: Mapping[str, Sequence[Call]] = field(default_factory=dict)
    """Members that some code refers to; `X.m(1)=value`: a call with that constant as its second argument."""
    strings: Mapping[str, Sequence[Call]] = field(default_factory=dict)
    permissions: Mapping[str, str] = field(default_factory=dict)
    """Those that have an effect on some Android version."""
    api: Mapping[str, Sequence[tuple[int, int]]] = field(default_factory=dict)
    """Permission to first and last API level of that effect, once per entry; absent: on all."""
    target: int = 1
    """Target API level; some permissions mean more in apps made for older versions."""
    components: Mapping[str, str] = field(default_factory=dict)
    meta_data: Mapping[str, str] = field(default_factory=dict)
    native: Mapping[str, str] = field(default_factory=dict)
    resources: Mapping[str, str] = field(default_factory=dict)
    """`type/name`."""
    files: Mapping[str, str] = field(default_factory=dict)


def seen_in_test(given: Mapping[str, object]) -> Seen:
    """The `given` of a rule test; every place is `given:FACT`."""
    names = {key: given.get(key, ()) for key in PACKAGE_FACTS}
    places: dict[str, Any] = {
        key.replace("-", "_"): {str(name): f"given:{key}" for name in values}
        for key, values in names.items()
        if isinstance(values, Iterable)
    }
    for key in ("calls", "strings"):
        places[key] = {name: [Call(place)] for name, place in places[key].items()}
    return Seen(
        package=str(given.get("package", "al.example.app")),
        target=int(str(given.get("target", NEWEST_TARGET))),
        **places,
    )


def recognise(seen: Seen, rules: Catalogue) -> Iterator[Evidence]:
    """All statements the rules make of what was seen."""
    owners = Owners(rules.vendors)
    sdks = list(_sdks(seen, rules, owners))
    yield from sdks
    yield from _data(seen, rules)
    yield from _scopes(seen, rules, {item.fact.what for item in sdks} - _ghosts(seen, sdks, owners))
    yield from _practices(seen, rules, owners)
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


# Practices --------------------------------------------------------------------


def _practices(seen: Seen, rules: Catalogue, owners: Owners) -> Iterator[Evidence]:
    families, brought = Families(rules), library_names(rules)
    members = {name: where for name, where in seen.members.items() if _own_member(name, seen, owners)}
    resources = {n: w for n, w in seen.resources.items() if not n.partition("/")[2].startswith(brought)}
    for rung, names in ((Rung.DECLARED, resources), (Rung.REFERENCED, members)):
        for name, where in names.items():
            present = families.of(_label(name))
            for practice in rules.practices.values() if len(present) > 1 else ():
                if _shows(practice, name, present):
                    place = _place(practice, name, where, families)
                    yield Evidence(Fact("practice", practice.id), rung, place, by=f"practices/{practice.id}")


def _place(practice: Practice, name: str, where: str, families: Families) -> str:
    """The member; or its class, once for all members, when the class's name alone says it."""
    owner = _label(name).rpartition(".")[0]
    return where.partition("->")[0] if owner and _shows(practice, owner, families.of(owner)) else where


def library_names(rules: Catalogue) -> tuple[str, ...]:
    """Beginnings of resource names that libraries bring along."""
    return tuple(name for vendor in rules.vendors.values() for name in vendor.names)


def _own_member(name: str, seen: Seen, owners: Owners) -> bool:
    """Members that a person named; compilers add `<init>`, `lambda$...` and `access$...`."""
    owner, _, member = name.rpartition(".")
    made = member.startswith(("lambda$", "access$", "-$$"))
    return not made and is_own(owner, seen.roots or (root_of(seen.package),), owners)


def _label(name: str) -> str:
    """What is read of a name: a resource without its type, a member with its class."""
    if "/" in name:
        return name.partition("/")[2]
    return ".".join(name.split(".")[-2:])


def _shows(practice: Practice, name: str, present: frozenset[str]) -> bool:
    label = _label(name)
    return any(present.issuperset(group) for group in practice.together) and not any(
        label.startswith(never) for never in practice.never
    )


class Families:
    """Word families of all languages, looked up word by word."""

    def __init__(self, rules: Catalogue) -> None:
        self._rules = rules
        self._known: dict[str, frozenset[str]] = {}

    def of(self, name: str) -> frozenset[str]:
        """Every family some word of the name belongs to."""
        return frozenset().union(*(self._word(w) for w in words(name)))

    def _word(self, word: str) -> frozenset[str]:
        if word not in self._known:
            whole = self._whole.get(word, frozenset())
            stems = self._stems if word[:2] in self._starts else []
            begun = {family for stem, family in stems if word.startswith(stem)}
            self._known[word] = whole | begun
        return self._known[word]

    @cached_property
    def _whole(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for stem, family in self._pairs():
            if not stem.endswith("*"):
                found[stem] = found.get(stem, frozenset()) | {family}
        return found

    @cached_property
    def _stems(self) -> list[tuple[str, str]]:
        return [(stem[:-1], family) for stem, family in self._pairs() if stem.endswith("*")]

    @cached_property
    def _starts(self) -> frozenset[str]:
        """First letters of all stems: they tell of most words at once that no stem begins them."""
        return frozenset(stem[:2] for stem, _ in self._stems)

    def _pairs(self) -> Iterator[tuple[str, str]]:
        for language in self._rules.languages.values():
            for family, stems in language.families.items():
                yield from ((str(stem), family) for stem in stems)


_BORDER = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def words(name: str) -> list[str]:
    """`POINTS_PER_Pëlqim2` -> points, per, pelqim, 2: split at case changes, folded to plain letters."""
    folded = unicodedata.normalize("NFKD", name)
    plain = "".join(c for c in folded if not unicodedata.combining(c))
    return [word.lower() for word in _BORDER.findall(plain)]
