"""The app with its user: does what a session says, and sends for each act what the scenario says."""

from __future__ import annotations

import json
import ssl
import time
from pathlib import Path
from typing import Any, Self

import httpx

from samples.bed import files
from samples.bed.backend import ANALYTICS
from samples.bed.firestoreclient import Firestore
from samples.bed.measurement import batch
from samples.bed.realtime import Realtime
from samples.bed.scenario import Call, World

OKHTTP = "okhttp/4.12.0"


class App:
    """Speaks through the proxy at `port` and trusts its authority alone; `pace` shortens what it waits."""

    def __init__(self, world: World, port: int, trusted: Path, pace: float = 1.0) -> None:
        self.world, self._port, self._trusted, self._pace = world, port, trusted, pace
        said = world.scenario.said
        proxy = f"http://127.0.0.1:{port}"
        context = ssl.create_default_context(cafile=str(trusted))
        self._web = httpx.Client(
            proxy=proxy, verify=context, http2=said.get("http2", True), trust_env=False, timeout=20
        )
        self._headers = {"user-agent": OKHTTP, **said.get("headers", {})}
        self._socket: Realtime | None = None
        self._firestore = Firestore(world, proxy, trusted, self._web)

    # The session --------------------------------------------------------------

    def play(self) -> None:
        """Everything the session says, in its order."""
        for step in self.world.scenario.said["session"]:
            if "mark" in step:
                self._web.get(f"http://mark.invalid/{step['mark'].replace(' ', '-')}")
            elif "wait" in step:
                time.sleep(step["wait"] * self._pace)
            else:
                self._do(dict(step))

    def _do(self, step: dict[str, Any]) -> None:
        """One act; with `times` its calls come again `every` so many seconds, and `seconds` grows."""
        name, times, every = step.pop("do"), step.pop("times", 1), step.pop("every", 0.0)
        act = self.world.ledger.begin(name, step)
        for turn in range(times):
            if turn:
                time.sleep(every * self._pace)
            if times > 1:
                act.said["seconds"] = round(time.time() - act.at)
                if "length" in step:
                    act.said["percent"] = min(100, 100 * act.said["seconds"] // step["length"])
            for call in self.world.scenario.calls(name):
                self._send(call)
        self.world.ledger.end()

    def _send(self, call: Call) -> None:
        if "call" in call:
            self._rest(call)
        elif "firestore" in call:
            self._firestore.send(call, self._headers)
        elif "socket" in call:
            self._frame(call)
        else:
            self._measure(call["measure"])

    # Plain requests -----------------------------------------------------------

    def _rest(self, call: Call) -> None:
        method, url = self.world.fill(call["call"]).split(" ", 1)
        headers = {**self._headers, **self.world.fill(call.get("headers", {}))}
        if call.get("signed", True):
            headers["authorization"] = f"Bearer {self.world.token()}"
        kind, body = self._body(call)
        headers |= {"content-type": kind} if kind else {}
        query = self.world.fill(call.get("query"))
        answer = self._web.request(method, url, params=query, headers=headers, **body)
        if answer.status_code != call.get("status", 200 if "answer" in call or "file" in call else 204):
            raise RuntimeError(f"{method} {url}: {answer.status_code}")

    def _body(self, call: Call) -> tuple[str, dict[str, Any]]:
        """The type of a body, empty where the client knows it, and the body as the client takes it."""
        if "send" in call:
            text = json.dumps(self.world.fill(call["send"]), ensure_ascii=False, separators=(",", ":"))
            return "application/json; charset=utf-8", {"content": text.encode()}
        if "upload" in call:
            return self._upload(call["upload"])
        return "", ({"data": self.world.fill(call["form"])} if "form" in call else {})

    def _upload(self, said: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """A picture in a form, or alone a file that is made of lines."""
        if made := said.get("made"):
            writer, kind = files.MADE[made]
            return kind, {"content": writer(files.flat(self.world.fill(said["lines"])))}
        picture = files.png(len(self.world.ledger.truth))
        name = self.world.fill(said.get("name", "image.png"))
        form = {key: str(value) for key, value in self.world.fill(said.get("with", {})).items()}
        return "", {"data": form, "files": {said["field"]: (name, picture, "image/png")}}

    def _measure(self, said: dict[str, Any]) -> None:
        app = {"app": self.world.scenario.said["app"], "device": "${persona.aaid}"}
        body = batch(self.world.fill({**app, **self.world.scenario.said.get("analytics", {}), **said}))
        headers = {"user-agent": "Dalvik/2.1.0", "content-type": "application/x-www-form-urlencoded"}
        self._web.post(
            f"https://{ANALYTICS}/a", content=body, headers={**headers, "content-encoding": "gzip"}
        )
        self.world.ledger.heard("analytics")

    # Realtime Database --------------------------------------------------------

    def _frame(self, call: Call) -> None:
        host = self.world.scenario.said["database"]
        if self._socket is None:
            self._socket = Realtime(self._port, self._trusted, host)
        if call["socket"] == "auth":
            self._socket.ask("auth", {"cred": self.world.token()})
            return
        value = self.world.fill({"p": call["path"], **({"d": call["value"]} if "value" in call else {})})
        self._socket.ask({"put": "p", "merge": "m", "listen": "q", "get": "g"}[call["socket"]], value)
        self.world.ledger.heard("rtdb socket")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket:
            self._socket.close()
        self._firestore.close()
        self._web.close()
