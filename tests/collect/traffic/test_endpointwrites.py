"""What requests change at vendors' servers: names, amounts, lists, and the object that is changed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.collect.traffic import endpointwrites, handmade, parts
from auditor.collect.traffic.endpointwrites import change
from auditor.decode import Write


def writes(body: Any, *raws: dict[str, Any], path: str = "/v1") -> list[Write]:
    request = {"url": f"https://api.acme.example{path}", "headers": {"Content-Type": "application/json"}}
    record = handmade.record(request | {"body": {"json": body}}, {})
    leaves = list(parts.leaves(parts.sent(record)))
    entries = [change(raw, _many(raw["at"]), _many(raw.get("of", ()))) for raw in raws]
    return [one._replace(place="") for one in endpointwrites.writes(entries, leaves)]


def _many(at: Any) -> list[str]:
    return [at] if isinstance(at, str) else list(at)


def test_the_open_name_is_the_field() -> None:
    body = {"points": {"$incr": 15}, "level": {"$decr": 2}}
    up = {"op": "increment", "at": "body:json$.*['$incr']"}
    down = {"op": "decrement", "at": "body:json$.*['$decr']"}
    assert [Write("", "points", "increment", 15), Write("", "level", "increment", -2)] == writes(
        body, up, down
    )


def test_an_odd_name_stands_as_it_was_sent() -> None:
    raw = {"op": "increment", "at": "body:json$['$add'].*"}
    assert [Write("", "it's 5 o'clock", "increment", 1)] == writes({"$add": {"it's 5 o'clock": 1}}, raw)


def test_items_of_a_list_are_one_write() -> None:
    raw = {"op": "union", "at": "body:json$['$union'].*"}
    body = {"$union": {"liked": ["p1", "p2"], "shared": "p3"}}
    assert [Write("", "liked", "union", ["p1", "p2"]), Write("", "shared", "union", ["p3"])] == writes(
        body, raw
    )


def test_a_list_that_is_set_is_one_value() -> None:
    raw = {"op": "set", "at": "body:json$.user.*"}
    assert [Write("", "tags", "set", ["a", "b"]), Write("", "unit", "set", "D1")] == writes(
        {"user": {"tags": ["a", "b"], "unit": "D1"}}, raw
    )


@pytest.mark.parametrize(("op", "count"), [("Increment", 1), ("Remove", 0), ("", 0)])
def test_what_must_stand_beside(op: str, count: int) -> None:
    raw = {"op": "increment", "at": "body:json$.*.amount", "beside": {"__op": "Increment"}}
    body = {"points": {"__op": op, "amount": 15}, "price": {"amount": 3}}
    assert count == len(writes(body, raw))


def test_what_must_not_stand_beside() -> None:
    raw = {"op": "union", "at": "body:json$.topic", "beside": {"delete": ""}}
    assert [Write("", "topic", "union", ["news"])] == writes({"topic": "news"}, raw)
    assert [] == writes({"topic": "news", "delete": "1"}, raw)


def test_each_part_of_a_batch_names_its_own_object() -> None:
    raw = {
        "op": "increment",
        "at": "body:json$.requests[*].body.*",
        "of": "body:json$.requests[*].path",
    }
    body = {"requests": [{"path": f"/scores/{n}", "body": {"points": n}} for n in (1, 2, 11)]}
    assert [Write(f"/scores/{n}", "points", "increment", n) for n in (1, 2, 11)] == writes(body, raw)


def test_only_the_object_of_an_address_is_named() -> None:
    raw = {"op": "set", "at": "body:json$.body.*", "of": "body:json$.path", "cut": "classes/(?P<object>.+)"}
    assert [Write("Score/1", "unit", "set", "D1")] == writes(
        {"path": "/api/parse/classes/Score/1", "body": {"unit": "D1"}}, raw
    )


def test_a_removed_field_has_no_value() -> None:
    raw = {"op": "delete", "at": "body:json$['$unset'].*"}
    assert [Write("", "team", "delete", None)] == writes({"$unset": {"team": "-"}}, raw)


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


@given(st.dictionaries(names, st.integers(-99, 99), min_size=1, max_size=5))
def test_every_amount_arrives_under_its_name(amounts: dict[str, int]) -> None:
    raw = {"op": "increment", "at": "body:json$.add.*"}
    found = {one.field: one.value for one in writes({"add": amounts}, raw)}
    assert amounts == found
