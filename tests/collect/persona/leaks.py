"""Generated leaks: kinds of values x encodings x containers, with the place where each must be found."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from auditor.collect.persona import Match, Persona, Search, new, read
from auditor.decode import tree
from tests.collect.persona.leakforms import CONTAINERS, ENCODINGS, Packed, Pairs

KEYS = {
    "email": "v1",
    "phone": "v1",
    "full_name": "v1",
    "first_name": "firstName",
    "nid": "v1",
    "birth_date": "dob",
    "municipality": "bashkia",
    "institution": "v1",
    "iban": "v1",
    "aaid": "v1",
    "android_id": "v1",
    "imei": "v1",
    "mac": "v1",
    "facebook_id": "v1",
    "lat_lon": "v1",
}
"""Kinds of values and the key each stands under: short ones under a key that goes with them."""

UNDIGESTED = {"lat_lon"}
"""Positions are not sought in digests: there are too many near one."""
_SHORTEST = 8
"""Signs from which an encoded text is opened."""


class Leak(NamedTuple):
    """One leak and what must be found."""

    kind: str
    encoding: str
    container: str
    data: str
    packed: Packed
    place: str


class Result(NamedTuple):
    """What a search made of a leak."""

    leak: Leak
    found: bool
    exact: bool
    """Whether the place is the one where it was put."""
    decoys: list[Match]
    strangers: list[Match]
    """Planted values that were not put there."""


def persona(folder: Path, seed: int) -> Persona:
    """A new person of that seed."""
    path = folder / f"persona-{seed}.yml"
    path.write_text(new.write(new.make(seed)), encoding="utf-8")
    return read(path)


def leaks(person: Persona, seed: int) -> Iterator[Leak]:
    """All combinations that can be told, with noise that differs by seed."""
    chance = Random(seed)  # noqa: S311  # the same leaks for the same seed
    values = {item.kind: item for item in person.planted if item.whose == "self"}
    for kind, key in KEYS.items():
        value, data = _value(person, values, kind)
        for encoding, encode in ENCODINGS.items():
            text, steps = encode(value)
            if _sensible(kind, encoding, text):
                for container, pack in CONTAINERS.items():
                    packed = pack(key, text, _noise(chance))
                    yield Leak(kind, encoding, container, data, packed, packed.place + steps)


def _value(person: Persona, values: dict, kind: str) -> tuple[str, str]:
    if kind == "lat_lon":
        return f"{person.positions[0].lat:.5f},{person.positions[0].lon:.5f}", "precise-location"
    text = values[kind].value
    return f"Bashkia {text}" if kind == "municipality" else text, values[kind].data


def _sensible(kind: str, encoding: str, text: str) -> bool:
    if encoding.startswith(("md5", "sha")):
        return kind not in UNDIGESTED
    return len(text) >= _SHORTEST or not encoding.startswith(("base64", "hex"))


def _noise(chance: Random) -> Pairs:
    """Values of nobody, of the same shapes."""
    rows = {
        "session": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "mail2": f"user{chance.randrange(10**6)}@example.net",
        "call": f"+3556{chance.randrange(7, 10)}{chance.randrange(10**7):07}",
        "sig": f"{chance.getrandbits(256):064x}",
        "ts": str(1_700_000_000_000 + chance.randrange(10**9)),
    }
    return chance.sample(sorted(rows.items()), 3)


def run(search: Search, leak: Leak) -> Result:
    """Open one leak and search it."""
    packed = leak.packed
    opened = tree(
        packed.body, packed.part, content_type=packed.content_type, content_encoding=packed.encoding
    )
    planted = [match for match in search.find(opened.leaves) if match.confidence == "planted"]
    planted += search.find_raw(packed.body, packed.part, planted)
    own = [match for match in planted if match.data == leak.data and not match.decoy]
    exact = any(match.place == leak.place for match in own)
    strangers = [match for match in planted if match not in own and not match.decoy]
    return Result(leak, bool(own), exact, [match for match in planted if match.decoy], strangers)
