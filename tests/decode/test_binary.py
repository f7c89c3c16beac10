"""Protobuf, gRPC, MessagePack, CBOR."""

import base64
import gzip
import random
import struct

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.decode import FieldMap, Named, tree
from auditor.decode.plausible import plausible
from tests.decode.make import field, grpc, leaves, message, text, values

EVENT = message((1, message((1, "points"), (3, 15))), (2, "post_share"))
BATCH = field(1, message((2, EVENT), (2, EVENT), (14, "al.example.app")))
MAP = FieldMap(
    "ga4f-batch",
    "batch",
    {
        "batch": {1: Named("bundle", message="bundle", repeated=True)},
        "bundle": {2: Named("event", message="event", repeated=True), 14: Named("app_id", "string")},
        "event": {1: Named("param", message="param", repeated=True), 2: Named("name", "string")},
        "param": {
            1: Named("name", "string"),
            3: Named("int_value", "int"),
            5: Named("double_value", "double"),
        },
    },
)


def test_a_message_without_a_schema_has_numbers() -> None:
    found = values(BATCH)

    assert found["body:protobuf$.1.14"] == "al.example.app"
    assert found["body:protobuf$.1.2[1].1.3"] == 15


def test_a_message_with_a_map_has_names() -> None:
    found = leaves(BATCH, maps=[MAP])

    assert found["body:ga4f-batch$.bundle[0].app_id"].value == "al.example.app"
    value = found["body:ga4f-batch$.bundle[0].event[1].param[0].int_value"]
    assert (value.value, value.key, value.chain) == (15, "points", ("ga4f-batch",))


def test_a_map_is_for_whole_messages_only() -> None:
    """Its root is what a whole body is; a message inside JSON is read without it."""
    inside = values(b'{"data": "%s"}' % base64.b64encode(BATCH), maps=[MAP])
    packed = values(gzip.compress(BATCH), maps=[MAP])
    framed = values(grpc(gzip.compress(BATCH), flag=1), maps=[MAP], content_type="application/grpc")

    assert inside["body:json$.data:base64:protobuf$.1.14"] == "al.example.app"
    assert packed["body:gzip:ga4f-batch$.bundle[0].app_id"] == "al.example.app"
    assert framed["body:grpc$[0]:gzip:ga4f-batch$.bundle[0].app_id"] == "al.example.app"


def test_values_stand_where_they_stand() -> None:
    for leaf in leaves(BATCH).values():
        if isinstance(leaf.value, str):
            assert leaf.value.encode() == BATCH[leaf.begin : leaf.end]


@given(st.integers(-(2**63), 2**63 - 1))
def test_signed_numbers(number: int) -> None:
    known = FieldMap("m", "m", {"m": {1: Named("i", "int"), 2: Named("s", "sint")}})
    zigzag = (number << 1) ^ (number >> 63)
    found = values(message((1, number), (2, zigzag)), maps=[known])

    assert {"body:m$.i": number, "body:m$.s": number} == found


def test_a_number_that_stands_once_is_no_text() -> None:
    known = FieldMap("m", "m", {"m": {1: Named("a", "int"), 2: Named("b", "int"), 3: Named("source", "int")}})
    found = values(message((1, 5), (2, 6), (3, "cAAAABBBB")), maps=[known])

    assert found == {"body:m$.a": 5, "body:m$.b": 6, "body:m$.source": "cAAAABBBB"}


def test_fractions_and_packed_numbers() -> None:
    known = FieldMap("m", "m", {"m": {1: Named("lat", "double"), 2: Named("n", "int", repeated=True)}})
    data = b"\x09" + struct.pack("<d", 41.327546) + field(2, bytes([3, 4, 0x90, 1]))

    found = values(data, maps=[known])
    assert {"body:m$.lat": 41.327546, "body:m$.n[0][0]": 3, "body:m$.n[0][2]": 144}.items() <= found.items()
    assert (
        values(b"\x09" + struct.pack("<d", 41.327546) + field(2, "abcdef"))["body:protobuf$.1"] == 41.327546
    )


