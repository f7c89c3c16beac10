"""Damage DEX files in thousands of ways and see that the code engine ends in a result or in a clause.

    python benchmarks/fuzz_dex.py samples/*/app.apk                 # 20,000 cases
    python benchmarks/fuzz_dex.py --cases 500 --first 7000 a.dex    # some again: the same damage

Every case is a number, and the number decides all: which file, which damage, where. Cases run one after the
other in a child process whose memory is limited; each may take some seconds. Said at the end: how the cases
ended, the slowest, the hungriest, and the number of every case that crashed, hung or ran out of memory. Exit
code 1 when there was one.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import signal
import struct
import subprocess
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from auditor.dex.analysis import analyse
from auditor.dex.classdata import read_class_data
from auditor.dex.instructions import body_of
from auditor.dex.opcodes import Refers
from auditor.dex.platform import Platform
from auditor.dex.tables import DexFile

PLATFORM = Path(__file__).parent.parent / "rules" / "platform" / "callbacks.txt"

HEADER, TABLES = range(0x20, 0x70, 4), {0x38: 4, 0x40: 4, 0x48: 12, 0x50: 8, 0x58: 8, 0x60: 32}
"""Header fields; those that hold a table's count, with the size of a row."""

PAYLOADS = (0x0100, 0x0200, 0x0300)


def main() -> int:
    """Run the cases and print what came of them; 1 if any went wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="+", type=Path, help="an APK or a DEX file")
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--seconds", type=int, default=20, help="time of one case")
    parser.add_argument("--megabytes", type=int, default=2048, help="address space of the child")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        return child(options)
    report = Report()
    at, end = options.first, options.first + options.cases
    while at < end:
        at = batch(sys.argv[1:], at, end, report)
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
    def classes(self) -> list[str]:
        """Descriptors of the classes it defines."""
        return [self._dex.type_name(t) for t in self._dex.classes[:, 0].tolist()]


def originals(files: list[Path]) -> list[Original]:
    """The DEX files given, and those inside the packages given."""
    found = []
    for path in files:
        if path.suffix == ".dex":
            found.append(Original(path.name, path.read_bytes()))
            continue
        archive = zipfile.ZipFile(path)
        names = [n for n in archive.namelist() if re.fullmatch(r"classes\d*\.dex", n)]
        found += [Original(f"{path.stem}/{name}", archive.read(name)) for name in names]
    return found


def run_case(number: int, known: list[Original], platform: Platform) -> str:
    """Damage a file, read it (sometimes beside a whole one), ask for everything; how it ended."""
    dice = random.Random(number)  # noqa: S311 - the same damage every time
    files, entries = damaged_files(dice, known)
    code = analyse(files, platform, entries, ["onClick"])
    program = code.program
    for kind in Refers:
        program.uses(kind)
    for item in dice.sample(range(program.items), min(5, program.items)):
        body_of(program, item)
        list(map(program.method, program.owners(item)))
    reached = np.flatnonzero(code.reach.methods).tolist()
    for method in dice.sample(reached, min(5, len(reached))):
        code.reach.path(method)
    if not program.files:
        return "refused"
    clauses = [*program.problems, *(c for f in program.files for c in f.problems)]
    return "read in part" if clauses + code.hierarchy.problems + code.calls.problems else "read"


def damaged_files(dice: random.Random, known: list[Original]) -> tuple[list[tuple[str, bytes]], list[str]]:
    """The program of one case, and the classes it begins with."""
    original = dice.choice(known)
    data = bytearray(original.data)
    for _ in range(dice.choice((1, 1, 1, 2, 4, 12))):
        dice.choice(DAMAGE)(dice, data, original)
    files = [(original.name, bytes(data))]
    if dice.random() < 0.2:
        other = dice.choice(known)
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
    known, platform = originals(options.file), Platform(PLATFORM.read_text(encoding="utf-8"))
    for number in range(options.first, options.first + options.cases):
        print(number, flush=True)
        forget_peak()
        started = time.perf_counter()
        signal.alarm(options.seconds)
        ended = guarded(number, known, platform)
        signal.alarm(0)
        print(f"{time.perf_counter() - started:.3f} {peak()} {ended}", flush=True)
    return 0


def ring(*_: object) -> None:
    """The time of a case is over."""
    raise TooLong


def guarded(number: int, known: list[Original], platform: Platform) -> str:
    """How the case ended, a crash with its place."""
    try:
        return run_case(number, known, platform)
    except TooLong as error:
        return f"HANG {place_of(error)}"
    except MemoryError as error:
        return f"MEMORY {place_of(error)}"
    except Exception as error:
        return f"CRASH {type(error).__name__} {place_of(error)} {str(error)[:100]!r}"


def place_of(error: BaseException) -> str:
    """Module and line of ours in which it happened."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "auditor" in f.filename]
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


@dataclass
class Report:
    """What came of the cases."""

    endings: Counter[str] = field(default_factory=Counter)
    wrong: dict[int, str] = field(default_factory=dict)
    slowest: tuple[float, int] = (0.0, -1)
    hungriest: tuple[int, int] = (0, -1)
    seconds: float = 0.0

    def add(self, number: int, line: str) -> None:
        """One case that came to an end."""
        seconds, kilobytes, ended = line.split(" ", 2)
        self.endings[ended.split(" ")[0] if ended.isupper() else ended.partition(" CRASH")[0]] += 1
        if ended.split(" ")[0].isupper():
            self.wrong[number] = ended
        self.slowest = max(self.slowest, (float(seconds), number))
        self.hungriest = max(self.hungriest, (int(kilobytes), number))
        self.seconds += float(seconds)

    def show(self) -> None:
        """Print it."""
        total = sum(self.endings.values())
        print(f"{total} cases, {self.seconds / max(total, 1) * 1000:.1f} ms each")
        for ended in ("read", "read in part", "refused"):
            print(f"  {self.endings[ended]:>7} {ended}")
        print(f"slowest: case {self.slowest[1]}, {self.slowest[0]:.2f} s")
        print(f"hungriest: case {self.hungriest[1]}, {self.hungriest[0] / 1024:.0f} MiB")
        places = Counter(re.sub(r" '.*| \".*", "", ended) for ended in self.wrong.values())
        for ended, count in places.most_common():
            numbers = [n for n, other in self.wrong.items() if other.startswith(ended)]
            print(f"WRONG {count} x {ended}, first in case {min(numbers)}: {self.wrong[min(numbers)]}")


def batch(arguments: list[str], first: int, end: int, report: Report) -> int:
    """Cases in one child, until the end or until one kills it; the number to go on with."""
    count = min(1000, end - first)
    numbers = ["--child", "--first", str(first), "--cases", str(count)]
    number, done = first, False
    for line in lines([sys.executable, __file__, *arguments, *numbers]):
        if line.isdigit():
            number, done = int(line), False
        else:
            report.add(number, line)
            done = True
    if not done:
        report.add(number, "0 0 KILLED the child")
    print(f"{number + 1 - first} cases from {first} on, {len(report.wrong)} wrong so far", flush=True)
    return number + 1


def lines(command: list[str]) -> Iterator[str]:
    """What a child prints, line by line."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield from (line.strip() for line in process.stdout)


if __name__ == "__main__":
    sys.exit(main())
