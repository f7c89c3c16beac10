"""The code engine alone, against the time zlib takes to inflate the same DEX files in the same process.

    python benchmarks/engine.py app.apk ...

Index, class tree, call graph and reachability from the manifest's names; imports, and the reading of rules,
are left out. Machines are noisy: the ratio is taken run by run, and its median printed. The limits are those
of the project's goals: at most 6 times the inflate time, at most 8 bytes a byte of DEX and 80 MiB.
"""

from __future__ import annotations

import argparse
import re
import resource
import statistics
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

from auditor.collect import androidxml, manifest
from auditor.collect.code import _annotations, _platform
from auditor.collect.entrypoints import entry_points
from auditor.collect.names import descriptor
from auditor.collect.package import open_package
from auditor.collect.resourcetable import Table
from auditor.dex.analysis import analyse


def main() -> None:
    """A child process per APK, so that each one's peak is its own."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("apk", nargs="+", type=Path)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        measure(options.apk[0], options.runs)
        return
    head = ("app", "DEX MB", "methods", "reached", "inflate s", "engine s", "ratio", "peak MiB", "limit MiB")
    print("".join(f"{text:>{18 if n == 0 else 11}}" for n, text in enumerate(head)))
    for apk in options.apk:
        command = [sys.executable, __file__, "--child", "--runs", str(options.runs), str(apk)]
        subprocess.run(command, check=True)


def measure(apk: Path, runs: int) -> None:
    """One line of the table; `engine` includes the inflating, as the goal has it."""
    archive = zipfile.ZipFile(apk)
    names = sorted((n for n in archive.namelist() if re.fullmatch(r"classes\d*\.dex", n)), key=number)
    packed = [raw(archive, name) for name in names]
    package = open_package(apk)
    stated = manifest.read(androidxml.parse(package.base.read("AndroidManifest.xml")), Table())
    entries = entry_points(package, [stated])
    platform, marked = _platform(), _annotations(tests=False)
    times, files, code = [], [], None
    for _ in range(runs):
        files, code = [], None  # the last run's arrays are not this run's
        started = time.perf_counter()
        files = [(name, inflate(*given)) for name, given in zip(names, packed, strict=True)]
        inflated = time.perf_counter()
        code = analyse(files, platform, map(descriptor, entries.classes), entries.handlers, marked)
        times.append((inflated - started, time.perf_counter() - started))
    assert code
    size = sum(len(content) for _, content in files)
    ratio = statistics.median(whole / part for part, whole in times)
    part, whole = (statistics.median(column) for column in zip(*times, strict=True))
    peak, limit = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 8 * size / 2**20 + 80
    has = code.program.method_item >= 0
    reached = int((has & code.reach.methods).sum())
    print(
        f"{apk.stem:>18}{size / 1e6:>11.1f}{int(has.sum()):>11,}{reached:>11,}{part:>11.3f}{whole:>11.3f}"
        f"{ratio:>10.2f}x{peak:>11.0f}{limit:>11.0f}",
        flush=True,
    )


def number(name: str) -> int:
    """`classes.dex` is the first, `classes2.dex` the second."""
    return int(re.sub(r"\D", "", name) or 1)


def raw(archive: zipfile.ZipFile, name: str) -> tuple[bytes, bool]:
    """The member's bytes as they lie in the archive, and whether they are compressed."""
    info = archive.getinfo(name)
    with Path(archive.filename or "").open("rb") as file:
        file.seek(info.header_offset)
        head = file.read(30)
        file.seek(int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little"), 1)
        return file.read(info.compress_size), info.compress_type == zipfile.ZIP_DEFLATED


def inflate(content: bytes, packed: bool) -> bytes:
    """Zlib alone, without checksum."""
    return zlib.decompress(content, -15) if packed else content


if __name__ == "__main__":
    main()
