"""Websockets and streams while they are open: their messages leave memory every 100 messages or 5 seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from auditor.record import told
from auditor.record.exchanges import Put
from auditor.record.journal import Line

MESSAGES, SECONDS = 100, 5.0


class Socket:
    """One open websocket or stream. `first` makes its own line, once."""

    def __init__(self, flow: Any, first: Callable[[], Line], put: Put, limit: int) -> None:
        self.flow = flow
        self._first, self._put, self._limit = first, put, limit
        self._line: Line | None = None
        self._waiting: list[Line] = []
        self._bytes = self._kept = 0
        self._since = time.monotonic()

    def hear(self, messages: list[Any]) -> None:
        """Take the newest message; keep it with the flow only while the flow is within the limit."""
        message = messages[-1]
        size = len(message.content)
        self._waiting.append(told.frame(message, self._limit))
        self._bytes += min(size, self._limit)
        self._kept += size
        if self._kept > self._limit:
            del messages[-1]
            self.flow.comment = "auditor: the later messages stand in recording.jsonl only"
        if len(self._waiting) >= MESSAGES or self._bytes > self._limit:
            self.pour()

    def pour_if_late(self) -> None:
        """Called every second."""
        if self._waiting and time.monotonic() - self._since > SECONDS:
            self.pour()

    def pour(self) -> None:
        """Hand over what waits: the socket's own line the first time, then further messages."""
        if self._line is None:
            self._line = self._first()
            self._line["frames"] = self._waiting
            self._put(self._line, None, self._bytes)
        else:
            self._put(self._more(), None, self._bytes)
        self._waiting, self._bytes, self._since = [], 0, time.monotonic()

    def end(self) -> None:
        """The last messages, and the whole flow in mitmproxy's own form."""
        if self._line is None:
            self._line = self._first()
            self._line["frames"] = self._waiting
            self._put(self._line, self.flow, self._bytes + self._kept)
        else:
            self._put(self._more(), self.flow, self._bytes + self._kept)
        self._waiting = []

    def _more(self) -> Line:
        return {"kind": "frames", "at": time.time(), "of": self._line, "frames": self._waiting}
