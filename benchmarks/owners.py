"""Whether the owner of each sensitive call is right, on real apps whose sources are known.

    python benchmarks/owners.py app.apk ...

What is right stands in `owners.txt`, taken from sources and build files. A call is one place in code that
refers to personal data; it is right when auditor names the app, the vendor, or nobody, as stated there.
`classes` holds the same question for every class of the package, which tries far more names than the few
that touch personal data. What owners.txt leaves open is not counted; how much that is stands beside it.
Exit code 1 when fewer calls are right than the project's goal asks (98 of 100).
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from auditor import catalogue
from auditor.catalogue import Catalogue
from auditor.collect import collect
from auditor.collect.app import Wish
from auditor.collect.code import read_classes
from auditor.collect.owners import Owners
from auditor.collect.package import open_package
from auditor.model import Dossier, Rung

TRUTH = Path(__file__).with_suffix(".txt")

GOAL = 0.98

NOT_COUNTED = ("", "unstated")
"""Owners that owners.txt does not state."""

IN_CLASS = re.compile(r"dex:.*?/L([^;]+);")
"""Begins every place that lies in a class; a text that no class uses has none."""


@dataclass
class Stated:
    """Prefix to owner, for one app; those of all apps included."""

    owners: dict[str, str] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """Owner by the longest prefix that ends at a border of the name; empty when none is stated."""
        fitting = [p for p in self.owners if name == p or name.startswith((p + ".", p + "$"))]
        return self.owners[max(fitting, key=len)] if fitting else ""


@dataclass
class Score:
    """Right answers by owner; wrong ones by (said, right, package); how many names are not stated."""

    right: Counter[str] = field(default_factory=Counter)
    open: int = 0
    wrong: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    @property
    def counted(self) -> int:
        """Answers that owners.txt can judge."""
        return self.right.total() + self.wrong.total()

    def __str__(self) -> str:
        right = self.right.total()
        share = f"{right / self.counted:.1%}" if self.counted else "-"
        return f"{self.counted:>8}{right:>8}{self.wrong.total():>7}{share:>8}{self.open:>6}"


def main() -> int:
    """Print a line for every app and all wrong answers; 1 when the goal is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("apk", nargs="+", type=Path)
    rules, truth, total = catalogue.load(), read(TRUTH), Score()
    head = "".join(f"{word:>{width}}" for word, width in _COLUMNS)
    print(f"{'':<42}{'calls':>37}{'classes':>37}\n{'app':<42}{head}{head}")
    for apk in parser.parse_args().apk:
        calls, classes, package = measure(apk, truth, rules)
        print(f"{package:<42}{calls}{classes}")
        for kind, score in (("calls", calls), ("classes", classes)):
            for (said, right, where), count in score.wrong.most_common():
                print(f"    {count} {kind} in {where}: said {said}, right is {right}")
        total = joined(total, calls)
    print(f"{'all':<42}{total}")
    print("right calls by owner:", ", ".join(f"{who} {count}" for who, count in total.right.most_common()))
    return int(total.right.total() < GOAL * total.counted)


_COLUMNS = (("counted", 8), ("right", 8), ("wrong", 7), ("", 8), ("open", 6))


def read(file: Path) -> dict[str, Stated]:
    """The apps of owners.txt by package; what stands before the first app goes into each."""
    common: dict[str, str] = {}
    apps: dict[str, Stated] = {}
    here = common
    for line in file.read_text(encoding="utf-8").splitlines():
        first, *rest = line.partition("#")[0].split() or [""]
        if first.startswith("["):
            here = dict(common)
            apps[first.strip("[]")] = Stated(here)
        elif first != "source":
            here.update(dict.fromkeys(rest, first))
    return apps


def measure(apk: Path, truth: dict[str, Stated], rules: Catalogue) -> tuple[Score, Score, str]:
    """What auditor says of calls and of classes, held against what is stated; and the app's package."""
    dossier = collect([apk], rules, wish=Wish(excerpts=False))
    about = dossier.artifacts[0].about
    package, roots = str(about["package"]), about["own code"]
    if package not in truth or not isinstance(roots, list):
        raise SystemExit(f"{apk.name}: {TRUTH.name} states nothing of {package}")
    owners = Owners(rules.vendors)
    names = read_classes(open_package(apk)).classes
    said = ((name, owners.whose(name, [str(root) for root in roots])) for name in names)
    return score(sensitive(dossier), truth[package]), score(said, truth[package]), package


def sensitive(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """(class, who) of every place that refers to personal data; one that stands for two kinds counts once."""
    places = {
        item.where: item.fact.who
        for item in dossier.evidence
        if item.fact.kind == "data" and item.level is Rung.REFERENCED and item.where.startswith("dex:")
    }
    for where, who in places.items():
        if found := IN_CLASS.match(where):
            yield found[1].replace("/", "."), who


def score(answers: Iterable[tuple[str, str]], stated: Stated) -> Score:
    """Answers (class, who) held against what is stated."""
    found = Score()
    for name, who in answers:
        said, right = who or "nobody", stated.of(name)
        if right in NOT_COUNTED:
            found.open += 1
        elif said == right:
            found.right[right] += 1
        else:
            found.wrong[said, right, name.rpartition(".")[0]] += 1
    return found


def joined(one: Score, other: Score) -> Score:
    """Both scores as one."""
    return Score(one.right + other.right, one.open + other.open, one.wrong + other.wrong)


if __name__ == "__main__":
    sys.exit(main())
