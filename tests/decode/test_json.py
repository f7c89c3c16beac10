"""JSON: the same values as the standard library, each where it stands."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode import Leaf, tree
from auditor.decode.write import steps
from tests.decode.make import leaves, text, values

FORM = "application/x-www-form-urlencoded"
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=7),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


def at(value: object, leaf: Leaf) -> object:
    for step in steps(leaf.place.partition("$")[2]):
        value = value[step]  # type: ignore[index]
    return value


@given(st.dictionaries(st.text(max_size=10), JSON, min_size=1), st.booleans(), st.sampled_from([None, 1]))
def test_values_are_those_of_the_standard_library(
    value: object, ascii_only: bool, indent: int | None
) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode(errors="replace")
    value = json.loads(data)
    for leaf in tree(data, "body").leaves:
        if leaf.chain == ("json",):
            assert at(value, leaf) == leaf.value or "�" in str(leaf.value)


@given(st.dictionaries(st.text(max_size=5), JSON, min_size=1))
def test_offsets_are_those_of_the_values(value: object) -> None:
    data = json.dumps(value, ensure_ascii=False).encode(errors="replace")
    for leaf in tree(data, "body").leaves:
        if leaf.chain == ("json",):
            raw = data[leaf.begin : leaf.end].decode()
            again = json.loads(f'"{raw}"' if isinstance(leaf.value, str) else raw)
            assert again == leaf.value or "�" in str(leaf.value)


def test_neighbours_share_a_parent_and_items_their_lists_name() -> None:
    found = leaves(b'{"a":{"lat":1,"lng":2},"tags":["x","y"]}')

    assert found["body:json$.a.lat"].parent == found["body:json$.a.lng"].parent == "body:json$.a"
    assert (found["body:json$.tags[1]"].key, found["body:json$.tags[1]"].parent) == (
        "tags",
        "body:json$.tags",
    )


def test_odd_names_are_quoted() -> None:
    assert values(b'{"odd name":1,"it\'s":2}') == {"body:json$['odd name']": 1, "body:json$['it\\'s']": 2}


def test_several_values_are_lines() -> None:
    assert values(b'{"a":1}\n{"a":2}\n') == {"body:ndjson$[0].a": 1, "body:ndjson$[1].a": 2}


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b")]}'\n", b")]}',\n", b"for (;;);", b"while(1);"])
def test_what_stands_before_json_is_passed_over(before: bytes) -> None:
    assert values(before + b'{"a":1}') == {"body:json$.a": 1}


def test_json_in_a_string_in_a_string() -> None:
    data = text({"a": json.dumps({"b": json.dumps({"mail": "x@example.org"})})})

    assert values(data)["body:json$.a:json$.b:json$.mail"] == "x@example.org"


def test_what_stands_before_and_behind_a_mistake_is_kept() -> None:
    found = tree(b'{"a":1,"b":"cut of', "body")

    assert [("body:json$.a", 1), ("body:json", '"b":"cut of')] == [(x.place, x.value) for x in found.leaves]
    assert ["body:json: JSON breaks off at byte 7"] == found.problems


def test_a_list_in_brackets_that_is_no_json_is_text() -> None:
    assert values(b"[INFO] started") == {"body": "[INFO] started"}


@pytest.mark.parametrize("hostile", [b"[" * 100_000, b'{"a":' * 50_000, b'[{"":' * 50_000])
def test_depth_is_bounded(hostile: bytes) -> None:
    found = tree(hostile, "body")

    assert len(found.leaves) <= 1


def test_halves_of_characters_and_long_numbers_become_plain_values() -> None:
    found = values(b'{"a":"\\ud83d","b":' + b"9" * 5000 + b',"c":"\\ud83d\\ude00"}')

    assert found["body:json$.a"] == "�"
    assert found["body:json$.b"] == "9" * 5000
    assert found["body:json$.c"] == "😀"


def test_a_scalar_is_json_when_that_is_stated() -> None:
    assert values(b"17", content_type="application/json") == {"body:json": 17}


def test_extinfo_has_names() -> None:
    info = ["a2", "al.example.app", 1, "1.0", "13", "Pixel 6", "sq_AL", "CET", "ONE"]
    found = values(b"extinfo=" + text(info).replace(b" ", b"+"), content_type=FORM)

    assert found["body:form$.extinfo:extinfo$.model"] == "Pixel 6"
    assert found["body:form$.extinfo:extinfo$.carrier"] == "ONE"
    assert values(text({"extinfo": info}))["body:json$.extinfo.locale"] == "sq_AL"


def test_a_batch_of_requests_opens_its_addresses() -> None:
    batch = [{"method": "POST", "relative_url": "app?advertiser_id=abc", "body": "mail=x%40example.org&n=1"}]
    found = values(text({"batch": json.dumps(batch)}))

    assert found["body:json$.batch:facebook-batch$[0].relative_url:form$.advertiser_id"] == "abc"
    assert found["body:json$.batch:facebook-batch$[0].body:form$.mail"] == "x@example.org"
