"""The probe of the project: 14 requests in real wire formats, 30 planted truths."""

import csv
import json
from urllib.parse import urlsplit

import pytest

from auditor.collect.persona import Match, Search, read
from auditor.decode import Leaf, tree
from tests.traffic_files import traffic

WORDS = {"email": "email-address", "phone": "phone-number"}
"""Words of the table where they differ from rules/data."""
LEAST = 29


def leaves(entry: dict) -> list[Leaf]:
    request = entry["request"]
    post = request.get("postData") or {}
    body = post.get("text", "").encode("latin-1")
    found = tree(body, "body", content_type=post.get("mimeType", "")).leaves
    found += tree(urlsplit(request["url"]).query.encode(), "query").leaves
    for header in request["headers"]:
        found += tree(header["value"].encode(), f"header$.{header['name'].lower()}").leaves
    return found


def found() -> list[list[Match]]:
    search = Search(read(traffic("probe-persona.json")))
    entries = json.loads(traffic("probe.har").read_text(encoding="utf-8"))["log"]["entries"]
    return [search.find(leaves(entry)) for entry in entries]


def truths() -> set[tuple[int, str]]:
    with traffic("probe-truths.csv").open(encoding="utf-8") as file:
        return {(int(row["request"]), WORDS.get(row["data"], row["data"])) for row in csv.DictReader(file)}


def test_truths_are_found_and_nothing_else() -> None:
    seen = {(i, m.data) for i, matches in enumerate(found()) for m in matches if m.confidence == "planted"}

    assert set() == seen - truths()
    assert len(seen & truths()) >= LEAST - (30 - len(truths()))


@pytest.mark.parametrize(
    ("request_", "data", "place", "form"),
    [
        (2, "email-address", "body:form$.ud:json$.em", "sha256"),
        (2, "phone-number", "body:form$.ud:json$.ph", "sha256 of digits"),
        (5, "municipality", "body:firestore$.writes[0].update.fields.institution", "plain"),
        (7, "phone-number", "body:json$.msisdn", "national form"),
        (11, "email-address", "body:json$.hex:hex", "plain"),
        (12, "email-address", "body:gzip:json$.email", "plain"),
        (13, "phone-number", "header$.authorization:jwt$.claims.phone_number", "plain"),
    ],
)
def test_every_hit_tells_its_path_and_form(request_: int, data: str, place: str, form: str) -> None:
    assert (data, place, form) in {(m.data, m.place, m.form) for m in found()[request_]}
