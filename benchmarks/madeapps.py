"""Made-up scoring apps for `engagement.py`, with what is true of them; all words are this file's own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

type Json = Any

LANGUAGES: dict[str, dict[str, str]] = {
    "en": {"like": "like", "share": "share", "comment": "comment", "points": "points", "rank": "rank",
           "name": "full_name", "unit": "department", "board": "leaderboard", "report": "report",
           "contacts": "contacts", "task": "tasks", "deadline": "deadline", "medals": "medals"},
    "sq": {"like": "pelqim", "share": "shperndarje", "comment": "koment", "points": "piket",
           "rank": "renditja", "name": "emri", "unit": "drejtoria", "board": "renditja", "report": "raporti",
           "contacts": "kontaktet", "task": "detyrat", "deadline": "afati", "medals": "medaljet"},
    "ru": {"like": "лайк", "share": "репост", "comment": "комментарий", "points": "баллы", "rank": "место",
           "name": "имя", "unit": "министерство", "board": "рейтинг", "report": "отчёт",
           "contacts": "контакты", "task": "задания", "deadline": "срок", "medals": "медали"},
    "it": {"like": "mi_piace", "share": "condivisione", "comment": "commento", "points": "punti",
           "rank": "posizione", "name": "nome", "unit": "ministero", "board": "classifica",
           "report": "rapporto", "contacts": "contatti", "task": "compiti",
           "deadline": "scadenza", "medals": "medaglie"},
    "sr": {"like": "lajk", "share": "podeli", "comment": "komentar", "points": "poeni", "rank": "plasman",
           "name": "ime", "unit": "ministarstvo", "board": "ranglista", "report": "izvestaj",
           "contacts": "kontakti", "task": "zadaci", "deadline": "rok", "medals": "medalje"},
    "fa": {"like": "لایک", "share": "بازنشر", "comment": "نظر", "points": "امتیاز", "rank": "رتبه",
           "name": "نام",
           "unit": "وزارت", "board": "رتبه", "report": "گزارش", "contacts": "مخاطبین", "task": "وظیفه",
           "deadline": "مهلت", "medals": "مدال"},
}  # fmt: skip
"""What apps call things; what a scoring app has to say in six languages."""
TRANSPORTS = ("amount", "total", "late total", "firestore", "socket")
NAMES = ("Ana Testi", "Ben Prova", "Dea Mostra", "Eno Proben", "Fatmir Shembull", "Gert Essai", "Hana Uzor")
BEGIN = datetime(2026, 1, 5, 9, tzinfo=UTC)
FIRESTORE = "projects/made/databases/(default)/documents"


@dataclass
class App:
    """One recording in the making, and what is true of it."""

    name: str
    random: Random
    words: dict[str, str]
    transport: str = "amount"
    entries: list[Json] = field(default_factory=list)
    must: set[str] = field(default_factory=set)
    may: set[str] = field(default_factory=set)
    tariff: dict[str, int] = field(default_factory=dict)
    clock: float = 0.0
    host: str = "api.made.example"

    def send(self, path: str, body: Json = None, answer: Json = None, **more: Any) -> None:
        """One request of the app, with its answer, some seconds after the one before."""
        self.clock += self.random.uniform(12, 40)
        url = more.get("url") or f"https://{self.host}/{path}"
        method = more.get("method") or ("POST" if body is not None else "GET")
        request: Json = {"method": method, "url": url, "headers": more.get("headers", [])}
        if body is not None:
            request["postData"] = {
                "mimeType": "application/json",
                "text": json.dumps(body, ensure_ascii=False),
            }
        kind = more.get("kind", "application/json")
        text = answer if isinstance(answer, str) else json.dumps(answer or {}, ensure_ascii=False)
        response = {"status": 200, "headers": [{"name": "Content-Type", "value": kind}]}
        response["content"] = {"mimeType": kind, "text": text, "size": len(text.encode())}
        at = (BEGIN + timedelta(seconds=self.clock)).isoformat()
        self.entries.append({"startedDateTime": at, "time": 50, "request": request, "response": response})

    def har(self) -> str:
        """The recording."""
        creator = {"name": "engagement.py", "version": "1"}
        return json.dumps({"log": {"version": "1.2", "creator": creator, "entries": self.entries}})


# features of scoring apps ---------------------------------------------------------------------------


def scores(app: App) -> None:
    """Acts that earn points, told as the app's transport tells it."""
    amounts = dict(zip(("like", "share", "comment"), app.random.sample(range(2, 60), 3), strict=True))
    done = [act for act in amounts for _ in range(app.random.randint(3, 5))]
    app.random.shuffle(done)
    total = app.random.randint(50, 900)
    if "total" in app.transport:
        app.send("me", None, {"user": {app.words["points"]: total}})
    for number, act in enumerate(done):
        total += amounts[act]
        _TOLD[app.transport](app, app.words[act], f"p{100 + number}", amounts[act], total)
    app.tariff = amounts
    app.must.add("points-per-action")
    app.may |= {f"{act}-monitoring" for act in amounts}


