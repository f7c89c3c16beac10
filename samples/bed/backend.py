"""What the service answers: it keeps state, gives points by the tariff, and knows what its truth log says."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from samples.bed import documents, files, firestorejson, firestorewire
from samples.bed.documents import Documents
from samples.bed.nodes import Nodes, Session
from samples.bed.protobuf import fields, message
from samples.bed.scenario import Call, World

FIRESTORE = "firestore.googleapis.com"
ANALYTICS = "app-measurement.com"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back."""

    status: int
    kind: str
    body: bytes


def _json(value: Any, status: int = 200) -> Answer:
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return Answer(status, "application/json; charset=utf-8", body)


class Backend:
    """All services of one scenario."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.documents = Documents(self._changed)
        self.nodes = Nodes(self._changed)
        self._stream = 0

    def _changed(self, place: str, field: str, by: int) -> None:
        """A number was written; it is the person's when the scenario says so."""
        score = self.world.fill(self.world.scenario.said.get("score", {}))
        if (place, field) == (score.get("place"), score.get("field")):
            self.world.ledger.award(by)

    # Plain requests -----------------------------------------------------------

    def answer(self, method: str, host: str, path: str, body: bytes) -> Answer:
        """Answer a request over HTTP."""
        if host == FIRESTORE:
            return self._rest_firestore(method, path.partition("?")[0], body)
        if host == ANALYTICS:
            return Answer(204, "", b"")
        if call := self._route(method, host, path.partition("?")[0]):
            return self._played(call)
        return _json({"error": "not found"}, 404)

    def _route(self, method: str, host: str, path: str) -> Call | None:
        """The call of the scenario that this is; those of the act that is going on come first."""
        acts = self.world.scenario.said["acts"]
        now = self.world.ledger.act.name
        for name in sorted(acts, key=lambda name: name != now):
            for call in acts[name]:
                if "call" in call and _pattern(call["call"]).fullmatch(f"{method} https://{host}{path}"):
                    return dict(call)
        return None

    def _played(self, call: Call) -> Answer:
        ledger = self.world.ledger
        ledger.heard(call.get("named", "rest"))
        if call.get("gives"):
            ledger.award(ledger.worth())
        status = call.get("status", 200)
        if made := call.get("file"):
            writer, kind = files.MADE[made["kind"]]
            return Answer(status, kind, writer(files.flat(self.world.fill(made["lines"]))))
        if "answer" not in call:
            return Answer(204 if status == 200 else status, "", b"")
        return _json(self.world.fill(call["answer"]), status)

    # Firestore ----------------------------------------------------------------

    def _rest_firestore(self, method: str, path: str, body: bytes) -> Answer:
        said = json.loads(body) if body else {}
        self.world.ledger.heard("firestore rest")
        if path.endswith(":commit"):
            made = [self._written(firestorejson.read_write(one)) for one in said["writes"]]
            return _json({"writeResults": made, "commitTime": firestorejson.now()})
        if path.endswith(":runQuery"):
            rows = self._rows(firestorejson.read_query(said["structuredQuery"]))
            root = path.partition("/v1/")[2].removesuffix(":runQuery")
            return _json([self._row(root, row) for row in rows])
        name = firestorejson.short(path)
        if method == "DELETE":
            self.documents.apply(documents.Write(delete=name))
            return _json({})
        held = self.documents.get(name) or {}
        found = {"fields": firestorejson.wrapped_fields(held), "updateTime": firestorejson.now()}
        return _json({"name": path.removeprefix("/v1/"), **found})

    def _written(self, one: documents.Write) -> dict[str, Any]:
        results = [firestorejson.wrapped(value) for value in self.documents.apply(one)]
        return {"updateTime": firestorejson.now()} | ({"transformResults": results} if results else {})

    def _row(self, root: str, row: dict[str, Any]) -> dict[str, Any]:
        fields_ = firestorejson.wrapped_fields(row["fields"])
        return {
            "document": {"name": f"{root}/{row['path']}", "fields": fields_},
            "readTime": firestorejson.now(),
        }

    def _rows(self, query: documents.Query) -> list[dict[str, Any]]:
        """Documents of a collection, as the scenario computes them from the ledger."""
        said = self.world.scenario.said.get("collections", {}).get(query.collection, [])
        rows = self.world.fill(said)
        found = documents.chosen(rows, query)
        return [{"path": f"{query.collection}/{row['id']}", **row} for row in found]

    def called(self, method: str, data: bytes) -> list[bytes]:
        """Answer one message of gRPC."""
        self.world.ledger.heard("firestore grpc")
        act = method.removeprefix(firestorewire.SERVICE)
        if act == "Write":
            return [self._streamed(data)]
        if act == "Commit":
            return [message(*((1, one) for one in self._committed(data)), (2, firestorewire.moment()))]
        if act == "RunQuery":
            root = _first(data, 1)
            rows = self._rows(firestorewire.read_query(data))
            found = [firestorewire.document(f"{root}/{row['path']}", row["fields"]) for row in rows]
            return [message((1, one), (3, firestorewire.moment())) for one in found]
        names = [held.decode() for number, held in fields(data) if number == 2 and isinstance(held, bytes)]
        found = [firestorewire.document(n, self.documents.get(firestorejson.short(n)) or {}) for n in names]
        return [message((1, one), (4, firestorewire.moment())) for one in found]

    def _committed(self, data: bytes, number: int = 2) -> list[bytes]:
        made = []
        for key, held in fields(data):
            if key == number and isinstance(held, bytes):
                results = self.documents.apply(firestorewire.read_write(held))
                values = [(2, firestorewire.value(value)) for value in results]
                made.append(message((1, firestorewire.moment()), *values))
        return made

    def _streamed(self, data: bytes) -> bytes:
        """A WriteRequest: the first opens the stream, each further one holds writes."""
        self._stream += 1
        results = [(3, one) for one in self._committed(data, 3)]
        first = [(1, "bed"), (2, str(self._stream))]
        return message(*first, *results, (4, firestorewire.moment()))

    # Realtime Database --------------------------------------------------------

    def socket(self, host: str) -> Session:
        """A socket of the Realtime Database was opened."""
        return Session(host, self.nodes, self._computed)

    def _computed(self, path: str) -> Any:
        self.world.ledger.heard("rtdb socket")
        for said, value in self.world.scenario.said.get("nodes", {}).items():
            if self.world.fill(said) == path:
                return self.world.fill(value)
        return None


def _pattern(call: str) -> re.Pattern[str]:
    """`POST https://host/posts/${act.target}` as an expression; the query does not count."""
    parts = re.split(r"\$\{[^}]*\}", call.partition("?")[0])
    return re.compile("[^/?]+".join(map(re.escape, parts)))


def _first(data: bytes, number: int) -> str:
    held = dict(fields(data))[number]
    assert isinstance(held, bytes)
    return held.decode()
