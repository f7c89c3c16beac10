"""The same questions answered naively: dictionaries, sets and loops, no arrays.

It reads the numbers that `Program` gives to types, methods and selectors, and nothing else of the engine:
hierarchy, dispatch, callbacks and reachability are worked out again, slowly, the way they are defined.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

import numpy as np

from auditor.dex.opcodes import INVOKE, STATIC_FIELD, Refers
from auditor.dex.program import Program, Uses

OBJECT = "Ljava/lang/Object;"
PRIVATE_OR_STATIC, INTERFACE, ABSTRACT = 0xA, 0x200, 0x400


@dataclass
class PlatformType:
    above: list[str]
    own: list[tuple[str, int]]


def platform_types(text: str) -> dict[str, PlatformType]:
    """`rules/platform/callbacks.txt` by descriptor."""
    found = {}
    for line in text.splitlines():
        if " < " in line and not line.startswith("#"):
            name, _, rest = line.partition(" < ")
            above, _, own = rest.partition(":")
            pairs = [method.split("/") for method in own.split()]
            found[_descriptor(name)] = PlatformType(
                [_descriptor(a) for a in above.split()], [(name, int(count)) for name, count in pairs]
            )
    return found


def _descriptor(name: str) -> str:
    return f"L{name.strip().replace('.', '/')};"


@dataclass
class Type:
    superclass: int | None
    interfaces: list[int]
    defined: bool = False
    flags: int = 0


@dataclass(frozen=True)
class Definition:
    method: int
    owner: int
    selector: int
    flags: int
    item: int
    special: bool

    @property
    def virtual(self) -> bool:
        return not self.flags & PRIVATE_OR_STATIC and not self.special


class World:
    """Types, definitions and who lies above whom."""

    def __init__(self, program: Program, platform_text: str = "") -> None:
        self.program = program
        self.platform = platform_types(platform_text)
        self.names = [name.decode("utf-8", "surrogatepass") for name in program.type_names]
        self.numbers = {name: number for number, name in enumerate(self.names)}
        self.types = [Type(None, []) for _ in self.names]
        self.definitions: dict[tuple[int, int], Definition] = {}
        self._read_files()
        self._place_platform_types()
        self._drop_wrong_interfaces()

    # reading ------------------------------------------------------------------------------------

    def _read_files(self) -> None:
        for file in self.program.files:
            owners = {}
            for row, values in enumerate(file.dex.classes.tolist()):
                number = int(file.types[values[0]])
                if not self.types[number].defined:
                    self.types[number] = self._type(file, values)
                    owners[row] = number
            self._read_methods(file, owners)

    def _type(self, file: object, values: list[int]) -> Type:
        above = int(file.types[values[2]]) if values[2] < len(file.types) else self.numbers.get(OBJECT)
        words, units, at = file.dex.words, file.dex.units, values[3]
        count = int(words[at // 4]) if at else 0
        listed = [int(file.types[t]) for t in units[at // 2 + 2 : at // 2 + 2 + count]] if at else []
        if self.names[int(file.types[values[0]])] == OBJECT:
            above = None
        return Type(above, listed, defined=True, flags=values[1])

    def _read_methods(self, file: object, owners: dict[int, int]) -> None:
        program, members = self.program, file.data.methods
        item_of = {offset: file.first_item + i for i, offset in enumerate(file.code.offset.tolist())}
        rows = zip(
            *(part.tolist() for part in (members.class_def, members.row, members.flags, members.code)),
            strict=True,
        )
        for class_row, row, flags, code in rows:
            method = int(file.methods[row])
            owner, selector = int(program.method_class[method]), int(program.method_selector[method])
            if owners.get(class_row) == owner:
                special = self.name(selector) in ("<init>", "<clinit>")
                self.definitions[owner, selector] = Definition(
                    method, owner, selector, flags, item_of.get(code, -1), special
                )

    @cache  # noqa: B019 - lives as long as one test
    def name(self, selector: int) -> str:
        return self.program.name_texts[int(self.program.selector_name[selector])].decode("utf-8", "replace")

    def _place_platform_types(self) -> None:
        top = self.numbers.get(OBJECT)
        for number, name in enumerate(self.names):
            if not self.types[number].defined:
                superclass, interfaces = self._named_above(name)
                self.types[number].superclass = top if superclass is None and name != OBJECT else superclass
                self.types[number].interfaces = sorted(interfaces)

    def _named_above(self, name: str) -> tuple[int | None, set[int]]:
        """The nearest platform types above one that the program names."""
        superclass, interfaces = None, set[int]()
        ahead = list(self.platform[name].above) if name in self.platform else []
        while ahead:
            other = ahead.pop(0)
            is_class = OBJECT in self.closure(other)
            if other in self.numbers and is_class:
                superclass = self.numbers[other] if superclass is None else superclass
            elif other in self.numbers:
                interfaces.add(self.numbers[other])
            elif other in self.platform:
                ahead += self.platform[other].above
        return superclass, interfaces

    @cache  # noqa: B019 - lives as long as one test
    def closure(self, name: str) -> frozenset[str]:
        """A platform type and everything above it."""
        if name not in self.platform:
            return frozenset()
        return frozenset({name}).union(*(self.closure(above) for above in self.platform[name].above))

    def _drop_wrong_interfaces(self) -> None:
        """A defined class that is listed as an interface is none."""
        for each in self.types:
            each.interfaces = [i for i in each.interfaces if not self.types[i].defined or self.interface(i)]

    def interface(self, number: int) -> bool:
        return bool(self.types[number].flags & INTERFACE)

    # above and below ----------------------------------------------------------------------------

    @cached_property
    def above(self) -> list[set[int]]:
        """Every type with all its supertypes."""
        return [self._above(number) for number in range(len(self.types))]

    def _above(self, number: int) -> set[int]:
        found, ahead = set[int](), [number]
        while ahead:
            here = ahead.pop()
            if here not in found:
                found.add(here)
                superclass = self.types[here].superclass
                ahead += [*([] if superclass is None else [superclass]), *self.types[here].interfaces]
        return found

    @cached_property
    def below(self) -> list[set[int]]:
        """Every type with all its subtypes."""
        found: list[set[int]] = [set() for _ in self.types]
        for number, above in enumerate(self.above):
            for other in above:
                found[other].add(number)
        return found

    def chain(self, number: int) -> Iterator[int]:
        """A class and its superclasses."""
        here: int | None = number
        while here is not None:
            yield here
            here = self.types[here].superclass

    def chain_interfaces(self, number: int) -> set[int]:
        """Interfaces that a class brings itself: those it lists, and all above them."""
        return set().union(*(self.above[i] & self._interfaces for i in self.types[number].interfaces))

    @cached_property
    def _interfaces(self) -> set[int]:
        """Everything that is used as an interface."""
        listed = {i for each in self.types for i in each.interfaces}
        return listed | {n for n in range(len(self.types)) if self.interface(n)}

    # dispatch -----------------------------------------------------------------------------------

    @cached_property
    def by_selector(self) -> dict[int, list[Definition]]:
        found = defaultdict(list)
        for definition in self.definitions.values():
            if definition.virtual:
                found[definition.selector].append(definition)
        return found

    @cache  # noqa: B019 - lives as long as one test
    def resolve(self, number: int, selector: int) -> Definition | None:
        """What a class has or inherits: from its superclasses, else from the most special interface."""
        for here in self.chain(number):
            if not self.types[here].defined:
                break
            if (here, selector) in self.definitions:
                return self.definitions[here, selector]
        return self.default(number, selector)

    def default(self, number: int, selector: int) -> Definition | None:
        found = (
            [d for d in self.defaults(selector) if d.owner in self.above[number]]
            if self.types[number].defined
            else []
        )
        special = [d for d in found if not any(d.owner in self.above[e.owner] and d != e for e in found)]
        return min(special, key=lambda d: (-len(self.above[d.owner]), d.method), default=None)

    def defaults(self, selector: int) -> list[Definition]:
        found = self.by_selector.get(selector, [])
        return [d for d in found if self.interface(d.owner) and not d.flags & ABSTRACT]

    def targets(self, owner: int, selector: int) -> set[int]:
        """Definitions at which a virtual or interface call can arrive."""
        found = {self.resolve(owner, selector)}
        found |= {d for d in self.by_selector.get(selector, ()) if owner in self.above[d.owner]}
        if owner in self._interfaces:
            found |= {self._inherited(k, selector) for k in self.below[owner] if k not in self._interfaces}
        classes = {k for k in self.below[owner] if k not in self._interfaces}
        found |= {d for d in self.defaults(selector) if not classes.isdisjoint(self.below[d.owner])}
        return {d.method for d in found if d and not d.flags & ABSTRACT}

    def _inherited(self, number: int, selector: int) -> Definition | None:
        found = self.resolve(number, selector)
        return found if found and found.virtual and not self.interface(found.owner) else None

    def resolved(self, method: int) -> int | None:
        """Where a static, direct or super call arrives."""
        owner, selector = int(self.program.method_class[method]), int(self.program.method_selector[method])
        found = self.resolve(owner, selector)
        return found.method if found else None

    @cached_property
    def invokes(self) -> dict[int, list[tuple[bool, int]]]:
        """By code item: whether each call is dispatched, and the method it names."""
        uses, found = self.program.uses(Refers.METHOD), defaultdict(list)
        for item, position in _by_item(uses):
            virtual = int(INVOKE[uses.opcode[position]]) in (0, 4)
            found[item].append((virtual, int(uses.target[position])))
        return found

    @cache  # noqa: B019 - lives as long as one test
    def arrivals(self, virtual: bool, method: int) -> frozenset[int]:
        if not virtual:
            found = self.resolved(method)
            return frozenset() if found is None else frozenset({found})
        owner, selector = int(self.program.method_class[method]), int(self.program.method_selector[method])
        return frozenset(self.targets(owner, selector))

    def edges(self) -> set[tuple[int, int]]:
        """Pairs (code item, definition)."""
        return {
            (item, target)
            for item, calls in self.invokes.items()
            for virtual, method in calls
            for target in self.arrivals(virtual, method)
        }

    # callbacks ----------------------------------------------------------------------------------

    def called_by_platform(self, number: int) -> tuple[set[int], bool]:
        """Selectors that platform types above a type declare; whether a stranger lies above it."""
        outside = {t for t in self.above[number] if not self.types[t].defined and self.names[t] != OBJECT}
        known = {t for t in outside if self.names[t] in self.platform}
        return set().union(*(self._declared(self.names[t]) for t in known)), bool(outside - known)

    @cache  # noqa: B019 - lives as long as one test
    def _declared(self, name: str) -> frozenset[int]:
        types = self.closure(name) - {OBJECT}
        return frozenset(
            s for t in types for own in self.platform[t].own for s in self._selectors.get(own, ())
        )

    @cached_property
    def _selectors(self) -> dict[tuple[str, int], list[int]]:
        found = defaultdict(list)
        for selector, proto in enumerate(self.program.selector_proto.tolist()):
            parameters = self.program.proto(proto).partition(")")[0]
            found[self.name(selector), _count(parameters)].append(selector)
        return found

    @cached_property
    def callbacks(self) -> set[int]:
        """Definitions called once an object of their class, or of one below, exists."""
        everywhere = self.platform[OBJECT].own if OBJECT in self.platform else []
        general = {s for own in everywhere for s in self._selectors.get(own, ())}
        found = set()
        for definitions in self.by_selector.values():
            for each in definitions:
                selectors, strange = self._called(each.owner)
                called = strange or each.selector in selectors or each.selector in general
                if called and not each.flags & ABSTRACT:
                    found.add(each.method)
        return found

    @cache  # noqa: B019 - lives as long as one test
    def _called(self, number: int) -> tuple[set[int], bool]:
        return self.called_by_platform(number)

    @cache  # noqa: B019 - lives as long as one test
    def inherited_callbacks(self, number: int) -> frozenset[int]:
        """Callbacks that a class takes over from elsewhere, because an interface it brings asks for them."""
        if not self.types[number].defined or number in self._interfaces:
            return frozenset()
        brought = {i for i in self.chain_interfaces(number) if not self.types[i].defined}
        selectors = set().union(
            *(self._declared(self.names[i]) for i in brought if self.names[i] in self.platform)
        )
        found = {self.resolve(number, s) for s in selectors}
        return frozenset(
            d.method for d in found if d and d.owner != number and d.virtual and not d.flags & ABSTRACT
        )


class Reached:
    """Everything that can run: rules applied again and again until nothing new comes."""

    def __init__(self, world: World, roots: Iterable[int], others: Iterable[int] = ()) -> None:
        self.world = world
        self.others = set(others)
        self.methods: dict[int, int] = {}
        """Method to the round in which it was reached."""
        self.live: set[int] = set()
        self.built: set[int] = set()
        """Types whose constructors run without a call that names them."""
        self.exists: set[int] = set()
        """Live types and all types above them."""
        self.round = 0
        self._bring(roots, built=True)
        self._wake()
        before = None
        while before != (before := (len(self.methods), len(self.live), len(self.built))):
            self._next()

    def _next(self) -> None:
        """One round: everything that follows from the methods known now."""
        self.round += 1
        running = list(self.methods)
        for method in running:
            self._use(self._item(method))
        found = {target for method in running for target in self._call(self._item(method))}
        for method in found:
            self._reach(method)
        self._wake()

    def _wake(self) -> None:
        for number in list(self.exists):
            for method in self.awake(number):
                self._reach(method)

    @cached_property
    def by_method(self) -> dict[int, Definition]:
        return {d.method: d for d in self.world.definitions.values()}

    def _item(self, method: int) -> int:
        return self.by_method[method].item

    def _reach(self, method: int | None) -> None:
        if method is not None and method in self.by_method:
            self.methods.setdefault(method, self.round)

    def _call(self, item: int) -> set[int]:
        found: set[int] = set()
        for virtual, method in self.world.invokes.get(item, ()):
            arrivals = self.world.arrivals(virtual, method)
            if virtual:
                found |= {m for m in arrivals if self.by_method[m].owner in self.exists}
            else:
                found |= arrivals
                for target in arrivals:
                    self._initialise(self.by_method[target].owner)
        return found

    def _use(self, item: int) -> None:
        created, named, touched = self.types_of(item)
        self._bring(created, built=False)
        self._bring(named, built=True)
        for number in created | named | touched:
            self._initialise(number)

    def arrivals(self, item: int) -> set[int]:
        """Every definition at which a call of this code can arrive."""
        calls = self.world.invokes.get(item, ())
        return {m for virtual, method in calls for m in self.world.arrivals(virtual, method)}

    def types_of(self, item: int) -> tuple[set[int], set[int], set[int]]:
        """Types that this code creates, names, and touches by a static field."""
        return self._types.get(item, (set(), set(), set()))

    @cached_property
    def _types(self) -> dict[int, tuple[set[int], set[int], set[int]]]:
        """By code item: types created, named, and touched by a static field."""
        found = defaultdict(lambda: (set(), set(), set()))
        program = self.world.program
        for place, kind in enumerate((Refers.NEW, Refers.CLASS)):
            uses = program.uses(kind)
            for item, position in _by_item(uses):
                found[item][place].add(int(uses.target[position]))
        uses = program.uses(Refers.FIELD)
        for item, position in _by_item(uses):
            if STATIC_FIELD[uses.opcode[position]]:
                found[item][2].add(int(program.field_class[uses.target[position]]))
        return found

    def _bring(self, types: Iterable[int], *, built: bool) -> None:
        defined = {t for t in types if self.world.types[t].defined}
        self.live |= defined
        for number in defined:
            self._initialise(number)
            for above in self.world.chain(number):
                self.exists |= {above} | self.world.chain_interfaces(above)
                for interface in self.world.chain_interfaces(above):
                    self._initialise_interface(interface)
        if built:
            self.built |= defined
            for number in defined:
                for (owner, selector), definition in self._constructors(number):
                    assert owner == number, selector
                    self._reach(definition.method)

    @cached_property
    def _all_constructors(self) -> dict[int, list[tuple[tuple[int, int], Definition]]]:
        found = defaultdict(list)
        for key, definition in self.world.definitions.items():
            if self.world.name(key[1]) == "<init>":
                found[key[0]].append((key, definition))
        return found

    def _constructors(self, number: int) -> list[tuple[tuple[int, int], Definition]]:
        return self._all_constructors.get(number, [])

    @cached_property
    def initialisers(self) -> dict[int, int]:
        return {
            owner: d.method
            for (owner, selector), d in self.world.definitions.items()
            if self.world.name(selector) == "<clinit>"
        }

    def _initialise(self, number: int) -> None:
        for here in self.world.chain(number):
            self._reach(self.initialisers.get(here))

    def _initialise_interface(self, number: int) -> None:
        """Interfaces are initialised with a class when they have methods that it can inherit."""
        if any(self.world.interface(d.owner) for d in self._own_defaults(number)):
            self._initialise(number)

    @cache  # noqa: B019 - lives as long as one test
    def _own_defaults(self, number: int) -> list[Definition]:
        return [d for d in self._own.get(number, ()) if not d.flags & ABSTRACT]

    @cached_property
    def _own(self) -> dict[int, list[Definition]]:
        found = defaultdict(list)
        for definition in self.world.definitions.values():
            if definition.virtual:
                found[definition.owner].append(definition)
        return found

    def awake(self, number: int) -> set[int]:
        """What the platform calls on objects of a type that exists."""
        own = {d.method for d in self._own.get(number, ())}
        other = self.others & set(self._by_owner.get(number, ()))
        return own & self.world.callbacks | other | self.world.inherited_callbacks(number)

    @cached_property
    def _by_owner(self) -> dict[int, list[int]]:
        found = defaultdict(list)
        for definition in self.world.definitions.values():
            found[definition.owner].append(definition.method)
        return found


class Steps:
    """Whether one station of a path, a method or a class by its number, really leads to another."""

    def __init__(self, reached: Reached) -> None:
        self.reached, self.world = reached, reached.world
        self.methods = reached.by_method

    def from_class(self, number: int, target: int) -> bool:
        """An object of the class exists, so that the method runs."""
        chain = [a for t in self.world.chain(number) for a in (t, *self.world.chain_interfaces(t))]
        called = any(target in self.reached.awake(above) for above in chain)
        definition = self.methods[target]
        built = number in self.reached.built and definition.owner == number and definition.special
        return called or built or self._initialises(number, definition)

    def to_class(self, source: int, number: int) -> bool:
        """The method's code creates or names the class."""
        created, named, _ = self.reached.types_of(self.methods[source].item)
        return number in created | named

    def between(self, source: int, target: int) -> bool:
        """The method's code calls the other, or names or initialises its class."""
        before, after = self.methods[source], self.methods[target]
        created, named, touched = self.reached.types_of(before.item)
        arrivals = self.reached.arrivals(before.item)
        initialised = created | named | touched | {self.methods[m].owner for m in arrivals} | {before.owner}
        return (
            target in arrivals
            or (after.special and after.owner in named)
            or any(self._initialises(number, after) for number in initialised)
        )

    def _initialises(self, number: int, target: Definition) -> bool:
        mine = self.reached.initialisers.get(target.owner) == target.method
        return mine and target.owner in self.world.above[number]


def _by_item(uses: Uses) -> Iterator[tuple[int, int]]:
    """(code item, position) of every reference."""
    begins = uses.bounds.tolist()
    for item, (begin, end) in enumerate(pairwise(begins)):
        for position in range(begin, end):
            yield item, position


def _count(parameters: str) -> int:
    """Number of parameters in `(ILjava/lang/String;[J`."""
    count, at = 0, 1
    while at < len(parameters):
        while parameters[at] == "[":
            at += 1
        at = parameters.index(";", at) + 1 if parameters[at] == "L" else at + 1
        count += 1
    return count


def no_uses(program: Program) -> Uses:
    """References of a kind that the program has none of."""
    none = np.zeros(0, np.int32)
    return Uses(none, none, np.zeros(0, np.uint8), np.zeros(program.items + 1, np.int32))
