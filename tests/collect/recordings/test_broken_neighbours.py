"""One broken entry costs itself and nothing beside it, in every dialect."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from auditor.collect.recordings import open_recording
from tests.collect.recordings.forms import entry, read
from tests.collect.recordings.test_flows import migrated
from tests.collect.recordings.tnet import dump

ROW = "10111,{host},1780000000123,0,,,al.example,X"
HEAD = "uid,daddr,time,uncertain,Tracker,Category,Package,App"


def table(folder: Path, *rows: str) -> Path:
    path = folder / "a.csv"
    path.write_text("\n".join((HEAD, *rows)) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("broken", ['10111,"b.example,17,0,,,x,X', '10111,b.example,17,0,,,x,"X'])
def test_a_quote_too_many_costs_one_row(tmp_path: Path, broken: str) -> None:
    good = [ROW.format(host=f"{name}.example") for name in "acd"]

    recording, records = read(table(tmp_path, good[0], broken, good[1], broken, good[2]))

    assert [record.host for record in records] == ["a.example", "c.example", "d.example"]
    assert recording.lost == {"rows that are no CSV": 2}


def test_a_cell_may_hold_ends_of_lines(tmp_path: Path) -> None:
    path = table(tmp_path, '10111,a.example,17,0,"A\nB\nC",,x,X', ROW.format(host="b.example"))

    recording, records = read(path)

    assert [record.about["tracker"] for record in records] == ["A\nB\nC", ""]
    assert recording.lost == {}


def test_a_row_that_is_cut_is_counted(tmp_path: Path) -> None:
    recording, records = read(table(tmp_path, ROW.format(host="a.example"), "10111,graph.faceb"))

    assert len(records) == 2
    assert recording.lost == {"rows with too few cells": 1}


def test_failures_that_are_no_list_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("app_id,tls_errors_json\na,{}\nb,7\nc,[]\nd,\n", encoding="utf-8")

    recording, records = read(path)

    assert records == []
    assert recording.lost == {"rows whose tls_errors_json is no JSON": 2}


def test_lines_of_a_privacy_report_that_say_nothing_are_counted(tmp_path: Path) -> None:
    line = json.dumps({"type": "networkActivity", "domain": "a.example"})
    path = tmp_path / "a.ndjson"
    path.write_text("\n".join((line[:20], line, "{}", "[]", '"x"', '{"type":"networkActivity"}', "")) + "\n")

    recording, records = read(path)

    assert [record.index for record in records] == [1]
    assert recording.lost == {"lines that are no JSON": 4, "contacts without a domain": 1}


@pytest.mark.parametrize("head", [b"x", b"9", b"12", b"123456:"])
def test_a_wrong_length_costs_one_flow(tmp_path: Path, head: bytes) -> None:
    whole = dump(migrated(21))
    path = tmp_path / "a.mitm"
    path.write_bytes(whole + head + whole + whole + head + whole[40:] + whole)

    recording, records = read(path)

    assert len(records) >= 3
    assert records[-1].host == records[0].host
    assert sum(recording.lost.values()) >= 2


def test_the_first_flow_may_be_broken(tmp_path: Path) -> None:
    whole = dump(migrated(21))
    path = tmp_path / "a.mitm"
    path.write_bytes(b"9" + whole + whole)

    assert len(list(open_recording(path).records)) >= 1


def test_a_flow_inside_a_broken_body_is_none(tmp_path: Path) -> None:
    whole = dump(migrated(21))
    spoilt = b"3:abc" + whole  # its length is right and leads on
    path = tmp_path / "a.mitm"
    path.write_bytes(whole + str(len(spoilt)).encode() + b":" + spoilt + b"}" + whole)

    recording, records = read(path)

    assert [record.index for record in records] == [0, 2]
    assert any(clause.startswith("flow 1 cannot be read") for clause in recording.lost)


@pytest.mark.parametrize(
    "broken",
    [
        '{"startedDateTime":"x","request":{"url":"https://b.example/"},"x":[{"a":1}',
        '{"startedDateTime":"x","request":{"url":"https://b.example/"}}]',
        '{"startedDateTime":"x","request":{}}},{"a":1}],"bodySize":7,"postData":{"text":"x"}},"response":{}}',
        '{"startedDateTime":"x","request":{}}},{"a":1}],"postData":{"text":"x","x":[1',
    ],
)
def test_a_bracket_in_the_wrong_place_costs_one_entry(tmp_path: Path, broken: str) -> None:
    entries = [json.dumps(entry(comment=str(number))) for number in range(4)]
    path = tmp_path / "a.har"
    path.write_text('{"log":{"entries":[' + ",\n".join((entries[0], broken, *entries[1:])) + "]}}")

    recording, records = read(path)

    assert {"0", "1", "2", "3"} <= {record.about.get("comment") for record in records}
    assert len(records) + sum(recording.lost.values()) >= 5
