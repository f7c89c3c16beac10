import csv
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor import dossier
from auditor.collect import Given, NothingToLookAt, Unusable, collect, traffic
from auditor.collect.persona import Persona, Planted, Search
from auditor.collect.recordings.record import Frame, Kind, Record, Recording, RecordingError, Side
from auditor.collect.traffic import Traffic, shown, unheard, written
from auditor.collect.traffic.firstparty import Own
from auditor.collect.traffic.phases import Phases, span
from auditor.collect.traffic.transmitted import Lines
from auditor.decode import Leaf
from auditor.model import Dossier, Evidence, Fact, Rung
from auditor.notation import parse, show
from tests.collect.traffic.conftest import MAIL, RULES, START, exchange
from tests.traffic_files import traffic as real

TRUTHS = {"email": "email-address", "phone": "phone-number"}


def transmitted(found: Dossier | Traffic) -> list[Evidence]:
    return [item for item in found.evidence if item.level is Rung.TRANSMITTED]


def lines(found: Dossier | Traffic) -> list[str]:
    return sorted(show(item) for item in transmitted(found))


def flow(item: Evidence) -> int:
    return int(item.where.removeprefix("flow:").partition("/")[0])


# Real recordings --------------------------------------------------------------


def test_every_request_of_a_real_first_run_has_organisation_and_sdk() -> None:
    found = collect([real("reporthar-android-first-run.har")], RULES)

    assert {flow(e) for e in transmitted(found) if e.fact.kind == "sdk"} == set(range(16))
    assert all(row["organisation"] and row["seat"] for row in found.artifacts[0].about["hosts"])


def test_the_advertising_id_is_found_in_every_request_that_carries_it() -> None:
    found = collect([real("reporthar-android-first-run.har")], RULES)

    carrying = {flow(e) for e in transmitted(found) if e.fact.what == "advertising-id"}
    assert carrying == {5, 7, 8, 9, 11, 12, 14}


def test_the_planted_values_of_the_probe() -> None:
    found = collect([real("probe.har")], RULES, given=Given(persona=real("probe-persona.json")))
    rows = csv.DictReader(real("probe-truths.csv").read_text(encoding="utf-8").splitlines())
    truths = {(int(row["request"]), TRUTHS.get(row["data"], row["data"])) for row in rows}

    told = {(flow(e), e.fact.what) for e in transmitted(found) if e.by == "persona"}
    assert told == truths
    assert all("$" in e.where for e in transmitted(found) if e.by == "persona")
    assert found.artifacts[0].about["decoys found"] == 0


@pytest.mark.parametrize("name", ["websocket", "event_stream", "corrupted_gzip_body"])
def test_the_same_traffic_in_two_forms_gives_the_same_evidence(name: str) -> None:
    har, mitm = (collect([real(f"{name}.{ending}")], RULES) for ending in ("har", "mitm"))

    assert lines(har) == lines(mitm)
    assert lines(har)


@pytest.mark.parametrize("name", ["chrome.har", "charles.har", "insomnia.har", "with-bom.har"])
def test_browsing_shows_contacts_and_no_persons_data(name: str) -> None:
    found = collect([real(name)], RULES, given=Given(persona=real("probe-persona.json")))

    assert {e.fact.kind for e in transmitted(found)} <= {"contact", "sdk"}


def test_pinning_becomes_gaps() -> None:
    found = collect([real("tls-errors-no-bypass.csv")], RULES)

    assert sum("certificate pinning on" in gap.why for gap in found.gaps) > 50
    assert all(e.fact.kind in ("contact", "sdk") for e in transmitted(found))


@pytest.mark.parametrize("name", ["broken_headers.json", "brokenfile.har", "probe-truths.csv"])
def test_a_broken_recording_alone_gives_one_sentence(name: str) -> None:
    with pytest.raises(NothingToLookAt, match=f"^{name}: .*, and is no") as told:
        collect([real(name)], RULES)
    assert "\n" not in str(told.value)


def test_a_broken_recording_beside_a_good_one_is_a_gap() -> None:
    found = collect([real("brokenfile.har"), real("probe.har")], RULES)

    assert [a.read for a in found.artifacts] == [
        "partial" if found.artifacts[0].about["lost"] else "read",
        "not read",
    ]
    assert any("brokenfile.har was given, but it is no HAR" in gap.why for gap in found.gaps)
    assert all(e.where.startswith("flow:probe.har#") for e in transmitted(found))


