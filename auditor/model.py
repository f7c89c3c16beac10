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
