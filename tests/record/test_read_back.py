"""What the recorder writes, auditor reads: its own form, the flow file, and mitmproxy's HAR of that file."""

import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest

from auditor.collect.recordings import open_recording
from auditor.collect.recordings.record import Kind, Record
from tests.record.conftest import Start
from tests.record.loopback import MITMDUMP, Origin, Recorder
from tests.record.sockets import Websocket

httpx = pytest.importorskip("httpx", reason="httpx is not installed")


def drive(recorder: Recorder, origin: Origin) -> None:
    """Some exchanges, a websocket, a mark and a refused handshake."""
    trusted = ssl.create_default_context(cafile=recorder.authority)
    base = f"https://localhost:{origin.port}"
    with httpx.Client(proxy=recorder.proxy, verify=trusted, http2=True, trust_env=False) as http:
        http.get("http://mark.invalid/before-consent")
        http.post(f"{base}/sign-up?step=1", json={"mail": "arben.testi@example.org", "qyteti": "Tiranë"})
        http.post(f"{base}/binary", content=bytes(range(256)))
        http.get(f"{base}/bytes/5000")
    with Websocket(recorder, origin) as socket:
        socket.open("/socket")
        socket.ask("like:7")
        socket.ask(b"\x00\xff")
    with pytest.raises(httpx.ConnectError):
        httpx.get(base, proxy=recorder.proxy, trust_env=False)
    recorder.wait("exchange", 4)
    recorder.wait("refused")
    recorder.stop()


def read(path: Path) -> tuple[list[Record], Any]:
    recording = open_recording(path)
    return list(recording.records), recording


def core(record: Record) -> tuple[Any, ...]:
    """What every form must agree on."""
    frames = tuple((frame.sent, frame.body) for frame in record.frames)
    return (
        record.host,
        record.method,
        record.path,
        record.status,
        record.request.body,
        record.response.body,
        frames,
    )


def exchanges(records: list[Record]) -> list[tuple[Any, ...]]:
    return sorted(
        (core(record) for record in records if record.kind is Kind.EXCHANGE), key=lambda c: str(c[2])
    )


def test_three_forms_of_one_recording_agree(start: Start, origin: Origin, tmp_path: Path) -> None:
    recorder = start("--set", "app=al.example.app")
    drive(recorder, origin)
    har = tmp_path / "export.har"
    export = [str(MITMDUMP), "-q", "-n", "-r", str(recorder.files.flows), "--set", f"hardump={har}"]
    subprocess.run(export, check=True, capture_output=True, timeout=60)
    ours, recording = read(recorder.files.journal)
    flows, _ = read(recorder.files.flows)
    exported, _ = read(har)

    assert 4 == len(exchanges(ours))
    assert exchanges(ours) == exchanges(flows) == exchanges(exported)
    assert not recording.lost
    kinds = [record.kind for record in ours]
    assert (1, 1) == (kinds.count(Kind.MARK), kinds.count(Kind.REFUSED))
    assert ["before consent"] == [record.path for record in ours if record.kind is Kind.MARK]
    assert [line["id"] for line in recorder.lines() if line["kind"] != "end"] == [r.index for r in ours]
