"""Recall of the persona search on generated leaks: python benchmarks/leaks.py --seed 1 --persons 2.

Goal: 97 % found, no decoy, every find at the place where the value was put.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from auditor.collect.persona import Search
from tests.collect.persona.leaks import Result, leaks, persona, run


def main() -> None:
    """Make, search, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--persons", type=int, default=1)
    options.add_argument("--show", type=int, default=10, help="misses to print")
    given = options.parse_args()
    begin, results = time.perf_counter(), []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(given.seed, given.seed + given.persons):
            person = persona(Path(folder), seed)
            search = Search(person)
            results += [run(search, leak) for leak in leaks(person, seed)]
    _print(results, given.show)
    print(f"{(time.perf_counter() - begin) * 1000 / len(results):.2f} ms per leak, opening included")


def _print(results: list[Result], show: int) -> None:
    total = len(results)
    for title, flags in (
        ("found", [one.found for one in results]),
        ("at its exact place", [one.exact for one in results]),
    ):
        print(f"{title}: {sum(flags)} of {total} ({100 * sum(flags) / total:.2f} %)")
    print(f"decoys: {sum(len(one.decoys) for one in results)}")
    print(f"other planted values than the one put there: {sum(len(one.strangers) for one in results)}")
    missed = [one.leak for one in results if not one.exact]
    for part in ("kind", "encoding", "container"):
        counts = Counter(getattr(leak, part) for leak in missed).most_common(12)
        print(f"not at its place, by {part}: {dict(counts)}")
    for leak in missed[:show]:
        print(f"  {leak.kind} | {leak.encoding} | {leak.container} | expected {leak.place}")


if __name__ == "__main__":
    main()
