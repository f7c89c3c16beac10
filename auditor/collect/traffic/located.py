"""A place of a recording opened once more: what stands there, for whoever repeats a finding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from auditor.catalogue import Catalogue
from auditor.collect.recordings import open_recording
from auditor.collect.recordings.record import Record, RecordingError
from auditor.collect.traffic import endpoints, parts, shown, tidy
from auditor.decode import Leaf

_PLACE = re.compile(r"flow:(?:[^/]*#)?(?P<record>\d{1,9})/(?P<inner>.*)", re.DOTALL)
_NOTE = re.compile(r" \([^()]*\)$")


class Located(NamedTuple):
    """A record, and the values at the place in it."""

    number: int
    address: str
    leaves: tuple[Leaf, ...]


def locate(path: Path, where: str, rules: Catalogue) -> Located:
    """What stands at `where`, a place of evidence such as `flow:3/body:gzip:json$.mail`.

    Raises:
        RecordingError: no recording, no place of one, or no such record; one clause after the file's name.

    """
    place = _PLACE.fullmatch(where)
    if not place:
        raise RecordingError(f"was asked for {where!r}; a place such as flow:3/body:json$.mail expected")
    number = int(place["record"])
    records = [tidy.record(r)[0] for r in open_recording(path).records if r.index == number]
    if not records:
        raise RecordingError(f"has no record {number}")
    inner = _without_notes(place["inner"])
    leaves = (
        leaf for record in records for leaf in _leaves(record, rules) if shown.place(leaf.place) == inner
    )
    return Located(number, shown.address(records[0]), tuple(leaves))


def _leaves(record: Record, rules: Catalogue) -> list[Leaf]:
    return parts.leaves(parts.sent(record, endpoints.of(rules).maps(record)))


def _without_notes(inner: str) -> str:
    """The place alone: `body$.mail (sha256) (and 2 more places)` without what is said of it."""
    while found := _NOTE.search(inner):
        inner = inner[: found.start()]
    return inner


def lines(found: Located) -> Iterator[str]:
    """Lines for a terminal. The values stand in them as they were sent."""
    yield f"record {found.number}: {found.address}"
    for leaf in found.leaves:
        chain = " > ".join(leaf.chain) or "as it stands"
        yield f"{leaf.place}: {chain}, bytes {leaf.begin} to {leaf.end}"
        yield f"  {leaf.value!r}" if isinstance(leaf.value, bytes) else f"  {leaf.value}"
