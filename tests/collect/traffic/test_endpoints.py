"""Vendors' endpoints: matching, values by place, events, consent, closed bodies, and every rule once."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import catalogue
from auditor.catalogue import Catalogue, Vendor
from auditor.collect.recordings.record import Frame, Kind, Record, Side
from auditor.collect.traffic import endpoints, handmade, parts, places
from auditor.collect.traffic.endpoints import Endpoints, Found
from auditor.decode import Leaf, Tree
from auditor.vocabulary import vocabulary

RULES = catalogue.load()
KNOWN = Endpoints(RULES)
VENDORS = [vendor for vendor in RULES.vendors.values() if vendor.endpoints]
ENTRIES = [(vendor.id, endpoint) for vendor in VENDORS for endpoint in endpoints.entries(vendor, RULES)]


def rules(*entries: dict[str, Any], hosts: tuple[str, ...] = ("acme.example",)) -> Catalogue:
    vendor = Vendor("acme", "Acme", hosts=hosts, endpoints=entries)
    folders: dict[str, Any] = {name: {} for name in catalogue.FORMS} | {"vendors": {"acme": vendor}}
    return Catalogue(**folders, words=vocabulary({}), digest="")


def entry(**keys: Any) -> dict[str, Any]:
    match = {"host": ["api.acme.example"], "path": "^/v1/events$"} | keys.pop("match", {})
    return {"id": "events", "match": match, "see": "x"} | keys


def record(path: str = "/v1/events", host: str = "api.acme.example", **keys: Any) -> Record:
    return Record(0, Kind.EXCHANGE, host=host, path=path, method="POST", **keys)


def leaf(place: str, value: Any, key: str = "", parent: str = "") -> Leaf:
    key = key or re.split(r"[.\[']+", place.rstrip("[]'0123456789"))[-1]
    return Leaf(value, place, (), key, parent or place.rpartition(".")[0], 0, 0)


def trees(*leaves: Leaf) -> dict[str, Tree]:
    found: dict[str, Tree] = {}
    for one in leaves:
        found.setdefault(places.part_of(one.place), Tree()).leaves.append(one)
    return found


def found(asked: Record, made: dict[str, Tree], *entries: dict[str, Any]) -> list[Found]:
    return endpoints.sent(asked, made, rules(*entries))


# Matching ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("acme.example", "acme"),
        ("eu.api.acme.example", "acme"),
        ("ACME.example", "acme"),
        ("notacme.example", ""),
        ("acme.example.org", ""),
        ("", ""),
        ("a." * 10_000 + "acme.example", ""),
    ],
)
def test_a_host_belongs_to_whoever_owns_what_it_ends_in(host: str, owner: str) -> None:
    assert owner == endpoints.owner_of(host, rules())


def test_the_longest_name_wins() -> None:
    assert endpoints.owner_of("firebase-settings.crashlytics.com", RULES) == "firebase-crashlytics"
    assert endpoints.owner_of("region1.app-measurement.com", RULES) == "firebase-analytics"


@pytest.mark.parametrize(
    ("host", "path", "method", "fits"),
    [
        ("api.acme.example", "/v1/events", "POST", True),
        ("api.acme.example", "/v1/events?x=1", "post", True),
        ("api.acme.example", "/v1/events", "GET", False),
        ("api.acme.example", "/v1/eventsx", "POST", False),
        ("x.api.acme.example", "/v1/events", "POST", False),
    ],
)
def test_host_path_and_method_must_all_fit(host: str, path: str, method: str, fits: bool) -> None:
    asked = Record(0, Kind.EXCHANGE, host=host, path=path, method=method)

    assert fits == bool(found(asked, {}, entry(match={"method": ["POST"]})))


def test_a_star_stands_for_any_host_below_but_not_for_the_host_itself() -> None:
    below = entry(match={"host": ["*.acme.example"]})

    assert found(record(host="a.b.acme.example"), {}, below)
    assert not found(record(host="acme.example"), {}, below)


def test_a_shape_tells_a_host_of_any_name() -> None:
    shaped = {"id": "e", "match": {"path": "^/a$", "shape": {"body:json$.app": r"^al\."}}, "see": "x"}
    asked = record("/a", "somewhere.example")

    assert found(asked, trees(leaf("body:json$.app", "al.example")), shaped)
    assert not found(asked, trees(leaf("body:json$.app", "com.example")), shaped)
    assert not found(asked, {}, shaped)


def test_all_that_match_apply() -> None:
    assert ["a", "b"] == [one.endpoint for one in found(record(), {}, entry(id="a"), entry(id="b"))]


# Values -----------------------------------------------------------------------

MAIL = entry(fields=[{"at": "body:json$.users[*].mail", "data": "email-address"}])


def test_a_value_is_found_whatever_packed_it() -> None:
    for place in (
        "body:json$.users[0].mail",
        "body:gzip:json$.users[17].mail",
        "body:br:json:gzip$.users[1].mail",
    ):
        (one,) = found(record(), trees(leaf(place, "a@example.org")), MAIL)
        assert [("email-address", place, "")] == list(one.evidence)


@pytest.mark.parametrize(
    "value", ["", None, "0", "00000000-0000-0000-0000-000000000000", "null", "UNKNOWN", " "]
)
def test_a_value_that_identifies_nobody_does_not_count(value: object) -> None:
    (one,) = found(record(), trees(leaf("body:json$.users[0].mail", value)), MAIL)

    assert one.evidence == ()


def test_what_the_server_answers_is_not_sent() -> None:
    answered = {"response.body": Tree([leaf("body:json$.users[0].mail", "a@example.org")])}

    assert found(record(), answered, MAIL)[0].evidence == ()


def test_of_a_socket_only_what_went_out_counts() -> None:
    paths = entry(fields=[{"at": "frame[*]:rtdb$.d.b.p", "data": "app-interactions"}])
    asked = record(frames=(Frame(b"x", sent=False), Frame(b"y", sent=True)))
    made = {f"frame[{n}]": Tree([leaf(f"frame[{n}]:rtdb$.d.b.p", "likes/1")]) for n in (0, 1)}

    assert ["frame[1]:rtdb$.d.b.p"] == [one.place for one in found(asked, made, paths)[0].evidence]


def test_what_stands_beside_a_value_can_tell_what_it_is() -> None:
    told = entry(
        fields=[{"at": "body:json$[*].token", "data": "email-address", "beside": {"type": ["Email"]}}]
    )
    made = trees(
        leaf("body:json$[0].token", "a@example.org"),
        leaf("body:json$[0].type", "Email"),
        leaf("body:json$[1].token", "ttt"),
        leaf("body:json$[1].type", "Push"),
    )

    assert ["body:json$[0].token"] == [one.place for one in found(record(), made, told)[0].evidence]


def test_a_value_can_be_asked_to_look_like_something() -> None:
    looked = entry(
        fields=[{"at": "query$.id", "data": "user-id", "only": "^u", "not": ["u0"], "form": "hashed"}]
    )

    def sent(value: str) -> list[str]:
        return [one.note for one in found(record(), trees(leaf("query$.id", value)), looked)[0].evidence]

    assert [["hashed"], [], []] == [sent("u1"), sent("u0"), sent("x")]


def test_names_in_the_path_are_values() -> None:
    topic = entry(
        match={"path": "^/topics/(?P<topic>[^/]+)$"}, fields=[{"at": "path$.topic", "data": "name"}]
    )

    (one,) = found(record("/topics/Drejtoria%201?x"), {}, topic)

    assert [("name", "path$.topic", "")] == list(one.evidence)


# Events, consent, closed bodies -------------------------------------------------


def test_events_come_with_the_names_of_their_parameters_and_no_value() -> None:
    told = entry(
        events={"name": "body:json$[*].name", "params": "body:json$[*].with.*", "known": {"_e": "engagement"}}
    )
    made = trees(
        leaf("body:json$[1].name", "like"),
        leaf("body:json$[1].with.points", 5),
        leaf("body:json$[10].name", "_e"),
        leaf("body:json$[10].with.secret", "arben"),
    )

    (one,) = found(record(), made, told)

    assert [("like", ("points",)), ("engagement", ("secret",))] == [(e.name, e.params) for e in one.events]
    assert "arben" not in str([(e.name, e.place, e.params) for e in one.events])


def test_very_many_events_take_no_squared_time() -> None:
    told = entry(events={"name": "body:json$[*].name", "params": "body:json$[*].with.*"})
    leaves = [leaf(f"body:json$[{n}].{key}", "x") for n in range(10_000) for key in ("name", "with.a")]

    assert len(found(record(), trees(*leaves), told)[0].events) == 10_000


def test_signs_of_consent_are_listed() -> None:
    told = entry(consent=[{"at": "query$.gcs", "meaning": "google-consent"}])

    assert [("google-consent", "query$.gcs", "G111")] == list(
        found(record(), trees(leaf("query$.gcs", "G111")), told)[0].consent
    )


@pytest.mark.parametrize(
    ("opaque", "path", "header", "closed"),
    [
        ({"query": {"enc": "^1$"}}, "/v1/events?a&enc=1", "", True),
        ({"query": {"enc": "^1$"}}, "/v1/events?enc=0", "", False),
        ({"header": {"x-enc": "true"}}, "/v1/events", "true", True),
        ({"header": {"x-enc": "true"}}, "/v1/events", "", False),
        ({"always": True}, "/v1/events", "", True),
    ],
)
def test_a_body_that_is_closed_by_design_is_said_to_be(
    opaque: Any, path: str, header: str, closed: bool
) -> None:
    told = entry(opaque=opaque | {"why": "Acme encrypts"})
    asked = record(path, request=Side((("X-Enc", header),), b"\x8f\x1c"))

    assert ["Acme encrypts" if closed else ""] == [one.opaque for one in found(asked, {}, told)]


def test_a_body_that_could_be_opened_is_not_always_closed() -> None:
    told = entry(opaque={"always": True, "why": "Acme encrypts"})
    asked = record(request=Side((), b"{}"))

    assert [""] == [one.opaque for one in found(asked, trees(leaf("body:json$.a", 1)), told)]
    assert ["Acme encrypts"] == [one.opaque for one in found(asked, {"body": Tree([], [], 2)}, told)]


def test_without_a_body_nothing_is_closed() -> None:
    told = entry(opaque={"always": True, "why": "Acme encrypts"})

    assert [""] == [one.opaque for one in found(record(), {}, told)]


@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=20))
def test_no_record_makes_it_fail(path: str, host: str, value: str) -> None:
    asked = Record(
        0,
        Kind.EXCHANGE,
        host=host,
        path="/" + path,
        method="POST",
        request=Side((), value.encode("utf-8", "replace")),
    )
    made = {"body": Tree([leaf(f"body:json$.{value}", value, key=value or "x")])}

    for one in KNOWN.sent(asked, made):
        assert one.vendor in RULES.vendors


# The rules ----------------------------------------------------------------------


def answering() -> Iterator[tuple[str, str]]:
    """Every endpoint that answers in some test of its own file."""
    for vendor in VENDORS:
        for test in vendor.tests:
            if "request" in test["given"]:
                asked = handmade.record(test["given"]["request"], KNOWN.all_maps)
                made = parts.sent(asked, KNOWN.maps(asked))
                yield from ((one.vendor, one.endpoint) for one in KNOWN.sent(asked, made))


def test_every_endpoint_has_a_test_in_which_it_answers() -> None:
    wanted = {(vendor.id, endpoint["id"]) for vendor in VENDORS for endpoint in vendor.endpoints}

    assert set() == wanted - set(answering())


def test_there_are_enough_of_them() -> None:
    entries = [endpoint for vendor in VENDORS for endpoint in endpoints.entries(vendor, RULES)]
    patterns = [
        (host, path)
        for one in entries
        for host in one["match"].get("host", ["*"])
        for path in (
            [one["match"]["path"]] if isinstance(one["match"]["path"], str) else one["match"]["path"]
        )
    ]

    assert len(entries) >= 100
    assert len(set(patterns)) >= 400


@pytest.mark.parametrize(("vendor", "endpoint"), ENTRIES, ids=[f"{v}/{e['id']}" for v, e in ENTRIES])
def test_every_field_finds_a_value_at_its_place(vendor: str, endpoint: Any) -> None:
    del vendor
    for field in endpoint.get("fields", ()):
        for at in spelled(field["at"], endpoint):
            if at.startswith("path$"):
                assert f"(?P<{at[6:]}>" in str(endpoint["match"]["path"])
            elif "only" not in field:  # what asks for a certain look has a test in its file
                assert (field["data"], placed(at)) in values(field | {"at": at}, placed(at))


def spelled(at: Any, endpoint: Any) -> list[str]:
    """Whole places, each below those of `in`."""
    within = endpoint.get("in", ())
    within = [within] if isinstance(within, str) else within
    return [p for one in (at if isinstance(at, list | tuple) else [at]) for p in places.full(one, within)]


def placed(at: str) -> str:
    """Some place that a rule's place means."""
    return at.replace("[*]", "[3]").replace(".*", ".anything")


def values(field: dict[str, Any], place: str) -> list[tuple[str, str]]:
    """What one field alone finds when something stands at a place, beside what it wants there."""
    beside = [
        leaf(f"{place.rpartition('.')[0]}.{key}", value[0] if isinstance(value, list | tuple) else value)
        for key, value in field.get("beside", {}).items()
    ]
    made = {places.part_of(place): Tree([leaf(place, "value 1"), *beside])}
    (one,) = found(record("/"), made, entry(match={"path": "^/"}, fields=[field]))
    return [(sent.data, sent.place) for sent in one.evidence]


def test_firebase_analytics_is_named_field_by_field() -> None:
    """Goal: at least 30 named fields, with events, parameters and user properties."""
    named = {
        f["name"] for message in RULES.decoders["ga4f-batch"].messages.values() for f in message.values()
    }

    assert len(named) >= 40


def test_an_endpoint_may_be_like_one_of_another_vendor() -> None:
    ours = next(raw for raw in endpoints.entries(RULES.vendors["pubmatic"], RULES) if raw["id"] == "auction")
    model = next(raw for raw in RULES.vendors["prebid-mobile"].endpoints if raw["id"] == "auction")
    assert ours["fields"] == model["fields"]
    assert ours["match"] != model["match"]
