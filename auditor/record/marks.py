"""Phases: their names, the sidecar file, the page that a phone opens to mark one."""

from __future__ import annotations

import json
import os
import re
import time
import urllib.parse
from html import escape
from pathlib import Path

HOST = "mark.invalid"
"""Answered by the recorder itself and never forwarded; RFC 2606 keeps `.invalid` free for ever."""

ADDRESS = "192.0.2.53"
"""What the recorder answers when a phone in the tunnel looks the host up; RFC 5737 keeps it free."""

SIDECAR = "marks.jsonl"

USUAL = (
    "before consent",
    "consent shown",
    "after consent",
    "after refusal",
    "after withdrawal",
    "registered",
    "logged in",
    "while closed",
)
"""Offered on the page. A phase lasts until the next mark."""

LONGEST = 60


class StrangePhase(ValueError):
    """Not a phase that can be marked; one clause."""


def phase(text: str) -> str:
    """The phase meant: `Before_Consent` and `/before-consent` are `before consent`.

    Raises:
        StrangePhase: other characters than letters, digits and blanks, nothing, or more than 60.
    """
    plain = " ".join(re.split(r"[\s_/+-]+", urllib.parse.unquote(text).lower())).strip()
    if not re.fullmatch(r"[^\W_]+(?: [^\W_]+)*", plain) or len(plain) > LONGEST:
        raise StrangePhase(f"{text[:LONGEST]!r} is no phase; expected words such as 'before consent'")
    return plain


def note(folder: Path, named: str, by: str = "") -> float:
    """Append a mark to the folder's sidecar; the time noted, in seconds since 1970.

    `by` is how the recorder itself was told, so that it does not take its own mark for news.
    """
    now = time.time()
    said = {"at": now, "phase": phase(named)} | ({"by": by} if by else {})
    line = json.dumps(said, ensure_ascii=False) + "\n"
    with open(folder / SIDECAR, "a", encoding="utf-8", opener=_private) as file:
        file.write(line)
    return now


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


class Sidecar:
    """What others append to the sidecar while a recording runs."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / SIDECAR
        self._read = self._path.stat().st_size if self._path.exists() else 0

    def news(self) -> list[tuple[float, str]]:
        """Time and phase of whole lines since the last call, without the recorder's own.

        A line that is no mark is left to the reader.
        """
        if not self._path.exists() or self._path.stat().st_size <= self._read:
            return []
        with self._path.open("rb") as file:
            file.seek(self._read)
            fresh = file.read(1 << 16).rpartition(b"\n")[0]
        self._read += len(fresh) + 1 if fresh else 0
        return [mark for line in fresh.splitlines() if (mark := _mark(line))]


def _mark(line: bytes) -> tuple[float, str] | None:
    try:
        said = json.loads(line)
        if "by" in said:
            return None
        return float(said["at"]), phase(str(said["phase"]))
    except (ValueError, KeyError, TypeError):
        return None


def page(marked: str) -> bytes:
    """The answer to the phone: what was marked, and a link for each usual phase."""
    said = f"Marked: {escape(marked)}" if marked else "Nothing marked yet"
    links = "".join(f'<p><a href="/{name.replace(" ", "-")}">{name}</a></p>' for name in USUAL)
    return (
        '<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>Phases</title><h1>{said}</h1>{links}"
    ).encode()
