"""A place in a recording taken apart: the part of the message, then steps and paths in turn."""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST = 600
"""Characters of a place that is taken apart; ours are shorter."""

_STAGE = re.compile(
    r":(?P<step>[a-z0-9][\w.-]*)|(?P<root>\$)(?P<path>(?:\['(?:[^'\\]|\\.)*'\]|\[[^\]']*\]|\.[^.\[\]:$]*)*)"
)


class Stage(NamedTuple):
    """One stage of a place."""

    kind: str
    """`part` of the message, `step` that opened something, or `path` inside of it."""
    text: str


_RECORDED = re.compile(r"flow:(?:(?P<recording>[^/]*)#)?(?P<record>\d{1,9})/(?P<inner>.*)", re.DOTALL)


class InRecording(NamedTuple):
    """A place in a recording."""

    recording: str
    """Its name; empty where the case has only one."""
    record: int
    inner: str


def in_recording(where: str) -> InRecording | None:
    """`flow:3/body:json$.mail` taken apart; None for a place elsewhere."""
    found = _RECORDED.fullmatch(where)
    return InRecording(found["recording"] or "", int(found["record"]), found["inner"]) if found else None


def when(where: str) -> tuple[str, int]:
    """Puts places of a recording in the order of its requests; places elsewhere stand before."""
    place = in_recording(where)
    return (place.recording, place.record) if place else ("", -1)


def stages(place: str) -> list[Stage]:
    """`body:form$.data:base64` as part, step, path, step; a place of another form as one part."""
    cut = re.match(r"[^:$]*", place[:LONGEST])
    part = cut[0] if cut else ""
    found = [Stage("part", part)]
    at = len(part)
    while at < len(place) and (one := _STAGE.match(place, at)):
        if one["step"]:
            found.append(Stage("step", one["step"]))
        elif one["path"]:
            found.append(Stage("path", one["path"].removeprefix(".")))
        at = one.end()
    return found if at >= len(place) else [Stage("part", place)]
