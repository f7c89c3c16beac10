"""What is in a package, by name: `recognise` and `practices` hold it against the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from auditor.catalogue import PACKAGE_FACTS

NEWEST_TARGET = 36
"""Target level of tests that name none."""


class Call(NamedTuple):
    """One place where code refers to something."""

    where: str
    who: str = ""
    """Whose code: a vendor's id, `app`, or empty when nobody knows."""
    path: str = ""
    """How that code is reached from an entry point; empty when nothing leads there."""
    method: int = -1
    """Number of the method in the program; -1 when the place is in no method."""


class Input(NamedTuple):
    """One input of a layout."""

    label: str
    """Its id, and what it says, in every language: `institution Institucioni ku punon`."""
    where: str


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
    names: Mapping[str, str] = field(default_factory=dict)
    """Identifiers of code that is not DEX."""
    constants: Mapping[str, Sequence[Call]] = field(default_factory=dict)
    """Constants that own code passes on, with their kind in `rules/arguments`: `event-name=share_post`."""
    paths: Mapping[str, Sequence[Call]] = field(default_factory=dict)
    """Paths of servers that own code names: `/v1/leaderboard/{unit}`."""
    tariff: Mapping[str, Sequence[Call]] = field(default_factory=dict)
    """Actions with a constant amount: `share +15`."""
    forms: Mapping[str, Sequence[Input]] = field(default_factory=dict)
    """Layouts of the app's own that ask a person who they are, with everything they ask."""
    path_to: Callable[[str], str] = field(default=lambda _: "")
    """How a member of the app's own code is reached; empty when nothing leads there."""


def seen_in_test(given: Mapping[str, object]) -> Seen:
    """The `given` of a rule test; every place is `given:FACT`."""
    names = {key: given.get(key, ()) for key in PACKAGE_FACTS}
    places: dict[str, Any] = {
        key.replace("-", "_"): {str(name): f"given:{key}" for name in values}
        for key, values in names.items()
        if isinstance(values, Iterable)
    }
    for key in ("calls", "strings", "constants", "paths", "tariff"):
        places[key] = {name: [Call(place)] for name, place in places[key].items()}
    places["forms"] = {
        form: [Input(label.strip(), place) for label in form.split(",")]
        for form, place in places["forms"].items()
    }
    return Seen(
        package=str(given.get("package", "al.example.app")),
        target=int(str(given.get("target", NEWEST_TARGET))),
        **places,
    )
