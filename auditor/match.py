"""Conditions over evidence: yes, no or cannot tell, and why.

`Does` asks about the ladder, `Says` about claims; `All`, `Any` and `Not`
combine them in Kleene's three-valued logic. The evidence is never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from auditor.model import Claim, Evidence, Fact, Gap, Level, Reason, Rung
from auditor.notation import level_name, show, show_fact
from auditor.vocabulary import STATED, Vocabulary

YES, NO, CANNOT_TELL = "yes", "no", "cannot tell"

SHOWN = 20
"""Evidence lines kept in one reason; the rest stays in the appendix."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What conditions are held against."""

    evidence: Sequence[Evidence]
    gaps: Sequence[Gap]
    words: Vocabulary


@dataclass(frozen=True, slots=True)
class Does:
    """The app does it, at `rung` or above (`exactly`: at it and visibly not above)."""

    rung: Rung
    fact: Fact | None
    """None stands for `it`."""
    exactly: bool = False
    phase: str = ""

    def held_against(self, pool: Pool, it: Fact | None) -> Reason:
        """The answer for one fact."""
        fact = self.fact or it
        said = _said(("exactly " if self.exactly else "") + level_name(self.rung), self.phase, fact)
        about = [e for e in _about(pool, fact) if _rung(e)]
        seen = [e for e in about if e.phase == self.phase or not self.phase]
        if self.exactly:
            return self._exactly(pool, fact, seen, said)
        undated = [e for e in about if self.phase and not e.phase and self._includes(e, pool.words)]
        told = [e for e in seen if self._includes(e, pool.words)]
        return _decide(said, told, _gaps(pool, self.rung, fact), undated)

    def _includes(self, item: Evidence, words: Vocabulary) -> bool:
        """At the rung or above; but a call in the code does not ask for the permission it would need.

        Libraries carry calls that an app never asked to be allowed, so for data `declared` takes the
        manifest's word, or what was seen running; of what people type in, its sending does not count either.
        """
        asks = self.rung is Rung.DECLARED and item.fact.kind == "data"
        typed = item.level is Rung.TRANSMITTED and item.fact.what in words.typed
        without = asks and (typed or item.level in (Rung.REFERENCED, Rung.REACHABLE))
        return _rung(item) >= self.rung and not without

    def _exactly(self, pool: Pool, fact: Fact | None, seen: list[Evidence], said: str) -> Reason:
        above = [e for e in seen if _rung(e) > self.rung]
        here = [e for e in seen if _rung(e) == self.rung]
        if above or not here:
            return _decide(said, [], [] if above else _gaps(pool, self.rung, fact))
        hidden = _gaps(pool, Rung(min(self.rung + 1, Rung.TRANSMITTED)), fact)
        return _reason(CANNOT_TELL if hidden else YES, said, here, hidden)


@dataclass(frozen=True, slots=True)
class Says:
    """The controller says it, by this name or a wider one."""

    claim: Claim
    fact: Fact | None

    def held_against(self, pool: Pool, it: Fact | None) -> Reason:
        """A policy that names `identifier` discloses `advertising-id`."""
        fact = self.fact or it
        said = [e for e in pool.evidence if e.level == self.claim]
        seen = [e for e in said if self._meets(pool.words, e.fact, it)]
        return _decide(_said(self.claim.value, "", fact), seen, _gaps(pool, self.claim, fact))

    def _meets(self, words: Vocabulary, said: Fact, it: Fact | None) -> bool:
        if self.fact:
            return words.covers(self.fact, said) or words.covers(said, self.fact)
        return it is not None and words.covers(said, it)


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; one no is a no."""

    parts: tuple[Condition, ...]

    def held_against(self, pool: Pool, it: Fact | None) -> Reason:
        """Kleene's and."""
        return _combine("all", self.parts, pool, it, decisive=NO, otherwise=YES)


