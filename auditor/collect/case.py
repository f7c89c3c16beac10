"""case.yml: what a person states about the case. Missing values stay missing.

A case is a folder with a `case.yml`, or just files. What it does not say is
asked for in the report and never invented.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from auditor import forms
from auditor.forms import At, Problem
from auditor.model import Case, Evidence, Fact, Json, Rung
from auditor.vocabulary import STATED

PARTS = ("package", "hooks", "policy", "label", "claims", "persona", "phases", "addresses")
"""Files a case may name under `files`, one each; and any number under `recording`."""


def _period(value: Json, at: At) -> Iterator[Problem]:
    """Days of processing; without the first, or the wrong way round, the law would be a guess."""
    yield from forms.keys({"from": forms.date}, {"to": forms.date})(value, at)
    days = value if isinstance(value, dict) else {}
    if "to" in days and str(days.get("from", "")) > str(days["to"]):
        yield at, f"period ends on {days['to']}, before it begins on {days['from']}"


FORM = forms.keys(
    {},
    {
        "app": forms.keys({}, dict.fromkeys(("name", "package", "version", "site"), forms.text)),
        "controller": forms.keys(
            {},
            dict.fromkeys(("name", "address", "contact"), forms.text)
            | {"kind": forms.one_of("party", "public-body", "employer", "company", "person")},
        ),
        "store": forms.keys({}, {"address": forms.text, "seen": forms.date}),
        "languages": forms.many(forms.matching(r"[a-z]{2,3}", "a language code such as sq")),
        "period": _period,
        "context": forms.many(forms.one_of(*sorted(STATED))),
        "acquired": forms.keys({}, {"by": forms.text, "when": forms.date, "how": forms.text}),
        "gdpr": forms.keys(
            {"link": forms.one_of("3(1)", "3(2)(a)", "3(2)(b)"), "why": forms.text},
        ),
        "files": forms.keys(
            {},
            dict.fromkeys(PARTS, forms.text)
            | {
                "recording": forms.either(
                    lambda value: isinstance(value, list), forms.many(forms.text, least=1), forms.text
                )
            },
        ),
        "notes": forms.text,
    },
)


class CaseError(ValueError):
    """A case file that cannot be used; every mistake on a line of its own."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A read `case.yml`."""

    case: Case
    files: dict[str, Path]
    """Part to path, inside the case's folder."""
    recordings: tuple[Path, ...] = ()


def read(path: Path) -> CaseFile:
    """Read `case.yml`. Raises CaseError with every mistake, file and line."""
    from auditor import document  # late: an app without a case needs no YAML

    found = document.read(path, path.name)
    if not found.mistakes:
        found.value = {} if found.value is None else found.value
        found.check(FORM)
    if found.mistakes:
        raise CaseError("\n".join(map(str, sorted(found.mistakes))))
    value = found.value
    named = list(_files(value.get("files", {}), path))
    files = {part: path for part, path in named if part != "recording"}
    return CaseFile(_case(value), files, tuple(path for part, path in named if part == "recording"))


def evidence(case: Case) -> Iterator[Evidence]:
    """What the case states about who runs the app and who must use it."""
    for index, word in enumerate(case.context):
        yield Evidence(Fact("context", word), Rung.DECLARED, f"case:context[{index}]")


def _case(value: dict[str, Json]) -> Case:
    def table(key: str) -> dict[str, str]:
        return {k: str(v) for k, v in value.get(key, {}).items()}

    return Case(
        app=table("app"),
        controller=table("controller"),
        store=table("store"),
        languages=tuple(value.get("languages", ())),
        period=table("period"),
        context=tuple(value.get("context", ())),
        acquired=table("acquired"),
        gdpr=table("gdpr"),
        notes=str(value.get("notes", "")),
    )


def _files(value: dict[str, Json], case_file: Path) -> Iterator[tuple[str, Path]]:
    folder = case_file.parent.resolve()
    rows = ((part, name) for part, given in value.items() for name in _each(given))
    for part, name in rows:
        path = (folder / str(name)).resolve()
        if not path.is_relative_to(folder):
            raise CaseError(
                f"{case_file.name}: files.{part} is {name!r}; expected a file inside the case's folder"
            )
        if not path.exists():
            raise CaseError(f"{case_file.name}: files.{part} is {name!r}, which is not there")
        yield part, path


def _each(given: Json) -> list[Json]:
    return given if isinstance(given, list) else [given]
