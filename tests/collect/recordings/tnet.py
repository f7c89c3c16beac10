"""Writes typed netstrings, and flows in the forms of mitmproxy's years, for tests."""

from __future__ import annotations

from typing import Any


def dump(value: Any) -> bytes:
    """One value as mitmproxy writes it."""
    match value:
        case None:
            return b"0:~"
        case bool():
            return _framed(b"true" if value else b"false", b"!")
        case int():
            return _framed(str(value).encode(), b"#")
        case float():
            return _framed(repr(value).encode(), b"^")
        case bytes():
            return _framed(value, b",")
        case str():
            return _framed(value.encode(), b";")
        case dict():
            return _framed(b"".join(dump(k) + dump(v) for k, v in value.items()), b"}")
        case _:
            return _framed(b"".join(map(dump, value)), b"]")


def _framed(data: bytes, kind: bytes) -> bytes:
    return str(len(data)).encode() + b":" + data + kind


def old_bytes(value: Any) -> Any:
    """As Python 2 wrote it: all text as bytes."""
    match value:
        case str():
            return value.encode()
        case dict():
            return {old_bytes(k): old_bytes(v) for k, v in value.items()}
        case list() | tuple():
            return [old_bytes(one) for one in value]
        case _:
            return value


def flow_011() -> dict[str, Any]:
    """A flow of mitmproxy 0.11 (2014), as its migrations read it."""
    return {
        "version": [0, 11],
        "type": "http",
        "id": "4c9e",
        "intercepted": False,
        "error": None,
        "request": {
            "method": "POST",
            "form_in": "relative",
            "form_out": "relative",
            "httpversion": [1, 1],
            "scheme": "https",
            "host": "api.acme.example",
            "port": 443,
            "path": "/v1/likes?post=7",
            "headers": [["Host", "api.acme.example"], ["Content-Length", "9"]],
            "content": "points=15",
            "timestamp_start": 1400000000.5,
            "timestamp_end": 1400000000.6,
            "is_replay": False,
            "stickyauth": False,
            "stickycookie": False,
        },
        "response": {
            "code": 200,
            "msg": "OK",
            "httpversion": [1, 1],
            "headers": [["Content-Type", "text/plain"]],
            "content": "ok",
            "timestamp_start": 1400000001.0,
            "timestamp_end": 1400000001.5,
        },
        "client_conn": {
            "address": {"address": ["10.0.0.2", 40000], "use_ipv6": False},
            "clientcert": None,
            "ssl_established": True,
            "timestamp_start": 1400000000.1,
            "timestamp_end": None,
            "timestamp_ssl_setup": 1400000000.2,
        },
        "server_conn": {
            "address": {"address": ["api.acme.example", 443], "use_ipv6": False},
            "source_address": {"address": ["10.0.0.1", 40001], "use_ipv6": False},
            "cert": None,
            "sni": "api.acme.example",
            "ssl_established": True,
            "state": [],
            "timestamp_start": 1400000000.3,
            "timestamp_end": None,
            "timestamp_tcp_setup": 1400000000.4,
            "timestamp_ssl_setup": 1400000000.45,
        },
    }
