"""HTTP/1, HTTP/2 and websockets, against bytes that other people's libraries wrote, cut anywhere."""

import zlib
from functools import cache

import h2.config
import h2.connection
import pytest
import wsproto
import wsproto.events
from hypothesis import given, settings
from hypothesis import strategies as st
from wsproto.extensions import PerMessageDeflate

from auditor.collect.recordings.capture import talks
from auditor.collect.recordings.capture.http1 import Http1
from auditor.collect.recordings.capture.http2 import Http2
from auditor.collect.recordings.capture.talks import Exchange, Moment, Talk

type Said = list[tuple[bool, bytes]]


def heard(talk: Talk, said: Said, cut: int = 10_000) -> list[Exchange]:
    """Exchanges of a conversation, each part cut into pieces."""
    done = []
    for sent, data in said:
        for at in range(0, len(data), cut):
            done += talk.feed(data[at : at + cut], Moment(1.0), sent=sent)
    return done + talk.close(Moment(2.0))


def two() -> tuple[h2.connection.H2Connection, h2.connection.H2Connection]:
    sides = []
    for client in (True, False):
        side = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=client, header_encoding="utf-8")
        )
        side.initiate_connection()
        sides.append(side)
    return sides[0], sides[1]


@cache
def http2_said() -> Said:
    client, server = two()
    said: Said = []

    def turn() -> None:
        for sent, side, other in ((True, client, server), (False, server, client), (True, client, server)):
            if data := side.data_to_send():
                said.append((sent, data))
                other.receive_data(data)

    turn()
    for number, path in ((1, "/a"), (3, "/b"), (5, "/c")):
        head = [(":method", "POST"), (":scheme", "https"), (":authority", "api.example.al"), (":path", path)]
        client.send_headers(number, [*head, ("x-long", "v" * 20_000), ("te", "trailers")])
        client.send_data(number, path.encode() * 500, end_stream=number != 5)
    turn()
    for number in (3, 1):
        server.send_headers(number, [(":status", "103"), ("link", "x")])
        server.send_headers(number, [(":status", "200"), ("content-type", "application/grpc")])
        server.send_data(number, b"answer", pad_length=9)
        server.send_headers(number, [("grpc-status", "0")], end_stream=True)
    server.reset_stream(5, 8)
    turn()
    return said


@pytest.mark.parametrize("cut", [1, 7, 10_000])
def test_http2_exchanges_are_joined_by_their_stream(cut: int) -> None:
    third, second, first = sorted(heard(Http2(), http2_said(), cut), key=lambda one: one.path, reverse=True)
    for exchange, path in ((first, "/a"), (second, "/b")):
        assert (exchange.method, exchange.path, exchange.authority) == ("POST", path, "api.example.al")
        assert (exchange.status, bytes(exchange.request.body)) == (200, path.encode() * 500)
        assert bytes(exchange.response.body) == b"answer"
        assert exchange.response.headers[-1] == ("grpc-status", "0")
        assert (exchange.request.lost, exchange.response.lost) == ("", "")
    assert (third.error, third.status) == ("the server ended it (code 8)", 0)


def test_http2_after_a_hole_keeps_what_was_complete() -> None:
    talk, said = Http2(), http2_said()
    done = []
    for sent, data in said[:-1]:
        done += talk.feed(data, Moment(1.0), sent=sent)
    talk.hole(100, sent=False)
    done += talk.close(Moment(2.0))
    assert {exchange.path for exchange in done} == {"/a", "/b", "/c"}
    assert done[0].error == "100 bytes are missing from the recording"


