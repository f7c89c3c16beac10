"""Recall and precision of practices on made-up apps: python benchmarks/engagement.py --seed 1 --apps 30.

Goal: recall 0.90, precision 0.95, tariffs exact in 9 of 10 apps, and no ordinary app whose users are tied to
a workplace. The apps (`madeapps.py`) know nothing of the detectors, their words are their own; every scoring
app has a language, a transport for its points and some of the features. For recorded samples see `bed.py`.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent))

from auditor import catalogue
from auditor.catalogue import Catalogue
from auditor.collect import traffic
from auditor.collect.traffic.firstparty import Own
from auditor.model import Rung
from benchmarks import madeapps, plainapps
from benchmarks.madeapps import App

OWN = traffic.Beside(own=Own(domains={"made.example": "site in the case file"}, projects=frozenset({"made"})))


@dataclass
class Score:
    """Right, missed and wrong, by practice; and the tariffs."""

    right: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    exact: int = 0
    tariffs: int = 0

    def add(self, app: App, practices: set[str], tariff: dict[str, int]) -> list[str]:
        """Count one app; what is to be said of it."""
        missed, wrong = app.must - practices, practices - app.must - app.may
        self.right.update(app.must & practices)
        self.missed.update(missed)
        self.wrong.update(wrong)
        said = [f"missed {', '.join(sorted(missed))}"] if missed else []
        said += [f"wrong {', '.join(sorted(wrong))}"] if wrong else []
        if app.tariff:
            same = all(tariff.get(act) == points for act, points in app.tariff.items())
            self.tariffs += 1
            self.exact += same
            said += [] if same else [f"tariff {tariff}, true {app.tariff}"]
        return said


def scoring(seed: int, count: int) -> list[App]:
    """Apps with every language and transport in turn, and features by chance."""
    kinds = cycle((lang, how) for how in madeapps.TRANSPORTS for lang in madeapps.LANGUAGES)
    found = []
    for number in range(count):
        language, transport = next(kinds)
        random = Random(f"{seed}.{number}")  # noqa: S311 - repeatable, nothing secret
        app = App(f"{number} {language} {transport}", random, madeapps.LANGUAGES[language], transport)
        chosen = random.sample(madeapps.FEATURES, random.randint(2, len(madeapps.FEATURES)))
        parts = [*chosen, madeapps.scores]
        random.shuffle(parts)
        for part in parts:
            part(app)
        found.append(app)
    return found


def ordinary() -> list[App]:
    """Apps that must stay quiet, or neutral."""
    found = []
    for name, requests in plainapps.APPS.items():
        app = App(name, Random(name), {}, may=set(plainapps.NEUTRAL))  # noqa: S311 - as above
        for path, body, answer in requests:
            app.send(path, body, answer)
        found.append(app)
    return found


def told(app: App, rules: Catalogue, folder: Path) -> tuple[set[str], dict[str, int]]:
    """Practices at `transmitted`, and the tariff."""
    path = folder / "made.har"
    path.write_text(app.har(), encoding="utf-8")
    read = traffic.read(path, rules, OWN)
    recorded = {practice.id for practice in rules.practices.values() if practice.recorded}
    facts = (one.fact for one in read.evidence if one.level == Rung.TRANSMITTED)
    rows = read.artifact.about["engagement"]["tariff"]
    practices = {fact.what for fact in facts if fact.kind == "practice" and fact.what in recorded}
    return practices, {str(row["action"]): int(row["points"]) for row in rows}


def run(apps: list[App], rules: Catalogue, *, show: bool) -> Score:
    """Read all, count, print what differs."""
    score = Score()
    with tempfile.TemporaryDirectory() as folder:
        for app in apps:
            said = score.add(app, *told(app, rules, Path(folder)))
            if show and said:
                print(f"{app.name}: {'; '.join(said)}")
    return score


def main() -> None:
    """Make, read, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--apps", type=int, default=30)
    options.add_argument("--quiet", action="store_true", help="totals only")
    given = options.parse_args()
    rules = catalogue.load()
    score = run(scoring(given.seed, given.apps), rules, show=not given.quiet)
    for practice in sorted({*score.right, *score.missed, *score.wrong}):
        counts = (score.right[practice], score.missed[practice], score.wrong[practice])
        print("{:24} right {:3}  missed {:3}  wrong {:3}".format(practice, *counts))
    right, wrong = score.right.total(), score.wrong.total()
    print(f"recall {right}/{right + score.missed.total()}, precision {right}/{right + wrong}")
    print(f"tariff exact {score.exact}/{score.tariffs}")
    plain = ordinary()
    quiet = run(plain, rules, show=not given.quiet)
    print(f"ordinary apps: {len(plain)}, wrong practices {quiet.wrong.total()}")
    print(f"of these, people tied to a workplace: {quiet.wrong['workplace-attribution']}")


if __name__ == "__main__":
    main()
