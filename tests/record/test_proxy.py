"""The add-on as a whole: marks, crashes, its two files, its options."""

import json
import ssl
import subprocess
from pathlib import Path
from typing import Any

import pytest

from auditor.record import marks
from tests.record.conftest import Start
from tests.record.loopback import MITMDUMP, PROXY, Origin, Recorder

httpx = pytest.importorskip("httpx", reason="httpx is not installed")


def client(recorder: Recorder) -> Any:
    trusted = ssl.create_default_context(cafile=recorder.authority)
    return httpx.Client(proxy=recorder.proxy, verify=trusted, trust_env=False)


def test_the_header_says_what_recorded_what(start: Start) -> None:
    recorder = start("--set", "app=al.example.app", "--set", "persona=/home/somebody/arben.yml")
    recorder.stop()
    header = json.loads((recorder.case / "recording.jsonl").read_text(encoding="utf-8").splitlines()[0])

    assert (1, "al.example.app", "arben.yml") == (
        header["auditor-recording"], header["app"], header["persona"],
    )  # fmt: skip
    assert "mitmproxy 12" in header["producer"]
    assert {"mode": ["regular"], "hosts": [], "bodies": True, "body_limit": 16 << 20} == header["options"]
    assert "somebody" not in json.dumps(header)


def test_marks_by_address_and_beside(start: Start) -> None:
    recorder = start()
    with client(recorder) as http:
        page = http.get("http://mark.invalid/before-consent")
        index = http.get("http://mark.invalid/")
        wrong = http.get("http://mark.invalid/%3Cscript%3E")
        secure = http.get("https://mark.invalid/after_consent")
    beside = marks.note(recorder.case, "Logged in")
    recorder.wait("mark", 3)
    recorder.stop()

    assert "Marked: before consent" in page.text
    assert "Nothing marked yet" in index.text
    assert (404, 200) == (wrong.status_code, secure.status_code)
    assert [("before consent", "address"), ("after consent", "address"), ("logged in", "sidecar")] == [
        (line["path"], line["by"]) for line in recorder.kind("mark")
    ]
    assert beside == recorder.kind("mark")[-1]["at"]
    assert {"mark", "end"} == {line["kind"] for line in recorder.lines()}
    told = (recorder.case / marks.SIDECAR).read_text(encoding="utf-8").splitlines()
    assert {(line["at"], line["path"]) for line in recorder.kind("mark")} == {
        (row["at"], row["phase"].lower()) for row in map(json.loads, told)
    }


def test_what_is_acknowledged_survives_a_kill(start: Start, origin: Origin) -> None:
    recorder = start()
    with client(recorder) as http:
        for number in range(40):
            http.post(f"https://localhost:{origin.port}/{number}", json={"number": number})
    recorder.wait("exchange", 20)
    recorder.process.kill()
    recorder.process.communicate()
    state = recorder.state()
    lines = recorder.lines()

    assert list(range(len(lines))) == [line["id"] for line in lines]
    assert 20 <= state["acknowledged"] <= len(lines)
    assert len(flows(recorder.case / "flows.mitm")) >= state["counts"]["flows"] >= 20
    assert [] == recorder.kind("end")


def flows(path: Path) -> list[Any]:
    io = pytest.importorskip("mitmproxy.io")
    with path.open("rb") as file:
        return list(io.FlowReader(file).stream())


def test_both_files_hold_the_same(start: Start, origin: Origin) -> None:
    recorder = start()
    with client(recorder) as http:
        http.post(f"https://localhost:{origin.port}/a", json={"vendi": "Tiranë"})
        http.get(f"https://localhost:{origin.port}/b")
    recorder.wait("exchange", 2)
    recorder.stop()

    for flow, line in zip(flows(recorder.case / "flows.mitm"), recorder.kind("exchange"), strict=True):
        assert flow.request.path == line["path"]
        assert flow.request.get_text() == line["request"]["body"]["text"]
        assert flow.response.get_text() == line["response"]["body"]["text"]
        assert [[k.decode(), v.decode()] for k, v in flow.request.headers.fields] == line["request"][
            "headers"
        ]
        assert flow.server_conn.peername[0] == line["peer"]
        assert flow.client_conn.sni == line["sni"]


def test_the_owner_alone_may_read_it_and_nothing_is_overwritten(start: Start) -> None:
    first = start()
    first.stop()
    before = (first.case / "recording.jsonl").read_bytes()
    second = start()
    second.stop()

    assert before == (first.case / "recording.jsonl").read_bytes()
    assert {0o600} == {path.stat().st_mode & 0o777 for path in first.case.iterdir()}
    assert 3 == len(list(first.case.glob("*-2.*")))


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "case: no folder to record into was given; expected --set case=FOLDER."),
        (["case={case}", "hosts=("], "hosts: '(' is no regular expression:"),
        (["case={case}", "body_limit=much"], "body_limit: 'much' is no size; expected such as 16m."),
        (["case={file}/below"], "case: cannot record into 'below': Not a directory."),
    ],
)
def test_options_that_cannot_be_used(
    options: list[str], sentence: str, tmp_path: Path, confdir: Path
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    said = [f"--set={o.format(case=tmp_path / 'case', file=file)}" for o in options]
    command = [MITMDUMP, "-q", "-p", "0", f"--set=confdir={confdir}", "-s", PROXY, *said]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)

    assert done.returncode
    assert sentence in done.stdout + done.stderr
