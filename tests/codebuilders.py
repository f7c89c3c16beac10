"""Small files of the forms of code that are not DEX, made to be read by `auditor.collect`."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, groupby

from tests.builders import apk

# --- Hermes ------------------------------------------------------------------------------------


def hermes(
    texts: Sequence[str] = (),
    identifiers: Sequence[str] = (),
    functions: Sequence[str] = (),
    version: int = 96,
    large: bool = False,
) -> bytes:
    """Bytecode without instructions; with `large`, every function has its header elsewhere."""
    strings = [*texts, *identifiers]
    kinds = [len(list(run)) | kind << 31 for kind, run in groupby([0] * len(texts) + [1] * len(identifiers))]
    small, overflows, storage = _hermes_strings(strings)
    size = 12 if version >= 97 else 16
    fixed = 128 + size * len(functions) + 4 * len(kinds) + 4 * len(identifiers) + len(small) + len(overflows)
    tail = fixed + len(storage) + -len(storage) % 4
    heads, bodies = b"", b""
    for name in functions:
        heads += _function(strings.index(name), version, tail + len(bodies) if large else None)
        bodies += struct.pack("<9L", 0, 1, 0, *([strings.index(name)] * 2), 0, 0, 0, 0) if large else b""
    counts = (tail + len(bodies), 0, len(functions), len(kinds), len(identifiers))
    counts += (len(strings), len(overflows) // 8, len(storage))
    head = bytes.fromhex("c61fbc03c103191f") + struct.pack("<L20x8L", version, *counts)
    tables = struct.pack(f"<{len(kinds)}L", *kinds) + bytes(4 * len(identifiers)) + small + overflows
    return head.ljust(128, b"\0") + heads + tables + storage + bytes(-len(storage) % 4) + bodies


def _function(name: int, version: int, elsewhere: int | None) -> bytes:
    if version >= 97:
        if elsewhere is None:
            return struct.pack("<3L", 0, name << 14, 0)
        return struct.pack("<3L", elsewhere & 0xFFFFFF, elsewhere >> 24 << 14, 1 << 29)
    if elsewhere is None:
        return struct.pack("<4L", 0, name << 15, 0, 0)
    return struct.pack("<4L", elsewhere & 0xFFFF, 0, elsewhere >> 16, 1 << 29)


def _hermes_strings(strings: Sequence[str]) -> tuple[bytes, bytes, bytes]:
    """Small table, table of long strings, storage; a string inside another shares its bytes."""
    storage, small, overflows = b"", b"", b""
    for text in strings:
        wide = not text.isascii()
        packed = text.encode("utf-16-le" if wide else "ascii")
        if packed not in storage:
            storage += packed
        at = storage.index(packed)
        if len(text) >= 255:
            small += struct.pack("<L", wide | len(overflows) // 8 << 1 | 0xFF << 24)
            overflows += struct.pack("<LL", at, len(text))
        else:
            small += struct.pack("<L", wide | at << 1 | len(text) << 24)
    return small, overflows, storage


# --- ELF ---------------------------------------------------------------------------------------


def elf(
    sections: Mapping[str, bytes] | None = None,
    exports: Sequence[str] = (),
    imports: Sequence[str] = (),
    needed: Sequence[str] = (),
    wide: bool = True,
    stripped: bool = False,
    gnu: bool = False,
) -> bytes:
    """A library; `stripped` of its section headers, or with symbols to be counted by a GNU hash table."""
    names = b"\0" + b"".join(name.encode() + b"\0" for name in (*needed, *imports, *exports))
    symbols = _symbol(0, 0, False, wide)
    for name in (*imports, *exports):
        symbols += _symbol(names.index(b"\0" + name.encode() + b"\0") + 1, 0x12, name in exports, wide)
    count, first = 1 + len(imports) + len(exports), 1 + len(imports)
    table = _gnu_hash(first, count, wide) if gnu else struct.pack("<LL", 1, count) + bytes(4 * (count + 1))
    parts = {".dynstr": names, ".dynsym": symbols, ".hash": table, **(sections or {})}
    start = (64 + 2 * 56) if wide else (52 + 2 * 32)
    places, at = {}, start
    for name, content in parts.items():
        places[name] = at
        at += len(content) + -len(content) % 8
    tags = [(1, names.index(b"\0" + name.encode() + b"\0") + 1) for name in needed]
    tags += [(5, places[".dynstr"]), (10, len(names)), (6, places[".dynsym"])]
    tags += [(0x6FFFFEF5 if gnu else 4, places[".hash"]), (0, 0)]
    dynamic = b"".join(struct.pack("<QQ" if wide else "<LL", *tag) for tag in tags)
    body = b"".join(content + bytes(-len(content) % 8) for content in (*parts.values(), dynamic))
    heads, text, headers_at = _section_headers(parts, places, at, at + len(dynamic), wide)
    tail = b"" if stripped else text + heads
    count = 0 if stripped else len(heads) // (64 if wide else 40)
    end = at + len(dynamic)
    segments = _segment(1, 0, end, wide) + _segment(2, at, len(dynamic), wide)
    return _elf_header(wide, 0 if stripped else headers_at, count) + segments + body + tail


def _elf_header(wide: bool, sections_at: int, count: int) -> bytes:
    ident = b"\x7fELF" + bytes([2 if wide else 1, 1, 1]) + bytes(9)
    head = struct.pack("<HHL", 3, 183 if wide else 40, 1)
    places = struct.pack("<QQQ" if wide else "<LLL", 0, 64 if wide else 52, sections_at)
    sizes = (0, 64, 56, 2, 64, count) if wide else (0, 52, 32, 2, 40, count)
    return ident + head + places + struct.pack("<L6H", *sizes, max(count - 1, 0))


def _segment(kind: int, offset: int, size: int, wide: bool) -> bytes:
    if wide:
        return struct.pack("<LL6Q", kind, 4, offset, offset, offset, size, size, 8)
    return struct.pack("<8L", kind, offset, offset, offset, size, size, 4, 8)


def _section_headers(
    parts: Mapping[str, bytes], places: Mapping[str, int], dynamic: int, end: int, wide: bool
) -> tuple[bytes, bytes, int]:
    """Headers, the texts of their names, and where the headers begin."""
    kinds = {".dynstr": 3, ".dynsym": 11, ".hash": 5, ".text": 1}
    names = b"\0" + b"".join(name.encode() + b"\0" for name in (*parts, ".dynamic", ".shstrtab"))
    names += bytes(-len(names) % 8)
    rows = [("", 0, 0, 0, 0)]
    for name, content in parts.items():
        flags = 6 if name == ".text" else 0 if name.startswith(".debug") else 2
        rows.append((name, kinds.get(name, 1), flags, places[name], len(content)))
    rows.append((".dynamic", 6, 2, dynamic, end - dynamic))
    rows.append((".shstrtab", 3, 0, end, len(names)))
    packed = b""
    for name, kind, flags, offset, size in rows:
        at = names.index(b"\0" + name.encode() + b"\0") + 1 if name else 0
        if wide:
            packed += struct.pack("<LLQQQQLLQQ", at, kind, flags, offset, offset, size, 0, 0, 1, 0)
        else:
            packed += struct.pack("<10L", at, kind, flags, offset, offset, size, 0, 0, 1, 0)
    return packed, names, end + len(names)


def _symbol(name: int, info: int, defined: bool, wide: bool) -> bytes:
    if wide:
        return struct.pack("<LBBHQQ", name, info, 0, int(defined), 0, 0)
    return struct.pack("<LLLBBH", name, 0, 0, info, 0, int(defined))


def _gnu_hash(first: int, count: int, wide: bool) -> bytes:
    """One bucket, whose chain holds every export."""
    chain = [0] * (count - first)
    if chain:
        chain[-1] = 1
    bloom = bytes(8 if wide else 4)
    head = struct.pack("<4L", 1, first, 1, 0) + bloom + struct.pack("<L", first if chain else 0)
    return head + struct.pack(f"<{len(chain)}L", *chain)


# --- .NET --------------------------------------------------------------------------------------


def assembly(
    name: str = "Acme.Quiz",
    types: Mapping[str, Sequence[str]] | None = None,
    imports: Mapping[str, Sequence[str]] | None = None,
    references: Sequence[str] = (),
    texts: Sequence[str] = (),
) -> bytes:
    """An assembly without instructions: types with methods, members of other types, literal texts."""
    heap = _Names()
    types, imports = types or {}, imports or {}
    methods = [m for found in types.values() for m in found]
    firsts = [1, *accumulate(len(found) for found in types.values())]
    first = [1, *(1 + n for n in firsts[1:])]
    tables = {
        0x00: [struct.pack("<5H", 0, heap.add(name + ".dll"), 1, 0, 0)],
        0x01: [struct.pack("<HHH", 6, heap.add(_last(t)), heap.add(_space(t))) for t in imports],
        0x02: [
            struct.pack("<LHHHHH", 0, heap.add(_last(t)), heap.add(_space(t)), 0, 1, first[i])
            for i, t in enumerate(types)
        ],
        0x06: [struct.pack("<LHHHHH", 0, 0, 0, heap.add(m), 0, 1) for m in methods],
        0x0A: [
            struct.pack("<HHH", owner << 3 | 1, heap.add(m), 0)
            for owner, t in enumerate(imports, 1)
            for m in imports[t]
        ],
        0x20: [struct.pack("<LHHHHLHHH", 0, 1, 0, 0, 0, 0, 0, heap.add(name), 0)],
        0x23: [struct.pack("<HHHHLHHHH", 1, 0, 0, 0, 0, 0, heap.add(r), 0, 0) for r in references],
    }
    present = {number: rows for number, rows in tables.items() if rows}
    stream = struct.pack("<LBBBBQQ", 0, 2, 0, 0, 1, sum(1 << n for n in present), 0)
    stream += struct.pack(f"<{len(present)}L", *map(len, present.values()))
    stream += b"".join(b"".join(rows) for rows in present.values())
    user = b"\0" + b"".join(_user_text(text) for text in texts)
    return _pe(_metadata({"#~": stream, "#Strings": heap.content, "#US": user, "#GUID": bytes(16)}))


class _Names:
    def __init__(self) -> None:
        self.content = b"\0"

    def add(self, name: str) -> int:
        if not name:
            return 0
        self.content += name.encode() + b"\0"
        return len(self.content) - len(name.encode()) - 1


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _space(name: str) -> str:
    return name.rpartition(".")[0]


def _user_text(text: str) -> bytes:
    packed = text.encode("utf-16-le") + b"\0"
    if len(packed) < 0x80:
        return bytes([len(packed)]) + packed
    if len(packed) < 0x4000:
        return struct.pack(">H", len(packed) | 0x8000) + packed
    return struct.pack(">L", len(packed) | 0xC0000000) + packed


def _metadata(streams: Mapping[str, bytes]) -> bytes:
    version = b"v4.0.30319\0\0"
    padded = {name: content + bytes(-len(content) % 4) for name, content in streams.items()}
    at = 16 + len(version) + 4 + sum(8 + len(name) + 4 - len(name) % 4 for name in streams)
    heads, body = b"", b""
    for name, content in padded.items():
        heads += struct.pack("<LL", at + len(body), len(streams[name]))
        heads += name.encode() + bytes(4 - len(name) % 4)
        body += content
    return (
        struct.pack("<LHHLL", 0x424A5342, 1, 1, 0, len(version))
        + version
        + struct.pack("<HH", 0, len(streams))
        + heads
        + body
    )


def _pe(metadata: bytes) -> bytes:
    """One section at address 0x2000, which begins with the CLI header."""
    cli = struct.pack("<LHHLL", 72, 2, 5, 0x2000 + 72, len(metadata)) + bytes(72 - 16)
    section = cli + metadata
    optional = (
        struct.pack("<H", 0x10B) + bytes(94) + bytes(14 * 8) + struct.pack("<LL", 0x2000, 72) + bytes(8)
    )
    coff = struct.pack("<HHLLLHH", 0x14C, 1, 0, 0, 0, len(optional), 0x2000)
    row = struct.pack("<8sLLLL16x", b".text", len(section), 0x2000, len(section), 0x400)
    head = b"MZ" + bytes(58) + struct.pack("<L", 64) + b"PE\0\0" + coff + optional + row
    return head.ljust(0x400, b"\0") + section


def assembly_store(assemblies: Mapping[str, bytes], version: int = 2) -> bytes:
    """A store of assemblies (XABA): version 1 has no names, later ones have an index before the table."""
    names = b"".join(struct.pack("<L", len(n)) + n.encode() for n in assemblies) if version > 1 else b""
    index = bytes(24 * len(assemblies)) if version > 1 else b""
    row = 28 if version > 1 else 24
    at = 20 + len(index) + row * len(assemblies) + len(names)
    table, body = b"", b""
    for content in assemblies.values():
        place = (at + len(body), len(content), 0, 0, 0, 0)
        table += struct.pack("<7L", 0, *place) if version > 1 else struct.pack("<6L", *place)
        body += content
    counts = (len(assemblies), 2 * len(assemblies), len(index) if version > 1 else 0)
    return (
        b"XABA"
        + struct.pack("<4L", version | (1 << 31 if version > 1 else 0), *counts)
        + (index + table + names + body)
    )


# --- Unity and Flutter -------------------------------------------------------------------------


def unity(literals: Sequence[str], names: Sequence[str], version: int = 29) -> bytes:
    """`global-metadata.dat` with its first three tables."""
    packed = [text.encode() for text in literals]
    ends = [0, *accumulate(map(len, packed))]
    if version >= 35:
        rows = struct.pack(f"<{len(packed)}L", *ends[:-1])
    else:
        rows = b"".join(struct.pack("<LL", len(t), at) for t, at in zip(packed, ends, strict=False))
    heap = b"".join(name.encode() + b"\0" for name in names)
    at, head = 400, b""
    for content in (rows, b"".join(packed), heap):
        head += struct.pack(
            "<LLL" if version >= 38 else "<LL", *(at, len(content), 0)[: 3 if version >= 38 else 2]
        )
        at += len(content)
    return (bytes.fromhex("af1bb1fa") + struct.pack("<L", version) + head).ljust(400, b"\0") + b"".join(
        (rows, *packed, heap)
    )


def dart(texts: Iterable[str], layout: str = "wide") -> bytes:
    """Data of a snapshot: its head, and texts as `wide` or `narrow` objects or as a `stream`."""
    features = {
        "wide": "product arm64 android no-compressed-pointers",
        "narrow": "product arm android no-compressed-pointers",
        "stream": "product arm64 android compressed-pointers",
    }[layout]
    head = bytes.fromhex("f5f5dcdc") + bytes(16) + b"0123456789abcdef" * 2 + features.encode() + b"\0"
    data = head + bytes(-len(head) % 16)
    for text in texts:
        data += _dart_text(text.encode("latin-1"), layout)
    return data + b"\x82"


def _dart_text(text: bytes, layout: str) -> bytes:
    """One text; the tag of an object begins with a byte that looks like a letter."""
    if layout == "stream":
        value, groups = 2 * len(text), b""
        while value > 127:
            groups, value = groups + bytes([value & 127]), value >> 7
        return groups + bytes([value | 128]) + text
    if layout == "wide":
        whole = b"r\xe2\x05\0" + b"\1\2\3\4" + struct.pack("<Q", 2 * len(text)) + text
        return whole + bytes(-len(whole) % 16)
    whole = b"r\xe2\x05\0" + struct.pack("<L", 2 * len(text)) + b"\1\2\3\4" + text
    return whole + bytes(-len(whole) % 8)


# --- packages ----------------------------------------------------------------------------------


def app_with(members: Mapping[str, bytes]) -> bytes:
    """An APK with these members beside its manifest and DEX file."""
    return apk(members)
