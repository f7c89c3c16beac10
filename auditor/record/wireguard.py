"""The phone's side of a tunnel: which apps go through it, as a file and as a picture to scan."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import segno

PLAY_SERVICES = "com.google.android.gms"
"""Sends what Firebase Analytics gathers on behalf of apps, so it is always included."""

FOLDER = "phone"


def for_apps(text: str, app: str) -> str:
    """A configuration for the app and Google Play services alone; for every app when none is named."""
    if not app:
        return text
    line = f"IncludedApplications = {app}, {PLAY_SERVICES}"
    return text.replace("[Interface]", f"[Interface]\n{line}", 1)


def reached_at(text: str, port: int) -> str:
    """With the real port, where any free one was asked for: mitmproxy then says 0."""
    return re.sub(r"(?m)^(Endpoint = .*):0$", rf"\g<1>:{port}", text)


def save(case: Path, text: str, app: str) -> Path:
    """Write phone/wireguard.conf and its picture, for their owner alone: they hold the tunnel's key.

    Returns the folder, for `forget`.
    """
    folder = case / FOLDER
    folder.mkdir(exist_ok=True)
    told = for_apps(text, app)
    _write(folder / "wireguard.conf", told.encode())
    code = segno.make(told, error="l", micro=False)
    for kind in ("svg", "png"):
        picture = io.BytesIO()
        code.save(picture, kind=kind, scale=4)
        _write(folder / f"wireguard.{kind}", picture.getvalue())
    return folder


def forget(folder: Path) -> None:
    """Remove what `save` wrote: a key is no evidence."""
    for name in ("wireguard.conf", "wireguard.svg", "wireguard.png"):
        (folder / name).unlink(missing_ok=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def drawn(text: str) -> str:
    """The picture in characters, for a terminal."""
    out = io.StringIO()
    segno.make(text, error="l", micro=False).terminal(out=out, compact=True)
    return out.getvalue()


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
