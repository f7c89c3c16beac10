"""One flow of mitmproxy as a record: HTTP, websocket, TCP, UDP or DNS, in any version of its form."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from auditor.collect.recordings import addressed
from auditor.collect.recordings.flows import ends
from auditor.collect.recordings.flows.ends import Flow
from auditor.collect.recordings.lenient import items, mapping, moment, port, text, whole
from auditor.collect.recordings.lookups import answers
from auditor.collect.recordings.record import Frame, Headers, Kind, Record, Side
from auditor.model import Json

MOST_HANDSHAKES = 10_000
TEXT, BINARY = 1, 2
"""Operations of websocket messages (RFC 6455, 11.8)."""


class Handshakes(dict[str, Record]):
    """Requests that became websockets: up to form 11 their messages are a flow of their own, further on."""

    def keep(self, identity: str, record: Record) -> None:
        """Remembers where a socket leads; the oldest is forgotten beyond MOST_HANDSHAKES."""
        if len(self) >= MOST_HANDSHAKES:
            del self[next(iter(self))]
        self[identity] = replace(record, request=Side(), response=Side(), about={"handshake": record.index})


def record(flow: Flow, index: int, handshakes: Handshakes) -> Record | None:
    """The flow; None when it is of a kind that is not known.

    `about`: `comment`, `marked`, `mode` (how mitmproxy was reached), `sni` where it differs from the host,
    `edited` and `replayed` when somebody changed or repeated the flow by hand, `handshake` (number of the
    flow that opened an old websocket), `close` (code and reason of a websocket's end), `answers` and
    `question` (addresses, record type) of a look-up.
    """
    kind = text(flow.get("type")) or ("http" if "request" in flow else "")
    match kind:
        case "http":
            return _exchange(flow, index, handshakes)
        case "websocket":
            return _old_socket(flow, index, handshakes)
        case "tcp" | "udp":
            return _stream(flow, index, kind)
        case "dns":
            return _lookup(flow, index)
    return None


def _exchange(flow: Flow, index: int, handshakes: Handshakes) -> Record:
    asked, answered = mapping(flow.get("request")), mapping(flow.get("response"))
    heads = _headers(asked)
    socket = flow.get("websocket")
    is_socket = isinstance(socket, dict) or bool(mapping(flow.get("metadata")).get("websocket"))
    scheme = text(asked.get("scheme")).lower()
    found = Record(
        index=index,
        kind=Kind.EXCHANGE,
        at=moment(asked.get("timestamp_start")),
        host=_host(asked, heads, flow),
        port=port(asked.get("port")),
        scheme=addressed.as_socket(scheme) if is_socket else scheme,
        method=text(asked.get("method")).upper(),
        path=_path(asked),
        version=_version(asked),
        status=whole(answered.get("status_code", answered.get("code")), 999),
        request=_side(asked, heads),
        response=_side(answered, _headers(answered)),
        frames=tuple(_frames(mapping(socket).get("messages"))),
        peer=ends.peer(flow),
        error=_error(flow),
        about=_about(flow, asked) | _close(mapping(socket)),
    )
    if is_socket and not isinstance(socket, dict):
        handshakes.keep(text(flow.get("id")), found)
    return found


def _old_socket(flow: Flow, index: int, handshakes: Handshakes) -> Record:
    """Messages of a websocket in forms up to 11; where it led stands in an earlier flow."""
    begun = handshakes.get(text(mapping(flow.get("metadata")).get("websocket_handshake")))
    frames = tuple(_frames(flow.get("messages")))
    host, at_port = ends.server(flow)
    known = begun or Record(index, Kind.EXCHANGE, host=host, port=at_port, scheme="wss", method="GET")
    return replace(
        known,
        index=index,
        at=frames[0].at if frames else known.at,
        frames=frames,
        error=_error(flow),
        about=dict(known.about) | _about(flow, {}) | _close(flow),
        lost=() if begun else ("the request that opened this websocket",),
    )


def _stream(flow: Flow, index: int, kind: str) -> Record:
    host, at_port = ends.server(flow)
    frames = tuple(
        Frame(_bytes(one[1]), one[0] is True, moment(one[2]))
        for one in map(items, items(flow.get("messages")))
        if len(one) > 2
    )
    sni = ends.sni(flow)
    return Record(
        index=index,
        kind=Kind.STREAM,
        at=frames[0].at if frames else ends.begun(flow),
        host=sni or host,
        port=at_port,
        scheme=kind,
        frames=frames,
        peer=ends.peer(flow),
        error=_error(flow),
        about=_about(flow, {}),
    )


def _lookup(flow: Flow, index: int) -> Record:
    asked, answered = mapping(flow.get("request")), mapping(flow.get("response"))
    questions = [mapping(one) for one in items(asked.get("questions"))] or [{}]
    told: dict[str, Json] = {
        "question": whole(questions[0].get("type"), 65535),
        "answers": answers(items(answered.get("answers"))),
    }
    more = [f"{len(questions) - 1} further questions of this look-up"] if len(questions) > 1 else []
    return Record(
        index=index,
        kind=Kind.LOOKUP,
        at=moment(asked.get("timestamp")) or ends.begun(flow),
        host=addressed.name(text(questions[0].get("name"))),
        port=ends.server(flow)[1] or 53,
        scheme="udp",
        peer=ends.peer(flow),
        error=_error(flow) or ("" if answered else "no answer"),
        about=told | _about(flow, {}),
        lost=tuple(more),
    )


# Parts ------------------------------------------------------------------------


def _headers(side: Flow) -> Headers:
    """Headers, and behind them the trailers (that of gRPC holds its status)."""
    pairs = map(items, items(side.get("headers")) + items(side.get("trailers")))
    return tuple((text(pair[0]), text(pair[1])) for pair in pairs if len(pair) > 1)


def _side(side: Flow, heads: Headers) -> Side:
    if not side:
        return Side()
    held = next((side[name] for name in ("content", "body") if side.get(name) is not None), None)
    stated = Side(headers=heads)
    body, announced = _bytes(held), whole(stated.header("content-length"))
    size, lost = len(body), ""
    if held is None and stated.header("content-type").startswith("text/event-stream"):
        lost = "its events were passed on without being kept"
    elif held is None and announced:
        size, lost = announced, "its body was passed on without being kept"
    elif 0 < len(body) < announced:
        size, lost = announced, "its body is cut"
    return replace(stated, body=body, size=size, lost=lost, at=moment(side.get("timestamp_end")))


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else text(value).encode("utf-8", "surrogateescape")


def _host(asked: Flow, heads: Headers, flow: Flow) -> str:
    authority = addressed.without_port(text(asked.get("authority")))[0]
    stated = addressed.name(text(asked.get("host")))
    named = addressed.asked(heads) or authority
    if text(asked.get("method")).upper() == "CONNECT":
        return stated or named
    return named or (ends.sni(flow) if addressed.is_number(stated) else stated) or stated


def _path(asked: Flow) -> str:
    path = text(asked.get("path"))
    return path if path.startswith(("/", "*")) or not path else addressed.split(path).path or path


def _version(asked: Flow) -> str:
    if isinstance(parts := asked.get("httpversion"), list):
        return "HTTP/" + ".".join(str(whole(part)) for part in parts)
    return addressed.version(text(asked.get("http_version")))


def _frames(messages: object) -> Iterator[Frame]:
    """Messages as (operation, from client, content, time, dropped, injected); older forms have fewer."""
    for one in map(items, items(messages)):
        if len(one) < 4:
            continue
        dropped, injected = (len(one) > 4 and one[4] is True), (len(one) > 5 and one[5] is True)
        lost = (
            "held back by hand" if dropped else "put in by hand, not sent by either side" if injected else ""
        )
        yield Frame(_bytes(one[2]), one[1] is True, moment(one[3]), whole(one[0]) == TEXT, lost)


def _error(flow: Flow) -> str:
    return text(mapping(flow.get("error")).get("msg"))[:500]


def _close(socket: Flow) -> dict[str, Json]:
    if socket.get("close_code") is None:
        return {}
    return {"close": f"{whole(socket['close_code'])} {text(socket.get('close_reason'))[:200]}".strip()}


def _about(flow: Flow, asked: Flow) -> dict[str, Json]:
    sni, host = ends.sni(flow), _host(asked, _headers(asked), flow) if asked else ""
    replayed = text(flow.get("is_replay")) or ("request" if asked.get("is_replay") is True else "")
    told: dict[str, Json] = {
        "comment": text(flow.get("comment"))[:500],
        "marked": text(flow.get("marked")) or ("yes" if flow.get("marked") is True else ""),
        "mode": text(ends.conn(flow, "client_conn").get("proxy_mode")) or text(flow.get("mode")),
        "sni": sni if sni != host else "",
        "edited": isinstance(flow.get("backup"), dict),
        "replayed": replayed,
    }
    return {key: value for key, value in told.items() if value}
