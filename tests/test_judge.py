"""Checks x dossier: the answer, and the law in force on the day."""

import pytest

from auditor import catalogue, judge
from auditor.match import Pool
from auditor.model import Answer, Case, Dossier, Evidence, Fact, Gap, Rung
from auditor.notation import parse, show_fact

RULES = catalogue.load()


def dossier(date: str = "", **case: object) -> Dossier:
    evidence = Evidence(Fact("data", "sms"), Rung.DECLARED, "manifest:uses-permission[0]", date=date)
    return Dossier(evidence=(evidence,), case=Case(**case))  # type: ignore[arg-type]


def laws(given: Dossier, today: str = "2026-11-21") -> list[tuple[str, str, str, str]]:
    found = judge.laws(judge.period(given.case, given.evidence, today), given.case, RULES)
    return [(law.regime, law.standing, law.first, law.last) for law in found]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2023-02-14", ["al-9887-2008"]),
        ("2025-01-30", ["al-9887-2008"]),
        ("2025-01-31", ["al-124-2024", "al-9887-2008"]),
        ("2025-02-01", ["al-124-2024", "al-9887-2008"]),
        ("2025-02-02", ["al-124-2024"]),
        ("2026-11-21", ["al-124-2024"]),
    ],
)
def test_the_law_is_chosen_by_the_day_of_the_fact(day: str, expected: list[str]) -> None:
    """legal.md 3.3; on the two days on which sources conflict, both laws are shown."""
    assert expected == sorted(law for law, standing, *_ in laws(dossier(day)) if standing == "in force")


def test_a_period_over_two_laws_shows_both_with_their_days() -> None:
    given = dossier(period={"from": "2022-04-09", "to": "2026-11-20"})

    expected = [
        ("al-9887-2008", "in force", "2022-04-09", "2025-02-01"),
        ("al-124-2024", "in force", "2025-01-31", "2026-11-20"),
        ("gdpr", "comparator", "2022-04-09", "2026-11-20"),
    ]
    assert expected == laws(given)


def test_gdpr_is_a_comparator_until_the_case_states_a_link() -> None:
    linked = dossier("2026-01-01", gdpr={"link": "3(2)(a)", "why": "diaspora edition"})

    assert ("gdpr", "comparator", "2026-01-01", "2026-01-01") in laws(dossier("2026-01-01"))
    assert ("gdpr", "in force", "2026-01-01", "2026-01-01") in laws(linked)


@pytest.mark.parametrize(
    ("given", "basis"),
    [
        (dossier(period={"from": "2022-04-09"}), "case"),
        (dossier("2024-01-01"), "evidence"),
        (dossier(), "report date"),
    ],
)
def test_it_is_said_how_the_period_is_known(given: Dossier, basis: str) -> None:
    assert basis == judge.period(given.case, given.evidence, "2026-11-21").basis


@pytest.mark.parametrize(
    ("day", "standing"),
    [
        ("2026-11-21", "not yet applicable"),
        ("2027-01-16", "not yet applicable"),
        ("2027-01-17", "in force"),
    ],
)
def test_the_impact_assessment_is_not_due_before_its_day(day: str, standing: str) -> None:
    """legal.md 0(2): reporting a missing DPIA under Albanian law today would be wrong."""
    days = judge.Period(day, day, "case")
    rows = [
        p for p in judge.provisions(["impact-assessment"], days, Case(), RULES) if p.regime == "al-124-2024"
    ]

    assert [standing] == [p.standing for p in rows]
    assert all(p.since == "2027-01-17" for p in rows if standing != "in force")


def test_a_period_that_has_not_begun_is_not_without_law() -> None:
    given = dossier(period={"from": "2027-03-01"})

    assert ("al-124-2024", "in force", "2027-03-01", "2027-03-01") in laws(given, "2026-11-21")


