"""The form of every folder in `rules/`: which keys a file has, and what stands under each.

`rules/README.md` says the same in words; `catalogue` turns files that pass into objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor import endpointforms, forms
from auditor.forms import At, Problem, Shape
from auditor.model import Json
from auditor.notation import LEVELS, NotationError, parse_fact, parse_lines
from auditor.vocabulary import CONTEXTS

PHASES = (
    "before consent",
    "after consent",
    "after refusal",
    "after withdrawal",
    "before login",
    "while closed",
    "in background",
)
"""What a condition may say of the moment; `collect/traffic/phases.py` gives them to what was sent."""

ROLES = (
    "advertising analytics crash-reporting push social-login social-sharing attribution "
    "session-replay back-end authentication storage remote-config maps location advertising-id "
    "payments messaging engagement performance cdn support framework"
).split()

PACKAGE_FACTS = (
    "classes members calls strings permissions components meta-data native resources files names constants"
    " paths tariff forms".split()
)
"""What a test may say a package holds."""

STRUCTURES = (
    "award",
    "ranking",
    "tier",
    "reaction",
    "watching",
    "attendance",
    "opening",
    "belonging",
    "unit report",
    "task",
    "proof",
    "automatic",
    "referral",
    "quota",
    "address book",
    "topic",
    "accounts",
)
"""What a recording may show of engagement (`collect/engagement/`, one detector each)."""

PARTS = ("scored", "asked", "acting", "watched", "grouped", "shown", "reported")
"""Parts of the profile of engagement, in the order of the report: what counts, what people are asked to do,
what is done in their name, what is watched, how people are grouped, what others see, what is reported on."""

SORTS = ("endpoint", "schema", "documentation", "local")
"""What an address is for, as far as rules can tell: a server, a name in a format, a page, this network."""

VALIDATORS = ("jwt", "supabase-anon", "pem")
"""What is tried on a secret beyond its pattern (`collect/secrets.py`)."""


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
    elif level_key(key) is None:
        yield (
            (*at, key),
            f"{key!r} is no condition; expected all, any, not, [exactly] RUNG [PHASE] or a claim",
        )
    else:
        yield from fact(inner, (*at, key))


_ATOM = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]")
_FRONT = re.compile(r"\(\?:[\w:./-]{2,}(?:\|[\w:./-]{2,})+\)|(?:[\w:/@$-]|\\[.$|-]){2}(?![{?*+])")


def pattern(value: Json, at: At) -> Iterator[Problem]:
    """A regular expression over bytes that costs the same wherever it is tried, in RE2 and in `re`.

    It begins with two literal characters, so that a search passes over everything else, and goes on without
    bound only at its end, so that no byte is looked at again for every hit.
    """
    text = str(value)
    plain = _ATOM.sub("x", text)
    if not text.isascii() or not _compiles(text) or re.search(r"\\[1-9AZ]", text):
        yield at, f"{text!r} is no regular expression over bytes that RE2 knows"
    elif re.search(r"\(\?(?!i?:)|[*+]|\.", plain) or re.search(r"\{(?:\d*,)?\d{4}", plain):
        yield at, "only literals, classes, (?: ), ( ), |, ? and {n,m} up to 999 may be used"
    elif re.search(r"\{\d+,\}(?!\)*$)", plain):
        yield at, "{n,} may stand only at the end"
    elif not _FRONT.match(text):
        yield at, "must begin with two literal characters, or with (?: ) over such words"


def expression(value: Json, at: At) -> Iterator[Problem]:
    """A regular expression in Python's notation."""
    if not isinstance(value, str) or not _compiles(value):
        yield at, f"{value!r} is no regular expression"


