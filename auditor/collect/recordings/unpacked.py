"""Files of text as they are read on, piece by piece: compressed ones undone, all in UTF-8."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from auditor.collect.recordings.jsonstream import JsonError, Read

CHUNK = 1 << 20
MOST_UNPACKED = 2 << 30
"""Bytes read of a compressed file; no recording of an audit comes near."""


@contextmanager
def opened(path: Path) -> Iterator[Read]:
    """The file as UTF-8 without its byte order mark; zlib and gzip are undone, UTF-16 is turned.

    The reader raises JsonError where compressed bytes break or exceed `MOST_UNPACKED`.
    """
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(3 if head.startswith(codecs.BOM_UTF8) else 0)
        if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            yield _turned(file.read)
        elif is_packed(head):
            yield _unpacked(file.read)
        else:
            yield file.read


def is_packed(head: bytes) -> bool:
    """Whether a file begins like zlib (RFC 1950) or gzip (RFC 1952)."""
    is_zlib = len(head) > 1 and head[0] == 0x78 and int.from_bytes(head[:2]) % 31 == 0
    return is_zlib or head[:2] == b"\x1f\x8b"


def _turned(read: Read) -> Read:
    decoder = codecs.getincrementaldecoder("utf-16")(errors="replace")
    return lambda size: decoder.decode(read(size)).encode("utf-8", "surrogatepass")


def _unpacked(read: Read) -> Read:
    engine = zlib.decompressobj(wbits=47)  # zlib or gzip, as the header says
    given = 0

    def more(size: int) -> bytes:
        nonlocal given
        while not engine.eof:
            if given > MOST_UNPACKED:
                raise JsonError(f"the file is larger than {MOST_UNPACKED} bytes when unpacked")
            packed = engine.unconsumed_tail or read(CHUNK)
            if not packed:
                raise JsonError("the compressed file ends early")
            try:
                piece = engine.decompress(packed, size)
            except zlib.error as broken:
                raise JsonError(f"the compression is broken after {given} bytes") from broken
            given += len(piece)
            if piece:
                return piece
        return b""

    return more
