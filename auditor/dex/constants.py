"""Constants that reach the arguments of a call.

Each method in question is run once with values instead of objects: a register
holds the set of constants it may have. Strings put together (StringBuilder,
concat, format), arrays, boxed numbers, static fields, helpers that return a
constant and helpers that pass their own parameter on are followed. What is not
known leaves a hole in a text, or nothing at all: a result is something the
code can pass, never everything it can pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import NamedTuple

import numpy as np

from auditor.dex import encoded, instructions
from auditor.dex.graph import Calls
from auditor.dex.instructions import Instruction
from auditor.dex.opcodes import FIELD_WRITE, Refers
from auditor.dex.program import ACC_STATIC, Longs, Program
from auditor.dex.tables import Ids, decode

HOLE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands in a text for a part that is not known."""

FEW = 8
"""Values a register keeps; with more, it counts as unknown."""

LONGEST = 2000
"""Characters of a text that is put together."""

DEEPEST = 3
"""Helpers inside helpers."""

MOST_CALLERS = 200
"""Callers that are looked at for one helper."""

SIMPLE = 60
"""Instructions of a helper whose result is looked into."""

_TELLING = tuple(
    ")I )J )Ljava/lang/String; )[Ljava/lang/String; )Ljava/lang/CharSequence; )Ljava/lang/StringBuilder; "
    ")Ljava/lang/Object; )Ljava/util/List; )Ljava/util/Set; )Landroid/net/Uri;".split()
)
"""Return types of helpers whose result can be a constant."""

MOST_INSTRUCTIONS = 20_000
"""Methods longer than this are not run."""

MOST_STATES = 1 << 20
"""Registers that a method writes, times its jumps; methods with more are not run."""


class Parameter(NamedTuple):
    """The value a method was called with."""

    place: int
    """Counted with the receiver, if it has one."""


class Made(NamedTuple):
    """An array, list or builder that this method made, known by where it was made."""

    at: int


type Value = str | int | Parameter | Made
type Values = frozenset[Value]

UNKNOWN: Values = frozenset()


class Passed(NamedTuple):
    """A constant that can arrive at a call's argument."""

    value: str | int
    """A text may hold HOLE."""
    item: int
    """Code item in which the constant is passed: the call's own or, through a helper, the helper's caller."""
    at: int
    """Unit of that call, counted from the start of its file."""


class _Call(NamedTuple):
    """What is known at one call instruction."""

    arguments: tuple[Values, ...]
    """With the receiver, wide values once."""
    contents: Mapping[int, Values]
    """What arrays and lists hold, by where they were made."""


@dataclass(slots=True)
class _Run:
    """One method, run."""

    calls: dict[int, _Call] = field(default_factory=dict)
    """By unit from the start of the method."""
    returns: Values = UNKNOWN
    contents: dict[int, Values] = field(default_factory=dict)
    stored: dict[int, Values] = field(default_factory=dict)
    """Static fields it writes."""


