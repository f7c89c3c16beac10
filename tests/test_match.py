"""Three-valued matching: yes, no, cannot tell, and why."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.catalogue import parse_condition
from auditor.match import CANNOT_TELL, NO, YES, All, Any, Condition, Does, Not, Pool, Says, facts_in_question
from auditor.model import Claim, Evidence, Fact, Gap, Rung
from auditor.notation import parse_fact, parse_lines
from auditor.vocabulary import Vocabulary, vocabulary

WORDS = vocabulary(
    {
        "advertising-id": ["identifier"],
        "identifier": ["personal"],
        "sms": ["messages"],
        "messages": ["personal"],
        "acme-push": ["advertising", "third-party"],
    }
)

AD_ID = parse_fact("data:advertising-id > acme-push")


def pool(text: str) -> Pool:
    items = list(parse_lines(text))
    evidence = [item for item in items if isinstance(item, Evidence)]
    return Pool(evidence, [item for item in items if isinstance(item, Gap)], WORDS)


def answer(condition: dict, text: str, it: Fact = AD_ID) -> str:
    return parse_condition(condition).held_against(pool(text), it).answer


@pytest.mark.parametrize(
    ("condition", "given", "expected"),
    [
        ({"transmitted": "it"}, "transmitted data:advertising-id > acme-push @ f", YES),
        ({"referenced": "it"}, "transmitted data:advertising-id > acme-push @ f", YES),
        ({"transmitted": "it"}, "referenced data:advertising-id > acme-push @ d", NO),
        ({"transmitted": "it"}, "gap transmitted: pinning", CANNOT_TELL),
        ({"transmitted": "it"}, "gap transmitted of sdk: pinning", NO),
        ({"transmitted": "it"}, "gap transmitted of data:identifier: pinning", CANNOT_TELL),
        ({"transmitted": "data:identifier"}, "transmitted data:advertising-id > acme-push @ f", YES),
        ({"transmitted": "it"}, "transmitted data:advertising-id @ f", NO),
        ({"not": {"disclosed": "it"}}, "disclosed data:identifier > advertising @ p", NO),
        ({"not": {"disclosed": "it"}}, "disclosed data:sms @ p", YES),
        ({"not": {"disclosed": "it"}}, "gap disclosed: no policy", CANNOT_TELL),
        (
            {"transmitted before consent": "it"},
            "transmitted data:advertising-id > acme-push @ f",
            CANNOT_TELL,
        ),
        (
            {"transmitted before consent": "it"},
            "transmitted data:advertising-id > acme-push [after consent] @ f",
            NO,
        ),
        (
            {"transmitted before consent": "it"},
            "transmitted data:advertising-id > acme-push [before consent] @ f",
            YES,
        ),
    ],
)
def test_one_condition(condition: dict, given: str, expected: str) -> None:
    assert expected == answer(condition, given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("declared data:sms @ m", YES),
        ("declared data:sms @ m\nreferenced data:sms @ d", NO),
        ("declared data:sms @ m\ngap referenced of data: native code", CANNOT_TELL),
        ("declared data:sms @ m\ngap transmitted: no recording", YES),
        ("", NO),
        ("gap declared: manifest unreadable", CANNOT_TELL),
    ],
)
def test_exactly_asks_for_this_rung_and_visibly_none_above(given: str, expected: str) -> None:
    assert expected == answer({"exactly declared": "it"}, given, parse_fact("data:sms"))


def test_a_call_in_some_library_asks_for_no_permission() -> None:
    """AppCompat itself calls for the last location; an app without the permission asks for nothing."""
    condition = {"declared": "it"}

    assert NO == answer(condition, "referenced data:sms @ d", parse_fact("data:sms"))
    assert YES == answer(condition, "transmitted data:sms @ f", parse_fact("data:sms"))


@pytest.mark.parametrize(
    ("parts", "all_of", "any_of"),
    [
        ([YES, YES], YES, YES),
        ([YES, NO], NO, YES),
        ([NO, CANNOT_TELL], NO, CANNOT_TELL),
        ([YES, CANNOT_TELL], CANNOT_TELL, YES),
        ([NO, NO], NO, NO),
    ],
)
def test_all_and_any_follow_kleene(parts: list[str], all_of: str, any_of: str) -> None:
    given = {YES: "data:sms", NO: "data:identifier", CANNOT_TELL: "practice:ranking"}
    where = pool("referenced data:sms @ d\ngap referenced of practice: unread")
    conditions = tuple(Does(Rung.REFERENCED, parse_fact(given[part])) for part in parts)

    assert all_of == All(conditions).held_against(where, None).answer
    assert any_of == Any(conditions).held_against(where, None).answer


def test_the_reason_keeps_the_evidence_that_decided() -> None:
    reason = Not(Says(Claim.DISCLOSED, None)).held_against(
        pool("disclosed data:identifier @ policy:3"), AD_ID
    )

    assert ("disclosed data:identifier @ policy:3",) == reason.children[0].evidence or reason.answer == YES


def test_for_each_asks_per_recipient_only_when_the_pattern_names_one() -> None:
    where = pool("referenced data:advertising-id > acme-push @ d\nreferenced data:advertising-id @ d")

    assert [parse_fact("data:advertising-id")] == facts_in_question(parse_fact("data:personal"), where)
    assert [AD_ID] == facts_in_question(parse_fact("data:personal > third-party"), where)


FACTS = st.sampled_from(
    [parse_fact(f) for f in ("data:sms", "data:advertising-id > acme-push", "sdk:acme-push")]
)
EVIDENCE = st.builds(Evidence, FACTS, st.sampled_from([*Rung, *Claim]), st.just("x"))
GAPS = st.builds(
    Gap, st.sampled_from([*Rung, *Claim]), st.just("y"), st.sampled_from([(), ("data",), ("sdk",)])
)
PLAIN = st.recursive(
    st.builds(Does, st.sampled_from(Rung), FACTS) | st.builds(Says, st.sampled_from(Claim), FACTS),
    lambda inner: st.builds(All, st.tuples(inner, inner)) | st.builds(Any, st.tuples(inner, inner)),
    max_leaves=5,
)


@given(PLAIN, st.lists(EVIDENCE, max_size=6), st.lists(EVIDENCE, max_size=4), st.lists(GAPS, max_size=3))
def test_adding_evidence_never_turns_a_yes_into_anything_else(
    condition: Condition, some: list[Evidence], more: list[Evidence], gaps: list[Gap]
) -> None:
    if condition.held_against(Pool(some, gaps, WORDS), None).answer == YES:
        assert YES == condition.held_against(Pool([*some, *more], gaps, WORDS), None).answer


@given(PLAIN, st.lists(EVIDENCE, max_size=6), st.lists(GAPS, max_size=3))
def test_a_gap_never_makes_a_yes_or_a_no_out_of_nothing(
    condition: Condition, some: list[Evidence], gaps: list[Gap]
) -> None:
    before = condition.held_against(Pool(some, (), WORDS), None).answer
    after = condition.held_against(Pool(some, gaps, WORDS), None).answer

    assert after in (before, CANNOT_TELL)


def test_code_that_was_not_read_hides_what_leads_to_it() -> None:
    """Nobody can say that nothing leads to a call in code that nobody read."""
    asked = Does(Rung.REACHABLE, Fact("data", "sms"))
    unread = Gap(Rung.REFERENCED, "native code was not read", ("data",))

    assert CANNOT_TELL == asked.held_against(Pool((), (unread,), Vocabulary()), None).answer
    assert NO == asked.held_against(Pool((), (), Vocabulary()), None).answer


@pytest.mark.parametrize(
    ("word", "gap", "expected"),
    [
        ("party", "gap declared: no package was given", NO),
        ("party", "gap declared of context: no case file was given", CANNOT_TELL),
        ("signer-differs", "gap declared: no package was given", CANNOT_TELL),
    ],
)
def test_only_a_missing_case_file_hides_what_a_person_states(word: str, gap: str, expected: str) -> None:
    assert expected == answer({"declared": f"context:{word}"}, gap)
