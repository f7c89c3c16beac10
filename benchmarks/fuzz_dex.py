"""Damage DEX files in thousands of ways and see that the code engine ends in a result or in a clause.

    python benchmarks/fuzz_dex.py samples/*/app.apk                         # 20,000 cases
    python benchmarks/fuzz_dex.py --seed 7 --log out.txt samples/*/app.apk  # again: goes on where it stopped
    python benchmarks/fuzz_dex.py --cases 5 --first 7000 samples/*/app.apk  # some again: the same damage

Started in the folder of the project, with PYTHONPATH=. Every case is a number, and seed and number decide
all: which file, which damage, where. To the files given come some that tests/dex/assembler.py writes. Files
above a megabyte serve in one case of twenty. Cases run one after the other in a child process whose memory
is limited; each may take some seconds, and warnings of numpy count as crashes. Said at the end, in one line:
how the cases ended, the slowest, the hungriest; then every kind of crash, hang or lack of memory with its
first case. Exit code 1 when there was one.
"""

from __future__ import annotations

import argparse
import faulthandler
import random
import re
import resource
import signal
import struct
import subprocess
import sys
import time
import traceback
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from auditor.dex import encoded
from auditor.dex.analysis import Code, analyse
from auditor.dex.classdata import read_class_data
from auditor.dex.constants import Constants
from auditor.dex.extract import extract
from auditor.dex.instructions import body_of
from auditor.dex.opcodes import Refers
from auditor.dex.platform import Platform
from auditor.dex.tables import DexFile
from tests.dex import assembler as asm

PLATFORM = Path(__file__).parent.parent / "rules" / "platform" / "callbacks.txt"

HEADER, TABLES = range(0x20, 0x70, 4), {0x38: 4, 0x40: 4, 0x48: 12, 0x50: 8, 0x58: 8, 0x60: 32}
"""Header fields; those that hold a table's count, with the size of a row."""

PAYLOADS = (0x0100, 0x0200, 0x0300)

LARGE, RARELY = 1 << 20, 0.05
"""Bytes from which a file is large; how often a large one is taken."""

CALLS = 150
"""Calls of each case whose constants are asked for."""

ANNOTATIONS = dict.fromkeys(
    ("Landroid/webkit/JavascriptInterface;", "Ldalvik/annotation/Throws;", "Ldalvik/annotation/Signature;"),
    "a web page",
)

DAMAGED = "damaged.dex"


