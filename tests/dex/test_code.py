"""The sweep: every instruction of every method, whatever lies between them."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.dex import opcodes
from auditor.dex.code import FEW, Code, references, sweep
from auditor.dex.opcodes import Refers
from auditor.dex.tables import DexFile
from tests.dex import assembler as asm

HEAD = asm.dex(asm.Class("al.A", [asm.Method("x()V", asm.string("a"), asm.RETURN)]))


def file_with(
    *methods: list[int], stated: dict[int, int] | None = None, tail: bytes = b""
) -> tuple[DexFile, np.ndarray]:
    """A file with these code items at its end, and their offsets; sizes may be stated otherwise."""
    data, offsets = bytearray(HEAD), []
    for index, units in enumerate(methods):
        data += bytes(-len(data) % 4)
        offsets.append(len(data))
        size = (stated or {}).get(index, len(units))
        data += struct.pack(f"<4HLL{len(units)}H", 1, 0, 0, 0, 0, size & 0xFFFFFFFF, *units)
    return DexFile(bytes(data + tail)), np.array(offsets, np.int64)


def naive(units: list[int]) -> list[int]:
    """Where the instructions of one method begin, one after the other."""
    found, at = [], 0
    padded = [*units, 0, 0, 0]
    while at < len(units):
        found.append(at)
        first, second, third, fourth = padded[at : at + 4]
        match first:
            case 0x0100:
                at += 2 * second + 4
            case 0x0200:
                at += 4 * second + 2
            case 0x0300:
                at += (second * (third | fourth << 16) + 1) // 2 + 4
            case _:
                at += int(opcodes.LENGTH[first & 0xFF])
    return found


def starts(code: Code, item: int) -> list[int]:
    begin, end = code.bounds[item : item + 2]
    return (code.at[begin:end] - code.first[item]).tolist()


UNIT = st.one_of(st.sampled_from([0x0100, 0x0200, 0x0300, 0, 1, 2, 0x18, 0x6E, 0xFA]), st.integers(0, 0xFFFF))
BODIES = st.lists(st.lists(UNIT, max_size=12), min_size=1, max_size=8)


@given(BODIES, st.integers(0, 2 * FEW))
def test_both_loops_step_as_a_naive_reader_does(bodies: list[list[int]], more: int) -> None:
    """With many methods they step together; with few, one by one. What they find is the same."""
    bodies += [[0x12, 0x0E]] * more
    dex, offsets = file_with(*bodies, tail=bytes(8))
    code = sweep(dex, offsets)

    assert [starts(code, item) for item in range(len(bodies))] == [naive(body) for body in bodies]


def test_an_item_longer_than_one_window() -> None:
    body = [0x1A, 0, 0x12] * 50_000 + [0x0E]
    dex, offsets = file_with(body, [0x1A, 0, 0x0E])
    code = sweep(dex, offsets)

    assert starts(code, 0) == naive(body)
    assert starts(code, 1) == [0, 2]


def test_data_inside_code_is_stepped_over_and_counted() -> None:
    hidden = [0x1A, 0]
    body = [
        *hidden,
        0x0E,
        0,
        0x0100,
        1,
        0,
        0,
        *hidden,
        0x0200,
        1,
        *hidden,
        *hidden,
        0x0300,
        1,
        3,
        0,
        *hidden,
        *hidden,
    ]
    dex, offsets = file_with(body)
    code = sweep(dex, offsets)

    assert code.payloads == 3
    assert references(dex, code, Refers.STRING, 99).at.tolist() == [
        int(code.first[0]),
        int(code.first[0]) + 22,
    ]
    assert code.problems == []


@pytest.mark.parametrize(
    "payload", [[0x0300, 0xFFFF, 0xFFFF, 0xFFFF], [0x0100, 0xFFFF], [0x0200, 0x8000], [0x0300]]
)
@pytest.mark.parametrize("others", [0, 2 * FEW])
def test_data_that_claims_more_than_there_is(payload: list[int], others: int) -> None:
    """What stands behind it in the method cannot be told from data; that is said, and other methods stand."""
    dex, offsets = file_with([0x12, *payload, 0x1A, 0], *[[0x1A, 0, 0x0E]] * (others + 1))
    code = sweep(dex, offsets)

    assert code.problems == ["1 instructions not read: unknown, or cut off by the end of their method"]
    assert len(references(dex, code, Refers.STRING, 99).at) == others + 1


@pytest.mark.parametrize("body", [[0x1A], [0x6E, 0], [0x3E], [0x73], [0xE3], [0x18, 0, 0, 0]])
def test_instructions_that_are_none(body: list[int]) -> None:
    dex, offsets = file_with([0x12, *body], [0x1A, 0])
    code = sweep(dex, offsets)

    assert code.problems == ["1 instructions not read: unknown, or cut off by the end of their method"]
    assert [int(k) for k in code.kind] == [0, 0, Refers.STRING]


def test_items_that_reach_into_others_are_cut_there() -> None:
    """No byte is swept twice, so that overlapping items cannot multiply the work."""
    dex, offsets = file_with([0x12] * 6, [0x12] * 6, [0x0E], stated={0: 500, 1: 0xFFFFFFFF})
    code = sweep(dex, offsets)

    assert code.problems == ["2 code items cut: they reach into the next one or out of the file"]
    assert len(code.at) == len(set(code.at.tolist()))
    assert starts(code, 2) == [0]


def test_items_that_begin_inside_each_other() -> None:
    dex, _ = file_with([0x12] * 4000)
    begin = len(HEAD) + -len(HEAD) % 4
    offsets = np.arange(begin, begin + 4000, 4, dtype=np.int64)
    code = sweep(dex, offsets)

    assert len(code) == len(offsets)
    assert len(code.at) <= len(dex.units)


def test_items_outside_the_file() -> None:
    dex, offsets = file_with([0x0E])
    wild = np.array([*offsets, *offsets + 2, len(dex.data) - 15, len(dex.data), 1 << 32], np.int64)
    code = sweep(dex, np.unique(wild))

    assert code.offset.tolist() == offsets.tolist()
    assert code.problems == ["4 code items not read: they lie outside the file"]


def test_references_beyond_their_table_are_counted() -> None:
    dex, offsets = file_with([0x1A, 0, 0x1A, 7, 0x1B, 0, 1], [0x1A, 6])
    code = sweep(dex, offsets)
    found = references(dex, code, Refers.STRING, 7)

    assert found.index.tolist() == [0, 6]
    assert np.diff(found.bounds).tolist() == [1, 1]
    assert code.problems == ["2 references not read: no such string"]


def test_a_far_string_has_a_row_of_32_bits() -> None:
    dex, offsets = file_with([0x1B, 0x0102, 0x0304])
    found = references(dex, sweep(dex, offsets), Refers.STRING, 1 << 32)

    assert found.index.tolist() == [0x03040102]
