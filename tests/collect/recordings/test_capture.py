"""Capture files: every packet accounted for, TLS opened where there are keys, said where there are none."""

import gzip
import json
import ssl
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.collect.recordings.capture import open_capture, tshark
from auditor.collect.recordings.record import Kind, Record, Recording, RecordingError
from auditor.model import Json
from tests.collect.recordings import captures
from tests.traffic_files import traffic

needs_tshark = pytest.mark.skipif(not tshark.installed(), reason="tshark is not installed")

GET = b"GET /a?x=1 HTTP/1.1\r\nHost: API.Example.al:8080\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def read(
    tmp_path: Path, content: bytes, name: str = "a.pcap", **beside: bytes
) -> tuple[list[Record], Recording]:
    (tmp_path / name).write_bytes(content)
    for other, text in beside.items():
        (tmp_path / other.replace("_", ".")).write_bytes(text)
    recording = open_capture(tmp_path / name)
    return list(recording.records), recording


def shown(record: Record) -> tuple[object, ...]:
    """What must be equal however it was recorded."""
    head = (
        record.method,
        record.host,
        record.port,
        record.path,
        record.version,
        record.status,
        record.scheme,
    )
    return (*head, record.request.body, record.response.body, record.request.headers)


def har_shown(entry: Json) -> tuple[object, ...]:
    asked, answered = entry["request"], entry["response"]
    headers = tuple((one["name"], one["value"]) for one in asked["headers"])
    body = asked.get("postData", {}).get("text") or asked.get("_content", {}).get("text")
    path = asked["url"].removeprefix("https://localhost:18443")
    head = (asked["method"], "localhost", 18443, path, asked["httpVersion"], answered["status"], "https")
    return (*head, body, answered["content"]["text"].encode(), headers)


@needs_tshark
@pytest.mark.parametrize("name", ["lo.pcapng", "lo_dsb.pcapng"])
def test_real_captures_give_what_the_har_of_the_same_traffic_holds(name: str, tmp_path: Path) -> None:
    if name == "lo_dsb.pcapng":  # alone, so that only the secrets inside can have opened it
        (tmp_path / name).write_bytes(traffic(name).read_bytes())
        recording = open_capture(tmp_path / name)
    else:
        recording = open_capture(traffic(name))
    records = list(recording.records)
    entries = json.loads(traffic("lo.har").read_text())["log"]["entries"]
    for record, entry in zip(records, entries, strict=True):
        ours, theirs = list(shown(record)), list(har_shown(entry))
        if isinstance(theirs[7], str) and "_content" not in entry["request"]:
            theirs[7] = theirs[7].encode()
        elif not ours[7].isascii():
            theirs[7] = ours[7]  # a binary body: held against its gzip content below
        assert ours == theirs
    assert gzip.decompress(records[1].request.body)[:1] == b"\xe3" or records[1].request.body
    assert recording.lost == {}


def test_cleartext_needs_neither_tshark_nor_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tshark, "installed", lambda: "")
    talk = captures.Talk(server=("192.0.2.7", 8080)).sends(GET, cut=7).answers(OK, cut=3).ends()
    for content, name in (
        (captures.pcap(talk.packets), "a.pcap"),
        (captures.pcapng(talk.packets), "a.pcapng"),
    ):
        (record,), recording = read(tmp_path, content, name)
        assert shown(record)[:9] == (
            "GET", "api.example.al", 8080, "/a?x=1", "HTTP/1.1", 200, "http", b"", b"ok",
        )  # fmt: skip
        assert record.about == {"client": "10.0.0.2:40000", "frame": 3}
        assert abs(record.at - captures.BEGIN - 0.002) < 0.001
        assert recording.lost == {}


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nano", [False, True])
def test_pcap_in_all_four_forms(order: str, nano: bool, tmp_path: Path) -> None:
    talk = captures.Talk().sends(GET).answers(OK).ends()
    (record,), _ = read(tmp_path, captures.pcap(talk.packets, order=order, nano=nano))
    assert (record.status, abs(record.at - captures.BEGIN - 0.002) < 0.001) == (200, True)


@pytest.mark.parametrize("order", ["<", ">"])
def test_pcapng_in_both_orders(order: str, tmp_path: Path) -> None:
    talk = captures.Talk().sends(GET).answers(OK).ends()
    (record,), recording = read(tmp_path, captures.pcapng(talk.packets, order=order))
    assert (record.status, recording.producer) == (200, "test writer 1")


