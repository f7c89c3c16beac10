"""auditor's own recordings: every kind of line, continued sockets, torn ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.collect.recordings import journal
from auditor.collect.recordings.record import Kind, RecordingError
from auditor.record import journal as writer
from tests.collect.recordings.forms import b64, read

HEADER = {
    "auditor-recording": 1,
    "at": 1700000000.0,
    "producer": "auditor 0.1, mitmproxy 12.2.3",
    "app": "al.acme.app",
    "persona": "",
    "options": {"bodies": True},
    "tool": {"python": "3.13"},
}
SIDE = {
    "headers": [["Host", "api.acme.example"]],
    "body": {"text": "pikë"},
    "size": 5,
    "lost": "",
    "at": 1700000002.0,
}
EXCHANGE = {
    "kind": "exchange",
    "at": 1700000001.5,
    "host": "api.acme.example",
    "port": 443,
    "scheme": "https",
    "method": "DELETE",
    "path": "/v1/likes/7?why=x",
    "version": "HTTP/2.0",
    "status": 200,
    "peer": "192.0.2.7",
    "error": "",
    "client": "10.0.0.2",
    "sni": "api.acme.example",
    "request": SIDE,
    "response": SIDE | {"body": {"base64": b64(b"\x00\xff")}, "trailers": [["grpc-status", "0"]]},
    "frames": [],
}
FRAME = {"sent": True, "at": 1700000003.0, "text": True, "body": {"text": "like"}, "lost": ""}
SOCKET = EXCHANGE | {"method": "GET", "status": 101, "response": None, "frames": [FRAME]}
END = {"kind": "end", "at": 1700000009.0, "counts": {}}


def write(folder: Path, *lines: dict[str, Any], header: dict[str, Any] = HEADER) -> Path:
    path = folder / "recording.jsonl"
    numbered = [line | {"id": number} for number, line in enumerate(lines)]
    path.write_text("".join(json.dumps(line) + "\n" for line in [header, *numbered]), encoding="utf-8")
    return path


def test_an_exchange(tmp_path: Path) -> None:
    recording, (found,) = read(write(tmp_path, EXCHANGE, END))

    assert (recording.form, recording.producer) == ("auditor recording", "auditor 0.1, mitmproxy 12.2.3")
    assert recording.about["app"] == "al.acme.app"
    assert recording.lost == {}
    assert (found.index, found.kind, found.at, found.status) == (0, Kind.EXCHANGE, 1700000001.5, 200)
    assert (found.scheme, found.host, found.port, found.peer) == (
        "https",
        "api.acme.example",
        443,
        "192.0.2.7",
    )
    assert (found.method, found.path, found.version) == ("DELETE", "/v1/likes/7?why=x", "HTTP/2")
    assert (found.request.body, found.request.plain, found.request.at) == (
        "pikë".encode(),
        False,
        1700000002.0,
    )
    assert found.response.body == b"\x00\xff"
    assert found.response.header("grpc-status") == "0"


def test_a_websocket_and_its_later_messages(tmp_path: Path) -> None:
    later = {"kind": "frames", "at": 1700000004.0, "frames": [FRAME | {"body": {"base64": b64(b"\x01")}}]}

    _, records = read(write(tmp_path, EXCHANGE, SOCKET, later | {"of": 1}, later | {"of": -1}, END))

    assert [record.scheme for record in records] == ["https", "wss", "wss", "wss"]
    assert records[1].frames[0].body == b"like"
    assert (records[2].index, records[2].host, records[2].path) == (
        2,
        "api.acme.example",
        "/v1/likes/7?why=x",
    )
    assert (records[2].about, records[2].frames[0].body) == ({"continues": 1}, b"\x01")
    assert (records[3].host, records[3].lost) == ("", ("the request that opened this websocket",))


def test_a_stream_and_its_later_pieces(tmp_path: Path) -> None:
    stream = {
        "kind": "stream",
        "at": 1.0,
        "host": "mqtt.acme.example",
        "port": 8883,
        "scheme": "tcp",
        "frames": [FRAME],
    }

    _, records = read(write(tmp_path, stream, {"kind": "frames", "of": 0, "frames": [FRAME]}, END))

    assert [(r.kind, r.host, r.scheme) for r in records] == [(Kind.STREAM, "mqtt.acme.example", "tcp")] * 2


def test_other_kinds(tmp_path: Path) -> None:
    lines = [
        {"kind": "lookup", "at": 1.0, "host": "App-Measurement.com", "answers": ["192.0.2.1"], "error": ""},
        {
            "kind": "refused",
            "at": 2.0,
            "host": "graph.facebook.com",
            "port": 443,
            "error": "The client ...",
            "alpn": ["h2"],
        },
        {
            "kind": "contact",
            "at": 3.0,
            "host": "x.example",
            "scheme": "quic",
            "error": "QUIC refused",
            "count": 4,
        },
        {"kind": "mark", "at": 4.0, "path": "before consent", "by": "address"},
        END,
    ]

    _, (lookup, refused, contact, mark) = read(write(tmp_path, *lines))

    assert (lookup.kind, lookup.host, lookup.about) == (
        Kind.LOOKUP,
        "app-measurement.com",
        {"answers": ["192.0.2.1"]},
    )
    assert (refused.kind, refused.error, refused.about) == (Kind.REFUSED, "The client ...", {"alpn": ["h2"]})
    assert (contact.kind, contact.scheme, contact.about) == (Kind.CONTACT, "quic", {"count": 4})
    assert (mark.kind, mark.path, mark.about) == (Kind.MARK, "before consent", {"by": "address"})


def test_lines_as_the_recorder_packs_them(tmp_path: Path) -> None:
    path = tmp_path / "recording.jsonl"
    side = writer.side([(b"Host", b"x.example")], [], b"\x00\xff", 2, "", 3.0)
    lines = [
        writer.header(1.0, "auditor 0.1", "al.acme.app", "", {}, {}),
        EXCHANGE | {"id": 0, "request": side, "response": None},
        writer.mark(2.0, "before consent", "address") | {"id": 1},
        writer.lookup(2.0, "x.example", ["192.0.2.1"], "") | {"id": 2},
        writer.contact(2.0, "x.example", 443, "192.0.2.1", "quic", "QUIC refused") | {"id": 3},
        writer.refused(2.0, "x.example", 443, "192.0.2.1", "The client ...", ["h2"]) | {"id": 4},
        END | {"id": 5},
    ]
    path.write_bytes(b"".join(map(writer.packed, lines)))

    recording, records = read(path)

    assert [record.kind for record in records] == ["exchange", "mark", "lookup", "contact", "refused"]
    assert (records[0].request.body, records[0].response.body) == (b"\x00\xff", b"")
    assert recording.lost == {}


def test_what_the_recorder_lost_is_told(tmp_path: Path) -> None:
    recording, records = read(
        write(tmp_path, {"kind": "lost", "count": 7, "why": "the queue was full"}, EXCHANGE)
    )

    assert recording.lost["the recorder dropped records: the queue was full"] == 7
    assert any("did not come to its end" in clause for clause in recording.lost)
    assert records[0].index == 1


def test_an_exchange_that_names_no_host_is_told(tmp_path: Path) -> None:
    _, records = read(write(tmp_path, {"kind": "exchange", "host": 12, "request": [], "response": "x"}))

    assert [record.lost for record in records] == [("the name of its host",)]


@pytest.mark.parametrize("cut", [1, 2, 50, 300])
def test_a_torn_last_line_is_counted(tmp_path: Path, cut: int) -> None:
    path = write(tmp_path, EXCHANGE, EXCHANGE, EXCHANGE)
    path.write_bytes(path.read_bytes()[:-cut])

    recording, records = read(path)

    assert [record.index for record in records] == [0, 1]
    assert recording.lost["the last line, which was not written to its end"] == 1


def test_lines_that_cannot_be_read_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, EXCHANGE, {"kind": "dream"})
    monkeypatch.setattr(journal, "WIDEST", 5000)
    with path.open("ab") as file:
        file.write(
            b"{oops\n" + b"[" * 12000 + b"\n" + b"7\n" + json.dumps(EXCHANGE | {"id": 5}).encode() + b"\n"
        )

    recording, records = read(path)

    assert [record.index for record in records] == [0, 5]
    assert sum(count for clause, count in recording.lost.items() if "cannot be read" in clause) == 4
    assert any("'dream'" in clause for clause in recording.lost)


def test_a_newer_form_is_told(tmp_path: Path) -> None:
    recording, records = read(write(tmp_path, EXCHANGE, END, header=HEADER | {"auditor-recording": 2}))

    assert (len(records), recording.lost) == (1, {"form 2, read as far as form 1 is like it": 1})


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    for content in ("{}\n", "7\n", "\n", "{"):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(RecordingError, match="is no recording of auditor"):
            journal.open_journal(path)


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["body", "text", "a"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_lines_of_any_values_are_read_or_counted(tmp_path: Path, data: st.DataObject) -> None:
    line = dict(
        data.draw(st.sampled_from([EXCHANGE, SOCKET, {"kind": "frames", "of": 0, "frames": [FRAME]}]))
    )
    for name in data.draw(st.lists(st.sampled_from(sorted(line)), max_size=4)):
        line[name] = data.draw(ANY)

    recording, records = read(write(tmp_path, SOCKET, line, END))

    assert len(records) + sum(recording.lost.values()) >= 2 or line["kind"] in ("end", "lost")
