"""Hooks that need a tunnel or a broken server, called with mitmproxy's own objects."""

import asyncio
import json
import os
import struct
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("mitmproxy.test.taddons")  # mitmproxy warns about its own parser when imported first

from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.connection import QuicConnection
from mitmproxy import options
from mitmproxy.addonmanager import Loader
from mitmproxy.connection import Client, Server
from mitmproxy.exceptions import CommandError
from mitmproxy.proxy import context, events, layer
from mitmproxy.proxy.mode_specs import ProxyMode
from mitmproxy.proxy.server_hooks import ServerConnectionHookData
from mitmproxy.test import taddons, tflow, tutils

from auditor.record import marks
from auditor.record.book import Book
from auditor.record.connections import Connections, Unanswered
from auditor.record.proxy import Recorder
from auditor.record.told import like_quic


class Kept(Book):
    """A book that keeps its lines."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[dict[str, Any]] = []

    def put(self, line: dict[str, Any], flow: Any = None, size: int = 0) -> None:  # noqa: ARG002
        self.lines.append(line)


@pytest.fixture
def hooks() -> Connections:
    return Connections(Kept())


def said(hooks: Connections) -> list[dict[str, Any]]:
    return hooks.book.lines  # type: ignore[attr-defined, no-any-return]


def greeting(host: str) -> bytes:
    """The first datagram of a real QUIC client."""
    quic = QuicConnection(configuration=QuicConfiguration(server_name=host, alpn_protocols=["h3"]))
    quic.connect(("192.0.2.1", 443), now=0)
    return bytes(quic.datagrams_to_send(now=0)[0][0])


def datagram(mode: str, data: bytes, port: int = 443) -> layer.NextLayer:
    client = Client(peername=("10.0.0.1", 5), sockname=("192.0.2.1", port), proxy_mode=ProxyMode.parse(mode))
    client.transport_protocol = "udp"
    asked = context.Context(client, options.Options())
    asked.server.address = ("192.0.2.1", port)
    following = layer.NextLayer(asked)
    following.events.append(events.DataReceived(client, data))
    return following


def test_quic_is_refused_in_a_tunnel_and_named(hooks: Connections) -> None:
    following = datagram("wireguard", greeting("firestore.googleapis.com"))
    hooks.next_layer(following)
    (line,) = said(hooks)

    assert isinstance(following.layer, Unanswered)
    assert [] == list(following.layer.handle_event(events.Start()))
    assert ("contact", "firestore.googleapis.com", 443, "quic", "QUIC refused") == (
        line["kind"], line["host"], line["port"], line["scheme"], line["error"],
    )  # fmt: skip


def test_a_broken_greeting_is_counted_by_its_address(hooks: Connections) -> None:
    hooks.next_layer(datagram("wireguard", b"\xc0\0\0\0\1" + os.urandom(80)))

    assert ["192.0.2.1"] == [line["host"] for line in said(hooks)]


def test_no_quic_elsewhere(hooks: Connections) -> None:
    for following in (
        datagram("regular", greeting("a.example")),
        datagram("wireguard", b"\x16\xfe\xfd" + bytes(40)),
        datagram("wireguard", bytes(40), port=123),
    ):
        hooks.next_layer(following)
        assert following.layer is None
    assert [] == said(hooks)


@pytest.mark.parametrize("version", [1, 0x6B3343CF, 0x51303530])
def test_quic_by_its_version_on_any_port(version: int) -> None:
    assert like_quic(b"\xc3" + struct.pack(">I", version) + bytes(40), 4433)
    assert not like_quic(b"\x43" + struct.pack(">I", version) + bytes(40), 4433)


def test_lookups(hooks: Connections) -> None:
    hooks.dns_response(tflow.tdnsflow(resp=True))
    failed = tflow.tdnsflow(resp=False, err=True)
    hooks.dns_error(failed)
    answered, unanswered = said(hooks)

    assert ("dns.google", ["8.8.8.8", "8.8.4.4"], "") == (
        answered["host"], answered["answers"], answered["error"],
    )  # fmt: skip
    assert ([], failed.error.msg) == (unanswered["answers"], unanswered["error"])


@pytest.mark.parametrize(("kind", "answers"), [(1, [marks.ADDRESS]), (28, [])])
def test_the_marker_host_has_an_address_in_a_tunnel(
    hooks: Connections, kind: int, answers: list[str]
) -> None:
    flow = tflow.tdnsflow(req=tutils.tdnsreq())
    flow.request.questions[0].name = "Mark.Invalid"
    flow.request.questions[0].type = kind
    hooks.dns_request(flow)
    hooks.dns_response(flow)

    assert answers == [str(answer) for answer in flow.response.answers]
    assert [] == said(hooks)


def test_other_names_are_left_to_the_resolver(hooks: Connections) -> None:
    flow = tflow.tdnsflow()
    hooks.dns_request(flow)

    assert flow.response is None


def test_the_marker_address_leads_nowhere(hooks: Connections) -> None:
    hooks.nowhere = ("127.0.0.1", 9)
    marker, other = Server(address=(marks.ADDRESS, 80)), Server(address=("a.example", 80))
    for server in (marker, other):
        hooks.server_connect(ServerConnectionHookData(server=server, client=tflow.tclient_conn()))

    assert (("127.0.0.1", 9), ("a.example", 80)) == (marker.address, other.address)


def test_unreached_servers_are_contacts_unless_an_exchange_says_so(hooks: Connections) -> None:
    flow = tflow.tflow()
    data = ServerConnectionHookData(server=flow.server_conn, client=flow.client_conn)
    flow.server_conn.error = "timeout"
    hooks.book.exchanges.begin(flow, "address")
    hooks.server_connect_error(data)
    assert [] == said(hooks)
    hooks.client_disconnected(flow.client_conn)
    hooks.server_connect_error(data)

    assert ["exchange", "contact"] == [line["kind"] for line in said(hooks)]
    assert "server not reached: timeout" == said(hooks)[-1]["error"]


def test_the_command_marks_and_refuses_nonsense(tmp_path: Path) -> None:
    async def go() -> None:
        book = Book()
        recorder = Recorder(book, Connections(book))
        with taddons.context() as master:
            recorder.load(Loader(master.master))
            master.options.update(case=str(tmp_path))
            recorder.configure({"case", "bodies", "hosts"})
            recorder.mark("Before-Consent")
            with pytest.raises(CommandError, match="is no phase"):
                recorder.mark("<b>")
            recorder.done()

    asyncio.run(go())
    lines = (tmp_path / "recording.jsonl").read_text(encoding="utf-8").splitlines()
    assert [("before consent", "command")] == [
        (line["path"], line["by"]) for line in map(json.loads, lines) if line.get("kind") == "mark"
    ]
