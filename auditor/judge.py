"""Checks x dossier -> findings; the law in force on each fact's date.

Pure: the dossier is read, never changed, and no artifact is opened again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from auditor.catalogue import Catalogue, Check, Regime
from auditor.match import (
    CANNOT_TELL,
    SHOWN,
    YES,
    Pool,
    evidence_about,
    facts_in_question,
    highest,
    only_sent,
    saw_nothing,
)
from auditor.model import Answer, Case, Dossier, Evidence, Fact, Finding, Law, Provision, Reason, Rung
from auditor.notation import level_name, show

ALWAYS = "9999-12-31"

FEW = 2
"""From so many on, open questions about sending are asked together."""

SEVERITIES = ("low", "medium", "high")
"""From the least on."""

ANSWERS = {YES: Answer.FOUND, CANNOT_TELL: Answer.UNDETERMINED}


@dataclass(frozen=True, slots=True)
class Period:
    """Days in question, both included, and how they are known."""

    first: str
    last: str
    basis: str
    """`case`, `evidence` or `report date`."""


def judge(dossier: Dossier, rules: Catalogue, today: str) -> tuple[Finding, ...]:
    """Every stable check's answers, in catalogue order. `today` is an ISO date."""
    pool = Pool(dossier.evidence, dossier.gaps, rules.words)
    checks = sorted(rules.checks.values(), key=lambda c: (c.number, c.id))
    return tuple(
        finding
        for check in checks
        if check.status == "stable"
        for finding in ask(check, pool, dossier, rules, today)
    )


def ask(check: Check, pool: Pool, dossier: Dossier, rules: Catalogue, today: str) -> Iterator[Finding]:
    """One check: a finding per fact in question, or a single answer when there is none."""
    facts: list[Fact | None] = list(facts_in_question(check.for_each, pool)) if check.for_each else []
    held = [(fact, check.when.held_against(pool, fact)) for fact in facts]
    telling = _gathered(check, [(fact, reason) for fact, reason in held if reason.answer in ANSWERS])
    for fact, reason in telling or [(None, _of_none(check, pool, held))]:
        yield _finding(check, fact, reason, pool, dossier, rules, today)


type Answered = list[tuple[Fact | None, Reason]]
"""Facts, each with the answer about it."""


def _gathered(check: Check, telling: Answered) -> Answered:
    """What nobody knows of sending is one open question.

    A package names forty servers, or a recording has no phases: that is one answer about all of them. What
    was found keeps its own.
    """
    open_ones = [reason for _, reason in telling if reason.answer == CANNOT_TELL]
    if len(open_ones) < FEW or not only_sent(check.when):
        return telling
    open_ones.sort(key=saw_nothing)
    together = Reason(CANNOT_TELL, "any", children=tuple(open_ones[:SHOWN]))
    return [*(pair for pair in telling if pair[1].answer != CANNOT_TELL), (None, together)]


def _of_none(check: Check, pool: Pool, held: Answered) -> Reason:
    """The one answer when no fact tells: a gap may still hide a fact beside those that were seen."""
    pattern = check.for_each
    if not held or pattern is None:
        return check.when.held_against(pool, pattern)
    others = [
        e for e in pool.evidence if not (isinstance(e.level, Rung) and pool.words.covers(pattern, e.fact))
    ]
    hidden = check.when.held_against(Pool(others, pool.gaps, pool.words), pattern)
    return hidden if hidden.answer == CANNOT_TELL else held[0][1]


