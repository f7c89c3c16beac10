"""What a request changes in a database: which field of which document, and how.

Read are Cloud Firestore (REST `commit`, `batchWrite` and single documents; gRPC; WebChannel), the Realtime
Database (frames of its socket, also in pieces; long polling; REST), and what vendors' endpoints name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import parse_qs

from auditor.collect.recordings.record import Record
from auditor.collect.traffic import parts
from auditor.collect.traffic.endpoint import Found
from auditor.decode import Tree, Write, firestore, rtdb

__all__ = ["Write", "writes"]

OVERRIDE = "x-http-method-override"
"""Header or parameter that says which method a POST stands for (Firebase, Database REST API)."""


def writes(record: Record, trees: Mapping[str, Tree], found: Iterable[Found] = ()) -> list[Write]:
    """Every change that the app asked for; `trees` as of `parts.sent`, `found` as of `Endpoints.sent`.

    Databases of Firebase need no rule, so they come first, in the order in which their writes stand. `place`
    is that of the message that asks (`body:grpc$[0]:firestore-write-request`), or `path` where the address
    alone says it. Values are as they were sent: they may be somebody's, and are not masked.
    """
    method, leaves = _method(record), parts.leaves(trees)
    known = firestore.writes(leaves, method=method, path=record.path) or rtdb.writes(leaves)
    if not known and rtdb.is_node(record.host, record.path):
        body = trees["body"].leaves if "body" in trees else ()
        known = rtdb.writes(body, method=method, path=record.path)
    located = (write if write.place else write._replace(place="path") for write in known)
    return [*located, *(write for one in found for write in one.writes)]


def _method(record: Record) -> str:
    """The method that is meant."""
    if record.method.upper() != "POST":
        return record.method.upper()
    query = record.path.partition("?")[2]
    asked = parse_qs(query)[OVERRIDE] if query.startswith(OVERRIDE) or f"&{OVERRIDE}=" in query else []
    return (record.request.header(OVERRIDE) or next(iter(asked), "POST")).upper()
