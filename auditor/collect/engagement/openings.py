"""How often and how long a known person uses the app: openings, numbers of sessions, time in the app.

Analytics counts sessions of an installation in nearly every app: only what is tied to a person counts. Where
nothing but an id says who it is, or the words are those of any session, it is only possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from auditor.collect.engagement.actions import WRITING, Actions
from auditor.collect.engagement.exchange import Exchange
from auditor.collect.engagement.identified import BY_ID, BY_NAME, NOBODY, Identified
from auditor.collect.engagement.reactions import SCORING
from auditor.collect.engagement.readings import Reading, Readings, names
from auditor.collect.engagement.sign import INFERRED, OBSERVED, POSSIBLE, Shown, Sign
from auditor.collect.owners import APP
from auditor.collect.words import words

FEWEST = 2
"""Openings that show that they are counted."""
MOST_WORDS = 5
"""Words of a name of an opening; more is text."""
BESIDE = (*SCORING, "award open", "unit report")
"""Structures beside which sessions of a known user count."""
BESIDE_OWN = (*BESIDE, "belonging")
"""The same at the app's own server: there an institution that is tied to the person is enough."""


@dataclass(slots=True)
class Counted:
    """Openings that one receiver was told of."""

    shown: Shown = field(default_factory=Shown)
    openings: int = 0
    numbers: int = 0
    plain: bool = False
    """Whether it is said of the app itself: `app_open`, `app_opens`."""
    known: int = NOBODY
    """The surest way in which the person is named."""

    def level(self, who: str) -> str:
        """A name counts anywhere; an id of a user where the app's own server is told several times."""
        if not self.plain or not (self.numbers or self.openings >= FEWEST):
            return POSSIBLE
        if self.known == BY_NAME:
            return OBSERVED
        return INFERRED if who == APP and self.known >= BY_ID else POSSIBLE


class Openings:
    """Detector of openings."""

    def __init__(self, actions: Actions, readings: Readings) -> None:
        self._readings = readings
        self._families = actions.families
        self._identified = Identified(actions.families)
        self._counted: dict[str, Counted] = {}

    def look(self, exchange: Exchange) -> None:
        """Openings as events, paths and values; numbers of openings and of time in the app."""
        opened = [name for name in self._names(exchange) if self._is_opening(name)]
        numbers = [one for one in self._readings.of(exchange) if self._is_count(one)]
        if not opened and not numbers:
            return
        how = self._identified.how(exchange)
        if how >= BY_ID or (how and exchange.who == APP):
            counted = self._counted.setdefault(exchange.who, Counted())
            counted.shown.add(exchange, numbers[0].place if numbers else "")
            counted.openings += bool(opened)
            counted.numbers += bool(numbers)
            counted.plain |= any(map(self._is_of_app, (*opened, *(one.name for one in numbers))))
            counted.known = max(counted.known, how)

    def _names(self, exchange: Exchange) -> Iterator[str]:
        """Names that can be those of an opening: events, the end of the path, short values."""
        yield from (event.name for event in exchange.events)
        if exchange.method in WRITING and not exchange.events:
            yield "/".join(exchange.segments[-2:])
            yield from names(exchange).split()

    def _is_opening(self, name: str) -> bool:
        """`app_open`, `session_start`, `hapja_e_aplikacionit`, `foreground`."""
        parts = words(name)
        if len(parts) > MOST_WORDS or "@" in name:
            return False
        held = self._families.hinted(name)
        of_app = {"open", "app"} <= held or "usage" in self._families.of(name)
        return of_app or {"usage", "begin"} <= held

    def _is_of_app(self, name: str) -> bool:
        return "app" in self._families.hinted(name) or "usage" in self._families.of(name)

    def _is_count(self, one: Reading) -> bool:
        """`app_opens`, `session_number`, `time_in_app`; `seconds` that are sent to `/usage`."""
        if "usage" in self._families.of(one.name):
            return True
        held = self._families.hinted(one.name)
        about = held & {"usage", "app"} or self._families.of(one.around) & {"usage"}
        measured = held & {"live", "total", "open"}
        return bool(about and measured) and len(words(one.name)) <= MOST_WORDS

    def signs(self) -> Iterator[Sign]:
        """One sign for each receiver."""
        for who, counted in self._counted.items():
            note = f"openings or time of use are reported with who it is, {counted.shown.total} times"
            figures = {"openings": counted.openings, "numbers": counted.numbers}
            counter = ("only an id of the installation: no",)
            beside = BESIDE_OWN if who == APP else BESIDE
            level = counted.level(who)
            yield counted.shown.sign("opening", level, note, figures=figures, counter=counter, beside=beside)
