"""Exchanges and streams of a connection as records."""

from __future__ import annotations

import re
from dataclasses import replace

from auditor.collect.recordings.capture.connections import Connection
from auditor.collect.recordings.capture.talks import Exchange
from auditor.collect.recordings.record import Kind, Record
from auditor.model import Json

ABSOLUTE = re.compile(r"(?i)https?://([^/?#]*)(.*)", re.DOTALL)
AUTHORITY = re.compile(r"(?:[^@/]*@)?(\[[0-9A-Fa-f:.]+\]|[^:/?#]*)(?::\d*)?")


def exchange_record(of: Connection, exchange: Exchange, host: str, about: dict[str, Json]) -> Record:
    """An exchange; `host` is what is known when it names none itself."""
    authority, path = exchange.authority, exchange.path
    if found := ABSOLUTE.fullmatch(path):  # as proxies are asked
        authority, path = found[1], found[2] or "/"
    elif exchange.method == "CONNECT":
        authority = path
    scheme = ("wss" if of.tls else "ws") if exchange.socket else ("https" if of.tls else "http")
    base = Record(
        0, Kind.EXCHANGE, exchange.begun.at, named(authority) or host, of.server[1], scheme, about=about
    )
    return replace(
        base,
        method=exchange.method,
        path=path,
        version=exchange.version,
        status=exchange.status,
        request=exchange.request.side(),
        response=exchange.response.side(),
        frames=tuple(exchange.frames.kept),
        peer=of.server[0],
        error=exchange.error,
        lost=exchange.frames.lost,
    )


def stream_record(of: Connection, host: str, about: dict[str, Json]) -> Record:
    """What was spoken over a connection when it was no HTTP."""
    return Record(
        0,
        Kind.STREAM,
        of.begun.at,
        of.host or host,
        of.server[1],
        "tls" if of.tls else "tcp",
        frames=tuple(of.frames.kept),
        peer=of.server[0],
        about=about,
        lost=of.frames.lost,
    )


def named(authority: str) -> str:
    """Host of a Host header or an authority: lower case, without port; empty when it names none."""
    found = AUTHORITY.fullmatch(authority.strip())
    return found[1].lower().strip("[]") if found else ""
