"""dossier.json and report.json: typed values to files and back, with their JSON Schemas.

In files, evidence and gaps are lines of the notation: what a person reads in
the report is what a machine reads in the dossier.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import msgspec

from auditor.model import Artifact, Case, Dossier, Evidence, Gap, Json
from auditor.notation import NotationError, parse, show
from auditor.reportmodel import Report

FORMAT = "dossier-v1"

MAX_BYTES = 512 * 1024 * 1024


class FileError(ValueError):
    """A dossier or report file that cannot be used; one sentence."""


@dataclass(frozen=True, slots=True)
class SavedEvidence:
    """Evidence as it stands in the file."""

    line: str
    """Notation: `declared data:sms @ manifest:uses-permission[3]`."""
    date: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class SavedDossier:
    """`dossier-v1`."""

    format: str
    tool: Mapping[str, str]
    case: Case
    artifacts: tuple[Artifact, ...]
    evidence: tuple[SavedEvidence, ...]
    gaps: tuple[str, ...] = field(default_factory=tuple)
    """Notation lines that begin with `gap`."""


@dataclass(frozen=True, slots=True)
class _Any:
    """What every file of ours begins with."""

    format: str


def save(dossier: Dossier, path: Path) -> None:
    """Write a dossier; its folder must exist."""
    saved = SavedDossier(
        format=FORMAT,
        tool=dossier.tool,
        case=dossier.case,
        artifacts=dossier.artifacts,
        evidence=tuple(SavedEvidence(show(e), e.date, e.by) for e in dossier.evidence),
        gaps=tuple(show(g) for g in dossier.gaps),
    )
    _write(saved, path)


def load(path: Path) -> Dossier:
    """Read a dossier back. Raises FileError with what was expected and where."""
    saved = _read(path, SavedDossier, FORMAT)
    try:
        evidence = tuple(_evidence(row) for row in saved.evidence)
        gaps = tuple(_gap(line) for line in saved.gaps)
    except NotationError as error:
        raise FileError(f"{path.name}: {error}") from error
    return Dossier(saved.artifacts, evidence, gaps, saved.case, saved.tool)


def is_dossier(path: Path) -> bool:
    """Whether the file says that it is one; what cannot be read is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Any).format == FORMAT
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


def save_report(report: Report, path: Path) -> None:
    """Write a report."""
    _write(report, path)


def load_report(path: Path) -> Report:
    """Read a report back. Raises FileError."""
    return _read(path, Report, "report-v1")


def schema(name: str) -> Json:
    """JSON Schema (2020-12) of `dossier` or `report`."""
    kind = {"dossier": SavedDossier, "report": Report}[name]
    made = msgspec.json.schema(kind)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"auditor {name}-v1", **made}


def _evidence(row: SavedEvidence) -> Evidence:
    item = parse(row.line)
    if isinstance(item, Gap):
        raise NotationError(f"{row.line!r} is a gap; expected evidence")
    return replace(item, date=row.date, by=row.by)


def _gap(line: str) -> Gap:
    item = parse(line)
    if not isinstance(item, Gap):
        raise NotationError(f"{line!r} is evidence; expected a gap")
    return item


def _write(value: object, path: Path) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")


def _read[T](path: Path, kind: type[T], expected: str) -> T:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileError(f"{path.name}: is larger than {MAX_BYTES} bytes; expected {expected}")
        raw = path.read_bytes()
        _check_format(msgspec.json.decode(raw, type=_Any), path, expected)
        value = msgspec.json.decode(raw, type=kind)
    except OSError as error:
        raise FileError(f"{path.name}: cannot be read ({error.strerror}); expected {expected}") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FileError(f"{path.name}: is no {expected} ({error})") from error
    return value


def _check_format(value: _Any, path: Path, expected: str) -> None:
    """Say which format a file has before saying what is wrong in it."""
    if value.format != expected:
        raise FileError(f"{path.name}: format is {value.format!r}; expected {expected}")
