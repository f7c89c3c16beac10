"""Writes to databases: every operation of generated requests comes out."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.decode import Write, firestore, firestoremaps, rtdb, tree
from auditor.decode.write import Value
from tests.decode.make import field, grpc, message, text

BASE = "projects/aktiv/databases/(default)/documents/"
NAMES = st.text("abcdefgh", min_size=1, max_size=8)
PATHS = st.builds("users/{}".format, NAMES)
SCALARS = st.integers(-(2**53), 2**53) | st.text("abcë 5", max_size=6) | st.booleans() | st.none()
NOWHERE = st.just("")
NUMBERS = st.integers(-100, 100)
OPERATIONS = st.one_of(
    st.builds(Write, PATHS, NAMES, st.just("set"), SCALARS, NOWHERE),
    st.builds(Write, PATHS, NAMES, st.just("set"), st.lists(SCALARS, min_size=1, max_size=3), NOWHERE),
    st.builds(
        Write, PATHS, NAMES, st.just("set"), st.dictionaries(NAMES, SCALARS, min_size=1, max_size=3), NOWHERE
    ),
    st.builds(Write, PATHS, NAMES, st.just("increment"), NUMBERS, NOWHERE),
    st.builds(
        Write,
        PATHS,
        NAMES,
        st.sampled_from(["union", "remove"]),
        st.lists(SCALARS, min_size=1, max_size=3),
        NOWHERE,
    ),
    st.builds(Write, PATHS, NAMES, st.sampled_from(["delete", "server-time"]), st.none(), NOWHERE),
    st.builds(Write, PATHS, st.just(""), st.just("delete"), st.none(), NOWHERE),
)
TRANSFORMS = {"increment": 3, "union": 6, "remove": 7, "server-time": 2}


def wrapped(value: Value) -> dict[str, object]:
    match value:
        case None:
            return {"nullValue": None}
        case bool():
            return {"booleanValue": value}
        case int():
            return {"integerValue": str(value)}
        case str():
            return {"stringValue": value}
        case list():
            return {"arrayValue": {"values": [wrapped(item) for item in value]}}
        case dict():
            return {"mapValue": {"fields": {key: wrapped(item) for key, item in value.items()}}}
    raise AssertionError(value)


def in_json(write: Write) -> dict[str, object]:
    name = BASE + write.path
    if write.op == "delete" and not write.field:
        return {"delete": name}
    if write.op in ("set", "delete"):
        fields = {} if write.op == "delete" else {"fields": {write.field: wrapped(write.value)}}
        return {"update": {"name": name, **fields}, "updateMask": {"fieldPaths": [write.field]}}
    operand: object = {
        "increment": lambda: wrapped(write.value),
        "server-time": lambda: "REQUEST_TIME",
    }.get(write.op, lambda: {"values": [wrapped(item) for item in write.value]})()  # type: ignore[union-attr]
    key = {
        "union": "appendMissingElements",
        "remove": "removeAllFromArray",
        "server-time": "setToServerValue",
    }
    transform = {"fieldPath": write.field, key.get(write.op, write.op): operand}
    return {"transform": {"document": name, "fieldTransforms": [transform]}}


def value_message(value: Value) -> bytes:
    match value:
        case None:
            return message((11, 0))
        case bool():
            return message((1, int(value)))
        case int():
            return message((2, value))
        case str():
            return message((17, value))
        case list():
            return field(9, b"".join(field(1, value_message(item)) for item in value))
        case dict():
            return field(6, b"".join(field(1, entry(key, item)) for key, item in value.items()))
    raise AssertionError(value)


def entry(key: str, value: Value) -> bytes:
    return message((1, key), (2, value_message(value)))


def in_protobuf(write: Write) -> bytes:
    name = BASE + write.path
    if write.op == "delete" and not write.field:
        return message((2, name))
    if write.op in ("set", "delete"):
        fields = b"" if write.op == "delete" else field(2, entry(write.field, write.value))
        return message((1, field(1, name) + fields), (3, field(1, write.field)))
    operand: int | bytes
    match write.op:
        case "server-time":
            operand = 1
        case "increment":
            operand = value_message(write.value)
        case _:
            assert isinstance(write.value, list)
            operand = b"".join(field(1, value_message(item)) for item in write.value)
    transform = message((1, write.field), (TRANSFORMS[write.op], operand))
    return field(1, field(1, name)) + field(3, b"") + field(7, transform)


def bare(found: list[Write]) -> list[Write]:
    return [write._replace(place="") for write in found]


@given(st.lists(OPERATIONS, min_size=1, max_size=4))
def test_firestore_over_rest(operations: list[Write]) -> None:
    body = text({"writes": [in_json(one) for one in operations]})

    assert operations == bare(firestore.writes(tree(body, "body").leaves))


@given(st.lists(OPERATIONS, min_size=1, max_size=4), st.sampled_from(["Commit", "Write"]))
def test_firestore_over_grpc(operations: list[Write], method: str) -> None:
    number = 2 if method == "Commit" else 3
    writes = b"".join(field(number, in_protobuf(one)) for one in operations)
    body = grpc(message((1, "projects/aktiv/databases/(default)")) + writes)
    known = firestoremaps.by_path(f"/google.firestore.v1.Firestore/{method}")
    assert known is not None

    found = firestore.writes(tree(body, "body", content_type="application/grpc", maps=[known]).leaves)
    assert operations == bare(found)


def test_firestore_over_grpc_is_recognised_without_being_named() -> None:
    write = Write("users/u777", "points", "increment", 15)
    body = grpc(message((1, "projects/aktiv/databases/(default)"), (2, in_protobuf(write))))
    found = firestore.writes(tree(body, "body", content_type="application/grpc").leaves)

    assert [write] == bare(found)
    assert found[0].place == "body:grpc$[0]:firestore-commit-request"


def test_single_documents_by_method_and_address() -> None:
    leaves = tree(text({"fields": {"a": {"integerValue": "1"}}}), "body").leaves
    path = "/v1/" + BASE + "users/u1"

    asked = path + "?updateMask.fieldPaths=a&updateMask.fieldPaths=b"
    assert bare(firestore.writes(leaves, method="PATCH", path=asked)) == [
        Write("users/u1", "a", "set", 1),
        Write("users/u1", "b", "delete", None),
    ]
    assert firestore.writes([], method="DELETE", path=path) == [Write("users/u1", "", "delete", None)]
    created = firestore.writes(leaves, method="POST", path="/v1/" + BASE + "users?documentId=u2")
    assert bare(created) == [Write("users/u2", "a", "set", 1)]


def frame(action: str, path: str, data: object) -> bytes:
    return json.dumps(
        {"t": "d", "d": {"r": 3, "a": action, "b": {"p": path, "d": data}}}, separators=(",", ":")
    ).encode()


SERVER: dict[str, Callable[[Value], object]] = {
    "set": lambda value: value,
    "delete": lambda _: None,
    "increment": lambda value: {".sv": {"increment": value}},
    "server-time": lambda _: {".sv": "timestamp"},
}
CHANGES = st.one_of(
    st.builds(Write, PATHS, NAMES, st.just("set"), SCALARS.filter(lambda value: value is not None), NOWHERE),
    st.builds(Write, PATHS, NAMES, st.just("increment"), NUMBERS, NOWHERE),
    st.builds(Write, PATHS, NAMES, st.sampled_from(["delete", "server-time"]), st.none(), NOWHERE),
)


@given(CHANGES)
def test_realtime_put(change: Write) -> None:
    data = frame("p", f"/{change.path}/{change.field}", SERVER[change.op](change.value))
    found = tree(data, "frame[4]")

    assert [change] == bare(rtdb.writes(found.leaves))
    assert any(leaf.place.startswith("frame[4]:rtdb$.d.b.") for leaf in found.leaves)


@given(st.lists(CHANGES, min_size=1, max_size=5, unique_by=lambda one: (one.path, one.field)))
def test_realtime_merge(changes: list[Write]) -> None:
    data = frame("m", "/", {f"{one.path}/{one.field}": SERVER[one.op](one.value) for one in changes})

    assert changes == bare(rtdb.writes(tree(data, "frame[4]").leaves))


def test_what_the_server_pushes_is_no_write() -> None:
    pushed = b'{"t":"d","d":{"a":"m","b":{"p":"users/u1","d":{"points":20}}}}'

    assert rtdb.writes(tree(pushed, "frame[5]").leaves) == []


def test_frames_in_pieces_are_put_together() -> None:
    whole = frame("p", "/users/u1/points", 5)

    assert rtdb.joined([b"2", whole[:20], whole[20:], b"0"]) == [b"2", whole, b"", b"0"]


@pytest.mark.parametrize(
    ("method", "body", "expected"),
    [
        ("PUT", b"5", [Write("users/u1", "points", "set", 5)]),
        ("DELETE", b"", [Write("users/u1", "points", "delete", None)]),
        ("PATCH", b'{"a":{".sv":{"increment":15}}}', [Write("users/u1/points", "a", "increment", 15)]),
    ],
)
def test_realtime_over_rest(method: str, body: bytes, expected: list[Write]) -> None:
    leaves = tree(body, "body", content_type="application/json").leaves

    assert expected == bare(rtdb.writes(leaves, method=method, path="/users/u1/points.json?auth=x"))
