"""Who talked to whom in a flow of mitmproxy, under the names of all versions."""

from __future__ import annotations

from collections.abc import Mapping

from auditor.collect.recordings import addressed
from auditor.collect.recordings.flows.tnetstring import Value
from auditor.collect.recordings.lenient import items, mapping, moment, port, text

type Flow = Mapping[str, Value]


def conn(flow: Flow, side: str) -> Flow:
    """`client_conn` or `server_conn`."""
    return mapping(flow.get(side))


def _pair(value: object) -> tuple[str, int]:
    """Host and port of `[host, port, ...]`, up to form 1.0 inside of an object."""
    inner = value.get("address") if isinstance(value, dict) else value
    pair = items(inner)
    return (addressed.name(text(pair[0])), port(pair[1])) if len(pair) > 1 else ("", 0)


def server(flow: Flow) -> tuple[str, int]:
    """Host and port that mitmproxy connected to."""
    return _pair(conn(flow, "server_conn").get("address"))


def peer(flow: Flow) -> str:
    """Address of the server; empty when it is not told."""
    upstream = conn(flow, "server_conn")
    named = next(
        (upstream[key] for key in ("peername", "ip_address", "peer_address") if upstream.get(key)), None
    )
    host = _pair(named)[0] or _pair(upstream.get("address"))[0]
    return host if addressed.is_number(host) else ""


def sni(flow: Flow) -> str:
    """The name in the handshake, the app's before mitmproxy's own."""
    for side in ("client_conn", "server_conn"):
        if named := addressed.name(text(conn(flow, side).get("sni"))):
            return named
    return ""


def begun(flow: Flow) -> float:
    """When the connection began, in seconds since 1970."""
    return moment(flow.get("timestamp_created")) or moment(conn(flow, "client_conn").get("timestamp_start"))
