"""What broke on its way is told with its reason and place, on both sides; what an SDK on any host shows."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auditor.collect import Given, collect
from auditor.collect.recordings.record import Record, Side
from auditor.collect.traffic import parts
from auditor.collect.traffic.firstparty import Own
from auditor.collect.traffic.unheard import CLAUSES, Unheard
from auditor.decode import Tree
from auditor.model import Dossier, Gap
from auditor.notation import show
from tests.collect.traffic.conftest import MAIL, RULES, exchange
from tests.traffic_files import traffic as real

PACKED = gzip.compress(json.dumps({"mail": MAIL, "rows": [f"{i * i:x}" for i in range(500)]}).encode())
BROKEN = PACKED[:-20]
HEADERS = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))


def unopened(gaps: tuple[Gap, ...]) -> list[Gap]:
    return [gap for gap in gaps if gap.why.startswith("not everything was opened: ")]


def test_a_broken_request_is_told_with_its_reason_and_place(listen: Any) -> None:
    sent = replace(exchange(4, "https://a.example/x"), request=Side(HEADERS, BROKEN))
    found = listen([sent, replace(sent, index=5)])

    (first, *_) = unopened(found.gaps)
    assert first.why == (
        "not everything was opened: the compressed data break off (end is missing), "
        "first of 2 in flow:4/body:gzip"
    )
    assert "data" in first.concerns
    assert any("flow:4/body:gzip:json$.mail" in show(item) for item in found.evidence)


def test_a_broken_answer_hides_practices_only(listen: Any) -> None:
    answered = replace(exchange(4, "https://a.example/x"), response=Side(HEADERS, BROKEN))
    found = listen([answered])

    gaps = unopened(found.gaps)
    assert gaps[0].why.startswith("not everything was opened: response: the compressed data break off (")
    assert ", in flow:4/response.body:gzip" in gaps[0].why
    assert {gap.concerns for gap in gaps} == {("practice",)}
    assert found.artifact.read == "partial"


@pytest.mark.parametrize("ending", ["har", "mitm"])
def test_the_broken_answer_of_a_real_recording(ending: str) -> None:
    found = collect([real(f"corrupted_gzip_body.{ending}")], RULES)

    assert {gap.concerns for gap in unopened(found.gaps)} == {("practice",)}


def test_names_that_are_data_are_masked_in_the_place_of_a_problem() -> None:
    unheard = Unheard()
    unheard.problems("flow:1", [Tree(problems=[f"body:json$['{MAIL}: x']:xml: odd"])])

    assert dict(unheard.limits) == {"odd": 1}
    assert MAIL not in unheard.spots["odd"]
    assert unheard.spots["odd"].startswith("flow:1/body:json$[")


def test_problems_are_bounded() -> None:
    unheard = Unheard()
    for count in range(CLAUSES + 50):
        unheard.problems("flow:1", [Tree(problems=[f"body: odd {count}"])])

    assert len(unheard.limits) == CLAUSES + 1
    assert unheard.limits["further problems"] == 50


def test_headers_beyond_the_first_are_told(listen: Any) -> None:
    many = tuple((f"x-{count}", "1") for count in range(parts.MOST_HEADERS + 1))
    found = listen([replace(exchange(0, "https://a.example/x"), request=Side(many))])

    assert any("headers of one request beyond the first 500" in gap.why for gap in found.gaps)


# Known by its shape ---------------------------------------------------------------

PARSE = (("X-Parse-Application-Id", "aktiv"), ("Content-Type", "application/json"))


def signed_up(host: str) -> Record:
    body = json.dumps({"email": MAIL, "password": "Prove-1234"}).encode()
    return replace(exchange(0, f"https://{host}/parse/users", body), request=Side(PARSE, body))


@pytest.mark.parametrize(
    ("host", "receiver"),
    [
        ("parse.acme.example", "parse.acme.example"),
        ("api.aktiv.al", "app"),
        ("o1.ingest.sentry.io", "sentry"),
    ],
)
def test_who_owns_the_host_receives_what_an_sdk_sends(listen: Any, host: str, receiver: str) -> None:
    found = listen([signed_up(host)], own=Own(domains={"aktiv.al": "stated"}))
    told = {(item.fact.kind, item.fact.what): item.fact.who for item in found.evidence}

    assert told["data", "email-address"] == receiver
    assert told["contact", host] == ("" if receiver == host else receiver)
    assert told["sdk", "parse-platform"] == ""
    (row,) = found.artifact.about["hosts"]
    assert (row["who"], row["vendors"]["parse-platform"]) == (receiver, 1)


# Time -----------------------------------------------------------------------------


def test_a_report_of_contacts_covers_the_time_up_to_the_last(tmp_path: Path) -> None:
    line = {"type": "networkActivity", "domain": "a.example", "bundleID": "al.x", "hits": 2}
    line |= {"firstTimeStamp": "2026-06-01T10:00:00Z", "timeStamp": "2026-06-01T13:00:00Z"}
    (tmp_path / "report.ndjson").write_text(json.dumps(line), encoding="utf-8")
    found: Dossier = collect([tmp_path / "report.ndjson"], RULES, given=Given())

    assert any("covers only 3 hours of use on 2026-06-01" in gap.why for gap in found.gaps)
