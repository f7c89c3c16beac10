"""rules/ -> objects. The one place where rule files become types.

Every folder has a form (`rules/README.md` in words, `shapes` in code); loading
reports all mistakes of all files at once, with file and line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from auditor import cache, shapes, vocabulary
from auditor.forms import At, Problem, RuleError, Shape
from auditor.match import All, Condition, Does, Not, Says
from auditor.match import Any as AnyOf
from auditor.model import Claim, Fact, Json, Rung, Text
from auditor.notation import LEVELS, parse_fact
from auditor.shapes import ROLES, SHAPES, level_key
from auditor.vocabulary import Vocabulary

if TYPE_CHECKING:
    from auditor.document import Document

PACKAGE_FACTS = shapes.PACKAGE_FACTS
STRUCTURES = shapes.STRUCTURES
PARTS = shapes.PARTS


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
    called_with: tuple[Mapping[str, Any], ...] = ()
    """Calls that mean this only with a constant: `call`, `argument` from 0, `equals` or `begins`."""
    content: tuple[str, ...] = ()
    """Beginnings of content addresses."""
    partial: bool = False
    """Whether there are ways to this data that none of the calls listed shows."""
    typed: bool = False
    """Whether people also type it in, so that its being sent shows no access to the phone."""
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
    """Word families that must meet in one name; none for a practice that only traffic shows."""
    never: tuple[str, ...] = ()
    told_by: tuple[Mapping[str, Any], ...] = ()
    """Structures of a package that show it: where (`in`), and what must stand there."""
    recorded: tuple[Mapping[str, Any], ...] = ()
    """Structures of a recording that show it: `structure` and traits, each with the values that count."""
    part: str = ""
    """Its part of the profile of engagement, one of `PARTS`; empty when it stands in no profile."""
    asks: tuple[Text, ...] = ()
    """Questions that no package and no recording answers; those of a wider practice hold as well."""
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
    fingerprint: Mapping[str, Any] = field(default_factory=dict)
    """What tells it under shortened names: `strings`, `shapes`, and `least` of both."""
    endpoints: tuple[Mapping[str, Any], ...] = ()
    """What its servers are sent: see `rules/README.md` and `collect/endpoints.py`."""
    sources: tuple[str, ...] = ()
    tests: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Decoder:
    """`rules/decoders`: names for the numbered fields of one protobuf protocol."""

    id: str
    name: Text
    kind: str
    root: str
    """The message that a whole body is."""
    messages: Mapping[str, Mapping[str, Mapping[str, Any]]]
    """Message to field number to `name`, and `type` or `message`, and `repeated`."""
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
    """Family to words that count in any name of the app's own; `*` lets a word go on."""
    review: str
    """`done` when somebody who speaks the language has checked the words, otherwise `open`."""
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Wider words of the same families, for names inside a structure that something else shows."""
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
    adequate: Mapping[str, Any] = field(default_factory=dict)
    """Countries to which data may go as within the country: `act`, `from`, `home`, `listed`, `open`."""
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
    in_context: tuple[Mapping[str, Any], ...] = ()
    """Where the case states one of `stated`: a higher `severity`, and `duties` that only then are touched."""
    cases: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    tests: Sequence[Mapping[str, Any]] = ()

    @property
    def all_duties(self) -> tuple[str, ...]:
        """Those of every context too, each once."""
        more = (duty for context in self.in_context for duty in context.get("duties", ()))
        return tuple(dict.fromkeys((*self.duties, *more)))


@dataclass(frozen=True, slots=True)
class Addresses:
    """`rules/addresses`: addresses of one sort, as far as they are not servers the app talks to."""

    id: str
    name: Text
    sort: str
    """`schema`, `documentation`, `local`; or `endpoint`, to mark some or to know them without a scheme."""
    hosts: tuple[str, ...] = ()
    """`host` (also with `www.`), `*.host` (below it), `host.*` (names that begin so), `host/path/begins`."""
    paths: tuple[str, ...] = ()
    """Expressions for what follows the host, on whatever host."""
    never: tuple[str, ...] = ()
    """Expressions for what follows the host that keep an address out."""
    reserved: bool = False
    """Whether nobody can own these names (RFC 2606)."""
    without_scheme: Mapping[str, int] = field(default_factory=dict)
    """End of a host name to the labels it must have, to be taken for a host with no scheme in front."""
    packages: tuple[str, ...] = ()
    """First labels of names that are packages and not hosts."""
    sources: tuple[str, ...] = ()
    tests: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Secret:
    """`rules/secrets`: how one kind of key, token or account identifier looks."""

    id: str
    name: Text
    pattern: str
    """For bytes; a group, when there is one, is the value itself."""
    nature: str
    """`secret`, or `identifier`: listed, never a weakness."""
    before: str = ""
    """Expression for the part of the value in front of what `pattern` finds."""
    never: tuple[str, ...] = ()
    """Parts of values that are examples or placeholders."""
    vendor: str = ""
    validate: str = ""
    sources: tuple[str, ...] = ()
    tests: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Arguments:
    """`rules/arguments`: calls whose constant arguments tell something."""

    id: str
    name: Text
    calls: tuple[Mapping[str, Any], ...]
    """`call`, `argument` from 0, `each` when its contents count, `vendor` when it is a product's."""
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Regions:
    """`rules/regions`: regions of one operator, as host names declare them."""

    id: str
    name: Text
    hosts: tuple[Any, ...]
    """Expressions for whole host names with a group `region`; or `host` with the `region` it stands for."""
    regions: Mapping[str, Mapping[str, str]]
    """Region to its `country`, empty where it spans several, and `place`."""
    sources: tuple[str, ...] = ()
    tests: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Network:
    """`rules/networks`: one social network, as requests show it."""

    id: str
    name: str
    hosts: tuple[str, ...]
    """Ends of its host names."""
    posts: tuple[str, ...]
    """Expressions for what follows the host in the address of a post."""
    acts: tuple[Mapping[str, Any], ...]
    """What a request does: `action`, `undone`, and how it is told: `method`, `path`, `names`."""
    apps: tuple[str, ...] = ()
    """Packages of its own apps."""
    targets: tuple[str, ...] = ()
    """Parameters that say what it is done to."""
    reads: tuple[str, ...] = ()
    """Expressions for paths that read what persons did."""
    session: tuple[str, ...] = ()
    """Cookies of somebody who is logged in at its web page."""
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
    addresses: Mapping[str, Addresses]
    secrets: Mapping[str, Secret]
    arguments: Mapping[str, Arguments]
    decoders: Mapping[str, Decoder]
    words: Vocabulary
    digest: str
    """SHA-256 over names and contents of all rule files and of the code that reads and checks them."""
    home: Path = Path()
    """The folder the rules came from."""
    raw: Mapping[str, Json] = field(default_factory=dict)
    """Values by `folder/id`, as they stand in the files."""
    regions: Mapping[str, Regions] = field(default_factory=dict)
    networks: Mapping[str, Network] = field(default_factory=dict)

    def permission(self, name: str) -> Mapping[str, Any]:
        """What is known of a permission; empty when it is unknown."""
        for group in self.permissions.values():
            if name in group.permissions:
                return group.permissions[name]
        return {}