class Constants:
    """Answers for one program; each method is run at most once."""

    def __init__(self, program: Program, calls: Calls) -> None:
        self.program = program
        self.calls = calls
        self._runs: dict[int, _Run] = {}
        self._statics: dict[int, Values] = {}
        self._arrays: dict[int, Values] = {}
        self._beside: dict[int, dict[int, encoded.Value | None]] = {}
        """Values written beside each class, by field."""
        self._brought: dict[tuple[int, int, bool, int], dict[Passed, None]] = {}
        """What callers pass on, by code item, place, whether each, and depth."""
        self._busy: set[int] = set()

    def passed(self, call: int, argument: int, *, each: bool = False) -> Iterator[Passed]:
        """Constants that reach an argument of a call.

        Args:
            call: position among the program's method calls (`calls.uses`).
            argument: counted from 0 as declared, the receiver left out.
            each: the argument is an array or list, and its contents are asked for.

        """
        yield from dict.fromkeys(self._passed(call, argument + self._receiver(call), each, DEEPEST))

    def _passed(self, call: int, place: int, each: bool, depth: int) -> Iterator[Passed]:
        uses = self.calls.uses
        item, at = uses.item(call), int(uses.at[call])
        run = self._run(item)
        found = run.calls.get(self.program.offset(item, at)) if run else None
        if found is None or place >= len(found.arguments):
            return
        for value in self._flat(found.arguments[place], found.contents, each):
            if isinstance(value, Parameter):
                yield from self._from_callers(item, value.place, each, depth)
            elif isinstance(value, str | int):
                yield Passed(value, item, at)

    def _from_callers(self, item: int, place: int, each: bool, depth: int) -> Iterable[Passed]:
        asked = item, place, each, depth
        if asked not in self._brought:
            self._brought[asked] = dict.fromkeys(self._bring(*asked))
        return self._brought[asked]

    def _bring(self, item: int, place: int, each: bool, depth: int) -> Iterator[Passed]:
        for method in self.program.owners(item) if depth > 0 else ():
            for call in self.callers(method)[:MOST_CALLERS]:
                yield from self._passed(call, place, each, depth - 1)

    def callers(self, method: int) -> list[int]:
        """Calls that name the method itself. Dispatch is left out: it would pass on what others mean."""
        order, targets = self._by_target
        low, high = targets.searchsorted(np.array((method, method + 1), np.int32))
        found: list[int] = order[low:high].tolist()
        return found

    @cached_property
    def _by_target(self) -> tuple[Longs, Ids]:
        """Positions of all calls, sorted by the method they name; and those methods."""
        order = np.argsort(self.calls.uses.target, kind="stable")
        return order, self.calls.uses.target[order]

    def _receiver(self, call: int) -> int:
        opcode = int(self.calls.uses.opcode[call])
        return 0 if opcode in (0x71, 0x77) else 1

    @staticmethod
    def _flat(values: Values, contents: Mapping[int, Values], each: bool) -> Iterator[Value]:
        for value in sorted(values, key=repr):
            if isinstance(value, Made):
                inside = contents.get(value.at, UNKNOWN)
                yield from sorted((v for v in inside if each or isinstance(v, str)), key=repr)
            else:
                yield value

    # running one method -------------------------------------------------------------------------

    def _run(self, item: int) -> _Run | None:
        if item not in self._runs:
            if item in self._busy or len(self._busy) > DEEPEST:
                return None
            self._busy.add(item)
            self._runs[item] = _Machine(self, item).run()
            self._busy.discard(item)
        return self._runs[item]

    def returned(self, method: int, arguments: tuple[Values, ...]) -> Values:
        """Constants that the method can return."""
        item = int(self.program.method_item[method])
        run = self._run(item) if item >= 0 and self._simple(method, item) else None
        if run is None:
            return UNKNOWN
        found: set[Value] = set()
        for value in run.returns:
            if isinstance(value, Parameter):
                found |= arguments[value.place] if value.place < len(arguments) else set()
            elif isinstance(value, str | int):
                found.add(value)
        return _few(found)

    def _simple(self, method: int, item: int) -> bool:
        """A helper worth running: short, and returning what constants can be."""
        file = self.program.files[self.program.file_of(item)]
        begin, end = file.code.bounds[item - file.first_item : item - file.first_item + 2].tolist()
        return end - begin <= SIMPLE and self.program.method(method).proto.endswith(_TELLING)

    def static(self, number: int) -> tuple[Values, Values]:
        """(values of a static field, what is inside when it holds an array)."""
        if number not in self._statics:
            self._statics[number], self._arrays[number] = UNKNOWN, UNKNOWN
            self._statics[number], self._arrays[number] = self._static(number)
        return self._statics[number], self._arrays[number]

    def _static(self, number: int) -> tuple[Values, Values]:
        program = self.program
        fields, (order, targets) = program.uses(Refers.FIELD), self._writes
        low, high = targets.searchsorted(np.array((number, number + 1), np.int32))
        items = set(fields.items(order[low:high]).tolist())
        if not items:
            return frozenset(self._initial(number)), UNKNOWN
        owners = {program.method(m).name for item in items for m in program.owners(item)}
        if owners != {"<clinit>"}:
            return UNKNOWN, UNKNOWN
        values, inside = UNKNOWN, UNKNOWN
        for item in items:
            run = self._run(item)
            stored = run.stored.get(number, UNKNOWN) if run else UNKNOWN
            values |= frozenset(v for v in stored if isinstance(v, str | int))
            for made in stored:
                if run and isinstance(made, Made):
                    inside |= run.contents.get(made.at, UNKNOWN)
        return _few(values), inside

    @cached_property
    def _writes(self) -> tuple[Longs, Ids]:
        """Positions of everything that writes a field, sorted by field; and the fields."""
        fields = self.program.uses(Refers.FIELD)
        written = np.flatnonzero(FIELD_WRITE[fields.opcode])
        order = written[np.argsort(fields.target[written], kind="stable")]
        return order, fields.target[order]

    def _initial(self, number: int) -> Iterator[Value]:
        """The value written beside the class, for fields that no code sets."""
        program = self.program
        owner = int(program.field_class[number])
        if program.class_row[owner] < 0:
            return
        if owner not in self._beside:
            self._beside[owner] = self._values_beside(owner)
        file, value = program.files[program.class_file[owner]], self._beside[owner].get(number)
        if value is None:
            return
        if value.kind == encoded.STRING and value.what < len(file.dex.strings):
            yield file.dex.text(value.what)
        elif value.kind in (0x00, 0x02, 0x03, 0x04, 0x06, encoded.BOOLEAN):
            yield value.what

    def _values_beside(self, owner: int) -> dict[int, encoded.Value | None]:
        """Static fields of a defined class, with the values written beside it."""
        file = self.program.files[self.program.class_file[owner]]
        row, members = int(self.program.class_row[owner]), file.data.fields
        static = (members.class_def == row) & (members.flags & ACC_STATIC > 0)
        numbers = file.fields[members.row[static]].tolist()
        values = encoded.static_values(file.dex, row, len(numbers))
        return dict(zip(numbers, values, strict=False))


