"""Content encodings, bounded in size and ratio. What can be unpacked of a broken stream is kept."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import brotli
import zstandard

from auditor.decode import looks
from auditor.decode.opener import Opener
from auditor.decode.piece import Piece

STEP = 1 << 16
"""Bytes asked of an unpacker at once."""
SALVAGED = (4096, 64, 1)
"""Bytes given to an unpacker at once on the way to a mistake."""
SMALL = 1 << 20
"""Below this size no ratio is too large."""
CODINGS = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate", "br": "br", "zstd": "zstd"}
"""Names of RFC 9110 and RFC 9659 in Content-Encoding: steps."""


class Unpacked:
    """What came out, and why it is not all."""

    def __init__(self) -> None:
        self.data = bytearray()
        self.problem = ""


def packed(data: bytes) -> str:
    """Step for bytes that begin as a compressed stream; empty for none."""
    if data[:2] == b"\x1f\x8b":
        return "gzip"
    if data[:4] == b"\x28\xb5\x2f\xfd":
        return "zstd"
    # RFC 1950: method 8, and the first two bytes are a multiple of 31
    if len(data) > 8 and data[0] & 0x8F == 8 and data[0] >> 4 >= 3 and (data[0] << 8 | data[1]) % 31 == 0:
        return "zlib"
    return ""


def open_packed(out: Opener, piece: Piece, step: str, hint: str = "", *, quiet: bool = False) -> bool:
    """Unpacks one stream and opens what it holds; False when it is none. Raises Enough."""
    unpacked = unpack(piece.data, step, out)
    if not unpacked.data and (unpacked.problem or piece.data):
        if unpacked.problem and not quiet:
            out.problem(f"{piece.place}:{step}", unpacked.problem)
        return False
    inner = piece.opened(step, bytes(unpacked.data))
    if unpacked.problem:
        if quiet:
            return False
        out.problem(inner.place, unpacked.problem)
    out.bytes(inner, hint, quiet=quiet)
    return True


def unpack(data: bytes, step: str, out: Opener) -> Unpacked:
    """The content of one stream, or as much as the limits and its mistakes leave."""
    found = Unpacked()
    most = max(len(data) * out.limits.ratio, SMALL)
    try:
        for part in _PARTS[step](data):
            out.spend(len(part))
            found.data += part
            if len(found.data) > most:
                found.problem = f"expands more than {out.limits.ratio} times"
                return found
    except (zlib.error, brotli.error, zstandard.ZstdError, EOFError) as error:
        why = str(error).strip().partition("\n")[0].rpartition(": ")[2]
        found.problem = f"the compressed data break off ({why})"
    return found


def _inflated(data: bytes, bits: int) -> Iterator[bytes]:
    """One or several zlib streams, as gzip allows."""
    while data:
        unpacker = zlib.decompressobj(bits)
        while data and not unpacker.eof:
            before = unpacker.copy()
            try:
                yield unpacker.decompress(data, STEP)
            except zlib.error:
                yield from _salvaged(before, data)
                raise
            data = unpacker.unconsumed_tail
        yield from _flushed(unpacker)
        if not unpacker.eof:
            raise EOFError("end is missing")
        data = unpacker.unused_data.lstrip(b"\0")
        if bits != 31 or data[:2] != b"\x1f\x8b":
            return


def _salvaged(unpacker: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """What stands before the mistake that `data` holds, in ever smaller steps."""
    for size in SALVAGED:
        for begin in range(0, STEP, size):
            trial = unpacker.copy()
            try:
                part = trial.decompress(data[begin : begin + size])
            except zlib.error:
                data = data[begin:]
                break
            yield part
            unpacker = trial
        else:
            return


def _flushed(unpacker: zlib._Decompress) -> Iterator[bytes]:
    while not unpacker.eof:
        part = unpacker.decompress(b"", STEP)
        if not part:
            return
        yield part


def _deflated(data: bytes) -> Iterator[bytes]:
    """RFC 9110 means zlib by `deflate`; many senders leave its two header bytes out."""
    return _inflated(data, 15 if packed(data) == "zlib" else -15)


def _brotli(data: bytes) -> Iterator[bytes]:
    unpacker = brotli.Decompressor()
    try:
        yield unpacker.process(data, output_buffer_limit=STEP)
    except brotli.error:
        unpacker = brotli.Decompressor()
        for begin in range(0, STEP, SALVAGED[1]):  # up to the mistake, which is met again
            yield unpacker.process(data[begin : begin + SALVAGED[1]])
        raise
    while not unpacker.is_finished():
        part = unpacker.process(b"", output_buffer_limit=STEP)
        if not part and unpacker.can_accept_more_data():
            raise EOFError("end is missing")
        yield part


def _zstd(data: bytes) -> Iterator[bytes]:
    reader = zstandard.ZstdDecompressor(max_window_size=1 << 27).stream_reader(data, read_across_frames=True)
    while part := reader.read(STEP):
        yield part


_PARTS = {
    "gzip": lambda data: _inflated(data, 31),
    "zlib": lambda data: _inflated(data, 15),
    "deflate": _deflated,
    "br": _brotli,
    "zstd": _zstd,
}


def readable(data: bytes) -> bool:
    """Whether the bytes are text already: the recorder undid an encoding that the header still states."""
    return looks.text(data[:1000]) is not None
