"""Decompiled text of a few methods, for people to read: it illustrates, the evidence is the instruction.

The methods are taken out of the program as a small DEX file, which androguard decompiles in a process of its
own (`decompiler.py`): that may hang, crash or want all memory there is, and costs no more than its bounds.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired
from textwrap import dedent

from auditor.collect.archive import printable
from auditor.collect.literals import Scanner
from auditor.collect.veil import veiled
from auditor.dex.extract import extract
from auditor.dex.program import Program

DECOMPILER = Path(__file__).with_name("decompiler.py")

MOST = 40
"""Methods of one call."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What decompiling may take, and how much of it is shown."""

    seconds: float = 20
    """For all methods together, the start of the process included; what is done by then counts."""
    each: float = 5
    """For one method."""
    memory: int = 1 << 30
    """Bytes, where the platform can bound them."""
    lines: int = 60
    characters: int = 4000


@dataclass(slots=True)
class Excerpts:
    """What could be shown, and why the rest could not: one clause each."""

    texts: dict[int, str] = field(default_factory=dict)
    missing: dict[int, str] = field(default_factory=dict)


def excerpts(
    program: Program,
    methods: Iterable[int],
    scanner: Scanner,
    shows: Mapping[int, str] | None = None,
    limits: Limits | None = None,
) -> Excerpts:
    """Text for every method that can be decompiled; no more than `MOST` are.

    Args:
        program: all DEX files of the app.
        methods: numbers of methods of the program, the most important first.
        scanner: knows which keys are masked.
        shows: by method, a word that its excerpt is there to show, such as the member called: the lines
            around it are kept, and a text without it is no excerpt.
        limits: other than the usual ones.

    """
    limits, wanted = limits or Limits(), list(dict.fromkeys(methods))
    found = Excerpts(missing=dict.fromkeys(wanted[MOST:], f"only {MOST} methods are decompiled at a time"))
    taken = extract(program, wanted[:MOST])
    found.missing |= taken.refused
    answers, silence = _decompiled(taken.content, list(taken.rows.values()), limits)
    for method, row in taken.rows.items():
        text, why = answers.get(row, ("", silence))
        shown = "" if why else shaped(text, scanner, (shows or {}).get(method, ""), limits)
        if shown:
            found.texts[method] = shown
        else:
            found.missing[method] = why or "its decompiled text does not show what it is there for"
    return found


# the process ----------------------------------------------------------------------------------------

type Answers = dict[int, tuple[str, str]]
"""Text, and why there is none, by row."""


def _decompiled(content: bytes, rows: Sequence[int], limits: Limits) -> tuple[Answers, str]:
    """Answers, and why there are no others."""
    if not rows:
        return {}, ""
    command = [sys.executable, "-EP", str(DECOMPILER), json.dumps(rows), str(limits.each), str(limits.memory)]
    try:
        process = Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL)
    except OSError as error:
        return {}, f"the decompiler could not be started ({error.strerror})"
    with process:
        written, silence = _written(process, content, limits.seconds)
    return dict(_answers(written)), silence


def _written(process: Popen[bytes], content: bytes, seconds: float) -> tuple[bytes, str]:
    """All that the process wrote until it ended, or was ended."""
    try:
        return process.communicate(content, seconds)[0], "the decompiler ended before it had come so far"
    except TimeoutExpired:
        process.kill()
        return process.communicate()[0], f"the {seconds:g} seconds for all excerpts were over"
    finally:
        process.kill()


def _answers(written: bytes) -> Iterator[tuple[int, tuple[str, str]]]:
    for line in written.splitlines():
        try:
            row, text, why = json.loads(line)
        except ValueError:  # the process was ended while it wrote this line
            return
        yield row, (text, why)


# the text -------------------------------------------------------------------------------------------


def shaped(text: str, scanner: Scanner, word: str, limits: Limits) -> str:
    """Printable, without secrets, with `word` in view; empty when `word` is not there."""
    lines = [printable(line.rstrip(), len(line)) for line in dedent(text).strip("\n").split("\n")]
    lines = veiled("\n".join(lines), scanner).split("\n")
    centre = next((at for at, line in enumerate(lines) if word in line), -1)
    lines = [_narrowed(line, word, limits.characters // 4) for line in lines]
    return "" if centre < 0 else "\n".join(_shortened(lines, centre, limits))


def _narrowed(line: str, word: str, widest: int) -> str:
    if len(line) <= widest:
        return line
    begin = max(0, line.find(word) - widest // 2)
    return f"{'... ' if begin else ''}{line[begin : begin + widest - 8]} ..."


def _shortened(lines: Sequence[str], centre: int, limits: Limits) -> Iterator[str]:
    kept, before = [*_kept(lines, centre, limits), len(lines)], -1
    for at in kept:
        if at > before + 1:
            yield f"    // ... lines left out: {at - before - 1} ..."
        yield from lines[at : at + 1]
        before = at


def _kept(lines: Sequence[str], centre: int, limits: Limits) -> list[int]:
    """All lines if they fit; otherwise the first and last ones, and those around the centre."""
    last = len(lines) - 1
    if last < limits.lines and sum(map(len, lines)) + last <= limits.characters:
        return list(range(len(lines)))
    nearest = sorted(range(len(lines)), key=lambda at: min(at, 2 * (last - at), abs(at - centre)))
    room, kept = limits.characters - 2 * 40, list[int]()  # two lines that say what is left out
    for at in nearest[: limits.lines - 2]:
        room -= len(lines[at]) + 1
        if room < 0:
            break
        kept.append(at)
    return sorted(kept)
