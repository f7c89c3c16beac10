"""Findings -> report-v1 -> a template. Templates see the report and nothing else."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from auditor import __version__, cache, judge, loose
from auditor.catalogue import Catalogue, Check, Vendor, shipped
from auditor.flowmap import flow_map
from auditor.flows import flows
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
    HostRow,
    Json,
    Level,
    LookedAt,
    PassedKind,
    PassedRow,
    PermissionRow,
    Place,
    Reason,
    Recorded,
    Report,
    ReportedEvidence,
    ReportedFinding,
    Rung,
    SdkRow,
    Text,
)
from auditor.notation import LEVELS, NotationError, level_name, parse, show, show_fact
from auditor.places import dotted, pieces, spot, stations_of, ways
from auditor.recorded import recorded, words_of
from auditor.stages import stages
from auditor.timeline import clock, time_line

SHOWN = 25
"""Evidence lines printed with one finding; all of them stand in the appendix."""

MOST_VALUES = 20
"""Constants of one kind that are printed; the rest is counted."""

MOST_PLACES = 3
"""Places of one constant, or of one question for a permission."""

APP = "app"
OWN: Text = {"en": "the app's own code", "sq": "kodi i vetë aplikacionit"}
UNKNOWN: Text = {"en": "unknown", "sq": "i panjohur"}

SENT = (
    "increment event-name screen-name user-property field-name document-path server-function topic "
    "login-scope graph-path address field-read remote-setting"
).split()
"""Kinds of constants by what they tell of people; kinds not named here follow."""

TECHNICAL = "class-loaded library-loaded member-by-name checked-permission shared-preference launched".split()
"""Kinds that tell how the code is put together, rather than what it sends, keeps or asks for."""

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
    places = {
        _use(group[0]): group for group in _uses(e for e in pool.evidence if e.level is Rung.REFERENCED)
    }
    heard = tuple(recorded(dossier.artifacts, rules))
    names = _names(dossier.evidence, about, heard, rules)
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
        findings=tuple(_finding(f, pool, rules, places) for f in findings),
        matrix=tuple(_matrix(pool, rules)),
        sdks=tuple(_sdks(pool, rules)),
        evidence=tuple(_line(e) for e in dossier.evidence),
        gaps=tuple(show(g) for g in dossier.gaps),
        names=names,
        permissions=tuple(_permissions(about, pool, rules)),
        passed=tuple(_passed(about, rules)),
        hosts=tuple(_hosts(dossier.evidence)),
        flows=tuple(flows(dossier.evidence, rules, names)),
        recorded=heard,
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


def _finding(
    finding: Finding, pool: Pool, rules: Catalogue, places: Mapping[object, list[Evidence]]
) -> ReportedFinding:
    check = rules.checks[finding.check]
    behind = judge.evidence_for(finding, pool) if finding.answer is not Answer.CLEAR else []
    behind = list(dict.fromkeys((*behind, *(e for item in behind for e in places.get(_use(item), ())))))
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
        evidence=tuple(_line(item) for item in _first(behind)),
        evidence_total=len(behind),
        gaps=tuple(dict.fromkeys(_gaps(finding.reason))),
        provisions=finding.provisions,
    )


def _first(items: list[Evidence]) -> list[Evidence]:
    """The lines to print with a finding: of every rung the first, then the strongest, the app's own before.

    The path to a call stands behind the place of the call.
    """
    groups = sorted(_uses(items), key=lambda group: (-_height(group), group[0].fact.who != APP))
    best = {_height(group): group for group in reversed(groups)}
    heads = [best[height] for height in sorted(best, reverse=True)]
    rest = [group for group in groups if group not in heads]
    return [item for group in (*heads, *rest) for item in group][:SHOWN]


def _uses(items: Iterable[Evidence]) -> list[list[Evidence]]:
    """Lines that speak of what one method does: the places in it, then how it is reached."""
    groups: dict[object, list[Evidence]] = {}
    for item in items:
        groups.setdefault(_use(item), []).append(item)
    return [sorted(group, key=lambda e: e.level is Rung.REACHABLE) for group in groups.values()]


def _use(item: Evidence) -> object:
    place = spot(item.where)
    if item.level is Rung.REACHABLE and (stations := stations_of(item.where))[1:]:
        return item.fact, item.phase, stations[-2]
    if item.level is Rung.REFERENCED and place.unit:
        return item.fact, item.phase, f"{dotted(place.owner)}.{place.member}"
    return show(item)


def _height(group: list[Evidence]) -> int:
    """The highest rung of a group; what the controller says comes last."""
    return max(int(e.level) if isinstance(e.level, Rung) else 0 for e in group)


_NAMED = re.compile(r"\s*\([^()]*\{\w+\}[^()]*\)|\s*:\s*\{what\}.*$")
"""The part of a title that names the fact in question: ` ({what})`, `: {what} ...`."""


def _title(check: Check, fact: Fact | None, rules: Catalogue) -> dict[str, str]:
    """With no fact in question, the title without the part that would name it."""
    about = fact or check.for_each or Fact("", "")
    return {
        language: (check.title[language] if fact else _NAMED.sub("", check.title[language]))
        .replace("{what}", readable(about.what, language, rules))
        .replace("{who}", readable(about.who, language, rules) or UNKNOWN[language])
        for language in LANGUAGES
    }


def readable(word: str, language: str, rules: Catalogue) -> str:
    """The name of a data type, practice or vendor, or the app's own code; another word as it stands."""
    if word == APP:
        return OWN[language]
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
            packaged=any(isinstance(e.level, Rung) and e.level <= Rung.REACHABLE for e in lines),
            evidence=tuple(_line(e) for e in lines[:SHOWN]),
        )


