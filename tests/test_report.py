"""The report: complete in both languages, safe to open, and silent on the network."""

import html
import html.parser
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from auditor import catalogue, report
from auditor.collect import collect
from auditor.judge import judge
from auditor.lint import ACCUSING, TERM
from auditor.model import Answer, Artifact, Dossier, Evidence, Fact, Gap, Rung
from auditor.notation import parse_fact, parse_lines
from auditor.report import places
from auditor.report.findings import told
from auditor.report.lines import entries, sought
from auditor.report.page import said
from auditor.reportmodel import Report, ReportedEvidence

SAMPLES = Path(__file__).parent.parent / "samples"
RULES = catalogue.load()
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-extensions --dump-dom"
).split()

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def made(case: str) -> Report:
    dossier = collect([SAMPLES / case], RULES)
    return report.compose(dossier, judge(dossier, RULES, "2026-11-21"), RULES, "2026-11-21")


@pytest.fixture(scope="module")
def aktivisti() -> Report:
    return made("aktivisti")


@pytest.fixture(scope="module", params=["en", "sq"])
def page(request: pytest.FixtureRequest, aktivisti: Report) -> str:
    return report.render(aktivisti, request.param)


class Page(html.parser.HTMLParser):
    """Collects what tests ask of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_nothing_in_the_page_can_load_or_run(page: str) -> None:
    tags = Page(page).tags

    assert not {"script", "iframe", "object", "embed", "base", "form"} & {tag for tag, _ in tags}
    assert {"data:,"} >= {attributes["href"] for tag, attributes in tags if tag == "link"}
    assert not [a for _, a in tags if any(k.startswith("on") or k in ("src", "srcset", "action") for k in a)]
    assert "default-src 'none'" in page
    assert not re.search(r"@import|url\((?!['\"]?data:)", page)


def test_headings_do_not_jump_and_there_is_one_title(page: str) -> None:
    levels = [int(tag[1]) for tag, _ in Page(page).tags if re.fullmatch(r"h[1-6]", tag)]

    assert 1 == levels.count(1) == levels[0]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_tables_tell_what_they_are(page: str) -> None:
    tags = Page(page).tags
    heads = [attributes for tag, attributes in tags if tag == "th"]

    assert heads
    assert all("scope" in attributes for attributes in heads)
    assert sum(tag == "table" for tag, _ in tags) <= sum(tag == "caption" for tag, _ in tags)


def test_every_unconfirmed_article_carries_the_visible_mark(aktivisti: Report) -> None:
    marks = {"en": "article number unverified", "sq": "numër neni i paverifikuar"}
    found = [f for f in aktivisti.findings if f.answer is Answer.FOUND]
    unconfirmed = {
        (f.check, p.regime, p.article) for f in found for p in f.provisions if p.confirmed == "U"
    }  # findings of one check share their provisions

    assert unconfirmed
    for language, mark in marks.items():
        assert report.render(aktivisti, language).count(mark) >= len(unconfirmed)


def test_the_page_names_the_file_by_its_hash(page: str, aktivisti: Report) -> None:
    digest = aktivisti.artifacts[0].sha256

    assert digest in re.sub(r"\s", "", Page(page).text)


def test_nothing_says_violation(page: str) -> None:
    text = TERM.sub("", Page(page).text)

    assert [] == ACCUSING.findall(text)


def test_every_evidence_line_and_gap_stands_in_the_appendix(page: str, aktivisti: Report) -> None:
    text = re.sub(r"\s+", " ", Page(page).text)

    lines = [re.sub(r"\s+", " ", item.line) for item in aktivisti.evidence]
    assert [] == [line for line in lines if line not in text]


def test_missing_case_values_are_asked_for(aktivisti: Report) -> None:
    assert "controller.address" in aktivisti.asked
    assert "app.name" not in aktivisti.asked


def test_the_diary_is_left_in_peace() -> None:
    """Firebase, a ghost and library words: no scoring, no social SDK, nothing of weight."""
    found = [f for f in made("ditari").findings if f.answer is Answer.FOUND]

    assert [] == [f.id for f in found if f.number.startswith("POLI") or f.severity == "high"]
    assert "facebook-login" not in {s.id for s in made("ditari").sdks if not s.ghost}


def test_the_stand_in_shows_every_trait_a_package_can_show(aktivisti: Report) -> None:
    found = {f.check for f in aktivisti.findings if f.answer is Answer.FOUND}

    expected = {
        "points-per-engagement", "named-ranking", "engagement-medals", "workplace-attribution",
        "unlike-recorded", "unit-reports", "recruitment-quota", "watch-time-recorded", "usage-recorded",
        "precise-location-access", "background-location-access", "message-access", "contacts-access",
        "media-access", "camera-access", "excess-login-scopes", "social-login-sdk", "analytics-sdk",
        "cleartext-allowed", "backup-allowed", "exported-component", "credential-in-package",
    }  # fmt: skip
    assert set() == expected - found


def test_an_sdk_these_rules_do_not_know_is_shown_by_its_id() -> None:
    """A dossier may have been gathered with other rules."""
    dossier = Dossier(evidence=(Evidence(Fact("sdk", "acme-push"), Rung.DECLARED, "manifest:x"),))
    found = report.compose(dossier, judge(dossier, RULES, "2026-11-21"), RULES, "2026-11-21")

    assert [("acme-push", "acme-push", True)] == [(row.id, row.name, row.ghost) for row in found.sdks]
    assert "acme-push" in report.render(found, "en")


def test_the_matrix_and_the_checks_agree_on_what_a_gap_hides() -> None:
    """A gap about one kind of message leaves `messages` open too."""
    evidence = Evidence(Fact("data", "messages"), Rung.DECLARED, "manifest:x")
    gap = Gap(Rung.REFERENCED, "native code was not read", ("data:sms",))
    row = report.compose(Dossier(evidence=(evidence,), gaps=(gap,)), (), RULES, "2026-11-21").matrix[0]

    assert ("seen", "not read", "not seen") == tuple(
        row.levels[level] for level in ("declared", "referenced", "executed")
    )


def test_the_same_input_gives_the_same_bytes(aktivisti: Report) -> None:
    assert report.render(aktivisti, "sq") == report.render(made("aktivisti"), "sq")


@pytest.mark.skipif(not CHROMIUM, reason="needs Chromium")
@pytest.mark.parametrize("language", ["en", "sq"])
def test_a_real_browser_asks_for_nothing_but_the_page(
    aktivisti: Report, language: str, tmp_path: Path
) -> None:
    """Chromium's own network log names the requests the page caused; there is one, for the file itself."""
    page, log = tmp_path / "report.html", tmp_path / "net.json"
    page.write_text(report.render(aktivisti, language), encoding="utf-8")
    subprocess.run(
        [
            str(CHROMIUM),
            *FLAGS,
            f"--user-data-dir={tmp_path}/profile",
            f"--log-net-log={log}",
            page.as_uri(),
        ],
        capture_output=True,
        check=True,
        timeout=120,
    )

    asked = set(re.findall(r'"url":"([^"]+)"', log.read_text(encoding="utf-8", errors="replace")))
    foreign = {
        url for url in asked if not url.startswith(("file:", "chrome", "devtools:", "data:", "about:"))
    }
    assert {url for url in foreign if not _browsers_own(url)} == set()


