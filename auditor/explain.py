"""One rule, whole, as text: what a reader would ask of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import fill, indent
from typing import Any

from auditor.catalogue import Catalogue, Check
from auditor.model import Json

UNVERIFIED = {"en": "article number unverified", "sq": "numër neni i paverifikuar"}
"""The visible mark of an article nobody has confirmed."""

WORDS = {
    "en": {
        "why": "Why it matters", "limits": "When it is wrong", "verify": "What a person must verify",
        "remedy": "What would remedy it", "law": "Law", "tests": "Tests", "when": "When", "article": "art.",
    },
    "sq": {
        "why": "Pse ka rëndësi", "limits": "Kur mund të jetë e gabuar",
        "verify": "Çfarë duhet të verifikojë një person",
        "remedy": "Si mund të ndreqet", "law": "Ligji", "tests": "Prova", "when": "Kur", "article": "neni",
    },
}  # fmt: skip


def explain(name: str, rules: Catalogue, lang: str) -> str:
    """Text for every rule of that id or catalogue number; empty when there is none."""
    checks = [c for c in rules.checks.values() if name in (c.id, c.number, f"checks/{c.id}")]
    parts = ["\n".join(_check(check, rules, lang)) for check in checks]
    others = [n for n in rules.raw if n.partition("/")[2] == name and not n.startswith("checks/")]
    others += [n for n in rules.raw if n == name and not n.startswith("checks/")]
    parts += [f"{other}\n" + "\n".join(_plain(rules.raw[other])) for other in dict.fromkeys(others)]
    return "\n\n".join(parts)


def _check(check: Check, rules: Catalogue, lang: str) -> Iterator[str]:
    words = WORDS[lang]
    yield f"{check.number} {check.id}: {check.title[lang]}"
    yield f"  {check.kind}, {check.severity}, {check.status}"
    raw = rules.raw[f"checks/{check.id}"]
    yield f"\n{words['when']}"
    yield indent("\n".join(_plain({k: raw[k] for k in ("for each", "when", "in context") if k in raw})), "  ")
    for key in ("why", "limits", "verify", "remedy"):
        yield f"\n{words[key]}\n" + fill(
            getattr(check, key)[lang], 100, initial_indent="  ", subsequent_indent="  "
        )
    yield f"\n{words['law']}"
    yield from _provisions(check, rules, lang)
    if check.cases:
        yield "  " + "; ".join(check.cases)
    yield f"\n{words['tests']}"
    yield from (f"  {test['expect']}: {test['name']}" for test in check.tests)


def _provisions(check: Check, rules: Catalogue, lang: str) -> Iterator[str]:
    for regime in rules.regimes.values():
        yield f"  {regime.name[lang]}"
        for duty in check.all_duties:
            rows = regime.duties[duty]
            if isinstance(rows, Mapping):
                yield f"    - {duty}: {rows['none'][lang]}"
                continue
            yield from (f"    {_article(row, lang)}" for row in rows)


def _article(row: Mapping[str, Any], lang: str) -> str:
    mark = f" [{UNVERIFIED[lang]}]" if row["confirmed"] == "U" else f" [{row['confirmed']}]"
    since = f" ({row['from']} →)" if "from" in row else ""
    return f"{WORDS[lang]['article']} {row['article']}{since}{mark} {row['title'][lang]}"


def _plain(value: Json, depth: int = 0) -> Iterator[str]:
    """A rule's values as indented text."""
    pad = "  " * depth
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, (dict, list)):
                yield f"{pad}{key}:"
                yield from _plain(inner, depth + 1)
            else:
                yield f"{pad}{key}: {inner}"
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, (dict, list)):
                yield f"{pad}-"
                yield from _plain(inner, depth + 1)
            else:
                yield f"{pad}- {inner}"
    else:
        yield f"{pad}{value}"
