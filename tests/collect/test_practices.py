"""Practices of a package: rows beside others, names read as records, paths built call by call."""

import hypothesis.strategies as st
from hypothesis import given

from auditor import catalogue
from auditor.collect import ownnames
from auditor.collect.owners import Owners
from auditor.collect.practices import is_asked, practices
from auditor.collect.seen import Call, Seen
from auditor.collect.sources import Sources
from auditor.collect.words import families_of
from auditor.model import Rung

RULES = catalogue.load()
OWNERS, FAMILIES = Owners(RULES.vendors), families_of(RULES)
PACKAGE = "al.example.app"

SCORING = ("Rules.likePoints", "MemberLikes.postId", "Member.branch", "BranchReport.exportPdf", "Task.data")


def app(*members: str, **more: object) -> Seen:
    """An app with these members of its own code."""
    names = {f"{PACKAGE}.{name}": f"dex:classes.dex/L{name.replace('.', ';->')}" for name in members}
    return Seen(package=PACKAGE, members=names, **more)  # type: ignore[arg-type]


def found(seen: Seen) -> dict[str, list[str]]:
    """Practice to its places."""
    told: dict[str, list[str]] = {}
    for item in practices(seen, RULES, OWNERS, set()):
        told.setdefault(item.fact.what, []).append(item.where)
    return told


def test_one_practice_opens_the_way_to_the_next() -> None:
    """Points open reports of units, and these open units of persons, in whatever order the rules stand."""
    told = found(app(*SCORING))

    assert {"points-per-action", "like-monitoring", "unit-reports", "workplace-attribution"} == set(told)
    assert set() == set(found(app(*SCORING[1:])))


@given(st.permutations(SCORING))
def test_the_order_of_names_tells_nothing(members: list[str]) -> None:
    assert {key: set(places) for key, places in found(app(*members)).items()} == {
        key: set(places) for key, places in found(app(*SCORING)).items()
    }


def test_a_class_whose_name_says_it_is_told_once() -> None:
    told = found(app("Rules.likePoints", "MemberLikes.postId", "MemberLikes.date"))

    assert ["dex:classes.dex/LMemberLikes;"] == [p for p in told["like-monitoring"] if "Member" in p]


def test_resources_declare_and_code_refers() -> None:
    seen = app("Rules.likePoints", resources={"string/member_likes": "resources:string/member_likes"})
    levels = {item.where: item.level for item in practices(seen, RULES, OWNERS, set())}

    assert levels["resources:string/member_likes"] is Rung.DECLARED
    assert levels["dex:classes.dex/LRules;->likePoints"] is Rung.REFERENCED


def test_how_a_member_is_reached_is_told() -> None:
    seen = app("Rules.likePoints", "Likes.ofMember", path_to=lambda name: f"path to {name}")

    assert f"path to {PACKAGE}.Likes.ofMember" in found(seen)["like-monitoring"]


def test_a_record_is_a_class_with_few_members() -> None:
    few = list(ownnames.members(app("View.memberId", "View.seconds", "View.component1", "View.copy"), OWNERS))
    many = app(*(f"Big.member{index}" for index in range(ownnames.MOST_MEMBERS + 1)))

    assert ["View memberId seconds"] == [own.label for own in ownnames.records(few)]
    assert [] == list(ownnames.records(ownnames.members(many, OWNERS)))


def documents(*steps: tuple[int, str, str]) -> Sources:
    """Sources of an app that passes on (unit, call, text) in one method."""
    constants = {
        f"document-path={text}": [Call(f"dex:classes.dex/LA;->a()V+{at:#06x} {call}={text}")]
        for at, call, text in steps
    }
    return Sources(Seen(package=PACKAGE, constants=constants), RULES, OWNERS, FAMILIES)


ROOT = "com.google.firebase.firestore.FirebaseFirestore.collection"
BELOW = "com.google.firebase.firestore.DocumentReference.collection"


def test_a_path_is_put_together_of_calls_that_go_down() -> None:
    known = documents((9, BELOW, "medals"), (2, ROOT, "users"), (20, ROOT, "likes"), (30, BELOW, "days"))

    assert {"users", "likes", "medals", "days", "users/medals", "likes/days"} == set(
        known.texts("document-path")
    )


def test_families_that_must_not_stand_there_hold_a_name_back() -> None:
    row = {"together": [["~institution", "person"]], "without": ["~unit"]}

    assert is_asked(row, "Member.company", FAMILIES)
    assert not is_asked(row, "Member.municipality", FAMILIES)
