"""Names in texts, and methods behind handles: what counts as used, and that no code makes too much of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from auditor.dex import encoded, reflection
from auditor.dex.analysis import analyse
from auditor.dex.platform import Platform
from auditor.dex.program import Program
from tests.dex import assembler as asm
from tests.dex.test_reference import APKS, dex_files


def static(member: str, *code: asm.Instruction) -> asm.Method:
    return asm.Method(member, *code, asm.RETURN, flags=asm.PUBLIC | asm.STATIC)


def named(program: Program) -> set[str]:
    pairs = reflection.named_methods(program, reflection.class_names(program))
    return {str(program.method(method)) for _, method in pairs}


def test_a_method_that_names_a_class_and_its_members() -> None:
    use = static("use()V", *map(asm.string, ("al.A", "one", "both", "absent", "foreign")))
    members = ["one()V", "both()V", "both(I)V", "other()V"]
    content = asm.dex(
        asm.Class("al.A", [static(m) for m in members]), asm.Class("al.B", [use, static("foreign()V")])
    )

    assert named(Program([("a", content)])) == {"Lal/A;->one()V", "Lal/A;->both()V", "Lal/A;->both(I)V"}


def naive(program: Program) -> set[tuple[int, int]]:
    """The same, method by method."""
    classes, strings = reflection.class_names(program), program.uses(reflection.Refers.STRING)
    of_class: dict[int, list[int]] = {}
    for method in np.flatnonzero(program.method_flags >= 0).tolist():
        of_class.setdefault(int(program.method_class[method]), []).append(method)
    found = set()
    for item in set(classes.items(np.arange(len(classes.target))).tolist()):
        file = program.file_of(item)
        texts = {program.string(file, row) for row in strings.target[strings.of(np.array([item]))].tolist()}
        for owner in set(classes.target[classes.of(np.array([item]))].tolist()):
            found |= {(item, m) for m in of_class.get(owner, ()) if program.method(m).name in texts}
    return found


@pytest.mark.parametrize("apk", APKS, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_real_programs(apk: Path) -> None:
    program = Program(dex_files(apk))

    assert set(reflection.named_methods(program, reflection.class_names(program))) == naive(program)


def test_many_methods_that_name_a_large_class() -> None:
    """Ten thousand methods name a class of twenty thousand, and a member of another one."""
    large = asm.Class("al.A", [static(f"m{n}()V") for n in range(20_000)])
    users = [static(f"u{n}()V", asm.string("al.A"), asm.string("other")) for n in range(10_000)]

    assert named(Program([("a", asm.dex(large, asm.Class("al.B", [*users, static("other()V")])))])) == set()


def test_a_call_site_counts_once_for_each_method() -> None:
    """A hundred thousand calls through five hundred handles: fifty million pairs, five hundred distinct."""
    members = [static(f"m{n}()V") for n in range(500)]
    calls = [static(f"c{n}()V", *[asm.custom(0)] * 20_000) for n in range(5)]
    content = asm.dex(
        asm.Class("A", [*members, *calls]),
        version=b"039",
        handles=[asm.Handle(4, "A", f"m{n}()V") for n in range(500)],
        sites=[asm.CallSite(0, "name", "()V", range(500))],
    )

    code = analyse([("a", content)], Platform(""), ["LA;"])

    assert code.calls.problems == []
    assert len(list(encoded.handled(code.program))) == 5 * 500
