"""The report: complete in both languages, safe to open, and silent on the network."""

import html.parser
import json
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from auditor import catalogue, report
from auditor.collect import collect
from auditor.judge import judge
from auditor.lint import ACCUSING, TERM
from auditor.model import Answer, Dossier, Evidence, Fact, Gap, Report, Rung

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
    unconfirmed = sum(
        p.confirmed == "U" for f in aktivisti.findings if f.answer is Answer.FOUND for p in f.provisions
    )

    assert unconfirmed
    for language, mark in marks.items():
        assert report.render(aktivisti, language).count(mark) >= unconfirmed


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
