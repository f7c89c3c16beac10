"""The test bed: what the service gave is what the recording holds, live through mitmproxy and as stored."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.collect.recordings import open_recording
from auditor.collect.recordings.record import Kind, Record
from auditor.collect.traffic import parts
from auditor.collect.traffic.writes import writes
from samples.bed import firestorejson, firestorewire, scenario, template
from samples.bed.documents import Documents, Query, Write
from samples.bed.nodes import Nodes
from samples.bed.protobuf import fields, framed, message, unframed
from tests.record.loopback import MITMDUMP

SAMPLES = Path(__file__).parent.parent / "samples"
NAMES = scenario.names()

INCREMENTS = {"aktivisti": "points", "skuadra": "bally", "controls/hapat": "passi"}
"""Recordings in which the app itself adds to the number, and the field."""

TOTALS = {"keshtjella": "poeni", "controls/fanari": "points", "controls/banka": "gjendja"}
"""Recordings in which only answers tell the number, and the key."""

type Truth = list[dict[str, Any]]


def folder(name: str) -> Path:
    return SAMPLES / scenario.read(name.rpartition("/")[2]).into


def truth(of: Path) -> Truth:
    return [json.loads(line) for line in (of / "truth.jsonl").read_text(encoding="utf-8").splitlines()]


def recorded(path: Path) -> list[Record]:
    return [record for record in open_recording(path).records if record.kind is Kind.EXCHANGE]


def stored(name: str) -> list[Record]:
    return recorded(next(folder(name).glob("recording.*")))


def incremented(records: list[Record], field: str) -> Iterator[int]:
    """What the app asked to add to a field, as the project's own reader sees it."""
    for record in sorted(records, key=lambda one: one.at):
        for write in writes(record, parts.sent(record)):
            if write.op == "increment" and field == (write.field or write.path.rpartition("/")[2]):
                assert isinstance(write.value, int)
                yield write.value


def told(records: list[Record], key: str) -> Iterator[int]:
    """Every value of a key in answers, by time."""
    for record in sorted(records, key=lambda one: one.at):
        text = record.response.body.decode("utf-8", "replace")
        if '"members"' not in text and '"clanovi"' not in text and '"opstine"' not in text:
            yield from (int(found) for found in re.findall(rf'"{key}":(-?\d+)', text))


@pytest.mark.parametrize("name", INCREMENTS)
def test_stored_increments_are_the_points_given(name: str) -> None:
    given_ = [line["points"] for line in truth(folder(name)) if line["points"]]

    assert given_ == list(incremented(stored(name), INCREMENTS[name]))


@pytest.mark.parametrize("name", TOTALS)
def test_stored_answers_tell_the_totals_of_the_truth(name: str) -> None:
    totals = [line["total"] for line in truth(folder(name)) if line["points"] or line["action"] == "plus"]
    heard = list(dict.fromkeys(told(stored(name), TOTALS[name])))

    assert list(dict.fromkeys(totals)) == [total for total in heard if total in totals]


@pytest.mark.parametrize("name", ["aktivisti", "controls/hapat"])
def test_a_session_through_the_real_recorder(name: str, tmp_path: Path) -> None:
    if not MITMDUMP.exists():
        pytest.skip(f"{MITMDUMP} is not there")
    pytest.importorskip("grpc", reason="grpcio is not installed")
    from samples.bed.__main__ import run

    world = run(name.rpartition("/")[2], tmp_path, pace=0.02)
    records = recorded(tmp_path / "case" / "recording.jsonl")

    points = [line["points"] for line in world.ledger.truth if line["points"]]
    assert points
    assert points == list(incremented(records, INCREMENTS[name]))
    assert Counter(line["action"] for line in truth(folder(name))) == Counter(
        line["action"] for line in world.ledger.truth
    )
    assert {record.host for record in stored(name)} == {record.host for record in records}


