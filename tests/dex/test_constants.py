"""Constants that reach calls: what is found, and that no code makes it long. No clock: a hang shows."""

from __future__ import annotations

import struct

import pytest

from auditor.dex import constants as module
from auditor.dex import encoded
from auditor.dex.analysis import analyse
from auditor.dex.constants import Constants, Passed
from auditor.dex.instructions import body_of
from auditor.dex.platform import Platform
from auditor.dex.program import Program
from tests.dex import assembler as asm

TAKE = "take(Ljava/lang/String;)V"
BUILDER = "java.lang.StringBuilder"
MANY = 8_000


def call(owner: str, member: str, *registers: int, static: bool = True) -> asm.Instruction:
    listed = sum(register << 4 * place for place, register in enumerate(registers))
    opcode = 0x71 if static else 0x6E
    return (len(registers) << 12 | opcode, asm.method_index(owner, member), listed)


def static(member: str, *code: asm.Instruction) -> asm.Method:
    return asm.Method(member, *code, asm.RETURN, flags=asm.PUBLIC | asm.STATIC)


def asked(content: bytes, member: str = TAKE) -> list[Passed]:
    """What is passed to all calls of this member, without doubles."""
    code = analyse([("classes.dex", content)], Platform(""))
    assert code.program.problems == []
    found, constants = dict[Passed, None](), Constants(code.program, code.calls)
    for position, method in enumerate(code.calls.uses.target.tolist()):
        if str(code.program.method(method)).endswith(member):
            found.update(dict.fromkeys(constants.passed(position, 0)))
    return list(found)


def values(*code: asm.Instruction) -> list[str | int]:
    """What one method with this code passes to `take`."""
    return [p.value for p in asked(asm.dex(asm.Class("A", [static("run()V", *code)])))]


def with_arguments(content: bytes, words: int) -> bytes:
    """All code states that so many of its 16 registers hold arguments."""
    (file,) = Program([("a", content)]).files
    data = bytearray(content)
    for at in file.code.offset.tolist():
        struct.pack_into("<H", data, at + 2, words)
    return bytes(data)


def test_a_text_that_is_put_together() -> None:
    code = (
        asm.new(BUILDER),
        call(BUILDER, "<init>()V", 0, static=False),
        (0x011A, asm.Index("string", ("https://",))),
        call(BUILDER, "append(Ljava/lang/String;)Ljava/lang/StringBuilder;", 0, 1, static=False),
        call(BUILDER, "append(Ljava/lang/String;)Ljava/lang/StringBuilder;", 0, 2, static=False),
        call(BUILDER, "toString()Ljava/lang/String;", 0, static=False),
        (0x030C,),
        call("B", TAKE, 3),
    )

    assert [f"https://{module.HOLE}"] == values(*code)


def test_known_methods_without_their_arguments() -> None:
    """Nobody has to call `append` on an object with something to append."""
    names = {(owner, name) for owner, name in module._KNOWN}
    calls = [call(owner, f"{name}()V") for owner, name in sorted(names)]
    bare = [call(owner, f"{name}()V", 0, static=False) for owner, name in sorted(names)]

    assert ["seen"] == values(*calls, asm.new(BUILDER), *bare, asm.string("seen"), call("B", TAKE, 0))


def test_helpers_that_pass_their_parameter_on_through_ever_more_calls() -> None:
    """Two hundred calls in each of three helpers: eight million ways, one answer for each call."""
    step = [call(f"H{n}", TAKE, 15) for n in range(3)]
    helpers = [asm.Class(f"H{n + 1}", [static(TAKE, *[step[n]] * 200)]) for n in range(2)]
    first = asm.Class("H0", [static(TAKE, call("B", "sink(Ljava/lang/String;)V", 15))])
    last = asm.Class("Z", [static("run()V", asm.string("x"), *[call("H2", TAKE, 0)] * 200)])

    found = asked(with_arguments(asm.dex(first, *helpers, last), 1), "sink(Ljava/lang/String;)V")

    assert (200, {"x"}) == (len(found), {p.value for p in found})


def test_a_static_field_with_too_many_values_is_unknown() -> None:
    stores = [
        part
        for n in range(2 * module.FEW)
        for part in (asm.string(f"s{n}"), asm.access("sput", "A", "X:Ljava/lang/String;"))
    ]
    load = asm.access("sget", "A", "X:Ljava/lang/String;"), call("B", TAKE, 0)
    methods = [static("<clinit>()V", *stores), static("run()V", *load)]

    assert [] == asked(asm.dex(asm.Class("A", methods, fields=["X:Ljava/lang/String;"])))
    few = asm.Class("A", [static("<clinit>()V", *stores[:4]), methods[1]], fields=["X:Ljava/lang/String;"])
    assert {"s0", "s1"} == {p.value for p in asked(asm.dex(few))}


