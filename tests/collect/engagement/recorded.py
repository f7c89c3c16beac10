"""Recordings written by hand, and what their detectors say."""

from typing import Any

from auditor import catalogue
from auditor.collect.engagement.sign import Sign
from auditor.collect.traffic import engaged

RULES = catalogue.load()
OWN = "https://api.aktiv.example/v1"


def post(at: float, path: str, body: Any = None, answer: Any = None, **more: Any) -> dict[str, Any]:
    """A request that writes, to the app's own server."""
    told = {"body": {"json": body}} if body is not None else {}
    got = {"answer": {"json": answer}} if answer is not None else {}
    return {"at": at, "url": OWN + path, "method": "POST"} | told | got | more


def get(at: float, path: str, answer: Any) -> dict[str, Any]:
    """A request that reads."""
    return {"at": at, "url": OWN + path, "answer": {"json": answer}}


def signs(structure: str, *recording: dict[str, Any]) -> list[Sign]:
    """What the recording shows of one structure."""
    return [sign for sign in engaged.by_hand(recording, RULES).signs() if sign.structure == structure]


def levels(structure: str, *recording: dict[str, Any]) -> list[str]:
    """How surely, one word for each sign."""
    return [sign.level for sign in signs(structure, *recording)]
