"""What a row of `told by` may name: names, paths, texts, amounts, forms, constants, each with its places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from auditor.catalogue import Catalogue
from auditor.collect import ownnames
from auditor.collect.owners import APP, Owners, library_names
from auditor.collect.ownnames import Own
from auditor.collect.seen import Call, Input, Seen
from auditor.collect.words import Families

PERSONAL = frozenset({"name", "identity", "age"})
"""Word families of inputs that ask who somebody is."""

LEAST_PERSONAL = 2
"""Such inputs a form needs, for a name alone also stands above a message or a parcel."""

KEYBOARDS = ("(phone)", "(email)", "(person name)", "(postal address)")
"""What `layouts` puts behind a label for the keyboard that the input opens."""

NAMES = ("name", "label", "class", "member", "record")
"""Kinds of names of the app's own: in code, of resources, of classes and members alone, of a class with all
its members. Read only when a row asks."""

DOCUMENTS = "document-path"
_STEP = re.compile(r"(.+)\+0x([0-9a-f]+) (\S+?)=")
_BELOW = re.compile(r"Reference\.(?:collection|document|child)$")
"""Calls of Firestore and Realtime Database that go one step down from where a reference stands."""


class Sources:
    """Texts of each kind, and the places of each text."""

    def __init__(self, seen: Seen, rules: Catalogue, owners: Owners, families: Families) -> None:
        self._seen, self._brought = seen, library_names(rules.vendors.values())
        self._owners, self._families = owners, families
        self._known: dict[str, Mapping[str, Sequence[Call]]] = {
            **_passed(seen),
            "path": seen.paths,
            "text": {text: list(filter(_is_used, calls)) for text, calls in seen.strings.items()},
            "tariff": seen.tariff,
            "form": _asked(seen, families),
        }
        self._named: dict[str, dict[str, list[Own]]] = {}
        self._held: dict[str, dict[str, set[str]]] = {}

    def texts(self, kind: str, together: Iterable[Sequence[str]] = ()) -> Iterable[str]:
        """Texts of a kind; of names, only those in which words of all families of some group stand.

        An app has 100,000 names and few that tell something: each is taken apart once, not for each row.
        """
        if kind not in NAMES:
            return self._known.get(kind, {})
        held = self._families_held(kind) if together else {}
        groups = [set.intersection(*(held.get(family, set()) for family in group)) for group in together]
        return sorted(set().union(*groups)) if together else self._names(kind)

    def _families_held(self, kind: str) -> dict[str, set[str]]:
        """Family to the names of a kind in which one of its words stands; `~like`: by a hint as well."""
        if kind not in self._held:
            held: dict[str, set[str]] = {}
            for text in self._names(kind):
                wide = [f"~{family}" for family in self._families.hinted(text)]
                for family in (*wide, *(self._families.of(text) if wide else ())):
                    held.setdefault(family, set()).add(text)
            self._held[kind] = held
        return self._held[kind]

    def calls(self, kind: str, text: str) -> Sequence[Call]:
        """Places of a text, with how a member is reached."""
        if kind not in NAMES:
            return self._known[kind][text]
        path_to = self._seen.path_to
        return [
            Call(own.where, APP, path_to(own.member) if own.member else "") for own in self._found(kind, text)
        ]

    def _found(self, kind: str, text: str) -> list[Own]:
        return self._names(kind).get(text, [])

    def _names(self, kind: str) -> dict[str, list[Own]]:
        if kind not in self._named:
            grouped: dict[str, list[Own]] = {}
            for own in self._listed()[kind]():
                grouped.setdefault(own.label, []).append(own)
            self._named[kind] = grouped
        return self._named[kind]

    def _listed(self) -> Mapping[str, Callable[[], Iterable[Own]]]:
        return {
            "label": lambda: ownnames.resources(self._seen, self._brought),
            "class": lambda: ownnames.classes(self._seen, self._owners),
            "member": lambda: map(ownnames.alone, ownnames.members(self._seen, self._owners)),
            "record": lambda: ownnames.records(ownnames.members(self._seen, self._owners)),
            "name": self._in_code,
        }

    def _in_code(self) -> Iterable[Own]:
        yield from ownnames.members(self._seen, self._owners)
        yield from ownnames.identifiers(self._seen, self._families)
        for constant, calls in self._seen.constants.items():
            kind, _, value = constant.partition("=")
            if kind in ownnames.CHOSEN:
                yield from (Own(value, call.where) for call in calls)


def _passed(seen: Seen) -> dict[str, dict[str, Sequence[Call]]]:
    passed: dict[str, dict[str, Sequence[Call]]] = {}
    for constant, calls in seen.constants.items():
        kind, _, value = constant.partition("=")
        passed.setdefault(kind, {})[value] = calls
    documents = passed.get(DOCUMENTS, {})
    passed[DOCUMENTS] = {**_built(documents), **documents}
    return passed


class _Step(NamedTuple):
    """One call of a path, in the order of its method."""

    method: str
    at: int
    """Unit of the call."""
    below: bool
    """Whether it goes down from where a reference stands; else it begins at the root."""
    text: str
    call: Call


def _built(documents: Mapping[str, Sequence[Call]]) -> dict[str, Sequence[Call]]:
    """Paths built call by call in one method: `users/likes` of `collection("users").document(id)...`.

    What is no constant, such as ids, is left out. A call that begins at the root begins a new path.
    """
    built: dict[str, list[Call]] = {}
    method, path = "", ""
    for step in sorted(_steps(documents)):
        joined = step.below and step.method == method
        method, path = step.method, f"{path}/{step.text}" if joined else step.text
        if joined:
            built.setdefault(path, []).append(step.call)
    return dict(built)


def _steps(documents: Mapping[str, Sequence[Call]]) -> Iterator[_Step]:
    for text, calls in documents.items():
        for call in calls:
            if found := _STEP.match(call.where):
                below = bool(_BELOW.search(found[3]))
                yield _Step(found[1], int(found[2], 16), below, text, call)


def _is_used(call: Call) -> bool:
    """Whether own code names a text, or code of nobody known; one that only stands in a table is nobody's."""
    return call.who in ("", APP) and "/string_ids[" not in call.where


def _asked(seen: Seen, families: Families) -> Mapping[str, Sequence[Call]]:
    """Inputs of forms that ask who somebody is."""
    found: dict[str, list[Call]] = {}
    for inputs in seen.forms.values():
        if sum(is_personal(asked, families) for asked in inputs) >= LEAST_PERSONAL:
            for asked in inputs:
                found.setdefault(asked.label, []).append(Call(asked.where, APP))
    return found


def is_personal(asked: Input, families: Families) -> bool:
    """Whether an input asks who somebody is: by its words, or by the keyboard it opens."""
    return bool(families.hinted(asked.label) & PERSONAL) or asked.label.endswith(KEYBOARDS)
