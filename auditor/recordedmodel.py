"""What one recording of traffic shows, as `report-v1` holds it. Frozen, standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from auditor.model import Json


@dataclass(frozen=True, slots=True)
class RecordedHost:
    """A host of a recording. Seat, declared region and country of the address are three facts."""

    host: str
    who: str
    company: str
    entity: str
    seat: str
    region: str
    """The operator's name for the region that the host name declares."""
    region_place: str
    region_country: str
    countries: tuple[str, ...]
    """Where a registry lists its addresses."""
    anycast: bool
    """Whether one address may answer from many places, so that its country tells nothing."""
    network: str
    requests: int
    data: tuple[str, ...]
    closed: int
    """Requests of which some part was not decoded."""
    share: int
    """Percent of the bytes sent that were not decoded."""
    why: str
    """Why, where a vendor encrypts by design."""


@dataclass(frozen=True, slots=True)
class RecordedRow:
    """One row of the timeline."""

    number: int
    seconds: float | None
    """From the first record; None when the recording does not tell."""
    kind: str
    method: str
    host: str
    path: str
    status: int
    who: str
    data: tuple[str, ...]
    phases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhaseRow:
    """A phase that somebody marked, and what fell into it."""

    phase: str
    begin: float | None
    """Seconds from the first record; None: open on this side."""
    end: float | None
    requests: int
    with_data: int
    """Requests with personal data."""


@dataclass(frozen=True, slots=True)
class DecodedValue:
    """One value of a request, masked."""

    place: str
    key: str
    value: str
    data: tuple[str, ...]
    """What it was recognised as; empty for other values."""
    form: str
    """The form in which it stands, such as `sha256`."""


@dataclass(frozen=True, slots=True)
class DecodedView:
    """A request with personal data, opened: what was recognised, and the values beside it."""

    number: int
    method: str
    host: str
    path: str
    who: str
    seconds: float | None
    phases: tuple[str, ...]
    marked: tuple[DecodedValue, ...]
    others: tuple[DecodedValue, ...]
    total: int
    """Values in all."""
    new: bool = True
    """Whether it is the first to send one of these types of data to this host."""


@dataclass(frozen=True, slots=True)
class TalliedRow:
    """Something that was not read, or was lost, and how often."""

    what: str
    """A host, or one clause."""
    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """Writes to a database that look alike: ids and values are masked."""

    who: str
    path: str
    """Of the document or node: `users/<id>`."""
    field: str
    """Empty for the whole."""
    op: str
    """Such as `set`, `increment`, `union`, `remove`, `delete`."""
    value: str
    number: int
    """Of the first record."""
    where: str
    """Address of the first one: `flow:3/body:firestore`."""
    count: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """What one recording shows."""

    name: str
    form: str
    producer: str
    date: str
    """Time of the first record, ISO with seconds, UTC; empty when not known."""
    seconds: float | None
    """From the first record to the last."""
    persona: bool
    records: Mapping[str, int]
    apps: Mapping[str, int]
    elsewhere: int
    """Records of other apps, which were left out."""
    hosts: tuple[RecordedHost, ...]
    hosts_total: int
    rows: tuple[RecordedRow, ...]
    rows_total: int
    companies: Mapping[str, str]
    """Vendor ids in `rows` to their companies."""
    phases: tuple[PhaseRow, ...]
    unmarked: tuple[int, int]
    """Requests outside every phase, and those of them with personal data."""
    marks: tuple[tuple[float, str], ...]
    views: tuple[DecodedView, ...]
    views_total: int
    consent: tuple[Mapping[str, Json], ...]
    """Signs of consent in the traffic: `n`, `vendor`, `meaning`, `value`, `place`."""
    events: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Vendor to the names of events it was told, with the names of their parameters."""
    others: Mapping[str, Mapping[str, int]]
    """Host to what its answers hold of other persons: data type to the number of different values."""
    unread: tuple[TalliedRow, ...]
    """Connections: `pinned`, `not trusted`, `repeated`, `version`, `noise`, `quic`, `closed`."""
    lost: tuple[TalliedRow, ...]
    """What the producer lost (`lost`), and limits of decoding (`limit`)."""
    symptoms: tuple[Mapping[str, Json], ...]
    """What is wrong with the recording as a whole: `id`, `finding`, `step`."""
    decoys: int
    lookups: tuple[str, ...]
    """Names that were looked up and not contacted."""
    database: Mapping[str, str]
    """The registry of addresses: `database`, `built`; empty when none was given."""
    writes: tuple[WrittenRow, ...] = ()
    """Writes to databases, those done most often first."""
    writes_total: int = 0
