"""Methods that something outside the code calls because they carry an annotation."""

import pytest

from auditor.dex import encoded
from auditor.dex.analysis import TESTS, Code, analyse
from auditor.dex.program import Program
from tests.dex import assembler as asm
from tests.dex.test_reach import INIT, main, method, platform

SPEC = asm.Class("Spec", [INIT, method("get()V")])
MODULE = asm.Class("Module", [INIT, method("get()V"), method("other()V")], "Spec")
MARK = "LMark;"


def analysed(monkeypatch: pytest.MonkeyPatch, marked: str, who: str, *body: asm.Instruction) -> Code:
    """The program in which one method carries the annotation."""

    def annotated(program: Program, _: object) -> dict[int, str]:
        numbers = range(len(program.method_class))
        return {n: MARK for n in numbers if str(program.method(n)) == marked}

    monkeypatch.setattr(encoded, "annotated", annotated)
    content = asm.dex(main(*body), SPEC, MODULE)
    return analyse([("classes.dex", content)], platform(), ["LMain;"], (), {MARK: who})


def reached(code: Code) -> set[str]:
    return {str(code.program.method(n)) for n in code.reach.methods.nonzero()[0].tolist()}


def test_what_overrides_a_marked_method_is_called_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """React Native marks the method of the specification, which an app's module overrides."""
    code = analysed(monkeypatch, "LSpec;->get()V", "script", asm.new("Module"))

    assert "LModule;->get()V" in reached(code)
    assert "LModule;->other()V" not in reached(code)
    assert set(code.outside.values()) == {"script"}


def test_an_object_must_exist_unless_tests_make_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "LModule;->get()V" not in reached(analysed(monkeypatch, "LModule;->get()V", "script"))
    assert "LModule;->get()V" in reached(analysed(monkeypatch, "LModule;->get()V", TESTS))
