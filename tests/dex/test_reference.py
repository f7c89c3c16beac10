"""Call edges, callbacks and what can run equal a naive reading: on samples, real apps and random programs."""

from __future__ import annotations

import os
import random
import re
import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.dex.callbacks import callbacks
from auditor.dex.graph import calls_of
from auditor.dex.hierarchy import Hierarchy
from auditor.dex.platform import Platform
from auditor.dex.program import Program
from auditor.dex.reach import Extra, Reach, Step
from tests.dex import assembler as asm
from tests.dex.reference import Reached, Steps, World, no_uses

ROOT = Path(__file__).parent.parent.parent
PLATFORM = (ROOT / "rules" / "platform" / "callbacks.txt").read_text(encoding="utf-8")
CORPUS = Path(os.environ.get("AUDITOR_CORPUS", "/nonexistent"))
APKS = sorted([*ROOT.glob("samples/*/app.apk"), *CORPUS.glob("*.apk")])

ENTRY = ("Activity;", "Service;", "Application;", "Receiver;", "Provider;")
"""Ends of names of classes taken for components: which ones are does not matter here."""


def dex_files(apk: Path) -> list[tuple[str, bytes]]:
    archive = zipfile.ZipFile(apk)
    found = [(int(m[1] or 1), n) for n in archive.namelist() if (m := re.fullmatch(r"classes(\d*)\.dex", n))]
    return [(name, archive.read(name)) for _, name in sorted(found)]


def entries(program: Program) -> list[int]:
    names = enumerate(program.type_names)
    return [n for n, name in names if name.decode("utf-8", "replace").endswith(ENTRY) and program.defined(n)]


def compare(program: Program, platform: str, roots: list[int], paths: int) -> None:
    """Hold the whole engine against the naive reading of the same program."""
    world, known = World(program, platform), Platform(platform)
    hierarchy = Hierarchy(program, known)
    calls = calls_of(program, hierarchy)
    found = callbacks(program, hierarchy, known, np.zeros(0, np.int32))

    assert hierarchy.problems + calls.problems + found.problems == []
    assert set(map(tuple, calls.edges().tolist())) == world.edges()
    assert set(np.flatnonzero(found.method).tolist()) == world.callbacks
    assert set(zip(found.heir.tolist(), found.inherited.tolist(), strict=True)) == {
        (number, method) for number in range(len(world.types)) for method in world.inherited_callbacks(number)
    }

    none = no_uses(program)
    reach = Reach(program, hierarchy, calls, found, Extra(none, none), roots)
    reached = Reached(world, roots)

    assert set(np.flatnonzero(reach.methods).tolist()) == set(reached.methods)
    assert set(np.flatnonzero(reach.live).tolist()) == reached.live
    check_paths(reach, reached, roots, paths)


def check_paths(reach: Reach, reached: Reached, roots: list[int], most: int) -> None:
    """Every step is a true one, the first is an entry point, and none comes from a later round."""
    steps, methods = Steps(reached), sorted(reached.methods)
    for method in random.Random(4).sample(methods, min(most, len(methods))):  # noqa: S311 - not secret
        path = [(step.method, reach.program.type_of(step.name)) for step in reach.path(method)]
        assert path[0][0] == -1
        assert path[0][1] in roots
        assert path[-1][0] == method
        for before, after in pairwise(path):
            assert leads(steps, before, after), (reach.path(method), before, after)
        check_rounds([reached.methods[number] for number, _ in path if number >= 0], reach.path(method))


def leads(steps: Steps, before: tuple[int, int], after: tuple[int, int]) -> bool:
    """Stations are (method, -1) or (-1, type)."""
    if before[0] < 0:
        return steps.from_class(before[1], after[0])
    return steps.to_class(before[0], after[1]) if after[0] < 0 else steps.between(before[0], after[0])


def check_rounds(rounds: list[int], path: list[Step]) -> None:
    """Each station was reached before the next; only initialisers run in the round of their cause."""
    methods = [step for step in path if step.method >= 0]
    for before, after, step in zip(rounds, rounds[1:], methods[1:], strict=False):
        assert before < after or (before == after and "<clinit>" in step.name), path


