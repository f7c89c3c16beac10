"""The form of the lines."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.record import journal


@given(st.binary())
def test_every_body_comes_back(body: bytes) -> None:
    line = journal.packed({"body": body})
    ((form, text),) = json.loads(line)["body"].items()

    assert 1 == line.count(b"\n")
    assert body == (text.encode() if form == "text" else base64.b64decode(text))


@given(st.lists(st.tuples(st.binary(), st.binary())))
def test_headers_keep_order_repetition_and_odd_bytes(fields: list[tuple[bytes, bytes]]) -> None:
    told = json.loads(journal.packed({"headers": journal.pairs(fields)}))["headers"]

    assert [[journal.words(name), journal.words(value)] for name, value in fields] == told


def test_text_that_is_no_text_does_not_stop_a_line() -> None:
    assert {"path": "/?"} == json.loads(journal.packed({"path": "/\udc80"}))


def test_trailers_stand_only_where_there_are_some() -> None:
    assert "trailers" not in journal.side([], [], b"", 0, "", 0.0)
    assert [["grpc-status", "0"]] == journal.side([], [(b"grpc-status", b"0")], b"", 0, "", 0.0)["trailers"]


def test_a_message_is_cut_and_said_to_be() -> None:
    cut = journal.frame(b"12345", sent=True, text=True, at=1.0, limit=3)

    assert (b"123", "3 of 5 bytes were recorded") == (cut["body"], cut["lost"])


def test_what_has_no_place() -> None:
    with pytest.raises(TypeError, match="set has no place in a recording"):
        journal.packed({"body": {1}})