def _browsers_own(url: str) -> bool:
    """Chromium's own calls home at start, which the flags do not all stop; the page has no part in them."""
    return bool(re.match(r"https?://([\w-]+\.)*(google|googleapis|gvt1|gstatic)\.com/", url))


def test_the_report_survives_its_own_json(aktivisti: Report, tmp_path: Path) -> None:
    from auditor import dossier

    dossier.save_report(aktivisti, tmp_path / "report.json")

    assert aktivisti.counts == dossier.load_report(tmp_path / "report.json").counts
    assert "report-v1" == json.loads((tmp_path / "report.json").read_bytes())["format"]


# What the code does ------------------------------------------------------------------------------

POINTS = "dex:classes.dex/Lal/example/app/Points;->onLike(I)V"
PATH = "dex:al.example.app.Main -> al.example.app.Main.onClick -> al.example.app.Points.onLike -> "
HOSTILE = "<script>alert('x')</script>\u202e"
LANGUAGES = ("en", "sq")


def of(about: dict[str, Any] | None = None, lines: str = "", gaps: tuple[Gap, ...] = ()) -> Report:
    """The report on an app of which only this is known."""
    evidence = tuple(item for item in parse_lines(lines) if isinstance(item, Evidence))
    app = Artifact("apk", "app.apk", "0" * 64, 1, about={"package": "al.example.app", **(about or {})})
    dossier = Dossier((app,), evidence, gaps)
    return report.compose(dossier, judge(dossier, RULES, "2026-11-21"), RULES, "2026-11-21")


def text_of(made: Report, language: str = "en") -> str:
    return flat(report.render(made, language))


def flat(page: str) -> str:
    """Text without the style sheet, on one line; cells and items do not run together."""
    body = re.sub(r"(?=</t[dh]>|</li>|</p>)", " ", re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL))
    return re.sub(r"\s+", " ", Page(body).text)


