"""The network side on loopback: a proxy's door (CONNECT), TLS, HTTP/1.1, HTTP/2 with gRPC, websockets.

mitmproxy is started with this as its upstream proxy; so it asks for every host by its real name, and every
name is answered here.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from typing import Any
from urllib.parse import unquote

import h2.config
import h2.connection
import h2.events
import h11
import wsproto
import wsproto.events

from samples.bed.authority import Authority
from samples.bed.backend import Answer, Backend
from samples.bed.protobuf import framed, unframed

PIECE = 16_000
"""Bytes in one frame of HTTP/2."""


class Service:
    """Listens in a thread of its own until closed."""

    def __init__(self, backend: Backend, authority: Authority) -> None:
        self._backend, self._authority = backend, authority
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._inner = 0
        self._servers: list[asyncio.Server] = []
        self.broken: list[Exception] = []
        """What went wrong inside; a recording with any of it is no good."""
        self.port = 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait(20)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._open())
        self._ready.set()
        self._loop.run_forever()
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _open(self) -> None:
        context = self._authority.context()
        inner = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        door = await asyncio.start_server(self._door, "127.0.0.1", 0)
        self._servers = [inner, door]
        self._inner = inner.sockets[0].getsockname()[1]
        self.port = door.sockets[0].getsockname()[1]

    async def _end(self) -> None:
        for server in self._servers:
            server.close()
        open_still = asyncio.all_tasks() - {asyncio.current_task()}
        for task in open_still:
            task.cancel()
        await asyncio.gather(*open_still, return_exceptions=True)
        await asyncio.sleep(0.1)

    def close(self) -> None:
        """Stop listening."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _door(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """CONNECT host:443: whatever the host, on to the server of this bed."""
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            inside, out = await asyncio.open_connection("127.0.0.1", self._inner)
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(_pipe(reader, out), _pipe(inside, writer))

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        chosen = writer.get_extra_info("ssl_object").selected_alpn_protocol()
        speak = self._http2 if chosen == "h2" else self._http1
        try:
            with contextlib.suppress(OSError, asyncio.CancelledError, h11.RemoteProtocolError):
                await speak(reader, writer)
        except Exception as error:  # a mistake in a scenario; the client sees a closed connection
            self.broken.append(error)
        writer.close()

    # HTTP/1.1 and websockets --------------------------------------------------

    async def _http1(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        http = h11.Connection(h11.SERVER)
        while True:
            request, body = await _request(http, reader)
            if request is None:
                return
            head = {name.decode(): value.decode() for name, value in request.headers}
            if "websocket" in head.get("upgrade", "").lower():
                await self._socket(request, head["host"], reader, writer)
                return
            answer = self._backend.answer(request.method.decode(), head["host"], _path(request.target), body)
            writer.write(_whole(http, answer))
            await writer.drain()
            if http.our_state is h11.MUST_CLOSE:
                return
            http.start_next_cycle()

    async def _socket(
        self, request: h11.Request, host: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        socket, session = wsproto.WSConnection(wsproto.ConnectionType.SERVER), self._backend.socket(host)
        socket.initiate_upgrade_connection([*request.headers], request.target.decode())
        while True:
            for event in socket.events():
                if isinstance(event, wsproto.events.Request):
                    writer.write(socket.send(wsproto.events.AcceptConnection()))
                    writer.write(socket.send(wsproto.events.TextMessage(session.hello())))
                elif isinstance(event, wsproto.events.TextMessage):
                    for text in session.answer(event.data):
                        writer.write(socket.send(wsproto.events.TextMessage(text)))
                elif isinstance(event, wsproto.events.CloseConnection):
                    writer.write(socket.send(event.response()))
                    await writer.drain()
                    return
            await writer.drain()
            socket.receive_data(await reader.read(65536) or None)

    # HTTP/2 and gRPC ----------------------------------------------------------

    async def _http2(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        http = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        http.initiate_connection()
        writer.write(http.data_to_send())
        streams: dict[int, _Stream] = {}
        while data := await reader.read(65536):
            for event in http.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    head = {name.decode(): value.decode() for name, value in event.headers}
                    streams[event.stream_id] = _Stream(http, event.stream_id, head, self._backend)
                elif isinstance(event, h2.events.DataReceived):
                    http.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                    streams[event.stream_id].hear(event.data)
                elif isinstance(event, h2.events.StreamEnded):
                    streams.pop(event.stream_id).end()
            writer.write(http.data_to_send())
            await writer.drain()


class _Stream:
    """One request over HTTP/2; gRPC is answered message by message, while the request is open."""

    def __init__(self, http: Any, number: int, head: dict[str, str], backend: Backend) -> None:
        self._http, self._number, self._head, self._backend = http, number, head, backend
        self._body = b""
        self._grpc = head.get("content-type", "").startswith("application/grpc")
        if self._grpc:
            http.send_headers(number, [(":status", "200"), ("content-type", "application/grpc")])

    def hear(self, data: bytes) -> None:
        """A piece of the request's body."""
        self._body += data
        if self._grpc:
            asked, self._body = unframed(self._body)
            for one in asked:
                self._send(framed(self._backend.called(self._head[":path"], one)))

    def end(self) -> None:
        """The request is whole."""
        if self._grpc:
            self._http.send_headers(self._number, [("grpc-status", "0")], end_stream=True)
            return
        head = self._head
        answer = self._backend.answer(head[":method"], head[":authority"], unquote(head[":path"]), self._body)
        names = [(":status", str(answer.status)), *_head(answer).items()]
        self._http.send_headers(self._number, names, end_stream=not answer.body)
        self._send(answer.body)
        if answer.body:
            self._http.end_stream(self._number)

    def _send(self, data: bytes) -> None:
        for at in range(0, len(data), PIECE):
            self._http.send_data(self._number, data[at : at + PIECE])


def _head(answer: Answer) -> dict[str, str]:
    return {"content-type": answer.kind} if answer.kind else {}


def _whole(http: h11.Connection, answer: Answer) -> bytes:
    """An answer over HTTP/1.1."""
    names = [*_head(answer).items(), ("content-length", str(len(answer.body)))]
    head = h11.Response(status_code=answer.status, headers=names)
    return b"".join(http.send(event) or b"" for event in (head, h11.Data(answer.body), h11.EndOfMessage()))


def _path(target: bytes) -> str:
    return unquote(target.decode())


async def _request(http: h11.Connection, reader: asyncio.StreamReader) -> tuple[h11.Request | None, bytes]:
    """The next request with its body; None when the client has gone."""
    request, body = None, b""
    while True:
        event = http.next_event()
        if event is h11.NEED_DATA:
            http.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Request):
            request = event
            if b"upgrade" in dict(event.headers):
                return request, b""
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            return request, body
        else:
            return None, b""


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()