def test_what_was_read_before_a_file_broke_is_kept(listen: Any) -> None:
    def torn() -> Iterator[Record]:
        yield exchange(0, "https://a.example/x", {"mail": MAIL})
        raise RecordingError("is cut off")

    found = listen(torn())

    assert [e.where for e in found.evidence if e.fact.kind == "data"] == ["flow:0/body:json$.mail"]
    assert any("everything after record 1: the file is cut off" in gap.why for gap in found.gaps)
    assert found.artifact.read == "partial"


# Who, where, when ---------------------------------------------------------------


def test_a_value_goes_to_a_vendor_to_the_app_or_to_a_host(listen: Any) -> None:
    records = [
        exchange(0, "https://api2.branch.io/v1/open", {"x": {"mail": MAIL}}),
        exchange(1, "https://api.example.al/v1", {"mail": MAIL}),
        exchange(2, "https://cdn.other.example/v1", {"mail": MAIL}),
    ]
    found = listen(records, own=Own("al.example.app", {"example.al": "package name"}))

    assert {(e.fact.who, e.where) for e in found.evidence if e.fact.what == "email-address"} == {
        ("branch", "flow:0/body:json$.x.mail"),
        ("app", "flow:1/body:json$.mail"),
        ("cdn.other.example", "flow:2/body:json$.mail"),
    }


def test_the_apps_firebase_project_is_told_as_googles_and_as_the_apps(listen: Any) -> None:
    path = "v1/projects/aktiv/databases/(default)/documents:commit"
    records = [exchange(0, f"https://firestore.googleapis.com/{path}", {"mail": MAIL})]
    found = listen(records, own=Own(projects=frozenset({"aktiv"})))

    assert {e.fact.who for e in found.evidence if e.fact.kind == "data"} == {"firebase-firestore", "app"}


def test_phases_come_from_the_command_line(listen: Any) -> None:
    records = [exchange(n, "https://a.example/x", {"mail": MAIL}) for n in (0, 10, 20)]
    found = listen(records, spans=(span("before-consent:00:00-00:15"),))

    told = {e.where: e.phase for e in found.evidence if e.fact.kind == "data"}
    assert told == {
        "flow:0/body:json$.mail": "before consent",
        "flow:10/body:json$.mail": "before consent",
        "flow:20/body:json$.mail": "",
    }
    assert [e.phase for e in found.evidence if e.fact.kind == "contact"] == ["before consent", ""]
    assert {e.date for e in found.evidence} == {"2026-01-01"}


def test_a_request_to_the_marker_address_is_a_mark_and_no_contact(listen: Any) -> None:
    records = [
        exchange(0, "http://mark.invalid/consent-shown"),
        exchange(1, "https://a.example/x", {"mail": MAIL}),
        Record(2, Kind.MARK, START + 2, path="refused"),
        exchange(3, "https://a.example/x", {"mail": MAIL}),
    ]
    found = listen(records)

    assert [e.phase for e in found.evidence if e.fact.kind == "data"] == ["before consent", "after refusal"]
    assert "mark.invalid" not in str(found)


def test_marks_beside_the_recording_are_found(listen: Any, tmp_path: Path) -> None:
    (tmp_path / "made.marks.yml").write_text('phases: [{phase: after refusal, from: "00:00"}]')
    found = listen([exchange(0, "https://a.example/x", {"mail": MAIL})])

    assert {e.phase for e in found.evidence} == {"after refusal"}


def test_flows_of_other_apps_are_left_out_and_counted(listen: Any) -> None:
    gms = traffic.GOOGLE_PLAY
    records = [
        exchange(0, "https://a.example/x", {"mail": MAIL}, app="al.example.app"),
        exchange(1, "https://b.example/x", {"mail": MAIL}, app="com.other"),
        exchange(2, "https://c.example/x", {"mail": MAIL}, app=gms),
        exchange(3, "https://d.example/x", {"mail": MAIL, "for": "al.example.app"}, app=gms),
        exchange(4, "https://e.example/x", {"mail": MAIL}),
    ]
    found = listen(records, own=Own("al.example.app"))

    assert [e.fact.who for e in found.evidence if e.fact.kind == "data"] == [
        "a.example",
        "d.example",
        "e.example",
    ]
    assert found.artifact.about["of other apps"] == 2
    assert any("1 of 5 records (20 %) are attributed to no app" in gap.why for gap in found.gaps)


