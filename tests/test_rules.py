"""Runs every test written inside every rule file."""

import pytest

from auditor import catalogue
from auditor.lint import lint
from auditor.trial import Trial, trials

RULES = catalogue.load()


@pytest.mark.parametrize("trial", list(trials(RULES)), ids=lambda t: f"{t.rule}: {t.name}")
def test_rule(trial: Trial) -> None:
    assert trial.expected == trial.got


def test_the_linter_finds_nothing() -> None:
    assert [] == [str(mistake) for mistake in lint(RULES)]
