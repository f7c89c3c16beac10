"""The profile of engagement: what is scored and watched, by which source, and what stays to be asked."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import catalogue, dossier, report
from auditor.catalogue import PARTS, shipped
from auditor.collect import collect
from auditor.judge import judge
from auditor.model import Artifact, Case, Dossier, Evidence, Gap
from auditor.notation import parse_lines
from auditor.profilemodel import FirstLine, PracticeRow, Profile
from auditor.report.page import said
from auditor.report.profile import profile
from auditor.report.profilepicture import ITEMS, STROKES, Picture, profile_picture, signed
from auditor.report.tariff import action_name, tariff
from auditor.reportmodel import Report
from tests.test_report import HOSTILE, LANGUAGES, Page

RULES = catalogue.load()
SAMPLES = Path(__file__).parent.parent / "samples"
WORDS = {part: part for part in PARTS}
LINES = """
declared practice:watch-time @ resources:string/watch_minutes
referenced practice:points-per-action @ dex:classes.dex/Lal/example/Points;->onLike()V+0x6 (like +5)
reachable practice:points-per-action @ dex:al.example.Feed -> al.example.Points.onLike
transmitted practice:leaderboard > app @ flow:12/response.body:json$.rows (a ranking of 40 rows; observed)
transmitted practice:leaderboard > app @ flow:3/response.body:json$.rows (a ranking of 40 rows; observed)
gap referenced of data, practice: 2 native libraries were not read
gap referenced of data: some calls were not looked for
gap disclosed: no privacy policy was given
"""


def sign(structure: str = "ranking", practice: str = "leaderboard", **more: Any) -> dict[str, Any]:
    known = {
        "structure": structure,
        "practices": [practice],
        "who": "app",
        "level": "observed",
        "note": "a ranking of 40 rows",
        "places": ["flow:3/response.body:json$.rows"],
        "total": 2,
        "traits": {"of": "person"},
        "figures": {},
        "counter": ["teams, countries, goods or songs instead of persons: none"],
    }
    return {**known, **more}


def award(action: str, points: Any, support: int = 0, of: int = 0, **more: Any) -> dict[str, Any]:
    figures = {"action": action, "points": points, "support": support, "of": of, **more}
    return sign(
        "award", "points-per-action", note=f"{action} {points:+g}, {support} of {of}", figures=figures
    )


def recording(*signs: Any) -> Artifact:
    return Artifact("recording", "first.jsonl", "0" * 64, 1, "read", {"engagement": {"signs": list(signs)}})


def package(*rows: dict[str, Any]) -> Artifact:
    return Artifact("apk", "app.apk", "1" * 64, 1, "read", {"package": "al.example", "tariff": list(rows)})


def stated(action: str, points: Any, rung: str = "reachable") -> dict[str, Any]:
    return {"action": action, "points": points, "rung": rung, "where": "resources:integer/points", "path": ""}


def held(lines: str = "", *artifacts: Artifact, context: tuple[str, ...] = ()) -> Dossier:
    items = list(parse_lines(lines))
    return Dossier(
        artifacts,
        tuple(item for item in items if isinstance(item, Evidence)),
        tuple(item for item in items if isinstance(item, Gap)),
        Case(context=context),
    )


def composed(given: Dossier) -> Report:
    return report.compose(given, judge(given, RULES, "2026-11-22"), RULES, "2026-11-22")


def section(given: Dossier, language: str) -> str:
    """The part of the page, as text with its markup."""
    found = re.search(
        r'<section aria-labelledby="profile">.*?</section>',
        report.render(composed(given), language),
        re.DOTALL,
    )
    assert found
    return found[0]


def row(given: Profile, practice: str) -> PracticeRow:
    return next(one for one in given.practices if one.id == practice)


# The profile ------------------------------------------------------------------


def test_each_practice_holds_every_rung_with_its_first_place() -> None:
    found = profile(held(LINES), RULES)

    assert [one.id for one in found.practices] == ["points-per-action", "watch-time", "leaderboard"]
    assert row(found, "points-per-action").rung == "reachable"
    assert list(row(found, "points-per-action").rungs) == ["referenced", "reachable"]
    assert row(found, "watch-time").rung == "declared"
    first = row(found, "leaderboard").rungs["transmitted"]
    assert (first.where.startswith("flow:3/"), first.total) == (True, 2)


def test_what_is_only_possible_has_no_rung_and_is_drawn_nowhere() -> None:
    found = profile(held("", recording(sign("task", "assigned-tasks", level="possible"))), RULES)

    assert [(one.id, one.rung) for one in found.practices] == [("assigned-tasks", "")]
    assert found.asks == ()
    assert profile_picture(found, "en", WORDS, narrow=False).links == []


def test_only_gaps_of_rungs_behind_which_practices_may_be_hidden_are_told() -> None:
    assert profile(held(LINES), RULES).unread == ("2 native libraries were not read",)


def test_questions_of_a_wider_practice_are_asked_once() -> None:
    found = profile(held(LINES), RULES)

    assert found.asks == RULES.practices["engagement-scoring"].asks
    assert row(found, "leaderboard").asks == RULES.practices["leaderboard"].asks


def test_rankings_show_how_many_others_are_exposed() -> None:
    figures = {"rows": 40, "persons": 37, "photos": 5, "institutions": 4}
    own = sign(note="the person is told a place in a ranking", figures={"persons": 0}, level="inferred")
    guess = sign(figures={"rows": 90}, level="possible")
    (board,) = profile(held(LINES, recording(own, sign(figures=figures), guess)), RULES).rankings

    assert (board.of, board.rows, board.names, board.photos, board.institutions) == ("person", 40, 37, 5, 4)


def test_rules_ask_something_of_every_practice_in_the_profile() -> None:
    listed = [one for one in RULES.practices.values() if one.part]

    assert {one.part for one in listed} == set(PARTS)
    assert [one.id for one in listed if not one.asks] == []


# The tariff -------------------------------------------------------------------


def test_an_action_of_package_and_recording_is_one_row_with_both() -> None:
    seen = award("like", 5, 7, 7)
    found = tariff([package(stated("like", 5), stated("account", 20)), recording(seen)])

    assert [(one.action, one.rung, one.differ) for one in found] == [
        ("like", "transmitted", False),
        ("account", "reachable", False),
    ]
    assert [(one.rung, one.support, one.of) for one in found[0].earnings] == [
        ("transmitted", 7, 7),
        ("reachable", 0, 0),
    ]


def test_sources_that_differ_are_marked_and_other_effects_told() -> None:
    (like,) = tariff([package(stated("like", 5)), recording(award("like", 2, 6, 7, against=[0.0]))])

    assert like.differ
    assert like.earnings[0].against == (0.0,)


def test_an_action_taken_back_has_one_name() -> None:
    found = tariff([package(stated("undo share", -15)), recording(award("unshare", -15, 2, 2))])

    assert [one.action for one in found] == ["unshare"]


def test_a_possible_award_stands_in_no_tariff() -> None:
    assert tariff([recording(award("like", 5, 1, 9) | {"level": "possible"})]) == ()


def test_names_of_actions() -> None:
    words = {"like": "pëlqim", "unnamed action": "veprim pa emër"}

    assert action_name("like", words) == "pëlqim"
    assert action_name("unnamed action 3", words) == "veprim pa emër 3"
    assert action_name("blerje", words) == ""


@pytest.mark.parametrize(("points", "text"), [(5, "+5"), (-5.0, "\u22125"), (0, "0"), (2.5, "+2.5")])
def test_points_carry_their_sign(points: float, text: str) -> None:
    assert signed(points) == text


# The picture ------------------------------------------------------------------


rows = st.lists(
    st.builds(
        lambda n, part, rung, name: PracticeRow(
            f"p{n}", {"en": name}, part, rung, {rung: FirstLine("x", 1)}, (), 0, ()
        ),
        st.integers(0, 99),
        st.sampled_from(PARTS),
        st.sampled_from(sorted(STROKES)),
        st.text(st.characters(codec="utf-8"), min_size=1, max_size=90),
    ),
    min_size=1,
    max_size=30,
)


def drawn(given: list[PracticeRow], *, narrow: bool) -> Picture:
    return profile_picture(Profile(practices=tuple(given)), "en", WORDS, narrow=narrow)


@given(rows, st.booleans())
def test_every_item_has_its_line_and_boxes_do_not_overlap(given: list[PracticeRow], narrow: bool) -> None:
    made = drawn(given, narrow=narrow)
    items = [item for box in made.boxes for _, item in box.items]

    assert len(items) + sum(box.more for box in made.boxes) == len(given)
    assert sorted(link.stroke for link in made.links if link.stroke != "spine") == sorted(
        item.stroke for item in items
    )
    for x in {box.x for box in made.boxes}:
        column = sorted((box.y, box.y + box.height) for box in made.boxes if box.x == x)
        assert all(end < begin for (_, end), (begin, _) in pairwise(column))
    for box in made.boxes:
        assert 0 <= box.x
        assert box.x + box.width <= made.width
        assert 0 <= box.y
        assert box.y + box.height <= made.height + 0.1
        assert all(box.y < y < box.y + box.height for y, _ in box.items)


def test_a_long_part_is_cut_and_the_rest_counted() -> None:
    many = [PracticeRow(f"p{n}", {"en": "x"}, "watched", "declared", {}, (), 0, ()) for n in range(ITEMS + 3)]

    assert [box.more for box in drawn(many, narrow=True).boxes] == [3]


def test_single_actions_stand_for_points_per_action() -> None:
    found = profile(held(LINES, package(stated("like", 5)), recording(award("share", 15, 4, 4))), RULES)
    words = WORDS | {"like": "like", "share": "share"}
    (box,) = [one for one in profile_picture(found, "en", words, narrow=False).boxes if one.head == "scored"]

    assert [(item.lines, item.stroke) for _, item in box.items] == [
        (("share +15",), "sent"),
        (("like +5",), "code"),
    ]


# The page ---------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_section_says_in_words_what_the_picture_shows(language: str) -> None:
    given = held(
        LINES, package(stated("like", 5)), recording(award("like", 5, 7, 7), sign(figures={"rows": 40}))
    )
    shown = section(given, language)
    text = Page(shown).text

    assert shown.count('<svg class="drawing profile') == 2
    assert "+5" in text
    for practice in ("leaderboard", "watch-time", "points-per-action"):
        assert (
            RULES.practices[practice].name[language]
            in Page(re.sub(r"<svg.*?</svg>", "", shown, flags=re.DOTALL)).text
        )
        assert RULES.practices[practice].asks[0][language] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_politics_is_named_only_where_the_case_states_it_and_as_stated(language: str) -> None:
    plain = Page(section(held(LINES), language)).text.casefold()
    told = Page(section(held(LINES, context=("party",)), language)).text.casefold()

    assert not re.search(r"politi|\bparti|\bparty", plain)
    assert re.search(r"politi", told)
    assert {"en": "as stated by the examiner", "sq": "siç e deklaron ekzaminuesi"}[language] in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_was_seen_one_sentence_says_what_was_looked_for(language: str) -> None:
    given = held("gap transmitted: the recording covers only 7 seconds of use on 2026-11-22", recording())
    shown = section(given, language)

    assert "drawing profile" not in shown
    assert RULES.practices["unit-reports"].name[language] in Page(shown).text
    assert "7 seconds" in shown or "7 sekonda" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_only_possible_is_a_question(language: str) -> None:
    guess = sign(
        "task", "assigned-tasks", level="possible", note="2 tasks, to do: not said; 0 times with a deadline"
    )
    text = Page(section(held("", recording(guess)), language)).text

    assert RULES.practices["assigned-tasks"].asks[0][language] in text
    assert {"en": "They are no findings", "sq": "Nuk janë gjetje"}[language] in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_words_of_a_dossier_stay_text(language: str) -> None:
    bad = sign(note=HOSTILE, who=HOSTILE, counter=[HOSTILE], places=[HOSTILE], figures={"rows": 3})
    given = held(LINES, recording(bad, award(HOSTILE, 5, 1, 1)), package(stated(HOSTILE, 7)))
    shown = section(given, language)

    assert HOSTILE not in shown
    assert not {"script", "img", "iframe"} & {tag for tag, _ in Page(shown).tags}


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.sampled_from(["observed", "ranking"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*sign(), "signs", "rows", "points", "action"]), inner, max_size=5)
    ),
    max_leaves=12,
)


@given(json_values, json_values)
def test_a_strangers_account_is_read_or_passed_over(signs: Any, rows_: Any) -> None:
    about = {
        "engagement": {"signs": [signs, sign(figures=signs, places=rows_, counter=signs)]},
        "tariff": rows_,
    }
    found = profile(held(LINES, Artifact("recording", "x", "0" * 64, 1, "read", about)), RULES)

    assert row(found, "leaderboard").seen_total >= 1


def test_the_profile_survives_the_file(tmp_path: Path) -> None:
    made = composed(held(LINES, package(stated("like", 5)), recording(sign(), award("like", 5, 7, 7))))
    dossier.save_report(made, tmp_path / "report.json")

    assert dossier.load_report(tmp_path / "report.json").profile == made.profile


def test_what_detectors_say_of_the_samples_has_albanian_words() -> None:
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(shipped("templates")), autoescape=True)
    notes = environment.get_template("sq/profile.html").module.words["notes"]  # type: ignore[attr-defined]
    gathered = [collect([SAMPLES / case], RULES) for case in ("skuadra", "fushata")]
    signs = [one for each in gathered for item in each.artifacts for one in item.about["engagement"]["signs"]]

    assert signs
    assert [] == [
        text for one in signs for text in (one["note"], *one["counter"]) if said(text, notes) == text
    ]
