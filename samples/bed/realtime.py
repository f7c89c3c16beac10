"""The app's end of a Realtime Database's websocket, through the proxy."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
from pathlib import Path
from typing import Any

import wsproto
import wsproto.events


class Realtime:
    """One socket to one database; every request is waited for."""

    def __init__(self, port: int, trusted: Path, host: str) -> None:
        plain = socket.create_connection(("127.0.0.1", port), timeout=20)
        plain.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
        plain.recv(65536)
        context = ssl.create_default_context(cafile=str(trusted))
        self._socket = context.wrap_socket(plain, server_hostname=host)
        self._protocol = wsproto.WSConnection(wsproto.ConnectionType.CLIENT)
        self._number = 0
        name = host.partition(".")[0]
        agent = [(b"user-agent", b"Firebase/5/21.0.0/34/Android")]
        self._write(wsproto.events.Request(host=host, target=f"/.ws?ns={name}&v=5", extra_headers=agent))
        self._read(lambda text: json.loads(text)["t"] == "c")

    def _write(self, event: wsproto.events.Event) -> None:
        self._socket.sendall(self._protocol.send(event))

    def ask(self, action: str, body: dict[str, Any]) -> None:
        """Send a request and wait until it is answered."""
        self._number += 1
        number = self._number
        said = {"t": "d", "d": {"r": number, "a": action, "b": body}}
        self._write(wsproto.events.TextMessage(json.dumps(said, ensure_ascii=False, separators=(",", ":"))))
        self._read(lambda text: json.loads(text)["d"].get("r") == number)

    def _read(self, wanted: Any) -> None:
        text = ""
        while True:
            for event in self._protocol.events():
                if isinstance(event, wsproto.events.TextMessage):
                    text += event.data
                    if event.message_finished:
                        done, text = wanted(text), ""
                        if done:
                            return
            self._protocol.receive_data(self._socket.recv(65536))

    def close(self) -> None:
        """End as a client should."""
        self._write(wsproto.events.CloseConnection(1000))
        self._socket.settimeout(3)
        with contextlib.suppress(OSError):
            self._socket.recv(65536)
        self._socket.close()
