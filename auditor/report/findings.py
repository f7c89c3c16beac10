"""Findings as the report shows them: titles, the evidence behind them, what kept them from an answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from auditor import judge
from auditor.catalogue import Catalogue
from auditor.match import Pool
from auditor.model import Answer, Evidence, Fact, Finding, Reason, Rung, Text
from auditor.notation import show_fact
from auditor.report.lines import first, line, use, uses
from auditor.report.names import UNKNOWN, readable
from auditor.reportmodel import ReportedFinding


def reported(findings: Iterable[Finding], pool: Pool, rules: Catalogue) -> Iterator[ReportedFinding]:
    """Each finding with every text a reader needs; `pool` is what was judged."""
    places = {use(group[0]): group for group in uses(e for e in pool.evidence if e.level is Rung.REFERENCED)}
    for finding in findings:
        yield _reported(finding, _behind(finding, pool, places), rules)


def _behind(finding: Finding, pool: Pool, places: Mapping[object, list[Evidence]]) -> list[Evidence]:
    """All lines, what stands in a method with the paths that lead to it."""
    if finding.answer is Answer.CLEAR:
        return []
    behind = judge.evidence_for(finding, pool)
    return list(dict.fromkeys((*behind, *(e for item in behind for e in places.get(use(item), ())))))


def _reported(finding: Finding, behind: list[Evidence], rules: Catalogue) -> ReportedFinding:
    check = rules.checks[finding.check]
    about = finding.fact or check.for_each or Fact("", "")
    fact = show_fact(finding.fact) if finding.fact else ""
    return ReportedFinding(
        id=f"{check.id}/{fact}" if fact else check.id,
        check=check.id,
        number=check.number,
        subject=check.number.partition("-")[0],
        title=told(check.title if finding.fact else _theme(check.title), about, rules),
        answer=finding.answer,
        kind=finding.kind,
        severity=finding.severity,
        confidence=finding.confidence,
        fact=fact,
        rung=finding.rung,
        why=check.why,
        limits=check.limits,
        verify=check.verify,
        remedy=check.remedy,
        cases=check.cases,
        reason=finding.reason,
        evidence=tuple(line(item) for item in first(behind)),
        evidence_total=len(behind),
        gaps=tuple(dict.fromkeys(_gaps(finding.reason))),
        provisions=finding.provisions,
        theme=told(_theme(check.title), about, rules),
        named=tuple(_named(check.title, about, rules)) if finding.fact else (),
    )


_NAMED = re.compile(r"\s*\([^()]*\{\w+\}[^()]*\)|\s*:\s*\{what\}.*$")
"""The part of a title that names the fact in question: ` ({what})`, `: {what} ...`."""


def _theme(title: Text) -> Text:
    """The title without that part."""
    return {language: _NAMED.sub("", text) for language, text in title.items()}


def told(title: Text, fact: Fact, rules: Catalogue) -> Text:
    """The title with readable names of the fact in it."""
    return {
        language: text.replace("{what}", readable(fact.what, language, rules)).replace(
            "{who}", readable(fact.who, language, rules) or UNKNOWN[language]
        )
        for language, text in title.items()
    }


def _named(title: Text, fact: Fact, rules: Catalogue) -> Iterator[Text]:
    """What that part names, in its order."""
    part = _NAMED.search(title["en"])
    for place in re.findall(r"\{(?:what|who)\}", part[0] if part else ""):
        yield told(dict.fromkeys(title, place), fact, rules)


def _gaps(reason: Reason) -> Iterator[str]:
    yield from reason.gaps
    for child in reason.children:
        yield from _gaps(child)
