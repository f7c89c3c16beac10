"""A record of a recording, as the detectors of engagement ask for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from auditor.catalogue import Catalogue
from auditor.collect.engagement import Engagement
from auditor.collect.engagement.exchange import Source, Told
from auditor.collect.owners import APP
from auditor.collect.persona import Search
from auditor.collect.recordings.record import Kind, Record
from auditor.collect.traffic import endpoints, handmade, parts, recognised, shown
from auditor.collect.traffic.endpoints import Found
from auditor.collect.traffic.recognised import Hit
from auditor.collect.traffic.writes import writes
from auditor.decode import Tree


def source(
    record: Record,
    trees: Mapping[str, Tree],
    received: Collection[Tree],
    found: Sequence[Found],
    hits: Sequence[Hit],
    *,
    who: str,
    front: str = "flow:",
    mark: str = "",
) -> Source:
    """`trees` of what was sent, `received` of what came back; `who` owns the server."""
    return Source(
        record,
        parts.leaves(trees),
        [leaf for opened in received for leaf in opened.leaves],
        who,
        tuple(recognised.vendors(found)),
        writes(record, trees, found),
        list(_events(found)),
        frozenset(hit.data for hit in hits),
        front,
        mark,
        shown.place,
    )


def _events(found: Sequence[Found]) -> Iterator[Told]:
    """Each event once, though two endpoints may know the place where it stands."""
    events = {(event.name, event.place): event for one in found for event in one.events}
    for event in events.values():
        if event.kind == "event":
            yield Told(event.name, event.place, dict(event.values))


def by_hand(given: Iterable[Mapping[str, Any]], rules: Catalogue) -> Engagement:
    """What a recording written by hand shows; every host that no vendor owns is taken for the app's own."""
    asked = endpoints.of(rules)
    engagement, nobody = Engagement(rules), Search(None)
    for record in handmade.recording(given, asked.all_maps):
        if record.kind is Kind.MARK:
            engagement.mark(record.path, record.at)
            continue
        trees = parts.sent(record, asked.maps(record))
        found = asked.sent(record, trees)
        hits = recognised.hits(found, recognised.searched(record, trees, nobody))
        who = next(iter(recognised.vendors(found)), asked.owner_of(record.host)) or APP
        received = list(parts.received(record))
        mark = engagement.marked(record.at)
        engagement.look(source(record, trees, received, found, hits, who=who, mark=mark))
    return engagement
