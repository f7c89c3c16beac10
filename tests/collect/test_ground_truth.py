"""What samples really do, as their makers wrote it down, against what is found: callers, paths, constants."""

from pathlib import Path

import numpy as np
import pytest

from auditor import catalogue
from auditor.collect import androidxml, code, manifest
from auditor.collect.code import Reading
from auditor.collect.entrypoints import entry_points
from auditor.collect.owners import root_of
from auditor.collect.package import open_package
from auditor.collect.resourcetable import read_table
from auditor.collect.seen import Call
from auditor.dex.constants import HOLE

SAMPLES = Path(__file__).parent.parent.parent / "samples"
RULES = catalogue.load()


def rows(file: str) -> list[list[str]]:
    """Fields of every line of every sample's file of this name, the sample first."""
    return [
        [path.parent.name, *map(str.strip, line.split(" | "))]
        for path in sorted(SAMPLES.glob(f"*/{file}"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if line.strip() and not line.startswith("#")
    ]


READ: dict[str, Reading] = {}


def reading(sample: str) -> Reading:
    """The code of a sample, read once."""
    if sample not in READ:
        package = open_package(SAMPLES / sample / "app.apk")
        table = read_table(package.base.read("resources.arsc"))
        stated = manifest.read(androidxml.parse(package.base.read("AndroidManifest.xml")), table)
        roots = (root_of(stated.package),)
        found = code.read(package, entry_points(package, [stated]), roots, RULES).code
        assert found
        READ[sample] = found
    return READ[sample]


def simple(call: Call) -> str:
    """`package.Class.method` in which a call stands."""
    owner, _, rest = call.where.partition("/L")[2].partition(";->")
    return f"{owner.replace('/', '.')}.{rest.partition('(')[0]}"


def uses(sample: str, member: str) -> list[Call]:
    found = reading(sample)
    if member.startswith("content://"):
        return found.strings(RULES).get(member, [])
    return found.calls({member}).get(member, [])


CALLS = rows("calls.txt")


@pytest.mark.parametrize(
    ("sample", "member", "method", "owner", "state", "entries"), CALLS, ids=lambda value: value[-60:]
)
def test_who_calls_it_and_from_where(
    sample: str, member: str, method: str, owner: str, state: str, entries: str
) -> None:
    found = [call for call in uses(sample, member) if simple(call) == method]

    assert found, f"{method} refers to {member}"
    assert {"" if owner == "unknown" else owner} == {call.who for call in found}
    assert {state == "reachable"} == {bool(call.path) for call in found}
    if state == "reachable":
        assert any(entry.split()[-1] in found[0].path for entry in entries.split(";")), found[0].path


@pytest.mark.parametrize("sample", sorted({row[0] for row in CALLS}))
def test_nothing_else_is_called(sample: str) -> None:
    """Every caller that is found stands in the list."""
    listed = {(row[1], row[2]) for row in CALLS if row[0] == sample}
    members = {member for member, _ in listed}
    found = {(member, simple(call)) for member in members for call in uses(sample, member)}

    assert listed == found


VALUES = [row[:5] for row in rows("values.txt") if not row[1].startswith("@")]


def passed(sample: str, member: str, method: str, argument: int, each: bool) -> set[tuple[str, str]]:
    """(value, method in which it is written) of everything that reaches the argument there."""
    found = reading(sample)
    program = found.program
    values = set()
    for position in found.positions({member}).get(member, ()):
        call = found._at(found.code.calls.uses, position, member)
        if simple(call) != method:
            continue
        for constant in found.constants.passed(position, argument, each=each):
            written = found.call(constant.item, constant.at, "")
            values.add((str(constant.value).replace(HOLE, "{}"), simple(written)))
    assert program.items
    return values


@pytest.mark.parametrize(
    ("sample", "member", "method", "argument", "value"), VALUES, ids=lambda value: value[-60:]
)
def test_constants_reach_the_call(sample: str, member: str, method: str, argument: str, value: str) -> None:
    wanted = value.strip("[]").split(", ") if value.startswith("[") else [value]
    found = passed(sample, member, method, int(argument) - 1, value.startswith("["))
    texts = {text for text, _ in found}

    if value == "{}":
        assert not {text for text in texts if text.strip("{}")}
    elif "<KEY>" in value:
        before, after = value.split("<KEY>")
        assert any(text.startswith(before) and text.endswith(after) for text in texts), texts
    else:
        assert set(wanted) <= texts


def test_arrays_are_told_by_their_type() -> None:
    """What is handed on are plain numbers and texts, no numpy scalars, so that they can be written out."""
    found = reading("aktivisti")

    assert {type(a.value) for a in found.arguments()} <= {str}
    assert not any(isinstance(v, np.generic) for v in found.figures().values())
