"""The types every part of auditor speaks: frozen, standard library only.

One fact travels as `Evidence`; what could not be read travels as `Gap`; a
`Dossier` holds both and is the border between gathering and judging.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any

type Json = Any
"""What `json.loads` gives: dict, list, str, int, float, bool or None."""

type Text = Mapping[str, str]
"""One text in each report language: `{"en": ..., "sq": ...}`."""


class Rung(IntEnum):
    """How strongly a thing is shown that the *app does*; higher includes lower."""

    DECLARED = 1
    """Manifest or resources say so."""
    REFERENCED = 2
    """The code or class is really in the package."""
    REACHABLE = 3
    """A path leads there from an entry point."""
    EXECUTED = 4
    """Seen at run time, inside the process."""
    TRANSMITTED = 5
    """Seen on the wire."""


class Claim(StrEnum):
    """What the *controller says*: policy, label, consent screen."""

    DISCLOSED = "disclosed"
    DENIED = "denied"


type Level = Rung | Claim
"""Where a statement or a gap belongs: one of five rungs or two claims."""


class Answer(StrEnum):
    """Three values: missing knowledge is never turned into a no."""

    FOUND = "found"
    CLEAR = "clear"
    UNDETERMINED = "undetermined"


KINDS = ("data", "sdk", "practice", "contact", "weakness", "notice", "context")
"""Fact kinds. `context` is what a person states in the case file, nothing more."""


@dataclass(frozen=True, slots=True, order=True)
class Fact:
    """`kind:what > who`, for example `data:advertising-id > acme-push`."""

    kind: str
    """One of `KINDS`."""
    what: str
    """A word of the vocabulary, or a host, or a component name."""
    who: str = ""
    """A vendor id or role; empty when unknown or when it does not matter."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A fact, how strongly it is shown, and where to look."""

    fact: Fact
    level: Level
    where: str
    """`artifact-part:place`, for example `manifest:uses-permission[7]`."""
    phase: str = ""
    """`before consent`, `after refusal` ...; empty when not known."""
    date: str = ""
    """ISO date of the fact (capture, build, snapshot); empty when not known."""
    by: str = ""
    """The rule file that recognised it, for example `data/sms-messages`."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What could not be read, so that silence is not taken for absence."""

    level: Level
    why: str
    """One clause that ends a sentence: `certificate pinning on push.acme.example`."""
    concerns: tuple[str, ...] = ()
    """Fact patterns (`data:location`, `sdk`) or hosts; empty means everything."""


@dataclass(frozen=True, slots=True)
class Artifact:
    """One input file."""

    kind: str
    """`apk`, `split set`, `aab`, `policy` ..."""
    name: str
    """File name, never an absolute path."""
    sha256: str
    size: int
    """Bytes."""
    read: str = "read"
    """`read`, `partial` or `not read`."""
    about: Mapping[str, Json] = field(default_factory=dict)
    """What the file says of itself: package, version, permissions, signature ..."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a person states about the case; empty strings are asked for, not invented."""

    app: Mapping[str, str] = field(default_factory=dict)
    """`name`, `package`, `version`."""
    controller: Mapping[str, str] = field(default_factory=dict)
    """`name`, `kind`, `address`, `contact`."""
    store: Mapping[str, str] = field(default_factory=dict)
    """`address` of the store page, `seen` on which date."""
    languages: tuple[str, ...] = ()
    period: Mapping[str, str] = field(default_factory=dict)
    """Processing `from`, `to`: ISO dates; an open end is an empty string."""
    context: tuple[str, ...] = ()
    """Words such as `party`, `public-body`, `employer`."""
    acquired: Mapping[str, str] = field(default_factory=dict)
    """`by` (the examiner, never the source), `when`, `how`."""
    gdpr: Mapping[str, str] = field(default_factory=dict)
    """`link` (3(1), 3(2)(a), 3(2)(b)) and `why`, when GDPR applies directly."""
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that was gathered. Judging reads this and nothing else."""

    artifacts: tuple[Artifact, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    gaps: tuple[Gap, ...] = ()
    case: Case = field(default_factory=Case)
    tool: Mapping[str, str] = field(default_factory=dict)
    """`auditor` version and `rules` digest that gathered it."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One node of the tree that explains an answer."""

    answer: str
    """`yes`, `no` or `cannot tell`."""
    said: str
    """The condition in the words of the rule file."""
    evidence: tuple[str, ...] = ()
    """Notation lines that decided it."""
    gaps: tuple[str, ...] = ()
    children: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Provision:
    """One article of one law, as it stood on the day."""

    regime: str
    article: str
    title: Text
    confirmed: str
    """T statute text read, S secondary source read, U unconfirmed."""
    standing: str
    """`in force`, `comparator`, `not yet applicable` or `no such duty` (none was found in this law)."""
    duty: str = ""
    note: Text = field(default_factory=dict)
    """Why there is no such duty, or what else must be known."""
    since: str = ""
    """First day on which the article applies, when that lies inside or after the period."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check answers about one fact."""

    check: str
    fact: Fact | None
    """None when the check found nothing to ask about, or asks about the whole app."""
    answer: Answer
    kind: str
    """`observed`, `contradiction`, `absent` or `question`."""
    severity: str
    """`low`, `medium`, `high`; `informational` when access to data is only declared."""
    confidence: str
    reason: Reason
    provisions: tuple[Provision, ...] = ()
    rung: str = ""
    """Highest rung or claim reached by the fact; empty when none."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A public claim held against the evidence."""

    claim: str
    answer: str
    """`supported`, `contradicted`, `not shown` or `not testable from outside`."""
    reason: Reason


