"""Socket operations with the Java frames that led to them, joined with what the capture shows."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from auditor.collect.recordings.capture.datagrams import plain_address
from auditor.collect.recordings.lenient import items, mapping, number, port, text
from auditor.collect.recordings.record import Record
from auditor.model import Json

EARLY, LATE = 5.0, 0.1
"""Seconds by which an operation may come before, and by how much after, the request that it sent."""

FRAMES = 200
_CLIENT = re.compile(r"\[?([0-9A-Fa-f:.]+?)\]?:(\d+)")
_SENDS = ("write", "send")

type Ends = tuple[str, int, str, int]


@dataclass(frozen=True, slots=True)
class Operation:
    """One call of connect, read, write ... on a socket."""

    at: float
    event: str
    process: str
    stack: tuple[str, ...]


class Sockets:
    """Operations by the ends of their socket."""

    def __init__(self, listed: Sequence[Json]) -> None:
        self._by_ends: dict[Ends, list[Operation]] = {}
        self._stacks: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.count = 0
        for one in listed:
            self._add(mapping(one))
        for operations in self._by_ends.values():
            operations.sort(key=lambda operation: operation.at)

    def _add(self, one: Json) -> None:
        data = mapping(one.get("data"))
        here = (plain_address(text(data.get("local_ip"))), port(data.get("local_port")))
        there = (plain_address(text(data.get("dest_ip"))), port(data.get("dest_port")))
        if not there[0]:
            return
        stack = tuple(_frame(frame) for frame in items(data.get("stack"))[:FRAMES])
        stack = self._stacks.setdefault(stack, stack)  # thousands of operations share a few stacks
        at, process = number(one.get("timestamp")) / 1000, text(one.get("process"))
        operation = Operation(at, text(data.get("socket_event_type")), process, stack)
        self._by_ends.setdefault((*here, *there), []).append(operation)
        self.count += 1

    def joined(self, record: Record) -> Record:
        """The record with the stack and the app of the operation that sent it, when there is one."""
        client = _CLIENT.fullmatch(text(record.about.get("client")))
        if not client:
            return record
        operations = self._by_ends.get((client[1], int(client[2]), record.peer, record.port))
        if not operations:
            return record
        best = _best(operations, record.at)
        about = {**record.about, "socket event": best.event}
        return replace(record, stack=best.stack, app=record.app or best.process, about=about)


def _best(operations: list[Operation], at: float) -> Operation:
    """The last one that sent within the window; else the first of the socket that has a stack."""
    place = bisect_right(operations, at + LATE, key=lambda operation: operation.at)
    for operation in reversed(operations[:place]):
        if operation.at < at - EARLY:
            break
        if operation.event.startswith(_SENDS) and operation.stack:
            return operation
    return next((operation for operation in operations if operation.stack), operations[0])


def _frame(frame: Json) -> str:
    """`package.Class.method(File.java:12)`, as Java prints it."""
    stated = mapping(frame)
    whole = text(stated.get("str"))
    return whole or f"{text(stated.get('class'))}.{text(stated.get('method'))}".strip(".")
