"""Apps of a capture: PCAPdroid's trailer in pcap, its comments and custom blocks in pcapng."""

from pathlib import Path

import pytest

from auditor.collect.recordings.capture import open_capture, tshark
from auditor.collect.recordings.capture.pcapdroid import Apps
from auditor.collect.recordings.record import Kind, Record, Recording
from tests.collect.recordings import captures

GET = b"GET /a HTTP/1.1\r\nHost: api.example.al\r\n\r\n"
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def read(tmp_path: Path, content: bytes, name: str) -> tuple[list[Record], Recording]:
    (tmp_path / name).write_bytes(content)
    recording = open_capture(tmp_path / name)
    return list(recording.records), recording


def two_apps() -> list[tuple[int, bytes]]:
    """Packets of two apps in turn, and one of nobody."""
    one = captures.Talk(client=("10.0.0.2", 1001), server=("192.0.2.7", 80)).sends(GET).answers(OK).ends()
    other = captures.Talk(client=("10.0.0.2", 1002)).sends(captures.hello("ads.example.com"))
    pairs = zip(one.packets, other.packets, strict=False)
    mixed = [packet for pair in pairs for packet in ((10111, pair[0]), (10222, pair[1]))]
    return [*mixed, *((10111, packet) for packet in one.packets[3:])]


def test_the_trailer_of_pcap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tshark, "installed", lambda: "")
    names = {10111: "Aktivisti", 10222: "Një emër shumë i gjatë"}
    frames = [captures.trailed(packet, uid, names[uid]) for uid, packet in two_apps()]
    records, recording = read(tmp_path, captures.pcap(frames, link=1), "a.pcap")
    shown = {(record.kind, record.host, record.uid, record.app) for record in records}
    cut = "Një emër shumë i gjatë".encode()[:20].decode("utf-8", "replace")
    assert shown == {
        (Kind.EXCHANGE, "api.example.al", 10111, "Aktivisti"),
        (Kind.CONTACT, "ads.example.com", 10222, cut),
    }
    assert (recording.form, recording.lost) == ("pcap of PCAPdroid", {})


def test_the_trailer_is_no_part_of_what_was_sent(tmp_path: Path) -> None:
    talk = captures.Talk(server=("192.0.2.7", 5000)).sends(b"abc")
    frames = [captures.trailed(packet, 10111, "A") for packet in talk.packets]
    (record,), _ = read(tmp_path, captures.pcap(frames, link=1), "a.pcap")
    assert [frame.body for frame in record.frames] == [b"abc"]


@pytest.mark.parametrize("layout", ["<BBIBB", "<BBxxIBB", "<BBxxIHH"])
def test_the_custom_block_of_pcapng(layout: str, tmp_path: Path) -> None:
    blocks = [captures.section((4, b"PCAPdroid v1.9.0")), captures.interface(101)]
    blocks.append(captures.uid_map(10111, "al.example.aktivisti", "Aktivisti", layout))
    blocks += [captures.packet_block(packet, n, f"u-{uid}") for n, (uid, packet) in enumerate(two_apps())]
    records, recording = read(tmp_path, b"".join(blocks), "a.pcapng")
    assert {(record.uid, record.app) for record in records} == {(10111, "al.example.aktivisti"), (10222, "")}
    assert (recording.form, recording.producer) == ("pcapng of PCAPdroid", "PCAPdroid v1.9.0")


@pytest.mark.skipif(not tshark.installed(), reason="tshark is not installed")
def test_opened_tls_keeps_its_app(tmp_path: Path) -> None:
    tls = captures.Tls().sends(GET).answers(OK)
    frames = [captures.trailed(packet, 10111, "Aktivisti") for packet in tls.talk.ends().packets]
    (tmp_path / "sslkeylogfile.txt").write_bytes(tls.keys)
    (record,), _ = read(tmp_path, captures.pcap(frames, link=1), "a.pcap")
    assert (record.kind, record.scheme, record.app) == (Kind.EXCHANGE, "https", "Aktivisti")


@pytest.mark.parametrize("body", [b"", b"\1\1", b"\1\1" + bytes(6), b"\1\1\0\0\0\0\xff\xff" + b"a" * 90])
def test_strange_blocks_name_nobody(body: bytes) -> None:
    apps = Apps()
    apps.custom(62652, body)
    apps.custom(32473, b"\1\1\x7f\x27\0\0\1\1aA")
    assert (apps.packages, apps.seen) == ({}, False)