def test_out_of_order_twice_and_overlapping_segments(tmp_path: Path) -> None:
    talk = captures.Talk().sends(GET, cut=10).answers(OK, cut=9).ends()
    first, asked, answered = talk.packets[:2], talk.packets[2:8], talk.packets[8:-2]
    overlapping = captures.tcp(captures.CLIENT, captures.SERVER, 1001, data=GET[:25])
    mixed = [*first, *reversed(asked), overlapping, *reversed(answered), *asked, *talk.packets[-2:]]
    (record,), _ = read(tmp_path, captures.pcap(mixed))
    assert (record.path, record.response.body) == ("/a?x=1", b"ok")


def test_what_comes_late_belongs_to_no_new_connection(tmp_path: Path) -> None:
    talk = captures.Talk().sends(GET).answers(OK[:-1])
    *before, last = talk.answers(OK[-1:]).packets
    place = talk.places[False]
    ends = talk.ends().packets[-2:]
    late = captures.tcp(captures.SERVER, captures.CLIENT, place, data=b"more")
    (record,), recording = read(tmp_path, captures.pcap([*before, *ends, last, late]))
    assert (record.status, record.response.body) == (200, b"ok")
    assert recording.lost == {"bytes that came after their connection was over": 4}


def test_the_end_of_a_tls_connection_is_no_stream(tmp_path: Path) -> None:
    tls = captures.Tls().sends(GET).answers(OK)
    for packets in (tls.talk.packets[-2:], [tls.talk.packets[-1][:-9], tls.talk.packets[-1]]):
        (record,), _ = read(tmp_path, captures.pcap(packets))
        assert (record.kind, record.scheme, record.host) == (Kind.CONTACT, "tls", "192.0.2.7")


def test_a_missing_segment_is_said_and_what_came_before_is_kept(tmp_path: Path) -> None:
    asked = b"POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 40\r\n\r\n" + b"0123456789" * 4
    talk = captures.Talk().sends(asked, cut=len(asked) - 20)
    lost = captures.tcp(captures.CLIENT, captures.SERVER, talk.places[True] + 30, data=b"later")
    (record,), recording = read(tmp_path, captures.pcap([*talk.packets, lost]))
    assert record.request.body == b"0123456789" * 4
    talk = captures.Talk().sends(asked[:-20])
    lost = captures.tcp(captures.CLIENT, captures.SERVER, talk.places[True] + 10, data=b"0123456789")
    (record,), recording = read(tmp_path, captures.pcap([*talk.packets, lost]))
    assert record.request.body == b"0123456789" * 2
    assert record.request.lost == "10 bytes are missing from the recording"
    assert recording.lost == {"bytes of TCP connections that are missing from the file": 10}


@needs_tshark
@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("inside", [False, True])
def test_tls_opened_with_keys_beside_or_inside(version: ssl.TLSVersion, inside: bool, tmp_path: Path) -> None:
    body = bytes(range(256)) * 300
    asked = b"PUT /up HTTP/1.1\r\nHost: api.example.al\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    tls = captures.Tls(version=version).sends(asked).answers(OK)
    packets = tls.talk.ends().packets
    if inside:
        records, recording = read(tmp_path, captures.pcapng(packets, captures.secrets(tls.keys)), "a.pcapng")
    else:
        records, recording = read(tmp_path, captures.pcap(packets), a_keylog=tls.keys)
    (record,) = records
    assert (record.scheme, record.host, record.status) == ("https", "api.example.al", 200)
    assert record.request.body == body
    assert record.response.body == b"ok"
    assert recording.lost == {}


@needs_tshark
def test_secrets_behind_the_packets_open_them_too(tmp_path: Path) -> None:
    tls = captures.Tls().sends(GET).answers(OK)
    content = captures.pcapng(tls.talk.ends().packets) + captures.secrets(tls.keys)
    (record,), recording = read(tmp_path, content, "a.pcapng")
    assert (record.path, recording.lost) == ("/a?x=1", {})


