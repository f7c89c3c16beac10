"""Records as if they stood in a file, and the person whose values are in them."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from auditor import catalogue
from auditor.catalogue import Catalogue
from auditor.collect import traffic
from auditor.collect.persona import Persona, Planted, Search
from auditor.collect.recordings.record import Kind, Record, Recording, Side
from auditor.collect.traffic import Beside, Traffic

RULES: Catalogue = catalogue.load()
START = 1_767_261_600.0  # 2026-01-01T10:00:00Z
MAIL, PHONE = "arta.prova@example.org", "+355692123456"
PERSONA = Search(Persona("arta", (Planted("email", MAIL), Planted("phone", PHONE))))


def exchange(index: int, url: str, body: Any = None, **other: Any) -> Record:
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
    method = "POST" if raw else "GET"
    made = Record(index, Kind.EXCHANGE, START + index, host, 443, scheme, method, slash + path, status=200)
    return replace(made, request=Side((("Content-Type", "application/json"),), raw), **other)


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Reads records as if they stood in a file."""

    def read(records: Sequence[Record], *, about: dict[str, Any] | None = None, **beside: Any) -> Traffic:
        made = Recording("test", "nobody", iter(records), about=about or {})
        monkeypatch.setattr(traffic, "open_recording", lambda _: made)
        path = tmp_path / "made.har"
        path.write_bytes(b"made")
        return traffic.read(path, RULES, Beside(**{"search": PERSONA, **beside}))

    return read
