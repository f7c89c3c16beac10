"""Checks of what is scored and watched: neutral until the case states a context; questions weigh nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import catalogue, judge
from auditor.catalogue import Check
from auditor.match import Pool
from auditor.model import Answer, Dossier, Evidence, Finding
from auditor.notation import parse, parse_fact
from auditor.report.compose import compose
from auditor.vocabulary import CONTEXTS

RULES = catalogue.load()
DAY = "2026-11-22"

QUESTIONS = {"CON-07", "POLI-01", "POLI-07", "POLI-10", "POLI-11", "POLI-12"}
"""Only people or documents can answer them (legal.md 8.11, and those no rule of the research covers)."""

NAMED_BY_THE_ISSUE = {*(f"POLI-{number:02}" for number in range(1, 11)), "POL-15", "SDK-05", "CON-07"}

SCORING = {
    "practice:points-per-action": "high",
    "practice:leaderboard": "high",
    "practice:watch-time": "medium",
}
"""Practices and what they weigh in the app of a party."""

POLITICAL = re.compile(r"politic|politik|\bpart(?:y|i)\b|elect|zgjedh", re.IGNORECASE)

contexts = st.sets(st.sampled_from(sorted(CONTEXTS)))


def judged(lines: Iterable[str]) -> tuple[Dossier, tuple[Finding, ...]]:
    evidence = tuple(item for item in map(parse, lines) if isinstance(item, Evidence))
    dossier = Dossier(evidence=evidence)
    return dossier, judge.judge(dossier, RULES, DAY)


def found(lines: Iterable[str]) -> list[Finding]:
    return [one for one in judged(lines)[1] if one.answer is Answer.FOUND]


def sent(practice: str) -> str:
    return f"transmitted {practice} > app @ flow:12/response:body:json$.n (7 of 7; observed)"


def stated(words: Iterable[str]) -> list[str]:
    return [f"declared context:{word} @ case:context[{n}]" for n, word in enumerate(words)]


def of_practices() -> list[Check]:
    """Checks asked of each practice of engagement, each with the fact it is asked of."""
    return [one for one in RULES.checks.values() if one.for_each and one.in_context]


def test_every_rule_the_issue_names_has_a_check() -> None:
    assert NAMED_BY_THE_ISSUE <= {check.number for check in RULES.checks.values()}


@pytest.mark.parametrize("practice", sorted(p.id for p in RULES.practices.values() if p.recorded))
def test_every_practice_that_a_recording_shows_is_asked_about(practice: str) -> None:
    numbers = {RULES.checks[one.check].number for one in found([sent(f"practice:{practice}")])}

    assert numbers & {*NAMED_BY_THE_ISSUE - {"POL-15"}, "POLI-11", "POLI-12", "PERM-04"}


@pytest.mark.parametrize(("practice", "weight"), SCORING.items())
@pytest.mark.parametrize(
    "line", ["referenced {} @ dex:classes.dex", "declared {} @ resources:string/a", "sent"]
)
def test_weight_comes_from_the_case_alone(practice: str, weight: str, line: str) -> None:
    fact = parse_fact(practice)
    shown = sent(practice) if line == "sent" else line.format(practice)

    def severity(*context: str) -> set[str]:
        here = [one for one in found([shown, *stated(context)]) if one.fact and one.fact.what == fact.what]
        return {one.severity for one in here}

    assert {"low"} == severity() == severity("members") == severity("students")
    assert {weight} == severity("party") == severity("students", "public-employees", "party")


@given(contexts, contexts)
def test_more_context_never_weighs_less(some: set[str], more: set[str]) -> None:
    for check in of_practices():
        severity, duties = judge.in_context(check, pool(some))
        above, wider = judge.in_context(check, pool(some | more))

        assert judge.SEVERITIES.index(severity) <= judge.SEVERITIES.index(above)
        assert set(check.duties) <= set(duties) <= set(wider)


def pool(context: Iterable[str]) -> Pool:
    return Pool([item for item in map(parse, stated(context)) if isinstance(item, Evidence)], (), RULES.words)


def test_sensitive_data_is_named_only_where_the_case_states_a_context() -> None:
    lines = [sent(f"practice:{practice.id}") for practice in RULES.practices.values() if practice.recorded]

    def naming(*context: str) -> set[str]:
        here = found([*lines, *stated(context)])
        return {one.check for one in here if any(p.duty == "sensitive-data" for p in one.provisions)}

    assert set() == naming() == naming("employer")
    assert {"points-per-engagement", "named-ranking", "workplace-attribution"} <= naming("party")


def test_no_title_speaks_of_politics_unless_the_case_does() -> None:
    """POLI-01 is asked only of a party's app; voter lists are what they are."""
    excepted = {"named-account-with-party", "voter-register-data"}
    titles = {c.id: c.title for c in RULES.checks.values() if c.number.startswith("POLI") or c.in_context}

    spoken = {name for name, title in titles.items() if any(map(POLITICAL.search, title.values()))}

    assert spoken <= excepted


@pytest.mark.parametrize("number", sorted(QUESTIONS))
def test_what_no_machine_can_decide_is_a_question(number: str) -> None:
    assert {"question"} == {check.kind for check in RULES.checks.values() if check.number == number}


def test_a_question_alone_weighs_nothing() -> None:
    """It is counted as a question: in no severity, however it would weigh."""
    practices = ("unit-reports", "automatic-engagement", "several-accounts")
    lines = [*map(sent, (f"practice:{word}" for word in practices)), *stated(["party", "public-employees"])]
    dossier, findings = judged([*lines, "transmitted data:phone-number > app @ flow:3/body:json$.phone"])
    asked = [
        one for one in findings if one.answer is Answer.FOUND and RULES.checks[one.check].number in QUESTIONS
    ]
    kept = tuple(asked)

    counts = compose(dossier, kept, RULES, DAY).counts

    assert {"CON-07", "POLI-01", "POLI-07", "POLI-11", "POLI-12"} == {
        RULES.checks[o.check].number for o in asked
    }
    assert {"high"} < {one.severity for one in asked}
    assert len(asked) == counts["found question"] == counts["found"]
    assert 0 == sum(counts[f"found {name}"] for name in (*judge.SEVERITIES, "informational"))


def test_a_game_is_asked_about_nobodys_decisions() -> None:
    game = [sent("practice:points-per-action"), sent("practice:leaderboard"), *stated(["members"])]
    answers = {RULES.checks[one.check].number: one.severity for one in found(game)}

    assert not {"POLI-01", "POLI-04", "POLI-10", "CON-07"} & answers.keys()
    assert "low" == answers["POLI-02"] == answers["POLI-03"]
