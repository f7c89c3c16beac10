"""The identifier tables: what is read, and what is refused in a clause."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.dex.program import Program
from auditor.dex.tables import DexError, DexFile, bounds, decode, once, open_dex, ragged
from tests.dex import assembler as asm

METHOD = asm.Method("x()V", asm.string("text"), asm.RETURN)
PLAIN = asm.dex(asm.Class("al.A", [METHOD], implements=["al.I", "al.J"]), asm.Class("al.B", [METHOD]))


def patched(data: bytes, at: int, *words: int) -> bytes:
    """The file with other words at a place."""
    return data[:at] + struct.pack(f"<{len(words)}L", *words) + data[at + 4 * len(words) :]


def word(data: bytes, at: int) -> int:
    return int(struct.unpack_from("<L", data, at)[0])


STRINGS, TYPES, PROTOS, METHODS, CLASSES = (word(PLAIN, at) for at in (0x3C, 0x44, 0x4C, 0x5C, 0x64))
"""Where the tables begin."""


def test_names_and_lists() -> None:
    dex = DexFile(PLAIN)
    rows = dex.classes[:, 3]
    listed, counts, bad = dex.type_lists(rows)

    assert [dex.type_name(t) for t in dex.classes[:, 0].tolist()] == ["Lal/A;", "Lal/B;"]
    assert [dex.type_name(t) for t in listed.tolist()] == ["Lal/I;", "Lal/J;"]
    assert (counts.tolist(), bad.tolist()) == ([2, 0], [False, False])
    assert dex.proto(0) == "()V"
    assert dex.raws(np.array([0, 0])) == [dex.raw(0)] * 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "too few"),
        (PLAIN[:0x6F], "too few"),
        (b"PK\3\4" + bytes(200), "not with a DEX header"),
        (b"dex\n034\0" + bytes(200), "not with a DEX header"),
        (b"dex\n0351" + bytes(200), "not with a DEX header"),
        (b"cdex001\0" + bytes(200), "compact"),
        (b"dex\n035\0" + bytes(200), "little-endian"),
        (PLAIN[: len(PLAIN) // 2], "in the file"),
        (PLAIN[:0x80], "outside the file"),
        (patched(PLAIN, 0x58, 0xFFFFFFFF), "outside the file"),
        (patched(PLAIN, 0x58, 1, 0x10), "outside the file"),
        (patched(PLAIN, 0x58, 1, METHODS + 2), "outside the file"),
        (
            patched(PLAIN, 0x38, (len(PLAIN) - STRINGS) // 4, STRINGS, (len(PLAIN) - TYPES) // 4),
            "tables overlap",
        ),
        (patched(PLAIN, STRINGS, len(PLAIN)), "row 0 of string_ids"),
        (patched(PLAIN, TYPES + 4, 999), "row 1 of type_ids names 999"),
        (patched(PLAIN, PROTOS + 4, 999), "row 0 of proto_ids"),
        (patched(PLAIN, METHODS, 0x0000_0FFF), "row 0 of method_ids"),
        (patched(PLAIN, METHODS + 4, 999), "row 0 of method_ids"),
        (patched(PLAIN, CLASSES, 999), "row 0 of class_defs"),
        (patched(PLAIN, STRINGS, len(PLAIN) - 1)[:-1] + b"\1", "string 0 does not end"),
    ],
)
def test_what_cannot_hold_together_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(DexError) as error:
        open_dex(data)

    assert said in str(error.value)


@pytest.mark.parametrize("at", [1, 2, len(PLAIN) - 2, len(PLAIN), 0xFFFFFFFC])
def test_parameters_outside_the_file(at: int) -> None:
    program = Program([("a", patched(PLAIN, PROTOS + 8, at)), ("b", PLAIN)])

    assert program.problems == [("a", "proto 0 has parameters outside the file, or too many")]
    assert [file.name for file in program.files] == ["b"]


def test_lists_that_lie_leave_the_others() -> None:
    """Lists may be shared, but all together are not longer than a file can hold."""
    dex = DexFile(PLAIN)
    at = int(dex.classes[0, 3])
    offsets = np.array([0, at, 2, len(PLAIN), at, 0x70], np.uint32)
    listed, counts, bad = dex.type_lists(offsets)

    assert counts.tolist() == [0, 2, 0, 0, 2, 0]
    assert bad.tolist() == [False, False, True, True, False, True]
    assert len(listed) == 4
    _, counts, bad = dex.type_lists(np.full(len(PLAIN), at, np.uint32))
    assert bad.any()
    assert counts.sum() <= len(PLAIN) // 2


def test_a_string_longer_than_a_class_file_could_hold() -> None:
    """The platform takes it, so it must not make a file unreadable."""
    data = asm.dex(asm.Class("al.A", [asm.Method("x()V", asm.string("s" * 5_000_000), asm.RETURN)]))
    dex = DexFile(data)

    assert max(len(dex.raw(row)) for row in range(len(dex.strings))) == 5_000_000
    assert dex.find("x") >= 0


TEXTS = st.text(st.sampled_from("\0ab\x7f\x80\u1234\U0001f600"), max_size=12)


@given(st.sets(TEXTS, min_size=1, max_size=12), TEXTS)
def test_whoever_is_sought_is_found(texts: set[str], other: str) -> None:
    """NUL sorts first though it is written as two high bytes; what is beyond U+FFFF sorts as two halves."""
    body = [asm.string(text) for text in sorted(texts)]
    dex = DexFile(asm.dex(asm.Class("al.A", [asm.Method("x()V", *body, asm.RETURN)])))
    rows = {dex.text(row): row for row in range(len(dex.strings))}

    assert {text: dex.find(text) for text in texts} == {text: rows[text] for text in texts}
    assert dex.find(other) == rows.get(other, -1)
    assert dex.beginning_with(other) == sorted(row for text, row in rows.items() if text.startswith(other))


def suffixes(count: int, size: int) -> bytes:
    """A file whose strings, and types, are all the endings of one long string."""
    data = bytearray(PLAIN)
    begin = len(data)
    data += b"L" + b"a" * size + b";\0" + bytes(-size % 4 + 1)
    table = len(data)
    data += struct.pack(f"<{count}L", *range(begin, begin + count)) + struct.pack(f"<{count}L", *range(count))
    return patched(bytes(data), 0x38, count, table, count, table + 4 * count, *[0] * 8)


def test_strings_that_overlap() -> None:
    with pytest.raises(DexError, match="strings overlap"):
        open_dex(suffixes(2000, 9000))


def test_many_types_of_one_long_name() -> None:
    data = bytearray(suffixes(1, 9000))
    table = len(data)
    data += bytes(4 * 500)

    with pytest.raises(DexError, match="strings overlap"):
        open_dex(patched(bytes(data), 0x40, 500, table))


def test_a_container_holds_several_files() -> None:
    data = asm.container(
        [asm.Class("al.A", [METHOD])], [asm.Class("al.B", [METHOD]), asm.Class("al.A", [METHOD, METHOD])]
    )
    program = Program([("classes.dex", data)])

    assert [dex.start for dex in open_dex(data)] == [0, program.files[1].dex.start]
    assert [file.name for file in program.files] == ["classes.dex", "classes.dex#1"]
    assert program.problems == []
    assert program.class_file[program.type_of("Lal/A;")] == 0
    assert program.class_file[program.type_of("Lal/B;")] == 1
    assert [file.dex.text(int(file.dex.types[0])) for file in program.files] == ["Lal/A;", "Lal/A;"]


@pytest.mark.parametrize("size", [0, 1, 0x70, 0xFFFFFFFF])
def test_a_container_that_lies_about_its_parts(size: int) -> None:
    data = asm.container([asm.Class("al.A", [METHOD])], [asm.Class("al.B", [METHOD])])
    program = Program([("a", patched(data, 0x20, size)), ("b", PLAIN)])

    assert "b" in {file.name for file in program.files}
    assert {name for name, _ in program.problems} <= {"a"}


def test_headers_that_share_their_tables() -> None:
    one = asm.dex(asm.Class("al.A", [METHOD] * 50), version=b"041")
    head = patched(one[:0x78], 0x20, 0x78)
    shift = 0x78 * 20
    tables = [at + shift if at else 0 for at in struct.unpack_from("<12L", one, 0x38)[1::2]]
    for place, at in zip(range(0x3C, 0x68, 8), tables, strict=True):
        head = patched(head, place, at)
    (program,) = [Program([("a", head * 20 + one)])]

    assert program.files == []
    assert len(program.problems) == 1


LONG = "n" * 100_000


@pytest.mark.parametrize(
    ("owner", "members"),
    [("A", [f"m({f'L{LONG};' * 200})V"]), (LONG, [f"m{n}()V" for n in range(200)])],
    ids=["proto", "class"],
)
def test_members_that_share_a_long_name(owner: str, members: list[str]) -> None:
    """In one proto two hundred times, or in as many methods: 20 MB of text when written out."""
    program = Program([("a", asm.dex(asm.Class(owner, [asm.Method(m, asm.RETURN) for m in members])))])

    assert ([], 1) == (program.files, len(program.problems))
    assert "more text than the file holds" in program.problems[0][1]


def test_a_long_name_alone_is_read() -> None:
    program = Program([("a", asm.dex(asm.Class(LONG, [METHOD])))])

    assert (program.problems, len(program.files)) == ([], 1)


@given(st.text(max_size=30))
def test_modified_utf8_decodes_to_what_was_encoded(text: str) -> None:
    assert decode(asm.mutf8(text)) == text


@pytest.mark.parametrize("raw", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"a\xc0\x80b"])
def test_hostile_bytes_become_text_that_can_be_written(raw: bytes) -> None:
    assert decode(raw).encode("utf-8")


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 5)), max_size=20), st.integers(1, 3))
def test_ragged_and_bounds(parts: list[tuple[int, int]], step: int) -> None:
    starts, counts = (np.array([part[n] for part in parts], np.int64) for n in (0, 1))
    expected = [start + step * n for start, count in parts for n in range(count)]

    assert ragged(starts, counts, step).tolist() == expected
    assert np.diff(bounds(counts)).tolist() == counts.tolist()
    assert once(starts).tolist() == sorted(set(starts.tolist()))
