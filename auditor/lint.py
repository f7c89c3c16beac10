"""What no single rule file can show: references between files, and words no report may use.

Each linter is a generator of mistakes over the whole catalogue; `lint` chains them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from auditor.catalogue import FORMS, Catalogue, documents
from auditor.decode import firestoremaps
from auditor.forms import At, Mistake
from auditor.match import All, Condition, Not
from auditor.match import Any as AnyOf
from auditor.model import Fact
from auditor.notation import parse_fact
from auditor.vocabulary import CONTEXTS, NOTICES, UNSEEN, WEAKNESSES

type Placed = tuple[str, At, str]
"""Rule (`folder/id`), place in it, what is wrong."""

ROOTS = ("personal",)
"""Words at which every chain of `broader` in `rules/data` ends."""

ACCUSING = re.compile(
    r"\bviolat\w*|\bbreach(?:es|ed)? (?:of )?the law|\bshkel(?!jes? (?:e|të) mundshme)\w*|\billegal\w*",
    re.IGNORECASE,
)
"""Words with which a tool would pass judgment. "Shkelje e mundshme" (possible contravention) is allowed."""

TERM = re.compile(r"shkelj\w+ (?:e|të) sigurisë", re.IGNORECASE)
"""A security breach is a term of the law, not a judgment."""


def lint(rules: Catalogue) -> list[Mistake]:
    """All mistakes between files, sorted by file and line."""
    linters = (
        _broader, _families, _structures, _languages, _duties, _facts, _tests, _literals, _wording, _scopes,
        _titles, _endpoints, _decoders,
    )  # fmt: skip
    found = [placed for linter in linters for placed in linter(rules)]
    lines = dict(documents(rules.home)) if found else {}
    placed = {Mistake(lines[name].file, lines[name].line(at), what) for name, at, what in found}
    return sorted(placed | set(_strays(rules)))


def _strays(rules: Catalogue) -> Iterator[Mistake]:
    """Files that no folder's form covers would never be read, and nobody would notice."""
    for path in rules.home.rglob("*.y*ml"):
        inside = path.relative_to(rules.home)
        if len(inside.parts) != 2 or inside.parts[0] not in FORMS or path.suffix != ".yml":
            expected = f"expected FOLDER/NAME.yml with one of {', '.join(FORMS)}"
            yield Mistake(f"rules/{inside}", 0, f"is read by nothing; {expected}")


def _broader(rules: Catalogue) -> Iterator[Placed]:
    for kind in rules.data.values():
        for word in kind.broader:
            if word not in rules.data:
                yield (f"data/{kind.id}", ("broader",), f"broader word {word!r} has no file in rules/data")
        if kind.id not in ROOTS and not rules.words.up(kind.id) & set(ROOTS):
            yield (
                f"data/{kind.id}",
                ("broader",),
                "the chain of broader words does not end in 'personal'",
            )


def _families(rules: Catalogue) -> Iterator[Placed]:
    known = {family for language in rules.languages.values() for family in language.families}
    hinted = {f"~{family}" for language in rules.languages.values() for family in language.hints}
    for practice in rules.practices.values():
        asked: list[tuple[At, set[str]]] = [
            (("together", index), set(group) - known) for index, group in enumerate(practice.together)
        ]
        for index, row in enumerate(practice.told_by):
            families = {family for group in row.get("together", ()) for family in group}
            families |= set(row.get("without", ()))
            asked.append((("told by", index), families - known - hinted))
        for at, strangers in asked:
            for family in strangers:
                yield (f"practices/{practice.id}", at, f"word family {family!r} is in no language")


def _structures(rules: Catalogue) -> Iterator[Placed]:
    """What a practice is told by exists: kinds of constants, and facts that stand beside."""
    kinds = {*rules.arguments, *BESIDES}
    for practice in rules.practices.values():
        for index, row in enumerate(practice.told_by):
            at: At = ("told by", index)
            for kind in sorted(set(row["in"]) - kinds):
                yield f"practices/{practice.id}", at, f"{kind!r} has no file in rules/arguments"
            for fact in map(parse_fact, row.get("beside", ())):
                if fact.what not in _known_words(rules).get(fact.kind, set()):
                    yield f"practices/{practice.id}", at, f"{fact.kind}:{fact.what} is no known word"


