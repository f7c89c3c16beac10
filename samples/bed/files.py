"""Small files in code: a picture, a report, a table. Nobody's picture, nobody's text."""

from __future__ import annotations

import struct
import zlib
from typing import Any


def png(seed: int) -> bytes:
    """A picture of 24 x 24 points in two colours, PNG."""
    rows = b"".join(b"\0" + bytes(((x ^ y ^ seed) & 4) * 50 for x in range(24)) for y in range(24))
    head = struct.pack(">IIBBBBB", 24, 24, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)


def pdf(lines: list[str]) -> bytes:
    """A page with these lines, in the plainest PDF that readers open."""
    shown = "".join(f"({_escaped(line)}) Tj 0 -14 Td " for line in lines)
    stream = f"BT /F1 10 Tf 40 800 Td {shown}ET".encode("latin-1", "replace")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    return _document(objects)


def _document(objects: list[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (count, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % count + table + end


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def csv(lines: list[str]) -> bytes:
    """Lines as they are, UTF-8."""
    return "".join(f"{line}\r\n" for line in lines).encode()


def flat(lines: list[Any]) -> list[str]:
    """Lines, and lists of lines between them, as one list."""
    return [line for one in lines for line in (one if isinstance(one, list) else [one])]


MADE = {"pdf": (pdf, "application/pdf"), "csv": (csv, "text/csv; charset=utf-8")}
"""Files made of lines, with their types."""
