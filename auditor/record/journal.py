"""The recording's own form: one JSON object per line, a header first, then what happened, as it ends.

Bodies are as sent on the wire. Every line after the header has an `id`, the number of the line from 0, by
which evidence points at it. `docs/record.md` lists all kinds of lines. Standard library only.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence

type Line = dict[str, object]
"""One line before it is written; bytes in it are bodies."""

FORM = 1
"""Version of the form, in the header."""


def packed(line: Line) -> bytes:
    """One line of JSON with its newline; bytes become text where they are UTF-8, else base64."""
    text = json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=_body)
    return text.encode("utf-8", "replace") + b"\n"


def _body(value: object) -> dict[str, str]:
    if not isinstance(value, bytes):
        raise TypeError(f"{type(value).__name__} has no place in a recording")
    try:
        return {"text": value.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode("ascii")}


def words(raw: bytes) -> str:
    """Header bytes as text: UTF-8 where they are, else one character per byte; nothing is dropped."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def pairs(fields: Iterable[tuple[bytes, bytes]]) -> list[list[str]]:
    """Headers in their order, repeated names kept."""
    return [[words(name), words(value)] for name, value in fields]


def side(
    headers: Iterable[tuple[bytes, bytes]],
    trailers: Iterable[tuple[bytes, bytes]],
    body: bytes,
    size: int,
    lost: str,
    at: float,
) -> Line:
    """Request or response. `size` in bytes as sent, `at` in seconds since 1970, `lost` empty when whole."""
    made: Line = {"headers": pairs(headers), "body": body, "size": size, "lost": lost, "at": at}
    ending = pairs(trailers)
    return made | {"trailers": ending} if ending else made


def frame(body: bytes, *, sent: bool, text: bool, at: float, limit: int) -> Line:
    """One message of a websocket or piece of a stream, cut after `limit` bytes."""
    lost = f"{limit} of {len(body)} bytes were recorded" if len(body) > limit else ""
    return {"sent": sent, "at": at, "text": text, "body": body[:limit], "lost": lost}


def header(at: float, producer: str, app: str, persona: str, options: Line, tool: dict[str, str]) -> Line:
    """The first line."""
    return {
        "auditor-recording": FORM,
        "at": at,
        "producer": producer,
        "app": app,
        "persona": persona,
        "options": options,
        "tool": tool,
    }


def contact(at: float, host: str, port: int, peer: str, scheme: str, error: str) -> Line:
    """A host was contacted and nothing else is known; `error` says why."""
    named: Line = {"kind": "contact", "at": at, "host": host, "port": port, "peer": peer}
    return named | {"scheme": scheme, "error": error, "count": 1}


def mark(at: float, phase: str, by: str) -> Line:
    """Somebody said that a phase begins; `by`: command, address or sidecar."""
    return {"kind": "mark", "at": at, "path": phase, "by": by}


def lookup(at: float, host: str, answers: Sequence[str], error: str) -> Line:
    """A name was asked for."""
    return {"kind": "lookup", "at": at, "host": host, "answers": list(answers), "error": error}


def refused(at: float, host: str, port: int, peer: str, error: str, alpn: Sequence[str]) -> Line:
    """The app ended the handshake; `error` in mitmproxy's words."""
    named: Line = {"kind": "refused", "at": at, "host": host, "port": port, "peer": peer}
    return named | {"error": error, "alpn": list(alpn)}
