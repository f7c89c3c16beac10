"""String pools and typed values, which binary XML and resource tables share.

Chunks come here after `chunks` has measured them. Source: AOSP frameworks/base,
libs/androidfw, `ResourceTypes.h` (`ResStringPool_header`, `Res_value`).
"""

from __future__ import annotations

import struct

_UTF8 = 0x100
_STRING, _BOOLEAN = 0x03, 0x12
_FIRST_NUMBER, _HEXADECIMAL, _LAST_NUMBER = 0x10, 0x11, 0x1F


class Pool:
    """The strings of one pool, decoded when asked for."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        count, _, flags, strings = struct.unpack_from("<4L", data, start + 8)
        self._text = data[start + strings : end]
        self._utf8 = bool(flags & _UTF8)
        room = max(0, (strings - 28) // 4)
        self._offsets = struct.unpack_from(f"<{min(count, room)}L", data, start + 28)
        self._known: dict[int, str] = {}

    def __getitem__(self, index: int) -> str:
        """String `index`; empty when the pool has none or it lies outside, as on Android."""
        if index not in self._known:
            inside = index < len(self._offsets) and self._offsets[index] + 2 < len(self._text)
            self._known[index] = self._decoded(self._offsets[index]) if inside else ""
        return self._known[index]

    def _decoded(self, at: int) -> str:
        return self._decoded8(at) if self._utf8 else self._decoded16(at)

    def _decoded8(self, at: int) -> str:
        """Characters, then bytes, in one byte or two each; then the bytes."""
        text = self._text
        at += 2 if text[at] & 0x80 else 1
        if at + 2 > len(text):
            return ""
        length, at = (
            ((text[at] & 0x7F) << 8 | text[at + 1], at + 2) if text[at] & 0x80 else (text[at], at + 1)
        )
        return text[at : at + length].decode("utf-8", "replace")

    def _decoded16(self, at: int) -> str:
        length = int.from_bytes(self._text[at : at + 2], "little")
        at += 2
        if length & 0x8000:
            length = (length & 0x7FFF) << 16 | int.from_bytes(self._text[at : at + 2], "little")
            at += 2
        return self._text[at : at + 2 * length].decode("utf-16-le", "replace")


def shown(kind: int, value: int, pool: Pool) -> str:
    """A `Res_value` as text: `@7F010203` for references, `true` and `false`, decimal or 0x... numbers."""
    if kind == _STRING:
        return pool[value]
    if kind in (0x01, 0x07):  # a reference, or one that is resolved at run time
        return f"@{'android:' if value >> 24 == 1 else ''}{value:08X}"
    if kind == _BOOLEAN:
        return "true" if value else "false"
    if kind == _HEXADECIMAL:
        return f"0x{value:08X}"
    if kind == _FIRST_NUMBER:
        return str(value - (value >> 31 << 32))
    if kind == 0x04:
        return f"{struct.unpack('<f', struct.pack('<L', value))[0]:f}"
    return f"<0x{value:X}, type 0x{kind:02X}>"