@dataclass(frozen=True, slots=True)
class Any:
    """Some part holds; one yes is a yes."""

    parts: tuple[Condition, ...]

    def held_against(self, pool: Pool, it: Fact | None) -> Reason:
        """Kleene's or."""
        return _combine("any", self.parts, pool, it, decisive=YES, otherwise=NO)


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold; cannot tell stays cannot tell."""

    part: Condition

    def held_against(self, pool: Pool, it: Fact | None) -> Reason:
        """Yes and no change places."""
        child = self.part.held_against(pool, it)
        turned = {YES: NO, NO: YES, CANNOT_TELL: CANNOT_TELL}[child.answer]
        return Reason(turned, "not", children=(child,))


type Condition = Does | Says | All | Any | Not


def only_sent(condition: Condition) -> bool:
    """Whether it asks for nothing but what was seen on the wire."""
    if isinstance(condition, (All, Any)):
        return all(map(only_sent, condition.parts))
    if isinstance(condition, Not):
        return only_sent(condition.part)
    return isinstance(condition, Does) and condition.rung is Rung.TRANSMITTED


def saw_nothing(reason: Reason) -> bool:
    """Whether only gaps speak in it."""
    return not reason.evidence and all(map(saw_nothing, reason.children))


def facts_in_question(pattern: Fact, pool: Pool) -> list[Fact]:
    """Each fact that `for each` makes into `it`: per recipient only when the pattern names one."""
    found = {e.fact for e in pool.evidence if pool.words.covers(pattern, e.fact)}
    if not pattern.who:
        found = {Fact(f.kind, f.what) for f in found}
    return sorted(found)


def highest(fact: Fact, pool: Pool) -> Level | None:
    """The highest rung on which the app was seen doing it; else a claim; else None."""
    levels = [e.level for e in _about(pool, fact)]
    rungs = [level for level in levels if isinstance(level, Rung)]
    return max(rungs) if rungs else next(iter(levels), None)


def evidence_about(fact: Fact, pool: Pool) -> list[Evidence]:
    """Every line whose fact the given one covers."""
    return list(_about(pool, fact))


def _rung(item: Evidence) -> int:
    """The rung as a number; 0 for what the controller says."""
    return int(item.level) if isinstance(item.level, Rung) else 0


def _about(pool: Pool, fact: Fact | None) -> Iterable[Evidence]:
    return (e for e in pool.evidence if fact is not None and pool.words.covers(fact, e.fact))


def _gaps(pool: Pool, level: Level, fact: Fact | None) -> list[Gap]:
    """Gaps that may hide the fact there. Code that was not read also hides what leads to it."""
    levels = {level, Rung.REFERENCED} if level == Rung.REACHABLE else {level}
    return [g for g in pool.gaps if g.level in levels and concerns(g, fact, pool.words)]


def concerns(gap: Gap, fact: Fact | None, words: Vocabulary) -> bool:
    """Whether the gap may hide the fact, or some narrower or wider one."""
    if not gap.concerns:
        return fact is None or fact.kind != "context" or fact.what not in STATED
    return fact is None or any(_named(c, fact, words) for c in gap.concerns)


def _named(concern: str, fact: Fact, words: Vocabulary) -> bool:
    kind, _, what = concern.partition(":")
    if not what:
        return kind in (fact.kind, fact.what) or kind in words.up(fact.who)
    wide = Fact(kind, what)
    return words.covers(wide, Fact(fact.kind, fact.what)) or words.covers(Fact(fact.kind, fact.what), wide)


def _decide(
    said: str, seen: Sequence[Evidence], gaps: Sequence[Gap], undated: Sequence[Evidence] = ()
) -> Reason:
    """`undated`: it was seen, but nobody knows in which phase."""
    if seen:
        return _reason(YES, said, seen, ())
    return _reason(CANNOT_TELL if gaps or undated else NO, said, undated, gaps)


def _reason(answer: str, said: str, seen: Sequence[Evidence], gaps: Sequence[Gap]) -> Reason:
    return Reason(answer, said, tuple(show(e) for e in seen[:SHOWN]), tuple(show(g) for g in gaps[:SHOWN]))


def _combine(
    word: str, parts: Sequence[Condition], pool: Pool, it: Fact | None, *, decisive: str, otherwise: str
) -> Reason:
    children = tuple(part.held_against(pool, it) for part in parts)
    answers = {child.answer for child in children}
    left = CANNOT_TELL if CANNOT_TELL in answers else otherwise
    return Reason(decisive if decisive in answers else left, word, children=children)


def _said(word: str, phase: str, fact: Fact | None) -> str:
    return " ".join(filter(None, (word, phase))) + ": " + (show_fact(fact) if fact else "it")
