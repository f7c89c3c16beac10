"""The instruction set of Dalvik as tables: how long each instruction is, and what it refers to.

Source: source.android.com/docs/core/runtime/dalvik-bytecode and .../instruction-formats.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt


class Refers(IntEnum):
    """What the index inside an instruction points to."""

    NOTHING = 0
    STRING = 1
    TYPE = 2
    """check-cast, instance-of, new-array, filled-new-array: the type is only mentioned."""
    CLASS = 3
    """const-class."""
    NEW = 4
    """new-instance."""
    FIELD = 5
    METHOD = 6
    POLYMORPHIC = 7
    """invoke-polymorphic: a method and, two units later, the proto it is called with."""
    CALL_SITE = 8
    """invoke-custom."""
    HANDLE = 9
    """const-method-handle."""
    PROTO = 10
    """const-method-type."""


_LENGTHS = (
    (1, "00-01 04 07 0a-12 1d-1e 21 27-28 3e-43 73 79-7a 7b-8f b0-cf e3-f9"),
    (2, "02 05 08 13 15-16 19-1a 1c 1f-20 22-23 29 2d-3d 44-6d 90-af d0-e2 fe-ff"),
    (3, "03 06 09 14 17 1b 24-26 2a-2c 6e-72 74-78 fc-fd"),
    (4, "fa-fb"),
    (5, "18"),
)
"""Code units (16 bits) by opcode; opcodes that no instruction has count as one unit."""

_KINDS = (
    (Refers.STRING, "1a-1b"),
    (Refers.TYPE, "1f-20 23-25"),
    (Refers.CLASS, "1c"),
    (Refers.NEW, "22"),
    (Refers.FIELD, "52-6d"),
    (Refers.METHOD, "6e-72 74-78"),
    (Refers.POLYMORPHIC, "fa-fb"),
    (Refers.CALL_SITE, "fc-fd"),
    (Refers.HANDLE, "fe"),
    (Refers.PROTO, "ff"),
)

_NO_INSTRUCTION = "3e-43 73 79-7a e3-f9"

NOP, CONST_STRING_JUMBO = 0x00, 0x1B
PACKED_SWITCH, SPARSE_SWITCH, FILL_ARRAY = 0x0100, 0x0200, 0x0300
"""Code units that begin data inside code; each tells its own size."""

VIRTUAL, SUPER, DIRECT, STATIC, INTERFACE = range(5)
"""How a method is invoked, in the order of the opcodes 6e-72 and 74-78."""


def _codes(ranges: str) -> list[int]:
    spans = [(text + "-" + text).split("-")[:2] for text in ranges.split()]
    return [code for first, last in spans for code in range(int(first, 16), int(last, 16) + 1)]


def _by_opcode(rows: tuple[tuple[int, str], ...]) -> npt.NDArray[np.uint8]:
    table = np.zeros(256, np.uint8)
    for value, ranges in rows:
        table[_codes(ranges)] = value
    return table


KIND = _by_opcode(_KINDS)
"""`Refers` by opcode: uint8[256]."""

LENGTH = _by_opcode(_LENGTHS)
"""Code units by opcode: uint8[256]."""

UNIT_LENGTH = np.tile(LENGTH, 256)
"""Code units by the first unit of the instruction: uint8[65536]; 0 for the three payloads."""
UNIT_LENGTH[[PACKED_SWITCH, SPARSE_SWITCH, FILL_ARRAY]] = 0

UNKNOWN = np.zeros(256, np.bool_)
"""Whether no instruction has this opcode: bool[256]."""
UNKNOWN[_codes(_NO_INSTRUCTION)] = True

INVOKE = np.full(256, VIRTUAL, np.uint8)
"""Kind of invocation by opcode: uint8[256], meaningful for `Refers.METHOD` and `Refers.POLYMORPHIC`."""
INVOKE[0x6E:0x73] = INVOKE[0x74:0x79] = range(5)

STATIC_FIELD = np.zeros(256, np.bool_)
"""Whether the opcode is an sget or sput: bool[256]."""
STATIC_FIELD[0x60:0x6E] = True

FIELD_WRITE = np.zeros(256, np.bool_)
"""Whether the opcode is an iput or sput: bool[256]."""
FIELD_WRITE[[*range(0x59, 0x60), *range(0x67, 0x6E)]] = True
