"""The forms of `endpoints` in `rules/vendors` and of the files in `rules/decoders`.

`rules/README.md` says the same in words; `collect/endpoints.py` uses what passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor import forms
from auditor.forms import At, Problem, Shape
from auditor.model import Json

PARTS = ("body", "query", "header", "path", "cookie", "frame[*]")
"""Parts of a record that an app sends, as first words of places."""

REASONS = (
    "obvious name",
    "vendor documentation",
    "equals the planted value",
    "observed value",
    "research",
)
"""Why a field is said to hold what it holds."""

MEANINGS = (
    "google-consent",
    "transparency-string",
    "tracking allowed",
    "personalised advertising refused",
    "collection allowed",
)
"""What a value says about consent."""

WRITES = (
    "set",
    "increment",
    "decrement",
    "maximum",
    "minimum",
    "union",
    "remove",
    "delete",
    "server-time",
)
"""What a request does to a value that a server keeps: the decoder's operations, and taking away."""

TYPES = ("string", "bytes", "int", "sint", "double", "float", "bool")

_STEP = r"(?::(?:socket\.io|[a-z0-9][a-z0-9-]*))"
_NAME = r"(?:\.[^.\[\]:$'\s]+|\['[^']+'\])"
_PLACE_REST = rf"(?:{_NAME}|\[(?:\*|\d+)\])*{_STEP}*(?:\$(?:{_NAME}|\[(?:\*|\d+)\])*{_STEP}*)*"
_PLACE = re.compile(rf"(?:{'|'.join(map(re.escape, PARTS))}){_STEP}*(?:\${_PLACE_REST})?")


def place(value: Json, at: At) -> Iterator[Problem]:
    """Where a value stands: `body:json$.user.mail`, `query$.id`, `body:form$.data:base64:json$[*].*`."""
    if not isinstance(value, str) or not _PLACE.fullmatch(value):
        first = ", ".join(PARTS)
        yield at, f"{value!r} is no place; expected one of {first}, then :steps and $.names or [*]"


_BELOW = re.compile(rf"(?:[^.\[\]:$'\s]+|\['[^']+'\]|\[(?:\*|\d+)\]){_PLACE_REST}")


def below(value: Json, at: At) -> Iterator[Problem]:
    """A place, or what follows the places that `in` names: `user.mail`, `[*].name`, `['$set'].*`."""
    if not isinstance(value, str) or not (_PLACE.fullmatch(value) or _BELOW.fullmatch(value)):
        yield at, f"{value!r} is neither a place nor what follows one that `in` names"


def bounded(value: Json, at: At) -> Iterator[Problem]:
    """A regular expression that cannot take long: no look-around, no back references, no repeated groups."""
    text = str(value)
    plain = re.sub(r"\\[^1-9]|\[(?:\\.|[^\]\\])*\]", "x", text)
    if not isinstance(value, str) or not _compiles(text):
        yield at, f"{value!r} is no regular expression"
    elif re.search(r"\(\?(?!:|P<)|\)[*+{]|\\[1-9]", plain):
        yield at, "look-around, back references and repeated groups may take too long: write it without"