def _hidden(what: str, pool: Pool) -> bool:
    """Whether classes of this SDK may lie in code that was not read."""
    fact = Fact("sdk", what)
    return any(g.level is Rung.REFERENCED and concerns(g, fact, pool.words) for g in pool.gaps)


# What the code does -----------------------------------------------------------

# `about` may come from somebody else's dossier: what has another form than ours is passed over.


def _place(row: Mapping[str, Json]) -> Place:
    return Place(*(str(row.get(key) or "") for key in ("where", "who", "path")))


def _distinct(places: Iterable[Place]) -> list[Place]:
    """Each place once, whatever is said to stand there; first those that something leads to."""
    found: dict[str, Place] = {}
    for place in sorted(places, key=lambda p: (not p.path, p.who != APP)):
        found.setdefault(spot(place.where).where, place)
    return list(found.values())


def _names(
    evidence: Iterable[Evidence], about: Mapping[str, Json], heard: Iterable[Recorded], rules: Catalogue
) -> dict[str, Text]:
    words = {word for item in evidence for word in (item.fact.what, item.fact.who)}
    words |= {word for one in heard for word in words_of(one)}
    words |= {_place(row).who for row in loose.rows(about.get("constants"))}
    return {word: name for word in sorted(words) if set((name := _name(word, rules)).values()) != {word}}


def _permissions(about: Mapping[str, Json], pool: Pool, rules: Catalogue) -> Iterator[PermissionRow]:
    """What the code does about each permission of which anything can be said."""
    asked = about.get("asked")
    asked = asked if isinstance(asked, Mapping) else {}
    levels = {str(row.get("name")): row.get("level") for row in loose.rows(about.get("permissions"))}
    for name in dict.fromkeys((*levels, *asked)):
        places = _distinct(map(_place, loose.rows(asked.get(name))))
        dangerous = levels.get(name) == "dangerous" and about.get("code")
        calls, gaps = _calls(name, pool, rules) if dangerous else ("", ())
        if places or calls:
            yield PermissionRow(name, tuple(places[:MOST_PLACES]), len(places), calls, gaps)


def _calls(permission: str, pool: Pool, rules: Catalogue) -> tuple[str, tuple[str, ...]]:
    """Whether the code holds a call that needs the permission, and what limits a no."""
    kinds = [k for k in rules.data.values() if any(row["permission"] == permission for row in k.declared)]
    facts = [Fact("data", kind.id) for kind in kinds]
    done = [e for e in pool.evidence if isinstance(e.level, Rung) and e.level is not Rung.DECLARED]
    if not kinds or any(pool.words.covers(fact, e.fact) for fact in facts for e in done):
        return "found" if kinds else "", ()
    hidden = [g for g in pool.gaps if g.level is Rung.REFERENCED]
    gaps = dict.fromkeys(g.why for g in hidden if any(concerns(g, fact, pool.words) for fact in facts))
    looked = any(kind.called or kind.content or kind.called_with for kind in kinds)
    return "not found" if looked else "none needed", tuple(gaps)


def _passed(about: Mapping[str, Json], rules: Catalogue) -> Iterator[PassedKind]:
    """Constants by kind and value; permissions that are asked for stand with the permissions."""
    kinds: dict[str, dict[str, list[Place]]] = {}
    for row in loose.rows(about.get("constants")):
        kind, value = str(row.get("kind")), str(row.get("value"))
        if kind != "asked-permission":
            kinds.setdefault(kind, {}).setdefault(value, []).append(_place(row))
    for kind in sorted(kinds, key=_importance):
        rule = rules.arguments.get(kind)
        name = rule.name if rule else dict.fromkeys(LANGUAGES, kind)
        rows = _together(kinds[kind])[:MOST_VALUES]
        shown = sum(len(row.values) for row in rows)
        yield PassedKind(kind, name, kind in TECHNICAL, tuple(rows), shown, len(kinds[kind]))


def _together(found: Mapping[str, list[Place]]) -> list[PassedRow]:
    """One row for values that are passed at the same places; first what something leads to."""
    rows: dict[tuple[str, ...], tuple[list[str], list[Place]]] = {}
    for value in sorted(found, key=_by_size):
        places = _distinct(found[value])
        rows.setdefault(tuple(place.where for place in places), ([], places))[0].append(value)
    ordered = sorted(rows.values(), key=lambda row: (not row[1][0].path, row[1][0].who != APP))
    return [PassedRow(tuple(v[:MOST_VALUES]), tuple(p[:MOST_PLACES]), len(p)) for v, p in ordered]