def permission(name: str, level: str = "dangerous") -> dict[str, Any]:
    where = "manifest:uses-permission[0]"
    return {"name": name, "where": where, "level": level, "means": {}, "effective": [24, 36]}


def constant(kind: str, value: str, where: str = f"{POINTS}+0x0006 a.b.C.put", path: str = "") -> Any:
    return {"kind": kind, "value": value, "where": where, "who": "app", "path": path}


PLACES = [
    f"{POINTS}+0x000c android.location.LocationManager.getLastKnownLocation",
    f"{POINTS}+0x000c X.get (by reflection)",
    "dex:base.apk/classes2.dex/La/b;-><init>()V+0x0000 a.example (reserved name) (and 3 more places)",
    "dex:classes.dex/La/b;->FIELD https://a.example",
    "dex:classes.dex/La/b;->FIELD",
    "dex:classes.dex/La/b;",
    "dex:classes.dex/La/b; (fingerprint: 7 of 12 telling strings, 4 method shapes; confidence high)",
    "dex:classes.dex/string_ids[12] https://a.example (in the code of facebook-core)",
    "hermes:assets/index.android.bundle/string[12] a text",
    "js:assets/www/js/app.js:120:8 https://a.example",
    "elf:lib/arm64-v8a/libc++_shared.so/.rodata+0x1f30 https://a.example",
    "unity:assets/bin/Data/Managed/Metadata/global-metadata.dat/literal[3] https://a.example",
    "unity:assets/bin/Data/level0+0x1f30 https://a.example",
    "dotnet:assemblies/assemblies.blob/App/#US[3] https://a.example",
]


@pytest.mark.parametrize("where", PLACES)
def test_a_place_is_taken_apart_and_shown_whole(where: str) -> None:
    place = places.spot(where)

    assert place.file
    assert "".join(text for text, _ in places.pieces(place)) == place.where
    assert where.startswith(f"{place.where} {place.told}".strip())
    assert bool(place.notes) == where.endswith(")")


def test_a_place_of_no_known_form_stays_as_it_is() -> None:
    for where in ("manifest:application@allowBackup", "dex:x", f"dex:{'A' * 5000}", "nothing", HOSTILE):
        assert [(where, False)] == places.pieces(places.spot(where))


def test_a_path_is_told_class_by_class() -> None:
    """Stations in one class stand together; who calls without code, and where an object is made, is said."""
    path = (
        "dex:a.Main -> a.Base.onCreate -> a.Task -> (a layout) -> a.Task.run -> a.Task.go -> ... 7 more ... "
        "-> b.C.get -> android.X.read (by reflection)"
    )

    assert [
        ("a.Main", [("object", "")]),
        ("a.Base", [("method", "onCreate")]),
        ("a.Task", [("object", ""), ("by", "a layout"), ("method", "run"), ("method", "go")]),
        ("", [("left out", "7")]),
        ("b.C", [("method", "get")]),
        ("", [("end", "android.X.read"), ("reflection", "")]),
    ] == [(step.owner, list(step.parts)) for step in places.steps(path)]


SMS = f"""
declared data:sms @ manifest:uses-permission[0]
referenced data:sms > app @ {POINTS}+0x0004 content://sms
referenced data:sms > app @ {POINTS}+0x0009 content://sms/inbox
reachable data:sms > app @ {PATH}content://sms
reachable data:sms > app @ {PATH}content://sms/inbox
referenced data:sms @ dex:classes.dex/Llib/Unknown;->go()V+0x0000 content://sms
"""


def test_the_path_stands_with_the_places_it_leads_to() -> None:
    found = next(f for f in of(lines=SMS).findings if f.fact == "data:sms" and f.answer is Answer.FOUND)
    first, second, third = entries(found.evidence)

    assert (2, 2, "app") == (len(first.places), len(first.paths), first.who)
    assert ["reachable", "referenced", "declared"] == [first.level, second.level, third.level]
    assert 1 == len(places.ways(line.where for line in first.paths))


@pytest.mark.parametrize(
    ("language", "own", "nobodys", "entry", "explained"),
    [
        ("en", "the app's own code", "a library the rules do not know", "entry point", "How to read a path."),
        (
            "sq",
            "kodi i vetë aplikacionit",
            "një bibliotekë që rregullat nuk e njohin",
            "pikë hyrjeje",
            "Si lexohet një rrugë.",
        ),
    ],
)
def test_evidence_says_whose_code_it_is_and_what_leads_there(
    language: str, own: str, nobodys: str, entry: str, explained: str
) -> None:
    text = text_of(of(lines=SMS), language)

    assert f"· {own} " in text
    assert f"· {nobodys} " in text
    assert f"al.example.app.Main {entry} → onClick" in text
    assert "al.example.app.Points → onLike content://sms" in text
    assert explained in text
    assert explained not in text_of(of(lines="declared data:sms @ manifest:uses-permission[0]"), language)


