"""How much an action earns, where DEX code says so with a constant.

Three structures of the app's own code: a counter on a server that is raised by a constant (`increment` in
`rules/arguments`), an own method of the score that is called with one (`addPoints(15)`), and a constant that
is named after both (`POINTS_PER_SHARE = 15`). Beside each must stand an action: in the name of the method or
of the class inside which it is written, in a text of the same call, or in the name of whoever calls.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from auditor.catalogue import Catalogue
from auditor.collect.names import class_name
from auditor.collect.owners import APP
from auditor.collect.reading import Reading
from auditor.collect.seen import Call
from auditor.collect.tariffs import (
    MOST_AMOUNT,
    Award,
    action_in,
    earning,
    is_amount,
    is_award,
    is_score,
    strongest,
)
from auditor.collect.words import Families, families_of
from auditor.dex.constants import Passed

KEEPING = (
    "java.util.Map.put",
    "java.util.HashMap.put",
    "org.json.JSONObject.put",
    "kotlin.TuplesKt.to",
    "kotlin.Pair.<init>",
    "android.content.SharedPreferences.getInt",
    "android.content.SharedPreferences.getLong",
)
"""Calls that take a name and its value."""

MOST_CALLERS = 20
"""Callers whose names are asked for the action."""


def awards(reading: Reading, members: Mapping[str, str], rules: Catalogue) -> list[Award]:
    """Every award that own code shows; `members` are the fields and methods of its classes."""
    finder = _Finder(reading, families_of(rules))
    rows = rules.arguments["increment"].calls
    found = (*finder.increments(rows), *finder.own_calls(members), *finder.listed(members), *finder.kept())
    return strongest((*found, *finder.constants(members)))


class _Finder:
    """Awards in the code of one app."""

    def __init__(self, reading: Reading, families: Families) -> None:
        self.reading, self.families = reading, families
        self.program, self.passed = reading.program, reading.constants.passed
        self.uses = reading.code.calls.uses

    # counters on a server -----------------------------------------------------------------------

    def increments(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Award]:
        """`FieldValue.increment(15)` where points are counted."""
        raised: dict[int, list[int]] = {}
        for row in rows:
            for position in self.reading.positions({row["call"]}).get(row["call"], ()):
                raised.setdefault(position, []).append(row["argument"])
        self.raised = raised
        for position, places in raised.items():
            if self.reading.is_nobodys(position):
                yield from self._increment(position, places)

    def _increment(self, position: int, places: list[int]) -> Iterator[Award]:
        given = [one for place in places for one in self._constants(position, place)]
        names = [one.value for one in given if isinstance(one.value, str)]
        if not self._counts_points(position, names):
            return
        for one in given:
            if is_amount(one.value):
                yield from self._award(one, int(one.value), names)

    def _constants(self, position: int, place: int) -> Iterator[Passed]:
        """Constants at one argument, floating ones as the whole numbers they are."""
        kind = _parameters(self.reading.called(position).proto)[place : place + 1]
        for one in self.passed(position, place):
            if isinstance(one.value, int) and kind in (["D"], ["F"]):
                yield one._replace(value=_whole(one.value, kind[0]))
            else:
                yield one

    def _counts_points(self, position: int, names: list[str]) -> bool:
        """Whether what is raised is a score: by its name in the call, else by what stands around it."""
        if names:
            return any(is_score(name, self.families) for name in names)
        item, at = self.uses.item(position), int(self.uses.at[position])
        texts = self.reading.texts_of(item)
        if sum(self.uses.item(other) == item for other in self.raised) > 1:
            texts = [text for text in texts if text[0] < at][-1:]  # each counter is named just before it
        named = [text for _, text in texts] or self._named(item)
        return any(is_score(name, self.families) for name in named)

    # own methods --------------------------------------------------------------------------------

    def own_calls(self, members: Iterable[str]) -> Iterator[Award]:
        """`addPoints(15)`: a method of the app's own that is named after the score and takes one number."""
        for position in self._calls_of(
            {name for name in members if is_award(name.rpartition(".")[2], self.families)}
        ):
            kinds = _parameters(self.reading.called(position).proto)
            numeric = [place for place, kind in enumerate(kinds) if kind in "IJFD"]
            for one in self._constants(position, numeric[0]) if len(numeric) == 1 else ():
                if is_amount(one.value):
                    yield from self._award(one, int(one.value), [])

    def _calls_of(self, members: set[str]) -> list[int]:
        found = self.reading.positions(members).values() if members else ()
        return sorted({position for positions in found for position in positions})

    def listed(self, members: Mapping[str, str]) -> Iterator[Award]:
        """`enum Act { LIKE(5), SHARE(15) }` with a field or a name that speaks of the score."""
        enums = {name.rpartition(".")[0] for name in members if name.endswith(".$VALUES")}
        scored = {m.rpartition(".")[0] for m in members if is_score(m.rpartition(".")[2], self.families)}
        for owner in sorted(enums & (scored | {one for one in enums if is_score(one, self.families)})):
            for position in self._calls_of({f"{owner}.<init>"}):
                yield from self._named_amount(position, 2)

    def kept(self) -> Iterator[Award]:
        """`put("points_per_share", 15)`: amounts kept, or stated until a server states others."""
        for position in self._calls_of(set(KEEPING)):
            if self.reading.is_nobodys(position):
                said = [one.value for one in self.passed(position, 0) if isinstance(one.value, str)]
                if any(earning(name, self.families) for name in said):
                    yield from self._named_amount(position, 1)

    def _named_amount(self, position: int, first: int) -> Iterator[Award]:
        """The amount in a call that begins with the name of what it is for; the numbers begin at `first`."""
        said = [one.value for one in self.passed(position, 0) if isinstance(one.value, str)]
        kinds = _parameters(self.reading.called(position).proto)[first:]
        given = [one for place in range(len(kinds)) for one in self._constants(position, first + place)]
        amounts = [one for one in given if is_amount(one.value)]
        action = action_in(said[0], self.families) if len(said) == len(amounts) == 1 else ""
        if action:
            yield self._told(amounts[0], action)

    # constants ----------------------------------------------------------------------------------

    def constants(self, members: Mapping[str, str]) -> Iterator[Award]:
        """`POINTS_PER_SHARE = 15`, `Points.SHARE = 15`."""
        for member, where in members.items():
            action = earning(member, self.families)
            for value in self.reading.values_of(member) if action else ():
                if is_amount(value):
                    yield Award(action, int(value), Call(f"{where} ({action} {value:+d})", APP))

    # actions ------------------------------------------------------------------------------------

    def _award(self, one: Passed, points: int, names: Iterable[str]) -> Iterator[Award]:
        action = self._action(one, names)
        if action:
            award = self._told(one._replace(value=points), action)
            if award.call.who in ("", APP):
                yield award

    def _told(self, one: Passed, action: str) -> Award:
        """The award at the call that passes the amount."""
        points = int(one.value)
        position = self.reading.call_at(one.item, one.at)
        what = self.reading.called(position) if position >= 0 else None
        shown = f"{class_name(what.owner)}.{what.name}" if what else ""
        return Award(action, points, self.reading.call(one.item, one.at, f"{shown} ({action} {points:+d})"))

    def _action(self, one: Passed, names: Iterable[str]) -> str:
        """The first name around the amount that speaks of an action, the nearest first."""
        candidates = (*self._named(one.item)[:-1], *names, *self._said(one), *self._named(one.item)[-1:])
        found = (action_in(name, self.families) for name in candidates)
        return next(filter(None, found), "") or self._action_of_callers(one.item)

    def _named(self, item: int) -> list[str]:
        """The method, the members in which it is written (`Feed$onShare$1`), and its class at the end."""
        methods = self.program.owners(item)
        if not methods:
            return []
        method = self.program.method(methods[0])
        outer, *inner = class_name(method.owner).rpartition(".")[2].split("$")
        return [method.name, *reversed(inner), outer]

    def _said(self, one: Passed) -> list[str]:
        """Texts in the call that passes the amount: `award("share", 15)`."""
        position = self.reading.call_at(one.item, one.at)
        count = len(_parameters(self.reading.called(position).proto)) if position >= 0 else 0
        given = [said for place in range(count) for said in self.passed(position, place)]
        return [said.value for said in given if isinstance(said.value, str) and said.item == one.item]

    def _action_of_callers(self, item: int) -> str:
        """The one action that the callers' names speak of."""
        calls = [call for m in self.program.owners(item) for call in self.reading.constants.callers(m)]
        named = [self._named(self.uses.item(call))[:-1] for call in calls[:MOST_CALLERS]]
        found = {action_in(name, self.families) for names in named for name in names} - {""}
        return found.pop() if len(found) == 1 else ""


_PARAMETER = re.compile(r"\[*(?:[ZBCSIJFD]|L[^;]+;)")


def _parameters(proto: str) -> list[str]:
    """Types of the parameters of `(Ljava/lang/String;D)V`."""
    return _PARAMETER.findall(proto.partition(")")[0])


def _whole(bits: int, kind: str) -> int:
    """The whole number that a constant of a floating type is; 0 for what is none."""
    size, form = ("<Q", "<d") if kind == "D" else ("<L", "<f")
    held = struct.unpack(form, struct.pack(size, bits & (1 << 64 if kind == "D" else 1 << 32) - 1))[0]
    return int(held) if held == held // 1 and abs(held) <= MOST_AMOUNT else 0
