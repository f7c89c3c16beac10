"""Cloud Firestore over gRPC: its messages by their published numbers (google/firestore/v1)."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from samples.bed.documents import Query, Write
from samples.bed.firestorejson import short
from samples.bed.protobuf import fields, message

SERVICE = "/google.firestore.v1.Firestore/"


def value(item: Any) -> bytes:
    """A plain value as a Value."""
    if item is None:
        return message((11, 0))
    if isinstance(item, bool):
        return message((1, int(item)))
    if isinstance(item, int):
        return message((2, item))
    if isinstance(item, dict):
        return message((6, _map(1, item)))
    if isinstance(item, list):
        return message((9, message(*((1, value(one)) for one in item))))
    return message((17, str(item)))


def _map(number: int, values: dict[str, Any]) -> bytes:
    return message(*((number, message((1, name), (2, value(item)))) for name, item in values.items()))


def read_value(data: bytes) -> Any:
    """The inverse of `value`."""
    number, held = next(fields(data))
    if isinstance(held, int):
        signed = held - (1 << 64) if held >> 63 else held
        return {1: bool(held), 2: signed, 11: None}[number]
    if number == 6:
        return _read_map(held, 1)
    if number == 9:
        return [read_value(_bytes(one)) for _, one in fields(held)]
    return held.decode()


def _read_map(data: bytes, number: int) -> dict[str, Any]:
    entries = [dict(fields(_bytes(entry))) for n, entry in fields(data) if n == number]
    return {_text(entry[1]): read_value(_bytes(entry[2])) for entry in entries}


def write(one: Write, root: str) -> bytes:
    """A write below `root`, the name of the database with `/documents`."""
    if one.delete:
        return message((2, f"{root}/{one.delete}"))
    document = message((1, f"{root}/{one.document}")) + _map(2, one.set)
    mask = message(*((1, name) for name in one.set))
    return message((1, document), (3, mask), *((7, change) for change in _transforms(one)))


def _transforms(one: Write) -> Iterable[bytes]:
    for name, by in one.increment.items():
        yield message((1, name), (3, value(by)))
    for number, table in ((6, one.union), (7, one.remove)):
        for name, items in table.items():
            yield message((1, name), (number, message(*((1, value(item)) for item in items))))
    yield from (message((1, name), (2, 1)) for name in one.now)


def read_write(data: bytes) -> Write:
    """The inverse of `write`."""
    one = Write()
    for number, held in fields(data):
        if number == 1:
            one.document = short(_text(dict(fields(_bytes(held)))[1]))
            one.set = _read_map(_bytes(held), 2)
        elif number == 2:
            one.delete = short(_text(held))
        elif number == 7:
            _read_transform(one, dict(fields(_bytes(held))))
    return one


def _read_transform(one: Write, change: dict[int, int | bytes]) -> None:
    name = _text(change[1])
    if 3 in change:
        one.increment[name] = read_value(_bytes(change[3]))
    elif 6 in change:
        one.union[name] = [read_value(_bytes(item)) for _, item in fields(_bytes(change[6]))]
    elif 7 in change:
        one.remove[name] = [read_value(_bytes(item)) for _, item in fields(_bytes(change[7]))]
    else:
        one.now.append(name)


def query(one: Query, root: str) -> bytes:
    """A RunQueryRequest."""
    filters = [
        message((2, message((1, message((2, name))), (2, 5), (3, value(item)))))
        for name, item in one.where.items()
    ]
    both = message((1, message((1, 1), *((2, each) for each in filters))))
    parts: list[tuple[int, int | bytes | str]] = [(2, message((2, one.collection)))]
    parts += [(3, filters[0] if len(filters) == 1 else both)] if filters else []
    parts += [(4, message((1, message((2, one.order))), (2, 2)))] if one.order else []
    parts += [(5, message((1, one.limit)))] if one.limit else []
    return message((1, root), (2, message(*parts)))


def read_query(data: bytes) -> Query:
    """The inverse of `query`."""
    found = Query("")
    for number, held in fields(_bytes(dict(fields(data))[2])):
        inside = dict(fields(_bytes(held)))
        if number == 2:
            found.collection = _text(inside[2])
        elif number == 3:
            found.where = dict(_filters(_bytes(held)))
        elif number == 4:
            found.order = _text(dict(fields(_bytes(inside[1])))[2])
        elif number == 5:
            found.limit = int(inside[1])
    return found


def _filters(data: bytes) -> Iterable[tuple[str, Any]]:
    for number, held in fields(data):
        if number == 1:
            for kind, each in fields(_bytes(held)):
                if kind == 2:
                    yield from _filters(_bytes(each))
        else:
            parts = dict(fields(_bytes(held)))
            yield _text(dict(fields(_bytes(parts[1])))[2]), read_value(_bytes(parts[3]))


def moment() -> bytes:
    """The moment as a Timestamp."""
    now = time.time_ns()
    return message((1, now // 10**9), (2, now % 10**9))


def document(name: str, values: dict[str, Any]) -> bytes:
    """A Document with its times."""
    return message((1, name)) + _map(2, values) + message((3, moment()), (4, moment()))


def _bytes(held: int | bytes) -> bytes:
    assert isinstance(held, bytes)
    return held


def _text(held: int | bytes) -> str:
    return _bytes(held).decode()