def test_a_long_path_is_folded_and_loses_nothing() -> None:
    stations = [f"a.b{i}.Step{i}.go" for i in range(40)]
    line = f"reachable data:sms @ dex:a.Main -> {' -> '.join(stations)} -> android.X.read"
    page = report.render(of(lines=f"{line}\ndeclared data:sms @ manifest:uses-permission[0]"), "en")
    finding = next(part for part in page.split("</article>") if "Step0" in part)

    assert "34 further steps" in finding
    assert [] == [i for i in range(40) if f"Step{i} → go" not in flat(finding)]


@pytest.mark.parametrize("where", ["", "x", " -> ", "dex: -> -> ", "dex:(a) -> (b)", f"dex:{HOSTILE} -> a"])
def test_strange_paths_are_shown_somehow(where: str) -> None:
    line = ReportedEvidence(f"reachable data:sms @ {where or '-'}", where)

    assert places.ways([where])[0][-1].parts[0][0] == "end"
    assert entries([line])


@pytest.mark.parametrize(
    ("fact", "name"), [("data:sms > app", "the app's own code"), ("data:sms", "unknown")]
)
def test_a_title_that_names_a_recipient_can_be_read(fact: str, name: str) -> None:
    title = told(dict.fromkeys(LANGUAGES, "Hands {what} to {who}"), parse_fact(fact), RULES)

    assert f"Hands text messages (SMS and MMS) to {name}" == title["en"]
    assert "{" not in title["sq"]


# Commands ----------------------------------------------------------------------------------------

TOOLS = ("unzip", "dexdump", "aapt2", "readelf", "strings", "grep", "sed", "cut", "bash")


def commands(made: Report) -> list[str]:
    """Every command of the page, once."""
    page = report.render(made, "en")
    blocks = re.findall(r"<summary>How to see it again</summary>\s*<pre><code>(.*?)</code>", page, re.DOTALL)
    lines = (line for block in blocks for line in html.unescape(block).splitlines())
    return list(dict.fromkeys(filter(None, lines)))


@pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason="needs dexdump, aapt2, binutils and unzip")
@pytest.mark.parametrize("case", ["aktivisti", "reagim", "fluturim", "rrjeti"])
def test_commands_show_what_the_report_says(case: str, tmp_path: Path) -> None:
    """DEX, Hermes, JavaScript and native code: every command of the page finds its place again."""
    shutil.copy(SAMPLES / case / "app.apk", tmp_path)
    quiet = []
    for command in commands(made(case)):
        if command.startswith("auditor show"):
            continue  # held below
        done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, check=False)
        if " > " not in command and not command.startswith("apksigner") and not done.stdout.strip():
            quiet.append(command)

    assert [] == quiet


def test_commands_show_the_requests_of_a_recording(tmp_path: Path) -> None:
    """One in forty of those for the recording of the stand-in, each in a process of its own."""
    shutil.copy(SAMPLES / "aktivisti" / "recorded" / "recording.jsonl", tmp_path)
    shows = [command for command in commands(made("aktivisti")) if command.startswith("auditor show")]

    assert shows
    for command in shows[::40]:
        given = [sys.executable, "-m", *shlex.split(command)]
        here = {**os.environ, "PYTHONPATH": str(SAMPLES.parent)}
        done = subprocess.run(given, cwd=tmp_path, env=here, capture_output=True, check=False, text=True)
        assert (0, True) == (done.returncode, done.stdout.startswith("record ")), command


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (
            f"{POINTS}+0x001c https://a.example",
            "dexdump -d classes.dex | grep -A 29 -Fe '] al.example.app.Points.onLike:(I)V'"
            " | grep -m 1 -Fe '|001c:'",
        ),
        (
            "dex:classes.dex/string_ids[12] https://a.example",
            r"LC_ALL=C grep -aobiE -e 'a\.example[ -~]{0,60}' classes.dex",
        ),
        (
            "js:assets/a b.js:120:8 https://a.example",
            "unzip -p app.apk 'assets/a b.js' | sed -n 120p | cut -b 8-207",
        ),
        ("elf:lib/arm64-v8a/libx.so/segment[2]+0x10 https://a.example", "readelf -lW libx.so"),
        (
            "dotnet:assemblies/App.dll/#US[3] https://a.example",
            r"unzip -p app.apk assemblies/App.dll | strings -e l -t x | grep -iE -e 'a\.example'",
        ),
        (
            "unity:assets/bin/Data/level0+0x1f30 https://a.example",
            r"unzip -p app.apk assets/bin/Data/level0 | LC_ALL=C grep -aobiE -e 'a\.example[ -~]{0,60}'",
        ),
    ],
)
def test_each_form_of_place_has_its_command(where: str, expected: str) -> None:
    assert expected in commands(of(lines=f"referenced contact:a.example > app @ {where}"))


