"""Push messages for a unit: topics and tags whose name is, or holds, an institution, a unit or a role."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from auditor.collect.engagement.exchange import Exchange
from auditor.collect.engagement.people import People
from auditor.collect.engagement.sign import OBSERVED, POSSIBLE, Shown, Sign
from auditor.decode import Write

BESIDE = ("award", "ranking", "task", "unit report", "belonging")
"""Structures beside which a topic of a district or team is one of a unit: else it may be a news region."""

MOST_TOPICS = 50
"""Topics of one write that are read."""


class Topics:
    """Detector of topics of units."""

    def __init__(self, people: People) -> None:
        self._families = people.families
        self._sure, self._wide = Shown(), Shown()

    def look(self, exchange: Exchange) -> None:
        """Subscriptions to topics; tags that push services keep."""
        for write in exchange.source.writes:
            if self._is_topic(write):
                self._note(exchange, write)

    def _is_topic(self, write: Write) -> bool:
        named = self._families.hinted(f"{write.path} {write.field}")
        return write.op in ("union", "set") and "topic" in named

    def _note(self, exchange: Exchange, write: Write) -> None:
        values = write.value if isinstance(write.value, list) else [write.value]
        told = (str(value) for value in values if isinstance(value, str | int))
        text = " ".join([write.field, *islice(told, MOST_TOPICS)])
        if self._families.of(text) & {"institution", "role"}:
            self._sure.add(exchange, write.place)
        elif self._families.hinted(text) & {"institution", "unit", "role"}:
            self._wide.add(exchange, write.place)

    def signs(self) -> Iterator[Sign]:
        """Topics that name an institution, and such as may name a unit."""
        if self._sure.total:
            yield self._sure.sign("topic", OBSERVED, "a topic for push messages names an institution or role")
        if self._wide.total:
            yield self._wide.sign(
                "topic", POSSIBLE, "a topic for push messages may name a unit", beside=BESIDE
            )