FORMS: dict[str, tuple[type, Shape]] = {
    folder: (kind, SHAPES[folder])
    for folder, kind in {
        "data": DataType,
        "practices": Practice,
        "vendors": Vendor,
        "permissions": Permissions,
        "languages": Language,
        "regimes": Regime,
        "checks": Check,
        "addresses": Addresses,
        "secrets": Secret,
        "arguments": Arguments,
        "regions": Regions,
        "networks": Network,
        "decoders": Decoder,
    }.items()
}
"""Folder to what its files become and the form they must have."""


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
    exactly, level, phase = cast("tuple[bool, str, str]", level_key(key))
    about = None if inner == "it" else parse_fact(inner)
    found = LEVELS[level]
    return Says(found, about) if isinstance(found, Claim) else Does(Rung(found), about, exactly, phase)


def _words(objects: Mapping[str, Mapping[str, Any]]) -> Vocabulary:
    arrows: dict[str, Iterable[str]] = {}
    for folder in ("data", "practices"):
        arrows |= {key: item.broader for key, item in objects[folder].items()}
    lists = [regime.adequate for regime in objects["regimes"].values() if regime.adequate]
    for key, vendor in objects["vendors"].items():
        arrows[key] = vocabulary.words_of_vendor(vendor.roles, vendor.seat.get("country", ""), lists)
    seats = {word for above in arrows.values() for word in above if word.startswith(vocabulary.SEAT)}
    arrows[vocabulary.UNSEEN] = vocabulary.roles_above(ROLES) | seats
    return vocabulary.vocabulary(arrows, {key for key, item in objects["data"].items() if item.typed})


def _digest(home: Path) -> str:
    """Over names and contents of all rule files, and over the code that reads and checks them."""
    total = hashlib.sha256()
    code = [
        Path(__file__).with_name(f"{name}.py")
        for name in ("catalogue", "document", "endpointforms", "forms", "shapes")
    ]
    for path in (*code, *sorted(home.glob("*/*.yml"))):
        total.update(f"{path.parent.name}/{path.name}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()
