"""All files as one program: numbers, definitions, owners, names."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.dex.opcodes import Refers
from auditor.dex.program import Method, Program
from tests.dex import assembler as asm
from tests.dex.test_tables import patched, word

CALL = asm.invoke("virtual", "al.B", "go(ILjava/lang/String;)V")


def program(*files: bytes) -> Program:
    return Program([(f"classes{n}.dex", content) for n, content in enumerate(files)])


def find(found: Program, text: str) -> int:
    """Number of a method by its whole name."""
    numbers = [n for n in range(len(found.method_class)) if str(found.method(n)) == text]
    assert len(numbers) == 1
    return numbers[0]


def test_the_same_thing_has_one_number_in_every_file() -> None:
    """Rows differ from file to file; numbers do not."""
    one = asm.dex(
        asm.Class("al.A", [asm.Method("x()V", CALL, asm.access("sget", "al.B", "F:I"), asm.RETURN)])
    )
    two = asm.dex(
        asm.Class("aa.Before", [asm.Method("zz()V", CALL, asm.access("sget", "al.B", "F:I"), asm.RETURN)]),
        asm.Class("al.B", [asm.Method("go(ILjava/lang/String;)V", asm.RETURN)], fields=["F:I"]),
    )
    found = program(one, two)
    go = find(found, "Lal/B;->go(ILjava/lang/String;)V")

    assert found.uses(Refers.METHOD).target.tolist() == [go, go]
    assert len(set(found.uses(Refers.FIELD).target.tolist())) == 1
    assert found.field(int(found.uses(Refers.FIELD).target[0])) == "Lal/B;->F"
    assert found.method(go) == Method("Lal/B;", "go", "(ILjava/lang/String;)V")
    assert len(found.types) == len(set(found.type_names))


def test_overloads_and_lookalikes_are_different() -> None:
    members = [
        "f()V",
        "f()I",
        "f(I)V",
        "f([I)V",
        "f(II)V",
        "f(IJ)V",
        "f(JI)V",
        "f(Ljava/lang/String;)V",
        "g()V",
    ]
    found = program(asm.dex(asm.Class("A", [asm.Method(m, asm.RETURN) for m in members])))

    assert {str(found.method(n)) for n in range(len(found.method_class))} == {f"LA;->{m}" for m in members}
    assert len(set(found.method_selector.tolist())) == len(members)


@given(
    st.lists(st.lists(st.sampled_from(["I", "J", "LA;", "[LB;"]), max_size=3), min_size=1, max_size=6),
    st.data(),
)
def test_protos_are_one_exactly_when_written_alike(parameters: list[list[str]], data: st.DataObject) -> None:
    """Over several files, whatever the order of their tables."""
    texts = [f"({''.join(p)}){data.draw(st.sampled_from(['V', 'I', 'LA;']))}" for p in parameters]
    files = [asm.dex(asm.Class(f"C{n}", [asm.Method(f"m{t}", asm.RETURN)])) for n, t in enumerate(texts)]
    found = program(*files)
    protos = {found.proto(int(n)): int(n) for n in found.selector_proto}

    assert protos.keys() == set(texts)
    assert len(set(found.selector_proto.tolist())) == len(set(texts))
    assert {found.proto(n): int(found.parameter_count[n]) for n in protos.values()} == {
        text: len(p) for text, p in zip(texts, parameters, strict=True)
    }


def test_the_first_definition_counts() -> None:
    first = asm.dex(asm.Class("A", [asm.Method("x()V", asm.string("first"), asm.RETURN)]))
    second = asm.dex(
        asm.Class(
            "A", [asm.Method("x()V", asm.string("second"), asm.RETURN), asm.Method("y()V", asm.RETURN)], "B"
        )
    )
    found = program(first, second)
    x, y = find(found, "LA;->x()V"), find(found, "LA;->y()V")

    assert (found.class_file[found.type_of("LA;")], found.class_row[found.type_of("LA;")]) == (0, 0)
    assert found.file_of(int(found.method_item[x])) == 0
    assert found.method_flags[y] == -1
    assert [found.file_of(item) for item in range(found.items)] == [0, 1, 1]
    assert sorted(found.owners(1) + found.owners(2)) == sorted([x, y])


def test_a_class_that_one_file_defines_twice() -> None:
    data = asm.dex(
        asm.Class("A", [asm.Method("x()V", asm.string("1"))]),
        asm.Class("B", [asm.Method("x()V", asm.RETURN)]),
    )
    defs = word(data, 0x64)
    found = program(patched(data, defs + 32, word(data, defs)))
    item = int(found.method_item[find(found, "LA;->x()V")])

    assert found.uses(Refers.STRING).of(np.array([item])).tolist() == [0]


def test_shared_code_belongs_to_all_its_methods() -> None:
    body = asm.string("s"), asm.RETURN
    found = program(
        asm.dex(asm.Class("A", [asm.Method("x()V", *body), asm.Method("y()V", *body)]), shared=True)
    )

    assert found.items == 1
    assert {str(found.method(m)) for m in found.owners(0)} == {"LA;->x()V", "LA;->y()V"}


def test_references_know_their_place() -> None:
    body = asm.NOP, CALL, asm.string("a"), CALL, asm.RETURN
    found = program(
        asm.dex(asm.Class("A", [asm.Method("w()V", asm.RETURN), asm.Method("x()V", *body)])),
        asm.dex(asm.Class("B", [asm.Method("y()V", *body)])),
    )
    uses = found.uses(Refers.METHOD)
    items = uses.items(np.arange(len(uses.target)))

    assert [found.offset(int(item), int(at)) for item, at in zip(items, uses.at, strict=True)] == [1, 6, 1, 6]
    assert [str(found.method(found.owners(int(item))[0])) for item in items] == ["LA;->x()V"] * 2 + [
        "LB;->y()V"
    ] * 2
    assert uses.of(np.unique(items)).tolist() == [0, 1, 2, 3]
    assert found.string(1, int(found.uses(Refers.STRING).target[1])) == "a"


def test_lookups() -> None:
    found = program(asm.dex(asm.Class("A", [asm.Method("x()V", CALL), asm.Method("go()V", CALL)])))
    owners = [found.type_of("Lal/B;"), found.type_of("LNobody;"), found.type_of("LA;")]

    assert [str(found.method(n)) for n in found.methods_named(owners, "go")] == [
        "LA;->go()V",
        "Lal/B;->go(ILjava/lang/String;)V",
    ]
    assert found.methods_named(owners, "nothing").tolist() == []
    assert found.methods_named([], "go").tolist() == []
    assert (found.defined(owners[0]), found.defined(owners[2])) == (False, True)


def test_nothing_at_all() -> None:
    found = Program([])

    assert found.items == 0
    assert all(len(found.uses(kind).target) == 0 for kind in Refers)


@pytest.mark.parametrize("broken", [b"", b"dex\n035\0", asm.dex(asm.Class("B"))[:-200]])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_damaged_file_costs_only_itself(broken: bytes, place: int) -> None:
    files = [asm.dex(asm.Class(name, [asm.Method("x()V", CALL)])) for name in ("A", "C")]
    files.insert(place, broken)
    found = program(*files)

    assert [name for name, _ in found.problems] == [f"classes{place}.dex"]
    assert len(found.uses(Refers.METHOD).target) == 2
    assert find(found, "LC;->x()V") >= 0
