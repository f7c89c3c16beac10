"""Flow files: all kinds, all versions, broken ends; mitmproxy writes the new ones and judges the old ones."""

from __future__ import annotations

import copy
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.collect.recordings.flows import tnetstring
from auditor.collect.recordings.record import Kind, Record, RecordingError
from tests.collect.recordings.forms import plain, read
from tests.collect.recordings.mitm import FlowReader, FlowWriter, compat, http, tcp, tflow, tutils, udp
from tests.collect.recordings.mitm import flow as base
from tests.collect.recordings.tnet import dump, flow_011, old_bytes
from tests.traffic_files import traffic


def write(folder: Path, *flows: base.Flow) -> Path:
    path = folder / "some.mitm"
    with path.open("wb") as file:
        writer = FlowWriter(file)
        for one in flows:
            writer.add(one)
    return path


def one(folder: Path, flow: base.Flow) -> Record:
    _, records = read(write(folder, flow))
    (record,) = records
    return record


def exchange(number: int) -> http.HTTPFlow:
    flow = tflow.tflow(resp=True)
    flow.request = http.Request.make(
        ("POST", "DELETE", "GET", "PUT")[number % 4],
        f"https://host{number % 7}.acme.example/v1/items/{number}?n={number}",
        bytes([number % 256]) * (number % 50),
        {"content-type": "application/octet-stream", "x-number": str(number)},
    )
    flow.request.timestamp_start = 1_700_000_000.0 + number
    flow.response = http.Response.make(200 + number % 5, b"\x00\xff" * (number % 30))
    return flow


def test_many_flows_of_all_kinds(tmp_path: Path) -> None:
    kinds = (
        exchange,
        lambda _: tflow.ttcpflow(),
        lambda _: tflow.tudpflow(),
        lambda _: tflow.tdnsflow(resp=True),
    )
    flows = [kinds[n % 4](n) for n in range(400)]

    _, records = read(write(tmp_path, *flows))

    assert [record.index for record in records] == list(range(400))
    for number in range(0, 400, 4):
        expected = flows[number]
        assert isinstance(expected, http.HTTPFlow)
        assert expected.response
        found = records[number]
        assert (found.method, found.host, found.path) == (
            expected.request.method,
            expected.request.pretty_host,
            expected.request.path,
        )
        assert found.request.body == expected.request.raw_content
        assert found.response.body == expected.response.raw_content
        assert found.request.header("X-Number") == str(number)
        assert (found.status, found.at) == (expected.response.status_code, expected.request.timestamp_start)


def test_a_websocket(tmp_path: Path) -> None:
    flow = tflow.twebsocketflow()
    assert flow.websocket
    flow.websocket.messages[0].dropped = True
    flow.websocket.messages[1].injected = True

    found = one(tmp_path, flow)

    assert (found.kind, found.scheme, found.status) == (Kind.EXCHANGE, "ws", 101)
    assert [(f.sent, f.body, f.text) for f in found.frames] == [
        (True, b"hello binary", False),
        (True, b"hello text", True),
        (False, b"it's me", True),
    ]
    assert [f.lost for f in found.frames] == [
        "held back by hand",
        "put in by hand, not sent by either side",
        "",
    ]
    assert found.about["close"] == "1000"


@pytest.mark.parametrize(("make", "scheme"), [(tflow.ttcpflow, "tcp"), (tflow.tudpflow, "udp")])
def test_a_stream(tmp_path: Path, make: Any, scheme: str) -> None:
    flow: tcp.TCPFlow | udp.UDPFlow = make()
    flow.client_conn.sni = "mqtt.acme.example"

    found = one(tmp_path, flow)

    assert (found.kind, found.scheme, found.host) == (Kind.STREAM, scheme, "mqtt.acme.example")
    assert [(f.sent, f.body) for f in found.frames] == [(True, b"hello"), (False, b"it's me")]


def test_a_look_up(tmp_path: Path) -> None:
    found = one(tmp_path, tflow.tdnsflow(resp=True))

    assert (found.kind, found.host, found.error) == (Kind.LOOKUP, "dns.google", "")
    assert found.about["answers"] == ["8.8.8.8", "8.8.4.4"]


def test_a_look_up_without_an_answer(tmp_path: Path) -> None:
    assert one(tmp_path, tflow.tdnsflow()).error == "no answer"


