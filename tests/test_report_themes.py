"""Findings told together on the first page and in the tables; what hides answers, told once."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import report
from auditor.judge import judge
from auditor.model import Answer, Dossier, Evidence, Gap, Rung
from auditor.report.themes import _letter, named, reasons, themes
from auditor.reportmodel import Report, ReportedFinding
from tests.test_report import LANGUAGES, flat
from tests.test_report_traffic import RULES, about, of, row, sent

VENDORS = ("firebase-analytics", "facebook-app-events", "mixpanel")


def before_consent(*vendors: str) -> list[Evidence]:
    return [sent("advertising-id", who, f"{n}/body$.a", "before consent") for n, who in enumerate(vendors)]


@pytest.fixture(scope="module")
def made() -> Report:
    return of(about(timeline=[row(0, "app")]), *before_consent(*VENDORS))


def numbered(made: Report, check: str) -> list[tuple[int, ReportedFinding]]:
    found = [f for f in made.findings if f.check == check and f.answer is Answer.FOUND]
    return list(enumerate(found, start=3))


def test_findings_that_differ_in_the_recipient_are_one_theme(made: Report) -> None:
    [theme] = themes(numbered(made, "identifier-before-consent"), "en")

    assert "Identifier sent to a third party before consent" == theme.title
    assert "3–5" == theme.numbers
    [item] = named(theme, "en")
    assert ("advertising identifier", True) == (item.first, item.sent)
    assert {"Google Analytics for Firebase", "Meta App Events", "Mixpanel"} == {who for _, who in item.others}


def test_only_what_was_sent_has_an_arrow(made: Report) -> None:
    findings = [(n, replace(f, rung="reachable")) for n, f in numbered(made, "identifier-before-consent")]

    assert [False] == [item.sent for item in named(themes(findings, "en")[0], "en")]


def test_findings_of_other_weight_or_rung_stay_apart(made: Report) -> None:
    (one, first), (two, second), *_ = numbered(made, "identifier-before-consent")

    assert 2 == len(themes([(one, first), (two, replace(second, severity="low"))], "en"))
    assert 2 == len(themes([(one, first), (two, replace(second, rung="reachable"))], "en"))


def test_numbers_with_others_between_are_listed(made: Report) -> None:
    (_, first), (_, second), *_ = numbered(made, "identifier-before-consent")

    assert "2, 7" == themes([(2, first), (7, second)], "en")[0].numbers


@pytest.mark.parametrize(("language", "title"), [
    ("en", "Identifier sent to a third party before consent"),
    ("sq", "Identifikues i dërguar te një palë e tretë para pëlqimit"),
])  # fmt: skip
def test_the_first_page_names_a_title_once_with_all_recipients(
    made: Report, language: str, title: str
) -> None:
    page = report.render(made, language)
    first = flat(page[page.index('<h2 id="answer">') : page.index('<h2 id="missing">')])

    assert 1 == first.count(title)
    assert all(name in first for name in ("Google Analytics for Firebase", "Meta App Events", "Mixpanel"))
    assert 3 == len(re.findall(rf"<h4 [^>]*>.*?{title} \(", page))


def test_the_reasoning_of_a_check_stands_with_its_first_finding(made: Report) -> None:
    page = report.render(made, "en")
    articles = [a for a in page.split("<article ")[1:] if "Identifier sent to a third party" in a]
    told = next(f for f in made.findings if f.check == "identifier-before-consent").why["en"]

    assert [True, False, False] == [flat(told) in flat(article) for article in articles]
    first = re.search(r'id="finding-(\d+)"', articles[0])
    assert first
    assert all(f'href="#finding-{first[1]}"' in article for article in articles[1:])


def test_a_finding_under_other_provisions_keeps_its_own(made: Report) -> None:
    changed = [replace(f, provisions=f.provisions[:1]) if "mixpanel" in f.fact else f for f in made.findings]
    page = report.render(replace(made, findings=tuple(changed)), "en")
    articles = [a for a in page.split("<article ")[1:] if "Identifier sent to a third party" in a]

    assert 2 == sum('<dl class="reading">' in article for article in articles)


@pytest.fixture(scope="module")
def hiding() -> Report:
    gaps = (
        Gap(Rung.TRANSMITTED, "QUIC to a.example was not read"),
        Gap(Rung.DECLARED, "no package of the app was given"),
        Gap(Rung.REFERENCED, "no package of the app was given"),
        Gap(Rung.REFERENCED, "Python code was not read (x)", ("data", "practice")),
    )
    dossier = Dossier((), (), gaps)
    return report.compose(dossier, judge(dossier, RULES, "2026-11-21"), RULES, "2026-11-21")


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_hides_answers_stands_once_and_rows_name_its_letter(hiding: Report, language: str) -> None:
    page = report.render(hiding, language)
    part = page[page.index('<h3 id="undetermined">') :]
    part = part[: part.index("</section>")]
    clauses = [flat(text) for text in re.findall(r"<li>(.*?)</li>", part[: part.index("<table")], re.DOTALL)]
    rows = re.findall(r'<td class="whole">([a-z, ]*)</td></tr>', part)

    assert len(clauses) == len(set(clauses)) > 1
    assert len(rows) > len(clauses)
    used = {letter for letters in rows for letter in letters.split(", ")}
    assert {_letter(n) for n in range(len(clauses))} == used


def test_a_reason_that_hides_most_comes_first(hiding: Report) -> None:
    open_ones = [f for f in hiding.findings if f.answer is Answer.UNDETERMINED]
    counts = [sum(any(g.endswith(c) for g in f.gaps) for f in open_ones) for c in reasons(open_ones)]

    assert len(counts) == 3
    assert counts == sorted(counts, reverse=True)


@given(st.integers(0, 3000))
def test_letters_are_those_of_a_list_on_a_page(n: int) -> None:
    value = 0
    for letter in _letter(n):
        value = value * 26 + ord(letter) - ord("a") + 1

    assert n == value - 1


def test_a_report_without_themes_is_still_rendered(made: Report) -> None:
    old = [replace(f, theme={}, named=()) for f in made.findings]

    assert "Identifier sent to a third party before consent" in report.render(
        replace(made, findings=tuple(old)), "en"
    )
