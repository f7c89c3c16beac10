"""The half of the add-on that sees connections: names asked for, TLS that failed, QUIC, hosts left out."""

from __future__ import annotations

import time
from ipaddress import IPv4Address

from mitmproxy import connection, dns, tls
from mitmproxy.proxy import events, layer, mode_specs, server_hooks
from mitmproxy.proxy.layers import quic

from auditor.record import marks, told
from auditor.record.book import MARKERS, Book

TUNNELS = (mode_specs.WireGuardMode, mode_specs.LocalMode, mode_specs.TunMode, mode_specs.TransparentMode)
"""Modes in which everything an app sends arrives, QUIC too."""


class Unanswered(layer.Layer):
    """Takes everything and answers nothing, so that a client of QUIC falls back to TCP."""

    def _handle_event(self, event: events.Event) -> layer.CommandGenerator[None]:  # noqa: ARG002
        yield from ()


class Connections:
    """Every hook hands one line to the book and returns."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.nowhere: tuple[str, int] | None = None
        """A port of ours that takes connections to the marker address, which leads nowhere."""

    def dns_request(self, flow: dns.DNSFlow) -> None:
        """The marker host has an address, for phones in the tunnel alone."""
        question = flow.request.question
        if question and question.name.lower().rstrip(".") == marks.HOST:
            address = dns.ResourceRecord.A(question.name, IPv4Address(marks.ADDRESS))
            flow.response = flow.request.succeed([address] if question.type == 1 else [])

    def dns_response(self, flow: dns.DNSFlow) -> None:
        """Write the look-up."""
        line = told.lookup(flow)
        if line["host"] != marks.HOST:
            self.book.put(line, flow)

    def dns_error(self, flow: dns.DNSFlow) -> None:
        """Write the look-up that was not answered."""
        self.dns_response(flow)

    def tls_clienthello(self, data: tls.ClientHelloData) -> None:
        """Hosts that are not to be recorded are not decrypted either."""
        host = (data.client_hello.sni or told.address(data.context.server)[0]).lower()
        if host not in MARKERS and not self.book.wanted(host):
            data.ignore_connection = True
            self.book.contact(data.context, "tls", "not decrypted: not among the hosts to record")

    def tls_established_client(self, data: tls.TlsData) -> None:
        """The app trusts the certificate; said on its own when nothing follows."""
        error = "decrypted, but nothing was asked"
        line = told.contact(data.context, time.time(), "tls", error)
        if line["host"] not in MARKERS:
            self.book.quiet[data.context.client.id] = line

    def tls_failed_client(self, data: tls.TlsData) -> None:
        """The app ended the handshake, or the two could not agree."""
        line = told.refused(data, time.time())
        if line["host"] not in MARKERS:
            self.book.put(line)

    def tls_failed_server(self, data: tls.TlsData) -> None:
        """The server ended the handshake, or its certificate does not hold."""
        self.book.contact(data.context, "tls", f"server refused TLS: {data.conn.error}")

    def server_connect(self, data: server_hooks.ServerConnectionHookData) -> None:
        """The marker address leads nowhere but here."""
        if self.nowhere and told.address(data.server)[0] in MARKERS:
            data.server.address = self.nowhere

    def server_connect_error(self, data: server_hooks.ServerConnectionHookData) -> None:
        """Nobody answered: a contact, unless an exchange will say so."""
        if not self.book.exchanges.open_of(data.client):
            error = f"server not reached: {data.server.error}"
            self.book.contact(data, data.server.transport_protocol, error)

    def client_disconnected(self, client: connection.Client) -> None:
        """Nothing of this client can end any more."""
        if line := self.book.quiet.pop(client.id, None):
            self.book.put(line)
        for flow in self.book.exchanges.open_of(client):
            self.book.exchanges.end(flow)

    def next_layer(self, nextlayer: layer.NextLayer) -> None:
        """Refuse QUIC in tunnels, so that the app speaks TCP, and count it."""
        context = nextlayer.context
        if context.client.transport_protocol != "udp" or not isinstance(context.client.proxy_mode, TUNNELS):
            return
        data: bytes = nextlayer.data_client()
        if told.like_quic(data, told.address(context.server)[1]):
            context.client.sni = _name(data)
            self.book.contact(context, "quic", "QUIC refused")
            nextlayer.layer = Unanswered(context)


def _name(data: bytes) -> str | None:
    """The server name in a QUIC greeting, when the first datagram holds it whole."""
    try:
        hello = quic.quic_parse_client_hello_from_datagrams([data])
    except Exception:  # the parser raises anything on hostile bytes; the contact is counted by its address
        return None
    return hello.sni if hello else None
