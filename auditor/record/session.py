"""`./run record traffic`: mitmdump as a child with the add-on, and what to do on the phone."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, NoReturn, Self

from auditor.record import marks, wireguard
from auditor.record.writer import Files, state

PROXY = Path(__file__).with_name("proxy.py")

PATIENCE = 30.0
"""Seconds for mitmdump to begin or to end."""

APP = r"[A-Za-z]\w*(\.[A-Za-z]\w*)+"
"""A package name; it becomes a line of a configuration, so nothing else may pass."""

ENDING = (signal.SIGINT, signal.SIGTERM)

NOISE = ("Traceback", "error in script", "Error logged during startup")
"""What mitmdump prints around its reason for not starting."""

MODES = r"regular|wireguard|upstream:https?://[\w.:\[\]-]+/?"


class SessionError(ValueError):
    """The recording cannot begin; one sentence."""


@dataclass(frozen=True)
class Plan:
    """What to record, and how the phone's traffic arrives."""

    case: Path
    app: str = ""
    persona: Path | None = None
    mode: str = "regular"
    port: int | None = None
    listen: str = ""
    hosts: tuple[str, ...] = ()
    bodies: bool = True
    confdir: Path = Path("~/.mitmproxy")

    def check(self) -> None:
        """Raises SessionError for the first thing that cannot be used."""
        if not re.fullmatch(MODES, self.mode):
            raise SessionError(f"{self.mode!r} is no mode; expected regular, wireguard or upstream:URL")
        if self.app and not re.fullmatch(APP, self.app):
            raise SessionError(f"{self.app!r} is no package name; expected one such as al.example.app")
        if self.persona and not self.persona.is_file():
            raise SessionError(f"{self.persona.name}: no such persona file")
        for host in self.hosts:
            try:
                re.compile(host)
            except re.error as error:
                raise SessionError(f"{host!r} is no regular expression: {error}") from error

    @property
    def authority(self) -> Path:
        """The certificate the phone must trust."""
        return self.confdir.expanduser() / "mitmproxy-ca-cert.cer"

    def command(self) -> list[str]:
        """The child's arguments; nothing else of ours reaches it."""
        options = {
            "confdir": self.confdir.expanduser(),
            "case": self.case.absolute(),
            "app": self.app,
            "persona": self.persona or "",
            "bodies": str(self.bodies).lower(),
            "parent": os.getpid(),
        }
        said = [f"--set={name}={value}" for name, value in options.items()]
        said += [f"--set=hosts={host}" for host in self.hosts]
        said += [f"--listen-port={self.port}"] if self.port is not None else []
        said += [f"--listen-host={self.listen}"] if self.listen else []
        return [_mitmdump(), "--quiet", f"--mode={self.mode}", f"--scripts={PROXY}", *said]


def _mitmdump() -> str:
    beside = Path(sys.executable).with_name("mitmdump")
    found = str(beside) if beside.is_file() else shutil.which("mitmdump")
    if not found:
        raise SessionError("mitmdump is not installed; it comes with mitmproxy, which auditor asks for")
    return found


class Session:
    """A recording that runs; leaving the block ends it cleanly, and Ctrl-C is one way to leave it."""

    def __init__(self, plan: Plan) -> None:
        plan.check()
        self.plan = plan
        plan.case.mkdir(parents=True, exist_ok=True)
        self.files = Files.free(plan.case)
        self._child = subprocess.Popen(
            plan.command(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )

    def __enter__(self) -> Self:
        # a shell that starts it in the background lets it ignore Ctrl-C, which is said to end it
        self._before = {number: signal.signal(number, _interrupt) for number in ENDING}
        try:
            self._wait_until_listening()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self.stop()
        for number, before in self._before.items():
            signal.signal(number, before)
        return kind is KeyboardInterrupt

    def state(self) -> dict[str, Any]:
        """What `recording.state` says by now."""
        return state(self.files.state)

    def alive(self) -> bool:
        """Whether mitmdump still runs; waits half a second."""
        try:
            self._child.wait(0.5)
        except subprocess.TimeoutExpired:
            return True
        return False

    def stop(self) -> None:
        """Let mitmdump write the rest; kill it only when it does not end."""
        if self._child.poll() is None:
            self._child.terminate()
        try:
            self._child.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.communicate()

    def _wait_until_listening(self) -> None:
        begun = time.monotonic()
        while not self.state().get("listening"):
            if self._child.poll() is not None:
                raise SessionError(f"mitmdump did not start: {self._last_words()}")
            if time.monotonic() - begun > PATIENCE:
                raise SessionError(f"mitmdump did not listen within {PATIENCE:.0f} s")
            time.sleep(0.05)

    def _last_words(self) -> str:
        out = self._child.communicate()[0].decode(errors="replace")
        lines = [re.sub(r"^\[[\d:.]+\] |^mitmproxy\.exceptions\.", "", line) for line in out.splitlines()]
        said = [line for line in lines if re.match(r"\S", line) and not line.startswith(NOISE)]
        return " ".join(said) or "it said nothing"


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def instructions(plan: Plan, listening: list[list[Any]]) -> str:
    """What to do on the phone, once mitmdump listens."""
    lines = [f"Recording into {plan.case}. Ctrl-C ends it."]
    lines += _tunnel(plan) if plan.mode == "wireguard" else _proxy(plan, int(listening[0][1]))
    lines += [
        f"Certificate: open http://mitm.it on the phone, or copy {plan.authority} there.",
        "  Android trusts it for an app only if the app allows user certificates or the phone is rooted.",
        f"Phases: open http://{marks.HOST}/ on the phone, or ./run record mark {plan.case} 'before consent'.",
        "Use a phone and an account that are made for the test: everything it sends is recorded.",
    ]
    return "\n".join(lines)


def _proxy(plan: Plan, port: int) -> list[str]:
    return [
        f"Phone: in the Wi-Fi's settings set the proxy to {plan.listen or own_address()}, port {port}.",
        "  Apps that go around a proxy are not recorded; --mode wireguard records them too.",
    ]


def _tunnel(plan: Plan) -> list[str]:
    file = plan.case / wireguard.FOLDER / "wireguard.conf"
    text = file.read_text(encoding="utf-8")
    who = f"only {plan.app} and Google Play services use" if plan.app else "every app uses"
    return [
        wireguard.drawn(text),
        f"Phone: scan this with the WireGuard app, or copy {file} there; {who} the tunnel.",
        "  QUIC is refused and counted, so that apps speak what can be read.",
    ]


def own_address() -> str:
    """The machine's address as its network sees it. Nothing is sent: connecting UDP only picks a route."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((marks.ADDRESS, 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


NAMES = {
    "exchange": "exchanges",
    "lookup": "look-ups",
    "refused": "refused handshakes",
    "quic": "QUIC refused",
    "contact": "other contacts",
    "stream": "other streams",
    "mark": "marks",
}


def summary(said: dict[str, Any]) -> str:
    """`12 exchanges, 3 look-ups, ...` and what was lost."""
    counts = said.get("counts", {})
    shown = ", ".join(f"{counts.get(kind, 0)} {name}" for kind, name in NAMES.items())
    lost = ", ".join(f"{count} ({why})" for why, count in said.get("lost", {}).items())
    return f"{shown}; lost: {lost or 'none'}"
