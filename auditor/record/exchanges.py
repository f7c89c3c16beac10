"""Exchanges while they are open: what is heard of them, and the moment they end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from auditor.record import told
from auditor.record.journal import Line
from auditor.record.taps import Purse, Tap

OPEN = 128 << 20
"""Bytes that all open bodies together may keep."""

SMALL = 1 << 20
"""Bytes of a body that need not be heard piece by piece."""

OVERHEAD = 2_048
"""What a record weighs without its bodies, about."""

type Put = Callable[[Line, Any, int], None]
"""Takes a line, the flow to write with it or None, and the bytes of bodies in both."""


@dataclass(slots=True)
class Open:
    """A request that was begun, with the taps on both bodies."""

    flow: Any
    host: str
    sent: Tap
    got: Tap

    def line(self) -> Line:
        """The exchange as far as it came; empties the taps, so once only."""
        line = told.exchange(self.flow, self.host, self.sent, self.got)
        self._comment(line)
        return line

    def _comment(self, line: Line) -> None:
        """Say in the flow file too what its bodies lack."""
        for name in ("request", "response"):
            side = line[name]
            if isinstance(side, dict) and side["lost"]:
                self.flow.comment += f"auditor: {name} body: {side['lost']}. "


class Exchanges:
    """All open exchanges. mitmproxy says at times response first, request last (gRPC), or only an error."""

    def __init__(self, put: Put) -> None:
        self.limit = 0
        self._put = put
        self._purse = Purse(OPEN)
        self._open: dict[str, Open] = {}

    def begin(self, flow: Any, host: str) -> None:
        """Listen to the request's body as it passes."""
        opened = Open(flow, host, Tap(self.limit, self._purse), Tap(self.limit, self._purse))
        self._open[flow.id] = opened
        if not self._small(flow.request):
            flow.request.stream = opened.sent

    def listens(self, flow: Any) -> bool:
        """Whether the exchange was begun and has not ended."""
        return flow.id in self._open

    def answer(self, flow: Any) -> None:
        """Listen to the response's body as it passes."""
        opened = self._open.get(flow.id)
        if opened and flow.response.status_code != 101 and not self._small(flow.response):
            flow.response.stream = opened.got

    def response(self, flow: Any) -> None:
        """The response, or the late request, is whole: write when both are."""
        if flow.request.timestamp_end and flow.response.timestamp_end:
            self.end(flow)

    def end(self, flow: Any) -> None:
        """Write the exchange as it is; a second call does nothing."""
        if opened := self._open.pop(flow.id, None):
            line = opened.line()
            size = OVERHEAD + opened.sent.kept + opened.got.kept
            self._put(line, flow, size)

    def take(self, flow: Any) -> Open | None:
        """Hand an exchange over to its websocket."""
        return self._open.pop(flow.id, None)

    def _small(self, message: Any) -> bool:
        """A body that says how short it is may be taken whole: cheaper, and other add-ons can change it."""
        size = message.headers.get("content-length", "")
        return size.isdecimal() and len(size) < 10 and int(size) <= min(SMALL, self.limit)

    def open_of(self, client: Any) -> list[Any]:
        """Flows of one client that have not ended."""
        return [opened.flow for opened in self._open.values() if opened.flow.client_conn is client]

    def end_all(self, why: str) -> None:
        """Write all that is open, with `why` as their error."""
        for opened in list(self._open.values()):
            line = opened.line()
            line["error"] = line["error"] or why
            self._put(line, opened.flow, 0)
        self._open.clear()