def _few(values: Iterable[Value]) -> Values:
    found = frozenset(values)
    return found if len(found) <= FEW else UNKNOWN


class _Machine:
    """Runs one method over sets of constants, along its jumps, at most twice."""

    def __init__(self, constants: Constants, item: int) -> None:
        self.constants = constants
        self.program = constants.program
        self.file = self.program.files[self.program.file_of(item)]
        self.body = instructions.body_of(self.program, item)
        self.entry = self._entry(item)
        self.done = _Run()
        self.ahead: dict[int, dict[int, Values]] = {}
        self.result: Values = UNKNOWN
        self.places: dict[int, dict[int, Values]] = {}
        """What stands where in arrays, by where they were made."""
        self.characters = False
        """Whether the call at hand takes a character, which is a number in code."""

    def _entry(self, item: int) -> dict[int, Values]:
        """Registers that hold the arguments; a long or double takes two."""
        register = self.body.registers - self.body.arguments
        found: dict[int, Values] = {}
        for index, width in enumerate(self._widths(item)):
            found[register] = frozenset([Parameter(index)])
            register += width
        return found

    def _widths(self, item: int) -> Iterator[int]:
        owners = self.program.owners(item)
        if not owners:
            return
        if not self.program.method_flags[owners[0]] & ACC_STATIC:
            yield 1
        yield from _widths(self.program.method(owners[0]).proto)

    def run(self) -> _Run:
        """What calls, returns and static fields hold at the end."""
        listed = self.body.instructions
        if len(listed) > MOST_INSTRUCTIONS or self._states(listed) > MOST_STATES:
            return self.done
        loops = any(target <= i.at for i in listed for target in i.jumps)
        for _ in range(2 if loops else 1):
            self._pass(listed)
        return self.done

    def _states(self, listed: list[Instruction]) -> int:
        """Values that are kept for all jumps together, at most."""
        written = {i.registers[0] for i in listed if i.registers} | self.entry.keys()
        return len(written) * sum(len(i.jumps) for i in listed)

    def _pass(self, listed: list[Instruction]) -> None:
        state: dict[int, Values] | None = dict(self.entry)
        for instruction in listed:
            waiting = self.ahead.get(instruction.at)
            if waiting is not None:
                state = _merged(state, waiting) if state is not None else dict(waiting)
            if state is None:
                state = {}  # an exception handler: nothing is known
            self._do(instruction, state)
            for target in instruction.jumps:
                known = self.ahead.get(target)
                self.ahead[target] = _merged(known, state) if known is not None else dict(state)
            if instruction.opcode in instructions.ENDS:
                state = None

    def _do(self, i: Instruction, state: dict[int, Values]) -> None:
        op = i.opcode
        if 0x6E <= op <= 0x78:
            self.result = self._invoke(i, state)
        elif op in (0x24, 0x25):
            self.result = self._filled(i, state)
        elif op in instructions.RETURN:
            self.done.returns = _few(self.done.returns | state.get(i.registers[0], UNKNOWN))
        elif 0x67 <= op <= 0x6D:
            self._store(i, state)
        elif op == 0x4D:
            self._put(i, state)
        elif op == 0x1F or not i.registers or not _writes(op):
            return
        else:
            state[i.registers[0]] = self._value(i, state)

    def _value(self, i: Instruction, state: dict[int, Values]) -> Values:
        match i.opcode:
            case op if 0x01 <= op <= 0x09:
                return state.get(i.registers[1], UNKNOWN)
            case 0x0A | 0x0B | 0x0C:
                return self.result
            case op if 0x12 <= op <= 0x19:
                return frozenset([i.value])
            case 0x1A | 0x1B:
                return frozenset([self._text(i.value)]) if i.value < len(self.file.dex.strings) else UNKNOWN
            case 0x1C:
                return (
                    frozenset([_dotted(self.file.dex.type_name(i.value))])
                    if i.value < len(self.file.types)
                    else UNKNOWN
                )
            case 0x22 | 0x23:
                self.done.contents.setdefault(i.at, UNKNOWN)
                return frozenset([Made(i.at)])
            case op if 0x60 <= op <= 0x66:
                return self._load(i)
            case op if 0x81 <= op <= 0x8F:
                return frozenset(v for v in state.get(i.registers[1], UNKNOWN) if isinstance(v, int))
            case 0x7B | 0x7D:
                return frozenset(-v for v in state.get(i.registers[1], UNKNOWN) if isinstance(v, int))
            case _:
                return UNKNOWN

    def _text(self, row: int) -> str:
        """A string, its end left out where it is longer than all that is kept."""
        return decode(self.file.dex.raw(row)[: 4 * LONGEST])[:LONGEST]

    def _load(self, i: Instruction) -> Values:
        if i.value >= len(self.file.fields):
            return UNKNOWN
        values, inside = self.constants.static(int(self.file.fields[i.value]))
        if inside:
            self.done.contents[i.at] = inside
            return frozenset([Made(i.at)])
        return values

    def _store(self, i: Instruction, state: dict[int, Values]) -> None:
        if i.value < len(self.file.fields):
            number = int(self.file.fields[i.value])
            known = self.done.stored.get(number, UNKNOWN)
            self.done.stored[number] = _few_or(known, state.get(i.registers[0], UNKNOWN))

    def _put(self, i: Instruction, state: dict[int, Values]) -> None:
        """aput-object: a value into an array."""
        holders, values = state.get(i.registers[1], UNKNOWN), state.get(i.registers[0], UNKNOWN)
        self._add(holders, values)
        for holder in holders:
            for place in state.get(i.registers[2], UNKNOWN):
                if isinstance(holder, Made) and isinstance(place, int):
                    self.places.setdefault(holder.at, {})[place] = values

    def _add(self, holders: Values, values: Values) -> None:
        for holder in holders:
            if isinstance(holder, Made):
                self.done.contents[holder.at] = _few_or(self.done.contents.get(holder.at, UNKNOWN), values)

    def _filled(self, i: Instruction, state: dict[int, Values]) -> Values:
        self.done.contents[i.at] = UNKNOWN
        made: Values = frozenset([Made(i.at)])
        for register in i.registers:
            self._add(made, state.get(register, UNKNOWN))
        self.places[i.at] = {n: state.get(r, UNKNOWN) for n, r in enumerate(i.registers)}
        return made

    # calls --------------------------------------------------------------------------------------

    def _invoke(self, i: Instruction, state: dict[int, Values]) -> Values:
        if i.value >= len(self.file.methods):
            return UNKNOWN
        number = int(self.file.methods[i.value])
        method = self.program.method(number)
        registers = list(_once(i, method.proto))
        arguments = tuple(state.get(r, UNKNOWN) for r in registers)
        known = self.done.calls.get(i.at)
        if known and len(known.arguments) == len(arguments):
            both = tuple(_few_or(a, b) for a, b in zip(known.arguments, arguments, strict=True))
            self.done.calls[i.at] = _Call(both, self.done.contents)
        else:
            self.done.calls[i.at] = _Call(arguments, self.done.contents)
        self.characters = method.proto.startswith("(C)")
        doer = _KNOWN.get((method.owner, method.name))
        if doer is not None and arguments:
            return doer(self, i, arguments, state)
        target = int(self.constants.calls.resolved[number])
        return self.constants.returned(target, arguments) if target >= 0 else UNKNOWN

    def build(self, _i: Instruction, arguments: tuple[Values, ...], _state: dict[int, Values]) -> Values:
        """`new StringBuilder(text)`: contents begin; `append` adds and gives the builder back."""
        for holder in arguments[0]:
            if isinstance(holder, Made):
                text = arguments[1] if len(arguments) > 1 else frozenset([""])
                starts = frozenset(v for v in text if isinstance(v, str)) or frozenset([""])
                self.done.contents[holder.at] = starts
        return UNKNOWN

    def append(self, _i: Instruction, arguments: tuple[Values, ...], _state: dict[int, Values]) -> Values:
        """The builder, its text longer by the argument."""
        for holder in arguments[0]:
            if isinstance(holder, Made):
                before = self.done.contents.get(holder.at, UNKNOWN) or frozenset([HOLE])
                self.done.contents[holder.at] = _concatenated(before, self._texts(arguments[1:2]))
        return arguments[0]

    def text_of(self, _i: Instruction, arguments: tuple[Values, ...], _state: dict[int, Values]) -> Values:
        """`toString`, `String.valueOf`, boxing, `Uri.parse`: the same value."""
        found: set[Value] = set()
        for value in arguments[-1] if arguments else ():
            found |= self.done.contents.get(value.at, UNKNOWN) if isinstance(value, Made) else {value}
        return _few(found)

    def concat(self, _i: Instruction, arguments: tuple[Values, ...], _state: dict[int, Values]) -> Values:
        """`String.concat`, Kotlin's `plus`."""
        return _concatenated(self._texts(arguments[:1]), self._texts(arguments[1:2]))

    def format(self, _i: Instruction, arguments: tuple[Values, ...], _state: dict[int, Values]) -> Values:
        """`String.format`: placeholders take what stands at their place in the array."""
        made = next((v.at for values in arguments for v in values if isinstance(v, Made)), None)
        inside = self.places.get(made, {}) if made is not None else {}
        texts = [v for values in arguments for v in values if isinstance(v, str)]
        return _few(self._formatted(text, inside) for text in texts)

    def _formatted(self, text: str, inside: Mapping[int, Values]) -> str:
        order = count()

        def put(found: re.Match[str]) -> str:
            if found[0] in ("%%", "%n"):
                return "%" if found[0] == "%%" else "\n"
            values = inside.get(int(found[1]) - 1 if found[1] else next(order), UNKNOWN)
            known = [str(v) for v in values if isinstance(v, str | int)]
            return known[0] if len(known) == len(values) == 1 else HOLE

        return _PLACEHOLDER.sub(put, text)[:LONGEST]

    def collect(self, _i: Instruction, arguments: tuple[Values, ...], _state: dict[int, Values]) -> Values:
        """`Arrays.asList`, `listOf`: the array itself; a single value becomes a list of one."""
        made = [v for values in arguments for v in values if isinstance(v, Made)]
        if made:
            return frozenset(made[:1])
        at = -1 - _i.at
        for values in arguments:
            self.done.contents[at] = _few_or(self.done.contents.get(at, UNKNOWN), values)
        return frozenset([Made(at)])

    def add(self, _i: Instruction, arguments: tuple[Values, ...], _state: dict[int, Values]) -> Values:
        """`List.add(value)`."""
        self._add(arguments[0], arguments[-1])
        return UNKNOWN

    def _texts(self, arguments: tuple[Values, ...]) -> frozenset[str]:
        values = arguments[0] if arguments else UNKNOWN
        inside = self.text_of(_NO_INSTRUCTION, (values,), {})
        found = frozenset(self._shown(v) for v in inside)
        return found or frozenset([HOLE])

    def _shown(self, value: Value) -> str:
        if isinstance(value, int) and self.characters:
            return chr(value) if 0 < value < 0xD800 else HOLE
        return str(value) if isinstance(value, str | int) else HOLE


