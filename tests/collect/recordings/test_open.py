"""A recording is known by what is in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.collect.recordings import open_recording
from auditor.collect.recordings.record import Kind, RecordingError
from tests.collect.recordings.forms import entry, har
from tests.collect.recordings.test_journal import EXCHANGE, write
from tests.collect.recordings.tnet import dump, flow_011
from tests.traffic_files import traffic


def named_wrong(path: Path) -> str:
    """The form that is found when the file has a name that says nothing."""
    other = path.with_name("recording.bin")
    other.write_bytes(path.read_bytes())
    return open_recording(other).form


def test_forms_are_known_without_names(tmp_path: Path) -> None:
    flows = tmp_path / "a"
    flows.write_bytes(dump(flow_011()))

    assert named_wrong(har(tmp_path, [entry()])) == "HAR"
    assert named_wrong(write(tmp_path, EXCHANGE)) == "auditor recording"
    assert named_wrong(flows) == "mitmproxy flows"


@pytest.mark.parametrize(("name", "records"), [("lo.pcapng", 1), ("tls-errors-no-bypass.csv", 840)])
def test_forms_of_other_readers(name: str, records: int) -> None:
    path = traffic(name)
    pytest.importorskip(f"auditor.collect.recordings.{'capture' if name.endswith('ng') else 'refused'}")

    recording = open_recording(path)

    assert sum(1 for _ in recording.records) >= records


HOSTS = """uid,daddr,time,uncertain,Tracker,Category,Package,App
10123,x.example,1700000000000,0,,,al.acme.app,Acme
"""
ACTIVITY = (
    '{"type":"networkActivity","domain":"x.example","hits":3,"bundleID":"al.acme.app",'
    '"timeStamp":"2026-01-02T03:04:05Z"}\n'
)


@pytest.mark.parametrize("content", [HOSTS, ACTIVITY])
def test_lists_of_hosts(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a"
    path.write_text(content, encoding="utf-8")

    (found,) = open_recording(path).records

    assert (found.kind, found.host) == (Kind.CONTACT, "x.example")


def test_the_form_is_said(tmp_path: Path) -> None:
    said: list[str] = []

    open_recording(har(tmp_path, [entry()]), said.append)

    assert said == ["some.har: HAR"]


@pytest.mark.parametrize(
    ("content", "clause"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"hello", "is no recording that is known"),
        (b"a,b,c\n1,2,3\n", "is no recording that is known"),
        (b"\x78\x9cnonsense", "is no recording that is known"),
        (b"\x1f\x8b", "is no recording that is known"),
        (b"{}", "is no HAR file"),
        (b'{"log": 7}', "is no HAR file"),
        (b'{"log": {}}', "there are no log.entries in it"),
        (b'{"log": {"version": "1.2", "entr', "is no HAR file"),
        (b"{" * 100_000, "is no HAR file"),
        (b"99999:x", "is no flow file"),
        (b"\xff\xfe{", "is no"),
    ],
)
def test_what_is_none_is_refused_in_a_clause(tmp_path: Path, content: bytes, clause: str) -> None:
    path = tmp_path / "a.har"
    path.write_bytes(content)

    with pytest.raises(RecordingError, match=clause) as refused:
        open_recording(path)

    assert "\n" not in str(refused.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="cannot be opened: No such file"):
        open_recording(tmp_path / "none")