def test_a_map_that_does_not_fit_is_not_forced() -> None:
    assert "body:protobuf$.9" in values(message((9, "something else"), (8, "more")), maps=[MAP])
    assert values(text({"a": 1}), maps=[MAP]) == {"body:json$.a": 1}


def test_a_message_cut_off_is_told_and_its_beginning_kept() -> None:
    found = tree(BATCH[:-6], "body", maps=[MAP], content_type="application/x-protobuf")

    assert found.problems
    assert found.leaves


@settings(max_examples=200)
@given(st.randoms(use_true_random=False), st.integers(16, 400))
def test_noise_is_no_message(rng: random.Random, size: int) -> None:
    assert plausible(rng.randbytes(size)) < 0.9


def test_a_message_inside_base64() -> None:
    found = values(text({"x": base64.b64encode(BATCH).decode()}))
    assert found["body:json$.x:base64:protobuf$.1.14"] == "al.example.app"


def test_grpc_has_numbered_messages_and_unpacks_them() -> None:
    data = grpc(BATCH) + grpc(gzip.compress(BATCH), flag=1)
    for said in ("", "application/grpc"):
        found = values(data, content_type=said)
        assert found["body:grpc$[0]:protobuf$.1.14"] == "al.example.app"
        assert found["body:grpc$[1]:gzip:protobuf$.1.14"] == "al.example.app"
    assert "body:grpc$[0]:ga4f-batch$.bundle[0].app_id" in values(data, maps=[MAP])


def test_grpc_web_and_its_trailers() -> None:
    data = grpc(BATCH) + grpc(b"grpc-status:0\r\n", flag=0x80)
    for body, said in (
        (data, "application/grpc-web+proto"),
        (base64.b64encode(data), "application/grpc-web-text"),
    ):
        found = values(body, content_type=said)
        assert found["body:grpc-web$[0]:protobuf$.1.14"] == "al.example.app"
        assert found["body:grpc-web$[1]$.grpc-status"] == "0"


def test_grpc_that_is_cut_off_is_told() -> None:
    found = tree(grpc(BATCH)[:-4], "body", content_type="application/grpc")

    assert found.problems[0] == "body:grpc$[0]: cut off: 4 bytes are missing"


def test_messages_behind_their_lengths() -> None:
    data = b"".join(bytes([len(EVENT)]) + EVENT for _ in range(3))

    assert values(data)["body:unframe$[2]:protobuf$.2"] == "post_share"


JSONLIKE = {
    "mail": "x@example.org",
    "n": [1, -2, 3.5, None, True],
    "raw": b"\x00\x01",
    "deep": {"a": {"b": "c"}},
}


def test_messagepack() -> None:
    found = values(msgpack.packb(JSONLIKE))

    assert found["body:msgpack$.mail"] == "x@example.org"
    assert found["body:msgpack$.n[2]"] == 3.5
    assert found["body:msgpack$.deep.a.b"] == "c"


CBOR = bytes.fromhex(
    "bf646d61696c6d78406578616d706c652e6f7267616e9f0120f93e00f6f5ff6161c1fb41d452d9e200000061627f61786179ffff"
)


def test_cbor() -> None:
    found = values(CBOR)

    assert found["body:cbor$.mail"] == "x@example.org"
    assert [found[f"body:cbor$.n[{i}]"] for i in range(5)] == [1, -1, 1.5, None, True]
    assert (found["body:cbor$.a"], found["body:cbor$.b"]) == (1363896200.0, "xy")


@pytest.mark.parametrize(
    "hostile",
    [
        b"\x9f" * 5000,
        b"\x81" * 5000,
        b"\xbb" + b"\xff" * 8,
        b"\xdf\xff\xff\xff\xff",
        b"\xdd\xff\xff\xff\xff\x01",
        b"\x5b" + b"\x7f" * 8,
    ],
)
def test_sizes_that_lie_and_depth_are_bounded(hostile: bytes) -> None:
    for said in ("application/cbor", "application/msgpack", ""):
        assert len(tree(hostile, "body", content_type=said).leaves) < 10
