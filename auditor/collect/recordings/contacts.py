"""Reports that tell which hosts an app contacted, and nothing of what was sent.

TrackerControl's CSV: uid, daddr, time (milliseconds), uncertain (0, or more when several names share an
address), Tracker, Category, Package, App. `Record.about`: `uncertain`, `tracker`, `category`, `name`.

iOS' App Privacy Report, one JSON object in a line (developer.apple.com, "Inspecting app activity data"):
networkActivity gives contacts, with `Record.about`: `hits`, `last`, `tracking` (domainType 1), `initiated`,
`owner`, `context`. access is no contact: it is counted in `Recording.about["accesses"]`, by app and category.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from auditor.collect.recordings import table
from auditor.collect.recordings.lenient import mapping, moment, number, text, whole
from auditor.collect.recordings.record import Kind, Record, Recording, RecordingError
from auditor.model import Json

CELL = 16 << 20
"""Characters of one cell or line."""

APPS = 5000

BEGINNING = 100
"""Lines of which one must be of a report."""


def open_trackercontrol(path: Path) -> Recording:
    """TrackerControl's export.

    Raises:
        RecordingError: when it has other columns.

    """
    recording = Recording("TrackerControl CSV", "TrackerControl", iter(()))
    if not {"uid", "daddr"}.issubset(next(rows(path, {}), {})):
        raise RecordingError("is no TrackerControl CSV: expected columns uid and daddr, and one row at least")
    recording.records = _tracked(path, recording)
    return recording


def rows(path: Path, lost: dict[str, int]) -> Iterator[dict[str, str]]:
    """Rows of a table with a first line of names; broken ones and short ones are counted."""
    names: list[str] = []
    for cells in table.rows(path, lost):
        if names:
            yield dict(zip(names, cells + [""] * (len(names) - len(cells)), strict=False))
        names = names or cells


def _tracked(path: Path, recording: Recording) -> Iterator[Record]:
    for index, row in enumerate(rows(path, recording.lost)):
        host = text(row.get("daddr")).strip().lower()
        if not host:
            _lose(recording, "rows without a host")
            continue
        about: dict[str, Json] = {"uncertain": whole(row.get("uncertain"))}
        for key, column in (("tracker", "Tracker"), ("category", "Category"), ("name", "App")):
            about[key] = text(row.get(column))
        yield Record(
            index,
            Kind.CONTACT,
            whole(row.get("time")) / 1000,
            host,
            app=text(row.get("Package")),
            uid=whole(row["uid"]) if text(row.get("uid")).isdigit() else -1,
            about=about,
        )


def open_privacy_report(path: Path) -> Recording:
    """An exported App Privacy Report.

    Raises:
        RecordingError: when no line of its beginning is one of such a report.

    """
    recording = Recording("App Privacy Report", "iOS", iter(()))
    first = islice((found for _, found in _lines(path, recording)), BEGINNING)
    if not any(text(found.get("type")) in {"access", "networkActivity"} for found in first):
        raise RecordingError("is no App Privacy Report: expected lines of type access or networkActivity")
    recording.lost.clear()
    recording.records = _reported(path, recording)
    return recording


def _lines(path: Path, recording: Recording) -> Iterator[tuple[int, dict[str, Json]]]:
    """Number and object of each line; {} where there is none."""
    with path.open("rb") as file:
        index = -1
        while line := file.readline(CELL):
            index += 1
            try:
                found = mapping(json.loads(line.decode("utf-8-sig", "replace")))
            except (ValueError, RecursionError):
                found = {}
            if not found and line.strip():
                _lose(recording, "lines that are no JSON")
            yield index, dict(found)


def _reported(path: Path, recording: Recording) -> Iterator[Record]:
    for index, line in _lines(path, recording):
        kind = line.get("type")
        if kind == "networkActivity" and text(line.get("domain")):
            yield _activity(index, line)
        elif kind == "access":
            _access(line, recording)
        elif kind == "networkActivity":
            _lose(recording, "contacts without a domain")
        elif line:
            _lose(recording, f"lines of type {str(kind)[:40]!r}, which are not read")


def _activity(index: int, line: dict[str, Json]) -> Record:
    last, hits = moment(line.get("timeStamp")), whole(line.get("hits"))
    about: dict[str, Json] = {"hits": hits, "last": last, "tracking": number(line.get("domainType")) == 1}
    for key, name in (("initiated", "initiatedType"), ("owner", "domainOwner"), ("context", "context")):
        about[key] = text(line.get(name))
    return Record(
        index,
        Kind.CONTACT,
        moment(line.get("firstTimeStamp")) or last,
        text(line.get("domain")).lower().rstrip("."),
        app=_bundle(line),
        about=about,
    )


def _access(line: dict[str, Json], recording: Recording) -> None:
    """Each access is told twice, by its begin and by its end; one without either counts too."""
    if line.get("kind") == "intervalEnd":
        return
    accesses: dict[str, dict[str, int]] = recording.about.setdefault("accesses", {})
    app = _bundle(line)
    if app in accesses or len(accesses) < APPS:
        counts = accesses.setdefault(app, {})
        category = text(line.get("category"))[:100]
        counts[category] = counts.get(category, 0) + 1
    else:
        _lose(recording, "accesses of further apps")


def _bundle(line: dict[str, Json]) -> str:
    return text(line.get("bundleID")) or text(mapping(line.get("accessor")).get("identifier"))


def _lose(recording: Recording, why: str) -> None:
    recording.lost[why] = recording.lost.get(why, 0) + 1
