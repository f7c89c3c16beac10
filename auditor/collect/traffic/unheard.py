"""What a recording does not show: refused and undecrypted connections, closed bodies, losses, limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from auditor.collect.recordings.record import Kind, Record, Side
from auditor.collect.traffic import parts, refusals, shown, symptoms, tidy
from auditor.collect.traffic.tally import Host, Tally
from auditor.decode import Tree
from auditor.decode.piece import told
from auditor.model import Gap, Json, Rung

MOST = 20_000
"""Records of handshakes that are kept for the verdict on pinning."""
NAMED = 30
"""Gaps of one sort that are written out; the rest are counted in one."""
CLAUSES = 500
"""Losses, and limits, that are told apart in the file; their clauses may hold what a recording says."""
ANSWER = "response: "
"""Losses of answers, and what stayed closed of them, hide nothing that was sent."""
REFUSING = 500
"""Sentences about refused connections."""
HIDDEN = ("data", "practice", "weakness")
"""What a closed body may hold; that the host was contacted is known all the same."""


@dataclass(slots=True)
class Unheard:
    """Gathers while the recording is read."""

    lost: Counter[str] = field(default_factory=Counter)
    limits: Counter[str] = field(default_factory=Counter)
    spots: dict[str, str] = field(default_factory=dict)
    """Where each limit was hit first."""
    handshakes: list[Record] = field(default_factory=list)
    quic: Counter[str] = field(default_factory=Counter)
    closed: Counter[str] = field(default_factory=Counter)
    signs: symptoms.Signs = field(default_factory=symptoms.Signs)
    _known: set[tuple[str, str]] = field(default_factory=set)

    def losses(self, record: Record) -> None:
        """What the producer dropped of this record; and what the record says of the recording as a whole."""
        self.signs.see(record)
        sides = (("request", record.request.lost), ("response", record.response.lost))
        clauses = [*record.lost, *(f"{name}: {clause}" for name, clause in sides if clause)]
        self.lost.update(clauses)
        self.lost.update(frame.lost for frame in record.frames if frame.lost)
        self.lost.update(parts.beyond(record))

    def problems(self, flow: str, trees: Iterable[Tree], of: str = "") -> None:
        """Limits and broken encodings of decoded parts of `flow`; `of` is `ANSWER` for what came back."""
        for place, clause in (told(problem) for tree in trees for problem in tree.problems):
            known = of + clause[:200]
            if known not in self.limits and len(self.limits) >= CLAUSES:
                known = f"{of}further problems"
            self.limits[known] += 1
            self.spots.setdefault(known, "/".join(filter(None, (flow, shown.place(place)))))

    def refused(self, record: Record) -> None:
        """A handshake that failed."""
        self._keep(record)

    def heard(self, record: Record) -> None:
        """A connection of the app: read, or only known to exist."""
        if record.kind is Kind.CONTACT:
            (self.quic if record.scheme == "quic" else self.closed)[record.host] += 1
        elif record.status and (record.host, record.app) not in self._known:
            self._known.add((record.host, record.app))
            self._keep(record)

    def _keep(self, record: Record) -> None:
        """For the verdict, without what was sent."""
        if len(self.handshakes) < MOST:
            self.handshakes.append(replace(record, request=Side(), response=Side(), frames=(), path=""))
        else:
            self.lost["handshakes beyond the first were not held against the rule for pinning"] += 1

    def verdicts(self) -> list[refusals.Refusal]:
        """Which hosts refused the recorder's certificate, and what that means."""
        return refusals.verdicts(self.handshakes)

    def about(self) -> Json:
        """For the report."""
        return {
            "lost": _most(self.lost),
            "problems": _most(self.limits),
            "refused": [{"host": r.host, "kind": r.kind, "count": r.count} for r in self.verdicts()],
            "quic": dict(self.quic.most_common(200)),
            "closed": dict(self.closed.most_common(200)),
            "symptoms": [symptom._asdict() for symptom in symptoms.findings(self.signs)],
        }


def _most(counts: Counter[str]) -> dict[str, int]:
    """The most frequent clauses; the rest stands in one row."""
    ordered = counts.most_common()
    rest = ordered[CLAUSES:]
    further = {f"{len(rest)} further kinds": sum(count for _, count in rest)} if rest else {}
    return dict(ordered[:CLAUSES]) | further


