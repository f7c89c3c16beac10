"""PiRogue's folder: stacks and apps of sockets, plain text of ciphers, nothing of the examiner's phone."""

import json
from pathlib import Path

import pytest

from auditor.collect.recordings.capture import tshark
from auditor.collect.recordings.capture.pirogue import open_folder
from auditor.collect.recordings.record import Kind, Record, Recording, RecordingError
from auditor.model import Json
from tests.collect.recordings import captures

PLAIN = b'{"email":"arben.testi@example.org"}'
SEALED = bytes(range(100, 148))
POST = b"POST /c HTTP/1.1\r\nHost: api.example.al\r\nContent-Length: 48\r\n\r\n" + SEALED
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
PROCESS = "al.example.aktivisti"


def operation(event: str, seconds: float, *classes: str, port: int = 40000) -> Json:
    stack = [{"class": name, "method": "m", "line": 7, "str": f"{name}.m(F.java:7)"} for name in classes]
    ends = {
        "local_ip": "::ffff:10.0.0.2",
        "local_port": port,
        "dest_ip": "::ffff:192.0.2.7",
        "dest_port": 443,
    }
    data = {"socket_type": "tcp6", "socket_event_type": event, "stack": stack, **ends}
    at = int((captures.BEGIN + seconds) * 1000)
    return {"type": "socket_traces", "timestamp": at, "process": PROCESS, "pid": 7, "data": data}


def cipher(given: bytes, made: bytes, key: str = "") -> Json:
    data = {"iv": "00", "alg": "AES/CBC/PKCS5Padding", "in": given.hex(), "out": made.hex(), "key": key}
    return {
        "type": "crypto_traces",
        "timestamp": int(captures.BEGIN * 1000),
        "process": PROCESS,
        "data": data,
    }


def folder(tmp_path: Path, **files: Json) -> tuple[list[Record], Recording]:
    tls = captures.Tls().sends(POST).answers(OK)
    (tmp_path / "traffic.pcap").write_bytes(captures.pcap(tls.talk.ends().packets))
    (tmp_path / "sslkeylog.txt").write_bytes(tls.keys)
    for name, content in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    recording = open_folder(tmp_path)
    return list(recording.records), recording


needs_tshark = pytest.mark.skipif(not tshark.installed(), reason="tshark is not installed")


@needs_tshark
def test_the_stack_of_the_operation_that_sent_it(tmp_path: Path) -> None:
    operations = [
        operation("connect", -1, "libcore.io.Linux", "al.example.Api"),
        operation("write", -0.5, "java.net.Socket", "com.acme.push.Client"),
        operation("read", 0.0, "java.net.Socket", "other.Reader"),
        operation("write", 3, "late.Writer"),
        operation("write", 0, "other.Socket", port=5),
    ]
    (record,), recording = folder(tmp_path, socket_trace=operations)
    assert record.stack == ("java.net.Socket.m(F.java:7)", "com.acme.push.Client.m(F.java:7)")
    assert (record.app, record.about["socket event"], record.request.body) == (PROCESS, "write", SEALED)
    assert (recording.form, recording.about["socket operations"]) == ("PiRogue folder", 5)


@needs_tshark
def test_plain_text_of_what_was_sent_encrypted(tmp_path: Path) -> None:
    operations = [
        cipher(PLAIN, SEALED),
        cipher(b"", b"", "00112233"),
        cipher(b"never sent, or not seen", bytes(32)),
    ]
    exchange, found, unseen = folder(tmp_path, aes_info=operations)[0]
    assert (found.kind, found.scheme, found.host, found.app) == (
        Kind.STREAM,
        "cipher",
        "api.example.al",
        PROCESS,
    )
    assert [(frame.sent, frame.body) for frame in found.frames] == [(True, PLAIN)]
    assert found.about == {"algorithm": "AES/CBC/PKCS5Padding", "of": exchange.index, "side": "request"}
    assert (unseen.host, len(unseen.frames), unseen.index) == ("", 2, 2)


def test_numbers_of_the_phone_are_withheld_and_broken_files_counted(tmp_path: Path) -> None:
    device = {
        "model": "SM-G965F",
        "imei": "350000000000006",
        "serialno": "229bbb7ece",
        "android_version": "10",
    }
    (tmp_path / "aes_info.json").write_text("[{")
    (tmp_path / "ad_ids.txt").write_text("a\nb\na\n")
    _, recording = folder(
        tmp_path, device=device, experiment={"network": {"file": "traffic.pcap"}}, socket_trace={}
    )
    assert recording.about["device"] == {"model": "SM-G965F", "android_version": "10"}
    assert recording.about["advertising ids"] == 2
    assert recording.lost["aes_info.json, which is no JSON that can be read"] == 1


def test_a_folder_without_a_capture(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match=r"is a folder without traffic\.pcap"):
        open_folder(tmp_path)
