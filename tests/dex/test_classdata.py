"""Class data: numbers as Android reads them, and lists that lie."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.dex.classdata import ClassData, read_class_data
from auditor.dex.program import Program
from auditor.dex.tables import DexFile
from tests.dex import assembler as asm
from tests.dex.test_tables import patched, word

BODY = asm.string("text"), asm.RETURN
CLASSES = [
    asm.Class(f"al.C{n}", [asm.Method(f"m{k}()V", *BODY) for k in range(4)], fields=["F:I"]) for n in range(3)
]
PLAIN = asm.dex(*CLASSES)
DEFS = word(PLAIN, 0x64)


def data_of(row: int) -> int:
    """Where the data of a class begins."""
    return word(PLAIN, DEFS + 32 * row + 24)


def with_data(row: int, content: bytes) -> ClassData:
    """The file with other data for one class, behind everything else."""
    return read_class_data(DexFile(patched(PLAIN + content + bytes(8), DEFS + 32 * row + 24, len(PLAIN))))


def numbers(*values: int | bytes) -> bytes:
    return b"".join(v if isinstance(v, bytes) else asm.uleb(v) for v in values)


def listed(data: ClassData, row: int) -> list[tuple[int, int, int]]:
    """Methods of a class: (row, flags, code)."""
    m = data.methods
    mine = m.class_def == row
    return list(zip(m.row[mine].tolist(), m.flags[mine].tolist(), m.code[mine].tolist(), strict=True))


def naive(dex: DexFile) -> list[tuple[int, int, int, int]]:
    """Methods by a reader that goes byte by byte: (class_def, row, flags, code)."""
    found = []
    for row, offset in enumerate(dex.classes[:, 6].tolist()):
        at = offset
        values = []
        counts = [0, 0, 0, 0]
        while offset and (len(values) < 4 or len(values) < 4 + 2 * sum(counts[:2]) + 3 * sum(counts[2:])):
            value = shift = 0
            while True:
                byte = dex.data[at]
                at += 1
                value |= (byte & 0x7F) << shift
                shift += 7
                if byte < 0x80 or shift > 28:
                    break
            values.append(value & 0xFFFFFFFF)
            counts = values[:4] if len(values) == 4 else counts
        place = 4 + 2 * sum(counts[:2])
        for count in counts[2:]:
            method = 0
            for _ in range(count):
                method += values[place]
                found.append((row, method, values[place + 1], values[place + 2]))
                place += 3
    return found


def test_definitions_equal_a_naive_reading() -> None:
    dex = DexFile(PLAIN)
    m = read_class_data(dex).methods

    columns = (m.class_def, m.row, m.flags, m.code)
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == naive(dex)


def test_classes_without_data_or_code() -> None:
    data = read_class_data(DexFile(asm.dex(asm.Class("A"), asm.interface("I", [asm.abstract("x()V")]))))

    assert data.methods.code.tolist() == [0]
    assert data.problems == []
    assert len(read_class_data(DexFile(asm.dex(asm.Class("A")))).methods.row) == 0


@pytest.mark.parametrize("last", [b"\x00", b"\x80", b"\x70", b"\xf0"])
def test_a_number_ends_with_its_fifth_byte_as_in_android(last: bytes) -> None:
    """Whatever the fifth byte says, it is the last, and only four of its bits count."""
    five = bytes([0x81, 0x80, 0x80, 0x80]) + last
    data = with_data(0, numbers(0, 0, 0, five, five, 2, five))

    assert listed(data, 0) == [(1, 2, 1)]
    assert listed(data, 1) == listed(read_class_data(DexFile(PLAIN)), 1)
    assert data.problems == []


def test_flags_are_never_negative() -> None:
    """-1 stands for methods nobody defines: a flag must not make one of those."""
    data = with_data(0, numbers(0, 0, 0, 1, 0, 0xFFFFFFFF, 0))

    assert listed(data, 0) == [(0, 0x7FFFFFFF, 0)]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (numbers(0, 0, 0, 0xFFFFFFFF), "lists that lie outside the file"),
        (numbers(0xFFFFFFFF, 0, 0, 0), "lists that lie outside the file"),
        (numbers(0, 0, 0, 60) + bytes(180), "or are too long"),
        (numbers(0, 0, 0, 1, 999, 1, 0), "1 methods not read"),
        (numbers(1, 0, 0, 0, 999, 1), "1 fields not read"),
        (numbers(0, 0, 0, 2, 0, 1, 0, 0xFFFFFFFF, 1, 0), "1 methods not read"),
    ],
)
def test_data_that_lies_costs_its_own_class(content: bytes, said: str) -> None:
    data = with_data(1, content)

    assert said in " ".join(data.problems)
    assert listed(data, 0) == listed(read_class_data(DexFile(PLAIN)), 0)
    assert listed(data, 2) == listed(read_class_data(DexFile(PLAIN)), 2)


@pytest.mark.parametrize("at", [len(PLAIN), len(PLAIN) - 2, 0xFFFFFFFF])
def test_data_outside_the_file(at: int) -> None:
    data = read_class_data(DexFile(patched(PLAIN, DEFS + 24, at)))

    assert data.problems == ["1 classes not read: class_defs[0] has data outside the file"]
    assert len(listed(data, 1)) == 4


def test_data_that_never_ends() -> None:
    data = read_class_data(DexFile(patched(PLAIN + b"\x80" * 40, DEFS + 24, len(PLAIN))))

    assert listed(data, 1) == listed(read_class_data(DexFile(PLAIN)), 1)
    assert data.problems


def test_classes_that_share_their_data() -> None:
    """All are read, and it is said: the platform takes no such file."""
    shared = PLAIN
    for row in range(3):
        shared = patched(shared, DEFS + 32 * row + 24, data_of(0))
    data = read_class_data(DexFile(shared))

    assert listed(data, 0) == listed(data, 1) == listed(data, 2)
    assert data.problems == ["2 classes have data that overlaps with that of others"]


def test_a_class_cannot_change_what_another_says() -> None:
    """Data that begins inside a number of another class cuts that number; it does not go unsaid."""
    big = numbers(0, 0, 0, 1, 0, 1, bytes([0x81, 0x81, 0x81, 0x01]))
    damaged = patched(PLAIN + big + bytes(64), DEFS + 24, len(PLAIN))
    inside = len(PLAIN) + len(big) - 2
    data = read_class_data(DexFile(patched(damaged, DEFS + 32 + 24, inside)))

    assert any("overlaps" in problem or "class_defs[1]" in problem for problem in data.problems)


def test_data_far_apart_is_read_part_by_part() -> None:
    """The numbers between two classes are nobody's, however many they are."""
    far = patched(
        PLAIN + b"\1" * 3_000_000 + numbers(0, 0, 0, 1, 0, 1, 0) + bytes(4), DEFS + 24, len(PLAIN) + 3_000_000
    )
    data = read_class_data(DexFile(far))

    assert listed(data, 0) == [(0, 1, 0)]
    assert listed(data, 2) == listed(read_class_data(DexFile(PLAIN)), 2)
    assert data.problems == []


