"""auditor beside exodus-core and apkradar: whole processes, in turn, on the same real APKs.

    python benchmarks/peers.py --exodus VENV --signatures FILE --apkradar VENV app.apk ...

VENV is a virtual environment with `exodus-core` or `apkradar` from PyPI; FILE is an Exodus tracker list
(JSON, `{"trackers": {...}}`). A peer without its option is left out, and the table says so. Machines are
noisy: read the ratios, which are taken pair by pair.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
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


def main() -> None:
    """Measure every APK given and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("apk", nargs="+", type=Path)
    parser.add_argument("--exodus", type=Path)
    parser.add_argument("--signatures", type=Path)
    parser.add_argument("--apkradar", type=Path)
    parser.add_argument("--pairs", type=int, default=5)
    options = parser.parse_args()
    print(f"{'app':<18}{'job':<32}{'auditor s':>10}{'peer s':>9}{'auditor / peer':>16}")
    for apk in options.apk:
        for job, ours, theirs in jobs(apk, options):
            print(row(apk.stem, job, pairs(ours, theirs, options.pairs)), flush=True)


def jobs(apk: Path, options: argparse.Namespace) -> list[tuple[str, list[str], list[str]]]:
    """(name, our command, peer's command) for each peer that was given."""
    auditor = [sys.executable, "-m", "auditor"]
    out = tempfile.mkdtemp()
    found = []
    if options.exodus and options.signatures:
        exodus = [str(options.exodus / "bin/python"), "-c", EXODUS, str(apk), str(options.signatures)]
        collect = [*auditor, "collect", str(apk), "--into", f"{out}/dossier.json", "--quiet"]
        found.append(("manifest and SDKs: exodus-core", collect, exodus))
    if options.apkradar:
        apkradar = [
            str(options.apkradar / "bin/apkradar"),
            "audit",
            str(apk),
            "--offline",
            "--output",
            f"{out}/a.html",
        ]
        audit = [*auditor, "audit", str(apk), "--out", out, "--quiet"]
        found.append(("full audit: apkradar --offline", audit, apkradar))
    return found


def pairs(ours: list[str], theirs: list[str], count: int) -> list[tuple[float, float]]:
    """Seconds of both commands in turn, after one uncounted pair."""
    return [(seconds(ours), seconds(theirs)) for _ in range(count + 1)][1:]


def seconds(command: list[str]) -> float:
    """Wall time of one whole process; a command that fails to start or crashes ends the benchmark."""
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    took = time.perf_counter() - started
    if done.returncode not in (0, 10, 11) or "Traceback" in done.stderr:
        sys.exit(f"{' '.join(command[:4])}: exit {done.returncode}\n{done.stderr[-2000:]}")
    return took


def row(app: str, job: str, measured: list[tuple[float, float]]) -> str:
    """Medians of both and of the ratios."""
    ours, theirs = (statistics.median(column) for column in zip(*measured, strict=True))
    ratio = statistics.median(a / b for a, b in measured)
    return f"{app:<18}{job:<32}{ours:>10.2f}{theirs:>9.2f}{ratio:>15.2f}x"


if __name__ == "__main__":
    main()
