"""One method's instructions in full: registers, literals, jump targets. Slow, and only for few methods.

Formats: source.android.com/docs/core/runtime/instruction-formats.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from auditor.dex.opcodes import NOP, PACKED_SWITCH, SPARSE_SWITCH
from auditor.dex.program import Program

_FORMATS = (
    "10x:00,0e 12x:01,04,07,21,7b-8f,b0-cf 22x:02,05,08 32x:03,06,09 11x:0a-0d,0f-11,1d-1e,27 11n:12 "
    "21s:13,16 31i:14,17 21h:15,19 51l:18 21c:1a,1c,1f,22,60-6d,fe-ff 31c:1b 22c:20,23,52-5f "
    "35c:24,6e-72,fc 3rc:25,74-78,fd 31t:26,2b-2c 10t:28 20t:29 30t:2a 23x:2d-31,44-51,90-af "
    "22t:32-37 21t:38-3d 22s:d0-d7 22b:d8-e2 45cc:fa 4rcc:fb"
)

GOTO = frozenset({0x28, 0x29, 0x2A})
RETURN = frozenset({0x0F, 0x10, 0x11})
ENDS = GOTO | RETURN | {0x0E, 0x27}
"""Nothing follows from the instruction above: jumps, returns, throw."""
SWITCH = frozenset({0x2B, 0x2C})


def _table() -> list[str]:
    names = ["10x"] * 256
    for entry in _FORMATS.split():
        name, _, codes = entry.partition(":")
        for part in codes.split(","):
            first, _, last = part.partition("-")
            for code in range(int(first, 16), int(last or first, 16) + 1):
                names[code] = name
    return names


FORMAT = _table()
"""Name of the format by opcode."""


class Instruction(NamedTuple):
    """One instruction, decoded."""

    at: int
    """Unit, counted from the start of the method."""
    opcode: int
    registers: tuple[int, ...]
    """In the order of the mnemonic: destination first."""
    value: int = 0
    """Literal, or row of the table referred to."""
    jumps: tuple[int, ...] = ()
    """Units it may jump to, counted from the start of the method."""


class Body(NamedTuple):
    """One code item, decoded."""

    instructions: list[Instruction]
    registers: int
    arguments: int
    """How many of the registers, the last ones, hold the arguments on entry."""


def body_of(program: Program, item: int) -> Body:
    """All instructions of a code item that the sweep found."""
    file = program.files[program.file_of(item)]
    code, local = file.code, item - file.first_item
    begin, end = code.bounds[local], code.bounds[local + 1]
    first = int(code.first[local])
    size = int(file.dex.words[(int(code.offset[local]) + 12) // 4])
    last = int(code.offset[local + 1]) // 2 if local + 1 < len(code) else len(file.dex.units)
    units = file.dex.units[first : min(first + size, last)].tolist()  # cut where the sweep cut it
    places = (code.at[begin:end] - first).tolist()
    opcodes = code.opcode[begin:end].tolist()
    tables = {at for at, op in zip(places, opcodes, strict=True) if op == NOP and units[at]}
    decoded = [_decode(units, at, op, tables) for at, op in zip(places, opcodes, strict=True)]
    head = int(code.offset[local]) // 2
    return Body(decoded, int(file.dex.units[head]), int(file.dex.units[head + 1]))


def _decode(units: list[int], at: int, opcode: int, tables: set[int]) -> Instruction:
    unit = units[at] >> 8
    low, high = unit & 0xF, unit >> 4
    second, third = (*units[at + 1 : at + 3], 0, 0)[:2]
    match FORMAT[opcode]:
        case "12x":
            return Instruction(at, opcode, (low, high))
        case "11n":
            return Instruction(at, opcode, (low,), _signed(high, 4))
        case "11x":
            return Instruction(at, opcode, (unit,))
        case "22x":
            return Instruction(at, opcode, (unit, second))
        case "32x":
            return Instruction(at, opcode, (second, third))
        case "21s":
            return Instruction(at, opcode, (unit,), _signed(second, 16))
        case "21h":
            return Instruction(at, opcode, (unit,), _signed(second, 16) << (48 if opcode == 0x19 else 16))
        case "21c":
            return Instruction(at, opcode, (unit,), second)
        case "31i":
            return Instruction(at, opcode, (unit,), _signed(second | third << 16, 32))
        case "31c":
            return Instruction(at, opcode, (unit,), second | third << 16)
        case "51l":
            wide = sum(part << 16 * n for n, part in enumerate(units[at + 1 : at + 5]))
            return Instruction(at, opcode, (unit,), _signed(wide, 64))
        case "22c" | "22s":
            return Instruction(at, opcode, (low, high), second)
        case "23x":
            return Instruction(at, opcode, (unit, second & 0xFF, second >> 8))
        case "22b":
            return Instruction(at, opcode, (unit, second & 0xFF), _signed(second >> 8, 8))
        case "35c" | "45cc":
            listed = (third & 0xF, third >> 4 & 0xF, third >> 8 & 0xF, third >> 12, low)
            return Instruction(at, opcode, listed[: min(high, 5)], second)
        case "3rc" | "4rcc":
            return Instruction(at, opcode, tuple(range(third, third + unit)), second)
        case _:
            return _jump(units, at, opcode, tables)


def _jump(units: list[int], at: int, opcode: int, tables: set[int]) -> Instruction:
    unit = units[at] >> 8
    second, third = (*units[at + 1 : at + 3], 0, 0)[:2]
    match FORMAT[opcode]:
        case "10t":
            return Instruction(at, opcode, (), 0, (at + _signed(unit, 8),))
        case "20t":
            return Instruction(at, opcode, (), 0, (at + _signed(second, 16),))
        case "30t":
            return Instruction(at, opcode, (), 0, (at + _signed(second | third << 16, 32),))
        case "22t":
            return Instruction(at, opcode, (unit & 0xF, unit >> 4), 0, (at + _signed(second, 16),))
        case "21t":
            return Instruction(at, opcode, (unit,), 0, (at + _signed(second, 16),))
        case "31t":
            table = at + _signed(second | third << 16, 32)
            cases = tuple(at + step for step in _cases(units, table, tables)) if opcode in SWITCH else ()
            return Instruction(at, opcode, (unit,), 0, cases)
        case _:
            return Instruction(at, opcode, ())


def _cases(units: list[int], table: int, tables: set[int]) -> Iterator[int]:
    """Jump distances of a switch table; each belongs to one switch, since they count from there."""
    if table not in tables or table >= len(units) - 1:
        return
    tables.remove(table)
    kind, size = units[table], units[table + 1]
    first = {PACKED_SWITCH: table + 4, SPARSE_SWITCH: table + 2 + 2 * size}.get(kind)
    if first is not None:
        pairs = units[first : first + 2 * size]
        yield from (_signed(a | b << 16, 32) for a, b in zip(pairs[::2], pairs[1::2], strict=False))


def _signed(value: int, bits: int) -> int:
    return value - (1 << bits) if value >> (bits - 1) & 1 else value