def _amount(app: App, act: str, post: str, earned: int, _total: int) -> None:
    app.send(f"posts/{post}/{act}", {"ok": True}, {app.words["points"]: earned})


def _total(app: App, act: str, post: str, _earned: int, total: int) -> None:
    app.send("actions", {"type": act, "post_id": post}, {"user": {app.words["points"]: total}})


def _late(app: App, act: str, post: str, _earned: int, total: int) -> None:
    app.send(f"posts/{post}/{act}", {}, {"ok": 1})
    app.send("me", None, {"user": {app.words["points"]: total}})


def _firestore(app: App, act: str, post: str, earned: int, _total: int) -> None:
    change = {"fieldPath": app.words["points"], "increment": {"integerValue": str(earned)}}
    update = {"name": f"{FIRESTORE}/posts/{post}/{act}/u1", "fields": {"by": {"stringValue": "u1"}}}
    moved = {"document": f"{FIRESTORE}/users/u1", "fieldTransforms": [change]}
    url = f"https://firestore.googleapis.com/v1/{FIRESTORE}:commit"
    app.send("", {"writes": [{"update": update}, {"transform": moved}]}, {}, url=url)


def _socket(app: App, act: str, post: str, earned: int, _total: int) -> None:
    app.send("ws", None, {})
    at = BEGIN.timestamp() + app.clock
    asked = json.dumps({"do": act, "post_id": post}, ensure_ascii=False)
    told = json.dumps({app.words["points"]: earned}, ensure_ascii=False)
    app.entries[-1]["_webSocketMessages"] = [
        {"type": "send", "time": at, "opcode": 1, "data": asked},
        {"type": "receive", "time": at + 0.2, "opcode": 1, "data": told},
    ]


_TOLD = {"amount": _amount, "total": _total, "late total": _late, "firestore": _firestore, "socket": _socket}


def ranks(app: App) -> None:
    """A list of persons with their places."""
    w, names = app.words, app.random.sample(NAMES, 5)
    rows = [{w["rank"]: n + 1, w["name"]: name, w["points"]: 90 - 7 * n} for n, name in enumerate(names)]
    app.send(w["board"], None, {"rows": rows})
    app.must.add("leaderboard")


def medals(app: App) -> None:
    """What the person has earned."""
    app.send("me", None, {"me": {app.words["medals"]: [{"id": n, "at": f"2026-01-0{n}"} for n in (1, 2)]}})
    app.must.add("medals")


def belongs(app: App) -> None:
    """A form that asks where somebody works."""
    who = {app.words["name"]: "Ana Testi", "phone": "+355691234567", app.words["unit"]: "Testi"}
    app.send("register", who, {"id": 7})
    app.must.add("workplace-attribution")


def reports(app: App) -> None:
    """A table of one unit."""
    app.send(f"{app.words['unit']}/7/{app.words['report']}", None, "a;b", kind="text/csv")
    app.must.add("unit-reports")


def contacts(app: App) -> None:
    """The numbers of other people."""
    rows = [{"n": "x", "tel": f"+35569{app.random.randrange(10**7):07}"} for _ in range(14)]
    app.send("sync", {app.words["contacts"]: rows}, {})
    app.must.add("address-book-upload")


def accounts(app: App) -> None:
    """Several accounts in one network."""
    app.send("me/accounts", None, {"accounts": [{"network": "vk", "login": f"x{n}"} for n in range(3)]})
    app.must.add("several-accounts")


def tasks(app: App) -> None:
    """Things to do, by a day."""
    w = app.words
    acts = [w[act] for act in ("like", "share", "comment")]
    rows = [{"id": n, "action": act, w["deadline"]: f"2026-01-1{n}T18:00:00Z"} for n, act in enumerate(acts)]
    app.send(w["task"], None, {w["task"]: rows})
    app.must.add("assigned-tasks")


FEATURES = (ranks, medals, belongs, reports, contacts, accounts, tasks)