def test_the_recording_may_name_the_app(listen: Any) -> None:
    records = [exchange(0, "https://api.example.al/x", {"mail": MAIL})]
    found = listen(records, about={"app": "al.example.aktiv"})

    assert [e.fact.who for e in found.evidence if e.fact.kind == "data"] == ["app"]


# Phases and writes ---------------------------------------------------------------


def test_intervals_reach_the_report_with_times_of_the_recording(listen: Any) -> None:
    records = [
        exchange(0, "https://a.example/x"),
        Record(1, Kind.MARK, START + 2, path="refused"),
        exchange(5, "https://a.example/y"),
    ]
    found = listen(records, spans=(span("before-consent:00:00-00:02"),))

    assert found.artifact.about["phases"] == [
        {"phase": "before consent", "from": None, "to": START + 2},
        {"phase": "after refusal", "from": START + 2, "to": None},
    ]


def test_marks_of_another_recording_in_the_folder_say_nothing_of_this_one(
    listen: Any, tmp_path: Path
) -> None:
    (tmp_path / "marks.jsonl").write_text(f'{{"at": {START - 300}, "phase": "before consent"}}\n')
    found = listen([exchange(0, "https://a.example/x", {"mail": MAIL})])

    assert {item.phase for item in found.evidence} == {""}
    assert any(gap.why.startswith("1 marks were not used") for gap in found.gaps)


def test_writes_to_a_database_are_told_without_ids_and_values(listen: Any) -> None:
    node = "https://aktiv-default-rtdb.firebaseio.com/users/arta.prova"
    liked = {"points": {".sv": {"increment": 15}}, "name": "Arta", "since": None}
    puts = [replace(exchange(n, f"{node}/stats.json", liked), method="PATCH") for n in range(3)]
    gone = replace(exchange(3, f"{node}.json"), method="DELETE")
    about = listen([*puts, gone]).artifact.about

    rows = [(r["path"], r["field"], r["op"], r["value"], r["n"], r["count"]) for r in about["writes"]]
    assert rows == [
        ("users/<id>/stats", "points", "increment", "15", 0, 3),
        ("users/<id>/stats", "name", "set", "(text of 4 characters)", 0, 3),
        ("users/<id>/stats", "since", "delete", "", 0, 3),
        ("users", "<id>", "delete", "", 3, 1),
    ]
    assert "arta" not in json.dumps(about["writes"]).lower()
    assert {row["where"] for row in about["writes"]} == {"flow:0/body:json", "flow:3/path"}
    assert about["further writes"] == 0


def test_kinds_of_losses_are_bounded_and_counted(listen: Any) -> None:
    lost = tuple(f"thing {n}" for n in range(unheard.CLAUSES + 20))
    often = [
        replace(exchange(n, "https://a.example/x"), lost=(lost if n == 0 else ("thing 510",)))
        for n in range(3)
    ]
    told = listen(often).artifact.about["lost"]

    assert next(iter(told.items())) == ("thing 510", 3)
    assert told["20 further kinds"] == 20
    assert len(told) == unheard.CLAUSES + 1


def test_kinds_of_writes_are_bounded_and_counted(listen: Any) -> None:
    puts = {
        f"a{'b' * (n % 26)}c{'d' * (n // 26)}": {".sv": {"increment": n}} for n in range(written.MOST + 7)
    }
    patch = replace(exchange(0, "https://aktiv.firebaseio.com/users/u1.json", puts), method="PATCH")
    about = listen([patch]).artifact.about

    assert (len(about["writes"]), about["further writes"]) == (written.MOST, 7)


# What is weak -------------------------------------------------------------------


