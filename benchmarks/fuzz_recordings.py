"""Mutated recordings of every dialect, read with a persona: nothing raised, hung or lost.

    PYTHONPATH=. nice python benchmarks/fuzz_recordings.py --cases 50000 --seed 1 [--only har] [--keep FOLDER]

Seeds are the files of ../shared/data/traffic, where present, and generated ones. Many mutated records share a
file with whole ones, each of which goes to a host of its own: every whole one must come out as evidence, and
records and counted losses together must be as many as the file's entries. Evidence must be writable as a
dossier and hold no value of the persona. A file that is torn must give what stands before the tear.
"""

from __future__ import annotations

import argparse
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import FrameType

from auditor import dossier
from auditor.catalogue import load
from auditor.collect import traffic
from auditor.collect.persona import Search, file, new
from auditor.collect.recordings import open_recording
from auditor.collect.recordings.capture import tshark
from auditor.collect.recordings.record import Record, Recording, RecordingError
from auditor.collect.traffic.phases import PhaseError
from auditor.model import Case, Dossier
from auditor.notation import show
from benchmarks.mutated import DIALECTS, Batch, make

MEMORY = 2 << 30
SLOW, HANG = 5.0, 60
"""Seconds of one record, and of one file."""


class Hung(BaseException):
    """The file took too long; no `except Exception` may hide it."""


class Watched:
    """Stands between the readers and `traffic.read`: counts records, takes their time."""

    def __init__(self) -> None:
        self.recording: Recording | None = None
        self.before = self.count = 0
        self.hosts: set[str] = set()
        self.slowest = 0.0

    def open(self, path: Path) -> Recording:
        """In place of `open_recording`."""
        self.recording = open_recording(path)
        self.before = sum(self.recording.lost.values())  # what this producer always leaves out
        self.recording.records = self._each(self.recording.records)
        return self.recording

    def _each(self, records: Iterator[Record]) -> Iterator[Record]:
        began = time.process_time()
        for record in records:
            self.count += 1
            self.hosts.add(record.host)
            yield record
            self.slowest = max(self.slowest, time.process_time() - began)
            began = time.process_time()

    def accounted(self) -> int:
        """Records, rows without one, and losses beyond those of every file of this kind."""
        if self.recording is None:
            return 0
        rows = self.recording.about.get("apps")
        count = rows if isinstance(rows, int) else self.count
        return count + sum(self.recording.lost.values()) - self.before


class Trial:
    """Reads batches and tells what is wrong with the outcome."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.rules = folder, load()
        person = new.make(7)
        (folder / "persona.yml").write_text(new.write(person), encoding="utf-8")
        self.beside = traffic.Beside(search=Search(file.read(folder / "persona.yml")))
        told = person["values"] | person["device"]
        self.secret = [told[kind] for kind in ("email", "phone", "nid", "iban", "aaid", "imei")]
        self.person = {kind: str(value) for kind, value in told.items()}
        self.slowest = 0.0
        self.refused: Counter[str] = Counter()

    def wrong(self, batch: Batch) -> list[str]:
        """Everything wrong with what reading this file gave."""
        path = self.folder / batch.name
        path.write_bytes(batch.data)
        watched = Watched()
        traffic.open_recording = watched.open  # type: ignore[attr-defined]
        try:
            with limit(HANG):
                found = traffic.read(path, self.rules, self.beside)
        except (RecordingError, PhaseError) as told:
            self.refused[batch.dialect] += 1
            return [] if batch.torn and one_clause(str(told)) else [f"refused as a whole: {told}"]
        except Hung:
            return [f"more than {HANG} s, after {watched.count} records"]
        except Exception as error:
            return [f"{type(error).__name__}: {error}"[:300], *traced(error)]
        self.slowest = max(self.slowest, watched.slowest)
        return [*counted(batch, watched), *heard(batch, found), *self._written(found)] + [
            f"{watched.slowest:.1f} s for one record"
        ] * (watched.slowest > SLOW)

    def _written(self, found: traffic.Traffic) -> list[str]:
        """Whether it can be saved, comes back the same, and tells nobody's values."""
        lines = [show(line) for line in (*found.evidence, *found.gaps)]
        wrong = [f"tells the persona: {line[:200]}" for line in lines if any(s in line for s in self.secret)]
        wrong += [f"more than one line: {line[:200]!r}" for line in lines if len(line.splitlines()) > 1]
        case = Dossier((found.artifact,), found.evidence, found.gaps, Case(), {})
        try:
            dossier.save(case, self.folder / "dossier.json")
            back = dossier.load(self.folder / "dossier.json")
        except Exception as error:
            return [*wrong, f"cannot be saved: {type(error).__name__}: {error}"[:300]]
        same = (back.evidence, back.gaps) == (found.evidence, found.gaps)
        return wrong + ["comes back from the dossier otherwise"] * (not same)


