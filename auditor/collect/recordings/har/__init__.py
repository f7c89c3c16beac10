"""HAR files of any producer, entry by entry: one that is broken is counted, the rest is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from auditor.collect.recordings.har import entry
from auditor.collect.recordings.har.log import BEGIN, ENTRIES, REFUSED, members
from auditor.collect.recordings.har.text import Producer, producer
from auditor.collect.recordings.jsonstream import JsonError
from auditor.collect.recordings.lenient import mapping, text
from auditor.collect.recordings.record import Record, Recording, RecordingError
from auditor.model import Json

LONGEST_NOTE = 64 << 10
"""Bytes of what a file says of itself that are kept."""
MOST_REFUSED = 100_000
LARGE = 32 << 20
"""Bytes beyond which a file is not read twice for what it says of itself behind its entries."""

_DROPS = {
    Producer.MITMPROXY: "mitmproxy's HAR holds no DNS, TCP or UDP and no refused handshakes",
    Producer.TOOLKIT: "HTTP Toolkit's HAR holds no DNS and no connections that are not HTTP",
    Producer.PIROGUE: "pcapng-utils' HAR holds HTTP only",
    Producer.PCAPDROID: "PCAPdroid's HAR holds HTTP only",
}
"""What producers are known to leave out, by their sources (see harbody)."""
_ABOUT = ("version", "browser", "comment", "_tweasel", "_metadata")
_NOTES = frozenset({"creator", *_ABOUT})


def open_har(path: Path) -> Recording:
    """A HAR file, also compressed (.zhar) or with a byte order mark. Raises RecordingError when it is none.

    Entries are numbered as in `log.entries`; handshakes of `log._tlsErrors` are numbered on behind them.
    `about`: `version`, `app` (package, when the file is about one) and the file's own `browser`, `comment`,
    `_tweasel` and `_metadata`; of files beyond `LARGE` it is complete when the records were read.
    """
    notes = _notes(path)
    creator = mapping(notes.get("creator"))
    by = producer(text(creator.get("name")))
    lost = Counter[str]({_DROPS[by]: 1} if by in _DROPS else {})
    about = _about(notes)
    return Recording("HAR", _named(creator), _records(path, by, about, lost), lost, about)


def _named(creator: Json) -> str:
    parts = (text(mapping(creator).get(key)) for key in ("name", "version", "comment"))
    return " ".join(" ".join(parts).split())[:200]


def _about(notes: dict[str, Json]) -> dict[str, Json]:
    found = {key: notes[key] for key in _ABOUT if notes.get(key)}
    apps = mapping(notes.get("_tweasel")).get("apps")
    if isinstance(apps, list) and len(apps) == 1 and (app := text(mapping(apps[0]).get("id"))):
        found["app"] = app
    return found


def _notes(path: Path) -> dict[str, Json]:
    """What `log` says of itself; of a large file, what stands before its entries."""
    notes: dict[str, Json] = {}
    is_large = path.stat().st_size > LARGE
    broken = "there are no log.entries in it"
    try:
        for key, value in members(path):
            if key == BEGIN:
                notes[ENTRIES] = True
            _note(notes, key, value)
            if is_large and "creator" in notes and ENTRIES in notes:
                break
    except JsonError as problem:
        broken = str(problem)
    if ENTRIES not in notes:
        raise RecordingError(f"is no HAR file: {broken}")
    return notes


def _note(notes: dict[str, Json], key: str, value: Json | JsonError) -> None:
    """Only what the file says of itself; entries are counted where they are read."""
    if key in _NOTES and len(str(value)) <= LONGEST_NOTE and not isinstance(value, JsonError):
        notes[key] = value


def _records(path: Path, by: Producer, about: dict[str, Json], lost: Counter[str]) -> Iterator[Record]:
    index = 0
    notes: dict[str, Json] = {}
    failures: list[Json] = []
    try:
        for key, value in members(path):
            if key == ENTRIES:
                yield from _entry(value, index, by, lost)
                index += 1
            elif key == REFUSED:
                _keep(value, failures, lost)
            else:
                _note(notes, key, value)
    except JsonError as broken:
        lost[f"the file breaks after {index} entries: {broken}"] += 1
    about.update(_about(notes))
    for offset, failure in enumerate(failures):
        yield entry.refused(failure, index + offset)


def _entry(value: Json | JsonError, index: int, by: Producer, lost: Counter[str]) -> Iterator[Record]:
    try:
        if isinstance(value, JsonError):
            raise value
        yield entry.record(value, index, by)
    except (JsonError, entry.EntryError) as broken:
        lost[f"an entry that cannot be read: {broken}"] += 1


def _keep(value: Json | JsonError, failures: list[Json], lost: Counter[str]) -> None:
    """Refused handshakes wait until the entries have their numbers."""
    if not isinstance(value, dict):
        lost["a refused handshake that cannot be read"] += 1
    elif len(failures) >= MOST_REFUSED:
        lost[f"refused handshakes beyond {MOST_REFUSED} in one file"] += 1
    else:
        failures.append(value)
