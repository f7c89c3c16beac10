"""Writes to databases, from records as recorders tell them to (path, field, operation, value)."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.collect.recordings.record import Frame, Headers, Kind, Record, Side
from auditor.collect.traffic import parts
from auditor.collect.traffic.writes import Write, writes
from auditor.decode import tree
from tests.decode.make import grpc, message

HOST = "aktiv-default-rtdb.europe-west1.firebasedatabase.app"
BASE = "projects/aktiv/databases/(default)/documents"
LIKE: dict[str, Any] = {
    "writes": [
        {
            "update": {"name": f"{BASE}/users/u777", "fields": {"last": {"stringValue": "like"}}},
            "updateMask": {"fieldPaths": ["last", "draft"]},
            "updateTransforms": [
                {"fieldPath": "points", "increment": {"integerValue": "15"}},
                {"fieldPath": "badges", "appendMissingElements": {"values": [{"stringValue": "gold"}]}},
                {"fieldPath": "todo", "removeAllFromArray": {"values": [{"integerValue": "3"}]}},
                {"fieldPath": "seen", "setToServerValue": "REQUEST_TIME"},
            ],
        },
        {"delete": f"{BASE}/posts/p1"},
    ]
}
LIKED = [
    ("users/u777", "last", "set", "like"),
    ("users/u777", "draft", "delete", None),
    ("users/u777", "points", "increment", 15),
    ("users/u777", "badges", "union", ["gold"]),
    ("users/u777", "todo", "remove", [3]),
    ("users/u777", "seen", "server-time", None),
    ("posts/p1", "", "delete", None),
]


def request(method: str, host: str, path: str, body: bytes = b"", *, headers: Headers = ()) -> Record:
    return Record(
        7, Kind.EXCHANGE, 1.0, host, 443, "https", method, path, status=200, request=Side(headers, body)
    )


def socket(*sent: bytes) -> Record:
    frames = tuple(Frame(body, sent=True) for body in sent)
    return Record(7, Kind.EXCHANGE, 1.0, HOST, 443, "wss", "GET", "/.ws?v=5&ns=aktiv", frames=frames)


def written(record: Record) -> list[Write]:
    return writes(record, parts.sent(record))


def bare(record: Record) -> list[tuple[object, ...]]:
    return [(one.path, one.field, one.op, one.value) for one in written(record)]


def channel(data: object) -> bytes:
    from urllib.parse import urlencode

    return urlencode({"count": "1", "ofs": "0", "req0___data__": json.dumps(data)}).encode()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (f"/v1/{BASE}:commit", json.dumps(LIKE).encode()),
        (f"/v1/{BASE}:batchWrite?key=AIza", json.dumps(LIKE | {"labels": {"a": "b"}}, indent=2).encode()),
        ("/google.firestore.v1.Firestore/Write/channel?VER=8&RID=1", channel({"streamToken": "x"} | LIKE)),
    ],
)
def test_firestore_over_rest_and_webchannel(path: str, body: bytes) -> None:
    assert bare(request("POST", "firestore.googleapis.com", path, body)) == LIKED


def in_grpc(method: str) -> bytes:
    """The same writes, as google.firestore.v1 on the wire."""
    text, number = (lambda t: message((17, t))), (lambda n: message((2, n)))
    transforms = (
        message((1, "points"), (3, number(15))),
        message((1, "badges"), (6, message((1, text("gold"))))),
        message((1, "todo"), (7, message((1, number(3))))),
        message((1, "seen"), (2, 1)),
    )
    document = message((1, f"{BASE}/users/u777"), (2, message((1, "last"), (2, text("like")))))
    mask = message((1, "last"), (1, "draft"))
    update = message((1, document), (3, mask), *((7, one) for one in transforms))
    at = 3 if method == "Write" else 2
    return grpc(
        message((1, BASE.partition("/documents")[0]), (at, update), (at, message((2, f"{BASE}/posts/p1"))))
    )


@pytest.mark.parametrize("method", ["Write", "Commit", "BatchWrite"])
def test_firestore_over_grpc_needs_no_rule_for_its_host(method: str) -> None:
    path, kind = f"/google.firestore.v1.Firestore/{method}", (("content-type", "application/grpc"),)
    found = request("POST", "10.0.2.2", path, in_grpc(method), headers=kind)

    assert bare(found) == LIKED
    assert {one.place.rpartition("-request")[0] for one in written(found)} <= {
        "body:grpc$[0]:firestore-write",
        "body:grpc$[0]:firestore-commit",
        "body:grpc$[0]:firestore-batch-write",
    }


def test_single_documents_of_firestore() -> None:
    body = json.dumps({"fields": {"points": {"integerValue": "120"}}}).encode()
    asked = f"/v1/{BASE}/users/u777?updateMask.fieldPaths=points"

    assert bare(request("PATCH", "firestore.googleapis.com", asked, body)) == [
        ("users/u777", "points", "set", 120)
    ]
    (gone,) = written(request("DELETE", "firestore.googleapis.com", f"/v1/{BASE}/users/a:b"))
    assert gone == Write("users/a:b", "", "delete", None, "path")
    query = json.dumps({"structuredQuery": {"from": [{"collectionId": "users"}]}}).encode()
    assert bare(request("POST", "firestore.googleapis.com", f"/v1/{BASE}:runQuery", query)) == []


def frame(action: str, path: str, data: object) -> bytes:
    body = {"p": path, "d": data}
    return json.dumps({"t": "d", "d": {"r": 3, "a": action, "b": body}}, separators=(",", ":")).encode()


def test_frames_of_a_socket() -> None:
    found = socket(
        b"0",
        frame("p", "/users/u777/points", {".sv": {"increment": 15}}),
        frame("m", "/", {"likes/p1/u777": True, "users/u777/draft": None}),
        frame("q", "/users/u777", None),
    )

    assert written(found) == [
        Write("users/u777", "points", "increment", 15, "frame[1]:rtdb"),
        Write("likes/p1", "u777", "set", True, "frame[2]:rtdb"),
        Write("users/u777", "draft", "delete", None, "frame[2]:rtdb"),
    ]


@given(st.integers(2, 9), st.integers(0, 2))
def test_a_frame_in_pieces_is_one_write_at_its_first_piece(count: int, before: int) -> None:
    whole = frame("p", "/users/u777", {"bio": "x" * 60, "points": 5})
    size = -(-len(whole) // count)
    pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
    found = socket(*[b"0"] * before, str(len(pieces)).encode(), *pieces, b"0")

    place = f"frame[{before + 1}]:rtdb"
    assert written(found) == [
        Write("users/u777", "bio", "set", "x" * 60, place),
        Write("users/u777", "points", "set", 5, place),
    ]
    assert parts.raw(found)[f"frame[{before + 1}]"] == whole


def test_numbers_before_messages_of_other_protocols_join_nothing() -> None:
    found = parts.sent(socket(b"2", b'{"a":1}', b'{"b":2}'))

    assert {"frame[1]:json$.a": 1, "frame[2]:json$.b": 2}.items() <= {
        leaf.place: leaf.value for leaf in parts.leaves(found)
    }.items()


def test_pieces_are_put_together_within_one_direction() -> None:
    whole = frame("p", "/users/u777/points", 5)
    halves = (b"2", whole[:20], whole[20:])
    mixed = tuple(Frame(body, sent=sent) for body in halves for sent in (True, False))
    found = Record(7, Kind.EXCHANGE, 1.0, HOST, 443, "wss", "GET", "/.ws", frames=mixed)

    assert bare(found) == [("users/u777", "points", "set", 5)]


def test_long_polling() -> None:
    packed = base64.urlsafe_b64encode(frame("p", "/users/u777/points", {".sv": {"increment": 1}})).decode()
    found = request("GET", HOST, f"/.lp?id=1&pw=x&ser=2&ns=aktiv&seg0=1&ts0=1&d0={packed.rstrip('=')}.")

    assert bare(found) == [("users/u777", "points", "increment", 1)]


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("PUT", "/users/u777/points.json", b"5", [("users/u777", "points", "set", 5)]),
        ("PUT", "/users/u777/role.json?auth=x", b'"admin"', [("users/u777", "role", "set", "admin")]),
        ("PUT", "/users/u777/role.json", b"null", [("users/u777", "role", "delete", None)]),
        (
            "PATCH",
            "/users/u777.json",
            b'{"p":{".sv":{"increment":15}}}',
            [("users/u777", "p", "increment", 15)],
        ),
        ("POST", "/log.json", b'{"did":"like"}', [("log/?", "did", "set", "like")]),
        ("DELETE", "/users/u777.json", b"", [("users", "u777", "delete", None)]),
        ("GET", "/users/u777.json", b"", []),
        ("POST", "/users.json?x-http-method-override=DELETE", b"", [("", "users", "delete", None)]),
    ],
)
def test_realtime_database_over_rest(method: str, path: str, body: bytes, expected: list[object]) -> None:
    kind = (("Content-Type", "application/json"),)

    assert bare(request(method, HOST, path, body, headers=kind)) == expected


def test_the_method_that_a_header_states_is_the_one_that_counts() -> None:
    headers = (("X-HTTP-Method-Override", "patch"), ("Content-Type", "application/json"))

    assert bare(request("POST", HOST, "/users/u777.json", b'{"points":5}', headers=headers)) == [
        ("users/u777", "points", "set", 5)
    ]


def test_a_json_file_of_any_other_host_is_no_database() -> None:
    kind = (("Content-Type", "application/json"),)
    body = b'{"points":5}'

    assert bare(request("PUT", "api.aktiv.example", "/users.json", body, headers=kind)) == []
    local = request("PUT", "10.0.2.2", "/users.json?ns=aktiv", body, headers=kind)
    assert bare(local) == [("users", "points", "set", 5)]


@given(st.binary(max_size=200), st.sampled_from(["POST", "PATCH", "PUT", "DELETE"]))
def test_any_bytes_give_writes_or_none(body: bytes, method: str) -> None:
    for host, path in ((HOST, "/a/b.json"), ("firestore.googleapis.com", f"/v1/{BASE}/a/b")):
        found = request(method, host, path, body)

        assert all(one.place for one in writes(found, {"body": tree(body, "body")}))
