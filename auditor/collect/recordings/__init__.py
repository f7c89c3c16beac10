"""Recordings of traffic in every dialect, one module per family, in one record form."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from pathlib import Path

from auditor.collect.recordings.lenient import mapping
from auditor.collect.recordings.record import Recording, RecordingError
from auditor.collect.recordings.unpacked import is_packed

__all__ = ["open_recording"]

HEAD = 64 << 10
"""Bytes by which a file is known."""

_CAPTURES = tuple(map(bytes.fromhex, ("d4c3b2a1", "a1b2c3d4", "4d3cb2a1", "a1b23c4d", "0a0d0d0a")))
"""How pcap (either order, micro- or nanoseconds) and pcapng begin."""
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_PRIVACY = ("networkActivity", "access")
"""Types of lines in Apple's App Privacy Report."""
FIRST = 10
"""Lines of which one must be of such a report."""
_KINDS = (
    "HAR, mitmproxy flow file, pcap or pcapng, PiRogue folder, recording of auditor, TrackerControl CSV, "
    "App Privacy Report, table of refused handshakes"
)


def open_recording(path: Path, say: Callable[[str], None] = lambda _: None) -> Recording:
    """The recording at `path`, known by what is in it and not by its name. Raises RecordingError.

    Its records are read as they are asked for. `say` is told which form it has.
    """
    recording = _found(path)(path)
    say(f"{path.name}: {recording.form}")
    return recording


def _found(path: Path) -> Callable[[Path], Recording]:
    if path.is_dir():
        from auditor.collect.recordings.capture.pirogue import open_folder

        return open_folder
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as problem:
        raise RecordingError(f"cannot be opened: {problem.strerror}") from None
    if not head.strip():
        raise RecordingError("is empty")
    return _opener(head)


def _opener(head: bytes) -> Callable[[Path], Recording]:
    """The reader for a file that begins with `head`; raises RecordingError when there is none."""
    if head.startswith(_CAPTURES):
        from auditor.collect.recordings.capture import open_capture

        return open_capture
    if head.split(b":", 1)[0].isdigit() and len(head.split(b":", 1)[0]) < 13:
        from auditor.collect.recordings.flows import open_flows

        return open_flows
    return _text_opener(_unpacked(head))


def _text_opener(head: bytes) -> Callable[[Path], Recording]:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head[: len(head) // 2 * 2].decode("utf-16", "replace").encode()
    head = head.removeprefix(_MARKS[0]).lstrip()
    if any(map(_is_privacy, head.split(b"\n", FIRST)[:FIRST])):
        from auditor.collect.recordings.contacts import open_privacy_report

        return open_privacy_report
    if head.startswith(b"{"):
        return _json_opener(head)
    first = head.split(b"\n", 1)[0].decode("utf-8", "replace").lower()
    names = {name.strip().strip('"') for name in first.split(",")}
    if {"app_id", "tls_errors_json"} <= names:
        from auditor.collect.recordings.refused import open_refused

        return open_refused
    if {"daddr", "uid"} <= names:
        from auditor.collect.recordings.contacts import open_trackercontrol

        return open_trackercontrol
    raise RecordingError(f"is no recording that is known; {_KINDS} expected")


def _json_opener(head: bytes) -> Callable[[Path], Recording]:
    if b'"auditor-recording"' in head.split(b"\n", 1)[0][:200]:
        from auditor.collect.recordings.journal import open_journal

        return open_journal
    from auditor.collect.recordings.har import open_har

    return open_har


def _is_privacy(line: bytes) -> bool:
    try:
        return b'"type"' in line and mapping(json.loads(line)).get("type") in _PRIVACY
    except (ValueError, RecursionError):
        return False  # the first lines may be broken, and other files hold no JSON lines


def _unpacked(head: bytes) -> bytes:
    """The beginning of what a compressed file holds; others stay."""
    if not is_packed(head):
        return head
    try:
        return zlib.decompressobj(wbits=47).decompress(head, HEAD)
    except zlib.error:
        return head  # then it is no compressed file, and what else it is will be told