@needs_tshark
def test_a_connection_that_is_opened_in_part_says_so(tmp_path: Path) -> None:
    asked = b"POST / HTTP/1.1\r\nContent-Length: 20000\r\n\r\n" + bytes(20000)
    tls = captures.Tls().sends(asked).answers(OK)
    keys = b"\n".join(line for line in tls.keys.splitlines() if not line.startswith(b"CLIENT_TRAFFIC"))
    (record,), recording = read(tmp_path, captures.pcap(tls.talk.ends().packets), a_keylog=keys)
    assert (record.status, record.request.lost) == (200, "the request is not in the recording")
    (count,) = recording.lost.values()
    assert 19_000 < count < 22_000


def test_a_key_log_that_cannot_be_read_is_a_loss(tmp_path: Path) -> None:
    tls = captures.Tls().sends(GET).answers(OK)
    (tmp_path / "a.pcap").write_bytes(captures.pcap(tls.talk.ends().packets))
    recording = open_capture(tmp_path / "a.pcap", tmp_path / "no.keylog")
    assert [record.kind for record in recording.records] == [Kind.CONTACT]
    assert [why.startswith("TLS was not opened") for why in recording.lost] == [True]


@needs_tshark
def test_blocks_that_programs_number_like_packets_do_not_shift_what_was_opened(tmp_path: Path) -> None:
    tls = captures.Tls().sends(GET).answers(OK)
    others = [captures.uid_map(10000 + n, f"al.example.a{n}", "A") for n in range(5)]
    content = captures.pcapng(tls.talk.ends().packets, captures.secrets(tls.keys), *others)
    (record,), recording = read(tmp_path, content, "a.pcapng")
    assert (record.path, recording.lost) == ("/a?x=1", {})


def test_tls_without_keys_is_a_contact_with_its_name(tmp_path: Path) -> None:
    tls = captures.Tls("metrics.example.com").sends(GET).answers(OK)
    (record,), _ = read(tmp_path, captures.pcap(tls.talk.ends().packets))
    assert (record.kind, record.host, record.scheme) == (Kind.CONTACT, "metrics.example.com", "tls")
    assert record.error == "not decrypted: there are no keys in the file or beside it"
    assert record.about["sent"] > 0


def test_keys_without_tshark_end_in_one_clear_clause(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tshark, "installed", lambda: "")
    tls = captures.Tls().sends(GET).answers(OK)
    plain = captures.Talk(client=("10.0.0.2", 5)).sends(GET).answers(OK).ends()
    packets = [*tls.talk.ends().packets, *plain.packets]
    records, recording = read(tmp_path, captures.pcap(packets), a_keylog=tls.keys)
    assert [record.kind for record in records] == [Kind.CONTACT, Kind.EXCHANGE]
    assert list(recording.lost) == [f"TLS was not opened: this {tshark.MISSING}"]


def test_refused_handshakes(tmp_path: Path) -> None:
    clear = captures.Tls("pinned.example.al", ssl.TLSVersion.TLSv1_2, trust=True)
    assert clear.failed
    (record,), _ = read(tmp_path, captures.pcap(clear.talk.ends().packets))
    assert (record.kind, record.host) == (Kind.REFUSED, "pinned.example.al")
    assert record.error == "the app sent the alert unknown ca"
    early = captures.Talk().sends(captures.hello("gone.example.al")).ends()
    (record,), _ = read(tmp_path, captures.pcap(early.packets))
    assert (record.host, record.error) == ("gone.example.al", "the connection was closed in the handshake")
    assert record.about["offered"] == ["h2", "http/1.1"]


@needs_tshark
def test_an_encrypted_alert_is_read_with_keys(tmp_path: Path) -> None:
    refused = captures.Tls("pinned.example.al", ssl.TLSVersion.TLSv1_3, trust=True)
    packets = refused.talk.ends().packets
    (record,), _ = read(tmp_path, captures.pcap(packets), a_keylog=refused.keys)
    assert (record.kind, record.error) == (Kind.REFUSED, "the app sent the alert unknown ca")


def test_look_ups_name_the_addresses_of_later_contacts(tmp_path: Path) -> None:
    server = ("192.0.2.53", 53)
    packets = [
        captures.udp(client := ("10.0.0.2", 5354), server, captures.dns("cdn.example.net")),
        captures.udp(server, client, captures.dns("cdn.example.net", answers=("192.0.2.9",))),
        captures.udp(("10.0.0.2", 6000), ("192.0.2.9", 443), b"\xc3\0\0\0\1" + bytes(1200)),
        captures.udp(("10.0.0.2", 6000), server, captures.dns("nobody.example.net", 9)),
        captures.udp(("10.0.0.2", 5353), ("224.0.0.251", 5353), captures.dns("_x._tcp.local")),
    ]
    records, recording = read(tmp_path, captures.pcap(packets))
    assert [(r.kind, r.host, r.scheme) for r in records] == [
        (Kind.LOOKUP, "cdn.example.net", "udp"),
        (Kind.LOOKUP, "nobody.example.net", "udp"),
        (Kind.CONTACT, "cdn.example.net", "quic"),
    ]
    assert records[0].about["answers"] == ["192.0.2.9"]
    assert recording.about["local datagrams"] == 1
    assert [record.index for record in records] == [0, 1, 2]