BESIDES = ("path", "text", "tariff", "form", "name", "label", "class", "member", "record")
"""What `told by` may name beside kinds of constants."""


def _languages(rules: Catalogue) -> Iterator[Placed]:
    """A word stands once in its family: among the words or among the wider ones."""
    for language in rules.languages.values():
        for family in language.families.keys() | language.hints.keys():
            listed = [*language.families.get(family, ()), *language.hints.get(family, ())]
            for word in sorted({word for word in listed if listed.count(word) > 1}):
                yield (f"languages/{language.id}", (), f"{word!r} stands twice in the family {family!r}")


def unreviewed(rules: Catalogue) -> list[str]:
    """English names of the languages whose words nobody who speaks them has checked."""
    return sorted(one.name["en"] for one in rules.languages.values() if one.review == "open")


def _duties(rules: Catalogue) -> Iterator[Placed]:
    """Every duty named by a check or by some law stands in every law."""
    asked = {duty for check in rules.checks.values() for duty in check.all_duties}
    stated = {duty for regime in rules.regimes.values() for duty in regime.duties}
    for regime in rules.regimes.values():
        for duty in sorted((asked | stated) - regime.duties.keys()):
            yield (
                f"regimes/{regime.id}",
                ("duties",),
                f"duty {duty!r} is missing; expected provisions or `none`",
            )


def _facts(rules: Catalogue) -> Iterator[Placed]:
    known = _known_words(rules)
    for check in rules.checks.values():
        facts = [*_facts_in(check.when), *([check.for_each] if check.for_each else [])]
        for fact in facts:
            if fact.what != "*" and fact.what not in known.get(fact.kind, {fact.what}):
                yield (f"checks/{check.id}", ("when",), f"{fact.kind}:{fact.what} is no known word")


def _known_words(rules: Catalogue) -> Mapping[str, set[str]]:
    roles = {word for vendor in rules.vendors for word in rules.words.up(vendor)}
    return {
        "data": set(rules.data),
        "practice": set(rules.practices),
        "sdk": set(rules.vendors) | roles | {UNSEEN},
        "weakness": set(WEAKNESSES),
        "context": set(CONTEXTS),
        "notice": set(NOTICES),
    }


def _facts_in(condition: Condition) -> Iterator[Fact]:
    if isinstance(condition, (All, AnyOf)):
        for part in condition.parts:
            yield from _facts_in(part)
    elif isinstance(condition, Not):
        yield from _facts_in(condition.part)
    elif condition.fact is not None:
        yield condition.fact


def _tests(rules: Catalogue) -> Iterator[Placed]:
    """A firing and a quiet case in every file that recognises something."""
    for folder in ("data", "practices", "vendors"):
        for item in getattr(rules, folder).values():
            recognises = _recognises(folder, item)
            quiet = any(not test["expect"] for test in item.tests)
            fires = any(_names(item.id, test["expect"]) for test in item.tests)
            if recognises and not (quiet and fires):
                what = "needs a test that fires and one that keeps quiet (`expect: []`)"
                yield (f"{folder}/{item.id}", ("tests",), what)
    for check in rules.checks.values():
        if not {"found", "clear"} <= {test["expect"] for test in check.tests}:
            yield (f"checks/{check.id}", ("tests",), "needs a test with `found` and one with `clear`")


def _recognises(folder: str, item: Any) -> bool:
    """Whether a package can show it: some words only group others, some only traffic shows."""
    if folder == "practices":
        return bool(item.together or item.told_by)
    return bool(folder != "data" or item.declared or item.called or item.content)


def _literals(rules: Catalogue) -> Iterator[Placed]:
    """The same for what is found in texts; a secret's vendor is one we know."""
    firing = {f"addresses/{rule.id}": (rule.sort, rule.tests) for rule in rules.addresses.values()}
    firing |= {f"secrets/{rule.id}": (rule.id, rule.tests) for rule in rules.secrets.values()}
    for name, (word, tests) in firing.items():
        if len({word in test["expect"] for test in tests}) < 2:
            yield (name, ("tests",), f"needs a test that finds {word!r} and one that does not")
    for secret in rules.secrets.values():
        if secret.vendor and secret.vendor not in rules.vendors:
            yield (f"secrets/{secret.id}", ("vendor",), f"{secret.vendor!r} has no file in rules/vendors")


