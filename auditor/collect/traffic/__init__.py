"""A recording -> evidence: which data went where, when, to whom, in which form; and what could not be read.

Each record is opened once (`parts`), asked of the vendors' endpoints and searched for the persona. What a
recording does not hold is said, so that silence is not absence.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from auditor.catalogue import Catalogue
from auditor.collect.recordings import lenient, open_recording
from auditor.collect.recordings.record import Recording, RecordingError
from auditor.collect.traffic import marks
from auditor.collect.traffic.beside import Beside
from auditor.collect.traffic.phases import Phases
from auditor.collect.traffic.reading import GOOGLE_PLAY, Reading, Traffic

type Progress = Callable[[str], None]

EVERY = 250
"""Records between two words of progress."""


def read(path: Path, rules: Catalogue, beside: Beside, say: Progress = lambda _: None) -> Traffic:
    """Read the recording at `path`.

    Raises:
        RecordingError: it is none, or cannot be read; one clause that follows the file's name.
        PhaseError: the marks beside it cannot be used.

    """
    recording = open_recording(path)
    reading = Reading(path, recording, rules, beside, _phases(path, beside, recording))
    count = 0
    try:
        for count, record in enumerate(recording.records, 1):
            if count % EVERY == 0:
                say(f"reading {path.name}: {count} records")
            reading.take(record)
    except RecordingError as error:
        if not count:
            raise
        recording.lost[f"everything after record {count}: the file {error}"] = 1
    return reading.traffic()


def _phases(path: Path, beside: Beside, recording: Recording) -> Phases:
    phases = Phases(since=lenient.moment(recording.about.get("at")))
    phases.add(beside.spans)
    if stated := beside.marks or marks.beside(path):
        phases.add(marks.read(stated))
    return phases


__all__ = ["GOOGLE_PLAY", "Beside", "Traffic", "read"]
