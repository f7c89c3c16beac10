"""The app's end of Cloud Firestore, through the proxy: over gRPC as the SDK speaks, or over REST."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
import httpx

from samples.bed import firestorejson, firestorewire
from samples.bed.backend import FIRESTORE
from samples.bed.documents import Query, Write
from samples.bed.protobuf import message
from samples.bed.scenario import Call, World

GRPC = "grpc-java-okhttp/1.62.2"


class Firestore:
    """One database of one project; what it sends is signed with the world's token."""

    def __init__(self, world: World, proxy: str, trusted: Path, web: httpx.Client) -> None:
        self.world, self._web = world, web
        self._google_app = world.scenario.said.get("google-app", "")
        known = grpc.ssl_channel_credentials(trusted.read_bytes())
        options = {"grpc.http_proxy": proxy, "grpc.enable_http_proxy": 1, "grpc.primary_user_agent": GRPC}
        self._channel = grpc.secure_channel(f"{FIRESTORE}:443", known, options=[*options.items()])
        said = world.scenario.said
        self._database = f"projects/{said.get('project', said['app'].replace('.', '-'))}/databases/(default)"
        self._root = f"{self._database}/documents"

    def send(self, call: Call, headers: dict[str, str]) -> None:
        """A call of a scenario; `headers` are those of the app's requests over REST."""
        said = self.world.fill({key: value for key, value in call.items() if key not in ("firestore", "by")})
        if call.get("by", "rest") == "rest":
            self._rest(call["firestore"], said, {**headers, "authorization": f"Bearer {self.world.token()}"})
        else:
            self._grpc(call["firestore"], said)

    def _rest(self, kind: str, said: dict[str, Any], headers: dict[str, str]) -> None:
        url = f"https://{FIRESTORE}/v1/{self._root}"
        if kind == "commit":
            made = [firestorejson.write(Write(**one), self._root) for one in said["writes"]]
            self._web.post(f"{url}:commit", json={"writes": made}, headers=headers)
        elif kind == "query":
            asked = firestorejson.query(Query(**said["query"]))
            self._web.post(f"{url}:runQuery", json={"structuredQuery": asked}, headers=headers)
        else:
            method = {"get": "GET", "delete": "DELETE"}[kind]
            self._web.request(method, f"{url}/{said['document']}", headers=headers)

    def _grpc(self, kind: str, said: dict[str, Any]) -> None:
        database, root = self._database, self._root
        writes = [firestorewire.write(Write(**one), root) for one in said.get("writes", ())]
        if kind == "query":
            self._call("RunQuery", [firestorewire.query(Query(**said["query"]), root)])
        elif kind == "get":
            self._call("BatchGetDocuments", [message((1, database), (2, f"{root}/{said['document']}"))])
        elif kind == "commit":
            self._call("Commit", [message((1, database), *((2, one) for one in writes))])
        else:
            written = message(*((3, one) for one in writes), (4, "1"))
            self._call("Write", [message((1, database)), written])

    def _call(self, method: str, asked: list[bytes]) -> None:
        """Messages one way, answers the other, as the SDK's stream."""
        metadata = [
            ("authorization", f"Bearer {self.world.token()}"),
            ("google-cloud-resource-prefix", self._database),
            ("x-goog-request-params", f"database={self._database}"),
        ]
        metadata += [("x-firebase-gmpid", self._google_app)] if self._google_app else []
        call = self._channel.stream_stream(firestorewire.SERVICE + method)
        for _ in call(iter(asked), timeout=20, metadata=metadata):
            pass

    def close(self) -> None:
        """End the connection."""
        self._channel.close()
