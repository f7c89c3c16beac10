"""Make the recordings of the samples again.

    python -m samples.bed                       # all, two at a time, about three minutes
    python -m samples.bed aktivisti skuadra     # some
    python -m samples.bed --list

Each scenario runs once, in real time, through the project's own recorder (mitmproxy); into its folder go the
recording, the test person, the case, the truth log and what the recording is known to hold. Needed:
`pip install .[dev]`. Times differ from run to run; persons, identifiers and what happens do not.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from samples.bed import answers, scenario
from samples.bed.authority import Authority
from samples.bed.backend import Backend
from samples.bed.client import App
from samples.bed.scenario import World
from samples.bed.service import Service
from tests.record.loopback import MITMDUMP, recording

SAMPLES = Path(__file__).parent.parent


def run(name: str, folder: Path, pace: float = 1.0) -> World:
    """Play one scenario; `folder/case` holds the recording then; `pace` shortens what the user waits.

    Raises:
        OSError: no such scenario.
        ExceptionGroup: the service could not answer; the recording is no good.
    """
    world = World(scenario.read(name))
    authority = Authority(_made(folder / "authority"))
    service = Service(Backend(world), authority)
    options = [f"--mode=upstream:http://127.0.0.1:{service.port}"]
    options += [f"--set=ssl_verify_upstream_trusted_ca={authority.file}"]
    options += [f"--set=app={world.scenario.said['app']}"]
    try:
        with recording(folder / "case", _made(folder / "confdir"), *options) as recorder:
            with App(world, recorder.port, recorder.authority, pace) as app:
                app.play()
            recorder.stop()
    finally:
        service.close()
    if service.broken:
        raise ExceptionGroup(f"{name}: the service failed", service.broken)
    return world


def make(name: str) -> str:
    """Play a scenario and store what came of it; one line about it."""
    with tempfile.TemporaryDirectory(prefix=f"bed-{name}-") as folder:
        world = run(name, Path(folder))
        into = _made(SAMPLES / world.scenario.into)
        _store(Path(folder) / "case", into, world.scenario.said.get("form", "recording"))
        answers.write(world, into)
    sizes = sum(file.stat().st_size for file in into.glob("recording.*"))
    return f"{name}: {len(world.ledger.truth)} acts, {sizes // 1024} KB, {into.relative_to(SAMPLES.parent)}"


def _store(case: Path, into: Path, form: str) -> None:
    """The recording as it is, or as mitmproxy saves it for others."""
    for old in into.glob("recording.*"):
        old.unlink()
    if form == "har":
        target = into / "recording.har"
        command = [str(MITMDUMP), "-q", "-n", "-r", str(case / "flows.mitm"), "--set", f"hardump={target}"]
        subprocess.run([*command, "--set", f"confdir={case}"], check=True, timeout=120)
        if (case / "marks.jsonl").exists():
            shutil.copyfile(case / "marks.jsonl", into / "marks.jsonl")
    else:
        shutil.copyfile(case / "recording.jsonl", into / "recording.jsonl")


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def main() -> None:
    """Which scenarios, and go."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", choices=[[], *scenario.names()], metavar="SCENARIO")
    parser.add_argument("--list", action="store_true", help="print the scenarios")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time")
    wanted = parser.parse_args()
    if wanted.list:
        print("\n".join(scenario.names()))
        return
    with ThreadPoolExecutor(wanted.jobs) as pool:
        for line in pool.map(make, wanted.names or scenario.names()):
            print(line)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
