"""Made-up apps for `engagement.py` that score nobody's engagement: path, body and answer of each request."""

from __future__ import annotations

from typing import Any

type Request = tuple[str, Any, Any]

NEUTRAL = frozenset({"points-per-action", "leaderboard", "medals", "referral", "watch-time"})
"""What may be told of a game or a shop; never where somebody works."""
PERSON = {"name": "Ana Testi", "phone": "+355691234567"}
MILK = [{"id": n, "title": "Buy milk", "due": "2026-01-09", "done": False} for n in range(4)]
ARTICLE = {"title": "x", "author": "Ben Prova", "institution": "Univ", "likes": 9}

APPS: dict[str, list[Request]] = {
    "game": [
        *((f"levels/{n}/end", {"moves": n}, {"score": 100 * n}) for n in range(1, 7)),
        (
            "top",
            None,
            {"top": [{"rank": n, "player": f"fox{n}", "score": 900 - 40 * n} for n in range(1, 7)]},
        ),
    ],
    "shop": [
        *(("cart/items", {"sku": n, "department": "Shoes"}, {"total": 9 * n}) for n in range(1, 5)),
        ("orders", {**PERSON, "street": "Rr. X", "municipality": "Test", "company": "Y"}, {"points": 12}),
    ],
    "chat": [
        ("contacts", {"contacts": ["+355691234567"]}, {}),
        *((f"chats/{n}/messages", {"text": "share it, I like it"}, {"id": n}) for n in range(6)),
    ],
    "bank": [
        ("me", None, {"user": {**PERSON, "city": "Test"}}),
        ("me/accounts", None, {"accounts": [{"name": "daily", "sum": 5}, {"name": "savings", "sum": 9}]}),
        ("transfers", {"to": "x", "amount": 5}, {"balance": 0}),
    ],
    "public service": [
        ("complaints", {**PERSON, "institution": "Ministria", "subject": "x", "message": "y"}, {}),
        ("institutions/7/reports", {**PERSON, "text": "A hole in the road"}, {}),
        ("offices/7", None, {"name": "Zyra Qendrore", "phone": "1", "institution": "Ministria"}),
        ("appointments", {**PERSON, "institution": "Spitali", "slot": "9:00"}, {}),
    ],
    "news": [
        *((f"articles/{n}", None, ARTICLE) for n in range(4)),
        *((f"articles/{n}/like", {}, {"likes": 10 + n}) for n in range(4)),
    ],
    "league": [
        (
            "standings",
            None,
            {"t": [{"position": n, "team": f"FK {n}", "points": 40 - n} for n in range(1, 9)]},
        ),
    ],
    "mail": [("send", {"subject": "x", "to": [f"p{n}@test.example" for n in range(14)], "body": "y"}, {})],
    "lessons": [
        *((f"lessons/{n}/done", {"answer": n}, {"xp": 5 + n * n % 7}) for n in range(1, 7)),
        ("me", None, {"user": {"name": "Ana Testi", "xp": 90}, "badges": [{"id": 1, "at": "x"}]}),
    ],
    "fitness": [
        *(("runs", {"km": n, "seconds": 400 * n}, {"calories": 60 * n}) for n in range(1, 7)),
        (
            "friends/ranking",
            None,
            {"rows": [{"rank": n, "name": f"Ana {'ABCD'[n]}esti", "steps": 9000 - n} for n in range(1, 4)]},
        ),
    ],
    "to-do list": [("tasks", None, {"tasks": MILK}), ("tasks/1", {"done": True}, {})],
    "weather": [("now", None, {"t": n, "city": "Test"}) for n in range(6)],
}
