"""The class tree as intervals, interfaces, and what one class has from others."""

import numpy as np
import pytest

from auditor.dex.hierarchy import DEEPEST, Hierarchy
from auditor.dex.pairs import Limit
from auditor.dex.platform import NOTHING_KNOWN, Platform
from auditor.dex.program import Program
from tests.dex import assembler as asm
from tests.dex.test_tables import patched, word


def hierarchy(*files: list[asm.Class] | bytes, platform: Platform = NOTHING_KNOWN) -> Hierarchy:
    data = [file if isinstance(file, bytes) else asm.dex(*file) for file in files]
    return Hierarchy(Program([(f"{n}.dex", content) for n, content in enumerate(data)]), platform)


def below(found: Hierarchy, lower: str, upper: str) -> bool:
    """By intervals."""
    low, up = (found.program.type_of(asm.descriptor(name)) for name in (lower, upper))
    return bool(found.place[up] <= found.place[low] <= found.last[up])


def named(found: Hierarchy, numbers: np.ndarray) -> set[str]:
    return {found.program.type_name(n)[1:-1] for n in numbers.tolist()}


def interfaces(found: Hierarchy, name: str) -> set[str]:
    number = found.program.type_of(asm.descriptor(name))
    return named(found, found.interfaces_of(np.array([number]))[1])


def test_below_is_an_interval() -> None:
    found = hierarchy(
        [
            asm.Class("A"),
            asm.Class("B", extends="A"),
            asm.Class("C", extends="B"),
            asm.Class("D", extends="A"),
        ]
    )
    pairs = {(x, y) for x in "ABCD" for y in "ABCD" if below(found, x, y)}

    assert pairs == {(x, x) for x in "ABCD"} | {("B", "A"), ("C", "A"), ("C", "B"), ("D", "A")}
    assert all(below(found, x, "java.lang.Object") for x in "ABCD")


def test_superclasses_lie_in_other_files_too() -> None:
    found = hierarchy([asm.Class("B", extends="A")], [asm.Class("A", extends="Z")], [asm.Class("B")])

    assert below(found, "B", "A")
    assert below(found, "B", "Z")


def test_types_nobody_defines_hang_where_the_platform_says() -> None:
    platform = Platform(
        "java.lang.Object < :\nos.Top < java.lang.Object :\n"
        "os.Mid < os.Top os.I :\nos.Low < os.Mid :\nos.I < :\n"
    )
    uses = asm.Method("x()V", asm.cast("os.Top"), asm.cast("os.I"))
    found = hierarchy(
        [asm.Class("A", [uses], extends="os.Low"), asm.Class("B", extends="Unknown")], platform=platform
    )

    assert below(found, "A", "os.Top")
    assert interfaces(found, "os.Low") == {"os/I"}
    assert below(found, "B", "Unknown")
    assert below(found, "Unknown", "java.lang.Object")
    assert not below(found, "B", "os.Top")


def test_interfaces_are_followed_through_interfaces() -> None:
    found = hierarchy(
        [
            asm.interface("I"),
            asm.interface("J", extends=["I"]),
            asm.interface("K", extends=["J"]),
            asm.Class("A", implements=["K"]),
            asm.Class("B", extends="A"),
        ]
    )

    assert interfaces(found, "A") == {"I", "J", "K"}
    assert interfaces(found, "B") == set(), "a superclass's interfaces are its own"
    assert interfaces(found, "K") == {"I", "J"}


def test_a_class_called_an_interface_stays_a_class() -> None:
    """One class that no platform would load must not hide what others implement."""
    found = hierarchy(
        [asm.Class("A", implements=["I"]), asm.Class("Liar", implements=["A"]), asm.interface("I")]
    )

    assert interfaces(found, "A") == {"I"}
    assert interfaces(found, "Liar") == set()
    assert not found.is_interface[found.program.type_of("LA;")]


def test_the_second_definition_of_a_class_says_nothing() -> None:
    data = asm.dex(asm.Class("A", implements=["I"]), asm.Class("B", extends="A", implements=["J"]))
    defs = word(data, 0x64)
    found = hierarchy(patched(data, defs + 32, word(data, defs)))

    assert interfaces(found, "A") == {"I"}
    assert below(found, "A", "java.lang.Object")
    assert found.problems == []


@pytest.mark.parametrize("length", [1, 2, 5])
def test_classes_that_extend_themselves(length: int) -> None:
    circle = [asm.Class(f"C{n}", extends=f"C{(n + 1) % length}") for n in range(length)]
    found = hierarchy([*circle, asm.Class("Below", extends="C0"), asm.Class("Apart", extends="Other")])

    assert found.problems == [
        f"{length + 1} classes extend themselves, or lie too deep; taken to extend Object"
    ]
    assert below(found, "C0", "java.lang.Object")
    assert below(found, "Apart", "Other")


def test_interfaces_that_extend_themselves() -> None:
    found = hierarchy(
        [
            asm.interface("I", extends=["J"]),
            asm.interface("J", extends=["I"]),
            asm.Class("A", implements=["I"]),
        ]
    )

    assert interfaces(found, "A") == {"I", "J"}
    assert found.problems == []


def test_a_tree_deeper_than_any_real_one() -> None:
    count = DEEPEST + 500
    found = hierarchy(
        [asm.Class(f"C{n}", extends=f"C{n - 1}" if n else "java.lang.Object") for n in range(count)]
    )

    assert below(found, f"C{DEEPEST - 10}", "C0")
    assert below(found, f"C{count - 1}", "java.lang.Object")
    assert len(found.problems) == 1


def test_object_itself_may_be_defined() -> None:
    found = hierarchy([asm.Class("java.lang.Object", extends="A"), asm.Class("A")])

    assert below(found, "A", "java.lang.Object")
    assert not below(found, "java.lang.Object", "A")


RUN = asm.Method("run()V", asm.RETURN)


def test_what_a_class_has_from_its_superclasses() -> None:
    found = hierarchy(
        [asm.Class("A", [RUN]), asm.Class("B", extends="A"), asm.Class("C", [asm.Method("run()I")], "B")]
    )
    types = np.array([found.program.type_of(f"L{name};") for name in "ABC"])
    (selector,) = {
        int(found.program.method_selector[m])
        for m in found.virtual_methods
        if str(found.program.method(m)) == "LA;->run()V"
    }
    run = found.resolve(types, np.full(3, selector))

    assert {str(found.program.method(int(m))) for m in run} == {"LA;->run()V"}


def test_what_a_type_takes_from_the_most_special_interface() -> None:
    found = hierarchy(
        [
            asm.interface("I", [RUN]),
            asm.interface("J", [RUN], ["I"]),
            asm.interface("K", extends=["J"]),
            asm.Class("A", implements=["I", "K"]),
            asm.Class("B", extends="A"),
            asm.Class("C"),
        ]
    )
    types = np.array([found.program.type_of(f"L{name};") for name in "ABCKI"])
    selector = int(found.program.method_selector[found.default_methods[0]])
    taken = found.default(types, np.full(5, selector), Limit(99)).tolist()
    names = [str(found.program.method(m)) if m >= 0 else "" for m in taken]

    assert names == ["LJ;->run()V", "LJ;->run()V", "", "LJ;->run()V", ""]
