"""The forms of endpoints: places are places, and expressions cannot take long."""

from pathlib import Path

import pytest

from auditor import catalogue
from auditor.decode.write import OPERATIONS
from auditor.endpointforms import ENDPOINT, WRITES, bounded, place
from auditor.forms import Mistake
from auditor.lint import lint

GOOD = {
    "id": "events",
    "match": {"host": ["*.acme.example"], "path": "^/v1/events$"},
    "see": "https://acme.example/docs",
    "fields": [{"at": "body:json$.user.id", "data": "user-id"}],
}


@pytest.mark.parametrize(
    "at",
    [
        "query$.email",
        "body:json$[*].profile['$email']",
        "body:form$.data:base64:json$[*].properties.*",
        "header$.authorization:jwt$.claims.sub",
        "frame[*]:rtdb$.d.b.p",
        "path$.alias",
        "body",
    ],
)
def test_a_place_passes(at: str) -> None:
    assert [] == list(place(at, ()))


@pytest.mark.parametrize("at", ["json$.x", "body:json.x", "body:json$.", "response.body:json$.x", "", 7])
def test_anything_else_is_no_place(at: object) -> None:
    assert len(list(place(at, ()))) == 1


@pytest.mark.parametrize("text", ["^/v\\d+/(?:a|b)$", "(?P<id>[^/]+)/x?", "^/a\\)+$", "[)*]+"])
def test_a_bounded_expression_passes(text: str) -> None:
    assert [] == list(bounded(text, ()))


@pytest.mark.parametrize(
    "text", ["(a+)+", "(?:a|b)*", "(?=x)", "(?<!x)y", r"(a)\1", "(a){2,}", "(", 7, "(?i)a"]
)
def test_what_may_take_long_does_not(text: object) -> None:
    assert len(list(bounded(text, ()))) == 1


def test_an_endpoint_needs_a_host_or_a_shape() -> None:
    assert [] == list(ENDPOINT(GOOD, ()))
    assert [] == list(
        ENDPOINT(GOOD | {"match": {"path": "^/a$", "shape": {"body:json$.app": "^a"}}}, ()),
    )
    assert len(list(ENDPOINT(GOOD | {"match": {"path": "^/a$"}}, ()))) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"fields": [{"at": "body:json$.user.id", "data": "user-id", "why": "somebody said so"}]},
        {"fields": []},
        {"consent": [{"at": "query$.gcs", "meaning": "anything"}]},
        {"opaque": {"why": "closed"}},
        {"opaque": {"always": True}},
        {"writes": [{"op": "add", "at": "points.*"}]},
        {"writes": [{"op": "increment"}]},
        {"writes": []},
        {"writes": [{"op": "set", "at": "x.*", "of": "query$.x", "cut": "classes/(.+)"}]},
        {"like": "a/b/c"},
        {"match": {"path": "^/a$", "host": ["Acme.example"]}},
        {"match": {"path": "^/a$", "host": ["acme.*"]}},
        {"colour": "red"},
    ],
)
def test_mistakes_are_told(change: dict[str, object]) -> None:
    assert list(ENDPOINT(GOOD | change, ()))


def test_writes_have_the_words_of_the_decoder() -> None:
    assert {*OPERATIONS, "decrement"} == set(WRITES)


ACME = """\
id: acme
name: Acme
company: Acme
roles: [analytics]
sources: [x]
endpoints:
  - {id: a, match: {host: [acme.example], path: ^/a}, see: x, decode: {body: nowhere}}
  - {id: a, match: {host: [acme.example], path: ^/b}, see: x, fields: [{data: shoe-size, at: query$.x}]}
  - {id: c, match: {host: [acme.example], path: ^/b}, see: x, like: d}
tests:
  - {name: a, given: {request: {url: "https://acme.example/a"}}, expect: ["transmitted sdk:acme"]}
  - {name: b, given: {classes: [x.Y]}, expect: []}
"""


def test_what_an_endpoint_names_must_exist(tmp_path: Path) -> None:
    (tmp_path / "vendors").mkdir()
    (tmp_path / "vendors" / "acme.yml").write_text(ACME, encoding="utf-8")

    assert [
        Mistake("rules/vendors/acme.yml", 7, "'nowhere' has no file in rules/decoders"),
        Mistake("rules/vendors/acme.yml", 8, "'shoe-size' has no file in rules/data"),
        Mistake("rules/vendors/acme.yml", 8, "endpoint 'a' stands here twice"),
        Mistake("rules/vendors/acme.yml", 9, "no endpoint 'd' stands before this one"),
        Mistake("rules/vendors/acme.yml", 10, "needs a test with a request that keeps quiet (`expect: []`)"),
    ] == lint(catalogue.load(tmp_path))


BATCH = """\
id: batch
name: {en: a, sq: b}
kind: protobuf
root: batch
messages: {batch: {1: {name: event, message: event}}}
sources: [x]
tests:
  - {name: a, given: {hex: 0a 00}, expect: {}}
  - {name: b, given: {hex: ff}, expect: {}}
"""


def test_what_a_decoder_names_must_exist(tmp_path: Path) -> None:
    (tmp_path / "decoders").mkdir()
    (tmp_path / "decoders" / "batch.yml").write_text(BATCH, encoding="utf-8")

    assert [
        Mistake("rules/decoders/batch.yml", 5, "message 'event' is named and nowhere described"),
        Mistake(
            "rules/decoders/batch.yml", 7, "needs a test that opens something and one that opens nothing"
        ),
    ] == lint(catalogue.load(tmp_path))


ELSEWHERE = """\
id: zeta
name: Zeta
company: Zeta
roles: [analytics]
sources: [x]
endpoints:
  - {id: a, match: {host: [zeta.example], path: ^/a}, see: x, like: acme/c}
  - {id: b, match: {host: [zeta.example], path: ^/b}, see: x, like: acme/d}
  - {id: c, match: {host: [zeta.example], path: ^/c}, see: x, like: nobody/d}
tests:
  - {name: a, given: {request: {url: "https://zeta.example/a"}}, expect: ["transmitted sdk:zeta"]}
  - {name: b, given: {request: {url: "https://zeta.example/x"}}, expect: []}
"""


def test_an_endpoint_may_be_like_one_of_another_vendor_that_says_all_itself(tmp_path: Path) -> None:
    (tmp_path / "vendors").mkdir()
    acme = ACME.replace("id: a,", "id: d,", 1)  # its `c` is itself like another
    (tmp_path / "vendors" / "acme.yml").write_text(acme, encoding="utf-8")
    (tmp_path / "vendors" / "zeta.yml").write_text(ELSEWHERE, encoding="utf-8")

    told = [mistake for mistake in lint(catalogue.load(tmp_path)) if "zeta" in mistake.file]
    assert [
        Mistake("rules/vendors/zeta.yml", 7, "no endpoint 'acme/c' stands before this one"),
        Mistake("rules/vendors/zeta.yml", 9, "no endpoint 'nobody/d' stands before this one"),
    ] == told
