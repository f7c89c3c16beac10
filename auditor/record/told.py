"""Lines of the recording out of what mitmproxy tells. Its objects are taken as they come, not imported."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from auditor.record import journal
from auditor.record.journal import Line
from auditor.record.taps import Tap

SILENT = ("", 0)

QUIC_VERSIONS = frozenset((1, 0x6B3343CF, 0x709A50C4, 0x51303433, 0x51303436, 0x51303530))
"""RFC 9000, RFC 9369, and what Google spoke before."""

QUIC_PORTS = (443, 80, 8443)


class Ends(NamedTuple):
    """Both ends of a connection, named as mitmproxy's context names them."""

    client: Any
    server: Any


def like_quic(data: bytes, port: int) -> bool:
    """Whether a first datagram over UDP begins QUIC: by its version, else by the port it goes to."""
    if len(data) < 18 or data.startswith(b"\x16\xfe"):  # DTLS
        return False
    return (data[0] & 0x80 and int.from_bytes(data[1:5]) in QUIC_VERSIONS) or port in QUIC_PORTS


def address(connection: Any) -> tuple[str, int]:
    """Name or address asked for, and port, in lower case."""
    host, port, *_ = (getattr(connection, "address", None) or SILENT)[:2]
    return str(host).lower(), int(port)


def peer(server: Any) -> str:
    """The server's own address; empty when another proxy stands before it."""
    return "" if server.via or not server.peername else str(server.peername[0])


def client(connection: Any) -> str:
    """The app's end: address and port."""
    host, port, *_ = connection.peername
    return f"{host}:{port}"


def host(flow: Any) -> str:
    """The name the app asked for: its Host header or authority, else its server name, else the address."""
    named: str = flow.request.pretty_host or flow.client_conn.sni or flow.request.host
    return named.lower()


def exchange(flow: Any, asked: str, sent: Tap, got: Tap) -> Line:
    """A request and what came back, the taps emptied into it and into the flow."""
    request, response = flow.request, flow.response
    made: Line = {
        "kind": "exchange",
        "at": request.timestamp_start,
        "host": asked,
        "port": request.port,
        "scheme": request.scheme,
        "method": request.method,
        "path": request.path,
        "version": request.http_version,
        "status": response.status_code if response else 0,
        "peer": peer(flow.server_conn),
        "error": flow.error.msg if flow.error else "",
        "client": client(flow.client_conn),
        "sni": flow.client_conn.sni or "",
        "request": _side(request, sent),
        "response": _side(response, got) if response else None,
    }
    return made | {"frames": []}


def _side(message: Any, tap: Tap) -> Line:
    """What the tap heard; what another add-on answered passes no tap and is left as it is."""
    if tap.size:
        message.data.content = body = tap.empty()
    else:
        body = tap.empty() if tap(message.raw_content or b"") else b""
    trailers = message.trailers.fields if message.trailers else ()
    at = message.timestamp_end or 0.0
    return journal.side(message.headers.fields, trailers, body, tap.size, tap.lost(), at)


def stream(flow: Any) -> Line:
    """The beginning of bytes that are no HTTP."""
    asked, port = address(flow.server_conn)
    named: Line = {"kind": "stream", "at": flow.timestamp_created, "host": flow.client_conn.sni or asked}
    return named | {"port": port, "peer": peer(flow.server_conn), "scheme": flow.type, "frames": []}


def frame(message: Any, limit: int) -> Line:
    """One message of a websocket, or one piece of a stream."""
    return journal.frame(
        message.content,
        sent=message.from_client,
        text=bool(getattr(message, "is_text", False)),
        at=message.timestamp,
        limit=limit,
    )


def lookup(flow: Any) -> Line:
    """A name that was asked for, and what it was answered."""
    question = flow.request.question
    answers: Iterable[Any] = flow.response.answers if flow.response else ()
    error = flow.error.msg if flow.error else ""
    name = question.name.lower() if question else ""
    return journal.lookup(flow.request.timestamp or 0.0, name, [str(a) for a in answers], error)


def refused(data: Any, at: float) -> Line:
    """A handshake the app ended."""
    asked, port = address(data.context.server)
    named = (data.conn.sni or asked).lower()
    offers = [journal.words(offer) for offer in data.conn.alpn_offers]
    return journal.refused(at, named, port, peer(data.context.server), data.conn.error or "", offers)


def contact(context: Any, at: float, scheme: str, error: str) -> Line:
    """A host that was contacted, of which nothing else is known."""
    asked, port = address(context.server)
    named = (context.client.sni or asked).lower()
    return journal.contact(at, named, port, peer(context.server), scheme, error)
