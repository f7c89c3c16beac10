"""Writes to databases as a reader may see them: which field changed how, how often; no id and no value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from auditor.collect.recordings.record import Record
from auditor.collect.traffic import shown
from auditor.decode import Write
from auditor.decode.write import Value
from auditor.model import Json

MOST = 500
"""Kinds of writes that are told apart."""
AMOUNTS = ("increment", "maximum", "minimum")
"""Operations whose number is a rule of the app and no value of a person."""
_PLAIN = re.compile(r"[^\W\d](?:[^\W\d]|-)*")
_STEPS = re.compile(r"\.(?=(?:[^`]*`[^`]*`)*[^`]*$)")


class Kind(NamedTuple):
    """Writes that look alike to a reader."""

    host: str
    who: str
    path: str
    """`users/<id>`."""
    field: str
    op: str
    value: str


@dataclass(slots=True)
class Written:
    """Counts while the recording is read."""

    front: str
    """Before the number of a record in its address: `flow:`."""
    counts: dict[Kind, int] = field(default_factory=dict)
    first: dict[Kind, tuple[int, str]] = field(default_factory=dict)
    """Number of the first record, and its address with the place in it."""
    left_out: int = 0

    def add(self, record: Record, who: str, writes: Iterable[Write]) -> None:
        """What one record writes at `who`."""
        for write in writes:
            kind = Kind(record.host, who, *masked(write))
            if kind not in self.counts and len(self.counts) >= MOST:
                self.left_out += 1
                continue
            self.counts[kind] = self.counts.get(kind, 0) + 1
            self.first.setdefault(
                kind, (record.index, f"{self.front}{record.index}/{shown.place(write.place)}")
            )

    def rows(self) -> Iterator[Json]:
        """One row for each kind, in the order of the recording."""
        for kind, count in self.counts.items():
            n, where = self.first[kind]
            yield {**kind._asdict(), "n": n, "where": where, "count": count}


def masked(write: Write) -> tuple[str, str, str, str]:
    """Path, field, operation and value of a write as they may be shown.

    Names of lists and of what is in them alternate: every second step is an id and is never shown.
    """
    path = [step for step in write.path.split("/") if step]
    steps = [_step(step) if at % 2 == 0 else "<id>" for at, step in enumerate(path)]
    name = "<id>" if len(path) == 1 else ".".join(map(_step, _STEPS.split(write.field)))
    return "/".join(steps), name if write.field else "", write.op, _value(write)


def _step(step: str) -> str:
    """A name that is made of letters; anything else may be somebody's."""
    plain = shown.name(step.strip("`"))
    return plain if not plain or _PLAIN.fullmatch(plain) else "<id>"


def _value(write: Write) -> str:
    value = write.value
    if write.op in AMOUNTS and isinstance(value, int | float):
        return str(value)
    return "" if value is None else _size(write.field, value)


def _size(key: str, value: Value) -> str:
    if isinstance(value, list):
        return f"(list of {len(value)})"
    if isinstance(value, dict):
        return f"(object of {len(value)} fields)"
    return shown.scalar(key, value)
