"""TLS secrets that lie beside a capture file, in the key log form of NSS (RFC 9850)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

LARGEST = 64 << 20
"""Bytes of a key log that are read."""

NAMES = ("sslkeylog.txt", "sslkeylogfile.txt", "sslkeylog.log", "keys.log", "keylog.txt", "keys.txt")
ENDINGS = (".keylog", ".keys", ".log", ".keys.log", ".keylog.txt")
SECRET = re.compile(rb"[A-Z0-9_]{3,40} [0-9A-Fa-f]{16,64} [0-9A-Fa-f]{16,256}")


def key_logs(capture: Path) -> list[Path]:
    """Key logs that lie in the same folder: of the same name, or of a name that recorders use."""
    stem = capture.name.partition(".")[0]
    wanted = {*NAMES, *(stem + ending for ending in ENDINGS), *(capture.name + ending for ending in ENDINGS)}
    beside = sorted(path for path in capture.parent.iterdir() if path.name in wanted and path != capture)
    return [path for path in beside if path.is_file()]


def secrets(logs: list[Path], inside: bytes) -> Iterator[bytes]:
    """Lines that are secrets, of the logs and of what stood in the capture; everything else is passed over.

    Raises:
        OSError: a log cannot be read.

    """
    yield from (line.strip() for line in inside.splitlines() if SECRET.fullmatch(line.strip()))
    for log in logs:
        with log.open("rb") as file:
            room = LARGEST
            while room > 0 and (line := file.readline(4096)):
                room -= len(line)
                if SECRET.fullmatch(line.strip()):
                    yield line.strip()