def test_a_masked_key_is_sought_by_its_end() -> None:
    where = f"{POINTS}+0x0001 google-api-key ...2222, SHA-256 0f28..."
    item = ReportedEvidence(f"referenced weakness:credential-in-package @ {where}", where)

    assert "2222" == sought(item)


def test_commands_hold_no_text_that_a_shell_would_run() -> None:
    evil = "referenced contact:a.example @ js:assets/$(touch x);`id`.js:1:2 https://a.example"

    assert ["unzip -p app.apk 'assets/$(touch x);`id`.js' | sed -n 1p | cut -b 2-201"] == commands(
        of(lines=evil)
    )


# Section 5 ---------------------------------------------------------------------------------------

SECTIONS = {
    "en": (
        "What the code passes on",
        "Servers the package names",
        "Code that is not DEX",
        "Decompiled method",
    ),
    "sq": (
        "Çfarë përcjell kodi",
        "Serverët që përmend paketa",
        "Kodi që nuk është DEX",
        "Metoda e dekompiluar",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_there_takes_no_room(language: str) -> None:
    text = text_of(of(), language)

    assert [] == [heading for heading in SECTIONS[language] if heading in text]
    assert [] == re.findall(r"None(?! was)|undefined", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_stand_in_shows_every_part(aktivisti: Report, language: str) -> None:
    text = text_of(aktivisti, language)

    assert [] == [heading for heading in SECTIONS[language] if heading not in text]


@pytest.mark.parametrize(
    ("language", "asked", "missing", "refused"),
    [
        (
            "en",
            "asked while the app runs, in",
            "no call found that needs it",
            "that the manifest does not name",
        ),
        (
            "sq",
            "kërkohet gjatë punës së aplikacionit, në",
            "nuk u gjet thirrje që ka nevojë për të",
            "manifesti nuk i",
        ),
    ],
)
def test_permissions_say_where_they_are_asked_for_and_whether_a_call_needs_them(
    language: str, asked: str, missing: str, refused: str
) -> None:
    place = {
        "where": f"{POINTS}+0x000c X.requestPermissions",
        "who": "app",
        "path": f"{PATH}X.requestPermissions",
    }
    about = {
        "permissions": [
            permission("android.permission.READ_SMS"),
            permission("android.permission.INTERNET", "normal"),
        ],
        "asked": {"android.permission.READ_SMS": [place, place], "android.permission.CAMERA": [place]},
        "code": {"methods": 2, "reachable": 1},
    }
    declared = "declared data:sms @ manifest:uses-permission[0]"
    gap = Gap(Rung.REFERENCED, "code can be loaded at run time (x)", ("data",))
    text = text_of(of(about, declared, (gap,)), language)

    assert f"{asked} al.example.app.Points.onLike+0x000c" in text
    assert (
        3 == text.count(missing) + text.count(missing.capitalize()) + 1
    )  # in the table, and explained below it
    assert said(gap.why, {}) in text or "kodi mund të ngarkohet gjatë ekzekutimit (x)" in text
    assert refused in text
    assert missing not in text_of(of(about, SMS), language)
    assert missing not in text_of(of({**about, "code": {}}, declared), language)


def test_a_permission_whose_use_no_call_shows_is_not_called_unused() -> None:
    silent = next(
        k for k in RULES.data.values() if k.declared and not (k.called or k.content or k.called_with)
    )
    name = silent.declared[0]["permission"]
    found = of({"permissions": [permission(name)], "code": {"methods": 1}}).permissions

    assert {"none needed"} >= {row.calls for row in found if row.name == name}


def test_constants_stand_by_kind_and_what_leads_there_comes_first() -> None:
    rows = [
        *(constant("increment", str(n)) for n in (20, 5)),
        constant("increment", "-5", f"{POINTS}+0x0010 a.b.C.put", path=f"{PATH}a.b.C.put"),
        *(constant("event-name", f"event_{n:02}", f"{POINTS}+0x{n:04x} a.b.C.log") for n in range(30)),
        *(constant("login-scope", name) for name in ("email", "user_likes")),
        constant("class-loaded", "a.b.Hidden"),
        constant("asked-permission", "android.permission.CAMERA"),
        constant("of other rules", "x"),
    ]
    counter, events, scopes, other, loaded = of({"constants": rows}).passed

    assert [("-5",), ("5", "20")] == [row.values for row in counter.rows]
    assert (20, 20, 30) == (len(events.rows), events.shown, events.total)
    assert [("email", "user_likes")] == [row.values for row in scopes.rows]
    assert ("of other rules", "of other rules") == (other.id, other.name["sq"])
    assert loaded.technical


@pytest.mark.parametrize(
    ("language", "kind", "more", "reached"),
    [
        ("en", "counter that is raised", "and 10 more", "from Main"),
        ("sq", "numëruesi që rritet", "dhe 10 të tjera", "nga Main"),
    ],
)
def test_constants_are_shown_bounded_and_counted(language: str, kind: str, more: str, reached: str) -> None:
    rows = [constant("increment", "5", path=f"{PATH}a.b.C.put")]
    rows += [constant("event-name", f"e{n}", f"{POINTS}+0x{n:04x} a.b.C.log") for n in range(30)]
    text = text_of(of({"constants": rows}), language)

    assert kind in text
    assert f"al.example.app.Points.onLike+0x0006 → C.put {reached}" in text
    assert more in text


CONTACTS = """
referenced contact:api.example.al > app @ js:assets/a.js:1:2 //api.example.al/v1/score (and 7 more places)
referenced contact:api.example.al > app @ js:assets/a.js:2:2 https://api.example.al/v1/ (reserved name)
referenced contact:graph.facebook.com > facebook-core @ dex:classes.dex/Lcom/facebook/A;->B x
referenced contact:lib.example.al @ dex:classes.dex/Llib/A;->B https://lib.example.al
"""


@pytest.mark.parametrize("language", LANGUAGES)
def test_servers_stand_by_whose_code_names_them(language: str) -> None:
    made = of(lines=CONTACTS)

    assert [
        ("api.example.al", "app", 9),
        ("graph.facebook.com", "facebook-core", 1),
        ("lib.example.al", "", 1),
    ] == [(row.host, row.who, row.total) for row in made.hosts]
    assert ("/v1/score",) == made.hosts[0].endpoints
    assert "Facebook SDK (core)" in text_of(made, language)
    assert "Hermes" in text_of(of(lines="referenced contact:a.al @ hermes:a.bundle/string[1] a.al"), language)


def test_servers_beyond_the_table_are_counted() -> None:
    lines = "\n".join(f"referenced contact:h{n}.example.al @ js:a.js:1:{n} x" for n in range(1, 40))

    assert "and 9 more. All lines stand in the appendix." in text_of(of(lines=lines))


BUNDLES = [
    {"form": "hermes", "place": "assets/index.android.bundle", "names": 7, "bytecode version": 96}
    | {"functions": 32, "strings": 119},
    {"form": "hermes", "place": "assets/broken.bundle", "names": 0, "functions": 0, "strings": 0},
    {"form": "javascript", "place": "assets/www/", "names": 1, "files": 3, "with code": 1, "bytes": 9},
    {"form": "native", "place": "lib/arm64-v8a/libx.so", "names": 0, "architecture": "arm64"},
    {"form": "flutter", "place": "lib/arm64-v8a/libapp.so", "names": 31, "architecture": "arm64"},
    {"form": "unity", "place": "assets/bin/Data/", "names": 5, "engine": "2021.3.16f1"},
    {"form": "dotnet", "place": "assemblies/", "names": 5, "assemblies": ["App"], "compressed": []},
    {"form": "python", "place": "assets/private.mp3", "names": 0, "files": 1},
    {"form": "unread", "place": "app.apk", "names": 0},
]


READ = {
    "en": (
        "bytecode version 96: 119 texts, 32 functions",
        "3 files: texts and 1 name",
        "1 library for arm64: texts, no names",
        "engine 2021.3.16f1: texts and 5 names",
        "1 assembly: texts and 5 names",
        "texts and 31 names",
        "not read",
    ),
    "sq": (
        "bytecode, versioni 96: 119 tekste, 32 funksione",
        "3 skedarë: tekste dhe 1 emër",
        "1 bibliotekë për arm64: tekste, asnjë emër",
        "motori 2021.3.16f1: tekste dhe 5 emra",
        "1 asamble: tekste dhe 5 emra",
        "tekste dhe 31 emra",
        "nuk u lexua",
    ),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_code_that_is_not_dex_says_what_was_read(language: str) -> None:
    text = text_of(of({"bundles": BUNDLES}), language)

    assert [] == [clause for clause in READ[language] if clause not in text]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "1\u202f164 classes in 2 DEX files; 446 methods have code, and a path leads to 326 of them."),
        (
            "sq",
            "1\u202f164 klasa në 2 skedarë DEX; 446 metoda kanë kod, dhe te 326 prej tyre të çon një rrugë.",
        ),
    ],
)
def test_the_size_of_the_code_is_one_line(language: str, said: str) -> None:
    about = {"classes": 1164, "dex files": ["a", "b"], "code": {"methods": 446, "reachable": 326}}

    assert said.replace("\u202f", " ") in text_of(of(about), language).replace("\u202f", " ")


def test_accounts_found_in_code_stand_with_the_others() -> None:
    row = {
        "vendor": "Firebase",
        "name": "firebase-app-id",
        "where": "js:a.js:1:2",
        "value": "...beef",
        "sha256": "ab",
    }

    assert "...beef" in text_of(of({"identifiers": [row]}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_excerpt_is_shown_once_and_says_what_it_is(language: str) -> None:
    lines = SMS + f"referenced data:contacts > app @ {POINTS}+0x0002 x.Y.z\n"
    lines += "declared data:contacts @ manifest:uses-permission[1]"
    page = report.render(of({"excerpts": {POINTS: "int v0 = a < b;"}}, lines), language)

    assert 1 == page.count("int v0 = a &lt; b;")
    assert 1 == page.count('href="#excerpt-1"') == page.count('id="excerpt-1"')
    assert {"en": "not the developer&#39;s text", "sq": "jo teksti i zhvilluesit"}[language] in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_text_stays_text_in_every_new_part(language: str) -> None:
    place = {
        "where": f"{POINTS}+0x0001 {HOSTILE}",
        "who": HOSTILE,
        "path": f"dex:{HOSTILE} -> {HOSTILE}.x -> {HOSTILE}",
    }
    about = {
        "permissions": [permission(HOSTILE)],
        "asked": {HOSTILE: [place], f"{HOSTILE}2": [place]},
        "constants": [
            {"kind": kind, "value": HOSTILE, **place} for kind in ("event-name", "class-loaded", HOSTILE)
        ],
        "bundles": [
            {"form": HOSTILE, "place": HOSTILE, "names": 0},
            {"form": "unity", "place": HOSTILE, "names": 1, "engine": HOSTILE},
            {"form": "native", "place": HOSTILE, "names": 1, "architecture": HOSTILE},
        ],
        "identifiers": [
            {"vendor": HOSTILE, "name": HOSTILE, "where": HOSTILE, "value": HOSTILE, "sha256": ""}
        ],
        "excerpts": {POINTS: HOSTILE},
        "code": {"methods": 1, "reachable": 1},
    }
    evidence = (
        Evidence(Fact("data", "sms", HOSTILE), Rung.REFERENCED, f"{POINTS}+0x0004 {HOSTILE}"),
        Evidence(Fact("data", "sms", HOSTILE), Rung.REACHABLE, f"{PATH}{HOSTILE}"),
        Evidence(
            Fact("contact", HOSTILE, HOSTILE),
            Rung.REFERENCED,
            f"js:{HOSTILE}:1:2 {HOSTILE} (in the code of x)",
        ),
    )
    app = Artifact("apk", "app.apk", "0" * 64, 1, about={"package": "al.example.app", **about})
    dossier = Dossier((app,), evidence, (Gap(Rung.REFERENCED, f"native code ({HOSTILE}): x"),))
    page = report.render(
        report.compose(dossier, judge(dossier, RULES, "2026-11-21"), RULES, "2026-11-21"), language
    )

    assert "script" not in {tag for tag, _ in Page(page).tags}
    assert "\u202e" not in page
    assert 20 < Page(page).text.count("<script>")


@pytest.mark.parametrize("strange", [None, 7, "x", [1], {"a": 1}, [{"where": [1], "value": {}}]])
def test_a_dossier_of_a_stranger_is_composed_all_the_same(strange: Any) -> None:
    keys = ("constants", "asked", "permissions", "code")

    assert of(dict.fromkeys(keys, strange)).format == "report-v1"


def test_a_report_from_before_all_this_is_still_rendered(aktivisti: Report, tmp_path: Path) -> None:
    from auditor import dossier

    dossier.save_report(aktivisti, tmp_path / "report.json")
    old = json.loads((tmp_path / "report.json").read_bytes())
    for key in ("names", "permissions", "passed", "hosts"):
        del old[key]
    (tmp_path / "report.json").write_text(json.dumps(old), encoding="utf-8")

    assert "What the code passes on" not in report.render(dossier.load_report(tmp_path / "report.json"), "en")


# Gaps in Albanian --------------------------------------------------------------------------------

CLAUSES = [
    "Hermes bytecode (a): names and texts were read; which function uses which text, and what is called, was"
    " not followed",
    "Hermes bytecode was not read (a): it b",
    "JavaScript (a): names and texts were read; what it calls was not followed",
    "code of an unknown form was not read (a)",
    "native code (a): names and texts were read; what it calls was not followed; libraries for b were not"
    " read",
    "native code (a ... (57 in all)): names and texts were read; what it calls was not followed",
    "Flutter code (a): names and texts were read; what it calls was not followed",
    ".NET code (a): names and texts were read, those of assemblies named as the platform's were not; what it"
    " calls was not followed",
    ".NET code (a): names and texts were read; what it calls was not followed",
    ".NET code was not found: all assemblies are named as the platform's (a)",
    ".NET assemblies are compressed with LZ4 and were not read (a)",
    ".NET assemblies could not be read: a",
    "Unity code (a): names and texts were read; what it calls was not followed",
    "Unity code was not read (a): its metadata was not found",
    "Unity code was not read (a): its metadata b",
    "Unity data is compressed and was not read (a)",
    "Unity data was not read for its size (a)",
    "DEX files among the assets were not read (a)",
    "a: names beyond the first 200,000 were not read",
    "further files of code that is not DEX could not be read: 4",
    "code that is not DEX is larger than 1 GiB; not read: a",
    "too many addresses and keys; what follows the first 100,000 was not read",
    "more than 5,000 hosts and keys are named; the rest was not kept",
    "Python code was not read (a)",
    "code can be loaded at run time (a)",
    "3 of 4 components are in no DEX file (a): code may be packed",
    "classes are chosen by computed names at 1 places (a); what was reached is a lower bound",
    "classes are chosen by computed names at 7 places (a); what was reached is a lower bound",
    "1 resource files could not be read; classes they name were not followed",
    "2 resource files could not be read; classes they name were not followed",
    "the code was not read, as was asked for",
    "too many callbacks to follow; not all were",
    "calls have too many possible targets; not all were followed",
    "too many interfaces extend each other; not all were followed",
    "2 classes extend themselves, or lie too deep; taken to extend Object",
    "2 classes of classes.dex list interfaces outside it, or too many",
    "too many methods are named in texts; not all were followed",
    "classes under shortened names resemble Acme: 7 of 12 telling strings, 4 method shapes (a)",
]
DAMAGE = [
    "2 classes have data that overlaps with that of others",
    "2 classes not read: class_defs[1] has data outside the file",
    "2 classes not read: class_defs[1] has lists that lie outside the file",
    "2 classes not read: class_defs[1] has more members than the file names",
    "2 fields not read: their row lies outside field_ids",
    "2 methods not read: their row lies outside method_ids",
    "2 code items not read: they lie outside the file",
    "2 code items cut: they reach into the next one or out of the file",
    "2 instructions not read: unknown, or cut off by the end of their method",
    "2 references not read: no such string",
    "proto 1 has parameters outside the file, or too many",
    "string 1 does not end",
    "its strings overlap: they are more text than the file holds",
    "a table of 1 rows at byte 2 lies outside the file",
    "its tables overlap: they are more than the file holds",
    "its headers share their tables: they are more than the file holds",
    "its headers share names and code: they are more than the file holds",
    "row 1 of type_ids names 2 of 3 in string_ids",
    "2 bytes are too few for a DEX header",
    "is a compact DEX file, which only devices make",
    "begins with b'x', not with a DEX header",
    "is not little-endian",
]


def test_every_gap_is_told_in_albanian() -> None:
    """`lang="en"` marks what no phrase knows."""
    why = [*CLAUSES, *(f"classes.dex could not be read whole: {clause}" for clause in DAMAGE)]
    page = report.render(of(gaps=tuple(Gap(Rung.REFERENCED, clause) for clause in why)), "sq")
    told = " ".join(re.findall(r"<span>(.*?)</span>", html.unescape(page)))

    assert [] == re.findall(r'<span lang="en">(.*?)</span>', page)
    assert [] == [clause for clause in DAMAGE if clause in told]
    assert "(a ... (gjithsej 57))" in told
    assert "i ngjajnë Acme: 7 nga 12 tekste dalluese dhe 4 forma metodash (a)" in told
