"""How much an action earns: `share +15`. What an amount is, and where resources and scripts say so.

`increments.py` finds the same in DEX code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from auditor.collect.archive import printable
from auditor.collect.bundles.texts import Buffer
from auditor.collect.engagement.actions import ACTIONS
from auditor.collect.owners import APP
from auditor.collect.resourcetable import Table
from auditor.collect.seen import Call
from auditor.collect.words import Families, words

EARNING = (*ACTIONS, "recruit", "referral", "account")
"""Word families of what may earn something; of several in one name the first one counts."""

RESOURCES = "resources:"
"""How a place in the table of resources begins: it declares, and no code refers to it."""

RATED = frozenset("rating ratings stars position level".split())
"""Words of scores that things have, and persons do not collect."""

MOST_AMOUNT = 100_000
"""Larger numbers are ids, colours and times."""

PLATFORM = frozenset(
    """view views viewing page pages present presenter open launch launches resume stream streams video
    playing progress second minute profile profiles reply foreground current""".split()
)
"""Words of actions that Android and players use in names of methods and classes of every app."""

NO_AWARD = frozenset(
    """get is has set on show draw load fetch read parse format compare component copy render display
    animate""".split()
)
"""First words of methods that take a number and award nothing."""

NO_AMOUNT = frozenset(
    """code request id index limit max min maximum minimum target total color colour key version tag
    type""".split()
)
"""Words of constants that are no amount, though they stand among amounts."""


@dataclass(frozen=True, slots=True)
class Award:
    """One action with its amount, and where the code says so."""

    action: str
    """A word of `EARNING`; `unlike` for a like taken back, `undo share` and so on."""
    points: int
    call: Call

    def __str__(self) -> str:
        """`share +15`."""
        return f"{self.action} {self.points:+d}"


def strongest(found: Iterable[Award]) -> list[Award]:
    """One award for each action and amount: one that something leads to, when there is any."""
    best: dict[tuple[str, int], Award] = {}
    for award in found:
        known = best.setdefault((award.action, award.points), award)
        if award.call.path and not known.call.path:
            best[award.action, award.points] = award
    return [best[key] for key in sorted(best)]


def action_in(name: str, families: Families) -> str:
    """The action that a name speaks of; empty when it speaks of none."""
    present = families.hinted(" ".join(word for word in words(name) if word not in PLATFORM))
    action = next((family for family in EARNING if family in present), "")
    if "undo" not in present:
        return action
    return "unlike" if action in ("", "like") else f"undo {action}"


def is_score(name: str, families: Families) -> bool:
    """Whether a name speaks of what is collected: points, a score; not of what is rated."""
    return any("score" in families.hinted(word) for word in words(name) if word not in RATED)


def earning(name: str, families: Families) -> str:
    """The action whose amount a constant holds, `Points.SHARE` or `POINTS_PER_SHARE`; else empty."""
    owner, _, own = name.rpartition(".")
    last = words(owner.rpartition(".")[2])[-1:]
    scored = "score" in families.of(" ".join((own, *last)))
    return action_in(own, families) if scored and not NO_AMOUNT.intersection(words(own)) else ""


def is_amount(value: object) -> bool:
    """Whether a constant can be a number of points."""
    return type(value) is int and 0 < abs(value) <= MOST_AMOUNT


def is_award(name: str, families: Families) -> bool:
    """Whether a method of this name adds to the score: `addPoints`, and not `getPoints`."""
    parts = words(name)
    plain = "$" not in name and "<" not in name and len(parts) > 1
    return plain and parts[0] not in NO_AWARD and is_score(name, families)


# Resources --------------------------------------------------------------------


def of_resources(table: Table, brought: tuple[str, ...], families: Families) -> Iterator[Award]:
    """Amounts in numbers and labels of the app's own: `integer/points_per_like`, "5 points for a share"."""
    for kind, name in table.entries:
        if kind in ("integer", "string") and not name.startswith(brought):
            for entry in table.entries[kind, name].values():
                action, points = _stated(kind, name, entry.value or "", families)
                if action and is_amount(points):
                    where = f"{RESOURCES}{kind}/{name} ({action} {points:+d})"
                    yield Award(action, points, Call(where, APP))


def _stated(kind: str, name: str, value: str, families: Families) -> tuple[str, int]:
    """(action, amount) of one resource; an empty action when it states none."""
    if kind == "integer":
        return earning(name, families), int(value) if _NUMBER.fullmatch(value) else 0
    found = _AMOUNT.search(value)
    if not found or len(words(value)) > MOST_WORDS or "score" not in families.of(found[2]):
        return "", 0
    said = families.of(value) & set(EARNING)
    action = action_in(name, families) or next((one for one in EARNING if one in said), "")
    return action, int(found[1].replace("\u2212", "-"))