def main() -> int:
    """Run the cases and print what came of them; 1 if any went wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="*", type=Path, help="an APK or a DEX file")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0, help="other damage for the same cases")
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--log", type=Path, help="one line for each case; what it holds is not run again")
    parser.add_argument("--seconds", type=int, default=20, help="time of one case")
    parser.add_argument("--megabytes", type=int, default=2048, help="address space of the child")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        return child(options)
    report = Report(options)
    at = report.resumed(options.first)
    while at < options.first + options.cases:
        at = batch(at, options, report)
    report.show()
    return int(bool(report.wrong))


# one case -----------------------------------------------------------------------------------------


@dataclass
class Original:
    """A DEX file and where its parts lie."""

    name: str
    data: bytes

    @cached_property
    def _dex(self) -> DexFile:
        return DexFile(self.data)

    @cached_property
    def class_data(self) -> list[int]:
        """Offsets of class_data items."""
        return [at for at in self._dex.classes[:, 6].tolist() if at]

    @cached_property
    def code(self) -> list[int]:
        """Offsets of code items."""
        return [at for at in read_class_data(self._dex).methods.code.tolist() if at]

    @cached_property
    def lists(self) -> list[int]:
        """Offsets of type lists."""
        found = self._dex.classes[:, 3].tolist() + self._dex.protos[:, 2].tolist()
        return [at for at in found if at]

    @cached_property
    def values(self) -> list[int]:
        """Offsets of constants of static fields, and of annotations."""
        return [at for at in self._dex.classes[:, (5, 7)].ravel().tolist() if at]

    @cached_property
    def strings(self) -> list[int]:
        """Offsets of strings."""
        return self._dex.strings.tolist()  # type: ignore[no-any-return]

    @cached_property
    def classes(self) -> list[str]:
        """Descriptors of the classes it defines."""
        return [self._dex.type_name(t) for t in self._dex.classes[:, 0].tolist()]


def originals(files: list[Path]) -> list[Original]:
    """The DEX files given, those inside the packages given, and the assembled ones."""
    found = assembled()
    for path in files:
        if path.suffix == ".dex":
            found.append(Original(path.name, path.read_bytes()))
            continue
        archive = zipfile.ZipFile(path)
        names = [n for n in archive.namelist() if re.fullmatch(r"classes\d*\.dex", n)]
        found += [Original(f"{path.stem}/{name}", archive.read(name)) for name in names]
    return found


def assembled() -> list[Original]:
    """Small files with all that real ones rarely have: handles, call sites, payloads, shared code."""
    classes = (_helpers(), _users(), asm.interface("al.I", [asm.abstract("go(I)V")], ["java.lang.Runnable"]))
    handles = [asm.Handle(4, "al.A", "text()Ljava/lang/String;"), asm.Handle(8, "al.I", "go(I)V")]
    sites = [asm.CallSite(0, "site", "()V", [1])]
    return [
        Original("assembled-035", asm.dex(*classes, shared=True)),
        Original(
            "assembled-039", asm.dex(*classes, _dynamic(), version=b"039", handles=handles, sites=sites)
        ),
        Original("assembled-041", asm.container(classes, (_users(),), (_helpers(),))),
    ]


def _helpers() -> asm.Class:
    """Methods that return a text, set a static field, and pass their parameter on."""
    text = asm.string("https://al.example/"), (0x0011,)
    methods = [
        asm.Method("text()Ljava/lang/String;", *text, flags=asm.PUBLIC | asm.STATIC),
        asm.Method("more()Ljava/lang/String;", *text, flags=asm.PUBLIC | asm.STATIC),
        asm.Method("<clinit>()V", asm.string("al.B"), asm.access("sput", "al.A", "X:I"), asm.RETURN),
        asm.Method(
            "pass(Ljava/lang/String;)V", _call("al.B", "take(Ljava/lang/String;)V", 14, 15), asm.RETURN
        ),
    ]
    return asm.Class("al.A", methods, fields=["X:I", "Y:I"])


def _users() -> asm.Class:
    """A class of the app that calls, branches, switches and fills arrays."""
    code = (
        *asm.made("al.A"),
        asm.string("a", jumbo=True),
        asm.access("sget", "al.A", "X:I"),
        _call("al.A", "pass(Ljava/lang/String;)V", 0, 0),
        _call("al.I", "go(I)V", 0, 1),
        asm.cast("al.I"),
        asm.const_class("al.A"),
        (0x0038, 0xFFFA),
        (0x002B, 6, 0),
        (0x0026, 15, 0),
        asm.RETURN,
        asm.packed_switch(2),
        asm.sparse_switch(1),
        asm.array_data(2, b"four"),
    )
    methods = [asm.Method("<init>()V", asm.RETURN), asm.Method("onClick(Landroid/view/View;)V", *code)]
    return asm.Class("al.B", methods, "android.app.Activity", ["al.I", "java.io.Serializable"])


def _dynamic() -> asm.Class:
    """What only later versions of the format have."""
    handle = "java.lang.invoke.MethodHandle"
    invoke = asm.polymorphic(handle, "invoke([Ljava/lang/Object;)Ljava/lang/Object;", "()V")
    code = invoke, asm.custom(0), asm.const_handle(1), asm.const_proto("()V"), asm.RETURN
    return asm.Class("al.C", [asm.Method("dynamic()V", *code)], "al.B")


def _call(owner: str, member: str, *registers: int) -> asm.Instruction:
    """invoke-virtual with arguments."""
    listed = sum(register << 4 * place for place, register in enumerate(registers))
    return (len(registers) << 12 | 0x6E, asm.method_index(owner, member), listed)


def run_case(dice: random.Random, known: list[Original], platform: Platform) -> str:
    """Damage a file, read it (sometimes beside a whole one), ask for everything; how it ended."""
    files, entries = damaged_files(dice, known)
    code = analyse(files, platform, entries, ["onClick"], ANNOTATIONS)
    program = code.program
    for kind in set(Refers) - {Refers.NOTHING}:
        program.uses(kind)
    ask_for_methods(dice, code)
    ask_for_constants(dice, code)
    if not any(file.name.startswith(DAMAGED) for file in program.files):
        return "refused"
    clauses = [*program.problems, *(c for f in program.files for c in f.problems)]
    return "read with problems" if clauses + code.hierarchy.problems + code.calls.problems else "read clean"


def ask_for_methods(dice: random.Random, code: Code) -> None:
    """Code, names, paths and excerpts of some methods."""
    program = code.program
    for item in dice.sample(range(program.items), min(5, program.items)):
        body_of(program, item)
        list(map(program.method, program.owners(item)))
    reached = np.flatnonzero(code.reach.methods).tolist()
    chosen = dice.sample(reached, min(5, len(reached)))
    for method in chosen:
        code.reach.path(method)
        code.inherits(int(program.method_class[method]), "Landroid/app/Activity;")
    extract(program, chosen)


def ask_for_constants(dice: random.Random, code: Code) -> None:
    """What some calls are passed, what static fields hold, and who holds a text."""
    constants, calls = Constants(code.program, code.calls), range(len(code.calls.uses.target))
    for call in dice.sample(calls, min(CALLS, len(calls))):
        for argument in range(3):
            list(constants.passed(call, argument, each=bool(argument % 2)))
    fields = range(len(code.program.field_class))
    list(map(constants.static, dice.sample(fields, min(20, len(fields)))))
    for file in code.program.files:
        row = file.dex.find("al.B")
        encoded.field_holding(file.dex, file.data.fields, max(row, 0))


def damaged_files(dice: random.Random, known: list[Original]) -> tuple[list[tuple[str, bytes]], list[str]]:
    """The program of one case, and the classes it begins with."""
    small = [original for original in known if len(original.data) < LARGE]
    large = [original for original in known if len(original.data) >= LARGE]
    original = dice.choice(large if large and dice.random() < RARELY else small)
    data = bytearray(original.data)
    for _ in range(dice.choice((1, 1, 1, 2, 4, 12))):
        dice.choice(DAMAGE)(dice, data, original)
    files = [(DAMAGED, bytes(data))]
    if dice.random() < 0.2:
        other = dice.choice(small)
        files.insert(dice.randrange(2), (other.name, other.data))
    return files, dice.sample(original.classes, min(8, len(original.classes)))


# damage -------------------------------------------------------------------------------------------


def number_like(dice: random.Random, data: bytearray, before: int) -> int:
    """A value that is likely to hurt: edges, neighbours, places in the file, powers of two."""
    size = len(data)
    edges = (
        0,
        1,
        2,
        0x7F,
        0xFF,
        0xFFFF,
        0x10000,
        0x7FFFFFFF,
        0x80000000,
        0xFFFFFFFF,
        size,
        size - 1,
        size // 2,
    )
    return dice.choice(
        (
            dice.choice(edges),
            before + dice.choice((-4, -1, 1, 4)),
            dice.randrange(size),
            1 << dice.randrange(32),
        )
    )


def put(dice: random.Random, data: bytearray, at: int, width: int = 4) -> None:
    """Something else into a field of the file."""
    if 0 <= at <= len(data) - width:
        before = int.from_bytes(data[at : at + width], "little")
        value = number_like(dice, data, before) & (1 << 8 * width) - 1
        data[at : at + width] = value.to_bytes(width, "little")


def header(dice: random.Random, data: bytearray, _: Original) -> None:
    """A field of the header."""
    put(dice, data, dice.choice(HEADER))


def row(dice: random.Random, data: bytearray, original: Original) -> None:
    """A field of some row of a table, or a whole row over another."""
    place, size = dice.choice(list(TABLES.items()))
    count, start = struct.unpack_from("<LL", original.data, place)
    if not count:
        return
    at = start + size * dice.randrange(count)
    if dice.random() < 0.3:
        other = start + size * dice.randrange(count)
        data[at : at + size] = original.data[other : other + size]
    else:
        width = dice.choice((2, 4))
        put(dice, data, at + dice.randrange(0, size, width), width)


def class_def(dice: random.Random, data: bytearray, original: Original) -> None:
    """Superclass, interfaces, flags or data of a class, from another class or from nowhere."""
    count, start = struct.unpack_from("<LL", original.data, 0x60)
    at, place = start + 32 * dice.randrange(count), dice.choice((0, 4, 8, 8, 12, 12, 24, 24))
    source = start + 32 * dice.randrange(count) + dice.choice((place, place, 0))
    if dice.random() < 0.7:
        data[at + place : at + place + 4] = original.data[source : source + 4]
    else:
        put(dice, data, at + place)


def class_data(dice: random.Random, data: bytearray, original: Original) -> None:
    """Some bytes of the ULEB128 numbers of a class."""
    at = dice.choice(original.class_data or [0x70])
    for _ in range(dice.choice((1, 1, 3, 6))):
        place = at + dice.randrange(40)
        if place < len(data):
            data[place] = dice.choice((0, 1, 0x7F, 0x80, 0x81, 0xFF, dice.randrange(256)))


def code(dice: random.Random, data: bytearray, original: Original) -> None:
    """Size, instructions or tables inside a method."""
    at = dice.choice(original.code or [0x70])
    if dice.random() < 0.3:
        put(dice, data, at + dice.choice((0, 2, 12)), 2)
        return
    place = at + 16 + 2 * dice.randrange(30)
    unit = dice.choice((*PAYLOADS, dice.randrange(0x10000), dice.randrange(256)))
    parts = [unit, *(dice.choice((0, 1, 2, 0xFF, 0x7FFF, 0xFFFF)) for _ in range(dice.randrange(4)))]
    content = struct.pack(f"<{len(parts)}H", *parts)
    if place + len(content) <= len(data):
        data[place : place + len(content)] = content


def type_list(dice: random.Random, data: bytearray, original: Original) -> None:
    """Length or members of a list of parameters or interfaces."""
    at = dice.choice(original.lists or [0x70])
    put(dice, data, *dice.choice(((at, 4), (at + 4, 2))))


def tries(dice: random.Random, data: bytearray, original: Original) -> None:
    """Ranges of code and their handlers, behind the instructions."""
    at = dice.choice(original.code or [0x70])
    size = int.from_bytes(original.data[at + 12 : at + 16], "little")
    put(dice, data, at + 6, 2)
    put(dice, data, at + 16 + 2 * size + dice.randrange(40), dice.choice((1, 2, 4)))


def values(dice: random.Random, data: bytearray, original: Original) -> None:
    """Constants of static fields, or annotations."""
    at = dice.choice(original.values or [0x70])
    put(dice, data, at + dice.randrange(24), dice.choice((1, 1, 2, 4)))


def text(dice: random.Random, data: bytearray, original: Original) -> None:
    """Length or letters of a string; another string instead."""
    at = dice.choice(original.strings or [0x70])
    if dice.random() < 0.5:
        put(dice, data, at + dice.randrange(6), 1)
    else:
        junk = dice.choice((b"\0", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"[", b"L;", b"(I)V", b"\x80\x80"))
        data[at + 1 : at + 1 + len(junk)] = junk


def map_item(dice: random.Random, data: bytearray, original: Original) -> None:
    """A row of the map."""
    at = int.from_bytes(original.data[0x34:0x38], "little")
    put(dice, data, at + 4 * dice.randrange(40), dice.choice((2, 4)))


def noise(dice: random.Random, data: bytearray, _: Original) -> None:
    """Random bytes somewhere."""
    at = dice.randrange(len(data))
    junk = dice.choice((dice.randbytes(dice.randrange(1, 9)), b"\0" * 64, b"\xff" * 64, b"\x80" * 64))
    data[at : at + len(junk)] = junk[: len(data) - at]


def splice(dice: random.Random, data: bytearray, _: Original) -> None:
    """A part of the file over another part, or in between."""
    size = min(dice.choice((4, 32, 500, 5000)), len(data) // 2)
    source, target = dice.randrange(len(data) - size), dice.randrange(len(data) - size)
    data[target : target + (size if dice.random() < 0.7 else 0)] = data[source : source + size]


def shorten(dice: random.Random, data: bytearray, _: Original) -> None:
    """An end cut off, or a piece cut out."""
    at = dice.randrange(0x80, len(data))
    if len(data) > 0x200:
        del data[at : len(data) if dice.random() < 0.3 else at + dice.randrange(1, 64)]


DAMAGE: tuple[Callable[[random.Random, bytearray, Original], None], ...] = (
    header,
    *(row, class_def, class_data, code) * 3,
    type_list,
    tries,
    values,
    text,
    map_item,
    noise,
    splice,
    shorten,
)
"""Kinds of damage; those that leave most of the file standing come more often."""


# the child ----------------------------------------------------------------------------------------


class TooLong(BaseException):
    """The alarm rang; not an Exception, so that nothing on the way can catch it."""


def child(options: argparse.Namespace) -> int:
    """Run cases one after the other; a line before each and a line after it."""
    limit = options.megabytes << 20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    signal.signal(signal.SIGALRM, ring)
    warnings.simplefilter("error")
    known, platform = originals(options.file), Platform(PLATFORM.read_text(encoding="utf-8"))
    for number in range(options.first, options.first + options.cases):
        print(number, flush=True)
        dice = random.Random(options.seed << 32 | number)  # noqa: S311 - the same damage every time
        forget_peak()
        started = time.perf_counter()
        signal.alarm(options.seconds)
        faulthandler.dump_traceback_later(2 * options.seconds, exit=True)  # when the alarm waits for C code
        ended = guarded(dice, known, platform)
        signal.alarm(0)
        faulthandler.cancel_dump_traceback_later()
        print(f"{number} {time.perf_counter() - started:.3f} {peak()} {ended}", flush=True)
    return 0


def ring(*_: object) -> None:
    """The time of a case is over."""
    raise TooLong


def guarded(dice: random.Random, known: list[Original], platform: Platform) -> str:
    """How the case ended, a crash with its place."""
    try:
        return run_case(dice, known, platform)
    except TooLong as error:
        return f"HANG {place_of(error)}"
    except MemoryError as error:
        return f"MEMORY {place_of(error)}"
    except Exception as error:
        return f"CRASH {type(error).__name__} {place_of(error)} {str(error)[:100]!r}"


def place_of(error: BaseException) -> str:
    """Module and line of the engine in which it happened."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "auditor/dex" in f.filename]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"


