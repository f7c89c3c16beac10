"""One thread that alone touches the files, behind a bounded queue: recording never holds traffic up.

A record is acknowledged when its line, and its flow, have been handed to the system: `recording.state` then
counts it. What is acknowledged survives the end of the process, however it ends; once a second it is forced
to disk, to survive the end of the machine. Standard library only.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from auditor.record.journal import Line, packed

LINGER = 0.1
"""Seconds to gather before writing: one call for many flows, and the proxy's own thread is left alone."""

BATCH = 4 << 20
"""Bytes after which a batch is written."""

STATE_WIDTH = 4096


class Entry(NamedTuple):
    """One line and, unless None, the flow in mitmproxy's own form."""

    line: Line
    state: object
    size: int


class Files(NamedTuple):
    """The files of one recording, created for their owner alone; nothing is ever overwritten."""

    journal: Path
    flows: Path
    state: Path

    @classmethod
    def free(cls, folder: Path) -> Files:
        """The first free names: recording.jsonl, then recording-2.jsonl ..."""
        number = 1
        while True:
            tail = f"-{number}" if number > 1 else ""
            names = f"recording{tail}.jsonl", f"flows{tail}.mitm", f"recording{tail}.state"
            if not any((folder / name).exists() for name in names):
                return cls(*(folder / name for name in names))
            number += 1


class Output:
    """A file that only grows by whole pieces: what was written in part is taken back."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self.length = 0

    def write(self, data: bytes) -> None:
        """Append all of it, or raise OSError and leave the file as it was."""
        view = memoryview(data)
        try:
            while view:
                view = view[os.write(self._handle, view) :]
        except OSError:
            self.cut(self.length)
            raise
        self.length += len(data)

    def cut(self, length: int) -> None:
        """Take back what stands after `length` bytes."""
        os.ftruncate(self._handle, length)
        os.lseek(self._handle, length, os.SEEK_SET)
        self.length = length

    def replace(self, data: bytes) -> None:
        """Write over the beginning; for the state alone, whose length never changes."""
        os.pwrite(self._handle, data, 0)

    def sync(self) -> None:
        """Force to disk."""
        os.fsync(self._handle)

    def close(self) -> None:
        """Force to disk and let go."""
        os.fsync(self._handle)
        os.close(self._handle)


class Writer:
    """Takes entries from the proxy's thread, writes them in their order.

    `dump` makes bytes of a flow's state; it is given, so that only the add-on knows mitmproxy.
    """

    def __init__(
        self, files: Files, header: Line, dump: Callable[[object], bytes], *, entries: int, size: int
    ) -> None:
        self._dump = dump
        self._room, self._bytes = entries, size
        self._queue: deque[Entry] = deque()
        self._held = 0
        self._lock = threading.Lock()
        self._wake, self._stopping = threading.Event(), False
        self._ids = 0
        self.counts: Counter[str] = Counter()
        self.lost: Counter[str] = Counter()
        self._told: Counter[str] = Counter()
        self._notes: Line = {}
        self._journal, self._flows, self._state = map(Output, files)
        self._synced, self._dirty = time.monotonic(), True
        self._journal.write(packed(header))
        self._tell()
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)
        self._thread.start()

    def put(self, line: Line, state: object = None, size: int = 0) -> bool:
        """Hand over one line, and the state of its flow; False when it had to be dropped, and was counted."""
        with self._lock:
            full = len(self._queue) >= self._room or self._held + size > self._bytes
            if full:
                self.lost["the queue was full"] += 1
            else:
                self._queue.append(Entry(line, state, size))
                self._held += size
        if not self._wake.is_set():
            self._wake.set()
        return not full

    def note(self, name: str, value: object) -> None:
        """Something the state shall say from now on, such as where the proxy listens."""
        self._notes[name] = value
        self._wake.set()

    def close(self) -> None:
        """Write what is queued and a last line that says so, however full the queue is."""
        with self._lock:
            self._stopping = True
        self._wake.set()
        self._thread.join()
        for file in (self._journal, self._flows, self._state):
            file.close()

    def _run(self) -> None:
        while True:
            if not self._wake.wait(1):
                self._sync()
                continue
            if not self._stopping:
                time.sleep(LINGER)
            self._wake.clear()
            while batch := self._batch():
                self._write(batch)
            self._tell()
            if self._stopping and not self._queue:
                self._write([Entry({"kind": "end", "at": time.time(), "counts": {**self.counts}}, None, 0)])
                return

    def _batch(self) -> list[Entry]:
        batch: list[Entry] = []
        with self._lock:
            size = 0
            while self._queue and size < BATCH:
                batch.append(self._queue.popleft())
                size += batch[-1].size
            self._held -= size
        return batch

    def _write(self, batch: list[Entry]) -> None:
        first, before, counts = self._ids, (self._journal.length, self._flows.length), self.counts.copy()
        made = [pair for entry in self._losses() + batch if (pair := self._pack(entry))]
        try:
            self._flows.write(b"".join(flow for _, flow in made))
            self._journal.write(b"".join(line for line, _ in made))
        except OSError as error:
            self._ids, self.counts = first, counts
            self._journal.cut(before[0])
            self._flows.cut(before[1])
            self.lost[f"could not be written: {error.strerror}"] += len(batch)
            for entry in batch:
                entry.line.pop("id", None)
        self._tell()

    def _pack(self, entry: Entry) -> tuple[bytes, bytes] | None:
        line = entry.line
        try:
            if "of" in line:
                whole = line["of"]
                line["of"] = whole.get("id", -1) if isinstance(whole, dict) else whole
            line["id"] = self._ids
            made = packed(line), self._dump(entry.state) if entry.state is not None else b""
        except Exception as error:  # one strange flow must not end the recording; it is counted
            self.lost[f"could not be written: {type(error).__name__}"] += 1
            return None
        self._ids += 1
        self.counts[_counted(line)] += 1
        self.counts["flows"] += entry.state is not None
        return made

    def _losses(self) -> list[Entry]:
        """A line for each loss since the last batch."""
        with self._lock:
            fresh = self.lost - self._told
            self._told = self.lost.copy()
        now = time.time()
        return [
            Entry({"kind": "lost", "at": now, "count": n, "why": why}, None, 0) for why, n in fresh.items()
        ]

    def _tell(self) -> None:
        """Acknowledge: the state in one write of a fixed length, so that it is never seen in halves."""
        self._dirty = True
        if time.monotonic() - self._synced > 1:
            self._sync()
        said = {"acknowledged": self._ids, "counts": self.counts, "lost": self.lost, **self._notes}
        try:
            self._state.replace(json.dumps(said).encode().ljust(STATE_WIDTH)[:STATE_WIDTH])
        except OSError as error:
            self.lost[f"not acknowledged: {error.strerror}"] += 1

    def _sync(self) -> None:
        try:
            if self._dirty:
                self._journal.sync()
                self._flows.sync()
        except OSError as error:
            self.lost[f"not forced to disk: {error.strerror}"] += 1
        self._synced, self._dirty = time.monotonic(), False


def _counted(line: Line) -> str:
    """QUIC is counted apart: it is what the recording lacks."""
    return "quic" if line.get("scheme") == "quic" else str(line["kind"])


def state(path: Path) -> dict[str, Any]:
    """What `recording.state` says: acknowledged, counts, lost, listening; empty when there is none yet."""
    try:
        return dict(json.loads(path.read_bytes()))
    except (OSError, ValueError):
        return {}
