"""Invented persons, the same for the same seed: common first names, and words that are no surnames."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import yaml

from samples.bed.ledger import Person

NAMES = yaml.safe_load(Path(__file__).with_name("names.yml").read_text(encoding="utf-8"))
"""First names and surnames by language."""


def others(seed: int, said: dict[str, Any]) -> Iterator[Person]:
    """As many persons as the scenario says, with totals that fall from `from` to `to`, never by one step."""
    chance = Random(seed)  # noqa: S311  # nobody's secret, and must come out the same again
    first, last = (NAMES[said.get("language", "en")][part].split() for part in ("first", "last"))
    count, high, low = said["count"], said.get("from", 0), said.get("to", 0)
    units = said.get("units", [""])
    for number in range(count):
        total = high - (high - low) * number // max(1, count - 1)
        total = max(low, total - chance.randrange(0, max(1, (high - low) // (3 * count))))
        name = f"{chance.choice(first)} {chance.choice(last)}"
        known_by = code(chance, said.get("id", ""))
        yield Person(known_by, name, chance.choice(units), total, _extra(chance, said))


def code(chance: Random, form: str = "") -> str:
    """An identifier: a number, or 28 characters as Firebase makes them."""
    if form == "number":
        return str(chance.randrange(1000, 999_999))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(chance.choices(letters, k=28))


def _extra(chance: Random, said: dict[str, Any]) -> dict[str, Any]:
    """One of each list that the scenario gives under `extra`."""
    return {name: chance.choice(values) for name, values in said.get("extra", {}).items()}