def test_an_exchange_that_failed(tmp_path: Path) -> None:
    found = one(tmp_path, tflow.tflow(err=True))

    assert (found.status, found.error) == (0, "error")


def test_what_the_operator_did_is_told(tmp_path: Path) -> None:
    flow = tflow.tflow(resp=True)
    flow.backup()
    flow.request.path = "/other"
    flow.comment, flow.marked, flow.is_replay = "sent by hand", ":red_circle:", "request"

    about = one(tmp_path, flow).about

    assert (about["comment"], about["marked"]) == ("sent by hand", ":red_circle:")
    assert (about["edited"], about["replayed"]) == (True, "request")


def test_a_body_that_was_not_kept_is_told(tmp_path: Path) -> None:
    flow = tflow.tflow(resp=tutils.tresp(headers=http.Headers(((b"content-length", b"700"),)), content=None))

    found = one(tmp_path, flow).response

    assert (found.body, found.size, found.lost) == (b"", 700, "its body was passed on without being kept")


def test_the_host_is_the_name_that_was_asked_for(tmp_path: Path) -> None:
    flow = tflow.tflow(req=tutils.treq(host="192.0.2.7", authority=b"", headers=http.Headers()))
    flow.client_conn.sni = "API.acme.example"

    found = one(tmp_path, flow)

    assert found.host == "api.acme.example"


@pytest.mark.parametrize(
    "name", ["event_stream.mitm", "websocket.mitm", "corrupted_gzip_body.mitm", "dumpfile-10.mitm"]
)
def test_recorded_flows_are_what_mitmproxy_reads(name: str) -> None:
    path = traffic(name)
    with path.open("rb") as file:
        expected = [flow for flow in FlowReader(file).stream() if isinstance(flow, http.HTTPFlow)]

    _, records = read(path)

    assert len(records) == len(expected)
    for found, flow in zip(records, expected, strict=True):
        assert (found.method, found.host, found.path) == (
            flow.request.method,
            flow.request.pretty_host,
            flow.request.path,
        )
        assert found.response.body == ((flow.response.raw_content if flow.response else None) or b"")


@pytest.mark.parametrize("name", ["event_stream", "websocket", "corrupted_gzip_body"])
def test_flows_and_har_of_the_same_traffic_are_equal(name: str) -> None:
    _, flows = read(traffic(f"{name}.mitm"))
    _, entries = read(traffic(f"{name}.har"))

    assert [plain(one) for one in entries] == [plain(one) for one in flows]


# Old forms --------------------------------------------------------------------


def migrated(version: tuple[int, int] | int) -> dict[str, Any]:
    """The flow of 0.11 in a later form, by mitmproxy's own migrations."""
    flow: Any = old_bytes(flow_011())
    while True:
        stated = flow.get(b"version", flow.get("version"))
        stated = stated if isinstance(stated, int) else tuple(stated)[:2]
        if stated == version:
            return copy.deepcopy(flow)
        flow = compat.converters[stated](flow)


OLD: list[tuple[int, int] | int] = [(0, n) for n in range(11, 20)]
FORMS = [*OLD, (1, 0), (2, 0), (3, 0), *range(4, 22)]


@pytest.mark.parametrize("version", FORMS, ids=str)
def test_every_form_says_the_same(tmp_path: Path, version: tuple[int, int] | int) -> None:
    path = tmp_path / "old.mitm"
    path.write_bytes(dump(migrated(version)))

    recording, (found,) = read(path)

    assert recording.about["version"] == ".".join(
        map(str, version if isinstance(version, tuple) else [version])
    )
    assert plain(found) == {
        "kind": Kind.EXCHANGE,
        "at": 1400000000.5,
        "scheme": "https",
        "method": "POST",
        "host": "api.acme.example",
        "port": 443,
        "path": "/v1/likes?post=7",
        "version": "HTTP/1.1",
        "status": 200,
        "peer": "",
        "request": ((("Host", "api.acme.example"), ("Content-Length", "9")), b"points=15", ""),
        "response": ((("Content-Type", "text/plain"),), b"ok", ""),
        "frames": [],
    }


def test_a_form_before_the_first_that_mitmproxy_reads(tmp_path: Path) -> None:
    path = tmp_path / "old.mitm"
    path.write_bytes(dump(old_bytes(flow_011() | {"version": [0, 10]})))

    recording, (found,) = read(path)

    assert (recording.about["version"], found.request.body) == ("0.10", b"points=15")


