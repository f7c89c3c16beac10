"""Methods taken out of a program: dexdump reads the same instructions there, and damage costs one method."""

from __future__ import annotations

import os
import re
import shutil
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.dex import extract as module
from auditor.dex.assemble import Body, Class, Handler, Ref, Table, Try, assemble, closed, numbered
from auditor.dex.extract import Extract, extract
from auditor.dex.program import Program
from tests.dex import assembler as asm

ROOT = Path(__file__).parent.parent.parent
CORPUS = Path(os.environ.get("AUDITOR_CORPUS", "/nonexistent"))
APKS = sorted([*ROOT.glob("samples/*/app.apk"), *CORPUS.glob("*.apk")])

HUNDREDS = 300
"""Methods of one app that are compared, a batch of 30 at a time."""


def dex_files(apk: Path) -> list[tuple[str, bytes]]:
    archive = zipfile.ZipFile(apk)
    found = [(int(m[1] or 1), n) for n in archive.namelist() if (m := re.fullmatch(r"classes(\d*)\.dex", n))]
    return [(name, archive.read(name)) for _, name in sorted(found)]


def program_of(*classes: asm.Class) -> Program:
    return Program([("classes.dex", asm.dex(*classes))])


def with_code(program: Program) -> list[int]:
    return np.flatnonzero(program.method_item >= 0).tolist()  # type: ignore[no-any-return]


