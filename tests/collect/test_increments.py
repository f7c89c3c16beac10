"""Constant amounts beside actions in DEX code: what earns something, and what only looks so."""

import struct

import pytest

from auditor import catalogue
from auditor.collect.increments import awards
from auditor.collect.owners import Owners
from auditor.collect.reading import Reading
from auditor.dex.analysis import analyse
from auditor.dex.platform import Platform
from tests.dex import assembler as asm

RULES = catalogue.load()
OWN = "al.example.app"
FIELD_VALUE = "com.google.firebase.firestore.FieldValue"
INCREMENT = "increment(J)Lcom/google/firebase/firestore/FieldValue;"
PEOPLE = "com.mixpanel.android.mpmetrics.MixpanelAPI$People"


def earned(*classes: asm.Class) -> list[str]:
    """Awards in a program whose own code lies below `OWN`."""
    code = analyse([("classes.dex", asm.dex(*classes))], Platform(""))
    assert code.program.problems == []
    reading = Reading(code, Owners(RULES.vendors), (OWN,), RULES)
    return [str(award) for award in awards(reading, dict(reading.members()), RULES)]


def method(name: str, *code: asm.Instruction) -> asm.Method:
    return asm.Method(name, *code, asm.RETURN, flags=asm.PUBLIC | asm.STATIC)


def number(register: int, value: int) -> asm.Instruction:
    return (0x0013 | register << 8, value & 0xFFFF)


def wide(register: int, value: int) -> asm.Instruction:
    return (0x0016 | register << 8, value & 0xFFFF)


def text(register: int, said: str) -> asm.Instruction:
    return (0x001A | register << 8, asm.Index("string", (said,)))


def static(owner: str, member: str, *registers: int) -> asm.Instruction:
    listed = sum(register << 4 * place for place, register in enumerate(registers))
    return (len(registers) << 12 | 0x71, asm.method_index(owner, member), listed)


def raised(name: str, amount: int) -> tuple[asm.Instruction, ...]:
    """`update(name, FieldValue.increment(amount))`, as far as it matters."""
    return text(0, name), wide(2, amount), static(FIELD_VALUE, INCREMENT, 2, 3)


def test_a_counter_of_points_is_raised_where_something_is_shared() -> None:
    feed = asm.Class(f"{OWN}.Feed", [method("onShare()V", *raised("points", 15))])

    assert ["share +15"] == earned(feed)


def test_a_like_taken_back_costs() -> None:
    feed = asm.Class(f"{OWN}.Feed", [method("onUnlike()V", *raised("points", -5))])

    assert ["unlike -5"] == earned(feed)


def test_of_two_counters_in_one_method_only_the_points_count() -> None:
    code = (*raised("likes_count", 1), *raised("points", 5))

    assert ["like +5"] == earned(asm.Class(f"{OWN}.Feed", [method("onLike()V", *code)]))


@pytest.mark.parametrize(
    "feed",
    [
        asm.Class(f"{OWN}.Feed", [method("onLike()V", *raised("likes_count", 1))]),
        asm.Class(f"{OWN}.Game", [method("onEnemyHit()V", *raised("points", 10))]),
        asm.Class(f"{OWN}.Shop", [method("onCommentSent()V", *raised("rating_count", 1))]),
        asm.Class("com.facebook.login.Feed", [method("onShare()V", *raised("points", 15))]),
    ],
    ids=["a counter of likes", "a game", "a rating", "a library"],
)
def test_other_counters_earn_nothing(feed: asm.Class) -> None:
    assert [] == earned(feed)


def points(*methods: asm.Method) -> asm.Class:
    """An own class that adds points."""
    return asm.Class(f"{OWN}.Rewards", [method("addPoints(I)V"), *methods])


def adds(amount: int) -> tuple[asm.Instruction, ...]:
    return number(0, amount), static(f"{OWN}.Rewards", "addPoints(I)V", 0)


def test_an_own_method_that_adds_points() -> None:
    feed = asm.Class(f"{OWN}.Feed", [method("onCommentSent()V", *adds(10))])

    assert ["comment +10"] == earned(points(), feed)


