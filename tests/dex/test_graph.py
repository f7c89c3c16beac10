"""Where calls arrive: one case each; `test_reference` holds all of it against a naive reading."""

import pytest

from auditor.dex.graph import Calls, calls_of
from auditor.dex.hierarchy import Hierarchy
from auditor.dex.platform import Platform
from auditor.dex.program import Program
from tests.dex import assembler as asm

RUN = asm.Method("run()V", asm.RETURN)
TOP = asm.Class("Top", [RUN])
MID = asm.Class("Mid", [], "Top")
LOW = asm.Class("Low", [RUN], "Mid")
OTHER = asm.Class("Other", [RUN])
DEFAULT = asm.interface("Default", [RUN])
PLATFORM = Platform(
    "java.lang.Object < :\nos.Base < java.lang.Object os.I :\nos.Mid < os.Base :\nos.I < : run/0\n"
)


def calls(*classes: asm.Class) -> tuple[Program, Calls]:
    program = Program([("a", asm.dex(*classes))])
    return program, calls_of(program, Hierarchy(program, PLATFORM))


def arrivals(kind: str, owner: str, *classes: asm.Class) -> set[str]:
    """Owners of the definitions of `run()V` at which one call can arrive."""
    caller = asm.Class("Caller", [asm.Method("x()V", asm.invoke(kind, owner, "run()V"))])
    program, found = calls(caller, *classes)
    assert found.problems == []
    return {program.method(target).owner[1:-1] for _, target in found.edges().tolist()}


@pytest.mark.parametrize("kind", ["static", "direct", "super"])
def test_calls_that_know_their_target(kind: str) -> None:
    """Also where it is inherited; never at what overrides it."""
    assert arrivals(kind, "Mid", TOP, MID, LOW) == {"Top"}
    assert arrivals(kind, "Low", TOP, MID, LOW) == {"Low"}


def test_a_virtual_call_arrives_at_what_is_inherited_and_what_overrides() -> None:
    assert arrivals("virtual", "Mid", TOP, MID, LOW, OTHER) == {"Top", "Low"}
    assert arrivals("virtual", "Low", TOP, MID, LOW, OTHER) == {"Low"}
    assert arrivals("virtual", "Nobody", TOP) == set()


def test_an_interface_call_arrives_in_every_implementer() -> None:
    one = asm.Class("One", [RUN], implements=["I"])
    heir = asm.Class("Heir", [], "Top", ["J"])
    below = asm.Class("Below", [RUN], "Heir")

    assert arrivals(
        "interface", "I", asm.interface("I"), asm.interface("J", extends=["I"]), one, TOP, heir, below, OTHER
    ) == {
        "One",
        "Top",
        "Below",
    }


def test_abstract_private_and_static_methods_are_no_targets() -> None:
    hidden = [
        asm.Class(f"H{flags}", [asm.Method("run()V", asm.RETURN, flags=flags)], "Base")
        for flags in (asm.PRIVATE, 9)
    ]
    base = asm.Class("Base", [asm.abstract("run()V")], flags=0x401)

    assert arrivals("virtual", "Base", base, *hidden) == set()


def test_defaults_reach_classes_that_do_not_define_the_method() -> None:
    empty = asm.Class("Empty", implements=["Default"])

    assert arrivals("virtual", "Empty", DEFAULT, empty) == {"Default"}
    assert arrivals("interface", "Default", DEFAULT, empty) == {"Default"}
    assert arrivals("virtual", "Sub", DEFAULT, empty, asm.Class("Sub", [], "Empty")) == {"Default"}
    assert arrivals("super", "Empty", DEFAULT, empty) == {"Default"}, (
        "super.run() where only an interface has it"
    )


def test_defaults_of_interfaces_above_below_and_beside_the_one_called() -> None:
    """`Narrow.run()` may be what `Default` says, though nobody between them says so."""
    narrow = asm.interface("Narrow", extends=["Default"])
    beside = asm.interface("Beside", [asm.abstract("run()V")])
    both = asm.Class("Both", implements=["Beside", "Default"])

    assert arrivals("interface", "Narrow", DEFAULT, narrow) == {"Default"}
    assert arrivals("interface", "Beside", DEFAULT, beside, both) == {"Default"}
    assert arrivals("interface", "Beside", DEFAULT, beside) == set()
    assert arrivals(
        "interface", "Wide", asm.interface("Wide"), asm.interface("Default", [RUN], ["Wide"])
    ) == {"Default"}


def test_platform_types_between_are_known() -> None:
    """`os.Mid` extends `os.Base` and so `os.I`, though the program names no more than one of them."""
    mine = asm.Class("Mine", [RUN], "os.Mid")

    assert arrivals("virtual", "os.Base", mine) == {"Mine"}
    assert arrivals("interface", "os.I", mine) == {"Mine"}


def test_handles_are_resolved_like_calls() -> None:
    program = Program(
        [
            (
                "a",
                asm.dex(
                    TOP, MID, LOW, asm.Class("X", [asm.Method("x()V", asm.invoke("static", "Z", "z()V"))])
                ),
            )
        ]
    )
    asked = program.methods_named([program.type_of("LTop;")], "run")
    found = calls_of(program, Hierarchy(program, PLATFORM), asked)
    _, targets = found.arrivals(asked)

    assert {str(program.method(int(t))) for t in targets} == {"LTop;->run()V", "LLow;->run()V"}


def test_too_many_targets_are_cut_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.dex.graph.MOST_TARGETS", 10)
    _, found = calls(
        *[
            asm.Class(
                f"C{n}",
                [asm.Method("run()V", asm.invoke("virtual", f"C{n}", "run()V"))],
                f"C{n - 1}" if n else "Z",
            )
            for n in range(9)
        ]
    )

    assert found.problems == ["calls have too many possible targets; not all were followed"]
    assert 0 < len(found.targets) <= 20
