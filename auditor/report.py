"""Findings -> report-v1 -> a template. Templates see the report and nothing else."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from auditor import __version__, cache, judge
from auditor.catalogue import Catalogue, Check, Vendor, shipped
from auditor.forms import LANGUAGES
from auditor.match import Pool, concerns, highest
from auditor.model import (
    Answer,
    Case,
    Claim,
    DataRow,
    Dossier,
    Evidence,
    Fact,
    Finding,
    Gap,
    Level,
    LookedAt,
    Reason,
    Report,
    ReportedEvidence,
    ReportedFinding,
    Rung,
    SdkRow,
    Text,
)
from auditor.notation import LEVELS, level_name, parse, show, show_fact

SHOWN = 25
"""Evidence lines printed with one finding; all of them stand in the appendix."""

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
        findings=tuple(_finding(f, pool, rules) for f in findings),
        matrix=tuple(_matrix(pool, rules)),
        sdks=tuple(_sdks(pool, rules)),
        evidence=tuple(_line(e) for e in dossier.evidence),
        gaps=tuple(show(g) for g in dossier.gaps),
    )


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


def _finding(finding: Finding, pool: Pool, rules: Catalogue) -> ReportedFinding:
    check = rules.checks[finding.check]
    behind = judge.evidence_for(finding, pool) if finding.answer is not Answer.CLEAR else []
    fact = show_fact(finding.fact) if finding.fact else ""
    return ReportedFinding(
        id=f"{check.id}/{fact}" if fact else check.id,
        check=check.id,
        number=check.number,
        subject=check.number.partition("-")[0],
        title=_title(check, finding.fact, rules),
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
        evidence=tuple(_line(item) for item in _strongest(behind)),
        evidence_total=len(behind),
        gaps=tuple(dict.fromkeys(_gaps(finding.reason))),
        provisions=finding.provisions,
    )


def _strongest(items: list[Evidence]) -> list[Evidence]:
    """The lines to print with a finding: highest rung first, claims last."""
    return sorted(items, key=lambda e: -int(e.level) if isinstance(e.level, Rung) else 0)[:SHOWN]


_NAMED = re.compile(r"\s*\([^()]*\{\w+\}[^()]*\)|\s*:\s*\{what\}.*$")
"""The part of a title that names the fact in question: ` ({what})`, `: {what} ...`."""


def _title(check: Check, fact: Fact | None, rules: Catalogue) -> dict[str, str]:
    """With no fact in question, the title without the part that would name it."""
    about = fact or check.for_each or Fact("", "")
    return {
        language: (check.title[language] if fact else _NAMED.sub("", check.title[language]))
        .replace("{what}", readable(about.what, language, rules))
        .replace("{who}", readable(about.who, language, rules))
        for language in LANGUAGES
    }


def readable(word: str, language: str, rules: Catalogue) -> str:
    """The name of a data type, practice or vendor; another word as it stands."""
    if word in rules.vendors:
        return rules.vendors[word].name
    named = rules.data.get(word) or rules.practices.get(word)
    return named.name[language] if named else word


def _gaps(reason: Reason) -> Iterator[str]:
    yield from reason.gaps
    for child in reason.children:
        yield from _gaps(child)


def _line(item: Evidence) -> ReportedEvidence:
    return ReportedEvidence(show(item), item.where, item.by, item.date)


def _matrix(pool: Pool, rules: Catalogue) -> Iterator[DataRow]:
    for what in sorted({e.fact.what for e in pool.evidence if e.fact.kind == "data"}):
        mine = [e for e in pool.evidence if e.fact.kind == "data" and e.fact.what == what]
        counts = Counter(level_name(e.level) for e in mine)
        levels = {name: _state(name, level, what, counts, pool) for name, level in LEVELS.items()}
        yield DataRow(what, _name(what, rules), levels, dict(counts))


def _state(name: str, level: Level, what: str, counts: Mapping[str, int], pool: Pool) -> str:
    if counts[name]:
        return "seen"
    hidden = any(g.level == level and concerns(g, Fact("data", what), pool.words) for g in pool.gaps)
    return "not read" if hidden else "not seen"


def _name(what: str, rules: Catalogue) -> Text:
    return {language: readable(what, language, rules) for language in LANGUAGES}


def _sdks(pool: Pool, rules: Catalogue) -> Iterator[SdkRow]:
    for what in sorted({e.fact.what for e in pool.evidence if e.fact.kind == "sdk"}):
        vendor = rules.vendors.get(what) or Vendor(what, what)  # gathered with other rules than these
        level = highest(Fact("sdk", what), pool)
        lines = [e for e in pool.evidence if e.fact == Fact("sdk", what)]
        yield SdkRow(
            id=what,
            name=vendor.name,
            company=vendor.company,
            seat=vendor.seat,
            roles=vendor.roles,
            tracker="tracker" in rules.words.up(what),
            rung=level_name(level) if level is not None else "",
            ghost=level is Rung.DECLARED and not _hidden(what, pool),
            evidence=tuple(_line(e) for e in lines[:SHOWN]),
        )


def _hidden(what: str, pool: Pool) -> bool:
    """Whether classes of this SDK may lie in code that was not read."""
    fact = Fact("sdk", what)
    return any(g.level is Rung.REFERENCED and concerns(g, fact, pool.words) for g in pool.gaps)


# Rendering --------------------------------------------------------------------


class StrangeReport(ValueError):
    """A report with words that no report-v1 has; one sentence."""


def render(report: Report, language: str) -> str:
    """The report as one HTML page that loads nothing. Raises StrangeReport."""
    import jinja2

    loader = jinja2.FileSystemLoader(shipped("templates"))
    settings = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]  # they are compiled in
    compiled = cache.folder(f"templates-{settings}")
    environment = jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
        bytecode_cache=jinja2.FileSystemBytecodeCache(str(compiled)) if compiled else None,
    )
    environment.filters |= {"visible": visible, "quoted": quoted, "said": said}
    environment.filters |= {"repeat": repeat, "concerns": _level_and_clause}
    template = environment.get_template(f"{language}/report.html")
    try:
        return template.render(r=report, lang=language, claims=list(Claim)) + "\n"
    except (jinja2.UndefinedError, TypeError, ValueError) as error:  # somebody else's report.json
        raise StrangeReport(f"the report holds a word that no {report.format} has: {error}") from error


def _shown(value: Any) -> Any:
    """Every text a template prints passes here; markup stays markup."""
    return type(value)(visible(value)) if isinstance(value, str) else value


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def visible(text: Any) -> str:
    """Control and direction-changing characters as escapes, so that hostile text shows what it is."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", str(text))


def quoted(text: str) -> str:
    """One word for a shell, on one line whatever the app calls its parts."""
    return shlex.quote("".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text))


def said(text: str, phrases: Mapping[str, str]) -> str:
    """A sentence of the tool in the words of `phrases`, where `{}` is any text; else as it stands."""
    for known, told in phrases.items():
        if found := re.fullmatch(re.escape(known).replace(r"\{\}", "(.*)"), text, re.DOTALL):
            return told.format(*found.groups())
    return text


def repeat(where: str) -> str:
    """Which of the template's recipes shows this place again: the part before the colon."""
    return where.partition(":")[0]


def _level_and_clause(line: str) -> tuple[str, str]:
    """A gap line as level and clause."""
    item = parse(line)
    return (level_name(item.level), item.why) if isinstance(item, Gap) else ("", line)
