"""The recorder beside bare mitmdump, in turn in one run: time added per flow, throughput lost, memory, kills.

    python benchmarks/recorder.py [--rounds 12] [--flows 10000] [--kill 200]

Real TLS on loopback. Each round asks both proxies in turn, one request after the other for latency and over
16 connections for throughput, 2 KB up and less down; ratios are taken round by round. `--flows` sends that
many through the recorder alone and prints its memory as it goes. `--kill N` starts a recorder N times, kills
it with signal 9 at a random moment under load and reads back every flow it had acknowledged by then. Machines
are noisy: read the ratios.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import os
import random
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from mitmproxy.exceptions import FlowReadException
from mitmproxy.io import FlowReader

from tests.record import loopback

BODY = json.dumps({"name": "Arben", "padding": "e" * 2_000}).encode()
CONNECTIONS, AT_ONCE = 16, 480


class Bare(loopback.Recorder):
    """mitmdump with no add-on of ours, asked in the same way."""

    def __init__(self, folder: Path, confdir: Path, *options: str) -> None:
        self.case, self.confdir = folder, confdir
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        command = [str(loopback.MITMDUMP), "-q", "-p", str(self.port), "--listen-host", "127.0.0.1"]
        self.process = subprocess.Popen([*command, "--set", f"confdir={confdir}", *options])
        while True:
            with contextlib.suppress(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", self.port)).close()
                break
            time.sleep(0.05)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--flows", type=int, default=10_000)
    parser.add_argument("--kill", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, origin(Path(name)) as (port, files):
        upstream = ("--set", f"ssl_verify_upstream_trusted_ca={files.authority}")
        folder = Path(name)
        if options.rounds:
            compare(folder, port, upstream, options.rounds)
        if options.flows:
            memory(folder, port, upstream, options.flows)
        if options.kill:
            kills(folder, port, upstream, options.kill)


@contextlib.contextmanager
def origin(folder: Path) -> Iterator[tuple[int, loopback.Certificate]]:
    """The server, in a process of its own."""
    files = loopback.certificate(folder)
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_serve, args=(files, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv(), files
    finally:
        process.kill()


def _serve(files: loopback.Certificate, pipe: Any) -> None:
    pipe.send(loopback.Origin(files).port)
    time.sleep(1e6)


class Line:
    """One connection through a proxy, kept open."""

    def __init__(self, proxy: loopback.Recorder, port: int) -> None:
        self._proxy, self._port = proxy, port

    async def open(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._proxy.port)
        writer.write(f"CONNECT localhost:{self._port} HTTP/1.1\r\n\r\n".encode())
        await reader.readuntil(b"\r\n\r\n")
        trusted = ssl.create_default_context(cafile=self._proxy.authority)
        await writer.start_tls(trusted, server_hostname="localhost")
        self._reader, self._writer = reader, writer

    async def ask(self, number: int) -> None:
        head = f"POST /track/{number} HTTP/1.1\r\nHost: localhost:{self._port}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"
        self._writer.write(head.encode() + BODY)
        answer = await self._reader.readuntil(b"\r\n\r\n")
        size = int(answer.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
        await self._reader.readexactly(size)

    def close(self) -> None:
        self._writer.close()


async def one_by_one(proxy: loopback.Recorder, port: int, requests: int) -> float:
    """Median milliseconds for one request."""
    line = Line(proxy, port)
    await line.open()
    taken = []
    for number in range(requests):
        begun = time.perf_counter()
        await line.ask(number)
        taken.append(time.perf_counter() - begun)
    line.close()
    return 1_000 * statistics.median(taken)


async def at_once(proxy: loopback.Recorder, port: int, requests: int) -> float:
    """Requests in a second over 16 connections, the handshakes not counted."""
    lines = [Line(proxy, port) for _ in range(CONNECTIONS)]
    for line in lines:
        await line.open()
    begun = time.perf_counter()
    await asyncio.gather(*(_several(line, requests // CONNECTIONS) for line in lines))
    taken = time.perf_counter() - begun
    for line in lines:
        line.close()
    return requests / taken


async def _several(line: Line, requests: int) -> None:
    for number in range(requests):
        await line.ask(number)


def compare(folder: Path, port: int, upstream: tuple[str, ...], rounds: int) -> None:
    """Both proxies in turn; the first round is not counted."""
    proxies = {
        "bare": Bare(folder, folder / "conf", *upstream),
        "recorder": loopback.Recorder(folder / "case", folder / "conf", *upstream),
    }
    seen: dict[str, list[Round]] = {name: [] for name in proxies}
    for turn in range(rounds + 1):
        for name in sorted(proxies, reverse=bool(turn % 2)):
            seen[name].append(measured(proxies[name], port))
    for proxy in proxies.values():
        proxy.process.kill()
    bare, ours = seen["bare"][1:], seen["recorder"][1:]
    for name, those in (("bare", bare), ("recorder", ours)):
        middle = [statistics.median(each) for each in zip(*those, strict=True)]
        print(f"{name:<9}{middle[0]:6.2f} ms/request{middle[1]:6.0f} requests/s{middle[2]:6.2f} ms processor")
    pairs = list(zip(bare, ours, strict=True))
    spread("added per flow, ms", [o.latency - b.latency for b, o in pairs])
    spread("throughput kept, clock", [o.speed / b.speed for b, o in pairs])
    spread("throughput kept, processor", [b.processor / o.processor for b, o in pairs])


class Round(NamedTuple):
    """Median milliseconds one by one, requests a second at once, processor milliseconds for one of those."""

    latency: float
    speed: float
    processor: float


def measured(proxy: loopback.Recorder, port: int) -> Round:
    """One round with one proxy."""
    latency = asyncio.run(one_by_one(proxy, port, 100))
    before = processor(proxy)
    speed = asyncio.run(at_once(proxy, port, AT_ONCE))
    return Round(latency, speed, 1_000 * (processor(proxy) - before) / AT_ONCE)


def processor(proxy: loopback.Recorder) -> float:
    """Seconds of processor time so far: what the proxy costs, whatever else the machine does."""
    fields = Path(f"/proc/{proxy.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def spread(name: str, values: list[float]) -> None:
    """Median, and the quarters around it."""
    low, middle, high = statistics.quantiles(values, n=4)
    print(f"{name}: median {middle:.2f} (half of the rounds {low:.2f}..{high:.2f})")


def memory(folder: Path, port: int, upstream: tuple[str, ...], flows: int) -> None:
    """Resident memory as flows go by, and the peak."""
    recorder = loopback.Recorder(folder / "many", folder / "conf", *upstream)
    begun = time.perf_counter()
    for part in range(5):
        asyncio.run(at_once(recorder, port, flows // 5))
        print(f"{flows // 5 * (part + 1):>7} flows: {_memory(recorder, 'VmRSS')} MB resident")
    print(
        f"peak {_memory(recorder, 'VmHWM')} MB, {flows / (time.perf_counter() - begun):.0f} flows/s; ", end=""
    )
    recorder.stop()
    state = recorder.state()
    print(f"{state['counts'].get('exchange', 0)} recorded, lost: {state['lost'] or 'none'}")


def _memory(recorder: loopback.Recorder, field: str) -> int:
    status = Path(f"/proc/{recorder.process.pid}/status").read_text(encoding="ascii")
    return int(status.partition(f"{field}:")[2].split()[0]) // 1024


def kills(folder: Path, port: int, upstream: tuple[str, ...], times: int) -> None:
    """Kill under load; count what was acknowledged and what can be read."""
    seen = {
        "acknowledged": 0,
        "read": 0,
        "flows acknowledged": 0,
        "flows read": 0,
        "answered": 0,
        "broken": 0,
    }
    for number in range(times):
        recorder = loopback.Recorder(folder / f"kill{number}", folder / "conf", *upstream)
        moment = random.uniform(0.05, 1.5)  # noqa: S311  (no secret)
        answered = asyncio.run(_until_killed(recorder, port, moment))
        outcome = _read_back(recorder)
        seen["answered"] += answered
        for key, value in outcome.items():
            seen[key] += value
        if outcome["broken"]:
            print(f"kill {number}: {outcome}")
    print(f"{times} kills: " + ", ".join(f"{value} {key}" for key, value in seen.items()))


async def _until_killed(recorder: loopback.Recorder, port: int, seconds: float) -> int:
    """Load until the kill; how many answers clients had had."""
    answered = 0

    async def load() -> None:
        nonlocal answered
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            line = Line(recorder, port)
            await line.open()
            for number in range(1_000_000):
                await line.ask(number)
                answered += 1

    tasks = [asyncio.create_task(load()) for _ in range(4)]
    await asyncio.sleep(seconds)
    recorder.process.kill()
    recorder.process.communicate()
    await asyncio.gather(*tasks)
    return answered


def _read_back(recorder: loopback.Recorder) -> dict[str, int]:
    """What the state had acknowledged, and how much of it both files hold, whole and in order."""
    state = recorder.state()
    flows = _flows(recorder.case / "flows.mitm")
    lines = (recorder.case / "recording.jsonl").read_bytes().split(b"\n")[1:-1]
    whole = sum(json.loads(line)["id"] == number for number, line in enumerate(lines))
    told, kept = state["acknowledged"], state["counts"].get("flows", 0)
    return {
        "acknowledged": told, "read": whole, "flows acknowledged": kept, "flows read": flows,
        "broken": int(whole < told or flows < kept or whole != len(lines)),
    }  # fmt: skip


def _flows(path: Path) -> int:
    number = 0
    with path.open("rb") as file, contextlib.suppress(FlowReadException):  # the last one may be torn
        for _ in FlowReader(file).stream():
            number += 1
    return number


if __name__ == "__main__":
    main()
