"""What both halves of the add-on write into: one recording, and what it is to hold."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from auditor.record import journal, marks, told
from auditor.record.exchanges import Exchanges
from auditor.record.flowfile import Connections, packed
from auditor.record.journal import Line
from auditor.record.sockets import Socket
from auditor.record.writer import Files, Writer

ENTRIES, QUEUED = 2_000, 128 << 20
"""Records, and bytes of bodies, that may wait to be written."""

MARKERS = (marks.HOST, marks.ADDRESS)


class Book:
    """Takes lines; nothing is written before `open`, nor after `close`."""

    def __init__(self) -> None:
        self.folder = Path()
        self.hosts: Sequence[re.Pattern[str]] = ()
        self.limit = 0
        """Bytes to record of one body, or of one socket; 0 for none."""
        self.exchanges = Exchanges(self.put)
        self.sockets: dict[str, Socket] = {}
        self.quiet: dict[str, Line] = {}
        """Clients that trust the certificate and have asked nothing yet, with what to say of them."""
        self._connections = Connections()
        self._writer: Writer | None = None
        self._sidecar: marks.Sidecar | None = None

    def open(self, folder: Path, header: Line) -> None:
        """Create the files. Raises OSError."""
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        files = Files.free(folder)
        self._writer = Writer(files, header, packed, entries=ENTRIES, size=QUEUED)
        self._sidecar = marks.Sidecar(folder)

    def put(self, line: Line, flow: Any = None, size: int = 0) -> None:
        """Hand a line over, and its flow with `size` bytes of bodies."""
        if self._writer:
            self._writer.put(line, None if flow is None else self._connections.state(flow), size)

    def mark(self, phase: str, by: str) -> None:
        """A phase begins now: into the recording, and beside it for the flow file and what is made of it.

        Raises:
            StrangePhase: it cannot be marked.
            OSError: the mark could not be written beside.
        """
        name = marks.phase(phase)
        self.put(journal.mark(marks.note(self.folder, name, by), name, by))

    def note(self, name: str, value: object) -> None:
        """Something `recording.state` shall say."""
        if self._writer:
            self._writer.note(name, value)

    def wanted(self, host: str) -> bool:
        """Whether the host is among those to record."""
        return not self.hosts or any(pattern.search(host) for pattern in self.hosts)

    def contact(self, ends: Any, scheme: str, error: str) -> None:
        """A host was contacted and nothing else is known."""
        line = told.contact(ends, time.time(), scheme, error)
        if line["host"] not in MARKERS:
            self.put(line)

    def sweep(self) -> None:
        """Once a second: marks from beside, and messages of sockets that have waited."""
        for at, phase in self._sidecar.news() if self._sidecar else ():
            self.put(journal.mark(at, phase, "sidecar"))
        for socket in list(self.sockets.values()):
            socket.pour_if_late()

    def close(self) -> None:
        """Write what is still open, then the last line."""
        if not self._writer:
            return
        self.sweep()
        self.exchanges.end_all("the recording ended before the exchange did")
        for socket in self.sockets.values():
            socket.end()
        self.sockets.clear()
        self._writer.close()
        self._writer = None
