"""What is given beside a recording: persona, phases, addresses, and what is known of the app."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from auditor.collect.persona import Search
from auditor.collect.traffic.firstparty import Own
from auditor.collect.traffic.phases import Span
from auditor.collect.traffic.registry import Addresses


@dataclass(frozen=True, slots=True)
class Beside:
    """What is given beside the recording."""

    search: Search | None = None
    """None: no persona was given, and only shapes are looked for."""
    spans: tuple[Span, ...] = ()
    marks: Path | None = None
    """A file with marks; the one beside the recording is found by itself."""
    addresses: Addresses | None = None
    own: Own = field(default_factory=Own)
    several: bool = False
    """Whether the case has more than one recording, so that places begin with its name."""
