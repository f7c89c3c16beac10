"""The queue and the files behind it."""

import errno
import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

from auditor.record.writer import Files, Writer, state


def opened(folder: Path, *, entries: int = 100, size: int = 1 << 20) -> tuple[Writer, Files]:
    files = Files.free(folder)
    return Writer(files, {"auditor-recording": 1}, _dumped, entries=entries, size=size), files


def _dumped(flow: object) -> bytes:
    if not isinstance(flow, bytes):
        raise TypeError
    return flow


def lines(files: Files) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files.journal.read_text(encoding="utf-8").splitlines()]


def test_order_ids_and_the_last_line(tmp_path: Path) -> None:
    writer, files = opened(tmp_path)
    first: dict[str, object] = {"kind": "exchange", "n": 0}
    writer.put(first, b"flow")
    writer.put({"kind": "frames", "of": first})
    writer.close()

    header, exchange, frames, end = lines(files)
    assert {"auditor-recording": 1} == header
    assert [0, 1, 2] == [exchange["id"], frames["id"], end["id"]]
    assert 0 == frames["of"]
    assert {"exchange": 1, "frames": 1, "flows": 1} == end["counts"]
    assert b"flow" == files.flows.read_bytes()
    assert 3 == state(files.state)["acknowledged"]


@pytest.mark.parametrize(("entries", "size"), [(5, 1 << 20), (1_000, 50)])
def test_a_full_queue_drops_counts_and_says_so(tmp_path: Path, entries: int, size: int) -> None:
    writer, files = opened(tmp_path, entries=entries, size=size)
    taken = [writer.put({"kind": "exchange"}, None, 10) for _ in range(50)]
    time.sleep(0.2)
    writer.put({"kind": "exchange"}, None, 10)
    writer.close()
    told = lines(files)[1:]

    lost = taken.count(False)
    assert lost > 0
    assert lost == sum(line["count"] for line in told if line["kind"] == "lost")
    assert 51 - lost == sum(line["kind"] == "exchange" for line in told)
    assert {"the queue was full": lost} == state(files.state)["lost"]


def test_a_flow_that_cannot_be_packed_is_counted(tmp_path: Path) -> None:
    writer, files = opened(tmp_path)
    writer.put({"kind": "exchange"}, "no bytes")
    writer.put({"kind": "exchange", "good": True}, b"x")
    writer.close()

    assert [True] == [line["good"] for line in lines(files) if line.get("kind") == "exchange"]
    assert {"could not be written: TypeError": 1} == state(files.state)["lost"]


def test_a_full_disk_leaves_whole_lines_and_a_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer, files = opened(tmp_path)
    writer.put({"kind": "exchange", "n": 1}, b"one")
    time.sleep(0.2)
    real = os.write

    def full(handle: int, data: bytes) -> int:
        if b'"n":2' in bytes(data):
            real(handle, bytes(data)[:5])
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(handle, data)

    monkeypatch.setattr(os, "write", full)
    writer.put({"kind": "exchange", "n": 2}, b"two")
    time.sleep(0.2)
    writer.put({"kind": "exchange", "n": 3}, b"three")
    writer.close()

    assert [1, 3] == [line["n"] for line in lines(files) if "n" in line]
    assert list(range(4)) == [line["id"] for line in lines(files)[1:]]
    assert b"onethree" == files.flows.read_bytes()
    assert {"could not be written: No space left on device": 1} == state(files.state)["lost"]


def test_state_of_nothing(tmp_path: Path) -> None:
    assert {} == state(tmp_path / "recording.state")
