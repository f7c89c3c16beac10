"""What is found in the test bed's recordings, against what truly happened: python benchmarks/bed.py.

Goal: recall 0.90 and precision 0.95 of practices, tariffs exact where an act was done three times or more,
and nothing beyond `may` in the ordinary apps, whose tariffs are shown and not counted. Truth is
`practices.txt` beside each recording (samples/README.md); scenarios to look at may be named.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from auditor import catalogue
from auditor.catalogue import Catalogue
from auditor.collect import collect
from auditor.model import Json, Rung
from samples.bed import scenario

SAMPLES = Path(__file__).parent.parent / "samples"


@dataclass
class Truth:
    """One `practices.txt`."""

    must: set[str] = field(default_factory=set)
    may: set[str] = field(default_factory=set)
    tariff: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Act to points and how often it was done."""


@dataclass
class Found:
    """What one audit said."""

    practices: set[str]
    tariff: dict[str, int]


def truth(folder: Path) -> Truth:
    """Read what is true of a recording."""
    found = Truth()
    for line in (folder / "practices.txt").read_text(encoding="utf-8").splitlines():
        words = line.partition("#")[0].split()
        if len(words) == 3:
            found.tariff[words[0]] = int(words[1]), int(words[2].rpartition("/")[2])
        elif len(words) == 2:
            found.may.add(words[1])
        else:
            found.must.update(words)
    return found


def found(folder: Path, rules: Catalogue) -> Found:
    """Audit a recording."""
    dossier = collect([folder], rules)
    looked_for = {practice.id for practice in rules.practices.values() if practice.recorded}
    facts = (e.fact for e in dossier.evidence if e.fact.kind == "practice" and e.level == Rung.TRANSMITTED)
    rows = [row for one in dossier.artifacts for row in _rows(one.about)]
    practices = {fact.what for fact in facts if fact.what in looked_for}
    return Found(practices, {str(row["action"]): int(row["points"]) for row in rows})


def _rows(about: Json) -> Iterator[Json]:
    """Rows of the tariff, wherever a recording's own account holds them."""
    if isinstance(about, dict):
        for key, value in about.items():
            if key == "engagement":
                yield from value["tariff"]
            else:
                yield from _rows(value)
    elif isinstance(about, (list, tuple)):
        for value in about:
            yield from _rows(value)


def main() -> None:
    """Audit, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="SCENARIO")
    rules, right, missed, wrong, exact, tariffs = catalogue.load(), 0, 0, 0, 0, 0
    for name in parser.parse_args().names or scenario.names():
        folder = SAMPLES / scenario.read(name).into
        true, said = truth(folder), found(folder, rules)
        often = {act: points for act, (points, times) in true.tariff.items() if times >= 3}
        right += len(true.must & said.practices)
        missed += len(true.must - said.practices)
        wrong += len(said.practices - true.must - true.may)
        if true.must:
            exact += sum(said.tariff.get(act) == points for act, points in often.items())
            tariffs += len(often)
        _print(name, true, said, often)
    print(f"recall {right}/{right + missed}, wrong {wrong}, tariff exact {exact}/{tariffs}")


def _print(name: str, true: Truth, said: Found, often: dict[str, int]) -> None:
    print(f"{name}: {len(true.must & said.practices)} of {len(true.must)}")
    for title, words in (
        ("missed", true.must - said.practices),
        ("wrong", said.practices - true.must - true.may),
        ("told, as it may be", said.practices & true.may),
    ):
        if words:
            print(f"  {title}: {', '.join(sorted(words))}")
    if often or said.tariff:
        print(f"  tariff: true {often}, said {said.tariff}")


if __name__ == "__main__":
    main()