def _importance(kind: str) -> tuple[int, str]:
    return (SENT.index(kind) if kind in SENT else len(SENT) + (kind in TECHNICAL)), kind


def _by_size(value: str) -> tuple[int, str]:
    return (int(value) if re.fullmatch(r"-?[0-9]{1,18}", value) else 0), value


def _hosts(evidence: Iterable[Evidence]) -> Iterator[HostRow]:
    """Servers by whose code names them: first the app's own, then known vendors', then the rest."""
    groups: dict[tuple[str, str], list[Evidence]] = {}
    for item in evidence:
        named = isinstance(item.level, Rung) and item.level <= Rung.REACHABLE
        if item.fact.kind == "contact" and named:
            groups.setdefault((item.fact.what, item.fact.who), []).append(item)
    for host, who in sorted(groups, key=lambda key: (key[1] != APP, not key[1], key[1], *_domain(key[0]))):
        items = groups[host, who]
        spots = [spot(item.where) for item in items]
        more = sum(int(count) for place in spots for note, count in place.notes if note == "more")
        ends = list(dict.fromkeys(place.told.partition(host)[2] for place in spots))
        endpoints = [
            end for end in ends if end != "/" and not any(o.startswith(end) for o in ends if o != end)
        ]
        yield HostRow(host, who, tuple(endpoints[:MOST_PLACES]), _line(items[0]), len(items) + more)


def _domain(host: str) -> list[str]:
    return host.split(".")[::-1]


# Evidence of a finding --------------------------------------------------------


def sought(item: ReportedEvidence) -> str:
    """An extended regular expression for the text at a place, in ASCII; empty when none can be told."""
    place, line = spot(item.where), _parsed(item.line)
    if line and line.fact.kind == "contact" and re.fullmatch(r"(?!.*xn--)[a-z0-9._-]+", line.fact.what):
        return _escaped(line.fact.what)
    if masked := re.search(r"\.\.\.(\w{4}), SHA-256", place.told):
        return _escaped(masked[1])
    return _escaped(max(re.findall(r"[ -~]+", place.told), key=len, default="")[:60])


def _escaped(text: str) -> str:
    return re.sub(r"([][.^$*+?(){}|\\])", r"\\\1", text)


def _parsed(line: str) -> Evidence | None:
    """A line of evidence; None for one of somebody else's that is none."""
    try:
        item = parse(line)
    except NotationError:
        return None
    return item if isinstance(item, Evidence) else None


class Entry(NamedTuple):
    """Lines of evidence about what one method does, or any one other line, as a finding shows them."""

    level: str
    what: str
    who: str
    kind: str
    places: tuple[ReportedEvidence, ...]
    paths: tuple[ReportedEvidence, ...]


def entries(items: Iterable[ReportedEvidence]) -> list[Entry]:
    """Evidence of a finding, what leads to a method with the places in it."""
    read = [(item, _parsed(item.line)) for item in items]
    lines = {show(line): item for item, line in read if line}
    found = [_entry(group, lines) for group in _uses(line for _, line in read if line)]
    return [*found, *(Entry("", "", "", "", (item,), ()) for item, line in read if not line)]


def _entry(group: list[Evidence], lines: Mapping[str, ReportedEvidence]) -> Entry:
    fact, level = group[-1].fact, level_name(group[-1].level)
    paths = [line for line in group if line.level is Rung.REACHABLE and " -> " in line.where]
    places = [line for line in group if line not in paths]
    found, ways = ([lines[show(line)] for line in part] for part in (places, paths))
    return Entry(level, fact.what, fact.who, fact.kind, tuple(found), tuple(ways))


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
    environment.filters |= {"repeat": repeat, "concerns": _level_and_clause, "spot": spot, "pieces": pieces}
    environment.filters |= {"ways": ways, "entries": entries, "sought": sought, "dotted": dotted}
    environment.filters |= {"flow_map": flow_map, "time_line": time_line, "clock": clock, "stages": stages}
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
    """A sentence of the tool in the words of `phrases`, where `{}` is any text; else as it stands.

    What stands for `{}` may be such a sentence again: `x.dex could not be read whole: string 3 does not end`.
    """
    for known, told in phrases.items():
        if found := re.fullmatch(re.escape(known).replace(r"\{\}", "(.*)"), text, re.DOTALL):
            return told.format(*(said(group, phrases) for group in found.groups()))
    return text


def repeat(where: str) -> str:
    """Which of the template's recipes shows this place again: the part before the colon."""
    return where.partition(":")[0]


def _level_and_clause(line: str) -> tuple[str, str]:
    """A gap line as level and clause."""
    item = parse(line)
    return (level_name(item.level), item.why) if isinstance(item, Gap) else ("", line)
