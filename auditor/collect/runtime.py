"""Everything that was recorded while the app ran, with what stands beside it: persona, phases, addresses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.catalogue import Catalogue
from auditor.collect import app
from auditor.collect.case import CaseFile
from auditor.model import Artifact, Case, Evidence, Gap, Rung

if TYPE_CHECKING:
    from auditor.collect.persona.search import Search
    from auditor.collect.traffic.phases import Span
    from auditor.collect.traffic.registry import Addresses

BESIDE = ("persona", "phases", "addresses")
"""Parts of a case that help to read its recordings."""
SUFFIXES = (".har", ".zhar", ".mitm", ".flow", ".flows", ".pcap", ".pcapng")
"""Files of a case's folder that are taken for recordings; others must be named."""
OURS = "recording.jsonl"
"""What the recorder writes; flow files beside it hold the same."""
PIROGUE = "traffic.pcap"


class Unusable(ValueError):
    """Something beside the recording cannot be used; one sentence."""


class Misused(Unusable):
    """The command line says what cannot be meant; one sentence."""


@dataclass(frozen=True, slots=True)
class Given:
    """What the command line says; it goes before what the case says."""

    persona: Path | None = None
    phases: tuple[str, ...] = ()
    """Such as `before-consent:00:00-00:42`."""
    addresses: Path | None = None
    """A database of addresses in the form .mmdb."""


@dataclass(slots=True)
class Heard:
    """What all recordings gave."""

    artifacts: list[Artifact] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    strange: dict[Path, str] = field(default_factory=dict)
    """Files that are no recording, with the sentence that says so."""


def in_folder(folder: Path) -> list[Path]:
    """The recordings of a folder; the folder itself when it is one."""
    if (folder / OURS).is_file():
        return [folder / OURS]
    if (folder / PIROGUE).is_file():
        return [folder]
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES and path.is_file())


def collect(
    paths: Sequence[Path],
    found: CaseFile | None,
    case: Case,
    read: app.App | None,
    rules: Catalogue,
    given: Given,
    say: app.Progress,
) -> Heard:
    """Read every recording. Raises Unusable when what stands beside them cannot be used."""
    heard = Heard()
    if not paths:
        return heard
    from auditor.collect import traffic
    from auditor.collect.recordings.record import RecordingError
    from auditor.collect.traffic import firstparty
    from auditor.collect.traffic.phases import PhaseError

    own = firstparty.own_of(case, read.artifact if read else None, read.evidence if read else ())
    files = found.files if found else {}
    beside = traffic.Beside(
        search=_search(given.persona or files.get("persona")),
        spans=tuple(_spans(given.phases)),
        marks=files.get("phases"),
        addresses=_addresses(given.addresses or files.get("addresses")),
        own=own,
        several=len(paths) > 1,
    )
    for path in paths:
        try:
            one = traffic.read(path, rules, beside, say)
            heard.artifacts.append(one.artifact)
            heard.evidence.extend(one.evidence)
            heard.gaps.extend(one.gaps)
        except PhaseError as error:
            raise Unusable(str(error)) from error
        except RecordingError as error:
            heard.strange[path] = f"{path.name}: holds no Android package, and {error}"
            heard.gaps.append(Gap(Rung.TRANSMITTED, f"{path.name} was given, but it {error}"))
    return heard


def _search(path: Path | None) -> Search | None:
    from auditor.collect.persona import file
    from auditor.collect.persona.search import Search

    if path is None:
        return None
    try:
        return Search(file.read(path))
    except file.PersonaError as error:
        raise Unusable(str(error)) from error


def _spans(texts: Sequence[str]) -> Iterator[Span]:
    from auditor.collect.traffic import phases

    for text in texts:
        try:
            yield phases.span(text)
        except phases.PhaseError as error:
            raise Misused(f"--phase: {error}") from error


def _addresses(path: Path | None) -> Addresses | None:
    from auditor.collect.traffic.registry import Addresses, AddressesError

    if path is None:
        return None
    try:
        return Addresses(path)
    except AddressesError as error:
        raise Unusable(f"{path.name}: {error}") from error