def test_data_and_keys_in_addresses_and_without_encryption(listen: Any) -> None:
    records = [
        exchange(0, f"http://a.example/x?mail={MAIL}&access_token=abcdef123456"),
        exchange(1, "https://graph.example/app?access_token=138566025676%7Ce251d7dad1e2b26389ad8a43557aa256"),
        exchange(2, "https://a.example/x", {"access_token": "abcdef123456"}),
    ]
    told = {(e.fact.what, e.where) for e in listen(records).evidence if e.fact.kind == "weakness"}

    assert told == {
        ("personal-data-in-url", "flow:0/query$.mail"),
        ("personal-data-in-cleartext", "flow:0/query$.mail"),
        ("credential-in-query", "flow:0/query$.access_token"),
    }


# What is not shown --------------------------------------------------------------


def test_nobodys_values_and_no_token_leave_the_reading(listen: Any) -> None:
    secret = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJzZWNyZXQxMjMifQ.c2lnbmF0dXJlMTIz"  # noqa: S105 - made up
    other = "dritan.tjeter@example.net"
    records = [
        exchange(
            0,
            f"https://a.example/users/{other}/{secret}?token={secret}",
            {other: {"mail": MAIL}, "name": "Dritan Tjeter", "token": secret, "phone": "+355687654321"},
            response=Side(
                (), json.dumps([{"name": f"Anë {c}", "mail": f"x{c}@y.example"} for c in "ABCD"]).encode()
            ),
        ),
        Record(
            1,
            Kind.STREAM,
            START,
            "b.example",
            9,
            "tcp",
            frames=(Frame(f"{MAIL} {other}".encode(), sent=True),),
        ),
    ]
    found = listen(records)
    told = json.dumps(
        [found.artifact.about, [show(e) for e in found.evidence], [show(g) for g in found.gaps]],
        ensure_ascii=False,
    )

    for hidden in (MAIL, other, secret, "Dritan", "687654321", "secret123", "Anë A", "xA@y"):
        assert hidden not in told
    assert found.artifact.about["others"]["a.example"] == {"email-address": 4, "name": 4}
    assert any(e.where.startswith("flow:1/frame[0]") for e in found.evidence)


def test_what_came_back_is_no_evidence_of_sending(listen: Any) -> None:
    records = [exchange(0, "https://a.example/x", response=Side((), json.dumps({"mail": MAIL}).encode()))]

    assert {e.fact.kind for e in listen(records).evidence} == {"contact"}


def test_closed_bodies_are_counted_by_host_with_their_share(listen: Any) -> None:
    noise = hashlib.shake_256(b"closed").digest(4096)
    found = listen([exchange(0, "https://a.example/x", noise), exchange(1, "https://a.example/y", {"a": 1})])

    gap = next(gap.why for gap in found.gaps if "were not decoded" in gap.why)
    assert re.match(r"1 of 2 requests to a.example were not decoded \((9\d|100) % of the bytes sent\)", gap)


def test_losses_quic_and_refusals_become_gaps(listen: Any) -> None:
    records = [
        exchange(0, "https://a.example/x", {"a": 1}, lost=("the body of DELETE is not kept",)),
        Record(1, Kind.CONTACT, START, "q.example", scheme="quic"),
        Record(2, Kind.CONTACT, START, "c.example", scheme="tls"),
        Record(3, Kind.REFUSED, START, "p.example", error="tlsv1 alert certificate unknown"),
        Record(4, Kind.LOOKUP, START, "l.example"),
    ]
    found = listen(records)
    why = " / ".join(gap.why for gap in found.gaps)

    for part in (
        "the body of DELETE is not kept",
        "QUIC to q.example",
        "to c.example",
        "pinning on p.example",
    ):
        assert part in why
    assert found.artifact.about["looked up only"] == ["l.example"]
    told = {e.fact.what for e in found.evidence if e.fact.kind == "contact"}
    assert told == {"a.example", "q.example", "c.example", "p.example"}


def test_without_a_persona_that_is_a_gap(listen: Any) -> None:
    found = listen([exchange(0, "https://a.example/x", {"mail": MAIL})], search=None)

    assert any("no persona was given" in gap.why for gap in found.gaps)
    assert [show(e) for e in found.evidence if e.fact.kind == "data"] == [
        "transmitted data:email-address > a.example @ flow:0/body:json$.mail (by its shape)"
    ]


def test_decoys_are_counted_and_no_evidence(listen: Any) -> None:
    search = Search(Persona("x", (Planted("email", MAIL, "decoy"),)))
    found = listen([exchange(0, "https://a.example/x", {"mail": MAIL})], search=search)

    assert found.artifact.about["decoys found"] == 1
    assert {e.fact.kind for e in found.evidence} == {"contact"}
    assert any("the persona is in doubt" in gap.why for gap in found.gaps)


