"""The 61 municipalities of Albania in their 12 counties, in the forms in which people write them.

Source: Law No. 115/2014 on the administrative division, as listed in Wikipedia's "Municipalities of Albania".
Inflected forms follow the rules of the language; the few that do not stand in `_IRREGULAR`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.collect.persona.text import fold

COUNTIES = {
    "Berat": "Berat, Dimal, Kuçovë, Poliçan, Skrapar",
    "Dibër": "Bulqizë, Dibër, Klos, Mat",
    "Durrës": "Durrës, Krujë, Shijak",
    "Elbasan": "Belsh, Cërrik, Elbasan, Gramsh, Librazhd, Peqin, Prrenjas",
    "Fier": "Divjakë, Fier, Lushnjë, Mallakastër, Patos, Roskovec",
    "Gjirokastër": "Dropull, Gjirokastër, Këlcyrë, Libohovë, Memaliaj, Përmet, Tepelenë",
    "Korçë": "Devoll, Kolonjë, Korçë, Maliq, Pogradec, Pustec",
    "Kukës": "Has, Kukës, Tropojë",
    "Lezhë": "Kurbin, Lezhë, Mirditë",
    "Shkodër": "Fushë-Arrëz, Malësi e Madhe, Pukë, Shkodër, Vau i Dejës",
    "Tiranë": "Kamëz, Kavajë, Rrogozhinë, Tiranë, Vorë",
    "Vlorë": "Delvinë, Finiq, Himarë, Konispol, Sarandë, Selenicë, Vlorë",
}
"""County to its municipalities."""

MUNICIPALITIES = {name: county for county, names in COUNTIES.items() for name in names.split(", ")}
"""Municipality to its county."""

_IRREGULAR = {
    "Dibër": ("Dibra", "Dibrës", "Dibrën"),
    "Dimal": ("Dimali", "Dimalit", "Dimalin", "Ura Vajgurore", "Urës Vajgurore"),
    "Fushë-Arrëz": ("Fushë-Arrëzi", "Fushë-Arrëzit", "Fushë Arrëz", "Fushë-Arrës", "Fushë Arrës"),
    "Gjirokastër": ("Gjirokastra", "Gjirokastrës", "Gjirokastrën"),
    "Kamëz": ("Kamza", "Kamzës", "Kamzën"),
    "Malësi e Madhe": ("Malësia e Madhe", "Malësisë së Madhe", "Malësinë e Madhe"),
    "Mallakastër": ("Mallakastra", "Mallakastrës", "Mallakastrën"),
    "Prrenjas": ("Prrenjasi", "Prrenjasit", "Prrenjasin", "Përrenjas", "Përrenjasi", "Përrenjasit"),
    "Shkodër": ("Shkodra", "Shkodrës", "Shkodrën"),
    "Vau i Dejës": ("Vaut të Dejës", "Vaun e Dejës", "Vau Dejës", "Vau-Dejës"),
}

_OFFICE = re.compile(
    r"(?:bashki(?:a|se|ne|)|municipality of|commune of|b\.)\s+(?:(?:e|se|i)\s+)?(?P<place>.+)"
)


def inflected(name: str) -> tuple[str, ...]:
    """Indefinite, definite, genitive and accusative: Tiranë, Tirana, Tiranës, Tiranën."""
    if name in _IRREGULAR:
        return (name, *_IRREGULAR[name])
    if name.endswith("ë"):
        return (name, name[:-1] + "a", name + "s", name + "n")
    joint = "u" if name.endswith(("k", "g", "h")) and not name.endswith(("sh", "zh", "dh", "th")) else "i"
    return (name, name + joint, name + joint + "t", name + joint + "n")


def written(name: str) -> Iterator[str]:
    """Every way to write a municipality as an office: `Bashkia Tiranë`, `Bashkia e Tiranës` ..."""
    for form in inflected(name):
        for office in ("Bashkia", "Bashkia e", "Bashkisë", "Bashkisë së", "Bashkinë", "Bashki"):
            yield f"{office} {form}"


_NAMES = {fold(form): name for name in MUNICIPALITIES for form in inflected(name)}


def municipality(text: str) -> tuple[str, bool]:
    """The municipality a text names as a whole, and whether it says that it is the office.

    `Bashkia e Tiranës` is (`Tiranë`, True), `tirana` is (`Tiranë`, False), anything else is (empty, False).
    A bare name such as Has, Mat or Klos is also a word: ask for a key beside it.
    """
    folded = " ".join(fold(text).split())
    office = _OFFICE.fullmatch(folded)
    return _NAMES.get(office["place"] if office else folded, ""), bool(office)


def offices(text: str) -> list[str]:
    """Municipalities named as offices inside a text: `Drejtoria, Bashkia Vlorë` has Vlorë."""
    return [_NAMES[found[1]] for found in _OFFICES.finditer(" ".join(fold(text).split()))]


_OFFICES = re.compile(
    r"\bbashki(?:a|se|ne)\s+(?:(?:e|se|i)\s+)?("
    + "|".join(map(re.escape, sorted(_NAMES, key=len, reverse=True)))
    + r")\b"
)
