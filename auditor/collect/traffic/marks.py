"""Marks and phases in a file beside the recording: YAML written by hand, or JSONL written by the recorder.

marks:                                   # moments; each holds until the next
  - {at: "00:00", mark: consent shown}
  - {at: "2026-01-01T10:00:42Z", mark: refused}
phases:                                  # or intervals
  - {phase: before consent, from: "00:00", to: "00:42"}
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from auditor import document, forms
from auditor.collect.recordings.record import Kind, Record
from auditor.collect.traffic.phases import MOST, Mark, Moment, PhaseError, Span, made, moment
from auditor.model import Json

NAMES = ("marks.yml", "marks.yaml", "marks.jsonl", "phases.yml")
"""Names that are found by themselves, as they stand or after the recording's own: `first.marks.yml`."""
HOST = "mark.invalid"
"""The recorder answers this host itself: a request to it is a mark, in whatever form it was kept."""
MAX_BYTES = 16 << 20

FORM = forms.keys(
    {},
    {
        "marks": forms.many(forms.keys({"at": forms.text, "mark": forms.text})),
        "phases": forms.many(forms.keys({"phase": forms.text}, {"from": forms.text, "to": forms.text})),
    },
)


def mark_in(record: Record) -> str:
    """What a record marks; empty when it is no mark."""
    if record.kind is Kind.MARK:
        return record.path
    return record.path.strip("/").partition("?")[0] if record.host == HOST else ""


def beside(recording: Path) -> Path | None:
    """The file with marks that lies beside the recording, or inside its folder."""
    folder = recording if recording.is_dir() else recording.parent
    own = [folder / f"{recording.stem}.{name}" for name in NAMES]
    return next((path for path in (*own, *(folder / name for name in NAMES)) if path.is_file()), None)


def read(path: Path) -> list[Span | Mark]:
    """Everything the file says. Raises PhaseError with the file, the place and what was expected."""
    try:
        return list(_lines(path) if path.suffix == ".jsonl" else _yaml(path))
    except PhaseError as error:
        raise PhaseError(f"{path.name}: {error}") from error
    except OSError as error:
        raise PhaseError(f"{path.name}: cannot be read ({error.strerror}); expected marks") from error


def _yaml(path: Path) -> Iterator[Span | Mark]:
    found = document.read(path, path.name)
    if not found.mistakes:
        found.check(FORM)
    if found.mistakes:
        raise PhaseError("; ".join(map(str, found.mistakes[:3])))
    value: dict[str, Json] = found.value or {}
    for row in value.get("marks", ()):
        yield Mark(moment(str(row["at"])), str(row["mark"]))
    for row in value.get("phases", ()):
        yield made(str(row["phase"]), str(row.get("from", "")), str(row.get("to", "")))


def _lines(path: Path) -> Iterator[Mark]:
    if path.stat().st_size > MAX_BYTES:
        raise PhaseError(f"is larger than {MAX_BYTES} bytes")
    *lines, last = path.read_text(encoding="utf-8", errors="replace").split("\n")
    # a last line without an end was torn when the recorder stopped: the mark it began was never acknowledged
    whole = [*lines, last] if last.rstrip().endswith("}") else lines
    for number, line in enumerate(whole, 1):
        if line.strip():
            if number > MOST:
                raise PhaseError(f"holds more than {MOST} lines")
            yield _line(line, number)


def _line(line: str, number: int) -> Mark:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        row = None
    at = row.get("at") if isinstance(row, dict) else None
    word = row.get("path") or row.get("mark") or row.get("phase") if isinstance(row, dict) else None
    if not isinstance(at, (int, float)) or isinstance(at, bool) or not isinstance(word, str):
        raise PhaseError(f'line {number} is no mark; expected {{"at": 1767261642.5, "path": "refused"}}')
    return Mark(Moment(float(at), offset=False), word)
