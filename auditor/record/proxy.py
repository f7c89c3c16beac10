"""A mitmproxy add-on that records an app's traffic; usable alone or through `./run record traffic`.

    mitmdump -s auditor/record/proxy.py --set case=FOLDER --set app=al.example.app

Writes `recording.jsonl` (the form of `docs/record.md`) and `flows.mitm` (mitmproxy's own) into the folder as
exchanges end. This half sees options, HTTP, sockets and marks; `connections.py` the rest.
"""

from __future__ import annotations

import asyncio
import os
import platform
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from mitmproxy import command, ctx, exceptions, http, tcp, udp, version
from mitmproxy.addonmanager import Loader
from mitmproxy.utils import human

# mitmproxy loads this file by its path: let it find its neighbours in a plain checkout too
sys.path.append(str(Path(__file__).resolve().parents[2]))

from auditor import __version__
from auditor.record import journal, marks, told, wireguard
from auditor.record.book import Book
from auditor.record.connections import Connections
from auditor.record.journal import Line
from auditor.record.sockets import Socket


class Recorder:
    """Every hook hands one line to the book and returns; nothing that was recorded is kept."""

    def __init__(self, book: Book, connections: Connections) -> None:
        self.book, self.connections = book, connections
        self._phone: Path | None = None
        self._running: list[asyncio.Task[None] | asyncio.Server] = []

    # Options and life ---------------------------------------------------------

    def load(self, loader: Loader) -> None:
        """Declare the options."""
        loader.add_option("case", str, "", "Folder to record into.")
        loader.add_option("app", str, "", "Package name of the app under audit, as far as known.")
        loader.add_option("persona", str, "", "Persona file in use; only its name is noted.")
        loader.add_option("hosts", Sequence[str], [], "Record only hosts in which one of these is found.")
        loader.add_option("bodies", bool, True, "Record bodies, not only their sizes.")
        loader.add_option("parent", int, 0, "End when this process, which started mitmproxy, has ended.")
        loader.add_option("body_limit", str, "16m", "Bytes to record of one body, or of one socket.")

    def configure(self, updated: set[str]) -> None:
        """Take the options over; one sentence where one of them cannot be used."""
        options = ctx.options
        if "hosts" in updated:
            self.book.hosts = [_pattern(text) for text in options.hosts]
        if updated & {"bodies", "body_limit"}:
            self.book.limit = _size(options.body_limit) if options.bodies else 0
            self.book.exchanges.limit = self.book.limit
        if "case" in updated:
            self._open(options.case)

    def _open(self, case: str) -> None:
        if not case:
            raise _unusable("case: no folder to record into was given; expected --set case=FOLDER.")
        self.book.close()
        folder = Path(case).expanduser()
        try:
            self.book.open(folder, _header(self.book.limit))
        except OSError as error:
            raise _unusable(f"case: cannot record into {folder.name!r}: {error.strerror}.") from None

    async def running(self) -> None:
        """Start what runs beside the proxy, and say where it listens."""
        nobody = await asyncio.start_server(_refuse_tls, "127.0.0.1", 0)
        self.connections.nowhere = nobody.sockets[0].getsockname()[:2]
        self._running = [nobody, asyncio.create_task(self._sweep())]
        servers = [server.to_json() for server in ctx.master.addons.get("proxyserver").servers]
        for server in servers:
            if text := server.get("wireguard_conf"):
                text = wireguard.reached_at(text, server["listen_addrs"][0][1])
                self._phone = wireguard.save(self.book.folder, text, ctx.options.app)
        self.book.note("listening", [list(a[:2]) for server in servers for a in server["listen_addrs"]])

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(1)
            self.book.sweep()
            if ctx.options.parent and os.getppid() != ctx.options.parent:
                ctx.master.shutdown()

    def done(self) -> None:
        """Write what is still open, then the last line."""
        for helper in self._running:
            helper.close() if isinstance(helper, asyncio.Server) else helper.cancel()
        self.book.close()
        if self._phone:
            wireguard.forget(self._phone)

    # HTTP ---------------------------------------------------------------------

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Begin to listen."""
        self.book.quiet.pop(flow.client_conn.id, None)
        host = told.host(flow)
        if host in (marks.HOST, ctx.options.onboarding_host):  # answered here, not by anybody's server
            return
        if self.book.wanted(host):
            self.book.exchanges.begin(flow, host)
        else:
            self._left_out(flow, flow.request.scheme)

    def request(self, flow: http.HTTPFlow) -> None:
        """Answer the marker address; end an exchange whose response came before its request was whole."""
        if flow.response:
            self.book.exchanges.response(flow)
        elif not self.book.exchanges.listens(flow) and told.host(flow) == marks.HOST:
            flow.response = self._marked(flow.request.path)

    def responseheaders(self, flow: http.HTTPFlow) -> None:
        """Listen to the answer too."""
        self.book.exchanges.answer(flow)

    def response(self, flow: http.HTTPFlow) -> None:
        """Write the exchange, unless it becomes a websocket."""
        if flow.websocket is None:
            self.book.exchanges.response(flow)

    def error(self, flow: http.HTTPFlow) -> None:
        """Write what there was."""
        self.book.exchanges.end(flow)

    # Sockets and streams ------------------------------------------------------

    def websocket_start(self, flow: http.HTTPFlow) -> None:
        """The exchange goes on as messages."""
        if opened := self.book.exchanges.take(flow):
            self.book.sockets[flow.id] = Socket(flow, opened.line, self.book.put, self.book.limit)

    def websocket_message(self, flow: http.HTTPFlow) -> None:
        """Take the message over."""
        if flow.websocket and (socket := self.book.sockets.get(flow.id)):
            socket.hear(flow.websocket.messages)

    def websocket_end(self, flow: http.HTTPFlow) -> None:
        """Write the rest."""
        if socket := self.book.sockets.pop(flow.id, None):
            socket.end()

    def tcp_start(self, flow: tcp.TCPFlow | udp.UDPFlow) -> None:
        """Bytes that are no HTTP."""
        self.book.quiet.pop(flow.client_conn.id, None)
        if self.book.wanted(flow.client_conn.sni or told.address(flow.server_conn)[0]):
            first = Socket(flow, lambda: told.stream(flow), self.book.put, self.book.limit)
            self.book.sockets[flow.id] = first
        else:
            self._left_out(flow, flow.type)

    def tcp_message(self, flow: tcp.TCPFlow | udp.UDPFlow) -> None:
        """Take the piece over."""
        if socket := self.book.sockets.get(flow.id):
            socket.hear(flow.messages)
        else:
            flow.messages.clear()

    def tcp_end(self, flow: tcp.TCPFlow | udp.UDPFlow) -> None:
        """Write the rest."""
        if socket := self.book.sockets.pop(flow.id, None):
            socket.end()

    udp_start, udp_message = tcp_start, tcp_message
    tcp_error = udp_end = udp_error = tcp_end

    # Marks --------------------------------------------------------------------

    @command.command("auditor.mark")
    def mark(self, phase: str) -> None:
        """Mark that a phase begins now, such as 'before consent'."""
        try:
            self.book.mark(phase, "command")
        except (marks.StrangePhase, OSError) as error:
            raise exceptions.CommandError(str(error)) from error

    def _marked(self, path: str) -> http.Response:
        """The page for the phone, and the mark its address asks for."""
        said, wanted = "", path.partition("?")[0].strip("/")
        try:
            if wanted and wanted != "favicon.ico":
                said = marks.phase(wanted)
                self.book.mark(said, "address")
        except (marks.StrangePhase, OSError) as error:
            return http.Response.make(404, str(error), {"content-type": "text/plain; charset=utf-8"})
        kinds = {"content-type": "text/html; charset=utf-8", "cache-control": "no-store"}
        return http.Response.make(200, marks.page(said), kinds)

    def _left_out(self, flow: http.HTTPFlow | tcp.TCPFlow | udp.UDPFlow, scheme: str) -> None:
        ends = told.Ends(flow.client_conn, flow.server_conn)
        self.book.contact(ends, scheme, "not recorded: not among the hosts to record")


async def _refuse_tls(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Stands behind the marker address: whoever greets is told `handshake_failure`."""
    if await reader.read(1):
        writer.write(b"\x15\x03\x03\x00\x02\x02\x28")
        await writer.drain()
    writer.close()


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error as error:
        raise _unusable(f"hosts: {text!r} is no regular expression: {error}.") from None


def _size(text: str) -> int:
    try:
        return max(1, human.parse_size(text) or 0)
    except ValueError:
        raise _unusable(f"body_limit: {text!r} is no size; expected such as 16m.") from None


def _unusable(sentence: str) -> exceptions.OptionsError:
    return exceptions.OptionsError(sentence)


def _header(limit: int) -> Line:
    options = ctx.options
    noted: Line = {"mode": list(options.mode), "hosts": list(options.hosts), "bodies": options.bodies}
    return journal.header(
        time.time(),
        f"auditor {__version__}, mitmproxy {version.VERSION}",
        options.app,
        Path(options.persona).name,
        noted | {"body_limit": limit},
        {"mitmproxy": version.VERSION, "python": platform.python_version()},
    )


_book = Book()
_connections = Connections(_book)
addons = [Recorder(_book, _connections), _connections]