def counted(batch: Batch, watched: Watched) -> list[str]:
    """Entries that are neither a record nor a loss."""
    wrong = []
    if batch.count and watched.accounted() < batch.count:
        lost = dict(watched.recording.lost) if watched.recording else {}
        wrong.append(f"{batch.count} entries, {watched.count} records, lost {str(lost)[:400]}")
    if batch.told and watched.recording and sum(watched.recording.lost.values()) <= watched.before:
        wrong.append("a torn file, and nothing is said to be lost")
    if missing := batch.whole - watched.hosts:
        lost = dict(watched.recording.lost) if watched.recording else {}
        wrong.append(
            f"whole entries {sorted(missing)[:5]} of {len(batch.whole)} gone, lost {str(lost)[:300]}"
        )
    return wrong


def heard(batch: Batch, found: traffic.Traffic) -> list[str]:
    """Whole entries that gave no evidence: the contact, and what was planted in them."""
    contacts = {line.fact.what for line in found.evidence if line.fact.kind == "contact"}
    data = {line.fact.who for line in found.evidence if line.fact.kind == "data"}
    wrong = [f"no contact for {host}" for host in sorted(batch.whole - contacts)[:3]]
    return wrong + [f"nothing found for {host}" for host in sorted(batch.planted - data)[:3]]


def one_clause(text: str) -> bool:
    """Whether a refusal can stand behind a file's name."""
    return 0 < len(text) < 400 and text.isprintable()


def traced(error: BaseException) -> list[str]:
    """Where it was raised."""
    places, step = [], error.__traceback__
    while step:
        places.append(f"{Path(step.tb_frame.f_code.co_filename).name}:{step.tb_lineno}")
        step = step.tb_next
    return [" > ".join(places[-5:])]


@contextmanager
def limit(seconds: int) -> Iterator[None]:
    """Raises Hung after so long."""

    def end(_number: int, _frame: FrameType | None) -> None:
        raise Hung

    signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)


def tried(asked: argparse.Namespace, trial: Trial) -> tuple[Counter[str], Counter[str], int]:
    """Cases and wrong files by dialect, and whole entries."""
    cases, bad = Counter[str](), Counter[str]()
    number = whole = 0
    dialects = asked.only or sorted(DIALECTS)
    while sum(cases.values()) < asked.cases:
        rng = Random(f"{asked.seed}:{number}")  # noqa: S311 - repeatable, nothing secret
        batch = make(dialects[number % len(dialects)], rng, trial.person)
        if not asked.file or number == asked.file:
            for clause in (wrong := trial.wrong(batch)):
                print(f"file {number} {batch.dialect}: {clause}", flush=True)
            bad[batch.dialect] += bool(wrong)
            if wrong and asked.keep:
                (asked.keep / f"{number}-{batch.name}").write_bytes(batch.data)
        cases[batch.dialect] += batch.broken
        whole += len(batch.whole)
        number += 1
    return cases, bad, whole


def main() -> int:
    """Runs the cases; 1 when one of them was wrong."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--cases", type=int, default=2000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--only", action="append", choices=sorted(DIALECTS))
    options.add_argument("--file", type=int, default=0, help="only the file of this number")
    options.add_argument("--keep", type=Path, help="folder for the files that went wrong")
    asked = options.parse_args()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    tshark.installed = lambda: ""  # captures are read here; what tshark does to them is its own
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder))
        cases, bad, whole = tried(asked, trial)
    for dialect in sorted(cases):
        print(f"{dialect:10} {cases[dialect]:6} cases, {bad[dialect]} files wrong")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    took = time.perf_counter() - began
    print(f"{sum(cases.values())} cases beside {whole} whole entries, {sum(bad.values())} files wrong,")
    print(f"slowest record {trial.slowest:.2f} s, {took:.0f} s in all, peak {peak} MiB, seed {asked.seed}")
    return int(sum(bad.values()) > 0)


if __name__ == "__main__":
    sys.exit(main())