@dataclass(frozen=True, slots=True)
class Law:
    """A law and the part of the period in question during which it was in force."""

    regime: str
    name: Text
    address: str
    standing: str
    """`in force` or `comparator`."""
    first: str
    """First day in question under this law."""
    last: str
    note: Text = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LookedAt:
    """One level of the ladder: was it looked at, and what stayed hidden."""

    level: str
    state: str
    """`read`, `partly` or `not read`."""
    gaps: tuple[str, ...] = ()
    """Why, one clause each."""


@dataclass(frozen=True, slots=True)
class ReportedEvidence:
    """One line of the appendix."""

    line: str
    where: str
    by: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """A finding with every text a reader needs, in all languages."""

    id: str
    """Stable: check and fact, for example `sms-access/data:sms`."""
    check: str
    number: str
    subject: str
    """Group of the catalogue: `PERM`, `SDK` ..."""
    title: Text
    answer: Answer
    kind: str
    severity: str
    confidence: str
    fact: str
    rung: str
    why: Text
    limits: Text
    verify: Text
    remedy: Text
    cases: tuple[str, ...]
    reason: Reason
    evidence: tuple[ReportedEvidence, ...]
    evidence_total: int
    """Lines in all; `evidence` holds the first of them."""
    gaps: tuple[str, ...]
    provisions: tuple[Provision, ...]


@dataclass(frozen=True, slots=True)
class DataRow:
    """One data type in the matrix: a state per level."""

    what: str
    name: Text
    levels: Mapping[str, str]
    """Level to `seen`, `not seen` or `not read`."""
    counts: Mapping[str, int]
    """Level to the number of evidence lines."""


@dataclass(frozen=True, slots=True)
class SdkRow:
    """One SDK: what it is, whose, and how strongly it is shown."""

    id: str
    name: str
    company: str
    seat: Mapping[str, str]
    roles: tuple[str, ...]
    tracker: bool
    rung: str
    ghost: bool
    """Named in manifest or resources, but its classes are nowhere in the package."""
    evidence: tuple[ReportedEvidence, ...]
    packaged: bool = True
    """Whether the package shows it; else it was seen in traffic alone."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where code does something, whose code it is, and how it is reached."""

    where: str
    who: str = ""
    """A vendor id, or `app`; empty when nobody knows."""
    path: str = ""
    """From an entry point; empty when none was found."""


@dataclass(frozen=True, slots=True)
class PassedRow:
    """Constants, and where the code passes them on: the same places for all of them."""

    values: tuple[str, ...]
    places: tuple[Place, ...]
    """The first ones, those that something leads to before the others."""
    total: int
    """Places in all."""


@dataclass(frozen=True, slots=True)
class PassedKind:
    """Constants of one kind."""

    id: str
    """A file of `rules/arguments`."""
    name: Text
    technical: bool
    """Whether they tell how the code is put together, rather than what it sends, keeps or asks for."""
    rows: tuple[PassedRow, ...]
    shown: int
    """Different values in `rows`, which holds the first of them."""
    total: int
    """Different values in all."""


@dataclass(frozen=True, slots=True)
class HostRow:
    """A server that the package names, and whose code names it."""

    host: str
    who: str
    endpoints: tuple[str, ...]
    """What follows the host in its addresses: the first few."""
    first: ReportedEvidence
    total: int
    """Places in all."""


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One type of data that was sent to one recipient, in all recordings together."""

    what: str
    name: Text
    company: str
    """The recipient; a host where nobody knows whose it is; empty for the app's own servers."""
    vendors: tuple[str, ...]
    """Vendor ids of the company; empty for hosts that no rule knows."""
    seat: str
    """ISO 3166 country of the company; empty when not known. It is not the place of processing."""
    requests: int
    phases: Mapping[str, int]
    """Phase to the number of requests inside it."""
    least: bool
    """Whether not every place was kept, so that there were more requests."""
    first: ReportedEvidence


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


@dataclass(frozen=True, slots=True)
class PermissionRow:
    """What the code does about one permission."""

    name: str
    asked: tuple[Place, ...]
    """Where it asks the user for it while it runs: the first places."""
    asked_total: int
    calls: str
    """`found`, `not found` or `none needed`; empty where no call was looked for."""
    gaps: tuple[str, ...]
    """What limits a `not found`, one clause each."""


@dataclass(frozen=True, slots=True)
class Report:
    """`report-v1`: the only thing templates see. Texts in every language."""

    format: str
    """`report-v1`."""
    tool: Mapping[str, str]
    """`auditor` and `rules`: version and digest."""
    date: str
    """Day the report was made."""
    case: Case
    asked: tuple[str, ...]
    """Values of the case that nobody stated, as `part.key`."""
    artifacts: tuple[Artifact, ...]
    looked_at: tuple[LookedAt, ...]
    period: Mapping[str, str]
    """`first`, `last`, and `basis`: `case`, `evidence` or `report date`."""
    laws: tuple[Law, ...]
    counts: Mapping[str, int]
    """Findings by answer; `found` also by severity."""
    findings: tuple[ReportedFinding, ...]
    matrix: tuple[DataRow, ...]
    sdks: tuple[SdkRow, ...]
    evidence: tuple[ReportedEvidence, ...]
    gaps: tuple[str, ...]
    verdicts: tuple[Verdict, ...] = ()
    names: Mapping[str, Text] = field(default_factory=dict)
    """Readable names of words in evidence: data types, practices, and whose code it is."""
    permissions: tuple[PermissionRow, ...] = ()
    passed: tuple[PassedKind, ...] = ()
    hosts: tuple[HostRow, ...] = ()
    flows: tuple[FlowRow, ...] = ()
    recorded: tuple[Recorded, ...] = ()
