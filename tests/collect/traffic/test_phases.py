import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import shapes
from auditor.collect.traffic import marks, phases
from auditor.collect.traffic.phases import Mark, Moment, PhaseError, Phases, moment, span

START = 1_767_261_600.0  # 2026-01-01T10:00:00Z


def of(*texts: str) -> Phases:
    made = Phases()
    made.add(span(text) for text in texts)
    made.begin(START)
    return made


def test_every_phase_that_checks_know_can_be_marked() -> None:
    assert set(shapes.PHASES) <= set(phases.PHASES)


def test_an_interval_counts_from_the_first_record_and_its_end_is_outside() -> None:
    made = of("before-consent:00:00-00:42")

    assert made.of(START) == ("before consent",)
    assert made.of(START + 41.9) == ("before consent",)
    assert made.of(START + 42) == ()


def test_an_interval_from_the_start_holds_what_the_file_tells_late() -> None:
    assert of("before-consent:00:00-00:42").of(START - 1) == ("before consent",)


def test_an_interval_may_be_open_or_in_times_of_the_clock() -> None:
    made = of("after-refusal:2026-01-01T10:00:42Z-")

    assert made.of(START + 41) == ()
    assert made.of(START + 42_000) == ("after refusal",)


def test_nothing_is_said_outside_marked_intervals_or_of_unknown_times() -> None:
    assert of().of(START) == ()
    assert of("before-consent:00:00-00:42").of(0) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("before-consent", "such as before-consent:00:00-00:42"),
        ("before-lunch:00:00-00:42", "is no phase; expected one of"),
        ("before-consent:00:42-00:10", "before it begins"),
        ("before-consent:2026-01-01T10:00:00-00:10", "is no time"),
        ("launched:00:00-00:10", "is no phase"),
    ],
)
def test_a_wrong_interval_says_what_was_expected(text: str, expected: str) -> None:
    with pytest.raises(PhaseError, match=expected):
        span(text)


def test_a_mark_holds_until_the_next_and_use_is_told_beside_consent() -> None:
    made = Phases()
    for at, word in enumerate(("launched", "consent shown", "Rejected", "closed", "opened"), 1):
        made.mark(at * 10.0, word)

    told = [made.of(at) for at in (5.0, 15.0, 25.0, 35.0, 45.0, 55.0)]

    refused = ("after refusal",)
    assert told == [(), (), ("before consent",), refused, (*refused, "while closed"), refused]


def test_login_is_told_beside_consent() -> None:
    made = Phases()
    for at, word in enumerate(("before login", "consent shown", "logged in"), 1):
        made.mark(at * 10.0, word)

    assert made.of(25.0) == ("before consent", "before login")
    assert made.of(35.0) == ("before consent",)


def test_a_mark_may_come_late_in_the_file() -> None:
    made = Phases()
    made.mark(50.0, "accepted")
    assert made.of(30.0) == ()
    made.mark(20.0, "consent shown")
    assert made.of(30.0) == ("before consent",)


def test_what_is_stated_by_hand_outdoes_a_mark_of_its_kind() -> None:
    made = of("after-refusal:00:10-00:20")
    made.mark(START, "accepted")
    made.mark(START + 12, "closed")

    assert made.of(START + 15) == ("after refusal", "while closed")
    assert made.of(START + 25) == ("after consent", "while closed")


def test_unknown_marks_are_kept_and_begin_no_phase() -> None:
    made = Phases()
    made.mark(10.0, "my lunch")

    assert made.of(11.0) == ()
    assert made.describe() == [{"at": 10.0, "mark": "my lunch", "phase": ""}]


def test_marks_are_bounded_and_counted() -> None:
    made = Phases()
    for at in range(phases.MOST + 3):
        made.mark(float(at), "closed")

    assert (len(made.marks), made.lost) == (phases.MOST, 3)


@given(st.lists(st.tuples(st.floats(1, 1e9), st.sampled_from(sorted(phases.CONSENT))), max_size=30))
def test_the_last_mark_before_a_moment_decides_in_whatever_order_they_come(
    said: list[tuple[float, str]],
) -> None:
    made = Phases()
    for at, word in said:
        made.mark(at, word)

    for at, _ in said:
        latest = max(
            said, key=lambda row: (row[0] <= at, row[0], row[1]) if row[0] <= at else (False, 0.0, "")
        )
        assert made.of(at) == (phases.CONSENT[latest[1]],)