def test_a_definition_in_the_wrong_class_does_not_count() -> None:
    wrong = with_data(1, numbers(0, 0, 0, 1, 0, 1, 0))
    file = patched(PLAIN + numbers(0, 0, 0, 1, 0, 1, 0) + bytes(8), DEFS + 32 + 24, len(PLAIN))
    program = Program([("a", file)])
    method = int(program.files[0].methods[0])

    assert listed(wrong, 1) == [(0, 1, 0)]
    assert program.method(method).owner == "Lal/C0;"
    assert program.method_item[method] >= 0


@given(st.lists(st.binary(min_size=1, max_size=30), min_size=1, max_size=4), st.data())
def test_any_bytes_are_read_as_naively(blobs: list[bytes], draw: st.DataObject) -> None:
    """Where nothing was left out and nothing overlaps, a reader that goes byte by byte says the same."""
    content, file = b"".join(blobs), PLAIN
    begins = np.cumsum([len(PLAIN), *map(len, blobs)]).tolist()
    for row in range(3):
        file = patched(file, DEFS + 32 * row + 24, draw.draw(st.sampled_from([0, *begins[:-1]])))
    dex = DexFile(file + content + bytes(200))
    data = read_class_data(dex)
    m = data.methods

    found = list(zip(*(c.tolist() for c in (m.class_def, m.row, m.flags, m.code)), strict=True))
    if not data.problems:
        expected = [(c, r, f & 0x7FFFFFFF, at) for c, r, f, at in naive(dex)]
        assert sorted(found) == sorted(expected)
    assert (m.row < len(dex.method_name)).all()
