"""Whatever a recording claims, its evidence fits on a line and into a dossier."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import catalogue, dossier
from auditor.collect import traffic
from auditor.collect.recordings.record import Kind, Record
from auditor.collect.traffic import Beside, tidy
from auditor.model import Case, Dossier, Evidence, Fact, Rung
from auditor.notation import parse, show

ODD = [
    "::1",
    "::",
    "a b",
    "x[1]",
    "a\nb",
    "\ud800.example",
    "a,b@c>d",
    ":",
    "é.example",
    "x" * 9000,
    "\u2028",
]


@pytest.mark.parametrize("host", [*ODD, "graph.facebook.com", "192.0.2.7", "2001:db8::1"])
def test_any_host_is_a_word(host: str) -> None:
    line = Evidence(Fact("contact", tidy.name(host)), Rung.TRANSMITTED, "flow:1/x")

    assert parse(show(line)) == line
    assert show(line).encode()


@given(st.text(min_size=1))
def test_any_text_is_a_word(host: str) -> None:
    line = Evidence(Fact("contact", tidy.name(host)), Rung.TRANSMITTED, tidy.line(f"flow:1/{host}"))

    assert parse(show(line)) == line


def test_usual_hosts_stay() -> None:
    assert tidy.name("api-1.acme_x.example") == "api-1.acme_x.example"
    assert tidy.name("xn--r8jz45g.example") == "xn--r8jz45g.example"
    assert tidy.name("::1") == "0000:0000:0000:0000:0000:0000:0000:0001"
    assert tidy.record(Record(0, Kind.CONTACT, host="a.example"))[1] == ""


def test_what_a_file_says_of_itself_is_bounded() -> None:
    deep: list[object] = []
    for _ in range(500):
        deep = [deep]

    found = tidy.plain({"a\ud800": 10**400, "b": deep, "c": [True, None, 1.5, "\udcff"]})

    assert found["a?"] == "(a number of more than 64 bits)"
    assert found["c"] == [True, None, 1.5, "?"]
    assert "too many" in json.dumps(found["b"])


def test_odd_claims_are_saved_and_counted(tmp_path: Path) -> None:
    """One record of another kind for each odd host; the whole must come back from its file."""
    head = {"auditor-recording": 1, "app": 10**400, "options": {"\ud800": ["\udcff"]}, "tool": "x\ny"}
    lines = [{"kind": "contact", "at": 1.8e9, "host": host, "scheme": "a b\n"} for host in ODD]
    lines += [{"kind": "refused", "at": 1.8e9, "host": host, "error": "trust\n\ud800"} for host in ODD]
    lines += [{"kind": "lost", "why": "a\n\u2028b\ud800", "count": 2}, {"kind": "end"}]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(map(json.dumps, (head, *lines))) + "\n")

    found = traffic.read(path, catalogue.load(), Beside())
    dossier.save(Dossier((found.artifact,), found.evidence, found.gaps, Case(), {}), tmp_path / "d.json")
    back = dossier.load(tmp_path / "d.json")

    assert (back.evidence, back.gaps) == (found.evidence, found.gaps)
    assert any("names of hosts as they were sent" in gap.why for gap in found.gaps)
