"""Seconds per 1,000 requests and peak memory of reading a recording.

    PYTHONPATH=. python benchmarks/traffic.py [--entries N]

Makes a HAR of N entries by repeating real ones with other times and identifiers, and collects it in a process
of its own, so that the peak is that of the reading.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

TRAFFIC = Path(__file__).parent.parent.parent / "shared" / "data" / "traffic"
REAL = ("reporthar-android-first-run.har", "probe.har", "chrome.har", "charles.har", "lo.har")


def entries() -> list[str]:
    """Entries of the recordings at hand, each as JSON."""
    found = []
    for name in REAL:
        for entry in json.loads((TRAFFIC / name).read_text(encoding="utf-8-sig"))["log"]["entries"]:
            found.append(json.dumps(entry))  # noqa: PERF401 - two loops read better than one expression
    return found


def varied(text: str, number: int, random: Random) -> str:
    """The entry with a time and an advertising id of its own."""
    entry = json.loads(text)
    entry["startedDateTime"] = (datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number)).isoformat()
    made = str(uuid.UUID(int=random.getrandbits(128), version=4))
    return json.dumps(entry).replace("6a1c1487-a0af-4223-b142-a0f4621d0311", made)


def make(path: Path, count: int) -> None:
    """A HAR of `count` entries."""
    random, real = Random(4), entries()  # noqa: S311 - repeatable, nothing secret
    with path.open("w", encoding="utf-8") as file:
        file.write(
            '{"log": {"version": "1.2", "creator": {"name": "benchmark", "version": "1"}, "entries": ['
        )
        for number in range(count):
            file.write(("," if number else "") + varied(real[number % len(real)], number, random))
        file.write("]}}")


def measure(path: Path) -> None:
    """Collect in this process and print what it took."""
    from auditor.catalogue import load
    from auditor.collect import Given, collect

    rules = load()
    begun, used = time.perf_counter(), time.process_time()
    dossier = collect([path], rules, given=Given(persona=TRAFFIC / "probe-persona.json"))
    seconds, used = time.perf_counter() - begun, time.process_time() - used
    count = sum(dossier.artifacts[0].about["records"].values())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{count} records, {path.stat().st_size / 2**20:.1f} MiB, {len(dossier.evidence)} lines of evidence"
    )
    print(f"{seconds:.1f} s ({used:.1f} s of one core), peak {peak:.0f} MiB")
    print(f"{1000 * used / count:.2f} s of one core per 1,000 requests")


def main() -> None:
    """Make the recording and measure it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--entries", type=int, default=10_000)
    asked.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    given = asked.parse_args()
    if given.measure:
        measure(given.measure)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "made.har"
        make(path, given.entries)
        subprocess.run([sys.executable, __file__, "--measure", path], check=True)


if __name__ == "__main__":
    main()