def _compiles(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


def one_or_many(inner: Shape) -> Shape:
    """One value, or a list of at least one."""
    return forms.either(lambda value: isinstance(value, list), forms.many(inner, least=1), inner)


def _opaque(value: Json, at: At) -> Iterator[Problem]:
    yield from _opaque_keys(value, at)
    if isinstance(value, dict) and not {"query", "header", "always"} & value.keys():
        yield at, "needs one of query, header or always: when is the body closed?"


_host = forms.matching(r"(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)+", "HOST or *.HOST in lower case")
_regex_table = forms.table(bounded)
_opaque_keys = forms.keys(
    {"why": forms.text}, {"query": _regex_table, "header": _regex_table, "always": forms.flag}
)
_beside = forms.matching(r"[^\n]*", "a text; an empty one for what must not be there")
_field = forms.keys(
    {"at": one_or_many(below), "data": forms.word},
    {
        "why": forms.one_of(*REASONS),
        "see": forms.text,
        "not": forms.many(forms.text, least=1),
        "only": bounded,
        "beside": forms.table(one_or_many(_beside)),
        "form": forms.text,
    },
)
_events = forms.keys(
    {},
    {
        "name": one_or_many(below),
        "params": one_or_many(below),
        "values": one_or_many(below),
        "properties": one_or_many(below),
        "known": forms.table(forms.text),
        "see": forms.text,
    },
)


def _cut(value: Json, at: At) -> Iterator[Problem]:
    yield from bounded(value, at)
    if "(?P<object>" not in str(value):
        yield at, "needs a group `object`"


_write = forms.keys(
    {"op": forms.one_of(*WRITES), "at": one_or_many(below)},
    {"beside": forms.table(one_or_many(_beside)), "of": one_or_many(below), "cut": _cut},
)

_match = forms.keys(
    {"path": one_or_many(bounded)},
    {
        "method": forms.many(forms.matching("[A-Z]+", "an HTTP method"), least=1),
        "host": forms.many(_host, least=1),
        "shape": forms.table(bounded, below),
    },
)


def match(value: Json, at: At) -> Iterator[Problem]:
    """Which requests are meant: by host, or by the shape of what they carry."""
    yield from _match(value, at)
    if isinstance(value, dict) and not {"host", "shape"} & value.keys():
        yield at, "needs host, or shape where the host can be any"


ENDPOINT = forms.keys(
    {"id": forms.word, "match": match, "see": forms.text},
    {
        "why": forms.one_of(*REASONS),
        "like": forms.matching(r"(?:[a-z0-9-]+/)?[a-z0-9-]+", "an endpoint, or VENDOR/ENDPOINT"),
        "in": one_or_many(place),
        "decode": forms.keys({"body": forms.word}),
        "opaque": _opaque,
        "fields": forms.many(_field, least=1),
        "events": _events,
        "writes": forms.many(_write, least=1),
        "consent": forms.many(
            forms.keys({"at": one_or_many(below), "meaning": forms.one_of(*MEANINGS)}), least=1
        ),
    },
)

_body = forms.either(
    lambda value: isinstance(value, dict),
    forms.keys(
        {},
        {
            "hex": forms.text,
            "base64": forms.text,
            "json": lambda _value, _at: iter(()),
            "form": forms.table(lambda _value, _at: iter(())),
            "protobuf": forms.word,
            "value": lambda _value, _at: iter(()),
            "gzip": forms.flag,
            "frame": forms.number,
        },
    ),
    forms.text,
)
REQUEST = forms.keys(
    {"url": forms.text},
    {"method": forms.text, "headers": forms.table(forms.text), "body": _body, "frames": forms.many(_body)},
)
"""A request in the tests of a vendor."""
EXCHANGE = forms.keys(
    {"at": forms.number},
    {
        "url": forms.text,
        "method": forms.text,
        "headers": forms.table(forms.text),
        "body": _body,
        "frames": forms.many(_body),
        "status": forms.number,
        "answer": _body,
        "type": forms.text,
        "mark": forms.text,
    },
)
"""One moment of a recording in the tests of a practice: a request with its answer, or a mark."""

_named = forms.keys(
    {"name": forms.matching(r"[A-Za-z_]\w*", "a name of letters, digits and _")},
    {"type": forms.one_of(*TYPES), "message": forms.matching(r"\w+", "a message"), "repeated": forms.flag},
)
_number = forms.matching(r"[1-9]\d{0,8}", "a field number")
_decoder_test = forms.keys(
    {
        "name": forms.text,
        "given": forms.keys({}, {"hex": forms.text, "value": forms.table(lambda _value, _at: iter(()))}),
        "expect": forms.table(forms.either(lambda v: isinstance(v, bool), forms.flag, forms.text)),
    }
)
DECODER = forms.keys(
    {
        "id": forms.word,
        "name": forms.both_languages,
        "kind": forms.one_of("protobuf"),
        "root": forms.text,
        "messages": forms.table(forms.table(_named, _number)),
        "sources": forms.many(forms.text, least=1),
        "tests": forms.many(_decoder_test, least=2),
    }
)