def test_a_newer_form_is_read_and_told(tmp_path: Path) -> None:
    path = tmp_path / "new.mitm"
    path.write_bytes(dump(migrated(21) | {"version": 23, "new": {"a": 1}}))

    recording, (found,) = read(path)

    assert found.host == "api.acme.example"
    assert recording.lost["flows in form 23, read as far as form 21 is like it"] == 1


def test_an_old_websocket_is_joined_with_its_handshake(tmp_path: Path) -> None:
    opened = migrated(7) | {"metadata": {"websocket": True}, "id": "h1"}
    talked = {
        "version": 7,
        "type": "websocket",
        "id": "w1",
        "metadata": {"websocket_handshake": "h1"},
        "messages": [[1, True, "pike +15", 1400000002, False], [2, False, b"\x00\x01", 1400000003, False]],
        "close_code": 1005,
        "close_reason": "",
        "error": None,
        "client_conn": migrated(7)["client_conn"],
        "server_conn": migrated(7)["server_conn"],
    }
    path = tmp_path / "old.mitm"
    path.write_bytes(dump(opened) + dump(talked) + dump(talked | {"metadata": {}}))

    _, (first, second, third) = read(path)

    assert (first.scheme, second.scheme, second.host, second.path) == ("wss", "wss", first.host, first.path)
    assert [(f.sent, f.text, f.body) for f in second.frames] == [
        (True, True, b"pike +15"),
        (False, False, b"\x00\x01"),
    ]
    assert (second.index, second.about["handshake"]) == (1, 0)
    assert (third.host, third.lost) == ("api.acme.example", ("the request that opened this websocket",))


# Broken files -----------------------------------------------------------------


def test_a_cut_file_keeps_what_was_whole(tmp_path: Path) -> None:
    path = write(tmp_path, exchange(1), exchange(2), exchange(3))
    path.write_bytes(path.read_bytes()[:-100])

    recording, records = read(path)

    assert [record.index for record in records] == [0, 1]
    assert any("ends in the middle of flow 2" in clause for clause in recording.lost)


def test_a_broken_flow_is_counted_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "some.mitm"
    path.write_bytes(
        dump(migrated(21)) + b"20:" + b"x" * 20 + b"}" + dump({"type": "new"}) + dump(migrated(21))
    )

    recording, records = read(path)

    assert [record.index for record in records] == [0, 3]
    assert any(clause.startswith("flow 1 cannot be read") for clause in recording.lost)
    assert recording.lost["flows of a kind that is not known (new)"] == 1


def test_a_flow_that_is_too_large_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, exchange(40), exchange(1))
    monkeypatch.setattr(tnetstring, "LARGEST", len(dump(migrated(21))) // 4)

    recording, records = read(path)

    assert records == []
    assert sum("a flow of" in clause for clause in recording.lost) == 2


@pytest.mark.parametrize("data", [b"12:", b"5:hello,", b"3:abc}", b"1:"])
def test_what_is_no_flow_file_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "some.mitm"
    path.write_bytes(data)

    with pytest.raises(RecordingError, match="is no flow file of mitmproxy"):
        read(path)


JSONISH = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.binary(max_size=9)
    | st.text("abc:/?", max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_flows_of_any_values_are_read(tmp_path: Path, data: st.DataObject) -> None:
    flow = migrated(data.draw(st.sampled_from([21, 7, 12])))
    flow["type"] = data.draw(st.sampled_from(["http", "tcp", "udp", "dns", "websocket"]))
    for name in data.draw(st.lists(st.sampled_from(sorted(flow)), max_size=4)):
        flow[name] = data.draw(JSONISH)
    for part in ("request", "response", "client_conn", "server_conn"):
        if isinstance(flow.get(part), dict) and flow[part]:
            flow[part][data.draw(st.sampled_from(sorted(flow[part])))] = data.draw(JSONISH)
    path = tmp_path / "some.mitm"
    path.write_bytes(dump(flow))

    recording, records = read(path)

    assert len(records) + sum(recording.lost.values()) >= 1


def test_writer_and_mitmproxy_agree() -> None:
    file = io.BytesIO()
    FlowWriter(file).add(tflow.tflow(resp=True))

    assert dump(tnetstring.loads(file.getvalue())) == file.getvalue()