def test_the_end_of_a_very_long_text_is_left_out() -> None:
    (found,) = values(asm.string("ë" * 100_000), call("B", TAKE, 0))

    assert "ë" * module.LONGEST == found


def test_a_method_of_many_registers_and_many_jumps_is_not_run() -> None:
    """Each jump would keep what each register holds: a hundred million values."""
    moves = [(0x0009, register, 0) for register in range(16, 9000)]
    jumps = [(0x0038, 2)] * 9000

    assert [] == values(asm.string("x"), *moves, *jumps, call("B", TAKE, 0))
    assert ["x"] == values(asm.string("x"), *moves, call("B", TAKE, 0))


# one method, decoded --------------------------------------------------------------------------------


def test_a_switch_table_belongs_to_one_switch() -> None:
    """Many switches that name one table would have more targets than any memory holds."""
    count = 3000
    switches = [(0x002B, (3 * (count - n) + 1) & 0xFFFF, 0) for n in range(count)]
    method = static("run()V", *switches)
    content = asm.dex(asm.Class("A", [asm.Method("run()V", *method.code, asm.packed_switch(MANY))]))

    body = body_of(Program([("a", content)]), 0)

    assert [MANY, *[0] * (count - 1)] == [len(i.jumps) for i in body.instructions if i.opcode == 0x2B]


def test_a_table_inside_another_instruction_is_none() -> None:
    code = (0x002B, 4, 0), (0x0014, 0x0100, 2), asm.RETURN, asm.NOP, asm.NOP

    body = body_of(Program([("a", asm.dex(asm.Class("A", [asm.Method("run()V", *code)])))]), 0)

    assert [()] == [i.jumps for i in body.instructions if i.opcode == 0x2B]


def test_code_that_states_more_than_it_has_is_cut_as_in_the_sweep() -> None:
    methods = [static(f"m{n}()V", asm.string("x"), call("B", TAKE, 0)) for n in range(MANY)]
    content = asm.dex(asm.Class("A", methods))
    (file,) = Program([("a", content)]).files
    data = bytearray(content)
    for at in file.code.offset.tolist():
        struct.pack_into("<L", data, at + 12, 0xFFFFFFFF)

    program = Program([("a", bytes(data))])
    assert [f"{MANY} code items cut: they reach into the next one or out of the file"] == program.files[
        0
    ].problems[:1]
    sizes = {len(body_of(program, item).instructions) for item in range(MANY - 1)}

    assert sizes <= {3, 4}
    assert MANY == len(asked(bytes(data)))


def test_constants_beside_a_class_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    fields = [f"F{n}:I" for n in range(50)]
    loads = [part for f in fields for part in (asm.access("sget", "A", f), call("B", "take(I)V", 0))]
    read = list[int]()
    monkeypatch.setattr(module.encoded, "static_values", lambda _dex, row, _most: read.append(row) or [])

    asked(asm.dex(asm.Class("A", [static("run()V", *loads)], fields=fields)), "take(I)V")

    assert [0] == read


def test_a_class_is_looked_through_once_for_a_text(monkeypatch: pytest.MonkeyPatch) -> None:
    """However often the text seems to be written in the values of one class."""
    content = asm.dex(asm.Class("A", [static("run()V", asm.string("x"))], fields=["X:I"]))
    (file,) = Program([("a", content)]).files
    row = file.dex.find("x")
    file.dex.data += bytes([0x17, row]) * 40
    file.dex.classes = file.dex.classes.copy()
    file.dex.classes[0, 7] = len(content)
    read = list[int]()
    monkeypatch.setattr(encoded, "static_values", lambda _dex, row, _most: read.append(row) or [])

    assert encoded.field_holding(file.dex, file.data.fields, row) is None
    assert [0] == read


def test_no_more_values_are_read_than_a_class_has_static_fields() -> None:
    content = asm.dex(asm.Class("A", [static("run()V", asm.string("x"))], fields=["X:I", "Y:I"]))
    (file,) = Program([("a", content)]).files
    file.dex.data += asm.uleb(50_000) + bytes([0x04, 7] * 50_000)
    file.dex.classes = file.dex.classes.copy()
    file.dex.classes[0, 7] = len(content)

    assert [encoded.Value(4, 7)] * 2 == encoded.static_values(file.dex, 0, 2)
    assert 50_000 == len(encoded.static_values(file.dex, 0))
