"""What can run: small programs as compilers make them, with the real table of the platform."""

import functools

import numpy as np
import pytest

from auditor.dex.callbacks import callbacks
from auditor.dex.graph import calls_of
from auditor.dex.hierarchy import Hierarchy
from auditor.dex.opcodes import Refers
from auditor.dex.platform import Platform
from auditor.dex.program import Program, Uses
from auditor.dex.reach import Extra, Reach, roots_of
from auditor.dex.tables import bounds
from tests.dex import assembler as asm
from tests.dex.reference import no_uses
from tests.dex.test_reference import PLATFORM

ACTIVITY, RUNNABLE, THREAD = "android.app.Activity", "java.lang.Runnable", "java.lang.Thread"
TRACK = asm.Class("Track", [asm.Method("send()V", asm.RETURN, flags=9)])
SEND = asm.invoke("static", "Track", "send()V")
SENT = "LTrack;->send()V"


def method(member: str, *code: asm.Instruction, flags: int = asm.PUBLIC) -> asm.Method:
    return asm.Method(member, *code, asm.RETURN, flags=flags)


INIT = method("<init>()V")


def main(*code: asm.Instruction) -> asm.Class:
    """The activity that everything begins with."""
    return asm.Class("Main", [INIT, method("onCreate(Landroid/os/Bundle;)V", *code)], ACTIVITY)


@functools.cache
def platform() -> Platform:
    return Platform(PLATFORM)


def reach(*classes: asm.Class, roots: tuple[str, ...] = ("LMain;",), extra: bool = False) -> Reach:
    program = Program([("classes.dex", asm.dex(*classes, TRACK))])
    hierarchy = Hierarchy(program, platform())
    none = no_uses(program)
    also = Extra(_named(program), none) if extra else Extra(none, none)
    found = callbacks(program, hierarchy, platform(), np.zeros(0, np.int32))
    return Reach(program, hierarchy, calls_of(program, hierarchy), found, also, roots_of(program, roots))


def _named(program: Program) -> Uses:
    """const-string that is the name of a class, as `reflection` finds it."""
    uses = program.uses(Refers.STRING)
    texts = [program.string(0, row) for row in uses.target.tolist()]
    numbers = np.array([program.type_of(asm.descriptor(text)) for text in texts], np.int32)
    known = np.flatnonzero(numbers >= 0)
    groups = bounds(np.bincount(uses.items(known), minlength=program.items))
    return Uses(numbers[known], uses.at[known], uses.opcode[known], groups)


def path(found: Reach, name: str = SENT) -> list[str]:
    """Names of all stations that lead to a method."""
    program = found.program
    (number,) = [n for n in range(len(program.method_class)) if str(program.method(n)) == name]
    return [step.name for step in found.path(number)]


