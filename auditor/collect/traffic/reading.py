"""One recording, record by record, until everything it shows and hides can be told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from auditor.catalogue import Catalogue
from auditor.collect.archive import printable
from auditor.collect.engagement import Engagement
from auditor.collect.engagement.exchange import Source
from auditor.collect.owners import APP
from auditor.collect.persona import Search
from auditor.collect.recordings.record import Kind, Record, Recording
from auditor.collect.traffic import (
    endpoints,
    engaged,
    firstparty,
    marks,
    parts,
    recognised,
    shown,
    tidy,
    unheard,
)
from auditor.collect.traffic.beside import Beside
from auditor.collect.traffic.endpoints import Found
from auditor.collect.traffic.others import Others, is_program
from auditor.collect.traffic.phases import Phases
from auditor.collect.traffic.recognised import Hit
from auditor.collect.traffic.tally import Host, Tally
from auditor.collect.traffic.together import Abroad, social_tokens, together
from auditor.collect.traffic.transmitted import Lines
from auditor.collect.traffic.unheard import Unheard
from auditor.collect.traffic.weak import weaknesses
from auditor.collect.traffic.whereabouts import Whereabouts
from auditor.collect.traffic.written import Written
from auditor.decode import Tree
from auditor.model import Artifact, Evidence, Fact, Gap

GOOGLE_PLAY = "com.google.android.gms"
"""It uploads on behalf of apps; a flow of its own is the app's when it names the app."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """What reading one recording gave."""

    artifact: Artifact
    evidence: tuple[Evidence, ...]
    gaps: tuple[Gap, ...]