_NO_INSTRUCTION = Instruction(-1, 0, ())

_PLACEHOLDER = re.compile(r"%(?:(\d{1,3})\$)?[-#+ 0,(]*\d*(?:\.\d+)?[a-zA-Z%]")

type _Doer = Callable[[_Machine, Instruction, tuple[Values, ...], dict[int, Values]], Values]

_BUILDERS = ("Ljava/lang/StringBuilder;", "Ljava/lang/StringBuffer;")
_BOXES = tuple(f"Ljava/lang/{name};" for name in ("Integer", "Long", "Short", "Byte", "Boolean", "Character"))

_KNOWN: dict[tuple[str, str], _Doer] = {
    **{(b, "<init>"): _Machine.build for b in _BUILDERS},
    **{(b, "append"): _Machine.append for b in _BUILDERS},
    **{(b, "toString"): _Machine.text_of for b in _BUILDERS},
    **{(b, "valueOf"): _Machine.text_of for b in _BOXES},
    ("Ljava/lang/String;", "valueOf"): _Machine.text_of,
    ("Ljava/lang/String;", "toString"): _Machine.text_of,
    ("Ljava/lang/String;", "trim"): _Machine.text_of,
    ("Ljava/lang/String;", "concat"): _Machine.concat,
    ("Ljava/lang/String;", "format"): _Machine.format,
    ("Lkotlin/jvm/internal/Intrinsics;", "stringPlus"): _Machine.concat,
    ("Landroid/net/Uri;", "parse"): _Machine.text_of,
    ("Landroid/net/Uri;", "toString"): _Machine.text_of,
    ("Ljava/util/Arrays;", "asList"): _Machine.collect,
    ("Ljava/util/List;", "of"): _Machine.collect,
    ("Ljava/util/Set;", "of"): _Machine.collect,
    ("Ljava/util/Collections;", "singletonList"): _Machine.collect,
    ("Ljava/util/Collections;", "singleton"): _Machine.collect,
    ("Lkotlin/collections/CollectionsKt;", "listOf"): _Machine.collect,
    ("Lkotlin/collections/SetsKt;", "setOf"): _Machine.collect,
    ("Ljava/util/ArrayList;", "add"): _Machine.add,
    ("Ljava/util/List;", "add"): _Machine.add,
    ("Ljava/util/Set;", "add"): _Machine.add,
    ("Ljava/util/HashSet;", "add"): _Machine.add,
}
"""What methods of the platform do to values."""