def spread(methods: list[int], count: int) -> list[int]:
    """So many of them, from all over the program."""
    return methods[:: -(-len(methods) // count)]


def again(taken: Extract) -> Program:
    """The extracted file, read without a complaint."""
    program = Program([("excerpt.dex", taken.content)])
    assert ([], []) == (program.problems, [p for f in program.files for p in f.problems])
    assert zlib.adler32(taken.content[12:]) == struct.unpack_from("<L", taken.content, 8)[0]
    return program


def names(program: Program, methods: list[int] | dict[int, int]) -> set[str]:
    return {str(program.method(m)) for m in methods}


# dexdump --------------------------------------------------------------------------------------------

type Listing = dict[tuple[str, str, str], list[str]]

_CODE = re.compile(r"[0-9a-f]{6}: .*?\|([0-9a-f]{4}): (.*)")
_ROW = re.compile(r" // (string|type|field|method)@[0-9a-f]+")
_KEPT = (
    "      access",
    "      registers",
    "      ins",
    "      outs",
    "      catches",
    "        0x",
    "          ",
)


def dumped(content: bytes, folder: Path) -> Listing:
    """What dexdump says of each method: access, sizes, instructions, handlers; without places and rows."""
    path = folder / "some.dex"
    path.write_bytes(content)
    done = subprocess.run(["dexdump", "-d", path], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")[-500:]
    return dict(listed(done.stdout.decode("utf-8", "surrogateescape").splitlines()))


def listed(lines: list[str]) -> Iterator[tuple[tuple[str, str, str], list[str]]]:
    owner, member, kept = "", "", list[str]()
    for line in lines:
        label, _, value = line.strip().partition(":")
        value = value.strip(" '")
        match label.strip():
            case "Class descriptor":
                owner, kept = value, []
            case "name":
                member, kept = value, []
            case "type" if value.startswith("("):
                yield (owner, member, value), kept
            case "positions" | "source_file_idx":
                kept = []
            case _:
                if code := _CODE.fullmatch(line):
                    kept.append(f"{code[1]} {_ROW.sub('', code[2])}")
                elif line.startswith(_KEPT):
                    kept.append(line)


@pytest.mark.skipif(not shutil.which("dexdump"), reason="dexdump is not installed")
@pytest.mark.parametrize("apk", APKS, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_dexdump_reads_the_same(apk: Path, tmp_path: Path) -> None:
    """Instructions, flags, registers and handlers, in files that dexdump's verifier accepts."""
    files = dex_files(apk)
    program = Program(files)
    original: Listing = {}
    for _, content in reversed(files):  # the first file that defines a class counts
        original |= dumped(content, tmp_path)
    chosen = spread(with_code(program), HUNDREDS)

    for begin in range(0, len(chosen), 30):
        taken = extract(program, chosen[begin : begin + 30])
        found = dumped(taken.content, tmp_path)
        assert {tuple(program.method(m)) for m in taken.rows} == set(found)
        assert found == {key: original[key] for key in found}
        assert all("method handle" in why or "more than" in why for why in taken.refused.values())


@pytest.mark.parametrize("apk", APKS, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_an_extract_of_an_extract_is_the_same(apk: Path) -> None:
    """Nothing is in it that the methods do not need, and rows are what they are said to be."""
    program = Program(dex_files(apk))
    taken = extract(program, spread(with_code(program), 40))
    second = again(taken)

    assert taken.content == extract(second, with_code(second)).content
    assert names(program, taken.rows) == names(second, with_code(second))
    rows = {str(second.method(int(n))): row for row, n in enumerate(second.files[0].methods)}
    assert taken.rows == {m: rows[str(program.method(m))] for m in taken.rows}


# what it holds --------------------------------------------------------------------------------------

PASSED = asm.invoke("static", "al.example.Log", "put(Ljava/lang/String;)V")


def test_only_what_is_referred_to() -> None:
    """Other members, their names and texts stay behind."""
    program = program_of(
        asm.Class(
            "al.example.A",
            [
                asm.Method("wanted()V", asm.string("kept"), PASSED, asm.RETURN),
                asm.Method("other()V", asm.string("left behind"), asm.new("al.example.B"), asm.RETURN),
            ],
            extends="al.example.Base",
            implements=["al.example.Face"],
        )
    )
    wanted = program.methods_named(range(len(program.type_names)), "wanted").tolist()
    second = again(extract(program, wanted))
    dex = second.files[0].dex

    assert {"Lal/example/A;->wanted()V"} == names(second, with_code(second))
    assert [b"Lal/example/A;", b"Lal/example/Base;", b"Lal/example/Log;", b"Ljava/lang/String;", b"V"] == [
        dex.raw(int(row)) for row in dex.types
    ]
    assert "kept" in [dex.text(row) for row in range(len(dex.strings))]
    assert dex.find("left behind") == dex.find("Lal/example/Face;") == -1
    assert dex.type_name(int(dex.classes[0, 2])) == "Lal/example/Base;"


def test_own_fields_are_defined() -> None:
    """A field that the code uses and its class defines comes with its flags; others are only referred to."""
    code = [asm.access("sget", "al.example.A", "MINE:I"), asm.access("sget", "al.example.B", "THEIRS:I")]
    fields = ["MINE:I", "UNUSED:I"]
    program = program_of(asm.Class("al.example.A", [asm.Method("a()V", *code, asm.RETURN)], fields=fields))
    file = again(extract(program, with_code(program))).files[0]

    assert ["MINE"] == [file.dex.text(int(file.dex.field_name[row])) for row in file.data.fields.row]
    assert [asm.PUBLIC | asm.STATIC] == file.data.fields.flags.tolist()
    assert file.dex.find("UNUSED") == -1 != file.dex.find("THEIRS")


def test_several_files() -> None:
    """Methods of several DEX files share the tables of one; supertypes come first."""
    low = asm.dex(asm.Class("al.A", [asm.Method("a()V", asm.string("one"), asm.RETURN)], extends="al.B"))
    high = asm.dex(asm.Class("al.B", [asm.Method("b()V", asm.string("two"), asm.RETURN)]))
    program = Program([("classes.dex", low), ("classes2.dex", high)])
    second = again(extract(program, with_code(program)))

    assert {"Lal/A;->a()V", "Lal/B;->b()V"} == names(second, with_code(second))
    dex = second.files[0].dex
    assert ["Lal/B;", "Lal/A;"] == [dex.type_name(int(row)) for row in dex.classes[:, 0]]


def test_shared_code_and_every_reference() -> None:
    """Methods that share a code item each get it; every form of reference points to the right row."""
    code = (
        asm.string("z", jumbo=True),
        asm.cast("al.C"),
        asm.const_class("al.D"),
        asm.new("al.E"),
        asm.invoke("static", "al.F", "f()V", wide=True),
        asm.RETURN,
    )
    content = asm.dex(asm.Class("al.A", [asm.Method("a()V", *code), asm.Method("b()V", *code)]), shared=True)
    program = Program([("classes.dex", content)])
    second = again(extract(program, with_code(program)))
    file = second.files[0]

    assert len(with_code(second)) == 2
    units = file.dex.units[file.code.at[:5] + 1].tolist()
    texts = [file.dex.text(units[0]), *map(file.dex.type_name, units[1:4])]
    assert ["z", "Lal/C;", "Lal/D;", "Lal/E;"] == texts
    assert str(second.method(int(file.methods[units[4]]))) == "Lal/F;->f()V"


def test_handlers_and_payloads() -> None:
    """What is caught where, and data inside code, come through unchanged."""
    method = Ref(Table.METHOD, (b"La;", b"m", b"V"))
    units = [0x0000, 0x000E, *asm.packed_switch(2), *asm.array_data(1, b"abc")]
    handlers = [Handler(((b"Ljava/io/IOException;", 1), (b"Lb;", 0)), None), Handler((), 1)]
    body = Body(1, 0, 0, units, [], [Try(0, 1, 0), Try(1, 1, 1), Try(2, 1, 0)], handlers)
    made = Class(b"La;", 1, b"Ljava/lang/Object;", {}, {method: (9, body)})
    content = assemble([made], numbered(closed((*body.needs(), *made.needs()))))
    program = Program([("classes.dex", content)])
    taken = extract(program, with_code(program))

    assert taken.content == content
    assert units == again(taken).files[0].dex.units[program.files[0].code.first[0] :][: len(units)].tolist()


@pytest.mark.parametrize("text", ["ë", "\0", "a\0", "\ud800", "😀", ""])
def test_texts(text: str) -> None:
    """Every text that modified UTF-8 can hold, sorted as the format asks."""
    code = [asm.string(other) for other in (text, "a", "b", "z", "\x01", "\ue000")]
    program = program_of(asm.Class("al.A", [asm.Method("a()V", *code, asm.RETURN)]))
    dex = again(extract(program, with_code(program))).files[0].dex
    raws = [dex.raw(row) for row in range(len(dex.strings))]

    assert asm.mutf8(text) in raws
    assert raws == sorted(raws, key=lambda raw: raw.replace(b"\xc0\x80", b"\0"))


# damage ---------------------------------------------------------------------------------------------


def refused(*classes: asm.Class, **options: object) -> list[str]:
    """Why methods of these classes are not taken; the file made of the rest is sound."""
    program = Program([("classes.dex", asm.dex(*classes, **options))])  # type: ignore[arg-type]
    methods = np.flatnonzero(program.method_flags >= 0).tolist()
    taken = extract(program, methods)
    again(taken)
    assert set(methods) == taken.rows.keys() | taken.refused.keys()
    return list(taken.refused.values())


def one(*code: asm.Instruction) -> asm.Class:
    return asm.Class("al.A", [asm.Method("a()V", *code)])


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ([(0x1A, 0x7777)], "refers to row 30583 of string_ids"),
        ([(0x1B, 0, 0x7777)], "of string_ids"),
        ([(0x22, 0x7777)], "of type_ids"),
        ([(0x60, 0x7777)], "of field_ids"),
        ([(0x6E, 0x7777, 0)], "of method_ids"),
        ([(0x73,)], "0x0000 is unknown or cut off"),
        ([asm.NOP, (0x6E,)], "0x0001 is unknown or cut off"),
        ([asm.polymorphic("al.B", "b()V", "()V")], "method handle"),
        ([asm.NOP] * (module.MOST_UNITS + 1), "16,385 code units"),
    ],
)
def test_a_damaged_method_is_refused(code: list[asm.Instruction], why: str) -> None:
    """One clause for it; the method beside it is taken."""
    clauses = refused(one(*code), asm.Class("al.B", [asm.Method("b()V", asm.RETURN)]))

    assert len(clauses) == 1
    assert why in clauses[0]


def test_no_code() -> None:
    """Abstract methods have nothing to take."""
    assert refused(asm.interface("al.A", [asm.abstract("a()V")])) == ["it has no code"]


def patched(content: bytes, at: int, form: str, *values: int) -> Program:
    changed = bytearray(content)
    struct.pack_into(form, changed, at, *values)
    return Program([("classes.dex", bytes(changed))])


def test_code_that_reaches_too_far() -> None:
    """Instructions of the next method are not taken for its own; nor are bytes behind the file."""
    content = asm.dex(asm.Class("al.A", [asm.Method("a()V", asm.RETURN), asm.Method("b()V", asm.RETURN)]))
    offsets = Program([("classes.dex", content)]).files[0].code.offset.tolist()
    for at in offsets:
        program = patched(content, at + 12, "<L", 16_000)
        taken = extract(program, with_code(program))
        assert ["its code reaches into the next method's, or out of the file"] == [*taken.refused.values()]
        assert len(again(taken).files[0].code) == 1


@pytest.mark.parametrize("count", [1, 700, 0xFFFF])
def test_exception_tables_that_are_none(count: int) -> None:
    """Whatever stands where handlers should be is read as far as it goes, or refused."""
    content = asm.dex(one(asm.RETURN, asm.NOP)) + b"\xff" * 100
    offset = int(Program([("classes.dex", content)]).files[0].code.offset[0])
    program = patched(content, offset + 6, "<H", count)
    taken = extract(program, with_code(program))

    assert len(taken.refused) + len(taken.rows) == 1
    assert again(taken).problems == []


def test_hostile_texts_and_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither overlapping texts nor many rows make a large file."""
    many = [asm.string(f"{n:050}") for n in range(100)]
    monkeypatch.setattr(module, "MOST_TEXT", 4000)
    assert refused(one(*many)) == ["it refers to more text than an excerpt needs"]
    monkeypatch.undo()
    monkeypatch.setattr(module, "MOST_ROWS", 90)
    beside = asm.Class("al.B", [asm.Method("b()V", asm.RETURN)])
    assert refused(one(*many), beside) == ["it refers to more than a file of excerpts holds"]


def test_superclasses_that_are_none() -> None:
    """A class that is its own superclass, a circle, and a type that is not there."""
    assert not refused(asm.Class("al.A", [asm.Method("a()V", asm.RETURN)], extends=""))
    content = asm.dex(one(asm.RETURN))
    at = struct.unpack_from("<L", content, 0x64)[0]
    for above in (0, 1, 2, 0x7777, 0xFFFFFFFE):
        program = patched(content, at + 8, "<L", above)
        assert len(again(extract(program, with_code(program))).files[0].dex.classes) == 1


def test_circles_end() -> None:
    """Classes that inherit from each other are written once each."""
    made = [Class(b"La;", 1, b"Lb;"), Class(b"Lb;", 1, b"La;")]
    content = assemble(made, numbered(closed(ref for each in made for ref in each.needs())))

    assert len(Program([("classes.dex", content)]).files[0].dex.classes) == 2


ORIGINAL = asm.dex(
    asm.Class(
        "al.example.A",
        [
            asm.Method("a(ILjava/lang/String;)V", asm.string("ë"), PASSED, asm.cast("al.B"), asm.RETURN),
            asm.Method("<init>()V", asm.access("sget", "al.example.A", "F:I"), asm.RETURN),
        ],
        fields=["F:I"],
    ),
    asm.Class("al.example.B", [asm.Method("b()V", asm.packed_switch(3), asm.RETURN)], extends="al.example.A"),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0x70, len(ORIGINAL) - 1), st.integers(0, 255)), max_size=8))
def test_any_damage_ends_in_a_sound_file(changes: list[tuple[int, int]]) -> None:
    """Whatever bytes change: every method is taken or refused, and the new file can be read."""
    content = bytearray(ORIGINAL)
    for at, value in changes:
        content[at] = value
    program = Program([("classes.dex", bytes(content))])
    methods = list(range(len(program.method_class)))
    taken = extract(program, methods)

    assert set(methods) == taken.rows.keys() | taken.refused.keys()
    assert Program([("excerpt.dex", taken.content)]).problems == []
