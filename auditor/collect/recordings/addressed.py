"""Where a request went: parts of its address, and how versions of HTTP are called."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import NamedTuple

from auditor.collect.recordings.record import Headers

_ADDRESS = re.compile(
    r"(?i)([a-z][a-z0-9+.-]*)://(?:[^/?#@]*@)?(\[[^\]]*\]|[^/?#:]*)(?::(\d{1,5}))?([^#]*)", re.DOTALL
)
_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
_SOCKETS = {"http": "ws", "https": "wss"}
_VERSIONS = {"h2": "HTTP/2", "h3": "HTTP/3", "HTTP/2.0": "HTTP/2", "HTTP/3.0": "HTTP/3", "spdy": "SPDY"}


class Address(NamedTuple):
    """An address in its parts; empty where the text was none."""

    scheme: str = ""
    host: str = ""
    port: int = 0
    path: str = ""
    """With the query, as sent."""


def split(address: str) -> Address:
    """Parts of `https://host:8443/path?query`; names in lower case, without fragment, user and password."""
    match = _ADDRESS.match(address)
    if match is None:
        return Address()
    scheme, host, port, path = match.groups()
    scheme = scheme.lower()
    number = int(port) if port else _PORTS.get(scheme, 0)
    return Address(scheme, name(host), number if number < 65536 else 0, path or "/")


def name(host: str) -> str:
    """A host as it is compared: lower case, no brackets, no dot at its end."""
    return host.strip().strip("[]").rstrip(".").lower()


def without_port(authority: str) -> tuple[str, int]:
    """Host and port of `host:443`, `[::1]:443` or `host`; port 0 when there is none."""
    found = split(f"any://{authority}")
    return found.host, found.port


def is_number(host: str) -> bool:
    """Whether a host is an IP address."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def asked(headers: Headers) -> str:
    """The name in `:authority` or `Host`; empty when there is none."""
    for key, value in headers:
        if key.lower() in {":authority", "host"}:
            return without_port(value)[0]
    return ""


def as_socket(scheme: str) -> str:
    """`ws` for `http`, `wss` for `https`; others stay."""
    return _SOCKETS.get(scheme, scheme)


def version(stated: str) -> str:
    """`HTTP/2` for `h2`, `http/2.0` and the like."""
    stated = stated.strip()
    upper = stated.upper() if stated.lower().startswith("http/") else stated.lower()
    return _VERSIONS.get(upper, upper.upper())