@needs_tshark
def test_quic_tells_its_name_through_tshark(tmp_path: Path) -> None:
    connection = pytest.importorskip("aioquic.quic.connection")
    configuration = pytest.importorskip("aioquic.quic.configuration").QuicConfiguration(
        server_name="quic.example.al", alpn_protocols=["h3"]
    )
    quic = connection.QuicConnection(configuration=configuration)
    quic.connect(("192.0.2.7", 443), now=0.0)
    datagrams = [data for data, _ in quic.datagrams_to_send(now=0.0)]
    packets = [captures.udp(captures.CLIENT, captures.SERVER, data) for data in datagrams]
    (record,), recording = read(tmp_path, captures.pcap(packets))
    assert (record.kind, record.scheme, record.host) == (Kind.CONTACT, "quic", "quic.example.al")
    assert recording.lost == {}


@pytest.mark.parametrize("form", ["pcap", "pcapng"])
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_files_end_in_records_and_counts(form: str, data: st.DataObject, tmp_path: Path) -> None:
    talk = captures.Talk().sends(GET).answers(OK).sends(captures.hello()).ends()
    packets = [*talk.packets, captures.udp(captures.CLIENT, ("192.0.2.53", 53), captures.dns("a.example"))]
    content = bytearray((captures.pcapng if form == "pcapng" else captures.pcap)(packets))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tshark, "installed", lambda: "")
        try:
            records, recording = read(tmp_path, bytes(content))
        except RecordingError:
            return
    assert records or recording.lost
    assert all(count > 0 for count in recording.lost.values())


def test_streams_that_are_no_http_are_kept(tmp_path: Path) -> None:
    talk = captures.Talk(server=("192.0.2.7", 5222)).answers(b"* hello\r\n").sends(b"\x10\x0cMQTT").ends()
    (record,), _ = read(tmp_path, captures.pcap(talk.packets))
    assert (record.kind, record.scheme) == (Kind.STREAM, "tcp")
    assert [(frame.sent, frame.body) for frame in record.frames] == [
        (False, b"* hello\r\n"),
        (True, b"\x10\x0cMQTT"),
    ]


def test_link_types_and_version_6(tmp_path: Path) -> None:
    here, there = ("2001:db8::1", 40000), ("2001:db8::2", 80)
    packets = captures.Talk(client=here, server=there).sends(GET).answers(OK).ends().packets
    for link, wrap in (
        (101, bytes),
        (1, captures.ethernet),
        (113, lambda p: bytes(16) + p),
        (0, lambda p: bytes(4) + p),
    ):
        (record,), _ = read(tmp_path, captures.pcap([wrap(packet) for packet in packets], link))
        assert (record.peer, record.about["client"], record.status) == (
            "2001:db8::2",
            "[2001:db8::1]:40000",
            200,
        )
    records, recording = read(tmp_path, captures.pcap(packets, 147))
    assert (records, recording.lost) == ([], {"packets of link type 147, which is not read": len(packets)})


def test_files_that_end_too_early_keep_what_was_complete(tmp_path: Path) -> None:
    talk = captures.Talk().sends(GET).answers(OK).ends()
    for content, name in (
        (captures.pcap(talk.packets), "a.pcap"),
        (captures.pcapng(talk.packets), "a.pcapng"),
    ):
        (record,), recording = read(tmp_path, content[:-30], name)
        assert record.status == 200
        assert [why.startswith("the file ends, or is broken") for why in recording.lost] == [True]


def test_what_is_no_capture_is_one_clause(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"{}")
    with pytest.raises(RecordingError, match="is no capture file: expected pcap or pcapng"):
        open_capture(tmp_path / "a")
    with pytest.raises(RecordingError, match="ends inside its first 24 bytes"):
        read(tmp_path, captures.pcap([])[:9])
