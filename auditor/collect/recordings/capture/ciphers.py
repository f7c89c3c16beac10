"""What went into and came out of ciphers, and in whose body the cipher text travelled."""

from __future__ import annotations

import base64
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from auditor.collect.recordings.lenient import mapping, number, text
from auditor.collect.recordings.record import Frame, Kind, Record
from auditor.model import Json

SHORTEST = 8
"""Bytes of cipher text that are looked for: shorter ones are found anywhere."""

WINDOW = 10.0
"""Seconds between the operation and the exchange that carries it."""

OPERATIONS = 50_000
LONGEST = 16 << 20


@dataclass(slots=True, eq=False)
class Operation:
    """One call of Cipher.doFinal."""

    at: float
    algorithm: str
    app: str
    given: bytes
    made: bytes
    carrier: Record | None = None
    sent: bool = True
    forms: dict[bool, tuple[bytes, ...]] = field(default_factory=dict)
    """By direction, how its cipher text may stand in a body: as it is, in hex, in base64."""


class Ciphers:
    """Operations that wait for the exchange that carried them."""

    def __init__(self, listed: Sequence[Json]) -> None:
        read = (_operation(mapping(one)) for one in listed[:OPERATIONS])
        self._all = sorted((one for one in read if one), key=_moment)
        self.count = len(self._all)

    def look_in(self, record: Record) -> None:
        """Join operations whose cipher text stands in the bodies of an exchange."""
        if record.kind is not Kind.EXCHANGE:
            return
        begin = bisect_left(self._all, record.at - WINDOW, key=_moment)
        for operation in self._all[begin : bisect_right(self._all, record.at + WINDOW, key=_moment)]:
            if operation.carrier is None:
                for sent, body in ((True, record.request.body), (False, record.response.body)):
                    if any(form in body for form in operation.forms[sent]):
                        operation.carrier, operation.sent = record, sent

    def records(self) -> Iterator[Record]:
        """One for each operation, numbered by the caller."""
        for operation in self._all:
            yield _record(operation)


def _moment(operation: Operation) -> float:
    return operation.at


def _operation(one: Json) -> Operation | None:
    """None for the making of a key, which has neither input nor output."""
    data = mapping(one.get("data"))
    given, made = _bytes(data.get("in")), _bytes(data.get("out"))
    if not given or not made:
        return None
    at, app = number(one.get("timestamp")) / 1000, text(one.get("process"))
    operation = Operation(at, text(data.get("alg"))[:100], app, given, made)
    operation.forms = {True: _forms(made), False: _forms(given)}
    return operation


def _bytes(stated: Json) -> bytes:
    try:
        return bytes.fromhex(text(stated)[: 2 * LONGEST])
    except ValueError:
        return b""


def _forms(data: bytes) -> tuple[bytes, ...]:
    if len(data) < SHORTEST:
        return ()
    plain = base64.b64encode(data).rstrip(b"=")
    web = base64.urlsafe_b64encode(data).rstrip(b"=")
    return data, data.hex().encode(), data.hex().upper().encode(), plain, web


def _record(operation: Operation) -> Record:
    """Only what was plain, where the wire tells which side that is; both sides otherwise."""
    given = Frame(operation.given, sent=True, at=operation.at)
    made = Frame(operation.made, sent=False, at=operation.at)
    about: dict[str, Json] = {"algorithm": operation.algorithm}
    carrier = operation.carrier
    if carrier is None:
        return Record(
            0,
            Kind.STREAM,
            operation.at,
            scheme="cipher",
            app=operation.app,
            frames=(given, made),
            about=about,
        )
    about |= {"of": carrier.index, "side": "request" if operation.sent else "response"}
    return Record(
        0,
        Kind.STREAM,
        operation.at,
        carrier.host,
        carrier.port,
        "cipher",
        frames=(given,) if operation.sent else (made,),
        peer=carrier.peer,
        app=operation.app or carrier.app,
        stack=carrier.stack,
        about=about,
    )
