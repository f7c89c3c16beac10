"""gRPC as Firestore speaks it: an answer comes while the question is still open."""

from collections.abc import Iterator
from concurrent import futures

import pytest

from tests.record.conftest import Start
from tests.record.loopback import Certificate

grpc = pytest.importorskip("grpc", reason="grpcio is not installed")

LISTEN = "/google.firestore.v1.Firestore/Listen"
COMMIT = "/google.firestore.v1.Firestore/Commit"


class Handler(grpc.GenericRpcHandler):  # type: ignore[misc]
    """Echoes: one by one for Listen, once for Commit. Messages are plain bytes."""

    def service(self, details: object) -> object:
        if details.method == LISTEN:  # type: ignore[attr-defined]
            return grpc.stream_stream_rpc_method_handler(lambda asked, _: (b"got " + one for one in asked))
        return grpc.unary_unary_rpc_method_handler(lambda asked, _: b"got " + asked)


@pytest.fixture(scope="module")
def port(files: Certificate) -> Iterator[int]:
    server = grpc.server(futures.ThreadPoolExecutor(4), handlers=[Handler()])
    pair = files.key.read_bytes(), files.server.read_bytes()
    number = server.add_secure_port("127.0.0.1:0", grpc.ssl_server_credentials([pair]))
    server.start()
    yield number
    server.stop(None).wait()


def test_grpc(start: Start, port: int) -> None:
    recorder = start()
    trusted = grpc.ssl_channel_credentials(recorder.authority.read_bytes())
    options = [("grpc.http_proxy", recorder.proxy), ("grpc.enable_http_proxy", 1)]
    with grpc.secure_channel(f"localhost:{port}", trusted, options=options) as channel:
        assert b"got like" == channel.unary_unary(COMMIT)(b"like", timeout=20)
        assert [b"got 1", b"got 2"] == _in_turn(channel)
    recorder.wait("exchange", 2)
    recorder.stop()
    commit, listen = sorted(recorder.kind("exchange"), key=lambda line: str(line["path"]))

    assert (COMMIT, LISTEN, "HTTP/2.0") == (commit["path"], listen["path"], listen["version"])
    assert {"text": "\0\0\0\0\x04like"} == commit["request"]["body"]
    assert {"text": "\0\0\0\0\x011\0\0\0\0\x012"} == listen["request"]["body"]
    assert {"text": "\0\0\0\0\x05got 1\0\0\0\0\x05got 2"} == listen["response"]["body"]
    assert ["grpc-status", "0"] in commit["response"]["trailers"]


def _in_turn(channel: object) -> list[bytes]:
    """The second question is asked when the first was answered: a proxy that waits for the end would hang."""
    answered: list[bytes] = []

    def questions() -> Iterator[bytes]:
        yield b"1"
        while not answered:
            yield from ()
        yield b"2"

    call = channel.stream_stream(LISTEN)(questions(), timeout=20)  # type: ignore[attr-defined]
    answered.append(next(call))
    return answered + list(call)
