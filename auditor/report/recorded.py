"""A recording as the report shows it: hosts, timeline, phases, opened requests, what stayed closed.

The collector bounds what it tells; here it is bounded once more, for `about` may be a stranger's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from auditor.catalogue import Catalogue
from auditor.model import Artifact, Json
from auditor.recordedmodel import (
    DecodedValue,
    DecodedView,
    PhaseRow,
    Recorded,
    RecordedHost,
    RecordedRow,
    TalliedRow,
)
from auditor.report import loose, written

HOSTS = 100
"""Hosts in the table; the rest is counted."""
ROWS = 2_000
PHASES = 60
MARKS = 60
VIEWS = 40
"""Opened requests; those that show something new come first, the rest is counted."""
MARKED, OTHERS = 25, 15
"""Values of one request: recognised ones, and others beside them."""
SIGNS = 40
EVENTS = 40
"""Names of events of one vendor."""
TALLIED = 200
NAMES = 60


class _Clock(NamedTuple):
    """Seconds from the first record."""

    first: float

    def of(self, at: Json) -> float | None:
        seconds = loose.number(at)
        return round(seconds - self.first, 3) if seconds > 0 and self.first > 0 else None


def recorded(artifacts: Iterable[Artifact], rules: Catalogue) -> Iterator[Recorded]:
    """Every recording among the artifacts."""
    return (
        _recorded(item, rules) for item in artifacts if item.kind == "recording" and "records" in item.about
    )


def words_of(one: Recorded) -> Iterator[str]:
    """Vendor ids and data types that stand in it, for their names."""
    yield from (host.who for host in one.hosts)
    yield from (data for host in one.hosts for data in host.data)
    yield from (word for row in one.rows for word in (row.who, *row.data))
    yield from (data for view in one.views for value in view.marked for data in value.data)
    yield from (data for kinds in one.others.values() for data in kinds)
    yield from (row.who for row in one.writes)
    yield from one.events
    yield from (str(sign.get("vendor")) for sign in one.consent)


def _recorded(item: Artifact, rules: Catalogue) -> Recorded:
    about = item.about
    clock = _Clock(loose.number(about.get("first")))
    rows = [_row(row, clock) for row in loose.rows(about.get("timeline"))][:ROWS]
    hosts, views = list(loose.rows(about.get("hosts"))), list(loose.rows(about.get("views")))
    left = loose.counts(about.get("left out"))
    writes, writes_total = written.rows(about)
    return Recorded(
        name=item.name,
        form=loose.text(about.get("form")),
        producer=loose.text(about.get("producer")),
        date=_moment(clock.first),
        seconds=clock.of(about.get("last")),
        persona=bool(about.get("persona")),
        records=loose.counts(about.get("records")),
        apps=loose.counts(about.get("apps")),
        elsewhere=loose.count(about.get("of other apps")),
        hosts=tuple(_host(host) for host in hosts[:HOSTS]),
        hosts_total=len(hosts) + left.get("hosts", 0),
        rows=tuple(rows),
        rows_total=len(rows) + left.get("timeline", 0),
        companies=_companies(rows, rules),
        phases=tuple(_phases(about, rows, clock)),
        unmarked=_held([row for row in rows if not row.phases]),
        marks=tuple(_marks(about, clock)),
        views=tuple(_views(views, rows)),
        views_total=len(views) + left.get("views", 0),
        consent=tuple(_flat(row) for row in loose.rows(about.get("consent")))[:SIGNS],
        events=_events(about.get("events")),
        others={host: loose.counts(row) for host, row in loose.mapping(about.get("others")).items()},
        unread=tuple(_unread(about))[:TALLIED],
        lost=tuple(_lost(about))[:TALLIED],
        symptoms=tuple(_flat(row) for row in loose.rows(about.get("symptoms")))[:NAMES],
        decoys=loose.count(about.get("decoys found")),
        lookups=loose.texts(about.get("looked up only"))[:NAMES],
        database={key: str(value) for key, value in loose.mapping(about.get("addresses")).items()},
        writes=writes,
        writes_total=writes_total,
    )


def _companies(rows: Iterable[RecordedRow], rules: Catalogue) -> dict[str, str]:
    vendors = {row.who: rules.vendors[row.who] for row in rows if row.who in rules.vendors}
    return {who: vendor.company or vendor.name for who, vendor in sorted(vendors.items())}


def _moment(at: float) -> str:
    try:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S") if at > 0 else ""
    except (ValueError, OverflowError, OSError):  # a recording may claim any number
        return ""


def _flat(row: Mapping[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in row.items() if isinstance(value, (str, int, float))}


def _row(row: Mapping[str, Json], clock: _Clock) -> RecordedRow:
    words = {key: loose.text(row.get(key)) for key in ("kind", "method", "host", "path", "who")}
    data, phases = loose.texts(row.get("data")), loose.texts(row.get("phases"))
    number, status = loose.count(row.get("n")), loose.count(row.get("status"))
    return RecordedRow(
        number=number, seconds=clock.of(row.get("at")), status=status, data=data, phases=phases, **words
    )


def _host(row: Mapping[str, Json]) -> RecordedHost:
    region = loose.mapping(row.get("region"))
    sent, opaque = loose.number(row.get("sent")), loose.number(row.get("opaque"))
    words = {key: loose.text(row.get(key)) for key in ("host", "who", "entity", "seat", "network")}
    return RecordedHost(
        company=loose.text(row.get("organisation")),
        region=loose.text(region.get("name")),
        region_place=loose.text(region.get("place")),
        region_country=loose.text(region.get("country")),
        countries=loose.texts(row.get("countries")),
        anycast=bool(row.get("anycast")),
        requests=sum(loose.counts(row.get("records")).values()),
        data=loose.texts(row.get("data")),
        closed=loose.count(row.get("closed")),
        share=round(100 * min(1.0, opaque / sent)) if sent > 0 else 100 * bool(opaque),
        why=loose.text(row.get("why closed")),
        **words,
    )


# Phases -----------------------------------------------------------------------


def _phases(about: Mapping[str, Json], rows: list[RecordedRow], clock: _Clock) -> Iterator[PhaseRow]:
    """Each marked interval, also one in which nothing was sent."""
    stated = [*loose.rows(about.get("phases"))] or [
        row for row in loose.rows(about.get("marks")) if "from" in row
    ]
    for row in stated[:PHASES]:
        phase, begin, end = loose.text(row.get("phase")), clock.of(row.get("from")), clock.of(row.get("to"))
        inside = [one for one in rows if phase in one.phases and _within(one.seconds, begin, end)]
        yield PhaseRow(phase, begin, end, *_held(inside))


def _within(at: float | None, begin: float | None, end: float | None) -> bool:
    return at is not None and (begin is None or begin <= at) and (end is None or at < end)


def _held(rows: list[RecordedRow]) -> tuple[int, int]:
    return len(rows), sum(bool(row.data) for row in rows)


def _marks(about: Mapping[str, Json], clock: _Clock) -> Iterator[tuple[float, str]]:
    marks = [row for row in loose.rows(about.get("marks")) if "mark" in row]
    for row in marks[:MARKS]:
        if (at := clock.of(row.get("at"))) is not None:
            yield at, loose.text(row.get("mark"))


# Opened requests --------------------------------------------------------------


def _views(views: Iterable[Mapping[str, Json]], rows: Iterable[RecordedRow]) -> Iterator[DecodedView]:
    """In the order of the recording; where not all are kept, those that show something new."""
    known: dict[int, RecordedRow] = {row.number: row for row in rows}
    seen: set[tuple[str, str]] = set()
    opened: list[DecodedView] = []
    for raw in views:
        view = _view(raw, known.get(loose.count(raw.get("n"))))
        shows = {(view.host, data) for value in view.marked for data in value.data}
        opened.append(replace(view, new=not shows <= seen))
        seen |= shows
    return iter(sorted(sorted(opened, key=lambda view: not view.new)[:VIEWS], key=lambda view: view.number))


def _view(view: Mapping[str, Json], row: RecordedRow | None) -> DecodedView:
    values = [_value(value) for value in loose.rows(view.get("rows"))]
    return DecodedView(
        method=loose.text(view.get("method")),
        host=loose.text(view.get("host")),
        path=loose.text(view.get("path")),
        number=loose.count(view.get("n")),
        who=row.who if row else "",
        seconds=row.seconds if row else None,
        phases=row.phases if row else (),
        marked=tuple(value for value in values if value.data)[:MARKED],
        others=tuple(value for value in values if not value.data)[:OTHERS],
        total=loose.count(view.get("values")) or len(values),
    )


def _value(row: Mapping[str, Json]) -> DecodedValue:
    words = {key: loose.text(row.get(key)) for key in ("place", "key", "value", "form")}
    return DecodedValue(data=loose.texts(row.get("data")), **words)


def _events(value: Json) -> dict[str, dict[str, tuple[str, ...]]]:
    found = {}
    for vendor, told in loose.mapping(value).items():
        events = loose.mapping(loose.mapping(told).get("events"))
        named = {
            name: loose.texts(loose.mapping(row).get("params")) for name, row in [*events.items()][:EVENTS]
        }
        if named:
            found[str(vendor)] = named
    return found


# What was not read ------------------------------------------------------------


def _unread(about: Mapping[str, Json]) -> Iterator[TalliedRow]:
    for row in loose.rows(about.get("refused")):
        yield TalliedRow(
            loose.text(row.get("host")), loose.text(row.get("kind")), loose.count(row.get("count"))
        )
    for kind in ("quic", "closed"):
        for host, count in loose.counts(about.get(kind)).items():
            yield TalliedRow(host, kind, count)


def _lost(about: Mapping[str, Json]) -> Iterator[TalliedRow]:
    for key, kind in (("lost", "lost"), ("problems", "limit")):
        for clause, count in loose.counts(about.get(key)).items():
            yield TalliedRow(clause, kind, count)