def _finding(
    check: Check,
    fact: Fact | None,
    reason: Reason,
    pool: Pool,
    dossier: Dossier,
    rules: Catalogue,
    today: str,
) -> Finding:
    level = highest(fact, pool) if fact else None
    only_declared = fact is not None and fact.kind == "data" and level is Rung.DECLARED
    answer = ANSWERS.get(reason.answer, Answer.CLEAR)
    about = dossier.evidence if fact is None else evidence_about(fact, pool)
    days = period(dossier.case, about, today)
    severity, duties = in_context(check, pool)
    return Finding(
        check=check.id,
        fact=fact,
        answer=answer,
        kind=check.kind,
        severity="informational" if only_declared else severity,
        confidence=check.confidence,
        reason=reason,
        provisions=() if answer is Answer.CLEAR else tuple(provisions(duties, days, dossier.case, rules)),
        rung=level_name(level) if level is not None else "",
    )


def in_context(check: Check, pool: Pool) -> tuple[str, tuple[str, ...]]:
    """Severity and duties: who runs the app and who must use it is never concluded, only stated."""
    stated = {item.fact.what for item in pool.evidence if item.fact.kind == "context"}
    here = [context for context in check.in_context if stated.intersection(context["stated"])]
    severities = [check.severity, *(context.get("severity", check.severity) for context in here)]
    duties = (*check.duties, *(duty for context in here for duty in context.get("duties", ())))
    return max(severities, key=SEVERITIES.index), tuple(dict.fromkeys(duties))


# The law in force -------------------------------------------------------------


def period(case: Case, evidence: Iterable[Evidence], today: str) -> Period:
    """The period the case states; else the dates of the evidence; else today, and the basis says which."""
    stated = case.period
    if stated.get("from"):
        return Period(stated["from"], stated.get("to") or max(today, stated["from"]), "case")
    dates = sorted(item.date for item in evidence if item.date)
    if dates:
        return Period(dates[0], dates[-1], "evidence")
    return Period(today, today, "report date")


def laws(days: Period, case: Case, rules: Catalogue) -> tuple[Law, ...]:
    """Laws that applied on some day of the period, oldest first; comparators last."""
    found = [_law(regime, days, case) for regime in rules.regimes.values() if _covers(regime, days)]
    return tuple(sorted(found, key=lambda law: (law.standing == "comparator", law.first, law.regime)))


def provisions(duties: Iterable[str], days: Period, case: Case, rules: Catalogue) -> Iterator[Provision]:
    """The provisions of each duty in each law in force in the period."""
    for law in laws(days, case, rules):
        regime = rules.regimes[law.regime]
        for duty in duties:
            yield from _of_duty(regime, duty, law)


def _of_duty(regime: Regime, duty: str, law: Law) -> Iterator[Provision]:
    rows = regime.duties.get(duty, ())
    if isinstance(rows, Mapping):
        yield Provision(regime.id, "", {}, "S", "no such duty", duty, rows["none"])
        return
    for row in rows:
        since = row.get("from", "")
        standing = "not yet applicable" if law.last < since else law.standing
        yield Provision(
            regime=regime.id,
            article=str(row["article"]),
            title=row["title"],
            confirmed=row["confirmed"],
            standing=standing,
            duty=duty,
            note=row.get("note", {}),
            since=since if law.first < since else "",
        )


def _covers(regime: Regime, days: Period) -> bool:
    return regime.valid["from"] <= days.last and days.first <= regime.valid.get("to", ALWAYS)


def _law(regime: Regime, days: Period, case: Case) -> Law:
    comparing = regime.comparator and not case.gdpr.get("link")
    return Law(
        regime=regime.id,
        name=regime.name,
        address=regime.address,
        standing="comparator" if comparing else "in force",
        first=max(regime.valid["from"], days.first),
        last=min(regime.valid.get("to", ALWAYS), days.last),
        note=regime.note,
    )


def evidence_for(finding: Finding, pool: Pool) -> list[Evidence]:
    """What stands behind a finding: all about its fact, or what its reason names."""
    if finding.fact is not None:
        return evidence_about(finding.fact, pool)
    named = set(_named(finding.reason))
    return [item for item in pool.evidence if show(item) in named]


def _named(reason: Reason) -> Iterator[str]:
    yield from reason.evidence
    for child in reason.children:
        yield from _named(child)
