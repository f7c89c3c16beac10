"""`report-v1`: findings, tables, and texts in every language; frozen, standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from auditor.model import Answer, Artifact, Case, Law, Provision, Reason, Text, Verdict
from auditor.profilemodel import Profile
from auditor.recordedmodel import Recorded


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
    theme: Text = field(default_factory=dict)
    """The title without what one finding of the check names and another does not."""
    named: tuple[Text, ...] = ()
    """What it names: a type of data, a recipient, a library."""


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
    profile: Profile = field(default_factory=Profile)