def test_the_action_stands_in_the_class_that_a_compiler_made() -> None:
    feed = asm.Class(f"{OWN}.Feed$shareWithFriends$1", [method("invoke()V", *adds(15))])

    assert ["share +15"] == earned(points(), feed)


def test_the_action_is_named_in_the_same_call() -> None:
    award = asm.Class(f"{OWN}.Rewards", [method("awardPoints(Ljava/lang/String;I)V")])
    call = static(f"{OWN}.Rewards", "awardPoints(Ljava/lang/String;I)V", 0, 1)
    code = (text(0, "like"), number(1, 5), call, text(0, "share_post"), number(1, 15), call)

    assert ["like +5", "share +15"] == earned(award, asm.Class(f"{OWN}.Sync", [method("run()V", *code)]))


def test_the_action_is_named_by_the_only_caller() -> None:
    helper = asm.Class(f"{OWN}.Helper", [method("reward()V", *adds(15))])
    caller = asm.Class(f"{OWN}.Feed", [method("onShare()V", static(f"{OWN}.Helper", "reward()V"))])

    assert ["share +15"] == earned(points(), helper, caller)


@pytest.mark.parametrize("name", ["setPoints(I)V", "getPoints(I)V", "points(I)V", "showPointsDialog(I)V"])
def test_methods_that_add_nothing(name: str) -> None:
    rewards = asm.Class(f"{OWN}.Rewards", [method(name)])
    feed = asm.Class(f"{OWN}.Feed", [method("onShare()V", number(0, 15), static(f"{OWN}.Rewards", name, 0))])

    assert [] == earned(rewards, feed)


def test_names_of_android_are_no_actions() -> None:
    """`onViewCreated` is no viewing, `openPage` no opening of the app."""
    game = asm.Class(
        f"{OWN}.GameView", [method("onViewCreated()V", *adds(5)), method("openPage()V", *adds(3))]
    )

    assert [] == earned(points(), game)


def test_a_number_with_a_fraction_that_a_service_is_told() -> None:
    bits = struct.unpack("<Q", struct.pack("<d", 5.0))[0]
    high = (0x0019 | 2 << 8, bits >> 48)  # const-wide/high16
    increment = (4 << 12 | 0x72, asm.method_index(PEOPLE, "increment(Ljava/lang/String;D)V"), 0x3210)
    code = (text(1, "points"), high, increment)

    assert ["like +5"] == earned(asm.Class(f"{OWN}.Feed", [method("onLike()V", *code)]))


def test_an_enum_of_acts_with_what_each_earns() -> None:
    made = "<init>(Ljava/lang/String;II)V"
    name = f"{OWN}.Act"
    each = [
        (
            asm.new(name),
            text(1, said),
            number(2, place),
            number(3, amount),
            (0x4070, asm.method_index(name, made), 0x3210),
        )
        for place, (said, amount) in enumerate((("LIKE", 5), ("SHARE", 15), ("RETRY", 3)))
    ]
    act = asm.Class(
        name,
        [
            asm.Method("<clinit>()V", *(step for one in each for step in one), asm.RETURN),
            asm.Method(made, asm.RETURN),
        ],
        fields=[f"$VALUES:[L{name.replace('.', '/')};", "points:I"],
    )
    other = asm.Class(name, act.methods, fields=[act.fields[0], "priority:I"])

    assert ["like +5", "share +15"] == earned(act)
    assert [] == earned(other)


def test_an_amount_kept_under_the_name_of_what_it_is_for() -> None:
    map_put = "put(Ljava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;"
    put = (0x3072, asm.method_index("java.util.Map", map_put), 0x210)

    def keeps(name: str) -> asm.Class:
        code = (text(1, name), number(2, 15), static("java.lang.Integer", "valueOf(I)Ljava/lang/Integer;", 2))
        return asm.Class(f"{OWN}.Defaults", [method("fill()V", *code, (0x020C,), put)])

    assert ["share +15"] == earned(keeps("points_per_share"))
    assert [] == earned(keeps("share_timeout"))
