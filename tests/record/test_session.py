"""`./run record traffic` and `./run record mark` as a user calls them."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from auditor.cli import app
from auditor.record.session import Plan, SessionError, summary
from tests.record.loopback import ROOT


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        (Plan(Path("c"), mode="local"), "'local' is no mode; expected regular, wireguard or upstream:URL"),
        (Plan(Path("c"), mode="upstream:ftp://x"), "is no mode"),
        (Plan(Path("c"), app="al.example\nPostUp = x"), "is no package name; expected one such as"),
        (Plan(Path("c"), persona=Path("/nowhere/arben.yml")), "^arben.yml: no such persona file$"),
        (Plan(Path("c"), hosts=("(",)), "'\\(' is no regular expression"),
    ],
)
def test_plans_that_cannot_begin(plan: Plan, sentence: str) -> None:
    with pytest.raises(SessionError, match=sentence):
        plan.check()


def test_the_arguments_are_fixed() -> None:
    plan = Plan(Path("/case"), "al.example.app", mode="wireguard", port=0, hosts=("a", "b"), bodies=False)
    command = plan.command()
    plan.check()

    assert ["--quiet", "--mode=wireguard"] == command[1:3]
    assert command[4:] == [
        f"--set=confdir={Path('~/.mitmproxy').expanduser()}", "--set=case=/case", "--set=app=al.example.app",
        "--set=persona=", "--set=bodies=false", f"--set=parent={os.getpid()}",
        "--set=hosts=a", "--set=hosts=b", "--listen-port=0",
    ]  # fmt: skip


def test_the_summary_names_everything() -> None:
    said = {"counts": {"exchange": 3, "quic": 2}, "lost": {"the queue was full": 1}}

    assert summary(said).startswith("3 exchanges, 0 look-ups, 0 refused handshakes, 2 QUIC refused")
    assert summary(said).endswith("; lost: 1 (the queue was full)")
    assert summary({}).endswith("; lost: none")


def begin(case: Path, confdir: Path, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "auditor", "record", "traffic", "--into", str(case)]
    command += ["--port", "0", "--listen", "127.0.0.1", "--authority", str(confdir), *options]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )


def until(running: subprocess.Popen[str], words: str) -> str:
    """What is printed up to a line with these words."""
    said = ""
    assert running.stdout
    for line in running.stdout:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_record_traffic_until_a_signal(tmp_path: Path, confdir: Path, number: signal.Signals) -> None:
    running = begin(tmp_path / "case", confdir)
    said = until(running, "everything it sends is recorded")
    assert (
        0 == CliRunner().invoke(app, ["record", "mark", str(tmp_path / "case"), "before consent"]).exit_code
    )
    running.send_signal(number)
    rest = running.communicate(timeout=60)[0]

    assert re.search(r"set the proxy to 127\.0\.0\.1, port \d+\.", said)
    assert "mitmproxy-ca-cert.cer" in said
    assert "0 exchanges, 0 look-ups, 0 refused handshakes, 0 QUIC refused" in rest
    assert "1 marks; lost: none" in rest
    assert 0 == running.returncode


def test_ctrl_c_ends_what_a_shell_began_in_the_background(tmp_path: Path, confdir: Path) -> None:
    ignored = signal.signal(signal.SIGINT, signal.SIG_IGN)  # a script leaves it so to what it starts with &
    try:
        running = begin(tmp_path / "case", confdir)
    finally:
        signal.signal(signal.SIGINT, ignored)
    until(running, "everything it sends is recorded")
    running.send_signal(signal.SIGINT)
    rest = running.communicate(timeout=60)[0]

    assert "lost: none" in rest
    assert 0 == running.returncode


def test_mitmdump_does_not_outlive_a_killed_session(tmp_path: Path, confdir: Path) -> None:
    running = begin(tmp_path / "case", confdir)
    until(running, "everything it sends is recorded")
    running.kill()
    running.communicate()

    recorded, patience = tmp_path / "case" / "recording.jsonl", time.monotonic() + 60
    while '"kind":"end"' not in recorded.read_text(encoding="utf-8"):
        assert time.monotonic() < patience, "mitmdump records on"
        time.sleep(0.1)


def test_a_tunnel_shows_its_configuration_and_removes_it(tmp_path: Path, confdir: Path) -> None:
    running = begin(tmp_path / "case", confdir, "--mode", "wireguard", "--app", "al.example.app")
    said = until(running, "everything it sends is recorded")
    text = (tmp_path / "case" / "phone" / "wireguard.conf").read_text(encoding="utf-8")
    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)

    assert "IncludedApplications = al.example.app, com.google.android.gms\n" in text
    assert "only al.example.app and Google Play services use the tunnel" in said
    assert "█" in said
    assert not (tmp_path / "case" / "phone").exists()


def test_a_port_in_use_is_one_sentence(tmp_path: Path, confdir: Path) -> None:
    first = begin(tmp_path / "a", confdir)
    port = re.findall(r"port (\d+)", until(first, "everything it sends"))[0]
    second = begin(tmp_path / "b", confdir, "--port", port)
    out = second.communicate(timeout=60)[0]
    first.send_signal(signal.SIGINT)
    first.communicate(timeout=60)

    assert 1 == second.returncode
    assert 1 == len(out.splitlines())
    assert "auditor: mitmdump did not start" in out
    assert "address already in use" in out


def test_mark_says_what_is_wrong(tmp_path: Path) -> None:
    wrong = CliRunner().invoke(app, ["record", "mark", str(tmp_path), "<b>"])
    absent = CliRunner().invoke(app, ["record", "mark", str(tmp_path / "none"), "after consent"])

    assert (2, 1) == (wrong.exit_code, absent.exit_code)
    assert "'<b>' is no phase; expected words such as 'before consent'" in wrong.stderr
    assert "auditor: marks.jsonl: No such file or directory" in absent.stderr
