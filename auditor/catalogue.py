"""rules/ -> objects. The one place where rule files become types.

Every folder has a form (`rules/README.md` in words, `FORMS` here); loading
reports all mistakes of all files at once, with file and line.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from auditor import cache, forms, vocabulary
from auditor.forms import At, Problem, RuleError, Shape
from auditor.match import All, Condition, Does, Not, Says
from auditor.match import Any as AnyOf
from auditor.model import Claim, Fact, Json, Rung, Text
from auditor.notation import LEVELS, NotationError, parse_fact, parse_lines
from auditor.vocabulary import Vocabulary

if TYPE_CHECKING:
    from auditor.document import Document

PHASES = ("before consent", "after consent", "after refusal", "after withdrawal", "while closed")

ROLES = (
    "advertising analytics crash-reporting push social-login social-sharing attribution "
    "session-replay back-end authentication storage remote-config maps location advertising-id "
    "payments messaging engagement performance cdn support framework"
).split()


def shipped(name: str) -> Path:
    """The folder `rules` or `templates`: inside the wheel, else beside the package in a checkout."""
    inside = Path(str(files("auditor"))) / name
    beside = {"rules": "rules", "templates": "reports/templates"}[name]
    return inside if inside.is_dir() else Path(__file__).parent.parent / beside


# Objects ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DataType:
    """`rules/data`: WHAT. How each rung shows one personal-data type."""

    id: str
    name: Text
    broader: tuple[str, ...] = ()
    declared: tuple[Mapping[str, Any], ...] = ()
    """`permission`, and `from`, `to`: Android API bounds of that meaning."""
    called: tuple[str, ...] = ()
    """`package.Class.member` of the platform."""
    content: tuple[str, ...] = ()
    """Beginnings of content addresses."""
    partial: bool = False
    """Whether there are ways to this data that none of the calls listed shows."""
    store: str = ""
    dpv: str = ""
    sources: tuple[str, ...] = ()
    tests: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Practice:
    """`rules/practices`: WHAT ELSE the app does."""

    id: str
    name: Text
    broader: tuple[str, ...] = ()
    together: tuple[tuple[str, ...], ...] = ()
    """Word families that must meet in one name."""
    never: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tests: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Vendor:
    """`rules/vendors`: WHO. One product of one company."""

    id: str
    name: str
    company: str = ""
    seat: Mapping[str, str] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    meta_data: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    native: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    """Beginnings of resource names it brings along: they are not the app's own."""
    hosts: tuple[str, ...] = ()
    scopes: Mapping[str, str] = field(default_factory=dict)
    """Log-in scope to the data type it opens."""
    distinctive_scopes: bool = False
    """Whether a scope counts without the product's classes (log-in through a browser)."""
    identity: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tests: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Permissions:
    """`rules/permissions`: what the permissions of one origin mean."""

    id: str
    permissions: Mapping[str, Mapping[str, Any]]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Language:
    """`rules/languages`: how one language says it."""

    id: str
    name: Text
    families: Mapping[str, tuple[str, ...]]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Regime:
    """`rules/regimes`: LAW. Which provision each duty is, from when to when, how sure."""

    id: str
    name: Text
    duties: Mapping[str, Any]
    """Duty to a list of provisions, or to `{none: reason}`."""
    valid: Mapping[str, str] = field(default_factory=dict)
    address: str = ""
    note: Text = field(default_factory=dict)
    comparator: bool = False
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """`rules/checks`: WHEN facts amount to a finding."""

    id: str
    number: str
    title: Text
    status: str
    severity: str
    confidence: str
    kind: str
    when: Condition
    duties: tuple[str, ...]
    why: Text
    limits: Text
    verify: Text
    remedy: Text
    for_each: Fact | None = None
    cases: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tests: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All rules, by id."""

    data: Mapping[str, DataType]
    practices: Mapping[str, Practice]
    vendors: Mapping[str, Vendor]
    permissions: Mapping[str, Permissions]
    languages: Mapping[str, Language]
    regimes: Mapping[str, Regime]
    checks: Mapping[str, Check]
    words: Vocabulary
    digest: str
    """SHA-256 over names and contents of all rule files and of the code that reads and checks them."""
    home: Path = Path()
    """The folder the rules came from."""
    raw: Mapping[str, Json] = field(default_factory=dict)
    """Values by `folder/id`, as they stand in the files."""

    def permission(self, name: str) -> Mapping[str, Any]:
        """What is known of a permission; empty when it is unknown."""
        for group in self.permissions.values():
            if name in group.permissions:
                return group.permissions[name]
        return {}


# Forms ------------------------------------------------------------------------


def fact(value: Json, at: At) -> Iterator[Problem]:
    """A fact in the notation, or `it`."""
    try:
        if value != "it":
            parse_fact(str(value))
    except NotationError as error:
        yield at, str(error)


def lines(value: Json, at: At) -> Iterator[Problem]:
    """Lines of evidence and gaps."""
    try:
        list(parse_lines(str(value or "")))
    except NotationError as error:
        yield at, str(error)


def condition(value: Json, at: At) -> Iterator[Problem]:
    """A condition of the check language."""
    if not isinstance(value, dict) or len(value) != 1:
        yield at, "a condition must be one key: all, any, not, a rung or a claim"
        return
    key, inner = next(iter(value.items()))
    if key in ("all", "any"):
        yield from forms.many(condition, least=1)(inner, (*at, key))
    elif key == "not":
        yield from condition(inner, (*at, key))
    elif _level_key(key) is None:
        yield (
            (*at, key),
            f"{key!r} is no condition; expected all, any, not, [exactly] RUNG [PHASE] or a claim",
        )
    else:
        yield from fact(inner, (*at, key))


PACKAGE_FACTS = (
    "classes members calls strings permissions components meta-data native resources files".split()
)

_names = forms.many(forms.text)
_package_test = forms.keys(
    {
        "name": forms.text,
        "given": forms.keys(
            {}, {"package": forms.text, "target": forms.number} | dict.fromkeys(PACKAGE_FACTS, _names)
        ),
        "expect": _names,
    }
)
_check_test = forms.keys(
    {"name": forms.text, "given": lines, "expect": forms.one_of("found", "clear", "undetermined")}
)
_sources = forms.many(forms.text, least=1)
_provision = forms.keys(
    {
        "article": forms.text,
        "title": forms.both_languages,
        "confirmed": forms.one_of("T", "S", "U"),
        "source": forms.text,
    },
    {"from": forms.date, "note": forms.both_languages},
)
_declared = forms.keys(
    {"permission": forms.identifier},
    {"from": forms.number, "to": forms.number, "target below": forms.number},
)
_permission = forms.keys(
    {
        "level": forms.one_of("normal", "dangerous", "signature", "special"),
        "means": forms.both_languages,
    },
    {"since": forms.number, "until": forms.number, "target": forms.number},
)

FORMS: dict[str, tuple[type, Shape]] = {
    "data": (
        DataType,
        forms.keys(
            {
                "id": forms.word,
                "name": forms.both_languages,
                "broader": forms.many(forms.word),
                "sources": _sources,
            },
            {
                "declared": forms.many(_declared),
                "called": forms.many(
                    forms.matching(r"[a-z][\w.]*\.[A-Z][\w.$]*\.(\w+|<init>)", "package.Class.member")
                ),
                "content": forms.many(forms.matching(r"content://\S+", "the beginning of a content address")),
                "partial": forms.flag,
                "store": forms.text,
                "dpv": forms.text,
                "tests": forms.many(_package_test),
            },
        ),
    ),
    "practices": (
        Practice,
        forms.keys(
            {
                "id": forms.word,
                "name": forms.both_languages,
                "together": forms.many(forms.many(forms.word, least=2), least=1),
                "sources": _sources,
                "tests": forms.many(_package_test, least=2),
            },
            {"broader": forms.many(forms.word), "never": _names},
        ),
    ),
    "vendors": (
        Vendor,
        forms.keys(
            {
                "id": forms.word,
                "name": forms.text,
                "company": forms.text,
                "roles": forms.many(forms.one_of(*ROLES), least=1),
                "sources": _sources,
                "tests": forms.many(_package_test, least=2),
            },
            {
                "seat": forms.keys(
                    {"country": forms.matching("[A-Z]{2}", "an ISO 3166 code"), "entity": forms.text}
                ),
                "scopes": forms.table(forms.word),
                "distinctive scopes": forms.flag,
            }
            | {
                key: forms.many(forms.text)
                for key in (
                    "code components meta-data permissions native resources files names hosts identity "
                    "secrets"
                ).split()
            },
        ),
    ),
    "permissions": (
        Permissions,
        forms.keys(
            {"id": forms.word, "permissions": forms.table(_permission, forms.identifier), "sources": _sources}
        ),
    ),
    "languages": (
        Language,
        forms.keys(
            {
                "id": forms.word,
                "name": forms.both_languages,
                "families": forms.table(forms.many(forms.matching(r"\S+\*?", "a folded word")), forms.word),
                "sources": _sources,
            }
        ),
    ),
    "regimes": (
        Regime,
        forms.keys(
            {
                "id": forms.word,
                "name": forms.both_languages,
                "address": forms.text,
                "valid": forms.keys({"from": forms.date}, {"to": forms.date}),
                "sources": _sources,
                "duties": forms.table(
                    forms.either(
                        lambda value: isinstance(value, dict),
                        forms.keys({"none": forms.both_languages}),
                        forms.many(_provision, least=1),
                    ),
                    forms.word,
                ),
            },
            {"note": forms.both_languages, "comparator": forms.flag},
        ),
    ),
    "checks": (
        Check,
        forms.keys(
            {
                "id": forms.word,
                "number": forms.matching(r"[A-Z]{3,4}-\d\d", "a catalogue number such as PERM-03"),
                "title": forms.both_languages,
                "status": forms.one_of("draft", "stable", "retired"),
                "severity": forms.one_of("low", "medium", "high"),
                "confidence": forms.one_of("low", "medium", "high"),
                "kind": forms.one_of("observed", "contradiction", "absent", "question"),
                "when": condition,
                "duties": forms.many(forms.word, least=1),
                "why": forms.both_languages,
                "limits": forms.both_languages,
                "verify": forms.both_languages,
                "remedy": forms.both_languages,
                "tests": forms.many(_check_test, least=2),
            },
            {"for each": fact, "cases": _names, "sources": _names},
        ),
    ),
}


# Loading ----------------------------------------------------------------------


def load(home: Path | None = None) -> Catalogue:
    """All rules below `home`. Raises RuleError with every mistake of every file."""
    home = home or shipped("rules")
    digest = _digest(home)
    values = _kept(digest) or _checked(home, digest)
    objects: dict[str, dict[str, Any]] = {folder: {} for folder in FORMS}
    for name, value in values.items():
        folder, _, key = name.partition("/")
        objects[folder][key] = _build(FORMS[folder][0], value)
    return Catalogue(**objects, words=_words(objects), digest=digest, home=home, raw=values)


def _checked(home: Path, digest: str) -> dict[str, Json]:
    """Values of all files by `folder/id`, once none of them has a mistake."""
    found = dict(documents(home))
    mistakes = [mistake for document in found.values() for mistake in document.mistakes]
    if mistakes:
        raise RuleError(mistakes)
    values = {name: document.value for name, document in found.items()}
    cache.write("rules", digest, json.dumps(values).encode())
    return values


def _kept(digest: str) -> dict[str, Json] | None:
    """Values that an earlier run found free of mistakes: the digest covers the forms too."""
    kept = cache.read("rules", digest)
    return json.loads(kept) if kept else None


def documents(home: Path) -> Iterator[tuple[str, Document]]:
    """Every rule file as (`folder/id`, values with lines and mistakes)."""
    from auditor import document  # late: most runs find the rules in the cache and need no YAML

    for folder, (_, shape) in FORMS.items():
        for path in sorted((home / folder).glob("*.yml")):
            name = f"{folder}/{path.stem}"
            found = document.read(path, f"rules/{name}.yml")
            if not found.mistakes:
                found.check(shape)
                found.check(_named_like(path.stem))
            yield name, found


def _named_like(stem: str) -> Shape:
    def shape(value: Json, _at: At) -> Iterator[Problem]:
        if isinstance(value, dict) and value.get("id") != stem:
            yield ("id",), f"id {value.get('id')!r} differs from the file name {stem!r}"

    return shape


def _build(kind: type, raw: Mapping[str, Any]) -> object:
    """Lists become tuples, but for tests: they are half of all rules, and only `rules test` looks at them."""
    given = {
        key.replace("-", "_").replace(" ", "_"): value if key == "tests" else _frozen(value)
        for key, value in raw.items()
    }
    if kind is Check:
        given["when"] = parse_condition(raw["when"])
        given["for_each"] = parse_fact(raw["for each"]) if "for each" in raw else None
    return kind(**given)


def _frozen(value: Json) -> Any:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    return value


def parse_condition(value: Mapping[str, Any]) -> Condition:
    """A checked condition as an object."""
    key, inner = next(iter(value.items()))
    if key in ("all", "any"):
        parts = tuple(parse_condition(part) for part in inner)
        return All(parts) if key == "all" else AnyOf(parts)
    if key == "not":
        return Not(parse_condition(inner))
    exactly, level, phase = cast("tuple[bool, str, str]", _level_key(key))
    about = None if inner == "it" else parse_fact(inner)
    found = LEVELS[level]
    return Says(found, about) if isinstance(found, Claim) else Does(Rung(found), about, exactly, phase)


def _level_key(key: str) -> tuple[bool, str, str] | None:
    found = re.fullmatch(r"(exactly )?(\w+)(?: (.+))?", key)
    if not found or found[2] not in LEVELS or (found[3] and found[3] not in PHASES):
        return None
    return bool(found[1]), found[2], found[3] or ""


def _words(objects: Mapping[str, Mapping[str, Any]]) -> Vocabulary:
    arrows: dict[str, Iterable[str]] = {}
    for folder in ("data", "practices"):
        arrows |= {key: item.broader for key, item in objects[folder].items()}
    for key, vendor in objects["vendors"].items():
        arrows[key] = vocabulary.roles_above(vendor.roles)
    arrows[vocabulary.UNSEEN] = vocabulary.roles_above(ROLES)
    return vocabulary.vocabulary(arrows)


def _digest(home: Path) -> str:
    """Over names and contents of all rule files, and over the code that reads and checks them."""
    total = hashlib.sha256()
    code = [Path(__file__).with_name(name) for name in ("catalogue.py", "document.py", "forms.py")]
    for path in (*code, *sorted(home.glob("*/*.yml"))):
        total.update(f"{path.parent.name}/{path.name}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