@given(st.floats(0, 99 * 60 + 59).map(lambda x: round(x, 3)))
def test_offsets_are_read_as_written(seconds: float) -> None:
    text = f"{int(seconds // 60):02}:{seconds % 60:06.3f}"

    read = moment(text)

    assert read.offset
    assert math.isclose(read.seconds, seconds, abs_tol=0.002)


def test_two_who_tell_of_the_same_mark_are_one() -> None:
    made = Phases()
    for word in ("accepted", "Accepted", "closed", "accepted"):
        made.mark(10.0, word)

    assert made.marks == [(10.0, "accepted"), (10.0, "closed")]


@pytest.mark.parametrize(("since", "used"), [(0.0, [START - 50, START - 5]), (START - 10, [START - 5])])
def test_a_mark_made_before_the_recording_tells_of_another_one(since: float, used: list[float]) -> None:
    made = Phases(since=since)
    made.add(Mark(Moment(START - ago, offset=False), "before consent") for ago in (600, 61, 50, 5))
    assert made.unused == 4
    made.begin(START)

    assert [at for at, _ in made.marks] == used
    assert made.unused == 4 - len(used)


def test_intervals_are_what_every_moment_answers() -> None:
    made = of("while-closed:01:00-02:00")
    made.mark(START + 10, "consent shown")
    made.mark(START + 90, "accepted")

    assert made.intervals() == [
        {"phase": "before consent", "from": START + 10, "to": START + 90},
        {"phase": "while closed", "from": START + 60, "to": START + 120},
        {"phase": "after consent", "from": START + 90, "to": None},
    ]


@given(
    st.lists(
        st.tuples(st.integers(1, 500), st.sampled_from(sorted({*phases.CONSENT, *phases.USE}))), max_size=12
    ),
    st.integers(0, 600),
)
def test_a_moment_lies_in_a_phase_when_it_lies_in_one_of_its_intervals(
    said: list[tuple[int, str]], after: int
) -> None:
    made, at = of("before-login:00:20-05:00"), START + after
    for moment_, word in said:
        made.mark(START + moment_, word)

    inside = {
        str(row["phase"])
        for row in made.intervals()
        if isinstance(row, dict) and (row["from"] or 0) <= at < (row["to"] or math.inf)
    }
    assert inside == set(made.of(at))


# Files ------------------------------------------------------------------------


def test_a_file_of_marks_in_yaml(tmp_path: Path) -> None:
    path = tmp_path / "first.marks.yml"
    path.write_text(
        'marks:\n  - {at: "00:00", mark: consent shown}\n  - {at: "2026-01-01T10:00:42Z", mark: refused}\n'
        'phases:\n  - {phase: while closed, from: "01:00", to: "02:00"}\n'
    )
    made = Phases()
    made.add(marks.read(path))
    made.begin(START)

    assert made.of(START + 1) == ("before consent",)
    assert made.of(START + 90) == ("while closed", "after refusal")
    assert marks.beside(tmp_path / "first.har") == path


def test_a_file_of_the_recorder_whose_last_line_was_torn(tmp_path: Path) -> None:
    path = tmp_path / "marks.jsonl"
    path.write_text('{"at": 10.5, "phase": "consent shown"}\n{"at": 20, "path": "accepted"}\n{"at": 30, "pha')
    made = Phases()
    made.add(marks.read(path))
    made.begin(10.0)

    assert made.marks == [(10.5, "consent shown"), (20.0, "accepted")]
    assert marks.beside(tmp_path / "recording.jsonl") == path


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("marks.yml", "marks: [{at: noon, mark: refused}]", "marks.yml: 'noon' is no time"),
        ("marks.yml", "marks: 3", "marks.yml:1: marks must be a list"),
        ("marks.yml", "phases: [{phase: lunch}]", "'lunch' is no phase"),
        ("marks.jsonl", '{"at": "x"}\n', "line 1 is no mark"),
        ("marks.jsonl", "[" * 10_000 + "\n{}", "line 1 is no mark"),
    ],
)
def test_a_wrong_file_gives_one_sentence(tmp_path: Path, name: str, text: str, expected: str) -> None:
    (tmp_path / name).write_text(text)

    with pytest.raises(PhaseError) as told:
        marks.read(tmp_path / name)

    assert expected in str(told.value)
    assert "\n" not in str(told.value)
