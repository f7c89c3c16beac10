"""What is wrong with a recording as a whole, and what to do next: what people ask when it stays empty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from auditor.collect.recordings.record import Kind, Record
from auditor.collect.traffic.refusals import DISTRUSTED, classify


class Symptom(NamedTuple):
    """One thing that is wrong."""

    id: str
    """`no flows`, `all distrust`, `one distrusts`, `only quic`, `around the proxy`, `all closed` or
    `no look-ups`.
    """
    finding: str
    """One clause."""
    step: str
    """What to do next, one sentence."""


@dataclass(slots=True)
class Signs:
    """Counts over a recording; `see` every record once."""

    exchanges: int = 0
    quic: int = 0
    lookups: int = 0
    contacts: int = 0
    trusted: set[str] = field(default_factory=set)
    distrusting: set[str] = field(default_factory=set)

    def see(self, record: Record) -> None:
        """One record."""
        if record.kind is Kind.EXCHANGE:
            self.exchanges += 1
            if record.status and record.scheme in {"https", "wss"}:
                self.trusted.add(record.host)
        elif record.kind is Kind.REFUSED and classify(record.error) == DISTRUSTED:
            self.distrusting.add(record.host)
        elif record.kind is Kind.LOOKUP:
            self.lookups += 1
        elif record.kind is Kind.CONTACT:
            self.quic += record.scheme == "quic"
            self.contacts += record.scheme != "quic"


def symptoms(records: Iterable[Record]) -> list[Symptom]:
    """What is wrong with a recording; nothing when it looks as it should."""
    signs = Signs()
    for record in records:
        signs.see(record)
    return findings(signs)


def findings(signs: Signs) -> list[Symptom]:
    """What the counts show; nothing when they look as they should."""
    return [*_trust(signs), *_emptiness(signs), *_names(signs)]


def _trust(signs: Signs) -> Iterator[Symptom]:
    refusing = signs.distrusting - signs.trusted
    if refusing and not signs.trusted:
        yield Symptom(
            "all distrust",
            f"every host refused the recorder's certificate ({len(refusing)})",
            "Install the recorder's certificate authority as a system authority: from Android 7 on apps "
            "ignore those that a user installs, and Android 14 keeps them in the APEX of conscrypt.",
        )
    elif refusing:
        yield Symptom(
            "one distrusts",
            f"{len(refusing)} of {len(refusing | signs.trusted)} hosts refused the recorder's certificate",
            "Record once more with a bypass of pinning (Frida with an unpinning script) or with TLS keys "
            "taken from the app; state in the case file that you did.",
        )


def _emptiness(signs: Signs) -> Iterator[Symptom]:
    if signs.exchanges or signs.distrusting:
        return
    if signs.quic and not signs.contacts:
        yield Symptom(
            "only quic",
            f"all {signs.quic} connections were QUIC, which was not read",
            "Drop UDP port 443 on the way: apps then fall back to TLS over TCP.",
        )
    elif signs.contacts or signs.quic:
        yield Symptom(
            "all closed",
            f"none of {signs.contacts + signs.quic} connections was opened",
            "Give the key log that belongs to the capture (same name with .keylog, or sslkeylog.txt beside "
            "it), or record through a proxy that the app trusts.",
        )
    elif signs.lookups:
        yield Symptom(
            "around the proxy",
            f"{signs.lookups} names were looked up, and no request came through the recorder",
            "The app may ignore the proxy setting (Flutter and apps with a network stack of their own do): "
            "record in WireGuard mode, which carries all its packets.",
        )
    else:
        yield Symptom(
            "no flows",
            "the recording holds no traffic",
            "Check that the phone reaches the recorder: same network, proxy or WireGuard configured, and the "
            "app among those that are recorded; then open any web page.",
        )


def _names(signs: Signs) -> Iterator[Symptom]:
    if (signs.exchanges or signs.contacts) and not signs.lookups:
        yield Symptom(
            "no look-ups",
            "no DNS look-up was recorded",
            "Contacts without a name stay addresses: record in WireGuard mode, or switch off private DNS.",
        )
