"""The table of refused handshakes that tweasel published."""

import json
from pathlib import Path

import pytest

from auditor.collect.recordings.record import Kind, RecordingError
from auditor.collect.recordings.refused import open_refused
from tests.traffic_files import traffic

DISTRUST = "The client does not trust the proxy's certificate for Push.Example.al (tlsv1 alert unknown ca)"


def test_every_failure_of_the_table_is_a_record() -> None:
    recording = open_refused(traffic("tls-errors-no-bypass.csv"))
    records = list(recording.records)
    assert len(records) == 840
    assert {record.kind for record in records} == {Kind.REFUSED}
    assert [record.index for record in records] == list(range(840))
    assert all(record.host and record.app and record.error for record in records)
    assert recording.about["apps"] == 1046
    assert recording.lost == {}


def test_hosts_come_from_the_words_or_from_the_address(tmp_path: Path) -> None:
    failures = [
        {"error": DISTRUST},
        {"error": "connection closed early", "serverAddress": ["192.0.2.1", 443]},
    ]
    stated = json.dumps([{"status": "tlsFailed", "context": one} for one in failures]).replace('"', '""')
    table = (
        f'app_id,version,request_count,tls_errors_json,app_crashed\nal.a,1.0,5,"{stated}",0\nal.b,1,0,{{,0\n'
    )
    (tmp_path / "a.csv").write_text(table)
    recording = open_refused(tmp_path / "a.csv")
    one, other = recording.records
    assert (one.host, one.app, one.about) == (
        "push.example.al",
        "al.a",
        {"version": "1.0", "requests": 5, "row": 0},
    )
    assert (other.host, other.port) == ("192.0.2.1", 443)
    assert recording.lost == {"rows whose tls_errors_json is no JSON": 1}


def test_another_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    with pytest.raises(RecordingError, match="expected columns app_id, tls_errors_json"):
        open_refused(tmp_path / "a.csv")
