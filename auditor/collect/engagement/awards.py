"""Points for what a person does, and the tariff: which action changes a person's number by how much.

A number is followed through the recording as a series. It either is what an action earned (`awarded: 5`, an
increment of a database, a row of an account of points) or a total whose differences are. Which of both it is,
is told by which explains more readings. Words make a number a score; without them it must fit every time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from auditor.collect.engagement.actions import Act, Actions
from auditor.collect.engagement.exchange import Exchange, number, number_of
from auditor.collect.engagement.ledger import Entry, Ledger
from auditor.collect.engagement.people import People
from auditor.collect.engagement.scores import ENVELOPE, NO_POINTS, Scores, two_names
from auditor.collect.engagement.series import FEWEST_UNNAMED, Reading, Series, Tariff
from auditor.collect.engagement.sign import INFERRED, OBSERVED, Shown, Sign
from auditor.collect.engagement.unnamed import FRONT, Unnamed
from auditor.decode import Leaf, Scalar, Write

MOST_SERIES = 2_000
MOST_READINGS = 2_000
"""Of one number."""
MOST_IN_ALL = 50_000
"""Readings of all numbers of a recording."""
MOST_DONE = 5_000
"""Actions of a recording after which no number is followed any further."""
MOST_STATED = 200
MOST_HOSTS = 50
LONGEST_CHANNEL = 300
LATE = 10.0
"""Seconds after an action in which an increment is taken for its effect."""
PASSING = frozenset({"open", "watch", "unwatch"})
"""What happens all the time: what changes after it is not for that reason its effect."""
SAME = 3.0
"""Seconds in which the same action told to two servers is one action."""
LABELS = {"signup": "account"}
LARGEST = 1e9
"""Larger numbers are times and ids."""


class Done(NamedTuple):
    """One action, when it was done."""

    label: str
    at: float
    host: str


class Awards:
    """Detector of points per action."""

    def __init__(self, actions: Actions, people: People) -> None:
        self._actions = actions
        self._scores = Scores(actions.families)
        self._ledger = Ledger(actions, people, self._scores)
        self._series: dict[tuple[str, str], Series] = {}
        self._stated: dict[tuple[str, float], Shown] = {}
        self._done: list[Done] = []
        self._unnamed = Unnamed(actions.families)
        self._hosts: set[str] = set()
        """Where actions are told: numbers of their answers are followed though no word calls them a score."""
        self._left = MOST_IN_ALL

    def look(self, exchange: Exchange) -> None:
        """Actions of this exchange, and every number that may count for a person."""
        acts = self._actions.of(exchange)
        labels = _labels(acts) or self._unnamed.of(exchange)
        for label in labels:
            if label not in PASSING:
                self._note(Done(label, exchange.at, exchange.host))
        told = acts or any(map(self._unnamed.is_social, labels))
        if told and len(self._hosts) < MOST_HOSTS:
            self._hosts.add(exchange.host)
        self._writes(exchange, acts)
        self._events(exchange)
        for side, leaves in (("sent", exchange.sent), ("received", exchange.received)):
            self._numbers(exchange, side, leaves, labels)
        for entry in self._ledger.entries(exchange):
            labels = (_word(entry.action, entry.undone),)
            self._read(exchange, entry.channel, entry.value, entry.place, labels, gain=True)
        for entry in self._ledger.stated(exchange):
            self._state(exchange, entry)

    def _note(self, done: Done) -> None:
        """One action, once, though it may be told to several servers."""
        near = (one for one in reversed(self._done[-20:]) if done.at - one.at <= SAME)
        known = any(one.label == done.label and one.host != done.host for one in near)
        if not known and len(self._done) < MOST_DONE:
            self._done.append(done)

    # what an action earned, said outright ---------------------------------------------------------

    def _writes(self, exchange: Exchange, acts: list[Act]) -> None:
        for write in exchange.source.writes:
            amount = write.value if isinstance(write.value, int | float) else None
            if isinstance(amount, bool) or amount is None:
                continue
            worded = self._scores.is_score(write.field) or self._scores.is_score(
                write.path.rpartition("/")[2]
            )
            counter = self._scores.is_counter(write.field) and (not worded or abs(amount) == 1)
            if write.op == "increment" and not counter:
                self._increment(exchange, write, float(amount), self._beside(write, acts), worded=worded)
            elif write.op == "set" and worded:
                self._read(exchange, f"={_kind(write)}", float(amount), write.place, _labels(acts))

    def _increment(
        self, exchange: Exchange, write: Write, amount: float, beside: tuple[str, ...], *, worded: bool
    ) -> None:
        """An amount that is added: for the action of the same message, else for the one done just before."""
        labels = beside or self._just_done(exchange)
        if labels and (worded or abs(amount) > 1):
            channel = f"{'+' if beside else '~'}{_kind(write)}"
            self._read(exchange, channel, amount, write.place, labels, gain=True, presumed=not beside)

    def _beside(self, write: Write, acts: list[Act]) -> tuple[str, ...]:
        """Actions of the same message; of the field itself where its name tells one (`points.like`)."""
        own = self._actions.named(write.field.rpartition(".")[2])
        return (_word(*own),) if own else _labels(acts)

    def _just_done(self, exchange: Exchange) -> tuple[str, ...]:
        last = self._done[-1] if self._done else None
        near = last is not None and 0 <= exchange.at - last.at <= LATE
        return (last.label,) if last and near else ()

    def _events(self, exchange: Exchange) -> None:
        for event in exchange.events:
            told = self._actions.named(event.name)
            earned = next((pair for pair in event.values.items() if self._is_earned(*pair)), None)
            if told and earned:
                channel, value = f"event {event.name} {earned[0]}", number_of(earned[1]) or 0.0
                self._read(exchange, channel, value, event.place, (_word(*told),))

    def _is_earned(self, name: str, value: Scalar) -> bool:
        return self._scores.is_score(name) and number_of(value) is not None

    def _state(self, exchange: Exchange, entry: Entry) -> None:
        stated = (_word(entry.action, entry.undone), entry.value)
        if stated in self._stated or len(self._stated) < MOST_STATED:
            self._stated.setdefault(stated, Shown()).add(exchange, entry.place)

    # numbers to follow ----------------------------------------------------------------------------

    def _numbers(
        self, exchange: Exchange, side: str, leaves: Iterable[Leaf], labels: tuple[str, ...]
    ) -> None:
        written = side == "sent" and exchange.source.writes  # read as writes already
        for leaf in leaves if not written else ():
            if (
                exchange.is_one_of_many(leaf.place)
                or leaf.key in ENVELOPE
                or leaf.place.startswith(("header", "cookie", "path"))
            ):
                continue
            value = number(leaf)
            if value is None or abs(value) > LARGEST:
                continue
            gain = bool(labels) and self._scores.is_gain(leaf.key)
            worded = gain or self._scores.is_amount(two_names(leaf), leaf)
            plain = side == "received" and exchange.host in self._hosts
            plain = plain and not self._scores.is_counter(leaf.key)
            if worded or (plain and not NO_POINTS.search(leaf.key)):
                channels = (
                    (f"{side} {two_names(leaf)}", f"{side} {leaf.key}") if worded else (two_names(leaf),)
                )
                for channel in dict.fromkeys(channels):
                    self._read(exchange, channel, value, leaf.place, labels, gain=gain, worded=worded)

    def _read(
        self,
        exchange: Exchange,
        channel: str,
        value: float,
        place: str,
        labels: tuple[str, ...],
        *,
        gain: bool = False,
        worded: bool = True,
        presumed: bool = False,
    ) -> None:
        key = (exchange.host, channel[:LONGEST_CHANNEL])
        full = self._left <= 0 or len(self._done) >= MOST_DONE
        if full or (key not in self._series and len(self._series) >= MOST_SERIES):
            return
        series = self._series.setdefault(key, Series(worded=worded, gain=gain, presumed=presumed))
        if len(series.readings) < MOST_READINGS:
            self._left -= 1
            passing = tuple(label for label in labels if label in PASSING)
            since = (*self._since(series, exchange.host), *passing)
            series.readings.append(Reading(value, labels, since))
            series.shown.setdefault(len(series.readings) - 1, Shown()).add(exchange, place)

    def _since(self, series: Series, host: str) -> tuple[str, ...]:
        """Actions since the series was read last: named before others, of the same server before all."""
        new, series.seen = self._done[series.seen :], len(self._done)
        new = [done for done in new if not done.label.startswith(FRONT)] or new
        return tuple(done.label for done in new if done.host == host) or tuple(done.label for done in new)

    # conclusion -----------------------------------------------------------------------------------

    def signs(self) -> Iterator[Sign]:
        """One sign for each action whose effect is known."""
        best: dict[str, tuple[Tariff, Series]] = {}
        for series in self._series.values():
            rows = list(series.tariff())
            for row in rows if any(map(self._is_backed, rows)) else ():
                if row.action.startswith(FRONT) and row.support < FEWEST_UNNAMED:
                    continue
                known = best.get(row.action)
                if known is None or row.weight() > known[0].weight():
                    best[row.action] = (row, series)
        for row, series in best.values():
            yield _sign(row, series)
        for (label, value), shown in self._stated.items():
            if label not in best:
                note = f"{label} {value:+g}, stated by the server"
                yield shown.sign(
                    "award", OBSERVED, note, traits={"action": label}, figures=_figures(label, value)
                )

    def _is_backed(self, row: Tariff) -> bool:
        """Whether an action is named, or done to the post of a social network."""
        return not row.action.startswith(FRONT) or self._unnamed.is_social(row.action)


def _sign(row: Tariff, series: Series) -> Sign:
    shown = Shown()
    for at in row.readings:
        shown.join(series.shown[at])
    note = f"{row.action} {row.points:+g}, {row.support} of {row.of}"
    counter = [f"{row.action} with another effect: {row.of - row.support} of {row.of}"]
    counter.append(f"the number changed without any action seen: {series.alone()} of {len(series.readings)}")
    return shown.sign(
        "award",
        OBSERVED if series.worded else INFERRED,
        note,
        traits={"action": row.action},
        figures=_figures(row.action, row.points)
        | {"support": row.support, "of": row.of, "against": row.against},
        counter=counter,
    )


def _figures(action: str, points: float) -> dict[str, object]:
    return {
        "action": action,
        "points": int(points) if points == int(points) else points,
        "support": 0,
        "of": 0,
    }


def _label(act: Act) -> str:
    return _word(act.action, act.undone)


def _word(action: str, undone: bool) -> str:
    """As tariffs in code call it: a sign-up earns points for the `account`."""
    return f"un{action}" if undone else LABELS.get(action, action)


def _labels(acts: Iterable[Act]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(_label, acts)))


def _kind(write: Write) -> str:
    """Field and document: the numbers of two persons are two series."""
    return f"{write.path}.{write.field}"
