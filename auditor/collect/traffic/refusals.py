"""Refused TLS handshakes: what each tells, and when it may be called certificate pinning.

The rule comes from 1,046 Android apps recorded with and without a bypass of pinning (tweaselORG/experiments,
CC0): explicit alerts about the certificate fall with the bypass (341, then 152 and 151), handshakes that
merely end early do not (488, then 617 and 522). So an alert is distrust; an early end is noise, unless it
comes again and again for a host that never succeeds. Distrust is pinning only where the same app trusted the
recorder for another host: otherwise the recorder's authority is not trusted at all, and nothing is pinned.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from auditor.collect.recordings.record import Kind, Record

DISTRUSTED, AMBIGUOUS, VERSION = "distrusted", "ambiguous", "version"

AGAIN = 3
"""Handshakes that end early, with no success, before they count."""

_NAMED = re.compile(r" for \S+")
"""The host, whose name may hold any word."""
_EARLY = re.compile(r"disconnect|closed|the server sent|server tls")
_ALERT = re.compile(
    r"alert[ :]+(?:(?:bad|unsupported) certificate|certificate (?:unknown|revoked|expired)|unknown ca)"
    r"|cert-rejected|does not trust the proxy's certificate"
)
_VERSION = re.compile(
    r"tls version|protocol version|unsupported protocol|inappropriate fallback|no[- ]shared[- ]cipher"
    r"|insufficient security|wrong version number"
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the handshakes of one app with one host amount to."""

    host: str
    kind: str
    """`pinned`, `not trusted` (of no host), `repeated` (early ends, never a success), `version`, `noise`."""
    count: int
    """Handshakes that failed."""
    succeeded_elsewhere: bool
    """Whether the same app trusted the recorder for another host."""
    app: str = ""


def classify(error: str) -> str:
    """`distrusted`, `ambiguous` or `version`, in the words of mitmproxy, HTTP Toolkit or ours."""
    words = _NAMED.sub("", error.lower().replace("_", " "))
    if _VERSION.search(words):
        return VERSION
    if _EARLY.search(words):  # mitmproxy adds that this *may* indicate distrust
        return AMBIGUOUS
    return DISTRUSTED if _ALERT.search(words) else AMBIGUOUS


@dataclass(slots=True)
class _App:
    trusted: set[str] = field(default_factory=set)
    """Hosts for which the recorder was trusted."""
    requests: bool = False
    """Whether the recording tells of requests that succeeded, without saying to whom."""
    failed: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def verdicts(records: Iterable[Record]) -> list[Refusal]:
    """One for each app and host with a refused handshake, worst first.

    Args:
        records: refused handshakes, and the exchanges that show whom the app trusted; others do not matter.

    """
    found = [refusal for app, seen in _apps(records).items() for refusal in _of(app, seen)]
    order = ("pinned", "not trusted", "repeated", "version", "noise")
    return sorted(found, key=lambda refusal: (order.index(refusal.kind), -refusal.count, refusal.host))


def _apps(records: Iterable[Record]) -> Mapping[str, _App]:
    apps: dict[str, _App] = defaultdict(_App)
    for record in records:
        seen = apps[record.app]
        if record.kind is Kind.REFUSED:
            seen.failed[record.host][classify(record.error)] += 1
            seen.requests = seen.requests or bool(record.about.get("requests"))
        elif record.kind is Kind.EXCHANGE and record.status and record.scheme in {"https", "wss"}:
            seen.trusted.add(record.host)
    return apps


def _of(app: str, seen: _App) -> Iterator[Refusal]:
    for host, kinds in seen.failed.items():
        elsewhere = seen.requests or bool(seen.trusted - {host})
        yield Refusal(host, _kind(kinds, host in seen.trusted, elsewhere), kinds.total(), elsewhere, app)


def _kind(kinds: Counter[str], succeeded: bool, elsewhere: bool) -> str:
    if succeeded:  # the authority may have been installed in between, or another part of the app connected
        return "noise"
    if kinds[DISTRUSTED]:
        return "pinned" if elsewhere else "not trusted"
    if kinds[AMBIGUOUS] >= AGAIN:
        return "repeated"
    return "version" if kinds[VERSION] else "noise"


def gaps(refusals: Iterable[Refusal]) -> list[str]:
    """What stayed unseen because of them: a sentence for each host that counts, one for all others.

    Where several apps were refused, a sentence names the one it speaks of.
    """
    listed = list(refusals)
    several = len({refusal.app for refusal in listed}) > 1
    alone = [
        _sentence(refusal, refusal.app if several else "")
        for refusal in listed
        if refusal.kind in {"pinned", "repeated", "version"}
    ]
    return [*dict.fromkeys(alone), *_untrusted(listed), *_noise(listed)]


def _sentence(refusal: Refusal, app: str) -> str:
    host, of = refusal.host or "a host without a name", f"{app}: " if app else ""
    if refusal.kind == "pinned":
        return f"certificate pinning on {host} ({of}{_many(refusal.count)} refused)"
    if refusal.kind == "version":
        return f"no common TLS version with {host} ({of}{_many(refusal.count)} failed)"
    by = f"{host} ({app})" if app else host
    return f"{_many(refusal.count)} with {by} ended early and none succeeded: pinning is possible, not shown"


def _untrusted(refusals: list[Refusal]) -> Iterator[str]:
    """By app: where nothing is trusted, the recorder is at fault and not the hosts."""
    apps: dict[str, Counter[str]] = defaultdict(Counter)
    for refusal in refusals:
        if refusal.kind == "not trusted":
            apps[refusal.app][refusal.host] += refusal.count
    for app, hosts in apps.items():
        who = app or "the app"
        yield f"{who} trusted the recorder's certificate for no host ({_spread(hosts)} refused)"


def _noise(refusals: list[Refusal]) -> Iterator[str]:
    hosts: Counter[str] = Counter()
    for refusal in refusals:
        if refusal.kind == "noise":
            hosts[refusal.host] += refusal.count
    if hosts:
        yield f"{_spread(hosts)} failed and are not taken for pinning"


def _spread(hosts: Counter[str]) -> str:
    return f"{_many(hosts.total())} with {len(hosts)} host{'s' * (len(hosts) != 1)}"


def _many(count: int) -> str:
    return f"{count} handshake{'s' * (count != 1)}"
