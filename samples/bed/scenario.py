"""One scenario: an app, its service and what its user does, from a YAML file; and what both ends know."""

from __future__ import annotations

import base64
import datetime as dt
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml

from auditor.collect.persona import new
from samples.bed import people, template
from samples.bed.ledger import Ledger, Person

FOLDER = Path(__file__).with_name("scenarios")

type Call = dict[str, Any]
"""One thing the app sends; exactly one of `call`, `firestore`, `socket`, `measure` says in which language."""


@dataclass(frozen=True)
class Scenario:
    """A read file. What its keys mean is told in samples/README.md."""

    id: str
    said: Mapping[str, Any]

    def calls(self, act: str) -> list[Call]:
        """What the app sends for an act."""
        return list(self.said["acts"].get(act, ()))

    @property
    def into(self) -> str:
        """Folder below `samples/` that takes the recording."""
        return str(self.said["into"])


def read(name: str) -> Scenario:
    """A scenario by its id. Raises OSError for an unknown one."""
    text = (FOLDER / f"{name}.yml").read_text(encoding="utf-8")
    return Scenario(name, yaml.safe_load(text))


def names() -> list[str]:
    """All scenarios."""
    return sorted(path.stem for path in FOLDER.glob("*.yml"))


class World:
    """A scenario come to life: the person, everybody else, the ledger. Client and service share it."""

    def __init__(self, scenario: Scenario) -> None:
        said = scenario.said
        self.scenario = scenario
        self._seed = int(said.get("seed", 1))
        self._chance = Random(self._seed)  # noqa: S311  # identifiers must come out the same again
        self.person = _person(self._seed, said.get("persona", {}))
        me = self._me(said)
        crowd = people.others(self._seed, {"id": said.get("ids", ""), **said.get("people", {"count": 0})})
        self.ledger = Ledger(said.get("tariff", {}), said.get("limits", {}), [me, *crowd])
        self.ledger.medals = list(said.get("medals", ()))

    def _me(self, said: Mapping[str, Any]) -> Person:
        values = self._values()
        name = f"{values['first_name']} {values['last_name']}"
        unit = str(template.fill(said.get("unit", ""), {"persona": values}))
        number = people.code(self._chance, said.get("ids", ""))
        return Person(number, name, unit, int(said.get("start", 0)), said.get("me", {}))

    def known(self, **more: Any) -> dict[str, Any]:
        """All that holes of templates may name, at this moment."""
        ledger, act = self.ledger, self.ledger.act
        return {
            "persona": self._values(),
            "contacts": self.person["contacts"],
            "me": ledger.me,
            "rank": ledger.rank,
            "ranking": ledger.ranking,
            "given": act.given,
            "act": {"name": act.name, "points": ledger.tariff.get(act.name, 0), **act.said},
            "facts": self.scenario.said.get("facts", {}),
            "now": _now(),
            "fresh": lambda: people.code(self._chance),
            "token": self.token,
            **more,
        }

    def fill(self, value: Any, **more: Any) -> Any:
        """A template with every hole filled."""
        return template.fill(value, self.known(**more))

    def token(self) -> str:
        """What the app shows to its server: a JWT with an invented signature."""
        now = int(time.time())
        claims = {"iat": now, "exp": now + 3600, "sub": self.ledger.me.id}
        known = {"persona": self._values(), "me": self.ledger.me}
        claims |= template.fill(self.scenario.said.get("claims", {}), known)
        parts = ({"alg": "RS256", "typ": "JWT", "kid": "bed"}, claims)
        return ".".join([*(_wide(json.dumps(part).encode()) for part in parts), _wide(b"no real signature")])

    def _values(self) -> dict[str, Any]:
        return {**self.person["values"], **self.person["device"], **self.person["social"]}


def _person(seed: int, changes: Mapping[str, Any]) -> dict[str, Any]:
    """A test person as `auditor persona new` makes it, with the values that the scenario says."""
    person: dict[str, Any] = new.make(seed)
    person["values"] = {**person["values"], **changes}
    return person


def _now() -> dict[str, Any]:
    now = time.time()
    iso = dt.datetime.fromtimestamp(now, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"s": int(now), "ms": int(now * 1000), "iso": iso, "day": iso[:10]}


def _wide(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
