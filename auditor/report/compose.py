"""Dossier and findings -> report-v1."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from auditor import __version__, judge
from auditor.catalogue import Catalogue
from auditor.match import Pool
from auditor.model import Answer, Case, Dossier, Finding, Json, Level
from auditor.notation import LEVELS, level_name, show
from auditor.recordedmodel import Recorded
from auditor.report import loose
from auditor.report.findings import reported
from auditor.report.flows import flows
from auditor.report.inventory import matrix, sdks
from auditor.report.lines import line
from auditor.report.names import names_of
from auditor.report.owncode import hosts, passed, permissions
from auditor.report.profile import profile
from auditor.report.recorded import recorded, words_of
from auditor.reportmodel import LookedAt, Report

ASKED = {
    "app": ("name", "package", "version"),
    "controller": ("name", "kind", "address", "contact"),
    "store": ("address", "seen"),
    "period": ("from",),
    "acquired": ("by", "when", "how"),
}
"""What a complete case states."""


def compose(dossier: Dossier, findings: tuple[Finding, ...], rules: Catalogue, today: str) -> Report:
    """Everything a reader needs, in every language, and nothing that was not gathered or judged."""
    pool = Pool(dossier.evidence, dossier.gaps, rules.words)
    days = judge.period(dossier.case, dossier.evidence, today)
    about = next((item.about for item in dossier.artifacts if "package" in item.about), {})
    heard = tuple(recorded(dossier.artifacts, rules))
    names = names_of(_words(dossier, about, heard), rules)
    return Report(
        format="report-v1",
        tool={"auditor": __version__, "rules": rules.digest, **_gathered_with(dossier)},
        date=today,
        case=dossier.case,
        asked=tuple(_asked(dossier.case)),
        artifacts=dossier.artifacts,
        looked_at=tuple(_looked_at(level, dossier) for level in LEVELS.values()),
        period={"first": days.first, "last": days.last, "basis": days.basis},
        laws=judge.laws(days, dossier.case, rules),
        counts=_counts(findings),
        findings=tuple(reported(findings, pool, rules)),
        matrix=tuple(matrix(pool, rules)),
        sdks=tuple(sdks(pool, rules)),
        evidence=tuple(line(e) for e in dossier.evidence),
        gaps=tuple(show(g) for g in dossier.gaps),
        names=names,
        permissions=tuple(permissions(about, pool, rules)),
        passed=tuple(passed(about, rules)),
        hosts=tuple(hosts(dossier.evidence)),
        flows=tuple(flows(dossier.evidence, rules, names)),
        recorded=heard,
        profile=profile(dossier, rules),
    )


def _words(dossier: Dossier, about: Mapping[str, Json], heard: Iterable[Recorded]) -> set[str]:
    """Every word that may need a readable name."""
    facts = {word for item in dossier.evidence for word in (item.fact.what, item.fact.who)}
    constants = {str(row.get("who") or "") for row in loose.rows(about.get("constants"))}
    return facts | constants | {word for one in heard for word in words_of(one)}


def _gathered_with(dossier: Dossier) -> dict[str, str]:
    return {f"gathered with {key}": value for key, value in dossier.tool.items()}


def _asked(case: Case) -> Iterator[str]:
    for part, keys in ASKED.items():
        yield from (f"{part}.{key}" for key in keys if not getattr(case, part).get(key))
    yield from (name for name in ("languages", "context") if not getattr(case, name))


def _looked_at(level: Level, dossier: Dossier) -> LookedAt:
    gaps = [g for g in dossier.gaps if g.level == level]
    whole = any(not g.concerns for g in gaps)
    seen = any(e.level == level for e in dossier.evidence)
    state = "read" if not gaps else "not read" if whole and not seen else "partly"
    return LookedAt(level_name(level), state, tuple(g.why for g in gaps))


def _counts(findings: tuple[Finding, ...]) -> dict[str, int]:
    answers = Counter(f.answer.value for f in findings)
    severities = Counter(f.severity for f in findings if f.answer is Answer.FOUND and f.kind != "question")
    questions = sum(1 for f in findings if f.answer is Answer.FOUND and f.kind == "question")
    found = {f"found {name}": severities[name] for name in ("high", "medium", "low", "informational")}
    return {answer.value: answers[answer.value] for answer in Answer} | found | {"found question": questions}