CASES = {
    "a click listener": (
        main(
            *asm.made("Tap"),
            asm.invoke(
                "virtual", "android.view.View", "setOnClickListener(Landroid/view/View$OnClickListener;)V"
            ),
        ),
        asm.Class(
            "Tap",
            [INIT, method("onClick(Landroid/view/View;)V", SEND)],
            implements=["android.view.View$OnClickListener"],
        ),
    ),
    "a Runnable given to a Handler": (
        main(*asm.made("Job"), asm.invoke("virtual", "android.os.Handler", "post(Ljava/lang/Runnable;)Z")),
        asm.Class("Job", [INIT, method("run()V", SEND)], implements=[RUNNABLE]),
    ),
    "a Thread": (
        main(*asm.made("Job"), asm.invoke("virtual", "Job", "start()V")),
        asm.Class("Job", [INIT, method("run()V", SEND)], THREAD),
    ),
    "an AsyncTask": (
        main(
            *asm.made("Task"),
            asm.invoke("virtual", "Task", "execute([Ljava/lang/Object;)Landroid/os/AsyncTask;"),
        ),
        asm.Class(
            "Task",
            [INIT, method("doInBackground([Ljava/lang/Object;)Ljava/lang/Object;", SEND)],
            "android.os.AsyncTask",
        ),
    ),
    "a Worker that its library calls": (
        main(asm.const_class("Sync"), asm.invoke("static", "lib.Queue", "add(Ljava/lang/Class;)V")),
        asm.Class("Sync", [INIT, method("doWork()V", SEND)], "lib.Worker"),
        asm.Class(
            "lib.Worker",
            [
                INIT,
                asm.abstract("doWork()V"),
                method("start()V", asm.invoke("virtual", "lib.Worker", "doWork()V")),
            ],
            flags=0x401,
        ),
        asm.Class(
            "lib.Queue",
            [method("add(Ljava/lang/Class;)V", asm.invoke("virtual", "lib.Worker", "start()V"), flags=9)],
        ),
    ),
    "a default method of an interface of the app": (
        main(*asm.made("Job")),
        asm.interface("Sends", [method("run()V", SEND)], [RUNNABLE]),
        asm.Class("Job", [INIT], implements=["Sends"]),
    ),
    "a template method": (
        main(*asm.made("Form"), asm.invoke("virtual", "Template", "all()V")),
        asm.Class(
            "Template",
            [INIT, asm.abstract("step()V"), method("all()V", asm.invoke("virtual", "Template", "step()V"))],
            flags=0x401,
        ),
        asm.Class("Form", [INIT, method("step()V", SEND)], "Template"),
    ),
    "a callback that a superclass has by chance": (
        main(*asm.made("B")),
        asm.Class("A", [INIT, method("run()V", SEND)]),
        asm.Class("B", [INIT], "A", [RUNNABLE]),
    ),
    "static initialisers one after the other": (
        main(asm.access("sget", "One", "F:I")),
        asm.Class("One", [method("<clinit>()V", asm.access("sget", "Two", "F:I"))], fields=["F:I"]),
        asm.Class("Two", [], "Three", fields=["F:I"]),
        asm.Class("Three", [method("<clinit>()V", SEND)]),
    ),
    "the initialiser of an interface with default methods": (
        main(*asm.made("A")),
        asm.interface("I", [method("<clinit>()V", SEND), method("any()V")]),
        asm.Class("A", [INIT], implements=["I"]),
    ),
    "a class named by const-class": (
        main(asm.const_class("Made")),
        asm.Class("Made", [method("<init>(I)V", SEND)]),
    ),
    "a class first created and then also named": (
        main(asm.new("Made"), asm.invoke("direct", "Made", "<init>()V"), asm.const_class("Made")),
        asm.Class("Made", [INIT, method("<init>(I)V", SEND)]),
    ),
    "a class created before it is named, in another method": (
        main(*asm.made("Made"), asm.invoke("static", "Later", "x()V")),
        asm.Class("Later", [method("x()V", asm.const_class("Made"), flags=9)]),
        asm.Class("Made", [INIT, method("<init>(I)V", SEND)]),
    ),
    "an object that comes to life after the call": (
        main(asm.invoke("interface", RUNNABLE, "run()V"), asm.invoke("static", "Later", "x()V")),
        asm.Class("Later", [method("x()V", *asm.made("Own"), flags=9)]),
        asm.Class("Own", [INIT, method("run()V", SEND)], implements=["Mine"]),
        asm.interface("Mine", [asm.abstract("run()V")], [RUNNABLE]),
    ),
    "super calls": (
        main(*asm.made("Low"), asm.invoke("virtual", "Low", "go()V")),
        asm.Class("Top", [INIT, method("go()V", SEND)]),
        asm.Class("Low", [INIT, method("go()V", asm.invoke("super", "Top", "go()V"))], "Top"),
    ),
    "a stranger's callback": (
        main(*asm.made("Own")),
        asm.Class("Own", [INIT, method("onSomething()V", SEND)], "com.gone.Base"),
    ),
    "toString": (main(*asm.made("A")), asm.Class("A", [INIT, method("toString()Ljava/lang/String;", SEND)])),
}


@pytest.mark.parametrize("case", CASES)
def test_is_reached(case: str) -> None:
    found = reach(*CASES[case])
    steps = path(found)

    assert steps[0] == "LMain;"
    assert steps[-1] == SENT
    assert found.problems == []


