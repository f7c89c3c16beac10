"""What a request to a vendor's server holds, by the `endpoints` of `rules/vendors`.

Every endpoint that matches applies; a value is found by its place, never by guessing. Whoever asks brings the
decoded parts of the record (`auditor.decode.tree`), opened with the field maps that `Endpoints.maps` names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from auditor.catalogue import Catalogue, Decoder, Vendor
from auditor.collect.recordings.record import Record
from auditor.collect.traffic.endpoint import Consent, Endpoint, Found, Sent
from auditor.collect.traffic.eventnames import Event
from auditor.decode import FieldMap, Named, Tree, firestoremaps

__all__ = [
    "Consent",
    "Endpoints",
    "Event",
    "Found",
    "Sent",
    "entries",
    "field_maps",
    "of",
    "owner_of",
    "sent",
]


INHERITED = ("why", "in", "decode", "fields", "events", "writes", "consent", "opaque")
"""What `like` takes over."""


def sent(record: Record, trees: Mapping[str, Tree], rules: Catalogue) -> list[Found]:
    """All endpoints that match the record, with what they recognise in its decoded parts."""
    return of(rules).sent(record, trees)


def owner_of(host: str, rules: Catalogue) -> str:
    """The vendor to whom a host belongs: the longest name that covers it; empty when nobody knows."""
    return of(rules).owner_of(host)


def of(rules: Catalogue) -> Endpoints:
    """The endpoints of these rules, made ready once."""
    if not _ready or _ready[0][0] is not rules:
        _ready[:] = [(rules, Endpoints(rules))]
    return _ready[0][1]


_ready: list[tuple[Catalogue, Endpoints]] = []


class Endpoints:
    """All endpoints, to be asked record by record."""

    def __init__(self, rules: Catalogue) -> None:
        self._maps = field_maps(rules.decoders)
        self._owners = {host: vendor.id for vendor in rules.vendors.values() for host in vendor.hosts}
        self._by_host: dict[str, list[Endpoint]] = {}
        for vendor in rules.vendors.values():
            self._add(vendor, rules)

    def _add(self, vendor: Vendor, rules: Catalogue) -> None:
        for raw in entries(vendor, rules):
            endpoint = Endpoint(vendor.id, raw)
            for host in endpoint.hosts or ("",):
                self._by_host.setdefault(host, []).append(endpoint)

    def sent(self, record: Record, trees: Mapping[str, Tree]) -> list[Found]:
        """See the function of that name."""
        found = (e.found(record, trees) for e in self._matching(record) if e.has_shape(trees))
        return list(found)

    @property
    def all_maps(self) -> Mapping[str, FieldMap]:
        """Every field map by id."""
        return self._maps

    def maps(self, record: Record) -> tuple[FieldMap, ...]:
        """Field maps that may fit the body of this record."""
        names = dict.fromkeys(e.decoder for e in self._matching(record) if e.decoder)
        return tuple(self._maps[name] for name in names)

    def owner_of(self, host: str) -> str:
        """See the function of that name."""
        return next((self._owners[name] for name in _above(host) if name in self._owners), "")

    def _matching(self, record: Record) -> Iterator[Endpoint]:
        """Those for this very host first, then for hosts above it, then for any host."""
        keys = [record.host, *(f"*.{name}" for name in _above(record.host)[1:]), ""]
        near = dict.fromkeys(e for key in keys for e in self._by_host.get(key, ()))
        return (endpoint for endpoint in near if endpoint.matches(record))


def _above(host: str) -> list[str]:
    """`a.b.c` -> a.b.c, b.c, c; a name with very many dots is nobody's."""
    labels = host.lower().rstrip(".").split(".")
    return [".".join(labels[at:]) for at in range(len(labels))] if len(labels) < 64 else []


def entries(vendor: Vendor, rules: Catalogue) -> list[Mapping[str, Any]]:
    """A vendor's endpoints; one that is `like` another has what that one has and does not say itself."""
    known: dict[str, Mapping[str, Any]] = {}
    for raw in vendor.endpoints:
        model = known.get(raw.get("like", "")) or _elsewhere(raw.get("like", ""), rules)
        known[raw["id"]] = {key: model[key] for key in INHERITED if key in model} | dict(raw)
    return list(known.values())


def _elsewhere(like: str, rules: Catalogue) -> Mapping[str, Any]:
    """The endpoint of another vendor that `vendor/endpoint` names."""
    other, _, name = like.partition("/")
    there = rules.vendors[other].endpoints if name and other in rules.vendors else ()
    return next((raw for raw in there if raw["id"] == name), {})


def field_maps(decoders: Mapping[str, Decoder]) -> dict[str, FieldMap]:
    """Every field map by id: the files of `rules/decoders`, and Firestore's, which its decoder brings."""
    maps = {known.id: known for known in firestoremaps.MAPS.values()}
    for decoder in decoders.values():
        messages = {
            name: {int(number): Named(**named) for number, named in fields.items()}
            for name, fields in decoder.messages.items()
        }
        maps[decoder.id] = FieldMap(decoder.id, decoder.root, messages)
    return maps
