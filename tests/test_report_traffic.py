"""The report on recordings: map of flows, timeline, servers, opened requests, what stayed closed."""

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import catalogue, dossier, report
from auditor.judge import judge
from auditor.model import Artifact, Dossier, Evidence, Fact, Gap, Rung
from auditor.report.flowmap import EDGES, WIDTH, flow_map, wrapped
from auditor.report.places import spot
from auditor.report.stages import stages
from auditor.report.timeline import clock, time_line
from auditor.reportmodel import FlowRow, Report, ReportedEvidence
from tests.test_report import HOSTILE, LANGUAGES, Page, flat

RULES = catalogue.load()
START = 1_767_261_600.0
WORDS = {"own": "its own servers", "unknown": "not known", "US": "United States"}


def host(name: str, who: str = "", **more: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "host": name,
        "who": who or name,
        "records": {"exchange": 3},
        "first": 0,
        "data": {},
    }
    return {**known, "sent": 100, "opaque": 0, "closed": 0, **more}


def row(number: int, who: str, data: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "n": number,
        "at": START + number,
        "kind": "exchange",
        "method": "POST",
        "host": "a.example",
    }
    return {**known, "path": "/v1", "status": 200, "who": who, "data": list(data), "phases": [], **more}


def value(place: str, shown: str, *data: str, form: str = "") -> dict[str, Any]:
    return {"place": place, "key": "", "value": shown, "data": list(data), "form": form}


def about(**more: Any) -> dict[str, Any]:
    """What the collector tells of a small recording."""
    known: dict[str, Any] = {
        "form": "HAR",
        "producer": "a tool 1",
        "records": {"exchange": 3},
        "apps": {"": 3},
    }
    known |= {"first": START, "last": START + 10, "persona": True, "left out": {}}
    return {**known, "hosts": [host("a.example")], "timeline": [row(0, "a.example")], **more}


def sent(what: str, who: str, where: str, phase: str = "") -> Evidence:
    return Evidence(Fact("data", what, who), Rung.TRANSMITTED, f"flow:{where}", phase, "2026-01-01")


def of(told: dict[str, Any], *evidence: Evidence) -> Report:
    recording = Artifact("recording", "first.har", "0" * 64, 1, about=told)
    made = Dossier((recording,), evidence)
    return report.compose(made, judge(made, RULES, "2026-11-21"), RULES, "2026-11-21")


def text_of(made: Report, language: str = "en") -> str:
    return flat(report.render(made, language))


# Flows ---------------------------------------------------------------------------------------------


def test_a_flow_counts_requests_and_names_company_and_seat() -> None:
    made = of(
        about(),
        sent("advertising-id", "firebase-analytics", "0/body$.a", "before consent"),
        sent("advertising-id", "firebase-analytics", "0/body$.b", "before consent"),
        sent("advertising-id", "firebase-crashlytics", "2/body$.a"),
        sent("name", "app", "2/body$.name"),
        sent("name", "b.example", "other.har#2/body$.name"),
    )

    flows = {(f.what, f.company): f for f in made.flows}
    google = flows["advertising-id", "Google"]
    assert (2, "US", {"before consent": 1}) == (google.requests, google.seat, google.phases)
    assert {("name", ""), ("name", "b.example"), ("advertising-id", "Google")} == set(flows)
    assert not flows["name", "b.example"].seat


def test_evidence_from_the_package_is_no_flow() -> None:
    assert not of(
        about(), Evidence(Fact("data", "name", "app"), Rung.REFERENCED, "dex:classes.dex/La/b;")
    ).flows


def flow(what: str, company: str, requests: int = 1, seat: str = "US") -> FlowRow:
    line = ReportedEvidence("x", "flow:0/body$")
    return FlowRow(what, {"en": what, "sq": what}, company, ("v",), seat, requests, {}, False, line)


