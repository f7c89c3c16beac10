"""What bytes look like before they are opened: text, a known medium, or neither."""

from __future__ import annotations

import re

CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1d\x1f\x7f-\x9f\ufffe\uffff]")
WORDS = re.compile(r"[\w@.+\-:/ ,{}\"'=&()]+")
SHORTEST_WIDE = 8
"""Bytes of UTF-16 without a mark."""
LETTERS = re.compile(rb"[A-Za-z]{3}|[0-9A-Fa-f.-]{6}")
RUN = re.compile(rb"(?:[\x20-\x7e]|[\xc3-\xc5][\x80-\xbf]){6,}+")
"""Text inside binary: printable ASCII and the letters of European languages."""

_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"fLaC", "audio/flac"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"OTTO", "font/otf"),
    (b"\0\1\0\0\0", "font/ttf"),
    (b"\0asm", "application/wasm"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
    (b"dex\n03", "application/vnd.android.dex"),
    (b"\x7fELF", "application/x-executable"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/avi"}
_FTYP = {b"heic": "image/heic", b"mif1": "image/heif", b"avif": "image/avif", b"M4A ": "audio/mp4"}
_FIRST = frozenset(magic[0] for magic, _ in _MAGIC) | {ord("R"), 0, 0x47, 0xFF}


def media(data: bytes) -> str:
    """Media type by the first bytes (signatures as the formats' documents state them); empty for none."""
    if len(data) < 12 or data[0] not in _FIRST:
        return ""
    if data[4:8] == b"ftyp":
        return _FTYP.get(data[8:12], "video/mp4")
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12], "")
    return next((name for magic, name in _MAGIC if data.startswith(magic)), "") or _stream(data)


def _stream(data: bytes) -> str:
    """Media without a signature: MPEG transport streams repeat a byte, MPEG audio begins with 12 set bits."""
    if data[0] == 0x47 and len(data) >= 376 and data[188] == 0x47:
        return "video/mp2t"
    if data[0] == 0xFF and data[1] in (0xFB, 0xF3, 0xF1, 0xF9) and len(data) > 400:
        return "audio/mpeg"
    return ""


def text(data: bytes) -> str | None:
    """The bytes as text without control characters; None when they are none.

    A character cut in two at the end, as recorders leave it when they cut a body, does not count.
    """
    try:
        found = data.decode()
    except UnicodeDecodeError as error:
        if error.start < len(data) - 3 or error.reason != "unexpected end of data":
            return None
        found = data[: error.start].decode()
    return None if CONTROL.search(found) else found


def wide(data: bytes) -> str | None:
    """Text of UTF-16 (Windows, .NET, Unity): behind its mark, or mostly Western letters; None when none."""
    coding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else _order(data)
    try:
        found = data.decode(coding) if coding else None
    except UnicodeDecodeError:
        return None
    return None if found is None or CONTROL.search(found) else found


def _order(data: bytes) -> str:
    """The order of bytes in which nine of ten characters are below 256; empty for none."""
    if len(data) < SHORTEST_WIDE or len(data) % 2:
        return ""
    least = len(data) * 9 // 20
    zeros = (("utf-16-le", data[1::2].count(0)), ("utf-16-be", data[::2].count(0)))
    return next((coding for coding, count in zeros if count > least), "")


def latin(data: bytes) -> str | None:
    """Text of one byte per character, as older servers write it: few high bytes and no control characters."""
    found = data.decode("latin-1")
    high = len(data) - len(data.translate(None, bytes(range(128, 256))))
    return None if CONTROL.search(found) or high * 4 > len(data) else found


def texts(data: bytes) -> list[tuple[int, int]]:
    """Begin and end of the runs of text in binary, at most 500."""
    spots = []
    for found in RUN.finditer(data):
        spots.append(found.span())
        if len(spots) == 500:
            break
    return spots