def answers(check: str, *lines: str) -> list[tuple[str, Answer]]:
    items = list(map(parse, lines))
    evidence = tuple(item for item in items if isinstance(item, Evidence))
    given = Dossier(evidence=evidence, gaps=tuple(item for item in items if isinstance(item, Gap)))
    found = [f for f in judge.judge(given, RULES, "2026-11-21") if f.check == check]
    return [(show_fact(f.fact) if f.fact else "", f.answer) for f in found]


def test_a_gap_may_hide_a_fact_beside_those_that_were_seen() -> None:
    """Photos are not asked for, and that is known; whether videos are is not."""
    seen = "referenced data:photos @ dex:classes.dex"
    gap = "gap declared of data:videos: a split was not read"

    assert [("", Answer.CLEAR)] == answers("media-access", seen)
    assert [("", Answer.UNDETERMINED)] == answers("media-access", seen, gap)
    assert [("", Answer.CLEAR)] == answers("media-access", seen, gap.replace("data:videos", "data:sms"))


def test_unconfirmed_articles_keep_their_mark() -> None:
    days = judge.Period("2024-01-01", "2024-01-01", "case")
    rows = [
        p
        for p in judge.provisions(["automated-decisions"], days, Case(), RULES)
        if p.regime == "al-9887-2008"
    ]

    assert ["U"] == [p.confirmed for p in rows if p.article == "14"]


def test_access_that_is_only_asked_for_is_informational() -> None:
    findings = {f.check: f for f in judge.judge(dossier("2026-01-01"), RULES, "2026-11-21")}

    assert Answer.FOUND == findings["message-access"].answer
    assert "informational" == findings["message-access"].severity


def test_every_stable_check_answers_even_an_empty_dossier() -> None:
    answered = {f.check for f in judge.judge(Dossier(), RULES, "2026-11-21")}

    assert {c.id for c in RULES.checks.values() if c.status == "stable"} == answered


def test_of_what_may_have_been_sent_gaps_alone_have_one_answer() -> None:
    """A package names forty servers; that nothing was recorded is one answer, not forty."""
    named = [
        f"referenced contact:{host} > firebase-analytics @ dex:classes.dex"
        for host in ("a.example", "b.example")
    ]
    sent = (
        "transmitted contact:c.example > firebase-analytics [before consent] @ flow:0/GET https://c.example/"
    )
    gap = "gap transmitted: the recording covers only 15 seconds"

    assert [("", Answer.UNDETERMINED)] == answers("contact-before-consent", *named, gap)
    assert [
        ("contact:c.example > firebase-analytics", Answer.FOUND),
        ("", Answer.UNDETERMINED),
    ] == answers("contact-before-consent", *named, sent, gap)
    assert [("contact:c.example > firebase-analytics", Answer.FOUND)] == answers(
        "contact-before-consent", *named, sent
    )


def test_what_was_sent_in_no_known_phase_is_one_open_question_with_its_places() -> None:
    sent = [
        f"transmitted contact:{host} > firebase-analytics @ flow:0/GET https://{host}/"
        for host in ("a.example", "b.example")
    ]
    items = tuple(item for item in map(parse, sent) if isinstance(item, Evidence))
    found = next(
        f
        for f in judge.judge(Dossier(evidence=items), RULES, "2026-11-21")
        if f.check == "contact-before-consent"
    )

    assert (None, Answer.UNDETERMINED) == (found.fact, found.answer)
    assert items == tuple(judge.evidence_for(found, Pool(items, (), RULES.words)))


def test_what_people_type_in_shows_no_access_when_it_is_sent() -> None:
    sent = "transmitted data:phone-number > app @ flow:7/body:json$.phone"
    asked = "declared data:phone-number @ manifest:uses-permission[8]"

    assert [("", Answer.CLEAR)] == answers("phone-identity-access", sent)
    assert [("data:phone-number", Answer.FOUND)] == answers("phone-identity-access", sent, asked)