@given(
    st.lists(
        st.builds(
            flow,
            st.sampled_from([f"data {n} with a long name" for n in range(25)]),
            st.sampled_from([f"company {n}" for n in range(30)]),
            st.integers(1, 5000),
            st.sampled_from(["US", "DE", ""]),
        ),
        min_size=1,
        max_size=90,
        unique_by=lambda f: (f.what, f.company),
    )
)
def test_boxes_of_a_column_never_overlap_and_ribbons_stay_inside(rows: list[FlowRow]) -> None:
    drawn = flow_map(rows, "en", WORDS)

    for x in {box.x for box in drawn.boxes}:
        column = sorted((b for b in drawn.boxes if b.x == x), key=lambda b: b.y)
        assert all(a.y + a.height <= b.y + 0.2 for a, b in pairwise(column))
    for box in drawn.boxes:
        assert 0 <= box.y
        assert box.y + box.height <= drawn.height + 0.2
        assert box.x + box.width <= WIDTH
        assert all(at <= box.height + 0.2 for at in box.at.values())
    assert drawn.left_out == max(0, len(rows) - EDGES)


@given(st.text(max_size=200), st.integers(20, 300))
def test_labels_take_two_lines_at_most(text: str, width: int) -> None:
    lines = wrapped(text, width)

    assert len(lines) <= 2
    assert lines == (text,) or text.startswith(lines[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_map_has_a_table_that_says_the_same(language: str) -> None:
    made = of(about(), sent("advertising-id", "firebase-analytics", "0/body$.a"))
    page = report.render(made, language)
    svg = page[page.index('aria-labelledby="map-title') : page.index("</svg>", page.index("map-title"))]

    country = {"en": "United States", "sq": "Shtetet e Bashkuara"}[language]
    assert country in svg
    assert 'role="img"' in page
    assert re.search(rf"Google</bdi></td><td class=\"seat\">{country}", page)


# Timeline ------------------------------------------------------------------------------------------


def test_before_consent_stands_only_where_it_was_marked() -> None:
    rows = [row(0, "firebase-analytics", ("advertising-id",), phases=["before consent"]), row(7, "app")]
    phases = [{"phase": "before consent", "from": None, "to": START + 5}]
    seen = sent("advertising-id", "firebase-analytics", "0/body$.a", "before consent")

    marked = text_of(of(about(timeline=rows, phases=phases), seen))
    assert "before consent beginning – 0:05 1 1" in marked
    assert "outside every phase – 1 0" in marked
    assert "Before consent: advertising identifier → Google." in marked
    plain = text_of(of(about(timeline=rows), sent("advertising-id", "firebase-analytics", "0/body$.a")))
    assert "No phase was marked in this recording" in plain
    assert "Before consent:" not in plain


def test_a_phase_in_which_nothing_was_sent_is_told() -> None:
    phases = [{"phase": "after refusal", "from": START + 5, "to": None}]

    assert "after refusal 0:05 – end 0 0" in text_of(of(about(phases=phases)))


def test_phases_that_overlap_stand_in_rows_of_their_own() -> None:
    phases = [
        {"phase": "before consent", "from": None, "to": START + 8},
        {"phase": "in background", "from": START + 4, "to": START + 6},
        {"phase": "after consent", "from": START + 8, "to": None},
    ]
    drawn = time_line(of(about(phases=phases)).recorded[0], {}, {}, "others")

    assert [0, 20, 0] == [bar.y for bar in drawn.bars]


def test_many_recipients_share_the_last_lane_and_no_request_is_lost() -> None:
    rows = [row(n, f"h{n % 40}.example", host=f"h{n % 40}.example") for n in range(200)]
    drawn = time_line(of(about(timeline=rows, last=START + 200)).recorded[0], {}, {}, "others")

    assert 12 == len(drawn.lanes)
    assert 200 == sum(dot.requests for dot in drawn.dots)


@pytest.mark.parametrize(("seconds", "said"), [(0, "0:00"), (59.6, "1:00"), (3723, "1:02:03"), (None, "")])
def test_clock(seconds: float | None, said: str) -> None:
    assert said == clock(seconds)


# Servers, opened requests --------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_seat_region_and_country_of_the_address_are_never_merged(language: str) -> None:
    told = host(
        "eu.a.example",
        organisation="A",
        seat="US",
        region={"name": "eu", "country": "", "place": "European Union"},
        countries=["DE"],
        anycast=True,
    )
    page = report.render(of(about(hosts=[told], addresses={"database": "x.mmdb", "built": "2026"})), language)
    cells = re.sub(
        r"<[^>]*>",
        " ",
        "|".join(re.findall(r"<td[^>]*>(.*?)</td>", page[page.index('class="wide reached"') :])[:4]),
    )

    us, union, de, many = {
        "en": ("United States", "European Union", "Germany", "many places"),
        "sq": ("Shtetet e Bashkuara", "Bashkimi Evropian", "Gjermani", "shumë vende"),
    }[language]
    assert ["A", us, f"eu {union}", f"{de} {many}"] == [" ".join(cell.split()) for cell in cells.split("|")]


def test_stages_of_a_place() -> None:
    place = "body:form$.data:base64:json$[0]['odd: name'].event"

    assert [
        ("part", "body"), ("step", "form"), ("path", "data"), ("step", "base64"), ("step", "json"),
        ("path", "[0]['odd: name'].event"),
    ] == [tuple(stage) for stage in stages(place)]  # fmt: skip


def test_the_form_of_a_value_and_further_places_are_told_in_the_readers_language() -> None:
    place = "1/body:json$.mail (sha256 of digits) (and 4 more places)"
    told = text_of(of(about(), sent("email-address", "mixpanel", place)), "sq")

    assert "(sha256 e shifrave) (vende të tjera: 4)" in told
    assert ("flow:1/body:json$.mail", (("form", "sha256 of digits"), ("more", "4"))) == (
        spot(f"flow:{place}").where, spot(f"flow:{place}").notes
    )  # fmt: skip


@pytest.mark.parametrize(
    ("vendors", "said"),
    [
        (("bugsnag",), "SmartBear BugSnag"),
        (("facebook-app-events",), "Meta"),
        (
            ("firebase-analytics", "firebase-firestore"),
            "Google Google Analytics for Firebase, Cloud Firestore",
        ),
    ],
)
def test_a_recipient_is_named_as_in_the_findings(vendors: tuple[str, ...], said: str) -> None:
    page = report.render(of(about(), *(sent("user-id", who, "0/body$.a") for who in vendors)), "en")
    cell = re.search(r"</th><td>(.*?)</td>", page[page.index('class="wide flows"') :], re.DOTALL)

    assert cell
    assert said == " ".join(re.sub(r"<[^>]*>", " ", cell[1]).split())


def test_the_first_place_is_that_of_the_first_request() -> None:
    made = of(about(), sent("user-id", "mixpanel", "10/body$.a"), sent("user-id", "mixpanel", "9/body$.a"))

    assert "flow:9/body$.a" == made.flows[0].first.where


@given(st.text(max_size=80))
def test_strange_places_are_shown_somehow(place: str) -> None:
    assert stages(place)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_opened_request_marks_the_leaf_and_names_the_steps(language: str) -> None:
    view = {
        "n": 0, "method": "POST", "host": "a.example", "path": "/v1/<id>", "values": 30,
        "rows": [
            value("body:form$.data:base64:json$.mail", "a•••@e•••.org", "email-address", form="sha256"),
            value("header$.authorization", "(text of 40 characters)"),
        ],
    }  # fmt: skip
    page = report.render(of(about(views=[view])), language)

    assert "<mark>a•••@e•••.org</mark>" in page
    assert '<span class="step">base64</span>' in page
    text = flat(page)
    assert {"en": "29 other values", "sq": "29 vlera të tjera"}[language] in text
    assert {"en": "(text of 40 characters)", "sq": "(tekst me 40 shenja)"}[language] in text


def test_requests_that_show_nothing_new_are_folded_and_the_rest_is_counted() -> None:
    rows = [value("body$.id", "x", "user-id")]
    views = [{"n": n, "method": "GET", "host": "a.example", "path": "/", "rows": rows} for n in range(60)]
    made = of(about(views=views, **{"left out": {"views": 5}}))

    assert [True, *[False] * 39] == [view.new for view in made.recorded[0].views]
    text = text_of(made)
    assert "39 further requests that sent the same types of data" in text
    assert "25 further requests carry personal data as well" in text


# What stayed closed ---------------------------------------------------------------------------------


def test_everything_that_was_not_read_is_listed() -> None:
    told = about(
        hosts=[host("b.example", sent=200, opaque=100, closed=2, **{"why closed": "B encrypts"})],
        refused=[{"host": "pin.example", "kind": "pinned", "count": 4}],
        quic={"q.example": 7},
        closed={"c.example": 1},
        lost={"its body is cut": 2},
        problems={"more than 20,000 values": 1},
        apps={"": 1, "al.example": 3},
        persona=False,
        **{"of other apps": 9, "decoys found": 1, "looked up only": ["l.example"]},
    )
    text = text_of(of(told))

    for said in (
        "pin.example 4 connections", "q.example 7 connections", "c.example 1 connection",
        "2 of 3 requests, 50 % of the bytes sent", "B encrypts", "its body is cut (2 times)", "20,000 values",
        "1 of 4 records (25 %) are attributed to no app", "9 records of other apps", "No test person",
        "1 value was found that no app was given", "l.example",
    ):  # fmt: skip
        assert said in text


def test_a_library_seen_in_traffic_alone_is_not_said_to_be_in_the_package() -> None:
    seen = Evidence(Fact("sdk", "firebase-analytics"), Rung.TRANSMITTED, "flow:0/POST https://a.example")
    made = of(about(), seen)

    assert [False] == [item.packaged for item in made.sdks]
    assert "1 tracker is" not in text_of(made)


# Safe in every language -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_text_stays_text(language: str) -> None:
    bad = HOSTILE
    told = about(
        form=bad,
        producer=bad,
        hosts=[host(bad, organisation=bad, entity=bad, seat=bad, region={"name": bad, "place": bad},
                    countries=[bad], network=bad, anycast=True, closed=1, **{"why closed": bad})],
        timeline=[row(n, bad, (bad,), host=bad, path=bad, method=bad, phases=[bad]) for n in range(3)],
        phases=[{"phase": bad, "from": None, "to": None}],
        views=[{"n": 0, "method": bad, "host": bad, "path": bad,
                "rows": [value(f"body:form$.{bad}", bad, bad, form=bad), value(bad, bad)]}],
        consent=[{"n": 0, "vendor": bad, "meaning": bad, "value": bad, "place": bad}],
        events={bad: {"events": {bad: {"params": [bad]}}}},
        others={bad: {bad: 1}},
        refused=[{"host": bad, "kind": "pinned", "count": 1}],
        quic={bad: 1},
        lost={bad: 1},
        symptoms=[{"id": bad, "finding": bad, "step": bad}],
        addresses={"database": bad, "built": bad},
        records={bad: 2},
        **{"looked up only": [bad]},
    )  # fmt: skip
    page = report.render(of(told, sent(bad.split("<")[0] or "name", "b", "0/body$.x")), language)

    assert "script" not in {tag for tag, _ in Page(page).tags}
    assert "\u202e" not in page
    assert 20 < Page(page).text.count("<script>")


NONSENSE = [None, 7, "x", [1], {"a": 1}, [{"n": [1], "rows": 3, "at": 1e400, "from": "x", "data": {"a": 1}}]]


@pytest.mark.parametrize("strange", NONSENSE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_recording_of_a_stranger_is_shown_all_the_same(strange: Any, language: str) -> None:
    assert report.render(of({**dict.fromkeys(about(views=[]), strange), "records": strange}), language)
    keys = (
        "timeline views hosts phases marks consent events others refused quic closed lost problems symptoms "
        "addresses apps records first last"
    ).split()
    for key in keys:
        assert report.render(of(about(**{key: strange})), language)


def test_the_report_survives_its_own_json(tmp_path: Path) -> None:
    view = {"n": 0, "method": "GET", "host": "a", "path": "/", "rows": [value("body$.a", "x", "name")]}
    phases = [{"phase": "before consent", "from": None, "to": START + 5}]
    told = about(views=[view], phases=phases, quic={"a": 1}, consent=[{"n": 1, "vendor": "x"}])
    made = of(told, sent("name", "app", "0/body$.a"))
    dossier.save_report(made, tmp_path / "report.json")

    again = dossier.load_report(tmp_path / "report.json")
    assert report.render(made, "en") == report.render(again, "en")
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    jsonschema.validate(json.loads((tmp_path / "report.json").read_bytes()), dossier.schema("report"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_recording_nothing_speaks_of_one(language: str) -> None:
    made = Dossier((Artifact("apk", "app.apk", "0" * 64, 1, about={"package": "al.example.app"}),))
    page = report.render(
        report.compose(made, judge(made, RULES, "2026-11-21"), RULES, "2026-11-21"), language
    )

    assert 'id="traffic"' not in page
    assert '<h2 id="appendix">8.' in page


CLAUSES = [
    "no persona was given, so planted values were not searched for",
    "the recording covers only 12 minutes of use on 2026-01-01",
    "the recording tells no times, and covers only what was done while it was made",
    "QUIC to a.example was not read (3 times)",
    "QUIC to 7 others was not read (9 times)",
    "what was sent to an unnamed host is not in the recording",
    "not in the recording: response: it is not in the file (16 times)",
    "not in the recording: request: its body is cut (2 times)",
    "not in the recording: flow 3 cannot be read: x",
    "not in the recording: mitmproxy's HAR holds no DNS, TCP or UDP and no refused handshakes",
    "not in the recording: everything after record 7: the file x",
    "not everything was opened: more than 20000 values, first of 3 in flow:1/body:json",
    "not everything was opened: response: the compressed data break off (end is missing), first of 2 in x",
    "not everything was opened: said to be br, and cannot be read as that, in flow:4/body",
    "not in the recording: the rest of a message of the Realtime Database",
    "2 of 9 requests to a.example were not decoded (30 % of the bytes sent): what X sends here is encrypted",
    "requests to 4 further hosts were not decoded",
    "certificate pinning on a.example (2 handshakes refused)",
    "certificate pinning on a.example (al.x: 2 handshakes refused)",
    "no common TLS version with a.example (al.x: 1 handshake failed)",
    "3 handshakes with a.example ended early and none succeeded: pinning is possible, not shown",
    "the app trusted the recorder's certificate for no host (4 handshakes with 1 host refused)",
    "4 handshakes with 2 hosts failed and are not taken for pinning",
    "the recording does not tell which app sent what, so others may be among it",
    "3 of 9 records (33 %) are attributed to no app",
    "the recording holds 2 apps, and the case names none of them",
    "2 values were found that no app was given: the persona is in doubt",
    "no package of the app was given",
]


def test_every_gap_of_a_recording_is_told_in_albanian() -> None:
    """`lang="en"` marks what no phrase knows."""
    gaps = tuple(Gap(Rung.TRANSMITTED, clause) for clause in CLAUSES)
    recording = Artifact("recording", "first.har", "0" * 64, 1, about=about(lost={"its body is cut": 2}))
    made = Dossier((recording,), (), gaps)
    page = report.render(report.compose(made, judge(made, RULES, "2026-11-21"), RULES, "2026-11-21"), "sq")

    assert [] == re.findall(r'<span lang="en">(.*?)</span>', page)
    told = " ".join(re.findall(r"<span>(.*?)</span>", page))
    assert [] == re.findall(r"handshake|recording|further|host\b|times", told)


def test_both_languages_have_the_same_words() -> None:
    import jinja2

    from auditor.catalogue import shipped

    made = jinja2.Environment(loader=jinja2.FileSystemLoader(shipped("templates")), autoescape=True)
    for name in ("said", "visible"):
        made.filters[name] = str
    en, sq = (vars(made.get_template(f"{lang}/traffic.html").make_module({"w": {}})) for lang in LANGUAGES)
    own = {"masks", "forms", "symptoms", "places", "meanings"}

    assert en["words"].keys() == sq["words"].keys()
    assert en.keys() == sq.keys() - {"phrases"}
    for name, told in en["words"].items():
        assert type(told) is type(sq["words"][name])
        if isinstance(told, dict) and name not in own:
            assert told.keys() == sq["words"][name].keys()