def _widths(proto: str) -> Iterator[int]:
    """Registers of each parameter in `(Ljava/lang/String;J)V`."""
    at = 1
    while at < len(proto) and proto[at] != ")":
        wide = proto[at] in "JD"
        while at < len(proto) and proto[at] == "[":
            at += 1
        at = proto.find(";", at) + 1 if proto[at : at + 1] == "L" else at + 1
        if at <= 0:
            return
        yield 2 if wide else 1


def _once(i: Instruction, proto: str) -> Iterator[int]:
    """First register of each argument, the receiver among them."""
    registers = list(i.registers)
    widths = [*([] if i.opcode in (0x71, 0x77) else [1]), *_widths(proto)]
    at = 0
    for width in widths:
        if at < len(registers):
            yield registers[at]
        at += width


def _writes(opcode: int) -> bool:
    """Whether the first register is the destination."""
    return (
        0x01 <= opcode <= 0x0D
        or 0x12 <= opcode <= 0x1C
        or opcode in (0x20, 0x21, 0x22, 0x23)
        or 0x2D <= opcode <= 0x31
        or 0x44 <= opcode <= 0x4A
        or 0x52 <= opcode <= 0x58
        or 0x60 <= opcode <= 0x66
        or 0x7B <= opcode <= 0xE2
        or opcode in (0xFE, 0xFF)
    )


def _merged(left: dict[int, Values], right: dict[int, Values]) -> dict[int, Values]:
    """Where two ways meet, a register may have the value of either."""
    return {r: _few(left.get(r, UNKNOWN) | right.get(r, UNKNOWN)) for r in left.keys() | right.keys()}


def _few_or(left: Values, right: Values) -> Values:
    """Both, or what was known before when together they are too many."""
    found = left | right
    return found if len(found) <= 8 * FEW else left


def _concatenated(left: Iterable[Value], right: Iterable[Value]) -> Values:
    texts = {
        f"{a if isinstance(a, str) else HOLE}{b if isinstance(b, str) else HOLE}"[:LONGEST]
        for a in left
        for b in right
    }
    return _few(texts) or frozenset([HOLE])


def _dotted(descriptor: str) -> str:
    return descriptor.removeprefix("L").removesuffix(";").replace("/", ".")
