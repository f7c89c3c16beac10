"""Tables of refused handshakes as tweasel published them: one row for each app, its failures as JSON.

Columns: app_id, version, request_count, tls_errors_json, app_crashed; a failure is {status, context: {error,
clientAddress, serverAddress}}, the words are mitmproxy's (tweaselORG/experiments, cert-pinning-bypass, CC0).
`Record.about`: `version`, `requests` (that the app made successfully in the same run), `row` (from 0).
`Recording.about`: `apps`, `requests`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from auditor.collect.recordings.contacts import rows
from auditor.collect.recordings.lenient import items, mapping, port, text, whole
from auditor.collect.recordings.record import Kind, Record, Recording, RecordingError
from auditor.model import Json

NEEDED = {"app_id", "tls_errors_json"}
_HOST = re.compile(r"(?:certificate|consistently) for ([^\s()]+)")


def open_refused(path: Path) -> Recording:
    """A table of refused handshakes.

    Raises:
        RecordingError: when it has other columns.

    """
    recording = Recording("table of refused handshakes", "tweasel", iter(()))
    if not NEEDED.issubset(next(rows(path, {}), {})):
        raise RecordingError(
            f"is no table of refused handshakes: expected columns {', '.join(sorted(NEEDED))}"
        )
    recording.records = _records(path, recording)
    return recording


def _records(path: Path, recording: Recording) -> Iterator[Record]:
    index = 0
    for number, row in enumerate(rows(path, recording.lost)):
        about = {
            "version": text(row.get("version")),
            "requests": whole(row.get("request_count")),
            "row": number,
        }
        for key, count in (("apps", 1), ("requests", about["requests"])):
            recording.about[key] = recording.about.get(key, 0) + count
        for failure in _failures(row, recording):
            yield _record(index, text(row.get("app_id")), failure, about)
            index += 1


def _failures(row: dict[str, str], recording: Recording) -> list[Json]:
    try:
        found = json.loads(row.get("tls_errors_json") or "[]")
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        why = "rows whose tls_errors_json is no JSON"
        recording.lost[why] = recording.lost.get(why, 0) + 1
    return items(found)


def _record(index: int, app: str, failure: Json, about: dict[str, Json]) -> Record:
    context = mapping(mapping(failure).get("context"))
    error, address = text(context.get("error")), items(context.get("serverAddress"))
    peer = text(address[0]) if address else ""
    named = _HOST.search(error)
    host = named[1].lower() if named and named[1] != "None" else peer
    number = port(address[1]) if len(address) > 1 else 0
    return Record(
        index,
        Kind.REFUSED,
        host=host,
        port=number,
        scheme="tls",
        peer=peer,
        app=app,
        error=error,
        about=about,
    )
