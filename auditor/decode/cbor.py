"""CBOR (RFC 8949) as plain values. Tags are left out: what they mean does not change where a value went."""

from __future__ import annotations

import struct

from auditor.decode.wire import DecodeError

DEEPEST = 60
MOST = 200_000
_BREAK = object()
_SIMPLE = {20: False, 21: True, 22: None, 23: None}
_FLOATS = {25: (2, ">e"), 26: (4, ">f"), 27: (8, ">d")}


def cbor(data: bytes) -> object:
    """The one value that the bytes are. Raises DecodeError."""
    reader = _Reader(data)
    value = reader.value(0)
    if reader.at != len(data) or value is _BREAK:
        raise DecodeError(f"one value ends at byte {reader.at} of {len(data)}")
    return value


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.count = 0

    def value(self, depth: int) -> object:
        self.count += 1
        if depth > DEEPEST or self.count > MOST:
            raise DecodeError("too many values, or nested too deep")
        first = self._bytes(1)[0]
        kind, info = first >> 5, first & 31
        if kind == 7:
            return self._special(info)
        size = None if info == 31 else self._size(info)
        if kind == 0:
            return self._known(size)
        if kind == 1:
            return -1 - self._known(size)
        if kind in (2, 3):
            return self._text(kind, size, depth)
        if kind == 6:
            self._known(size)
            return self.value(depth + 1)
        return self._items(size, depth) if kind == 4 else self._members(size, depth)

    def _bytes(self, count: int) -> bytes:
        found = self.data[self.at : self.at + count]
        if len(found) < count:
            raise DecodeError(f"cut off at byte {len(self.data)}")
        self.at += count
        return found

    def _size(self, info: int) -> int:
        if info < 24:
            return info
        if info > 27:
            raise DecodeError(f"no length at byte {self.at}")
        return int.from_bytes(self._bytes(1 << (info - 24)))

    @staticmethod
    def _known(size: int | None) -> int:
        if size is None:
            raise DecodeError("a number without an end")
        return size

    def _special(self, info: int) -> object:
        if info == 31:
            return _BREAK
        if info in _FLOATS:
            width, form = _FLOATS[info]
            return struct.unpack(form, self._bytes(width))[0]
        number = self._bytes(1)[0] if info == 24 else info
        if number not in _SIMPLE:
            raise DecodeError(f"simple value {number} at byte {self.at}")
        return _SIMPLE[number]

    def _text(self, kind: int, size: int | None, depth: int) -> object:
        if size is None:
            parts = self._items(None, depth)
            texts = [part for part in parts if isinstance(part, str)]
            raws = [part for part in parts if isinstance(part, bytes)]
            if len(texts if kind == 3 else raws) < len(parts):
                raise DecodeError(f"a text in pieces of another kind before byte {self.at}")
            return "".join(texts) if kind == 3 else b"".join(raws)
        found = self._bytes(size)
        try:
            return found.decode() if kind == 3 else found
        except UnicodeDecodeError:
            raise DecodeError(f"a text that is no UTF-8 before byte {self.at}") from None

    def _items(self, size: int | None, depth: int) -> list[object]:
        found: list[object] = []
        while size is None or len(found) < size:
            value = self.value(depth + 1)
            if value is _BREAK:
                if size is not None:
                    raise DecodeError(f"a list ends early at byte {self.at}")
                break
            found.append(value)
        return found

    def _members(self, size: int | None, depth: int) -> dict[object, object]:
        found: dict[object, object] = {}
        while size is None or len(found) < size:
            name = self.value(depth + 1)
            if name is _BREAK and size is None:
                break
            value = self.value(depth + 1)
            if not isinstance(name, (str, int, bytes)) or value is _BREAK or name in found:
                raise DecodeError(f"a name that cannot be one before byte {self.at}")
            found[name] = value
        return found
