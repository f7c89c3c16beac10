"""One google-re2 pass over whole buffers beside the same patterns one by one with Python's `re`.

    python benchmarks/scanning.py app.apk [bundle.js main.hbc ...]

Of a package, DEX files, native libraries, JavaScript and Hermes bundles are taken; other files by their
ending. Both sides search for the same expressions (the beginnings that `rules/` describe) in the same
bytes, in turn and in one process, after one uncounted pair; the ratio is taken pair by pair. `found` is the
whole reader: the pass, and each hit read by its own pattern. Machines are noisy: read the ratios.

Hits may differ only where they overlap: the pass looks for nothing inside what it has just matched.
"""

from __future__ import annotations

import argparse
import re
import statistics
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from auditor import catalogue
from auditor.collect.literals import Scanner

KINDS = {
    "DEX": re.compile(r".*\.dex"),
    "native code": re.compile(r".*\.so"),
    "JavaScript": re.compile(r"(?:assets/.*|[^/]+)\.(?:js|mjs|bundle)"),
    "Hermes": re.compile(r".*\.hbc"),
}

HERMES = bytes.fromhex("c61fbc03c103191f")
"""Begins a Hermes bundle, which in a package is called as JavaScript would be."""

type Span = tuple[int, int]


def main() -> None:
    """Measure every kind of bytes given and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", nargs="+", type=Path)
    parser.add_argument("--pairs", type=int, default=5)
    options = parser.parse_args()
    scanner = Scanner(catalogue.load())
    alone = [re.compile(head) for head in scanner.heads]
    print(f"{len(alone)} expressions, {options.pairs} pairs; MB/s are medians")
    print(f"{'bytes':<14}{'MB':>7}{'one pass':>10}{'re':>7}{'ratio':>8}{'found':>10}  hits")
    for kind, buffers in gathered(options.file).items():
        print(row(kind, buffers, scanner, alone, options.pairs), flush=True)


def gathered(files: list[Path]) -> dict[str, list[bytes]]:
    """Buffers by kind, from packages and plain files; kinds that nothing has are left out."""
    found: dict[str, list[bytes]] = {kind: [] for kind in KINDS}
    for file in files:
        for name, data in members(file):
            kind = next((kind for kind, pattern in KINDS.items() if pattern.fullmatch(name)), "")
            kind = "Hermes" if data.startswith(HERMES) else kind
            if kind:
                found[kind].append(data)
    return {kind: buffers for kind, buffers in found.items() if buffers}


def members(file: Path) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of all that a package holds, or of the file itself."""
    if not zipfile.is_zipfile(file):
        yield file.name, file.read_bytes()
        return
    with zipfile.ZipFile(file) as package:
        for name in package.namelist():
            if any(pattern.fullmatch(name) for pattern in KINDS.values()):
                yield name, package.read(name)


def row(kind: str, buffers: list[bytes], scanner: Scanner, alone: list[re.Pattern[bytes]], pairs: int) -> str:
    """Speeds, the median of the ratios, and how the hits compare."""
    size = sum(map(len, buffers)) / 1e6
    measured = [
        (
            seconds(lambda: [list(scanner.spans(data)) for data in buffers]),
            seconds(lambda: [list(one_by_one(alone, data)) for data in buffers]),
            seconds(lambda: [list(scanner.scan(data)) for data in buffers]),
        )
        for _ in range(pairs + 1)
    ][1:]
    fast, slow, whole = (statistics.median(column) for column in zip(*measured, strict=True))
    ratio = statistics.median(b / a for a, b, _ in measured)
    speeds = f"{size / fast:>10.0f}{size / slow:>7.1f}{ratio:>7.0f}x{size / whole:>10.0f}"
    return f"{kind:<14}{size:>7.1f}{speeds}  {compared(scanner, alone, buffers)}"


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one piece of work."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def one_by_one(patterns: list[re.Pattern[bytes]], data: bytes) -> Iterator[Span]:
    """Every hit of every pattern."""
    for pattern in patterns:
        yield from (hit.span() for hit in pattern.finditer(data))


def compared(scanner: Scanner, alone: list[re.Pattern[bytes]], buffers: list[bytes]) -> str:
    """How many hits both have, and whether each of the others overlaps one that both have."""
    both = overlapping = different = 0
    for data in buffers:
        ours, theirs = set(scanner.spans(data)), set(one_by_one(alone, data))
        common = sorted(ours & theirs)
        both += len(common)
        for start, end in ours ^ theirs:
            touches = any(start < last and first < end for first, last in common)
            overlapping, different = overlapping + touches, different + (not touches)
    return f"{both} the same, {overlapping} overlapping, {different} different"


if __name__ == "__main__":
    main()