# Bounds -------------------------------------------------------------------------


def test_lines_of_one_fact_are_bounded_and_the_rest_counted() -> None:
    kept = Lines(Phases())
    for number in range(1_234):
        kept.add(Fact("data", "email-address", "a"), f"flow:{number}/x", START, "persona")
    found = list(kept.evidence())

    assert len(found) == 1_000
    assert found[-1].where == "flow:999/x (and 234 more places)"


def test_a_list_of_what_rules_know_stands_once(listen: Any) -> None:
    events = [{"name": f"e{n}"} for n in range(50)]
    body = {"apiKey": "x", "events": [{"breadcrumbs": events, "device": {"id": "d" * 16}}]}
    found = listen([exchange(0, "https://notify.bugsnag.com/", body)])

    named = [
        e.where for e in found.evidence if e.fact.what == "app-interactions" and "breadcrumbs" in e.where
    ]
    assert named == ["flow:0/body:json$.events[0].breadcrumbs[0].name (and 49 more places)"]


def test_timeline_hosts_and_views_are_bounded(listen: Any) -> None:
    records = (exchange(n, f"https://h{n}.example/x", {"mail": MAIL}) for n in range(2_100))
    about = listen(records).artifact.about

    assert (len(about["timeline"]), len(about["hosts"]), len(about["views"])) == (2_000, 2_001, 50)
    assert about["left out"] == {"views": 2_050, "timeline": 100, "hosts": 100}


def hostile() -> Iterator[Record]:
    yield Record(0, Kind.EXCHANGE, float("inf"), "a\n b", -1, "\x1b", "G\nET", "?" * 10_000)
    yield Record(1, Kind.EXCHANGE, -1e300, "", 0, "", "", "/" * 50_000)
    yield exchange(2, "https://a.example/x", {"@ flow:9/x] > y": MAIL})
    yield Record(3, Kind.STREAM, float("nan"), "x@y > z", frames=(Frame(b"\xff" * 10, sent=True),))
    yield Record(4, Kind.MARK, 1e300, path="x\n\x00" * 500)


def test_hostile_records_become_readable_lines(listen: Any, tmp_path: Path) -> None:
    found = listen(list(hostile()))
    whole = Dossier((found.artifact,), (), ())

    dossier.save(whole, tmp_path / "x.json")
    assert dossier.load(tmp_path / "x.json").artifacts[0].about["records"]


_texts = st.text(max_size=40) | st.sampled_from(["mark.invalid", "graph.facebook.com", "http", "/a?x=%"])
_sides = st.builds(
    Side,
    st.lists(st.tuples(_texts, _texts), max_size=4).map(tuple),
    st.binary(max_size=200) | _texts.map(lambda text: json.dumps({text: [text]}).encode()),
    st.booleans(),
    st.integers(),
    _texts,
)
_records = st.builds(
    Record,
    st.integers(0),
    st.sampled_from(Kind),
    st.floats(),
    _texts,
    st.integers(),
    _texts,
    _texts,
    _texts,
    _texts,
    st.integers(),
    _sides,
    _sides,
    st.lists(st.builds(Frame, st.binary(max_size=60), st.booleans()), max_size=3).map(tuple),
    _texts,
    _texts,
    st.integers(),
    _texts,
    lost=st.lists(_texts, max_size=2).map(tuple),
)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_records, max_size=4))
def test_any_records_give_a_dossier_that_can_be_read_again(tmp_path: Path, records: list[Record]) -> None:
    made = Recording("test", "nobody", iter(records))
    (tmp_path / "x.har").write_bytes(b"x")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(traffic, "open_recording", lambda _: made)
        found = collect([tmp_path / "x.har"], RULES)
    dossier.save(found, tmp_path / "x.json")

    assert dossier.load(tmp_path / "x.json").evidence == found.evidence


