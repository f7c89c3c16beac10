"""Names of the app's own: of resources, classes and members, of code that is not DEX, of what is sent.

A member is read together with the simple name of its class: `UserRecord.institution`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from auditor.collect.owners import Owners, is_own, root_of
from auditor.collect.seen import Seen
from auditor.collect.words import Families, words

CHOSEN = frozenset(
    "event-name field-name field-read shared-preference user-property document-path server-function topic "
    "increment remote-setting screen-name".split()
)
"""Kinds of constants (`rules/arguments`) that are names somebody chose for what the app counts or sends."""

MOST_WORDS = 4
"""Words of a name in code that is not DEX."""

MOST_MEMBERS = 24
"""Members of a class that holds one thing; larger classes speak of many."""

_MADE = re.compile(
    r"<?\w*init>?|component\d+|copy\S*|equals|hashCode|toString|describeContents|writeToParcel"
)
"""Members that compilers write into every record."""


class Own(NamedTuple):
    """One name with its place."""

    label: str
    """What is read of it: a resource without its type, a member with its class."""
    where: str
    member: str = ""
    """The whole name of a member in DEX code, by which its callers are found."""


def resources(seen: Seen, brought: tuple[str, ...]) -> Iterator[Own]:
    """Resources; `brought` are beginnings of names that libraries bring along."""
    for name, where in seen.resources.items():
        label = name.partition("/")[2]
        if not label.startswith(brought):
            yield Own(label, where)


def members(seen: Seen, owners: Owners) -> Iterator[Own]:
    """Fields and methods that a person named; compilers add `<init>`, `lambda$...` and `access$...`."""
    roots = _roots(seen)
    for name, where in seen.members.items():
        owner, _, member = name.rpartition(".")
        if not member.startswith(("lambda$", "access$", "-$$")) and is_own(owner, roots, owners):
            yield Own(f"{_simple(owner)}.{member}", where, name)


def alone(member: Own) -> Own:
    """A member without its class."""
    return member._replace(label=member.label.rpartition(".")[2])


def records(members: Iterable[Own]) -> Iterator[Own]:
    """Classes of few members, each with the names of all of them: `VideoView userId seconds`."""
    grouped: dict[str, list[Own]] = {}
    for own in members:
        grouped.setdefault(own.member.rpartition(".")[0], []).append(own)
    for inside in grouped.values():
        held = [name for own in inside if not _MADE.fullmatch(name := own.label.rpartition(".")[2])]
        if len(held) <= MOST_MEMBERS:
            label = " ".join((inside[0].label.partition(".")[0], *held))
            yield Own(label, inside[0].where.partition("->")[0])


def classes(seen: Seen, owners: Owners) -> Iterator[Own]:
    """Simple names of classes."""
    roots = _roots(seen)
    for name, where in seen.classes.items():
        if is_own(name, roots, owners):
            yield Own(_simple(name), where)


def identifiers(seen: Seen, families: Families) -> Iterator[Own]:
    """Names in code that is not DEX: short ones of which two words tell something.

    Libraries are mixed into it, and the longer their names are, the more words meet in them by chance.
    """
    for name, where in seen.names.items():
        parts = words(name) if "/" not in name and ":" not in name else []  # files and packages
        if len(parts) <= MOST_WORDS and sum(1 for part in parts if families.of(part)) > 1:
            yield Own(name, f"{where} {name}")


def _roots(seen: Seen) -> tuple[str, ...]:
    return seen.roots or (root_of(seen.package),)


def _simple(name: str) -> str:
    return name.rpartition(".")[2]
