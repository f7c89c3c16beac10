"""Every class, method, instruction and reference is as `dexdump` prints it: samples, real apps, odd ones."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from auditor.dex.code import references
from auditor.dex.opcodes import FIELD_WRITE, Refers
from auditor.dex.program import File, Program
from tests.dex import assembler as asm
from tests.dex.dexdump import MISSING, Dumped, dumped
from tests.dex.test_reference import APKS, dex_files

pytestmark = pytest.mark.skipif(bool(MISSING), reason=MISSING)

TABLES = {
    "string": (Refers.STRING,),
    "type": (Refers.TYPE, Refers.CLASS, Refers.NEW),
    "field": (Refers.FIELD,),
    "method": (Refers.METHOD, Refers.POLYMORPHIC),
    "call_site": (Refers.CALL_SITE,),
    "method_handle": (Refers.HANDLE,),
    "proto": (Refers.PROTO,),
}


def read(program: Program) -> Dumped:
    """The same from our side, for a program of one file; shared code counts for every method that has it."""
    (file,) = program.files
    owners = [[_name(program, m) for m in program.owners(item)] for item in range(len(file.code))]
    found = Dumped(_counts(file, np.array(list(map(len, owners)))))
    for table, kinds in TABLES.items():
        for kind in kinds:
            uses = references(file.dex, file.code, kind, 1 << 32)
            places = zip(_items(uses.bounds), uses.at.tolist(), uses.index.tolist(), strict=True)
            for item, at, row in places:
                for caller in owners[item]:
                    found.rows[caller, program.offset(item, at), table, row] += 1
    for kind in TABLES["method"]:
        called = program.uses(kind)
        places = zip(_items(called.bounds), called.at.tolist(), called.target.tolist(), strict=True)
        for item, at, method in places:
            for caller in owners[item]:
                found.calls[caller, program.offset(item, at), _name(program, method)] += 1
    return found


def _name(program: Program, method: int) -> str:
    found = program.method(method)
    return f"{found.owner}.{found.name}:{found.proto}"


def _items(bounds: np.ndarray) -> list[int]:
    return np.repeat(np.arange(len(bounds) - 1), np.diff(bounds)).tolist()


def _counts(file: File, owners: np.ndarray) -> Counter[str]:
    """What dexdump counts, each instruction as often as its code has owners."""
    code = file.code
    weight = np.repeat(owners, np.diff(code.bounds))
    kinds = {
        "invoke": (Refers.METHOD, Refers.POLYMORPHIC, Refers.CALL_SITE),
        "const-string": (Refers.STRING,),
        "const-class": (Refers.CLASS,),
        "new-instance": (Refers.NEW,),
        "field access": (Refers.FIELD,),
    }
    found = {name: int(weight[np.isin(code.kind, chosen)].sum()) for name, chosen in kinds.items()}
    found |= {"class": len(file.dex.classes), "method": len(file.data.methods.row)}
    return Counter(found | {"code item": int(owners.sum()), "instruction": int(weight.sum())})


def check(content: bytes, tmp_path: Path) -> Counter[str]:
    """Hold one file against dexdump; what was counted."""
    path = tmp_path / "classes.dex"
    path.write_bytes(content)
    program = Program([("classes.dex", content)])
    expected, found = dumped(path), read(program)

    assert program.problems + program.files[0].problems == []
    assert +expected.counts == +found.counts
    assert expected.rows == found.rows
    assert expected.calls == found.calls
    return found.counts


@pytest.mark.parametrize("apk", APKS, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_an_app_is_read_as_dexdump_reads_it(apk: Path, tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    for _, content in dex_files(apk):
        counts += check(content, tmp_path)

    assert counts["instruction"] > counts["method"] > counts["class"] > 0


def test_every_kind_of_instruction_and_payload(tmp_path: Path) -> None:
    everything = asm.Method(
        "all()V",
        asm.string("short"),
        asm.string("far", jumbo=True),
        *asm.made("al.B"),
        asm.const_class("al.B"),
        asm.cast("al.B"),
        *(asm.access(name, "al.C", "field:J") for name in ("iget", "iput", "sget", "sput")),
        *(
            asm.invoke(kind, "al.B", "call(I[Ljava/lang/String;)V")
            for kind in ("virtual", "super", "interface")
        ),
        asm.invoke("static", "al.B", "wide()V", wide=True),
        asm.polymorphic(
            "java.lang.invoke.MethodHandle", "invoke([Ljava/lang/Object;)Ljava/lang/Object;", "()V"
        ),
        asm.custom(0),
        asm.const_handle(0),
        asm.const_proto("(I)V"),
        asm.RETURN,
        asm.NOP,
        asm.packed_switch(3),
        asm.sparse_switch(2),
        asm.array_data(1, b"odd"),
        asm.array_data(8, bytes(16)),
    )
    content = asm.dex(
        asm.Class("al.A", [everything], fields=["X:I"]),
        asm.Class("al.B", [asm.Method("<init>()V", asm.RETURN)], implements=["java.lang.Runnable"]),
        version=b"038",
        handles=[asm.Handle(4, "al.B", "wide()V")],
        sites=[asm.CallSite(0, "name", "()V")],
    )

    counts = check(content, tmp_path)

    assert (counts["invoke"], counts["const-string"], counts["field access"]) == (7, 2, 4)
    assert FIELD_WRITE.sum() == 14


def test_every_opcode_has_the_length_that_dexdump_gives_it(tmp_path: Path) -> None:
    """Each opcode in a method of its own, followed by zeros: the next instruction shows its length.

    Left out are those that old devices made of others, and that no package may hold.
    """
    methods = [
        asm.Method(
            f"m{opcode}()V", (opcode | 0x1000, 0, 0, 0, 0), *[asm.RETURN] * 3, asm.string("s"), asm.new("B")
        )
        for opcode in range(256)
        if not 0xE3 <= opcode <= 0xF2
    ]
    content = asm.dex(
        asm.Class(
            "A", [*methods, asm.Method("x()V", asm.access("sget", "A", "X:I"), asm.const_proto("()V"))]
        ),
        version=b"039",
        handles=[asm.Handle(4, "A", "x()V")],
        sites=[asm.CallSite(0, "x", "()V")],
    )
    path = tmp_path / "classes.dex"
    path.write_bytes(content)

    found, expected = read(Program([("a", content)])), dumped(path)

    assert expected.counts["method"] == 241
    assert expected.counts["instruction"] == found.counts["instruction"]
    assert {row[:3] for row in expected.rows} == {row[:3] for row in found.rows}


def test_code_that_methods_share(tmp_path: Path) -> None:
    body = asm.string("shared"), asm.RETURN
    methods = [asm.Method("one()V", *body), asm.Method("two()V", *body), asm.Method("other()V", asm.RETURN)]

    counts = check(asm.dex(asm.Class("A", methods), shared=True), tmp_path)

    assert (counts["code item"], counts["const-string"]) == (3, 2)


@pytest.mark.parametrize("version", [b"035", b"037", b"038", b"039"])
def test_versions(version: bytes, tmp_path: Path) -> None:
    assert (
        check(asm.dex(asm.Class("A", [asm.Method("x()V", asm.RETURN)]), version=version), tmp_path)["class"]
        == 1
    )


def test_names_beyond_ascii(tmp_path: Path) -> None:
    name = "al.Përshëndetje$\U0001f600"
    method = asm.Method("ë\U00010400()V", asm.invoke("static", name, "ë\U00010400()V"), asm.RETURN)

    counts = check(asm.dex(asm.Class(name, [method]), version=b"039"), tmp_path)

    assert counts["invoke"] == 1
