"""auditor beside its peers: whole processes, in turn, on the same real APKs; seconds, peak memory, ratios.

    python benchmarks/peers.py --androguard VENV --exodus VENV --signatures FILE --apkradar VENV app.apk ...

VENV is a virtual environment with the peer from PyPI (`androguard`, `exodus-core`, `apkradar`,
`dexray-insight`); FILE is an Exodus tracker list (JSON, `{"trackers": {...}}`); dexdump is Debian's. A peer
that is not there is left out, and the table says so. Machines are noisy: read the ratios, which are taken
pair by pair (peer / auditor: above 1, auditor is quicker or smaller).
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

EXODUS = """
import json, sys, collections
from exodus_core.analysis.static_analysis import StaticAnalysis
Tracker = collections.namedtuple("Tracker", "name code_signature")
analysis = StaticAnalysis(sys.argv[1])
rows = json.load(open(sys.argv[2]))["trackers"].values()
analysis.signatures = [Tracker(r["name"], r["code_signature"]) for r in rows if len(r["code_signature"]) > 3]
analysis._compile_signatures()
analysis.get_permissions(), analysis.get_package(), analysis.get_certificates(), analysis.get_sha256()
print([t.name for t in analysis.detect_trackers()])
"""


ANDROGUARD = """
import sys
from loguru import logger
logger.remove()
from androguard.misc import AnalyzeAPK
AnalyzeAPK(sys.argv[1])
"""

DEXDUMP = """
unzip -qo "$1" 'classes*.dex' -d "$2" && for f in "$2"/classes*.dex; do dexdump -d "$f"; done >/dev/null
"""

NO_FAULT = (0, 10, 11)
"""Exit codes that are answers."""


def main() -> None:
    """Measure every APK given and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("apk", nargs="+", type=Path)
    for peer in ("androguard", "dexray", "exodus", "apkradar"):
        parser.add_argument(f"--{peer}", type=Path, metavar="VENV")
    parser.add_argument("--signatures", type=Path)
    parser.add_argument("--pairs", type=int, default=5)
    options = parser.parse_args()
    for sentence in absent(options):
        print(sentence)
    head = f"{'app':<18}{'peer':<26}{'ours s':>8}{'peer s':>8}{'ratio':>8}"
    print(f"{head}{'ours MiB':>10}{'peer MiB':>10}{'ratio':>8}")
    for apk in options.apk:
        for job, ours, theirs in jobs(apk, options):
            print(row(apk.stem, job, pairs(ours, theirs, options.pairs)), flush=True)


def absent(options: argparse.Namespace) -> Iterator[str]:
    """Why a peer is not measured."""
    for peer in ("androguard", "dexray", "apkradar"):
        if not getattr(options, peer):
            yield f"without {peer}: no --{peer} VENV was given"
    if not (options.exodus and options.signatures):
        yield "without exodus-core: needs --exodus VENV and --signatures FILE"
    if not shutil.which("dexdump"):
        yield "without dexdump: it is not installed"


def jobs(apk: Path, options: argparse.Namespace) -> Iterator[tuple[str, list[str], list[str]]]:
    """(name, our command, peer's command) for each peer that is there."""
    out = tempfile.mkdtemp()
    audit = [sys.executable, "-m", "auditor", "audit", str(apk), "--out", out, "--quiet"]
    collect = [sys.executable, "-m", "auditor", "collect", str(apk), "--into", f"{out}/d.json", "--quiet"]
    if options.apkradar:
        peer = [str(options.apkradar / "bin/apkradar"), "audit", str(apk), "--offline"]
        yield "apkradar --offline", audit, [*peer, "--output", f"{out}/a.html"]
    if shutil.which("dexdump"):
        yield "dexdump -d", audit, ["sh", "-c", DEXDUMP, "sh", str(apk), out]
    if options.exodus and options.signatures:
        peer = [str(options.exodus / "bin/python"), "-c", EXODUS, str(apk), str(options.signatures)]
        yield "exodus-core (SDKs only)", [*collect, "--depth", "classes"], peer
    if options.dexray:
        yield "dexray-insight", audit, [str(options.dexray / "bin/dexray-insight"), str(apk)]
    if options.androguard:
        peer = [str(options.androguard / "bin/python"), "-c", ANDROGUARD, str(apk)]
        yield "androguard AnalyzeAPK", audit, peer


type Measured = tuple[float, float]
"""Seconds, and MiB at the peak."""


def pairs(ours: list[str], theirs: list[str], count: int) -> list[tuple[Measured, Measured]]:
    """Both commands in turn, after one uncounted pair."""
    return [(measured(ours), measured(theirs)) for _ in range(count + 1)][1:]


def measured(command: list[str]) -> Measured:
    """One whole process with its children; a command that fails to start or crashes ends the benchmark."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    complaint = process.stderr.read() if process.stderr else b""
    _, status, usage = os.wait4(process.pid, 0)
    took = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in NO_FAULT or b"Traceback" in complaint:
        sys.exit(f"{' '.join(command[:4])}: exit {process.returncode}\n{complaint[-2000:].decode()}")
    return took, usage.ru_maxrss / 1024


def row(app: str, job: str, measured: list[tuple[Measured, Measured]]) -> str:
    """Medians of both and of the ratios."""
    text = f"{app:<18}{job:<26}"
    for unit, width, digits in ((0, 8, 2), (1, 10, 0)):
        ours, theirs = (statistics.median(pair[side][unit] for pair in measured) for side in (0, 1))
        ratio = statistics.median(pair[1][unit] / pair[0][unit] for pair in measured)
        text += f"{ours:>{width}.{digits}f}{theirs:>{width}.{digits}f}{ratio:>7.1f}x"
    return text


if __name__ == "__main__":
    main()
