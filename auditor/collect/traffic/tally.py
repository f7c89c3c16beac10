"""What a recording amounts to, as plain values for the report: hosts, timeline, events, decoded views.

All of it is bounded; what is left out is counted.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from auditor.collect.recordings import lenient
from auditor.collect.recordings.record import Kind, Record
from auditor.collect.traffic import shown, tidy
from auditor.collect.traffic.endpoints import Consent, Found
from auditor.collect.traffic.phases import Phases
from auditor.collect.traffic.recognised import Hit
from auditor.collect.traffic.registry import Addresses
from auditor.collect.traffic.whereabouts import Place, Whereabouts, network_in
from auditor.decode import Leaf
from auditor.model import Json

ROWS = 2_000
"""Rows of the timeline."""
VIEWS = 50
"""Requests whose values are listed."""
VIEW_ROWS = 60
"""Values of one request that are listed."""
HOSTS = 2_000
NAMES = 300
"""Names of events of one vendor."""
TECHNICAL = {"app-interactions", "device-description", "session-times"}
"""Data types whose values are names of events, models and times: shown where a rule knows them."""
SIGNS = 500
"""Signs of consent."""
SHORT = 12
"""Characters of a sign of consent that are shown."""


@dataclass(slots=True)
class Host:
    """One host of the recording."""

    place: Place
    first: int
    """Number of the first record."""
    kinds: Counter[str] = field(default_factory=Counter)
    peers: Counter[str] = field(default_factory=Counter)
    networks: Counter[str] = field(default_factory=Counter)
    vendors: Counter[str] = field(default_factory=Counter)
    """Whose SDKs speak to it."""
    owners: Counter[str] = field(default_factory=Counter)
    """Who receives what it is sent."""
    data: Counter[str] = field(default_factory=Counter)
    times: array[float] = field(default_factory=lambda: array("d"))
    sent: int = 0
    """Bytes of bodies and messages to it."""
    opaque: int = 0
    """Bytes of them that stayed closed."""
    closed: int = 0
    """Requests of which some part stayed closed."""
    why: str = ""
    """Why, where a vendor encrypts by design."""

    def sends(self, size: int, opaque: int, why: str) -> None:
        """One request or connection: bytes, how many of them stayed closed, and why."""
        self.sent += size
        self.opaque += opaque
        self.closed += bool(opaque)
        self.why = self.why or why


@dataclass(slots=True)
class Names:
    """What one vendor was told: names of events and properties, with their parameters."""

    events: Counter[str] = field(default_factory=Counter)
    params: dict[str, dict[str, None]] = field(default_factory=dict)
    properties: Counter[str] = field(default_factory=Counter)
    endpoints: Counter[str] = field(default_factory=Counter)


class Tally:
    """Counts while the recording is read; `about` tells when it has ended."""

    def __init__(self, where: Whereabouts, phases: Phases) -> None:
        self.where, self.phases = where, phases
        self.hosts: dict[str, Host] = {}
        self.kinds: Counter[str] = Counter()
        self.apps: Counter[str] = Counter()
        self.lookups: Counter[str] = Counter()
        self.names: dict[str, Names] = {}
        self.rows: list[dict[str, Json]] = []
        self.views: list[Json] = []
        self.consent: list[tuple[float, dict[str, Json]]] = []
        self.left_out: Counter[str] = Counter()
        self.first = self.last = 0.0

    def record(self, record: Record) -> None:
        """Any record, whoever it belongs to."""
        self.kinds[record.kind.value] += 1
        if record.kind is not Kind.MARK:
            self.apps[record.app] += 1
        if record.at > 0:
            self.first = min(self.first or record.at, record.at)
            last = tidy.moment(lenient.moment(record.about.get("last")))
            self.last = max(self.last, record.at, last)

    def host(self, record: Record) -> Host:
        """The row of the record's host, one visit more."""
        name = record.host
        if name not in self.hosts and len(self.hosts) >= HOSTS:
            self.left_out["hosts"] += 1
            name = "(others)"
        row = self.hosts.setdefault(name, Host(self.where.of(name), record.index))
        row.kinds[record.kind.value] += 1
        row.times.append(record.at)
        if record.peer:
            row.peers[record.peer] += 1
        if network := network_in(record.response.headers):
            row.networks[network] += 1
        return row

    def row(self, record: Record, who: str, data: Iterable[str]) -> None:
        """One row of the timeline."""
        if len(self.rows) >= ROWS:
            self.left_out["timeline"] += 1
            return
        shown_path = shown.path(record.path) if record.path else ""
        row = {"n": record.index, "at": record.at, "kind": record.kind.value, "method": record.method}
        row |= {"host": record.host, "path": shown_path, "status": record.status, "who": who}
        self.rows.append({**row, "data": sorted(set(data))})

    def told(self, record: Record, found: Found) -> None:
        """What a vendor was told: names of events, parameters and properties; signs of consent."""
        names = self.names.setdefault(found.vendor, Names())
        names.endpoints[found.endpoint] += 1
        for event in found.events:
            counts = names.events if event.kind == "event" else names.properties
            if event.name not in counts and len(counts) >= NAMES:
                self.left_out["events"] += 1
                continue
            name = shown.name(event.name)
            counts[name] += 1
            names.params.setdefault(name, {}).update(dict.fromkeys(map(shown.name, event.params[:NAMES])))
        for sign in found.consent:
            self._sign(record, found.vendor, sign)

    def _sign(self, record: Record, vendor: str, sign: Consent) -> None:
        """A string of consent can tell a person from others (CJEU C-604/22), so its end is left out."""
        if len(self.consent) >= SIGNS:
            self.left_out["consent"] += 1
            return
        long = len(sign.value) > SHORT
        value = f"{sign.value[:SHORT]}… ({len(sign.value)} characters)" if long else sign.value
        row: dict[str, Json] = {"n": record.index, "vendor": vendor, "meaning": sign.meaning, "value": value}
        self.consent.append((record.at, row | {"place": shown.place(sign.place)}))

    def view(self, record: Record, leaves: Sequence[Leaf], hits: Sequence[Hit]) -> None:
        """Values of one request, masked; those that are evidence first."""
        if len(self.views) >= VIEWS:
            self.left_out["views"] += 1
            return
        marked: dict[str, list[Hit]] = {}
        for hit in hits:
            marked.setdefault(hit.place, []).append(hit)
        rows = sorted(leaves, key=lambda leaf: leaf.place not in marked)[:VIEW_ROWS]
        head: dict[str, Json] = {"n": record.index, "method": record.method, "host": record.host}
        head |= {"path": shown.path(record.path), "values": len(leaves)}
        self.views.append(head | {"rows": [_value(leaf, marked.get(leaf.place, ())) for leaf in rows]})

    def about(self, addresses: Addresses | None) -> dict[str, Json]:
        """Everything counted, for `Artifact.about`."""
        return {
            "records": dict(self.kinds),
            "apps": dict(self.apps.most_common(50)),
            "first": self.first,
            "last": self.last,
            "hosts": [self._host(row, addresses) for row in self._hosts()],
            "addresses": {"database": addresses.name, "built": addresses.built} if addresses else {},
            "timeline": [row | {"phases": list(self.phases.of(row["at"]))} for row in self.rows],
            "marks": self.phases.describe(),
            "phases": self.phases.intervals(),
            "events": {vendor: _names(names) for vendor, names in sorted(self.names.items())},
            "consent": [row | {"phases": list(self.phases.of(at))} for at, row in self.consent],
            "views": self.views,
            "looked up only": [h for h in self.lookups if h not in self.hosts][:200],
            "left out": dict(self.left_out),
        }

    def _hosts(self) -> Iterator[Host]:
        return iter(sorted(self.hosts.values(), key=lambda row: (-sum(row.kinds.values()), row.place.host)))

    def _named(self, row: Host) -> Place:
        """A host nobody lists belongs to the vendor whose endpoint answers there."""
        vendor = next((who for who, _ in row.owners.most_common() if who in self.where.vendors), "")
        return (
            row.place
            if not vendor or row.place.who != row.place.host
            else self.where.as_vendor(row.place, vendor)
        )

    def _host(self, row: Host, addresses: Addresses | None) -> Json:
        place, region = self._named(row), row.place.region
        phases = Counter(phase for at in row.times for phase in self.phases.of(at))
        countries = Counter(addresses.country(peer) for peer in row.peers) if addresses else Counter[str]()
        return {
            "host": place.host,
            "who": place.who,
            "why": place.why,
            "project": place.project,
            "organisation": place.organisation,
            "entity": place.entity,
            "seat": place.seat,
            "region": {"name": region.id, "country": region.country, "place": region.place} if region else {},
            "countries": sorted(filter(None, countries)),
            "anycast": place.anycast or bool(row.networks),
            "network": next(iter(row.networks), ""),
            "records": dict(row.kinds),
            "addresses": [peer for peer, _ in row.peers.most_common(5)],
            "first": row.first,
            "vendors": dict(row.vendors),
            "data": dict(sorted(row.data.items())),
            "sent": row.sent,
            "opaque": row.opaque,
            "closed": row.closed,
            "why closed": row.why,
            "phases": dict(phases),
        }


def _value(leaf: Leaf, hits: Sequence[Hit]) -> Json:
    masked = next((hit.masked for hit in hits if hit.masked), "")
    if not masked and hits and {hit.data for hit in hits} <= TECHNICAL and isinstance(leaf.value, str | int):
        masked = shown.name(str(leaf.value))
    return {
        "place": shown.place(leaf.place)[:300],
        "key": shown.name(leaf.key),
        "value": masked or (shown.size(leaf.value) if hits else shown.value(leaf)),
        "data": [hit.data for hit in hits],
        "form": next((hit.note for hit in hits if hit.note), ""),
    }


def _names(names: Names) -> Json:
    return {
        "endpoints": dict(names.endpoints),
        "events": {n: {"count": c, "params": list(names.params.get(n, ()))} for n, c in names.events.items()},
        "properties": dict(names.properties),
    }