def gaps(unheard: Unheard, tally: Tally, *, persona: bool, package: str) -> Iterator[Gap]:
    """Everything the recording hides, one gap each."""
    yield gap(_covers(tally))
    if not persona:
        yield gap("no persona was given, so planted values were not searched for", "data")
    yield from _refused(unheard)
    yield from _many(unheard.quic, "QUIC to {} was not read", HIDDEN, {})
    yield from _many(unheard.closed, "what was sent to {} is not in the recording", HIDDEN, {})
    yield from _opaque(tally.hosts.values())
    yield from _both(unheard.lost, "not in the recording: {}", (), {})
    yield from _both(unheard.limits, "not everything was opened: {}", HIDDEN, unheard.spots)
    yield from _unattributed(tally, package)


def gap(why: str, *concerns: str) -> Gap:
    """A gap of what was sent."""
    return Gap(Rung.TRANSMITTED, tidy.line(why), concerns)


def _refused(unheard: Unheard) -> Iterator[Gap]:
    sentences = refusals.gaps(unheard.verdicts())
    for sentence in sentences[:REFUSING]:
        yield gap(sentence, *HIDDEN)
    if (rest := len(sentences) - REFUSING) > 0:
        yield gap(f"{rest} further hosts refused connections", *HIDDEN)


def _both(
    counts: Counter[str], sentence: str, concerns: tuple[str, ...], spots: Mapping[str, str]
) -> Iterator[Gap]:
    """What was sent, then the answers."""
    answers = Counter({c: n for c, n in counts.items() if c.startswith(ANSWER)})
    yield from _many(counts - answers, sentence, concerns, spots)
    yield from _many(answers, sentence, ("practice",), spots)


def _many(
    counts: Counter[str], sentence: str, concerns: tuple[str, ...], spots: Mapping[str, str]
) -> Iterator[Gap]:
    """One gap for each, the most frequent first; `spots` tells where it was first, when that is known."""
    ordered = counts.most_common()
    for what, count in ordered[:NAMED]:
        often = f" ({count} times)" if count > 1 else ""
        if spot := spots.get(what):
            often = f", first of {count} in {spot}" if count > 1 else f", in {spot}"
        yield gap(sentence.format(what or "an unnamed host") + often, *concerns)
    if rest := ordered[NAMED:]:
        often = f" ({sum(count for _, count in rest)} times)"
        yield gap(sentence.format(f"{len(rest)} others") + often, *concerns)


def _opaque(hosts: Iterable[Host]) -> Iterator[Gap]:
    closed = sorted((host for host in hosts if host.closed), key=lambda host: -host.opaque)
    for host in closed[:NAMED]:
        share = round(100 * host.opaque / host.sent) if host.sent else 100
        count = sum(host.kinds.values())
        why = f": {host.why}" if host.why else ""
        yield gap(
            f"{host.closed} of {count} requests to {host.place.host} were not decoded "
            f"({share} % of the bytes sent){why}",
            *HIDDEN,
        )
    if rest := closed[NAMED:]:
        yield gap(f"requests to {len(rest)} further hosts were not decoded", *HIDDEN)


def _unattributed(tally: Tally, package: str) -> Iterator[Gap]:
    unknown, total = tally.apps[""], sum(tally.apps.values())
    named = [app for app, _ in tally.apps.most_common() if app]
    if unknown and not named:
        yield gap("the recording does not tell which app sent what, so others may be among it", "contact")
    elif unknown:
        share = round(100 * unknown / total)
        yield gap(f"{unknown} of {total} records ({share} %) are attributed to no app", "contact")
    if len(named) > 1 and not package:
        yield gap(f"the recording holds {len(named)} apps, and the case names none of them", "contact")


def _covers(tally: Tally) -> str:
    """How much of the app's life was recorded."""
    if not tally.first:
        return "the recording tells no times, and covers only what was done while it was made"
    length = _length(tally.last - tally.first)
    try:
        day = datetime.fromtimestamp(tally.first, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):  # a recording may claim any number
        day = "an impossible day"
    return f"the recording covers only {length} of use on {day}"


def _length(seconds: float) -> str:
    """`42 seconds`, `12 minutes`, `3 days`."""
    for size, name in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {name}"
    return f"{seconds:.0f} seconds"