LONGEST_TEXT = 80
"""Characters of a label that a place shows."""
MOST_WORDS = 8
"""Words of a label that states an amount; longer texts speak of other things too."""

_NUMBER = re.compile(r"-?\d{1,6}")
_AMOUNT = re.compile(r"(?<![\d.,\s]\s)(?<![\d.,])([+\u2212-]?\d{1,6})\s+([^\W\d_]{3,30})")

# Scripts ----------------------------------------------------------------------


def of_script(buffer: Buffer, families: Families) -> Iterator[Award]:
    """Amounts in the text of a script: `POINTS_PER_LIKE = 5`, `{points: 15}`, `addPoints(15)`."""
    for found in _WRITTEN.finditer(buffer.data):
        name, sign, said, amount = (group.decode("ascii", "replace") for group in found.groups(b""))
        action = _earned(buffer.data, found.start(), name, sign, said, families)
        if action and is_amount(int(amount)):
            where = f"{buffer.locate(found.start())} {name} ({action} {int(amount):+d})"
            yield Award(action, int(amount), Call(where, APP))
    for found in _TABLE.finditer(buffer.data):
        if is_score(found[1].decode("ascii", "replace"), families):
            yield from _listed(buffer, found.start(2), found[2], families)


def of_texts(buffer: Buffer, families: Families) -> Iterator[Award]:
    """Amounts in labels of code that is not DEX: "5 points for a share"."""
    for found in _LABEL.finditer(buffer.data):
        text = found[1].decode("utf-8", "replace")
        action, points = _stated("string", "", text, families)
        if action and is_amount(points):
            where = f"{buffer.locate(found.start(1))} {printable(text, LONGEST_TEXT)} ({action} {points:+d})"
            yield Award(action, points, Call(where, APP))


def _earned(data: bytes, at: int, name: str, sign: str, said: str, families: Families) -> str:
    """The action beside an amount in a script; empty when the amount is no number of points."""
    if sign == "=":
        return earning(name, families)
    before = data[max(0, at - _NEAR) : at].decode("ascii", "replace")
    raised = name == "increment" and is_score(before[-_BESIDE:], families)
    if not (
        raised or (sign == ":" and is_score(name, families)) or (sign == "(" and is_award(name, families))
    ):
        return ""
    around = [next(filter(None, groups)) for groups in _AROUND.findall(before)]
    named = (action_in(one, families) for one in (said, name, *reversed(around[-_LEVELS:])))
    return next(filter(None, named), "")


def _listed(buffer: Buffer, start: int, inside: bytes, families: Families) -> Iterator[Award]:
    """`points = {like: 5, share: 15}`."""
    for found in _PAIR.finditer(inside):
        name = found[1].decode("ascii", "replace")
        action = action_in(name, families)
        if action and is_amount(int(found[2])):
            where = f"{buffer.locate(start + found.start())} {name} ({action} {int(found[2]):+d})"
            yield Award(action, int(found[2]), Call(where, APP))


_NEAR, _BESIDE = 600, 40
"""Bytes before an amount in which the function around it, and the name of the counter, are looked for."""

_LEVELS = 2
"""Functions and objects around an amount whose names are asked."""

_WRITTEN = re.compile(
    rb"(?<![\w$])([A-Za-z_$][\w$]{2,60})\s{0,3}([:(=])\s{0,3}"
    rb"(?:[\"']([\w -]{1,40})[\"'],\s{0,3})?(-?\d{1,6})(?![\w.])"
)
_LABEL = re.compile(rb"[\"'`\0>](?=[^\"'`\0<>\n]{0,80}\d)([^\"'`\0<>\n]{6,90}+)(?=[\"'`\0<])")
_TABLE = re.compile(rb"(?<![\w$])([A-Za-z_$][\w$]{2,60})\s{0,3}[:=]\s{0,3}\{([^{}]{3,400})\}")
_PAIR = re.compile(rb"([A-Za-z_$][\w$]{2,60})[\"']?\s{0,3}:\s{0,3}(-?\d{1,6})(?![\w.])")
_AROUND = re.compile(
    r"function\s+([\w$]{2,60})"
    r"|(?<![\w$])([A-Za-z_$][\w$]{1,60})[\"']?\s{0,3}[:=]\s{0,3}"
    r"(?:async\s{0,3})?(?:function\b|\([^()]{0,100}\)\s{0,3}=>|[\w$]{1,40}\s{0,3}=>|\{)"
)
"""Names of functions, and of objects, that begin before an amount."""