HEAD = b"POST /p HTTP/1.1\r\nHost: h\r\n"
CASES: list[tuple[Said, list[tuple[str, bytes, int, bytes, str]]]] = [
    (
        [
            (True, HEAD + b"Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n"),
            (False, b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nuntil the end"),
        ],
        [("POST", b"abcde", 200, b"until the end", "")],
    ),
    (
        [
            (True, b"HEAD /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n"),
            (False, b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nHTTP/1.1 204 No\r\n\r\n"),
        ],
        [("HEAD", b"", 200, b"", ""), ("GET", b"", 204, b"", "")],
    ),
    (
        [(True, HEAD + b"Content-Length: 10\r\n\r\n12345")],
        [("POST", b"12345", 0, b"", "the recording ends in the middle of it")],
    ),
    ([(True, HEAD + b"Content-Length: 0\r\n\r\n")], [("POST", b"", 0, b"", "")]),
    (
        [(False, b"HTTP/1.0 200 OK\r\n\r\nbody")],
        [("", b"", 200, b"body", "the request is not in the recording")],
    ),
    ([(True, HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n")],
     [("POST", b"", 0, b"", "a chunk of its body has no length")]),
]  # fmt: skip


@pytest.mark.parametrize("cut", [1, 3, 10_000])
@pytest.mark.parametrize(("said", "expected"), CASES)
def test_http1_bodies(said: Said, expected: list[tuple[str, bytes, int, bytes, str]], cut: int) -> None:
    done = heard(Http1(), said, cut)
    shown = [
        (e.method, bytes(e.request.body), e.status, bytes(e.response.body), e.request.lost) for e in done
    ]
    assert shown == expected


def test_bodies_are_bounded_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(talks, "BODY", 4)
    (done,) = heard(Http1(), [(True, HEAD + b"Content-Length: 10\r\n\r\n1234567890")])
    assert (bytes(done.request.body), done.request.size) == (b"1234", 10)
    assert done.request.lost.startswith("only the first")


def test_a_tunnel_that_a_proxy_opened_is_kept_as_pieces() -> None:
    said = [
        (True, b"CONNECT h:443 HTTP/1.1\r\n\r\n"),
        (False, b"HTTP/1.1 200 OK\r\n\r\n"),
        (True, b"\x16\x03"),
    ]
    (done,) = heard(Http1(), said)
    assert [(frame.sent, frame.body) for frame in done.frames.kept] == [(True, b"\x16\x03")]


@pytest.mark.parametrize("cut", [1, 10_000])
@pytest.mark.parametrize("squeezed", [False, True])
def test_websocket_messages(squeezed: bool, cut: int) -> None:
    extensions = [PerMessageDeflate()] if squeezed else []
    client, server = (wsproto.WSConnection(side) for side in wsproto.ConnectionType)
    said: Said = [(True, client.send(wsproto.events.Request(host="h", target="/ws", extensions=extensions)))]
    server.receive_data(said[0][1])
    list(server.events())
    offered = [PerMessageDeflate()] if squeezed else []
    said.append((False, server.send(wsproto.events.AcceptConnection(extensions=offered))))
    client.receive_data(said[1][1])
    texts = ['{"t":"d","d":{"points":5}}', "Tiranë " * 4000]
    for text in texts:
        said.append((True, client.send(wsproto.events.TextMessage(data=text))))
        said.append((False, server.send(wsproto.events.BytesMessage(data=text.encode()))))
    said.append((True, client.send(wsproto.events.Ping(payload=b"p"))))
    (done,) = heard(Http1(), said, cut)
    assert (done.socket, done.status, done.path) == (True, 101, "/ws")
    shown = [(frame.sent, frame.text, frame.body.decode()) for frame in done.frames.kept]
    assert shown == [(sent, sent, text) for text in texts for sent in (True, False)]


def test_a_message_that_is_no_deflate_is_kept_as_it_is() -> None:
    said = [
        (True, b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"),
        (
            False,
            b"HTTP/1.1 101 S\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n\xc1\x03\xff\xff\xff",
        ),
    ]
    (done,) = heard(Http1(), said)
    (frame,) = done.frames.kept
    assert (frame.body, frame.lost) == (b"\xff\xff\xff", "the message could not be inflated")


def test_a_message_that_inflates_without_end_is_cut() -> None:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = deflate.compress(bytes(1 << 26)) + deflate.flush(zlib.Z_SYNC_FLUSH)
    said = [
        (True, b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"),
        (False, b"HTTP/1.1 101 S\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"),
        (False, b"\xc2\x7f" + len(bomb[:-4]).to_bytes(8) + bomb[:-4]),
    ]
    (done,) = heard(Http1(), said)
    (frame,) = done.frames.kept
    assert (len(frame.body), frame.lost) == (16 << 20, "only the first part of the message was inflated")


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=60)), max_size=12), st.booleans())
def test_any_bytes_end_in_exchanges(said: Said, second: bool) -> None:
    begin = [(True, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")] if second else [(True, b"POST /a HTTP/1.1\r\n")]
    for exchange in heard(Http2() if second else Http1(), begin + said):
        assert exchange.request.done
        assert exchange.response.done


@given(st.data())
@settings(deadline=None)
def test_http2_with_mutated_bytes_loses_nothing_silently(data: st.DataObject) -> None:
    said = [(sent, bytearray(part)) for sent, part in http2_said()]
    for _ in range(data.draw(st.integers(1, 6))):
        part = data.draw(st.sampled_from([part for _, part in said]))
        part[data.draw(st.integers(0, len(part) - 1))] = data.draw(st.integers(0, 255))
    for exchange in heard(Http2(), [(sent, bytes(part)) for sent, part in said]):
        whole = exchange.status and not exchange.response.lost and not exchange.request.lost
        assert (
            whole or exchange.error or exchange.request.lost or exchange.response.lost or not exchange.status
        )