@pytest.mark.parametrize("apk", APKS, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_real_programs(apk: Path) -> None:
    program = Program(dex_files(apk))

    compare(program, PLATFORM, entries(program), 500)


# random programs --------------------------------------------------------------------------------

SMALL_PLATFORM = """\
# what the random programs know of a platform
java.lang.Object < : toString/0
java.lang.Runnable < : run/0
java.lang.Thread < java.lang.Object java.lang.Runnable :
os.Between < java.lang.Thread os.Unnamed : go/0
os.Unnamed < os.Listener :
os.Listener < : on/1
os.Activity < os.Between : create/1
"""

MEMBERS = ("run()V", "go()V", "on(I)V", "create(I)V", "own()V", "toString()Ljava/lang/String;")
INTERFACES = tuple(f"al.I{n}" for n in range(4))
CLASSES = tuple(f"al.C{n}" for n in range(6))
OUTSIDE = ("java.lang.Object", "java.lang.Thread", "os.Activity", "strange.Base")
OUTSIDE_INTERFACES = ("java.lang.Runnable", "os.Listener", "strange.Callback")
NAMED = INTERFACES + CLASSES + OUTSIDE + OUTSIDE_INTERFACES


@st.composite
def instructions(draw: st.DrawFn) -> asm.Instruction:
    name = draw(st.sampled_from(NAMED))
    match draw(st.sampled_from(("virtual", "interface", "static", "super", "new", "name", "touch"))):
        case "new":
            return asm.new(name)
        case "name":
            return asm.const_class(name)
        case "touch":
            return asm.access("sget", name, "F:I")
        case kind:
            return asm.invoke(kind, name, draw(st.sampled_from(MEMBERS)))


@st.composite
def methods(draw: st.DrawFn, inside: str) -> list[asm.Method]:
    found = []
    code = st.lists(instructions(), max_size=4)
    for member in draw(st.sets(st.sampled_from(MEMBERS), max_size=4)):
        kinds = (
            ("abstract", "plain")
            if inside == "interface"
            else ("abstract", "plain", "plain", "private", "static")
        )
        kind = draw(st.sampled_from(kinds))
        flags = {"private": asm.PRIVATE, "static": asm.PUBLIC | asm.STATIC}.get(kind, asm.PUBLIC)
        body = asm.Method(member, *draw(code), asm.RETURN, flags=flags)
        found.append(asm.abstract(member) if kind == "abstract" else body)
    special = ("<clinit>()V",) if inside == "interface" else ("<clinit>()V", "<init>()V", "<init>(I)V")
    names = draw(st.sets(st.sampled_from(special)))
    found.extend(asm.Method(member, *draw(code), asm.RETURN) for member in names)
    return found


@st.composite
def programs(draw: st.DrawFn) -> list[list[asm.Class]]:
    """One or two files; classes extend and implement what stands before them, or what nobody defines."""
    found = []
    for n, name in enumerate(INTERFACES):
        above = draw(st.sets(st.sampled_from(INTERFACES[:n] + OUTSIDE_INTERFACES), max_size=2))
        found.append(asm.interface(name, draw(methods("interface")), sorted(above)))
    for n, name in enumerate(CLASSES):
        above = draw(st.sampled_from(CLASSES[:n] + OUTSIDE))
        implements = draw(st.sets(st.sampled_from(INTERFACES + OUTSIDE_INTERFACES), max_size=2))
        found.append(asm.Class(name, draw(methods("class")), above, sorted(implements)))
    again = [asm.Class(draw(st.sampled_from(CLASSES)), draw(methods("class")))]
    return [found, again] if draw(st.booleans()) else [again, found] if draw(st.booleans()) else [found]


@settings(max_examples=150, deadline=None)
@given(programs(), st.sets(st.sampled_from(CLASSES), min_size=1, max_size=2))
def test_random_programs(files: list[list[asm.Class]], roots: set[str]) -> None:
    program = Program([(f"{n}.dex", asm.dex(*classes)) for n, classes in enumerate(files)])
    assert program.problems == []
    numbers = [program.type_of(asm.descriptor(name)) for name in sorted(roots)]

    compare(program, SMALL_PLATFORM, [n for n in numbers if n >= 0 and program.defined(n)], 1000)
