"""Two tables: types of data by strength of evidence, and the libraries of third parties."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from auditor.catalogue import Catalogue, Vendor
from auditor.match import Pool, concerns, highest
from auditor.model import Fact, Level, Rung
from auditor.notation import LEVELS, level_name
from auditor.report.lines import SHOWN, line
from auditor.report.names import name
from auditor.reportmodel import DataRow, SdkRow


def matrix(pool: Pool, rules: Catalogue) -> Iterator[DataRow]:
    """A row for each type of data that any line speaks of."""
    for what in sorted({e.fact.what for e in pool.evidence if e.fact.kind == "data"}):
        mine = [e for e in pool.evidence if e.fact.kind == "data" and e.fact.what == what]
        counts = Counter(level_name(e.level) for e in mine)
        levels = {word: _state(word, level, what, counts, pool) for word, level in LEVELS.items()}
        yield DataRow(what, name(what, rules), levels, dict(counts))


def _state(word: str, level: Level, what: str, counts: Mapping[str, int], pool: Pool) -> str:
    if counts[word]:
        return "seen"
    hidden = any(g.level == level and concerns(g, Fact("data", what), pool.words) for g in pool.gaps)
    return "not read" if hidden else "not seen"


def sdks(pool: Pool, rules: Catalogue) -> Iterator[SdkRow]:
    """A row for each library that any line speaks of."""
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
            evidence=tuple(line(e) for e in lines[:SHOWN]),
        )


def _hidden(what: str, pool: Pool) -> bool:
    """Whether classes of this SDK may lie in code that was not read."""
    fact = Fact("sdk", what)
    return any(g.level is Rung.REFERENCED and concerns(g, fact, pool.words) for g in pool.gaps)