@pytest.mark.parametrize("name", NAMES)
def test_every_scenario_has_its_recording(name: str) -> None:
    """Real names of hosts, no error on the way, small, and a truth for it."""
    records = stored(name)

    assert records
    assert all("." in record.host and not record.host.startswith("127.") for record in records)
    assert {record.error for record in records} == {""}
    assert next(folder(name).glob("recording.*")).stat().st_size < 150 * 1024
    assert {"persona.yml", "case.yml", "truth.jsonl", "practices.txt"} <= {
        p.name for p in folder(name).iterdir()
    }


@pytest.mark.parametrize("name", NAMES)
def test_what_is_said_of_a_recording_follows_from_its_truth(name: str) -> None:
    said = (folder(name) / "practices.txt").read_text(encoding="utf-8").splitlines()
    lines = [line.partition("#")[0].strip() for line in said]
    earned: Counter[tuple[str, int]] = Counter()
    for line in truth(folder(name)):
        earned[line["action"], line["points"]] += 1
    counts = {f"{points:+d} {often}" for (_, points), often in earned.items()}
    tariff = [line.split() for line in lines if "/" in line]

    assert all(f"{points} {often.partition('/')[0]}" in counts for _, points, often in tariff)
    assert len(set(lines) - {""}) == len([line for line in lines if line])
    may = {line.removeprefix("may: ") for line in lines if line.startswith("may: ")}
    never = {line.removeprefix("# never: ") for line in said if line.startswith("# never: ")}
    must = {line for line in lines if line and "/" not in line and not line.startswith("may: ")}
    assert len(may | must | never) == len(may) + len(must) + len(never)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(VALUES)
def test_a_value_comes_back_from_both_forms(value: Any) -> None:
    assert value == firestorewire.read_value(firestorewire.value(value))
    assert value == firestorejson.plain(firestorejson.wrapped(value))


WRITES = st.builds(
    Write,
    document=st.just("users/a"),
    set=st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3),
    increment=st.dictionaries(st.sampled_from("de"), st.integers(-99, 99), max_size=2),
    union=st.dictionaries(st.just("f"), st.lists(st.text(max_size=4), min_size=1, max_size=3)),
    now=st.lists(st.just("g"), max_size=1),
)


@given(WRITES)
def test_a_write_comes_back_from_both_forms(write: Write) -> None:
    root = "projects/p/databases/(default)/documents"

    assert write == firestorewire.read_write(firestorewire.write(write, root))
    assert write == firestorejson.read_write(firestorejson.write(write, root))


@pytest.mark.parametrize(
    "query",
    [
        Query("users", order="points", limit=100),
        Query("users", {"institution": "A"}),
        Query("users", {"institution": "A", "unit": "B"}, "points"),
    ],
)
def test_a_query_comes_back_from_both_forms(query: Query) -> None:
    assert query == firestorewire.read_query(firestorewire.query(query, "projects/p"))
    assert query == firestorejson.read_query(firestorejson.query(query))


@given(st.lists(st.tuples(st.integers(1, 99), st.integers(0, 2**64 - 1) | st.binary(max_size=9)), max_size=6))
def test_messages_come_back(parts_: list[tuple[int, int | bytes]]) -> None:
    assert parts_ == list(fields(message(*parts_)))
    one = message(*parts_)
    assert ([one, one], b"rest") == unframed(framed([one, one]) + b"rest")


def test_stores_tell_what_changed() -> None:
    heard: list[tuple[str, str, int]] = []
    store = Documents(lambda *told_: heard.append(told_))
    store.apply(Write("users/a", set={"points": 20}))
    store.apply(Write("users/a", increment={"points": -5}))
    tree = Nodes(lambda *told_: heard.append(told_))
    tree.put("/team/a", {"bally": {".sv": {"increment": 7}}})
    tree.put("/team/a/bally", {".sv": {"increment": 3}})

    assert [("users/a", "points", 20), ("users/a", "points", -5)] == heard[:2]
    assert [("/team/a", "bally", 7), ("/team/a", "bally", 3)] == heard[2:]


def test_a_hole_that_nothing_fills_is_an_error() -> None:
    assert [1, 2] == template.fill({"each": "rows", "give": "${one.n}"}, {"rows": [{"n": 1}, {"n": 2}]})
    with pytest.raises(KeyError):
        template.fill("${act.nothing}", {"act": {}})
