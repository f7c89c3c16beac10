"""`collect(samples/x)` equals `samples/x/expected.txt`, line by line.

Run as a program to write the files anew: `python tests/test_samples.py`.
"""

import sys
from pathlib import Path

import pytest

from auditor import catalogue
from auditor.collect import collect
from auditor.notation import show

SAMPLES = Path(__file__).parent.parent / "samples"

CASES = {
    "aktivisti/expected.txt": "aktivisti",
    "aktivisti/expected-splits.txt": "aktivisti/splits",
    "aktivisti/expected-xapk.txt": "aktivisti/aktivisti.xapk",
    "aktivisti/expected-aab.txt": "aktivisti/app.aab",
    "ditari/expected.txt": "ditari",
    "reagim/expected.txt": "reagim",
    "reagim/expected-plain.txt": "reagim/app-plain.apk",
    "fluturim/expected.txt": "fluturim",
    "rrjeti/expected.txt": "rrjeti",
}


def lines(case: str) -> str:
    """Evidence and gaps of a sample, one per line."""
    dossier = collect([SAMPLES / case], catalogue.load())
    return "".join(f"{line}\n" for line in (*map(show, dossier.evidence), *map(show, dossier.gaps)))


@pytest.mark.parametrize("expected", CASES)
def test_sample(expected: str) -> None:
    assert (SAMPLES / expected).read_text(encoding="utf-8") == lines(CASES[expected])


def test_splits_and_xapk_say_the_same_as_the_whole_apk() -> None:
    """What the app is does not depend on how it was packed; only the places differ."""

    def facts(case: str) -> set[tuple[str, ...]]:
        dossier = collect([SAMPLES / case], catalogue.load())
        return {
            (e.fact.kind, e.fact.what, e.fact.who, str(e.level))
            for e in dossier.evidence
            if e.fact.kind != "context"
        }

    assert facts("aktivisti/app.apk") == facts("aktivisti/splits") == facts("aktivisti/aktivisti.xapk")


if __name__ == "__main__":
    for name, case in CASES.items():
        (SAMPLES / name).write_text(lines(case), encoding="utf-8")
        sys.stdout.write(f"{name}\n")
