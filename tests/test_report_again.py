"""Commands that show a place of a recording again, and what they print."""

import html
import json
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from auditor import cli, report
from auditor.collect import collect
from auditor.dossier import save
from auditor.judge import judge
from auditor.report.stages import in_recording
from auditor.reportmodel import Report
from tests.test_report_traffic import RULES, about, of, sent

DAY = "2026-11-21"
MAIL = "arta.testi@example.org"


def entry(body: str, host: str = "graph.facebook.com") -> dict[str, Any]:
    url = f"https://{host}/v1/activities?advertiser_id=38400000-8cf0-11bd-b23e-10b96e40000d"
    post = {"mimeType": "application/json", "text": body}
    request = {"method": "POST", "url": url, "httpVersion": "HTTP/1.1", "headers": [], "postData": post}
    response = {"status": 200, "headers": [], "content": {"size": 0}}
    return {"startedDateTime": "2026-01-01T10:00:00Z", "time": 1, "request": request, "response": response}


@pytest.fixture(scope="module")
def har(tmp_path_factory: pytest.TempPathFactory) -> Path:
    bodies = ["{}", json.dumps({"user": {"email": MAIL}}), json.dumps({"email": MAIL})]
    path = tmp_path_factory.mktemp("har") / "first run.har"
    log = {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": list(map(entry, bodies))}
    path.write_text(json.dumps({"log": log}), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(har: Path) -> Report:
    gathered = collect([har], RULES)
    return report.compose(gathered, judge(gathered, RULES, DAY), RULES, DAY)


def commands(made: Report) -> list[str]:
    """All commands in the report, as a shell would get them."""
    blocks = re.findall(r"<pre><code>(.*?)</code></pre>", report.render(made, "en"), re.DOTALL)
    return [html.unescape(line) for block in blocks for line in block.splitlines()]


def shown(*words: str) -> str:
    done = CliRunner().invoke(cli.app, ["show", *words])
    return done.output


def test_every_finding_from_a_recording_has_a_command(made: Report) -> None:
    page = report.render(made, "en")
    articles = [a for a in page.split('<article class="finding')[1:] if "flow:" in a]

    assert len(articles) > 1
    assert all("auditor show &#39;first run.har&#39; --where" in article for article in articles)


def test_each_command_prints_what_the_report_speaks_of(made: Report, har: Path) -> None:
    ours = [shlex.split(line) for line in commands(made) if line.startswith("auditor show")]

    assert ours
    for _, _, name, option, where in ours:
        told = shown(str(har.parent / name), option, where)
        assert told.startswith(f"record {re.findall(r'[0-9]+', where)[0]}: POST https://graph.facebook.com/")
        assert "$" not in where or len(told.splitlines()) > 1


@pytest.mark.skipif(not shutil.which("jq"), reason="jq is not installed")
def test_jq_prints_the_part_of_the_request(made: Report, har: Path) -> None:
    public = sorted({line for line in commands(made) if line.startswith("jq")})

    assert public
    for line in public:
        done = subprocess.run(shlex.split(line), cwd=har.parent, capture_output=True, text=True, check=True)
        assert "null" != done.stdout.strip(), line


def test_the_value_at_a_place_is_shown_with_its_steps(har: Path) -> None:
    told = shown(str(har), "--where", "flow:1/body:json$.user.email (plain)")

    assert "body:json$.user.email: json, bytes" in told
    assert f"  {MAIL}\n" in told


def test_a_dossier_shows_the_lines_of_a_place(har: Path, tmp_path: Path) -> None:
    save(collect([har], RULES), tmp_path / "dossier.json")
    told = shown(str(tmp_path / "dossier.json"), "--where", "flow:2/").splitlines()

    assert told
    assert all(" @ flow:2/" in line for line in told)


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("flow:9/body$", "has no record 9"),
        ("dex:x", "was asked for"),
        ("flow:99999999999/x", "was asked for"),
    ],
)
def test_a_place_that_is_not_there_is_one_sentence(har: Path, where: str, said: str) -> None:
    done = CliRunner().invoke(cli.app, ["show", str(har), "--where", where])

    assert cli.ERROR == done.exit_code
    assert said in done.output
    assert 1 == len(done.output.splitlines())


def test_names_of_files_and_fields_are_no_code_for_a_shell() -> None:
    bad = "email'; touch /tmp/x; '"
    made = of(
        about(), sent("email-address", "facebook-app-events", f"0/body:json$['{bad}']", "before consent")
    )
    ours = [line for line in commands(made) if line.startswith("auditor show")]

    assert ours
    assert all(["auditor", "show", "first.har", "--where"] == shlex.split(line)[:4] for line in ours)
    assert all(5 == len(shlex.split(line)) for line in ours)


def test_of_several_recordings_the_named_one_is_shown() -> None:
    made = of(about(), sent("advertising-id", "facebook-app-events", "first.har#4/body$.a", "before consent"))

    assert "auditor show first.har --where 'flow:first.har#4/body$.a'" in commands(made)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("HAR", "jq '.log.entries[0].request.postData' first.har"),
        ("mitmproxy flows", "mitmdump --no-server --flow-detail 4 --rfile first.har '~d a.example'"),
    ],
)
def test_a_public_tool_shows_the_request(form: str, said: str) -> None:
    made = of(about(form=form), sent("advertising-id", "facebook-app-events", "0/body$.a", "before consent"))

    assert said in commands(made)


@given(st.text(max_size=60))
def test_any_text_is_taken_for_a_place_or_not(text: str) -> None:
    found = in_recording(text)

    assert found is None or text.endswith(found.inner)
    assert in_recording(f"flow:7/{text}") == ("", 7, text)
