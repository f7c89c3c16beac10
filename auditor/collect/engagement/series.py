"""One number through a recording, and by how much each action changes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from auditor.collect.engagement.sign import Shown

FEWEST = 2
"""Equal effects of an action that make a tariff where the number alone does not say what it is."""
FEWEST_UNNAMED = 3
"""The same for a number that no word calls a score."""
TAKEN_BACK = "un"
"""Beginning of the label of an action that is taken back: `unlike`."""
SURE = 0.6
"""Share of an action's effects that must be equal."""


class Reading(NamedTuple):
    """The number once."""

    value: float
    labels: tuple[str, ...]
    """Actions of the very exchange that holds it."""
    since: tuple[str, ...]
    """Actions since the reading before, those of this exchange included."""


class Tariff(NamedTuple):
    """What one action earns."""

    action: str
    """`like`, `unlike` ..."""
    points: float
    support: int
    """How often it was this."""
    of: int
    """How often the effect of this action alone could be told."""
    against: list[float]
    """Other effects, up to ten."""
    readings: tuple[int, ...]
    """Numbers of the readings that show it."""
    gain: bool
    """Whether the number says itself what was earned."""

    def weight(self) -> tuple[float, int]:
        """More support is better; of equal support, a number that says itself what it is."""
        return (self.support - 2 * (self.of - self.support), int(self.gain))


type Effects = dict[str, list[tuple[float, int]]]
"""Action to its effects, each with the number of the reading that shows it."""


SOCIAL = frozenset({"like", "share", "comment", "follow"})
"""Actions that others go along with."""


class Mixed(NamedTuple):
    """Several actions between two readings."""

    between: Counter[str]
    difference: float
    at: int
    """Number of the later reading."""
    own: str
    """The action of the very exchange that holds the later reading; empty when there is none, or several."""

    def target(self, known: Mapping[str, float]) -> str:
        """The action whose effect the interval can tell: the only unknown one, else that of the exchange."""
        unknown = [action for action in self.between if action not in known]
        if len(unknown) > 1 and self.own not in unknown:  # a proof or a task goes along with an action
            unknown = [action for action in unknown if action.removeprefix(TAKEN_BACK) in SOCIAL]
        return unknown[0] if len(unknown) == 1 else self.own if self.own in unknown else ""

    def rest(self, known: Mapping[str, float]) -> float:
        """What is left of the difference without the effects that are known."""
        return self.difference - sum(known[a] * n for a, n in self.between.items() if a in known)


@dataclass(slots=True)
class Series:
    """All readings of one number."""

    worded: bool = True
    """Whether a word calls it a score."""
    gain: bool = False
    """Whether it says itself that it is what was earned."""
    presumed: bool = False
    """Whether the actions are only those done just before."""
    readings: list[Reading] = field(default_factory=list)
    shown: dict[int, Shown] = field(default_factory=dict)
    seen: int = 0
    """Actions of the recording that were done before the last reading."""

    def tariff(self) -> Iterator[Tariff]:
        """What each action earns, as far as the series shows it."""
        effects, gain = self._effects()
        for action, found in effects.items():
            row = _row(action, found, gain=gain)
            if row.points and self._holds(row, effects):
                yield row

    def alone(self) -> int:
        """How often the number changed between two readings without any action."""
        return sum(a.value != b.value and not b.since for a, b in pairwise(self.readings))

    def _effects(self) -> tuple[Effects, bool]:
        earned, differences = self._earned(), self._differences()
        if self.gain or (_is_earned(earned) and _explained(earned) > _explained(differences)):
            return earned, True
        return differences, False

    def _holds(self, row: Tariff, effects: Effects) -> bool:
        if self.gain:
            return row.support >= max(SURE * row.of, FEWEST if self.presumed else 1)
        if self.worded:
            known = row.support >= FEWEST or any(len(found) >= FEWEST for found in effects.values())
            return known and row.support >= SURE * row.of and _explained(effects) > 0
        actions = [found for found in effects.values() if len(found) >= FEWEST]
        steady = row.support == row.of >= FEWEST_UNNAMED and abs(row.points) > 1
        return steady and len(actions) > 1 and not self.alone()

    def _earned(self) -> Effects:
        """The number as what the one action of its exchange earned."""
        found: Effects = {}
        for at, reading in enumerate(self.readings):
            if len(reading.labels) == 1:
                found.setdefault(reading.labels[0], []).append((reading.value, at))
        return found

    def _differences(self) -> Effects:
        """The number as a total: differences, shared out among the actions that lie between."""
        found: Effects = {}
        mixed: list[Mixed] = []
        for at, (before, after) in enumerate(pairwise(self.readings), 1):
            between = Counter(after.since)
            if len(between) == 1:
                [(action, times)] = between.items()
                effect = (after.value - before.value) / times
                if times == 1 or effect.is_integer():
                    found.setdefault(action, []).extend([(effect, at)] * times)
            elif between:
                own = after.labels[0] if len(after.labels) == 1 else ""
                mixed.append(Mixed(between, after.value - before.value, at, own))
        return _solved(found, mixed)


def _solved(found: Effects, mixed: Sequence[Mixed]) -> Effects:
    """Differences with several actions tell of the one whose effect is not known yet."""
    known: Mapping[str, float] = {
        action: _row(action, rows, gain=False).points for action, rows in found.items()
    }
    for one in mixed:
        if target := one.target(known):
            found.setdefault(target, []).append((one.rest(known) / one.between[target], one.at))
    return _confirmed(found, known, mixed)


def _confirmed(found: Effects, known: Mapping[str, float], mixed: Sequence[Mixed]) -> Effects:
    """Differences with several actions that the effects found so far explain support those known before."""
    effects = {action: _row(action, rows, gain=False).points for action, rows in found.items()}
    for one in mixed:
        if all(action in effects for action in one.between) and not one.rest(effects):
            for action in one.between.keys() & known.keys():
                found[action] += [(known[action], one.at)] * one.between[action]
    return found


def _row(action: str, found: list[tuple[float, int]], *, gain: bool) -> Tariff:
    counted = Counter(value for value, _ in found)
    points, support = counted.most_common(1)[0]
    readings = tuple(dict.fromkeys(at for value, at in found if value == points))
    against = [value for value in counted if value != points][:10]
    return Tariff(action, points, support, len(found), against, readings, gain)


def _is_earned(effects: Effects) -> bool:
    """Whether nothing speaks against it: taking back earns nothing, a total falls (105, 100, 105, 100)."""
    return all(
        _row(action, found, gain=True).points <= 0
        for action, found in effects.items()
        if action.removeprefix(TAKEN_BACK) in effects and action.startswith(TAKEN_BACK)
    )


def _explained(effects: Effects) -> float:
    """How much of a series is explained: equal effects count, others count against."""
    total = 0.0
    for action, found in effects.items():
        row = _row(action, found, gain=False)
        total += (row.support - 1 if row.points else 0) - (row.of - row.support)
    return total
