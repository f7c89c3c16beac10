"""Reports of hosts: contacts only, with how often and by whom."""

from pathlib import Path

import pytest

from auditor.collect.recordings.contacts import open_privacy_report, open_trackercontrol
from auditor.collect.recordings.record import Kind, RecordingError

TABLE = """"uid","daddr","time","uncertain","Tracker","Category","Package","App"
"10111","App-Measurement.com","1780000000123","0","Google","Analytics","al.example.aktivisti","Aktivisti"
"10111","","1780000000124","0","","","al.example.aktivisti","Aktivisti"
"1000","192.0.2.1","1780000001000","1","","","android","Android"
"""

REPORT = """{"type":"access","accessor":{"identifier":"al.example.aktivisti","identifierType":"bundleID"},\
"category":"contacts","kind":"intervalBegin","timeStamp":"2026-06-01T10:00:00.000+02:00"}
{"type":"access","accessor":{"identifier":"al.example.aktivisti"},"category":"contacts","kind":"intervalEnd"}
{"domain":"graph.Example.com","firstTimeStamp":"2026-06-01T10:00:00Z","context":"","timeStamp":"2026-06-01T11:00:00Z",\
"domainType":1,"initiatedType":"AppInitiated","hits":7,"type":"networkActivity","domainOwner":"Example","bundleID":"al.x"}
{broken
{"type":"newer"}
"""


def test_trackercontrol(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(TABLE)
    recording = open_trackercontrol(tmp_path / "a.csv")
    first, second = recording.records
    assert (first.kind, first.host, first.at, first.uid) == (
        Kind.CONTACT,
        "app-measurement.com",
        1780000000.123,
        10111,
    )
    assert (first.app, first.about["tracker"], first.about["category"]) == (
        "al.example.aktivisti",
        "Google",
        "Analytics",
    )
    assert (second.index, second.host, second.about["uncertain"]) == (2, "192.0.2.1", 1)
    assert recording.lost == {"rows without a host": 1}


def test_privacy_report(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_text(REPORT)
    recording = open_privacy_report(tmp_path / "a.ndjson")
    (record,) = recording.records
    assert (record.kind, record.host, record.app, record.at) == (
        Kind.CONTACT,
        "graph.example.com",
        "al.x",
        1780308000,
    )
    assert (record.about["hits"], record.about["tracking"], record.about["last"]) == (7, True, 1780311600)
    assert recording.about["accesses"] == {"al.example.aktivisti": {"contacts": 1}}
    assert recording.lost == {"lines that are no JSON": 1, "lines of type 'newer', which are not read": 1}


def test_other_files_are_refused_in_one_clause(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a,b\n1,2\n")
    with pytest.raises(RecordingError, match="expected columns uid and daddr"):
        open_trackercontrol(tmp_path / "a")
    with pytest.raises(RecordingError, match="expected lines of type access or networkActivity"):
        open_privacy_report(tmp_path / "a")


def test_hostile_tables_end_in_a_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auditor.collect.recordings.table.LONGEST", 2000)
    (tmp_path / "a.csv").write_text(TABLE + '1,"' + "x" * 5000)
    recording = open_trackercontrol(tmp_path / "a.csv")
    assert len(list(recording.records)) == 2
    assert recording.lost["rows that are no CSV"] == 1