def test_hostile_records_stay_one_line_each_in_a_dossier(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = Recording("test", "nobody", hostile())
    monkeypatch.setattr(traffic, "open_recording", lambda _: made)
    (tmp_path / "x.har").write_bytes(b"x")
    found = collect([tmp_path / "x.har"], RULES)

    for item in (*found.evidence, *found.gaps):
        assert "\n" not in show(item)
        assert type(parse(show(item))) is type(item)


# Masks --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "shown_path"),
    [
        ("/v1/users/4711234/posts?x=1", "/v1/users/<number>/posts"),
        ("/u/arta.prova@example.org", "/u/<e-mail address>"),
        ("/u/arta.prova%40example.org/x", "/u/<e-mail address>/x"),
        ("/t/6a1c1487-a0af-4223-b142-a0f4621d0311", "/t/<id>"),
        ("/google.firestore.v1.Firestore/Listen", "/google.firestore.v1.Firestore/Listen"),
        ("/identitytoolkit/v3/relyingparty/signupNewUser", "/identitytoolkit/v3/relyingparty/signupNewUser"),
        ("/x/dGhpcyBpcyBhIHNlY3JldCB0b2tlbg", "/x/<id>"),
        ("/c2dm/register3", "/c2dm/register3"),
        ("", "/"),
    ],
)
def test_paths_are_shown_without_ids(path: str, shown_path: str) -> None:
    assert shown.path(path) == shown_path


def test_values_are_shown_only_where_they_are_words_of_programs() -> None:
    def leaf(key: str, value: Any) -> Leaf:
        return Leaf(value, f"body:json$.{key}", ("json",), key, "body:json$", 0, 1)

    assert shown.value(leaf("event", "session_start")) == "session_start"
    assert shown.value(leaf("first_name", "arta")) == "(text of 4 characters)"
    assert shown.value(leaf("event", MAIL)) != MAIL
    assert shown.value(leaf("lat", 41.327546)) == "(number of 9 characters)"
    assert shown.value(leaf("limit", value=True)) == "true"


# Cases --------------------------------------------------------------------------


def har(path: Path, *urls: str) -> None:
    entries = [
        {
            "startedDateTime": f"2026-01-01T10:00:0{n}Z",
            "request": {"method": "GET", "url": url, "headers": []},
            "response": {"status": 200, "headers": [], "content": {}},
        }
        for n, url in enumerate(urls)
    ]
    path.write_text(json.dumps({"log": {"creator": {"name": "x"}, "entries": entries}}))


def test_a_case_names_recordings_persona_and_phases(tmp_path: Path) -> None:
    har(tmp_path / "one.har", f"https://a.example/?m={MAIL}")
    har(tmp_path / "two.har", "https://b.example/")
    (tmp_path / "p.yml").write_text(f"email: {MAIL}\n")
    (tmp_path / "m.yml").write_text('phases: [{phase: before consent, from: "00:00"}]')
    (tmp_path / "case.yml").write_text(
        "app: {package: al.example.app, site: a.example}\n"
        "files: {recording: [one.har, two.har], persona: p.yml, phases: m.yml}\n"
    )
    found = collect([tmp_path], RULES)

    assert "transmitted data:email-address > app [before consent] @ flow:one.har#0/query$.m" in lines(found)
    assert "transmitted contact:b.example [before consent] @ flow:two.har#0/GET https://b.example/" in lines(
        found
    )
    assert [artifact.kind for artifact in found.artifacts] == ["recording", "recording"]
    assert not any("recording of the app's traffic" in gap.why for gap in found.gaps)


def test_recordings_of_a_folder_are_found_by_their_names(tmp_path: Path) -> None:
    har(tmp_path / "one.har", "https://a.example/")
    found = collect([tmp_path], RULES)

    assert [artifact.name for artifact in found.artifacts] == ["one.har"]


def test_what_cannot_be_used_beside_a_recording_is_one_sentence(tmp_path: Path) -> None:
    har(tmp_path / "one.har", "https://a.example/")
    (tmp_path / "bad.yml").write_text("values: 3\n")
    for wrong, expected in (
        (Given(phases=("lunch:00:00-00:01",)), "--phase: 'lunch' is no phase"),
        (Given(addresses=tmp_path / "one.har"), "one.har: "),
        (Given(persona=tmp_path / "bad.yml"), "bad.yml"),
    ):
        with pytest.raises(Unusable) as told:
            collect([tmp_path / "one.har"], RULES, given=wrong)
        assert expected in str(told.value)
