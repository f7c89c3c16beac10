"""Methods as text: on samples and real apps, over garbage, and with a decompiler that hangs or dies."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from auditor.catalogue import load
from auditor.collect import decompiler, excerpt
from auditor.collect.excerpt import Excerpts, Limits, excerpts, shaped
from auditor.collect.literals import Scanner
from auditor.dex.extract import extract
from auditor.dex.program import Program
from tests.dex import assembler as asm

ROOT = Path(__file__).parent.parent.parent
CORPUS = Path(os.environ.get("AUDITOR_CORPUS", "/nonexistent"))
APKS = sorted([*ROOT.glob("samples/*/app.apk"), *CORPUS.glob("*.apk")])


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(load())


def program_of(*methods: asm.Method) -> Program:
    return Program([("classes.dex", asm.dex(asm.Class("al.example.A", methods)))])


def named(program: Program, *wanted: str) -> list[int]:
    owners = range(len(program.type_names))
    return [int(program.methods_named(owners, name)[0]) for name in wanted]


def static(member: str, *code: asm.Instruction) -> asm.Method:
    return asm.Method(member, *code, flags=asm.PUBLIC | asm.STATIC)


LOG = asm.invoke("static", "al.example.Log", "put(Ljava/lang/String;)V")
PUT = (0x71 | 1 << 12, LOG[1], 0)
"""`Log.put(v0)`."""


def says(member: str, *texts: str) -> asm.Method:
    return static(member, *(part for text in texts for part in (asm.string(text), PUT)), asm.RETURN)


# what is decompiled ---------------------------------------------------------------------------------


def test_a_method(scanner: Scanner) -> None:
    """It reads as Java does; letters stay letters, and nothing else of the class is there."""
    program = program_of(says("a()V", 'Përshëndetje "ti"\n\\ \u202e'), says("b()V", "other"))
    (method,) = named(program, "a")
    text = """\
