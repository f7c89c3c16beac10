"""Where compiled templates and parsed rules are kept between runs, to halve the time of a small audit.

Nothing of a case is ever kept here: only what can be made anew from the rules and templates that came with
auditor, under a key that is a hash of their text. Without a usable folder everything works, only slower.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path


def folder(name: str) -> Path | None:
    """`$XDG_CACHE_HOME/auditor/NAME`, made on first use; None when it cannot be had for us alone."""
    try:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        path = base / "auditor" / name
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path if _ours_alone(path) else None
    except (OSError, RuntimeError):  # a read-only home or none is no error: the cache only saves time
        return None


def read(name: str, key: str) -> bytes | None:
    """What was kept under the key, or None."""
    place = folder(name)
    try:
        return (place / key).read_bytes() if place else None
    except OSError:  # nothing kept, or another process has just replaced it
        return None


def write(name: str, key: str, content: bytes) -> None:
    """Keep the content as the only one of its name; another process may do the same at the same time."""
    place = folder(name)
    if place is None:
        return
    try:
        fresh = place / f"{key}.{os.getpid()}"
        fresh.write_bytes(content)
        fresh.replace(place / key)
        for old in place.iterdir():
            if old.name != key:
                old.unlink(missing_ok=True)
    except OSError:  # a full disk is no error either
        return


def _ours_alone(path: Path) -> bool:
    """Compiled templates are code: a folder in which others may write is not used."""
    facts = path.stat()
    mine = not hasattr(os, "getuid") or facts.st_uid == os.getuid()
    return mine and not facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