def _compiles(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def level_key(key: str) -> tuple[bool, str, str] | None:
    """`exactly transmitted before consent` as (exactly, level, phase); None when it is no such key."""
    found = re.fullmatch(r"(exactly )?(\w+)(?: (.+))?", key)
    if not found or found[2] not in LEVELS or (found[3] and found[3] not in PHASES):
        return None
    return bool(found[1]), found[2], found[3] or ""


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
_request_test = forms.keys(
    {"name": forms.text, "given": forms.keys({"request": endpointforms.REQUEST}), "expect": _names},
    {"opaque": forms.flag, "events": _names, "writes": _names, "consent": _names},
)


def _vendor_test(value: Json, at: At) -> Iterator[Problem]:
    """What a package holds, or a request that is sent."""
    given = value.get("given") if isinstance(value, dict) else None
    asks = isinstance(given, dict) and "request" in given
    yield from (_request_test if asks else _package_test)(value, at)


_recording_test = forms.keys(
    {
        "name": forms.text,
        "given": forms.keys({"recording": forms.many(endpointforms.EXCHANGE, least=1)}),
        "expect": _names,
    },
    {"tariff": _names},
)


def _practice_test(value: Json, at: At) -> Iterator[Problem]:
    """What a package holds, or what a recording shows."""
    given = value.get("given") if isinstance(value, dict) else None
    recorded = isinstance(given, dict) and "recording" in given
    yield from (_recording_test if recorded else _package_test)(value, at)


_family = forms.matching(r"~?[a-z]+", "a word family, with `~` before it where its hints count too")
_told_by = forms.keys(
    {"in": forms.many(forms.word, least=1)},
    {
        "together": forms.many(forms.many(_family, least=1), least=1),
        "without": forms.many(_family, least=1),
        "ends": forms.many(forms.text, least=1),
        "begins": forms.many(forms.text, least=1),
        "equals": forms.many(forms.text, least=1),
        "beside": forms.many(fact, least=1),
    },
)
_structure = forms.keys(
    {"structure": forms.one_of(*STRUCTURES)},
    {key: forms.many(forms.text, least=1) for key in ("action", "undone", "of")},
)


_check_test = forms.keys(
    {"name": forms.text, "given": lines, "expect": forms.one_of("found", "clear", "undetermined")}
)
_in_context = forms.many(
    forms.keys(
        {"stated": forms.many(forms.one_of(*sorted(CONTEXTS)), least=1)},
        {"severity": forms.one_of("low", "medium", "high"), "duties": forms.many(forms.word, least=1)},
    )
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
_domain = forms.matching(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*", "the end of a host name, without a dot in front")
_host = forms.matching(
    r"(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*(?:\.\*)?(?:/\S*)?",
    "HOST, *.HOST or HOST.* in lower case, with the beginning of a path when that matters",
)
_address_test = forms.keys(
    {"name": forms.text, "given": forms.text, "expect": forms.many(forms.one_of(*SORTS))}
)
_secret_test = forms.keys(
    {
        "name": forms.text,
        "given": forms.either(lambda value: isinstance(value, list), _names, forms.text),
        "expect": forms.many(forms.word),
    }
)


def _from(least: int) -> Shape:
    """A whole number that is not smaller."""

    def shape(value: Json, at: At) -> Iterator[Problem]:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            yield at, f"{at[-1]} must be a whole number from {least} on, not {value!r}"

    return shape


_fingerprint = forms.keys(
    {
        "strings": forms.many(
            forms.matching(r"[ -~]{8,200}", "a text in ASCII of 8 characters or more"), least=6
        ),
        "least": forms.keys({"strings": _from(3)}, {"shapes": _from(2)}),
    },
    {"shapes": forms.many(forms.matching(r"[0-9a-f]{16}", "16 hexadecimal digits"), least=2)},
)

_country = forms.matching("[A-Z]{2}", "an ISO 3166 code")
_group = forms.keys(
    {
        "why": forms.both_languages,
        "countries": forms.many(_country, least=1),
        "confirmed": forms.one_of("T", "S", "U"),
        "source": forms.text,
    },
    {"id": forms.one_of("eea")},
)
_adequate = forms.keys(
    {
        "act": forms.both_languages,
        "from": forms.date,
        "confirmed": forms.one_of("T", "S", "U"),
        "source": forms.text,
        "home": _country,
        "listed": forms.many(_group, least=1),
        "open": forms.many(_group),
    }
)

_families = forms.table(
    forms.many(
        forms.matching(
            r"[^\W\d_]+|[^\W\d_]{4,}\*|\*[^\W\d_]{4,}", "one word, or 4 letters or more of one, with one `*`"
        ),
        least=1,
    ),
    forms.word,
)

REACTIONS = ("like", "share", "comment")
"""What is done in a social network (`rules/networks`)."""
_act = forms.keys(
    {"action": forms.one_of(*REACTIONS)},
    {
        "undone": forms.flag,
        "method": forms.many(forms.matching("[A-Z]+", "an HTTP method"), least=1),
        "path": endpointforms.bounded,
        "names": forms.many(forms.text, least=1),
    },
)
_network_test = forms.keys(
    {
        "name": forms.text,
        "given": endpointforms.REQUEST,
        "expect": forms.many(forms.one_of(*REACTIONS, "unlike", "post", "read")),
    }
)

_region_host = forms.keys({"host": expression, "region": forms.text})
_region_test = forms.keys({"name": forms.text, "given": forms.text, "expect": forms.many(forms.text)})

_member = forms.matching(r"[a-z][\w.]*\.[A-Z][\w.$]*\.(\w+|<init>)", "package.Class.member")
_constant = forms.either(lambda value: isinstance(value, int), forms.number, forms.text)

SHAPES: dict[str, Shape] = {
    "arguments": forms.keys(
        {
            "id": forms.word,
            "name": forms.both_languages,
            "calls": forms.many(
                forms.keys(
                    {"call": _member, "argument": forms.number}, {"each": forms.flag, "vendor": forms.word}
                ),
                least=1,
            ),
            "sources": _sources,
        }
    ),
    "data": forms.keys(
        {
            "id": forms.word,
            "name": forms.both_languages,
            "broader": forms.many(forms.word),
            "sources": _sources,
        },
        {
            "declared": forms.many(_declared),
            "called": forms.many(_member),
            "called with": forms.many(
                forms.keys(
                    {"call": _member, "argument": forms.number},
                    {"equals": forms.many(_constant, least=1), "begins": forms.many(forms.text, least=1)},
                )
            ),
            "content": forms.many(forms.matching(r"content://\S+", "the beginning of a content address")),
            "partial": forms.flag,
            "typed": forms.flag,
            "store": forms.text,
            "dpv": forms.text,
            "tests": forms.many(_package_test),
        },
    ),
    "practices": forms.keys(
        {
            "id": forms.word,
            "name": forms.both_languages,
            "sources": _sources,
        },
        {
            "broader": forms.many(forms.word),
            "together": forms.many(forms.many(forms.word, least=2), least=1),
            "never": _names,
            "told by": forms.many(_told_by, least=1),
            "recorded": forms.many(_structure, least=1),
            "part": forms.one_of(*PARTS),
            "asks": forms.many(forms.both_languages, least=1),
            "tests": forms.many(_practice_test, least=2),
        },
    ),
    "vendors": forms.keys(
        {
            "id": forms.word,
            "name": forms.text,
            "company": forms.text,
            "roles": forms.many(forms.one_of(*ROLES), least=1),
            "sources": _sources,
            "tests": forms.many(_vendor_test, least=2),
        },
        {
            "seat": forms.keys({"country": _country, "entity": forms.text}),
            "scopes": forms.table(forms.word),
            "distinctive scopes": forms.flag,
            "fingerprint": _fingerprint,
            "endpoints": forms.many(endpointforms.ENDPOINT, least=1),
        }
        | {
            key: forms.many(forms.text)
            for key in (
                "code components meta-data permissions native resources files names hosts identity secrets"
            ).split()
        },
    ),
    "decoders": endpointforms.DECODER,
    "permissions": forms.keys(
        {"id": forms.word, "permissions": forms.table(_permission, forms.identifier), "sources": _sources}
    ),
    "languages": forms.keys(
        {
            "id": forms.word,
            "name": forms.both_languages,
            "families": _families,
            "review": forms.one_of("done", "open"),
            "sources": _sources,
        },
        {"hints": _families},
    ),
    "regimes": forms.keys(
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
        {"note": forms.both_languages, "comparator": forms.flag, "adequate": _adequate},
    ),
    "checks": forms.keys(
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
        {"for each": fact, "in context": _in_context, "cases": _names, "sources": _names},
    ),
    "addresses": forms.keys(
        {
            "id": forms.word,
            "name": forms.both_languages,
            "sort": forms.one_of(*SORTS),
            "sources": _sources,
            "tests": forms.many(_address_test, least=2),
        },
        {
            "hosts": forms.many(_host),
            "paths": forms.many(expression),
            "never": forms.many(expression),
            "reserved": forms.flag,
            "without scheme": forms.table(forms.number, _domain),
            "packages": forms.many(_domain),
        },
    ),
    "networks": forms.keys(
        {
            "id": forms.word,
            "name": forms.text,
            "hosts": forms.many(_domain, least=1),
            "posts": forms.many(endpointforms.bounded, least=1),
            "acts": forms.many(_act),
            "sources": _sources,
            "tests": forms.many(_network_test, least=2),
        },
        {
            "apps": forms.many(forms.identifier),
            "targets": _names,
            "reads": forms.many(endpointforms.bounded),
            "session": _names,
        },
    ),
    "regions": forms.keys(
        {
            "id": forms.word,
            "name": forms.both_languages,
            "hosts": forms.many(
                forms.either(lambda value: isinstance(value, dict), _region_host, expression)
            ),
            "regions": forms.table(
                forms.keys(
                    {"country": forms.matching("[A-Z]{2}|", "an ISO 3166 code, or nothing")},
                    {"place": forms.text},
                ),
                forms.matching(r"[a-z0-9-]+", "a region as it stands in host names"),
            ),
            "sources": _sources,
            "tests": forms.many(_region_test, least=2),
        },
    ),
    "secrets": forms.keys(
        {
            "id": forms.word,
            "name": forms.both_languages,
            "pattern": pattern,
            "nature": forms.one_of("secret", "identifier"),
            "sources": _sources,
            "tests": forms.many(_secret_test, least=2),
        },
        {
            "before": expression,
            "never": _names,
            "vendor": forms.word,
            "validate": forms.one_of(*VALIDATORS),
        },
    ),
}
