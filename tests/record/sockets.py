"""A websocket client over CONNECT and TLS, by hand, so that nothing else is needed."""

import socket
import ssl
from types import TracebackType
from typing import Self

import wsproto
import wsproto.events

from tests.record.loopback import Origin, Recorder


class Websocket:
    """A handshake through the proxy; `open` makes it a websocket."""

    def __init__(self, recorder: Recorder, origin: Origin) -> None:
        self._origin = origin
        plain = socket.create_connection(("127.0.0.1", recorder.port), timeout=20)
        plain.sendall(f"CONNECT localhost:{origin.port} HTTP/1.1\r\n\r\n".encode())
        assert b"200" in plain.recv(65536)
        trusted = ssl.create_default_context(cafile=recorder.authority)
        self._socket = trusted.wrap_socket(plain, server_hostname="localhost")
        self._protocol = wsproto.WSConnection(wsproto.ConnectionType.CLIENT)

    def open(self, path: str) -> None:
        ask = wsproto.events.Request(host=f"localhost:{self._origin.port}", target=path)
        self._socket.sendall(self._protocol.send(ask))
        self._next(wsproto.events.AcceptConnection)

    def ask(self, message: str | bytes) -> str | bytes:
        self._socket.sendall(self._protocol.send(wsproto.events.Message(data=message)))
        return self._next(wsproto.events.Message).data

    def _next(self, wanted: type) -> wsproto.events.Event:
        while True:
            for event in self._protocol.events():
                assert isinstance(event, wanted), event
                return event
            self._protocol.receive_data(self._socket.recv(65536))

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not kind and self._protocol.state is wsproto.connection.ConnectionState.OPEN:
            try:
                self._socket.sendall(self._protocol.send(wsproto.events.CloseConnection(1000)))
                self._socket.recv(65536)
            except OSError:  # the recorder was killed in this test
                pass
        self.close()
