"""A server on loopback with a real certificate, and the recorder as the process a user would start."""

import asyncio
import contextlib
import datetime as dt
import ipaddress
import json
import os
import signal
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import h2.config
import h2.connection
import h2.events
import h11
import wsproto
import wsproto.events
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from auditor.record.writer import Files, state

ROOT = Path(__file__).parent.parent.parent
PROXY = ROOT / "auditor" / "record" / "proxy.py"
MITMDUMP = Path(sys.executable).with_name("mitmdump")
HOST = "localhost"


class Certificate(NamedTuple):
    """PEM files: the authority's certificate, the server's certificate and key."""

    authority: Path
    server: Path
    key: Path


def certificate(folder: Path) -> Certificate:
    """An authority and a server certificate for localhost and 127.0.0.1."""
    files = Certificate(folder / "authority.pem", folder / "server.pem", folder / "key.pem")
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = _signed("Loopback authority", authority_key, None, authority_key)
    server = _signed(HOST, key, authority, authority_key)
    pem = serialization.Encoding.PEM
    files.authority.write_bytes(authority.public_bytes(pem))
    files.server.write_bytes(server.public_bytes(pem))
    files.key.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


def _signed(name: str, key: Any, issuer: x509.Certificate | None, signer: Any) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    names = [x509.DNSName(HOST), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(_usage(authority=issuer is None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    return builder.sign(signer, hashes.SHA256())


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


class Origin:
    """Answers HTTP/1.1, HTTP/2 and websockets over TLS; over plain TCP without a certificate.

    `/bytes/N` gives N bytes, `/drip` never ends, `/socket` echoes messages, everything else says what it got.
    """

    def __init__(self, files: Certificate | None, address: str = "127.0.0.1") -> None:
        self._address = address
        self._context = None
        if files:
            self._context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._context.load_cert_chain(files.server, files.key)
            self._context.set_alpn_protocols(["h2", "http/1.1"])
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        self._ready.wait()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(
            asyncio.start_server(self._serve, self._address, 0, ssl=self._context)
        )
        self.port: int = server.sockets[0].getsockname()[1]
        self._ready.set()
        self._loop.run_forever()
        server.close()
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _end(self) -> None:
        open_still = asyncio.all_tasks() - {asyncio.current_task()}
        for task in open_still:
            task.cancel()
        await asyncio.gather(*open_still, return_exceptions=True)
        await asyncio.sleep(0.1)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        chosen = writer.get_extra_info("ssl_object")
        speak = self._http2 if chosen and chosen.selected_alpn_protocol() == "h2" else self._http1
        with contextlib.suppress(OSError, asyncio.CancelledError, h11.RemoteProtocolError):
            await speak(reader, writer)
        writer.close()

    async def _http1(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        http = h11.Connection(h11.SERVER)
        while True:
            request, body = None, b""
            while True:
                event = http.next_event()
                if event is h11.NEED_DATA:
                    http.receive_data(await reader.read(65536))
                elif isinstance(event, h11.Request):
                    request = event
                    if b"websocket" in dict(event.headers).get(b"upgrade", b""):
                        await _echo(event, reader, writer)
                        return
                elif isinstance(event, h11.Data):
                    body += event.data
                elif isinstance(event, h11.EndOfMessage):
                    break
                else:
                    return
            assert request
            path = request.target.decode()
            if path == "/drip":
                await self._drip(http, writer)
            answer = _answer(request.method.decode(), path, body)
            head = [("content-type", "application/json"), ("content-length", str(len(answer)))]
            writer.write(http.send(h11.Response(status_code=200, headers=head)) or b"")
            writer.write(http.send(h11.Data(answer)) or b"")
            writer.write(http.send(h11.EndOfMessage()) or b"")
            await writer.drain()
            if http.our_state is h11.MUST_CLOSE:
                return
            http.start_next_cycle()

    async def _drip(self, http: h11.Connection, writer: asyncio.StreamWriter) -> None:
        head = [("content-type", "text/event-stream")]
        writer.write(http.send(h11.Response(status_code=200, headers=head)) or b"")
        while not writer.is_closing():
            writer.write(http.send(h11.Data(b"data: drop\n\n")) or b"")
            await writer.drain()
            await asyncio.sleep(0.05)

    async def _http2(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        http = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        http.initiate_connection()
        writer.write(http.data_to_send())
        heads: dict[int, dict[str, str]] = {}
        bodies: dict[int, bytes] = {}
        while data := await reader.read(65536):
            for event in http.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    heads[event.stream_id] = {k.decode(): v.decode() for k, v in event.headers}
                    bodies[event.stream_id] = b""
                elif isinstance(event, h2.events.DataReceived):
                    bodies[event.stream_id] += event.data
                    http.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, h2.events.StreamEnded):
                    number = event.stream_id
                    head = heads.pop(number)
                    answer = _answer(head[":method"], head[":path"], bodies.pop(number))
                    http.send_headers(number, [(":status", "200"), ("content-type", "application/json")])
                    http.send_data(number, answer[:16000], end_stream=True)
            writer.write(http.data_to_send())
            await writer.drain()


def _answer(method: str, path: str, body: bytes) -> bytes:
    if path.startswith("/bytes/"):
        return b"x" * int(path.removeprefix("/bytes/"))
    return json.dumps({"method": method, "path": path, "bytes": len(body)}).encode()


async def _echo(request: h11.Request, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    socket = wsproto.WSConnection(wsproto.ConnectionType.SERVER)
    socket.initiate_upgrade_connection(list(request.headers), request.target.decode())
    while True:
        for event in socket.events():
            if isinstance(event, wsproto.events.Request):
                writer.write(socket.send(wsproto.events.AcceptConnection()))
            elif isinstance(event, wsproto.events.Message):
                writer.write(socket.send(type(event)(data=event.data)))
            elif isinstance(event, wsproto.events.CloseConnection):
                writer.write(socket.send(event.response()))
                return
        await writer.drain()
        socket.receive_data(await reader.read(65536) or None)


class Recorder:
    """mitmdump with the add-on, on a free port, in a folder of its own."""

    def __init__(self, case: Path, confdir: Path, *options: str) -> None:
        self.case, self.confdir = case, confdir
        self.files = Files.free(case)
        command = [str(MITMDUMP), "-q", "-p", "0", "--listen-host", "127.0.0.1"]
        command += ["--set", f"confdir={confdir}", "-s", str(PROXY), "--set", f"case={case}"]
        self.process = subprocess.Popen(
            [*command, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=case.parent,
            env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
        )
        try:
            self.port = int(self._listening()[0][1])
        except AssertionError:
            self.process.kill()
            self.process.communicate()
            raise

    def _listening(self) -> list[list[Any]]:
        for _ in range(600):
            if where := self.state().get("listening"):
                return list(where)
            if self.process.poll() is not None:
                assert self.process.stdout
                raise AssertionError(self.process.stdout.read().decode())
            time.sleep(0.05)
        raise AssertionError("the recorder did not start")

    @property
    def proxy(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def authority(self) -> Path:
        return self.confdir / "mitmproxy-ca-cert.pem"

    def state(self) -> dict[str, Any]:
        return state(self.files.state)

    def wait(self, kind: str, number: int = 1) -> None:
        """Until that many lines of a kind are acknowledged."""
        for _ in range(400):
            if self.state().get("counts", {}).get(kind, 0) >= number:
                return
            time.sleep(0.05)
        raise AssertionError(f"no {number} lines {kind!r}: {self.state()}")

    def stop(self) -> str:
        """End cleanly; what it printed."""
        self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=30)[0].decode()

    def lines(self) -> list[dict[str, Any]]:
        """Every line after the header; one that a kill tore has no end, and was never acknowledged."""
        *whole, _ = self.files.journal.read_bytes().split(b"\n")
        return [json.loads(line) for line in whole[1:]]

    def kind(self, kind: str) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line["kind"] == kind]


@contextlib.contextmanager
def recording(case: Path, confdir: Path, *options: str) -> Iterator[Recorder]:
    """A recorder that is gone afterwards, whatever happened."""
    recorder = Recorder(case, confdir, *options)
    try:
        yield recorder
    finally:
        if recorder.process.poll() is None:
            recorder.process.kill()
            recorder.process.communicate()