def forget_peak() -> None:
    """Let Linux count the peak of memory anew."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def peak() -> int:
    """Peak of memory since then, in kilobytes."""
    text = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+)", text)
    return int(found[1]) if found else 0


# the parent ---------------------------------------------------------------------------------------

ENDINGS = ("refused", "read with problems", "read clean")


@dataclass
class Report:
    """What came of the cases."""

    options: argparse.Namespace
    endings: Counter[str] = field(default_factory=Counter)
    wrong: dict[int, str] = field(default_factory=dict)
    slowest: tuple[float, int] = (0.0, -1)
    hungriest: tuple[int, int] = (0, -1)
    seconds: float = 0.0

    def resumed(self, first: int) -> int:
        """Take over what a log holds of the same seed and files; the case to go on with."""
        log: Path | None = self.options.log
        if not log:
            return first
        title = f"seed {self.options.seed} first {first} " + " ".join(map(str, self.options.file))
        if not log.exists():
            log.write_text(title + "\n", encoding="utf-8")
        begun, *lines = log.read_text(encoding="utf-8").splitlines()
        if begun != title:
            sys.exit(f"{log} is of another run: {begun}")
        list(map(self.count, lines))
        return first + len(lines)

    def add(self, line: str) -> None:
        """One case that came to an end: number, seconds, kilobytes, how."""
        self.count(line)
        if self.options.log:
            with self.options.log.open("a", encoding="utf-8") as log:
                print(line, file=log)

    def count(self, line: str) -> None:
        """Into the sums."""
        number, seconds, kilobytes, ended = line.split(" ", 3)
        if ended not in ENDINGS:
            self.wrong[int(number)] = ended
        self.endings[ended if ended in ENDINGS else "wrong"] += 1
        self.slowest = max(self.slowest, (float(seconds), int(number)))
        self.hungriest = max(self.hungriest, (int(kilobytes), int(number)))
        self.seconds += float(seconds)

    def show(self) -> None:
        """Print it."""
        ended = ", ".join(f"{self.endings[ending]} {ending}" for ending in (*ENDINGS, "wrong"))
        slowest = f"slowest {self.slowest[0]:.2f} s (case {self.slowest[1]})"
        hungriest = f"peak {self.hungriest[0] / 1024:.0f} MiB (case {self.hungriest[1]})"
        print(f"{self.endings.total()} cases: {ended}; {slowest}, {hungriest}, {self.seconds:.0f} s in all")
        places = Counter(re.sub(r" '.*| \".*", "", ended) for ended in self.wrong.values())
        for kind, count in places.most_common():
            number = min(n for n, other in self.wrong.items() if other.startswith(kind))
            print(f"WRONG {count} x {kind}, first in case {number}: {self.wrong[number]}")


def batch(first: int, options: argparse.Namespace, report: Report) -> int:
    """Cases in one child, until the end or until one kills it; the number to go on with."""
    count = min(1000, options.first + options.cases - first)
    numbers = ["--child", "--first", str(first), "--cases", str(count)]
    number, done = first, False
    for line in lines([sys.executable, __file__, *sys.argv[1:], *numbers]):
        done = not line.isdigit()
        if done:
            report.add(line)
        else:
            number = int(line)
    if not done:
        report.add(f"{number} 0 0 KILLED the child")
    print(f"up to case {number}: {len(report.wrong)} wrong so far", file=sys.stderr, flush=True)
    return number + 1


def lines(command: list[str]) -> Iterator[str]:
    """What a child prints, line by line."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield from (line.strip() for line in process.stdout)


if __name__ == "__main__":
    sys.exit(main())