public static void a()
{
    al.example.Log.put("Përshëndetje \\"ti\\"\\n\\\\ \\u202e");
    return;
}"""

    assert Excerpts({method: text}) == excerpts(program, [method], scanner)


@pytest.mark.parametrize("apk", APKS, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_apps(apk: Path, scanner: Scanner) -> None:
    """Methods from all over an app can be decompiled, and what they call is in the text."""
    archive = zipfile.ZipFile(apk)
    members = sorted(n for n in archive.namelist() if re.fullmatch(r"classes\d*\.dex", n))
    program = Program([(name, archive.read(name)) for name in members])
    methods = np.flatnonzero(program.method_item >= 0).tolist()
    chosen = methods[:: -(-len(methods) // excerpt.MOST)]
    found = excerpts(program, chosen, scanner)

    assert all("method handle" in why or "more than" in why for why in found.missing.values())
    assert set(chosen) == found.texts.keys() | found.missing.keys()
    for method, text in found.texts.items():
        name = program.method(method).name
        assert name.startswith("<") or f" {name}(" in text
        assert len(text) <= 4000
        assert len(text.splitlines()) <= 60


def test_the_same_text_as_from_the_whole_file() -> None:
    """The decompiler makes of an extracted method what it makes of the method in its own file."""
    archive = zipfile.ZipFile(ROOT / "samples" / "aktivisti" / "app.apk")
    whole = archive.read("classes.dex")
    program = Program([("classes.dex", whole)])
    methods = np.flatnonzero(program.method_item >= 0).tolist()[::15]
    row_of = {int(number): row for row, number in enumerate(program.files[0].methods)}
    taken, limits = extract(program, methods), Limits()
    expected, _ = excerpt._decompiled(whole, [row_of[m] for m in methods], limits)
    found, _ = excerpt._decompiled(taken.content, list(taken.rows.values()), limits)

    assert all(text for text, _ in expected.values())
    assert [expected[row_of[m]] for m in methods] == [found[taken.rows[m]] for m in methods]


def test_what_it_is_there_to_show(scanner: Scanner) -> None:
    """A text without the call that it illustrates is no excerpt."""
    program = program_of(says("a()V", "x"), says("b()V", "x"))
    first, second = named(program, "a", "b")
    found = excerpts(program, [first, second], scanner, {first: "Log.put", second: "Log.get"})

    assert [first] == list(found.texts)
    assert {second: "its decompiled text does not show what it is there for"} == found.missing


def test_nothing_asked(scanner: Scanner, monkeypatch: pytest.MonkeyPatch) -> None:
    """No method, or none with code: no process is started."""
    monkeypatch.setattr(excerpt, "Popen", None)
    program = Program([("classes.dex", asm.dex(asm.interface("al.A", [asm.abstract("a()V")])))])

    assert Excerpts() == excerpts(program, [], scanner)
    assert Excerpts(missing={0: "it has no code"}) == excerpts(program, [0], scanner)


def test_only_so_many(scanner: Scanner) -> None:
    """Those beyond are named."""
    program = program_of(*(says(f"m{n}()V", "x") for n in range(excerpt.MOST + 2)))
    methods = np.flatnonzero(program.method_item >= 0).tolist()
    found = excerpts(program, methods, scanner)

    assert methods[: excerpt.MOST] == list(found.texts)
    assert methods[excerpt.MOST :] == list(found.missing)


# hostile code ---------------------------------------------------------------------------------------


def test_garbage(scanner: Scanner) -> None:
    """Whatever the instructions are, every method has a text or a reason."""
    mixed = np.random.default_rng(1).integers(0, 0xE3, (35, 40)).tolist()
    bodies = [[(unit | 0x1200,) for unit in units] for units in mixed]
    program = program_of(*(static(f"m{n}()V", *body) for n, body in enumerate(bodies)))
    methods = np.flatnonzero(program.method_item >= 0).tolist()
    found = excerpts(program, methods, scanner)

    assert set(methods) == found.texts.keys() | found.missing.keys()
    assert found.missing


def test_jumps_to_nowhere(scanner: Scanner) -> None:
    """Loops without an end, jumps out of the code, a switch without its table."""
    bodies: list[list[asm.Instruction]] = [
        [(0x28,)],
        [(0x0028 | 0x7F00,)],
        [(0x0029, 0x8000)],
        [(0x0038, 0x7000)],
        [(0x002B, 0x7FFF, 0x7FFF)],
        [(0x002B, 0, 0), (0x002C, 1, 0)],
        [(0x0038, 0), (0x0028 | 0xFE00,)],
    ]
    program = program_of(says("sound()V", "x"), *(static(f"m{n}()V", *b) for n, b in enumerate(bodies)))
    methods = np.flatnonzero(program.method_item >= 0).tolist()
    found = excerpts(program, methods, scanner)

    assert set(methods) == found.texts.keys() | found.missing.keys()
    assert named(program, "sound")[0] in found.texts


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="one method's time is bounded by a signal")
def test_a_sum_that_doubles(scanner: Scanner) -> None:
    """`v1 = v0 + v0; v2 = v1 + v1; ...` is a text of 2^60 terms: it is given up, the next method is not."""
    doubled = [(0x90 | n + 1 << 8, n | n << 8) for n in range(60)]
    endless = static("a()I", (0x1012,), *doubled, (0x0F | 60 << 8,))
    program = program_of(endless, says("b()V", "x"))
    first, second = named(program, "a", "b")
    found = excerpts(program, [first, second], scanner, limits=Limits(each=1))

    assert [second] == list(found.texts)
    assert found.missing[first] in {
        "the decompiler was not done after 1 seconds",
        "the decompiler wanted more memory than it may have",
    }


def test_names_that_are_none(scanner: Scanner) -> None:
    """Names go through printable: no control character, no line of their own."""
    program = program_of(
        static("a()V", asm.invoke("static", "al.B", "x\n\x1b[2J\u202ey\ud800()V"), asm.RETURN)
    )
    (text,) = excerpts(program, named(program, "a"), scanner).texts.values()

    assert all(c.isprintable() or c == "\n" for c in text)


# a decompiler that misbehaves -----------------------------------------------------------------------

FIRST = "import json, sys, time, os; rows = json.loads(sys.argv[1]); sys.stdin.buffer.read()\n"
FIRST += "print(json.dumps([rows[0], 'void a() { }', '']), flush=True)\n"


@pytest.fixture
def behave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a stand-in for the decompiler goes."""
    path = tmp_path / "stand_in.py"
    monkeypatch.setattr(excerpt, "DECOMPILER", path)
    return path


@pytest.mark.parametrize(
    ("then", "why"),
    [
        ("time.sleep(10**6)", "the 1 seconds for all excerpts were over"),
        ("while True: pass", "the 1 seconds for all excerpts were over"),
        ("print('[1, \"half', end='', flush=True); time.sleep(10**6)", "the 1 seconds for all excerpts"),
        ("os.abort()", "the decompiler ended before it had come so far"),
        ("sys.exit(3)", "the decompiler ended before it had come so far"),
        ("print('no JSON')", "the decompiler ended before it had come so far"),
    ],
)
def test_what_is_done_by_then_counts(behave: Path, scanner: Scanner, then: str, why: str) -> None:
    """A decompiler that hangs or dies after one method costs the others, and no more than the time given."""
    behave.write_text(FIRST + then, encoding="utf-8")
    program = program_of(says("a()V", "x"), says("b()V", "x"))
    first, second = named(program, "a", "b")
    found = excerpts(program, [first, second], scanner, limits=Limits(seconds=1))

    assert {first: "void a() { }"} == found.texts
    assert [second] == list(found.missing)
    assert found.missing[second].startswith(why)


