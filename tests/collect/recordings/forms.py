"""HAR entries as each producer writes them, and records as plain values to compare."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from auditor.collect.recordings import open_recording
from auditor.collect.recordings.record import Record, Recording, Side
from tests.collect.recordings.mitm import encoding


def read(path: Path) -> tuple[Recording, list[Record]]:
    """A recording that was read to its end."""
    recording = open_recording(path)
    return recording, list(recording.records)


def har(folder: Path, entries: list[Any], creator: str = "", **more: Any) -> Path:
    """A HAR file with these entries."""
    path = folder / "some.har"
    log = {"version": "1.2", "creator": {"name": creator, "version": "1"}, "entries": entries}
    path.write_text(json.dumps({"log": log | more}), encoding="utf-8")
    return path


def entry(body: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An exchange whose request holds `body` in its producer's way."""
    request = {"method": "POST", "url": "https://api.acme.example/v1/likes?post=7", "httpVersion": "HTTP/2"}
    return {
        "startedDateTime": "2026-01-02T03:04:05.250Z",
        "time": 40,
        "request": request | {"headers": []} | (body or {}),
        "response": {"status": 200, "httpVersion": "HTTP/2", "headers": [], "content": {"size": 0}},
    } | more


def b64(data: bytes) -> str:
    """Base64 as text."""
    return base64.b64encode(data).decode()


def plain(record: Record) -> dict[str, Any]:
    """What a HAR of mitmproxy can carry of a flow."""
    return {
        "kind": record.kind,
        "at": round(record.at, 3),
        "scheme": record.scheme,
        "method": record.method,
        "host": record.host,
        "port": record.port,
        "path": record.path,
        "version": record.version,
        "status": record.status,
        "peer": record.peer,
        "request": side(record.request),
        "response": side(record.response),
        "frames": [(one.sent, one.text, one.body, round(one.at, 3)) for one in record.frames],
    }


def side(one: Side) -> tuple[Any, ...]:
    """Headers, body with its content encoding undone where it can be, and what was lost."""
    return one.headers, undone(one), one.lost


def undone(one: Side) -> bytes:
    """The body without its content encoding, as mitmproxy undoes it."""
    try:
        found = (
            one.body if one.plain else encoding.decode(one.body, one.header("content-encoding") or "identity")
        )
    except ValueError:
        return one.body
    return found if isinstance(found, bytes) else one.body
