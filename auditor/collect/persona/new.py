"""A consistent test person for Albania, with a second one whose values no app is ever given.

Names are invented, and surnames are words that are no surnames, so that a find is no coincidence.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from auditor.collect.persona.geo import METRES_PER_DEGREE
from auditor.collect.persona.numbers import iban, luhn, personal_number
from auditor.collect.persona.text import fold
from auditor.model import Json

COUNTRIES = ("al",)
"""Countries for which a person can be made."""

NOTES = tuple(
    """\
No range of Albanian phone numbers is reserved for fiction: the number below may be somebody's, never call it.
Buy a SIM card for the test and write its number here instead.
The personal number has a valid check letter and may be a real person's: type it only into the app under test.
The e-mail address leads nowhere: make a mailbox for the test and write it here instead.
Put the contacts into the address book of the test phone, and set its position to the one given here.
Decoys are given to no app: when one is found, the search or the test has made a mistake.
Keep this file as you keep the recordings: it tells what was planted.
""".splitlines()
)
"""What whoever plants the person must know."""

_MEN = "Arben Besnik Çlirim Dritan Ermal Fatos Gëzim Ilir Kujtim Luan Përparim Shkëlqim".split()
_WOMEN = "Albana Blerina Diellza Elira Flutura Jehona Lindita Mirela Rozafa Shpresa Valbona Zamira".split()
_SURNAMES = (
    "Testaku Provashi Shembullari Kontrollaj Gjurmaku Vërtetaj Sprovaj Modelaj Çelësaku Matjashi "
    "Shënjaku Mësimtari Pyetaj Kërkuesi Vëzhgaku Mostraj Regjistraku Dëshmuari"
).split()
_PLACES = (
    ("Tiranë", 41.327, 19.818),
    ("Durrës", 41.323, 19.441),
    ("Shkodër", 42.068, 19.512),
    ("Korçë", 40.618, 20.781),
    ("Vlorë", 40.466, 19.491),
    ("Elbasan", 41.112, 20.082),
    ("Kukës", 42.077, 20.421),
    ("Gjirokastër", 40.075, 20.139),
)
"""Municipalities and the middle of their towns."""
_OFFICES = ("Testimit", "Provave", "Shembujve", "Matjeve", "Mostrave", "Kontrollit")
_POSITIONS = ("specialist", "inspektor", "përgjegjës sektori", "mësues", "infermier", "arkivist")
_CONTACTS = 12
"""Entries of the address book: enough to tell an upload from one typed number."""


def make(seed: int) -> dict[str, Json]:
    """A person, as a persona file holds it; the same for the same seed."""
    chance = Random(seed)  # noqa: S311  # a test person is no secret, and must come out the same again
    values, lat, lon = _values(chance)
    taken = {values["first_name"], values["last_name"], values["municipality"]}
    contacts = [_contact(chance, taken) for _ in range(_CONTACTS)]
    others = {str(entry["name"]).split()[1] for entry in contacts}
    return {
        "persona": f"{fold(values['first_name'])}-{seed}",
        "country": "al",
        "seed": seed,
        "values": values,
        "device": _device(chance),
        "geo": {"lat": f"{lat:.6f}", "lon": f"{lon:.6f}", "radius_m": 500},
        "contacts": contacts,
        "social": _social(chance, values),
        "decoys": [*_decoys(chance, taken | others)],
    }


def _values(
    chance: Random, taken: frozenset[str] | set[str] = frozenset()
) -> tuple[dict[str, str], float, float]:
    sex = chance.choice("MF")
    first = chance.choice([name for name in (_MEN if sex == "M" else _WOMEN) if name not in taken])
    last = chance.choice([name for name in _SURNAMES if name not in taken])
    day = date(1965, 1, 1) + timedelta(days=chance.randrange(36 * 365))
    place, lat, lon = chance.choice([row for row in _PLACES if row[0] not in taken])
    return (
        {
            "first_name": first,
            "last_name": last,
            "email": _email(chance, first, last),
            "phone": _phone(chance),
            "nid": personal_number(day, sex, chance.randrange(1, 999)),
            "birth_date": day.isoformat(),
            "gender": sex,
            "municipality": place,
            "institution": f"Drejtoria e {chance.choice(_OFFICES)} {chance.randrange(100, 999)}",
            "position": chance.choice(_POSITIONS),
            "iban": iban(f"{chance.randrange(10**8):08}" + f"{chance.randrange(10**16):016}"),
            "password": f"Prove-{chance.randrange(10**6):06}-{_letters(chance, 6)}",
        },
        _off(chance, lat),
        _off(chance, lon),
    )


def _off(chance: Random, degrees: float) -> float:
    """Two to three kilometres away, where no list of towns puts its mark, with six decimals."""
    return round(degrees + chance.choice((-1, 1)) * chance.uniform(2_000, 3_000) / METRES_PER_DEGREE, 6)


def _email(chance: Random, first: str, last: str) -> str:
    return f"{fold(first)}.{fold(last)}.{_letters(chance, 4)}@example.org"


def _phone(chance: Random) -> str:
    return f"+3556{chance.choice('789')}{chance.randrange(2, 10)}{chance.randrange(10**6):06}"


def _letters(chance: Random, count: int) -> str:
    return "".join(chance.choices("abcdefghjkmnpqrstuvwxyz23456789", k=count))


def _hex(chance: Random, count: int) -> str:
    return "".join(chance.choices("0123456789abcdef", k=count))


def _uuid(chance: Random) -> str:
    """A random UUID, version 4."""
    digits = _hex(chance, 12) + "4" + _hex(chance, 3) + chance.choice("89ab") + _hex(chance, 15)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _device(chance: Random) -> dict[str, str]:
    body = f"35{chance.randrange(10**12):012}"
    return {
        "aaid": _uuid(chance),
        "android_id": "9" + _hex(chance, 14) + "e",
        "imei": f"{body}{luhn(body)}",
        "mac": ":".join(("02", *(_hex(chance, 2) for _ in range(5)))),  # locally administered: nobody's card
        "ssid": f"rrjeti-{_letters(chance, 8)}",
        "local_ip": f"10.{chance.randrange(20, 250)}.{chance.randrange(20, 250)}.{chance.randrange(20, 250)}",
    }


def _contact(chance: Random, taken: set[str]) -> dict[str, str]:
    first = chance.choice([name for name in _MEN + _WOMEN if name not in taken])
    last = chance.choice([name for name in _SURNAMES if name not in taken])
    return {"name": f"{first} {last}", "phone": _phone(chance), "email": _email(chance, first, last)}


def _social(chance: Random, values: dict[str, str]) -> dict[str, str]:
    return {
        "facebook_id": f"1000{chance.randrange(10**11):011}",
        "instagram_user": f"{fold(values['first_name'])}_{_letters(chance, 6)}",
    }


def _decoys(chance: Random, taken: set[str]) -> Iterator[dict[str, str]]:
    """A second person by the same makers, of another name and town, and another device."""
    values, lat, lon = _values(chance, taken)
    kinds = ("email", "phone", "nid", "iban", "password")  # no names of towns: apps list them all
    yield from ({kind: values[kind]} for kind in kinds)
    device = _device(chance)
    yield from ({kind: device[kind]} for kind in ("aaid", "android_id", "imei", "mac"))
    yield {"full_name": f"{values['first_name']} {values['last_name']}"}
    yield {"lat_lon": f"{lat:.6f},{lon:.6f}"}


def write(person: dict[str, Json]) -> str:
    """The person as a YAML file, with the notes in front."""
    notes = "".join(f"# {note}\n" for note in NOTES)
    return notes + "".join(_part(key, value) for key, value in person.items())


def _part(key: str, value: Json) -> str:
    if isinstance(value, dict):
        return f"{key}:\n" + "".join(f"  {name}: {_quoted(item)}\n" for name, item in value.items())
    if isinstance(value, list):
        return f"{key}:\n" + "".join(f"  - {_row(item)}\n" for item in value)
    return f"{key}: {_quoted(value)}\n"


def _row(item: dict[str, str]) -> str:
    return "{" + ", ".join(f"{name}: {_quoted(value)}" for name, value in item.items()) + "}"


def _quoted(value: Json) -> str:
    """A value as JSON, which is YAML as well: no number is taken for another."""
    return json.dumps(value, ensure_ascii=False)