class Reading:
    """One recording, record by record."""

    def __init__(
        self, path: Path, recording: Recording, rules: Catalogue, beside: Beside, phases: Phases
    ) -> None:
        self.path, self.recording, self.beside, self.phases = path, recording, beside, phases
        self.endpoints = endpoints.of(rules)
        self.own = firstparty.told(beside.own, recording.about)
        self.where = Whereabouts(rules, self.own, self.endpoints.owner_of)
        self.search = beside.search or Search(None)
        self.tally = Tally(self.where, phases)
        self.lines, self.contacts = Lines(phases), Lines(phases, once=True)
        self.unheard, self.others = Unheard(), Others()
        self.abroad, self.engagement = Abroad(rules), Engagement(rules)
        self.front = f"flow:{printable(path.name, 200)}#" if beside.several else "flow:"
        self.written = Written(self.front)
        self.elsewhere = self.decoys = 0

    def take(self, record: Record) -> None:
        """One record of any kind."""
        if record.at != (at := tidy.moment(record.at)):
            record = replace(record, at=at)
        record, odd = tidy.record(record)
        if odd:
            self.unheard.lost[odd] += 1
        if record.at and not self.phases.start:
            self.phases.begin(record.at)
        if mark := marks.mark_in(record):
            self.tally.kinds["mark"] += 1
            self.phases.mark(record.at, mark)
            self.engagement.mark(mark, record.at)
            return
        self.tally.record(record)
        if not self._belongs(record):
            self.elsewhere += 1
            return
        self.unheard.losses(record)
        if record.kind is Kind.LOOKUP:
            self.tally.lookups[record.host] += 1
        elif record.kind is Kind.REFUSED:
            self._refused(record)
        else:
            self._open(record)

    def _belongs(self, record: Record) -> bool:
        """Whether the app in question sent it, as far as the recording tells."""
        return not self.own.package or record.app in ("", self.own.package, GOOGLE_PLAY)

    def _refused(self, record: Record) -> None:
        """The app wanted to talk to the host, and nobody knows what about."""
        host = self.tally.host(record)
        self.unheard.refused(record)
        self._contact(record, (), host)
        self.tally.row(record, host.place.who, ())

    def _open(self, record: Record) -> None:
        trees = parts.sent(record, self.endpoints.maps(record))
        if not self._speaks_for_app(record, trees):
            self.elsewhere += 1
            return
        found = self.endpoints.sent(record, trees)
        matches = recognised.searched(record, trees, self.search)
        self.decoys += sum(match.decoy for match in matches)
        hits = recognised.hits(found, [match for match in matches if not match.decoy])
        host = self.tally.host(record)
        whose = self._recipients(record, found, host)
        self._count(record, trees, found, host)
        self._contact(record, found, host)
        self._say(record, whose, hits)
        self._weak(record, whose[0], hits, trees)
        self._together(record, whose[0], hits, host)
        self._tell(record, whose[0], hits, trees, host)
        received = [] if is_program(record) else list(parts.received(record))
        self.unheard.problems(f"{self.front}{record.index}", received, unheard.ANSWER)
        self.others.look(record, received, self.search)
        source = self._engaged(record, trees, received, found, hits, whose[-1])
        self.written.add(record, whose[0], source.writes)
        self.unheard.heard(record)

    def _speaks_for_app(self, record: Record, trees: Mapping[str, Tree]) -> bool:
        """Google Play services send for every app: a flow of theirs is the app's when it names the app."""
        if not self.own.package or record.app != GOOGLE_PLAY:
            return True
        return any(leaf.value == self.own.package for leaf in parts.leaves(trees))

    def _recipients(self, record: Record, found: Sequence[Found], host: Host) -> list[str]:
        """Vendors at whose endpoint it arrives, or the host's owner; and the app, when it is its project."""
        whose = recognised.receivers(found) or [host.place.who]
        project = host.place.project or self.where.project_in(record.path)
        return list(dict.fromkeys([*whose, APP] if project else whose))

    def _count(self, record: Record, trees: Mapping[str, Tree], found: Sequence[Found], host: Host) -> None:
        size = sum(map(len, parts.raw(record).values()))
        closed = next((one.opaque for one in found if one.opaque), "")
        opaque = len(record.request.body) if closed else min(size, sum(t.opaque for t in trees.values()))
        host.sends(size, opaque, closed)
        for one in found:
            self.tally.told(record, one)
        self.unheard.problems(f"{self.front}{record.index}", trees.values())

    def _contact(self, record: Record, found: Sequence[Found], host: Host) -> None:
        where = f"{self.front}{record.index}/{shown.address(record)}"
        receivers = recognised.receivers(found) or [host.place.who]
        who = next((vendor for vendor in receivers if vendor in self.where.vendors), host.place.who)
        if record.host:
            fact = Fact("contact", record.host, "" if who == record.host else who)
            self.contacts.add(fact, where, record.at, f"vendors/{who}" if who in self.where.vendors else "")
        host.owners.update(receivers)
        for vendor in dict.fromkeys((*receivers, *recognised.vendors(found))):
            if vendor in self.where.vendors:
                host.vendors[vendor] += 1
                self.lines.add(Fact("sdk", vendor), where, record.at, f"vendors/{vendor}")

    def _say(self, record: Record, whose: Sequence[str], hits: Sequence[Hit]) -> None:
        for hit in hits:
            note = f" ({hit.note})" if hit.note else ""
            note += f" (and {hit.more} more places)" if hit.more else ""
            where = f"{self.front}{record.index}/{shown.place(hit.place)}{note}"
            for who in whose:
                self.lines.add(Fact("data", hit.data, who), where, record.at, hit.by)

    def _weak(self, record: Record, who: str, hits: Sequence[Hit], trees: Mapping[str, Tree]) -> None:
        known = [(hit.data, hit.place) for hit in hits]
        leaves = parts.leaves(trees)
        keys = (("social-token-sent", place) for place in social_tokens(leaves, record.host))
        for what, place in dict.fromkeys((*weaknesses(record, known, leaves), *keys)):
            where = f"{self.front}{record.index}/{shown.place(place)}"
            self.lines.add(Fact("weakness", what, who), where, record.at, "")

    def _together(self, record: Record, who: str, hits: Sequence[Hit], host: Host) -> None:
        for fact, place, beside in together(hits, who):
            where = f"{self.front}{record.index}/{shown.place(place)} ({beside})"
            self.lines.add(fact, where, record.at, "")
        region = host.place.region
        if hits and region and (practice := self.abroad.practice(region)):
            where = f"{self.front}{record.index}/{shown.address(record)} ({region.id})"
            self.lines.add(Fact("practice", practice, who), where, record.at, region.by)

    def _engaged(
        self,
        record: Record,
        trees: Mapping[str, Tree],
        received: Sequence[Tree],
        found: Sequence[Found],
        hits: Sequence[Hit],
        who: str,
    ) -> Source:
        mark = self.engagement.marked(record.at)
        source = engaged.source(record, trees, received, found, hits, who=who, front=self.front, mark=mark)
        self.engagement.look(source)
        return source

    def _tell(
        self, record: Record, who: str, hits: Sequence[Hit], trees: Mapping[str, Tree], host: Host
    ) -> None:
        self.tally.row(record, who, [hit.data for hit in hits])
        host.data.update(hit.data for hit in hits)
        if hits:
            self.tally.view(record, parts.leaves(trees), hits)

    def traffic(self) -> Traffic:
        """Everything, once the last record was read."""
        self.unheard.lost.update(self.recording.lost)
        for line in self.engagement.lines():
            self.lines.add(*line)
        gaps = tuple(self._gaps())
        digest, size = _digest(self.path)
        about = {
            "form": self.recording.form,
            "producer": self.recording.producer,
            "recorder": dict(self.recording.about),
            **self.tally.about(self.beside.addresses),
            **self.unheard.about(),
            "others": self.others.about(),
            "engagement": self.engagement.about(),
            "writes": list(self.written.rows()),
            "further writes": self.written.left_out,
            "of other apps": self.elsewhere,
            "persona": self.beside.search is not None,
            "decoys found": self.decoys,
        }
        read = "partial" if self.unheard.lost or self.unheard.limits else "read"
        artifact = Artifact(
            "recording", printable(self.path.name, 200), digest, size, read, tidy.plain(about)
        )
        return Traffic(artifact, (*self.contacts.evidence(), *self.lines.evidence()), gaps)

    def _gaps(self) -> Iterator[Gap]:
        yield from unheard.gaps(
            self.unheard,
            self.tally,
            persona=self.beside.search is not None,
            package=self.own.package,
        )
        if self.phases.unused:
            yield unheard.gap(
                f"{self.phases.unused} marks were not used: they were made before this recording began"
            )
        if self.phases.lost:
            yield unheard.gap(f"{self.phases.lost} marks beyond the first were not used")
        if self.decoys:
            yield unheard.gap(
                f"{self.decoys} values were found that no app was given: the persona is in doubt"
            )


def _digest(path: Path) -> tuple[str, int]:
    """SHA-256 and bytes of the file; for a folder, of `sha256sum`-like lines of its files."""
    if path.is_file():
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size
    files = sorted(p for p in path.rglob("*") if p.is_file() and not p.is_symlink())
    lines = "".join(f"{_digest(p)[0]}  {p.relative_to(path)}\n" for p in files)
    return hashlib.sha256(lines.encode()).hexdigest(), sum(p.stat().st_size for p in files)
