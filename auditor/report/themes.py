"""Findings told together: those that differ in what they name alone, and what hides answers, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from string import ascii_lowercase
from typing import NamedTuple

from auditor.report.lines import gap_parts
from auditor.reportmodel import ReportedFinding

type Numbered = tuple[int, ReportedFinding]
"""A finding and its number in the report."""


class Theme(NamedTuple):
    """Findings of equal weight and rung whose titles differ in what they name alone."""

    title: str
    findings: tuple[Numbered, ...]

    @property
    def numbers(self) -> str:
        """`3`, or `3–15`; `3, 7` where others stand between them."""
        numbers = [number for number, _ in self.findings]
        whole = len(numbers) > 1 and numbers[-1] - numbers[0] == len(numbers) - 1
        return f"{numbers[0]}–{numbers[-1]}" if whole else ", ".join(map(str, numbers))


class Named(NamedTuple):
    """A type of data and its recipients; a server and its company; or a library alone."""

    first: str
    others: tuple[tuple[int, str], ...]
    """Each with the number of its finding; empty texts where findings name one thing."""
    sent: bool
    """Whether the first went to the others."""


def themes(numbered: Iterable[Numbered], language: str) -> list[Theme]:
    """In the order of the first finding of each."""
    found: dict[tuple[str, ...], list[Numbered]] = {}
    for number, one in numbered:
        title = one.theme.get(language) or one.title[language]
        found.setdefault((title, one.kind, one.severity, one.rung), []).append((number, one))
    return [Theme(key[0], tuple(items)) for key, items in found.items()]


def unnumbered(findings: Iterable[ReportedFinding]) -> list[Numbered]:
    """Findings without an article of their own."""
    return [(0, one) for one in findings]


def named(theme: Theme, language: str) -> list[Named]:
    """What its findings name, each first word once."""
    found: dict[str, list[tuple[int, str]]] = {}
    for number, one in theme.findings:
        words = [text[language] for text in one.named]
        if words:
            found.setdefault(words[0], []).append((number, ", ".join(words[1:])))
    first = theme.findings[0][1]
    sent = first.fact.startswith("data:") and first.rung == "transmitted"
    return [Named(word, tuple(others), sent=sent) for word, others in found.items()]


def reasons(findings: Iterable[ReportedFinding]) -> dict[str, str]:
    """Everything that kept findings from an answer, once, each with a letter; what hides most comes first."""
    counts = Counter(clause for one in findings for clause in _clauses(one))
    return {clause: _letter(n) for n, (clause, _) in enumerate(counts.most_common())}


def hidden_by(theme: Theme, letters: Mapping[str, str]) -> list[str]:
    """The letters of what hides the answers of a theme."""
    mine = {clause for _, one in theme.findings for clause in _clauses(one)}
    return [letter for clause, letter in letters.items() if clause in mine]


def _clauses(one: ReportedFinding) -> dict[str, None]:
    return dict.fromkeys(gap_parts(line)[1] for line in one.gaps)


def _letter(n: int) -> str:
    """`a` to `z`, then `aa`: as a page numbers a list by letters."""
    return (_letter(n // 26 - 1) if n >= 26 else "") + ascii_lowercase[n % 26]
