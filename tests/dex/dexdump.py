"""What `dexdump -d` says of a DEX file: Android's own reader, as a second opinion."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from auditor.dex.tables import decode

MISSING = "" if shutil.which("dexdump") else "needs Debian's dexdump"

_LINE = re.compile(rb"^[0-9a-f]{6,}: [0-9a-f .]*\|([0-9a-f]{4,}): ([^ ]+)(.*)$", re.DOTALL)
_ROW = re.compile(
    rb"(?: // |, )(string|type|field|method|call_site|method_handle|proto)@([0-9a-f]+)(?:, .*)?$"
)
_TARGET = re.compile(rb"\}, (.*) // method@")

KINDS = {
    "invoke": ("invoke-",),
    "const-string": ("const-string",),
    "const-class": ("const-class",),
    "new-instance": ("new-instance",),
    "field access": ("iget", "iput", "sget", "sput"),
}


@dataclass
class Dumped:
    """Counts, and every reference with its place."""

    counts: Counter[str] = field(default_factory=Counter)
    rows: Counter[tuple[str, int, str, int]] = field(default_factory=Counter)
    """(caller, unit from its start, table, row)."""
    calls: Counter[tuple[str, int, str]] = field(default_factory=Counter)
    """(caller, unit from its start, method as `Lal/A;.run:()V`)."""


def dumped(path: Path) -> Dumped:
    """Disassemble one file. Raises CalledProcessError when dexdump refuses it."""
    found = Dumped()
    caller: list[str] = ["", "", ""]
    for line in _lines(path):
        key, _, value = line.partition(b" : '")
        match key.strip():
            case b"Class descriptor":
                found.counts["class"] += 1
                caller[0] = decode(value[:-1])
            case b"name":
                caller[1] = decode(value[:-1])
            case b"type":
                caller[2] = decode(value[:-1])
                found.counts["method"] += caller[2].startswith("(")
            case _ if b"insns size" in line:
                found.counts["code item"] += 1
            case _ if instruction := _LINE.match(line):
                _read(found, f"{caller[0]}.{caller[1]}:{caller[2]}", *instruction.groups())
    return found


def _read(found: Dumped, caller: str, at: bytes, name: bytes, rest: bytes) -> None:
    found.counts["instruction"] += 1
    for kind, names in KINDS.items():
        found.counts[kind] += name.decode().startswith(names)
    if row := _ROW.search(rest):
        found.rows[caller, int(at, 16), row[1].decode(), int(row[2], 16)] += 1
    if target := _TARGET.search(rest):
        method = decode(target[1].partition(b", ")[0])
        found.calls[caller, int(at, 16), method] += 1


def _lines(path: Path) -> Iterator[bytes]:
    with subprocess.Popen(
        ["dexdump", "-d", path], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout
        for line in process.stdout:
            while b": const-string" in line[40:70] and not _ROW.search(line):
                line += next(process.stdout)  # noqa: PLW2901  the text holds a line break
            yield line.rstrip(b"\n")
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, "dexdump")
