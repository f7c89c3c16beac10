"""What the platform calls by itself. `test_reach` shows the same cases inside whole programs."""

import numpy as np
import pytest

from auditor.dex.callbacks import Callbacks, callbacks
from auditor.dex.hierarchy import Hierarchy
from auditor.dex.platform import Platform
from auditor.dex.program import Program
from tests.dex import assembler as asm

PLATFORM = Platform(
    "java.lang.Object < : toString/0\n"
    "os.View < java.lang.Object : draw/1\n"
    "os.Listener < : on/1 off/0\n"
    "os.Wide < os.Listener : more/2\n"
)


def method(member: str, flags: int = asm.PUBLIC) -> asm.Method:
    return asm.Method(member, asm.RETURN, flags=flags)


def found(*classes: asm.Class, others: tuple[str, ...] = ()) -> tuple[Program, Callbacks]:
    program = Program([("a", asm.dex(*classes))])
    numbers = [n for n in range(len(program.method_class)) if str(program.method(n)) in others]
    return program, callbacks(program, Hierarchy(program, PLATFORM), PLATFORM, np.array(numbers, np.int32))


def called(*classes: asm.Class, others: tuple[str, ...] = ()) -> set[str]:
    program, search = found(*classes, others=others)
    assert search.problems == []
    return {str(program.method(n)) for n in np.flatnonzero(search.method).tolist()}


def inherited(*classes: asm.Class) -> set[tuple[str, str]]:
    program, search = found(*classes)
    pairs = zip(search.heir.tolist(), search.inherited.tolist(), strict=True)
    return {(program.type_name(heir), str(program.method(number))) for heir, number in pairs}


def test_overrides_of_a_platform_class_however_far_below() -> None:
    assert called(
        asm.Class("A", [method("draw(I)V"), method("mine()V")], "os.View"),
        asm.Class("B", [method("draw(LX;)V")], "A"),
        asm.Class("C", [method("draw(I)V")]),
    ) == {"LA;->draw(I)V", "LB;->draw(LX;)V"}


def test_the_number_of_parameters_counts() -> None:
    assert called(
        asm.Class("A", [method("draw()V"), method("draw(II)V"), method("draw(J)V")], "os.View")
    ) == {"LA;->draw(J)V"}


def test_methods_of_interfaces_and_of_interfaces_above_them() -> None:
    assert called(asm.Class("A", [method("on(I)V"), method("more(II)V")], implements=["os.Wide"])) == {
        "LA;->on(I)V",
        "LA;->more(II)V",
    }


@pytest.mark.parametrize("flags", [asm.PRIVATE, asm.PUBLIC | asm.STATIC])
def test_what_cannot_be_overridden_is_not_called(flags: int) -> None:
    assert called(asm.Class("A", [method("on(I)V", flags)], implements=["os.Listener"])) == set()


def test_abstract_methods_are_not_called() -> None:
    assert called(asm.Class("A", [asm.abstract("on(I)V")], implements=["os.Listener"], flags=0x401)) == set()


def test_an_interface_of_the_app_that_extends_one_of_the_platform() -> None:
    """Its default methods answer for every class that implements it."""
    assert called(
        asm.interface("I", [method("on(I)V"), method("own()V"), asm.abstract("off()V")], ["os.Listener"]),
        asm.Class("A", [method("off()V")], implements=["I"]),
    ) == {"LI;->on(I)V", "LA;->off()V"}


def test_what_every_object_has() -> None:
    assert called(asm.Class("A", [method("toString()Ljava/lang/String;"), method("toString(I)V")])) == {
        "LA;->toString()Ljava/lang/String;"
    }


def test_a_stranger_may_call_whatever_lies_below() -> None:
    """Nobody knows what it is; constructors are left to those who create."""
    below = asm.Class("B", [method("any()V"), method("<init>()V"), method("hidden()V", asm.PRIVATE)], "A")

    assert called(asm.Class("A", [], "gone.Base"), below, asm.Class("C", [method("any()V")])) == {
        "LB;->any()V"
    }
    assert called(asm.interface("I", [method("any()V")], ["gone.Listener"])) == {"LI;->any()V"}


def test_other_ways_in() -> None:
    assert called(asm.Class("A", [method("onTap(I)V"), method("x()V")]), others=("LA;->onTap(I)V",)) == {
        "LA;->onTap(I)V"
    }


def test_a_method_of_a_superclass_that_knows_nothing_of_the_interface() -> None:
    base = asm.Class("Base", [method("on(I)V"), method("off()V")])
    heir = asm.Class("Heir", [method("off()V")], "Base", ["os.Listener"])

    assert called(base, heir) == {"LHeir;->off()V"}
    assert inherited(base, heir) == {("LHeir;", "LBase;->on(I)V")}
    assert inherited(
        base, asm.Class("Mid", [method("on(I)V")], "Base"), asm.Class("Heir", [], "Mid", ["os.Wide"])
    ) == {
        ("LHeir;", "LMid;->on(I)V"),
        ("LHeir;", "LBase;->off()V"),
    }


def test_a_default_of_an_interface_that_knows_nothing_of_the_other() -> None:
    both = asm.Class("Both", implements=["os.Listener", "Default"])

    assert inherited(asm.interface("Default", [method("on(I)V")]), both) == {("LBoth;", "LDefault;->on(I)V")}


def test_a_name_that_many_methods_have_stays_cheap() -> None:
    """Creators of parcels all have `on`, each with another result: cost grows with classes, not squares."""
    classes = [asm.Class(f"C{n}", [method(f"on(I)LC{n};")], implements=["os.Listener"]) for n in range(300)]
    program, search = found(*classes)

    assert search.method.sum() == 300
    assert len(program.selector_name) >= 300
    assert len(search.heir) == 0


def test_too_many_are_cut_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.dex.callbacks.MOST_ASKED", 5)
    _, search = found(
        *[asm.Class(f"C{n}", [method("on(I)V")], implements=["os.Listener"]) for n in range(20)]
    )

    assert search.problems == ["too many callbacks to follow; not all were"]
    assert 0 < search.method.sum() < 20
