"""Framed texts, XML and property lists."""

import json
import plistlib
import struct
from urllib.parse import quote

import pytest

from auditor.decode import tree
from tests.decode.make import leaves, text, values

MAIL = "x@example.org"


def test_server_sent_events() -> None:
    data = b'event: put\ndata: {"path":"/u","data":{"mail":"x@example.org"}}\n\n'
    data += b": ping\nid: 7\ndata: a\ndata: b\n\n"
    found = values(data)

    assert found["body:sse$[0].event"] == "put"
    assert found["body:sse$[0].data:json$.data.mail"] == MAIL
    assert (found["body:sse$[1].id"], found["body:sse$[1].data"]) == ("7", "a\nb")


def test_socket_io() -> None:
    assert values(b'42["login",{"mail":"x@example.org"}]', "frame[1]")["frame[1]:socket.io$[1].mail"] == MAIL
    assert values(b'42/chat,13["m",{"mail":"x@example.org"}]')["body:socket.io$[1].mail"] == MAIL
    assert values(b'0{"sid":"abc"}\x1e42["m","x@example.org"]')["body:socket.io$[1][1]"] == MAIL


def test_webchannel_chunks_keep_their_numbers() -> None:
    found = values(b'12\n[[0,["noop"]]]\n30\n[[1,[{"mail":"x@example.org"}]]]', "response.body")

    assert found["response.body:webchannel$[1][0][1][0].mail"] == MAIL


def test_webchannel_forms_hold_firestore() -> None:
    name = "projects/p/databases/d/documents/likes/1"
    name = "projects/p/databases/d/documents/likes/1"
    document = quote(json.dumps({"streamToken": "x", "writes": [{"delete": name}]})).encode()
    found = values(b"count=1&ofs=0&req0___data__=" + document)

    assert found["body:form$.req0___data__:firestore$.writes[0].delete"] == name


def test_sentry_envelopes() -> None:
    event = text({"user": {"email": MAIL}})
    data = (
        b'{"event_id":"9ec7","dsn":"https://k@o1.ingest.sentry.io/1"}\n{"type":"event","length":%d}\n%s\n'
        % (len(event), event)
        + b'{"type":"attachment","length":4}\nab\ncd\n'[:-1]
    )
    found = values(data)

    assert found["body:sentry$.header.event_id"] == "9ec7"
    assert found["body:sentry$.items[0].header.type"] == "event"
    assert found["body:sentry$.items[0].payload.user.email"] == MAIL
    assert "body:sentry$.items[1].payload" in found


def test_an_envelope_with_a_length_that_lies_ends() -> None:
    found = tree(b'{"sent_at":"x"}\n{"type":"event","length":99999}\n{"a":1', "body")

    assert found.problems


def test_xml_by_elements_and_attributes() -> None:
    found = values(b'<?xml version="1.0"?><a:r xmlns:a="u"><u id="7">x</u><u>y@example.org</u></a:r>')

    assert found["body:xml$.r.u[0]['@id']"] == "7"
    assert found["body:xml$.r.u[1]"] == "y@example.org"


@pytest.mark.parametrize(
    "hostile",
    [
        b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
        b"<a>" * 5000,
        b"<a><b></a>",
    ],
)
def test_xml_with_entities_or_mistakes_is_not_followed(hostile: bytes) -> None:
    found = tree(hostile, "body")

    assert not any("root:" in str(leaf.value) or str(leaf.value) == "bbbbbbbb" for leaf in found.leaves)


@pytest.mark.parametrize("form", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_property_lists(form: plistlib.PlistFormat) -> None:
    data = plistlib.dumps({"idfv": "abc", "list": [1, {"mail": MAIL}]}, fmt=form)

    assert values(data)["body:plist$.list[1].mail"] == MAIL


def test_a_property_list_that_holds_itself_is_bounded() -> None:
    # one array whose item is the array itself; then the offset table and the trailer
    data = b"bplist00\xa1\x00\x08" + bytes(6) + b"\x01\x01" + struct.pack(">QQQ", 1, 0, 10)

    assert len(tree(data, "body").leaves) < 5


def test_a_page_is_text() -> None:
    assert list(leaves(b"<!DOCTYPE html><html><br><p>x</html>")) == ["body"]
