"""An app's code in one go: program, call graph, and what can run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from auditor.dex import encoded, reflection
from auditor.dex.callbacks import callbacks
from auditor.dex.graph import Calls, calls_of
from auditor.dex.hierarchy import Hierarchy
from auditor.dex.opcodes import Refers
from auditor.dex.pairs import Limit
from auditor.dex.platform import Platform
from auditor.dex.program import ACC_NATIVE, Program
from auditor.dex.reach import Extra, Reach, roots_of
from auditor.dex.tables import Ids

LAYOUT, NATIVE, TESTS = "a layout", "native code", "test runner"
"""Who calls click handlers that layouts name, methods of classes that have native ones, and tests, whose
objects the runner makes as well."""


@dataclass(slots=True)
class Code:
    """One app's code, analysed."""

    program: Program
    hierarchy: Hierarchy
    calls: Calls
    reach: Reach
    platform: Platform
    outside: Mapping[int, str]
    """Methods that something outside the code calls, and what: once an object of their class exists."""

    def inherits(self, number: int, descriptor: str) -> bool:
        """Whether a type is, or lies below, a platform type."""
        above, root = number, self.hierarchy.types
        interfaces: list[int] = []
        while above != root and self.program.class_row[above] >= 0:
            interfaces += self.hierarchy.class_interfaces.of(np.array([above]))[1].tolist()
            above = int(self.hierarchy.superclass[above])
        outside = [above, *interfaces] if above != root else interfaces
        return any(descriptor in self.platform.closure(self.program.type_name(t)) for t in outside)


def analyse(
    files: Sequence[tuple[str, bytes]],
    platform: Platform,
    entry_classes: Iterable[str] = (),
    handlers: Iterable[str] = (),
    annotations: Mapping[str, str] | None = None,
) -> Code:
    """Read DEX files and find out what can run.

    Args:
        files: (name, content), in the order in which the platform searches them.
        platform: what Android's own types are.
        entry_classes: descriptors of classes that something outside the code brings to life.
        handlers: names of methods with one parameter that layouts name as click handlers.
        annotations: descriptor of an annotation to who calls the methods that carry it.

    """
    program = Program(files)
    hierarchy = Hierarchy(program, platform)
    named = reflection.class_names(program)
    handled = islice(encoded.handled(program), reflection.MOST_PAIRS)
    pairs = [*handled, *reflection.named_methods(program, named)]
    extra = Extra(named, reflection.as_uses(program, pairs))
    calls = calls_of(program, hierarchy, extra.handles.target)
    outside = dict.fromkeys(_beside_native(program).tolist(), NATIVE)
    outside |= dict.fromkeys(_named_so(program, handlers).tolist(), LAYOUT)
    outside |= _marked(program, hierarchy, annotations or {})
    tested = [int(program.method_class[method]) for method, who in outside.items() if who == TESTS]
    called = callbacks(program, hierarchy, platform, np.fromiter(outside, np.int32, len(outside)))
    calls.problems += called.problems
    if len(pairs) >= reflection.MOST_PAIRS:
        calls.problems.append("too many methods are named in texts; not all were followed")
    reach = Reach(
        program, hierarchy, calls, called, extra, [*roots_of(program, list(entry_classes)), *tested]
    )
    calls.problems += reach.problems
    return Code(program, hierarchy, calls, reach, platform, outside)


def _marked(program: Program, hierarchy: Hierarchy, annotations: Mapping[str, str]) -> dict[int, str]:
    """Methods that carry an annotation, or override one that does, to who calls them."""
    found = {m: annotations[name] for m, name in encoded.annotated(program, annotations).items()}
    above = np.fromiter(found, np.int64, len(found))
    limit = Limit(reflection.MOST_PAIRS)
    question, method = hierarchy.overrides(program.method_class[above], program.method_selector[above], limit)
    below = zip(method.tolist(), above[question].tolist(), strict=True)
    return {m: found[of] for m, of in below} | found


def _beside_native(program: Program) -> Ids:
    """Methods nobody calls in classes that have native methods: native code can call back what it knows."""
    native = (program.method_flags >= 0) & (program.method_flags & ACC_NATIVE > 0)
    classes = np.zeros(len(program.type_names) + 1, np.bool_)
    classes[program.method_class[native]] = True
    mine = classes[program.method_class] & (program.method_item >= 0)
    mine[program.uses(Refers.METHOD).target] = False
    return np.flatnonzero(mine).astype(np.int32)


def _named_so(program: Program, handlers: Iterable[str]) -> Ids:
    """Methods of these names that take one parameter."""
    numbers = [program.names.get(name.encode("utf-8", "surrogatepass"), -1) for name in handlers]
    wanted = np.zeros(len(program.name_texts) + 1, np.bool_)
    wanted[[n for n in numbers if n >= 0]] = True
    selectors = wanted[program.selector_name] & (program.parameter_count[program.selector_proto] == 1)
    return np.flatnonzero(selectors[program.method_selector]).astype(np.int32)