def _networks(rules: Catalogue) -> Iterator[Placed]:
    """A network is tried with a request that shows something of it and with one that shows nothing."""
    for network in rules.networks.values():
        if len({bool(test["expect"]) for test in network.tests}) < 2:
            what = "needs a test that finds something and one that keeps quiet (`expect: []`)"
            yield f"networks/{network.id}", ("tests",), what


def _names(word: str, statements: list[str]) -> bool:
    """Whether a statement is about the word: `declared data:WORD`, or `data:x > WORD`."""
    return any(re.search(rf"(?::|> ){re.escape(word)}(?: |$)", s) for s in statements)


def _wording(rules: Catalogue) -> Iterator[Placed]:
    """Nothing shown to a reader says "violation"."""
    for name, value in rules.raw.items():
        for at, text in _texts(value, ()):
            found = ACCUSING.search(TERM.sub("", text))
            if found and name.partition("/")[0] != "languages":
                yield (name, at, f"{found[0]!r} judges; auditor reports facts and possible contraventions")


def _texts(value: Any, at: At) -> Iterator[tuple[At, str]]:
    if isinstance(value, str):
        yield at, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _texts(inner, (*at, key))


def _scopes(rules: Catalogue) -> Iterator[Placed]:
    for vendor in rules.vendors.values():
        for scope, word in vendor.scopes.items():
            if word not in rules.data:
                yield (f"vendors/{vendor.id}", ("scopes", scope), f"{word!r} has no file in rules/data")


def _endpoints(rules: Catalogue) -> Iterator[Placed]:
    """Data types and decoders that exist, ids that stand once, and a request that keeps quiet."""
    decoders = {*rules.decoders, *(known.id for known in firestoremaps.MAPS.values())}
    whole = {
        f"{vendor.id}/{endpoint['id']}"
        for vendor in rules.vendors.values()
        for endpoint in vendor.endpoints
        if "like" not in endpoint
    }
    for vendor in rules.vendors.values():
        name, ids = f"vendors/{vendor.id}", [endpoint["id"] for endpoint in vendor.endpoints]
        for index, endpoint in enumerate(vendor.endpoints):
            at: At = ("endpoints", index)
            if ids.index(endpoint["id"]) != index:
                yield name, at, f"endpoint {endpoint['id']!r} stands here twice"
            for field in endpoint.get("fields", ()):
                if field["data"] not in rules.data:
                    yield name, at, f"{field['data']!r} has no file in rules/data"
            if endpoint.get("like", "") not in ("", *ids[:index], *whole):
                yield name, at, f"no endpoint {endpoint['like']!r} stands before this one"
            if (wanted := endpoint.get("decode", {}).get("body", "")) and wanted not in decoders:
                yield name, at, f"{wanted!r} has no file in rules/decoders"
        asked = [test for test in vendor.tests if "request" in test["given"]]
        if ids and all(test["expect"] for test in asked):
            yield name, ("tests",), "needs a test with a request that keeps quiet (`expect: []`)"


def _decoders(rules: Catalogue) -> Iterator[Placed]:
    """Messages that exist, and a test that opens something and one that opens nothing."""
    for decoder in rules.decoders.values():
        name = f"decoders/{decoder.id}"
        inside = {field.get("message") for fields in decoder.messages.values() for field in fields.values()}
        for message in sorted({decoder.root, *filter(None, inside)} - decoder.messages.keys()):
            yield name, ("messages",), f"message {message!r} is named and nowhere described"
        if len({bool(test["expect"]) for test in decoder.tests}) < 2:
            yield name, ("tests",), "needs a test that opens something and one that opens nothing"


def _titles(rules: Catalogue) -> Iterator[Placed]:
    """Placeholders are the two that exist, and alike in both languages."""
    for check in rules.checks.values():
        used = {language: set(re.findall(r"\{(\w*)\}", text)) for language, text in check.title.items()}
        if len({frozenset(names) for names in used.values()}) > 1 or set().union(*used.values()) - {
            "what",
            "who",
        }:
            yield (
                f"checks/{check.id}",
                ("title",),
                "placeholders must be {what} or {who}, alike in both languages",
            )
