"""Runs the tests written inside rule files, through the same code that reads real packages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from auditor import judge
from auditor.catalogue import Catalogue, Check
from auditor.collect import addresses
from auditor.collect.literals import ADDRESS, Scanner
from auditor.collect.recognise import recognise, seen_in_test
from auditor.match import Pool
from auditor.model import Dossier, Evidence, Gap
from auditor.notation import level_name, parse_lines, show_fact


@dataclass(frozen=True, slots=True)
class Trial:
    """One test of one rule file, and how it went."""

    rule: str
    """`vendors/acme-push`."""
    name: str
    expected: str
    got: str

    @property
    def passed(self) -> bool:
        """Whether what came out is what was expected."""
        return self.expected == self.got


def trials(rules: Catalogue) -> Iterator[Trial]:
    """Every test of every rule file, in order."""
    for folder in ("data", "practices", "vendors"):
        for item in getattr(rules, folder).values():
            for test in item.tests:
                yield _package_trial(f"{folder}/{item.id}", test, rules)
    for check in rules.checks.values():
        for test in check.tests:
            yield _check_trial(check, test, rules)
    yield from _literal_trials(rules)


def _literal_trials(rules: Catalogue) -> Iterator[Trial]:
    """What is found in a text: sorts of addresses for `addresses`, kinds of secrets for `secrets`."""
    scanner, sorter = Scanner(rules), addresses.Sorter(rules.addresses)
    for folder in ("addresses", "secrets"):
        for item in getattr(rules, folder).values():
            for test in item.tests:
                given = test["given"] if isinstance(test["given"], str) else "".join(test["given"])
                found = list(scanner.scan(given.encode()))
                sorts = [sorter.sort(addresses.parse(f.text)).sort for f in found if f.kind == ADDRESS]
                kinds = [f.kind for f in found if f.kind != ADDRESS]
                got = sorts if folder == "addresses" else kinds
                yield Trial(f"{folder}/{item.id}", test["name"], _listed(test["expect"]), _listed(got))


def _package_trial(rule: str, test: Any, rules: Catalogue) -> Trial:
    found = recognise(seen_in_test(test["given"]), rules)
    got = {f"{level_name(e.level)} {show_fact(e.fact)}" for e in found}
    return Trial(rule, test["name"], _listed(test["expect"]), _listed(got))


def _check_trial(check: Check, test: Any, rules: Catalogue) -> Trial:
    given = list(parse_lines(test["given"] or ""))
    evidence = tuple(item for item in given if isinstance(item, Evidence))
    gaps = tuple(item for item in given if isinstance(item, Gap))
    dossier = Dossier(evidence=evidence, gaps=gaps)
    pool = Pool(evidence, gaps, rules.words)
    answers = {f.answer.value for f in judge.ask(check, pool, dossier, rules, "2026-01-01")}
    return Trial(f"checks/{check.id}", test["name"], test["expect"], _strongest(answers))


def _strongest(answers: set[str]) -> str:
    return next((word for word in ("found", "undetermined", "clear") if word in answers), "nothing")


def _listed(statements: Any) -> str:
    return "; ".join(sorted(statements)) or "nothing"
