"""Evidence and gaps as lines: parse and show are inverse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model import KINDS, Claim, Evidence, Fact, Gap, Rung
from auditor.notation import NotationError, parse, parse_fact, parse_lines, show, show_fact

WORD = st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9.$/_-]{0,20}[a-zA-Z0-9]", fullmatch=True)
LEVEL = st.sampled_from([*Rung, *Claim])
LINE = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=60)
FACT = st.builds(Fact, st.sampled_from(KINDS), WORD, st.just("") | WORD)
PHASE = st.sampled_from(["", "before consent", "after refusal", "while closed"])


@given(FACT, LEVEL, LINE, PHASE)
def test_evidence_survives_the_round_trip(fact: Fact, level: Rung | Claim, where: str, phase: str) -> None:
    item = Evidence(fact, level, where, phase)

    assert item == parse(show(item))


@given(LEVEL, LINE, st.lists(WORD | st.builds("{}:{}".format, st.sampled_from(KINDS), WORD), max_size=3))
def test_gaps_survive_the_round_trip(level: Rung | Claim, why: str, concerns: list[str]) -> None:
    item = Gap(level, why, tuple(concerns))

    assert item == parse(show(item))


@given(FACT)
def test_facts_survive_the_round_trip(fact: Fact) -> None:
    assert fact == parse_fact(show_fact(fact))


@pytest.mark.parametrize(
    "line",
    [
        "declared data:precise-location @ manifest:uses-permission[7]",
        "referenced data:advertising-id > acme-push @ dex:Lcom/acme/push/Id;->load()V+12",
        "reachable data:advertising-id > acme-push @ dex:App.onCreate -> Push.start -> Id.load",
        "transmitted data:advertising-id > acme-push [before consent] @ flow:3/body$.ifa",
        "disclosed data:identifier > advertising @ policy:sentence 14",
        "gap transmitted: certificate pinning on push.acme.example",
        "gap referenced of data, practice: 2 native libraries: not read",
    ],
)
def test_lines_of_the_design_are_read_and_shown_alike(line: str) -> None:
    assert line == show(parse(line))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("seen data:sms @ x", "'seen' is no level"),
        ("declared thing:sms @ x", "'thing' is no fact kind"),
        ("declared data:sms", "expected LEVEL kind:what"),
        ("gap declared", "expected gap LEVEL"),
    ],
)
def test_a_wrong_line_is_told_what_was_expected(line: str, said: str) -> None:
    with pytest.raises(NotationError, match="expected") as error:
        parse(line)

    assert said in str(error.value)


def test_a_block_passes_over_empty_lines_and_comments() -> None:
    block = "\n# a comment\ndeclared data:sms @ x\n\n"

    assert [Evidence(Fact("data", "sms"), Rung.DECLARED, "x")] == list(parse_lines(block))