DEAD = {
    "nobody creates the listener": (
        main(asm.const_class("android.view.View")),
        asm.Class(
            "Tap",
            [INIT, method("onClick(Landroid/view/View;)V", SEND)],
            implements=["android.view.View$OnClickListener"],
        ),
    ),
    "an interface that only a dead class implements": (
        main(asm.invoke("interface", "Job", "go()V")),
        asm.interface("Job", [asm.abstract("go()V")]),
        asm.Class("Own", [INIT, method("go()V", SEND)], implements=["Job"]),
    ),
    "a default method that only a dead class could inherit": (
        main(asm.invoke("interface", "Job", "go()V")),
        asm.interface("Job", [method("go()V", SEND)]),
        asm.Class("Own", [INIT], implements=["Job"]),
    ),
    "a class below the one that lives": (
        main(*asm.made("Top"), asm.invoke("virtual", "Top", "go()V")),
        asm.Class("Top", [INIT, method("go()V")]),
        asm.Class("Low", [INIT, method("go()V", SEND)], "Top"),
    ),
    "a method nobody calls": (main(*asm.made("A")), asm.Class("A", [INIT, method("own()V", SEND)])),
    "a constructor nobody calls": (main(*asm.made("A")), asm.Class("A", [INIT, method("<init>(I)V", SEND)])),
    "a type that is only mentioned": (
        main(asm.cast("A")),
        asm.Class("A", [INIT, method("<clinit>()V", SEND)]),
    ),
    "a field of an object": (
        main(asm.access("iget", "A", "F:I")),
        asm.Class("A", [method("<clinit>()V", SEND)], fields=["F:I"]),
    ),
    "the initialiser of an interface that hands nothing down": (
        main(*asm.made("A")),
        asm.interface("I", [method("<clinit>()V", SEND)]),
        asm.Class("A", [INIT], implements=["I"]),
    ),
    "the inherited callback that is overridden": (
        main(*asm.made("B")),
        asm.Class("A", [INIT, method("run()V", SEND)]),
        asm.Class("B", [INIT, method("run()V")], "A", [RUNNABLE]),
    ),
}


@pytest.mark.parametrize("case", DEAD)
def test_stays_dead(case: str) -> None:
    found = reach(*DEAD[case])

    assert path(found) == []
    assert path(found, "LMain;->onCreate(Landroid/os/Bundle;)V") == [
        "LMain;",
        "LMain;->onCreate(Landroid/os/Bundle;)V",
    ]


def test_a_class_named_in_a_text() -> None:
    classes = main(asm.string("app.Made")), asm.Class("app.Made", [method("<init>(I)V", SEND)])

    assert path(reach(*classes)) == []
    assert path(reach(*classes, extra=True))[-2:] == ["Lapp/Made;-><init>(I)V", SENT]


def test_methods_behind_handles_are_called() -> None:
    """Static ones as they are, others on whatever object there is."""
    classes = (
        main(*asm.made("Low")),
        asm.Class("Top", [INIT, method("go()V")]),
        asm.Class("Low", [INIT, method("go()V", SEND)], "Top"),
    )
    program = Program([("a", asm.dex(*classes, TRACK))])
    hierarchy, none = Hierarchy(program, platform()), no_uses(program)
    go = program.methods_named([program.type_of("LTop;")], "go")
    (item,) = [
        int(program.method_item[m]) for m in program.methods_named([program.type_of("LMain;")], "onCreate")
    ]
    handles = Uses(go, go, go.astype(np.uint8), bounds(np.bincount([item], minlength=program.items)))
    found = callbacks(program, hierarchy, platform(), np.zeros(0, np.int32))
    roots = roots_of(program, ["LMain;"])

    for calls, ends in ((calls_of(program, hierarchy, go), True), (calls_of(program, hierarchy), False)):
        reached = Reach(program, hierarchy, calls, found, Extra(none, handles), roots)
        assert bool(path(reached)) == ends
        assert path(reached, "LTop;->go()V")


def test_paths_are_the_shortest() -> None:
    """Two ways lead to `send`; the one with fewer methods is told."""

    def step(name: str, *targets: str) -> asm.Method:
        return method(f"{name}()V", *(asm.invoke("static", "Go", f"{t}()V") for t in targets), flags=9)

    go = asm.Class(
        "Go", [step("a", "b"), step("b", "c"), step("c", "e"), step("d", "e"), method("e()V", SEND, flags=9)]
    )
    found = reach(main(asm.invoke("static", "Go", "a()V"), asm.invoke("static", "Go", "d()V")), go)

    assert path(found) == [
        "LMain;",
        "LMain;->onCreate(Landroid/os/Bundle;)V",
        "LGo;->d()V",
        "LGo;->e()V",
        SENT,
    ]


@pytest.mark.parametrize("roots", [(), ("LNobody;",), ("Landroid/app/Activity;",)])
def test_without_an_entry_point_nothing_runs(roots: tuple[str, ...]) -> None:
    found = reach(main(SEND), roots=roots)

    assert not found.methods.any()
    assert not found.live.any()


def test_a_chain_longer_than_any_real_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.dex.reach.MOST_ROUNDS", 20)
    steps = [method(f"s{n}()V", asm.invoke("static", "Go", f"s{n + 1}()V"), flags=9) for n in range(40)]
    found = reach(
        main(asm.invoke("static", "Go", "s0()V"), SEND), asm.Class("Go", [*steps, method("s40()V", flags=9)])
    )

    assert len(path(found, "LGo;->s15()V")) == 18
    assert path(found, "LGo;->s40()V") == []
    assert found.problems == ["calls lead through more than 20 methods; what lies behind was not followed"]