def test_a_decompiler_that_reads_nothing(behave: Path, scanner: Scanner) -> None:
    """A file larger than the pipe does not wait for a reader that has gone."""
    behave.write_text("", encoding="utf-8")
    program = program_of(says("a()V", *(f"{n:060000}" for n in range(15))))
    found = excerpts(program, named(program, "a"), scanner)

    assert ["the decompiler ended before it had come so far"] == list(found.missing.values())


def test_no_python(scanner: Scanner, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an interpreter to start there is a reason."""
    monkeypatch.setattr(sys, "executable", "/nonexistent")
    program = program_of(says("a()V", "x"))
    (why,) = excerpts(program, named(program, "a"), scanner).missing.values()

    assert why.startswith("the decompiler could not be started")


def test_bounds_inside() -> None:
    """One method that hangs, wants too much, fails or talks too much leaves the others theirs."""

    def source(row: int) -> str:
        while row == 1:
            pass
        if row == 2:
            raise MemoryError
        return "x" * (decompiler.LONGEST + 1) if row == 3 else ["text"][row]

    assert [
        (0, "text", ""),
        (1, "", "the decompiler was not done after 0.05 seconds"),
        (2, "", "the decompiler wanted more memory than it may have"),
        (3, "", "its decompiled text is too long"),
        (4, "", "the decompiler failed (IndexError)"),
        (0, "text", ""),
    ] == list(decompiler._answers([0, 1, 2, 3, 4, 0], source, 0.05))


def test_bounded_memory(scanner: Scanner) -> None:
    """With less memory than Python needs nothing is decompiled, and the reason is given."""
    program = program_of(says("a()V", "x"))
    found = excerpts(program, named(program, "a"), scanner, limits=Limits(memory=1 << 20))

    assert not found.texts or sys.platform != "linux"
    assert len(found.texts) + len(found.missing) == 1


def test_neither_network_nor_programs() -> None:
    """The decompiler may start nothing and connect to nothing, and loads nothing that could."""
    program = program_of(says("a()V", "x"))
    taken = extract(program, named(program, "a"))
    code = f"import sys; sys.path.insert(0, {str(excerpt.DECOMPILER.parent)!r}); import decompiler, json\n"
    code += f"text = decompiler.reader(sys.stdin.buffer.read())({next(iter(taken.rows.values()))})\n"
    code += "print(json.dumps([text, sorted(sys.modules)]))"
    done = subprocess.run([sys.executable, "-c", code], input=taken.content, capture_output=True, check=True)
    text, modules = json.loads(done.stdout)

    assert "Log.put" in text
    assert not {"socket", "ssl", "http.client", "urllib.request", "lxml", "subprocess"} & set(modules)
    with pytest.raises(PermissionError):
        decompiler.refuse("socket.connect", ())
    decompiler.refuse("open", ("file", "r", 0))


# the text -------------------------------------------------------------------------------------------


def method_text(lines: int, width: int = 10) -> str:
    return "\n".join(f"    {n:0<{width}}" for n in range(lines))


def test_short_texts_stay_whole(scanner: Scanner) -> None:
    """Sixty lines are shown as they are, without their common indentation."""
    assert [f"{n:0<10}" for n in range(60)] == shaped(method_text(60), scanner, "", Limits()).split("\n")


@pytest.mark.parametrize("centre", [0, 30, 61, 500, 998, 999])
@pytest.mark.parametrize("width", [10, 300, 5000])
def test_long_texts_lose_their_middle(centre: int, width: int, scanner: Scanner) -> None:
    """The beginning, the end and the line in question stay; what is left out is counted."""
    lines = method_text(1000, width).split("\n")
    lines[centre] += "here" + "." * (width // 2)
    found = shaped("\n".join(lines), scanner, "here", Limits()).split("\n")
    left = [int(n[1]) for line in found if (n := re.search(r"lines left out: (\d+)", line))]

    assert len(found) <= 60
    assert len("\n".join(found)) <= 4000
    assert len(found) - len(left) + sum(left) == 1000
    assert any("here" in line for line in found)
    assert found[0].endswith(("0000", "0 ...", "."))
    assert found[-1].strip(". ").startswith(("9990", "000"))


def test_word_that_is_not_there(scanner: Scanner) -> None:
    assert shaped("a\nb", scanner, "c", Limits()) == ""


def test_secrets_are_masked(scanner: Scanner) -> None:
    """Also where the cut would go through them."""
    program = program_of(says("a()V", "shkruaj@example.al", "AIza" + "SyB4" * 8 + "abc", "plain"))
    (text,) = excerpts(program, named(program, "a"), scanner).texts.values()

    assert '"plain"' in text
    assert '"<e-mail address>"' in text
    assert "AIza" not in text
