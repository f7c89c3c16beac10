"""HAR in all its dialects: bodies as they were sent; what is missing is said; a broken entry costs one."""

from __future__ import annotations

import json
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.collect.recordings import jsonstream, unpacked
from auditor.collect.recordings.har import open_har
from auditor.collect.recordings.record import Kind, Record, RecordingError
from tests.collect.recordings.forms import b64, entry, har, plain, read
from tests.collect.recordings.mitm import FlowWriter, SaveHar, http, tflow
from tests.traffic_files import traffic

BINARY = b"\n\xb7\x03\x08\x01\x12\xff\x00\x80Tiran\xc3\xab"
ALBANIAN = '{"emri":"Gëzim Çela"}'
FORM = "emri=G%C3%ABzim&pike=15"


def one(folder: Path, stated: dict[str, Any], creator: str = "") -> Record:
    _, (found,) = read(har(folder, [stated], creator))
    return found


def posted(**data: Any) -> dict[str, Any]:
    return {"postData": data}


# Dialects: (creator, request as its producer writes it, body that was sent) --------------------------------

DIALECTS = {
    "mitmproxy, bytes as characters": (
        "mitmproxy",
        posted(mimeType="application/x-protobuf", text=BINARY.decode("latin-1"), params=[]),
        BINARY,
    ),
    "mitmproxy, UTF-8 that is not quite": (
        "mitmproxy har_dump",
        posted(mimeType="application/json", text=b'{"a":"\xff"}'.decode("utf-8", "surrogateescape")),
        b'{"a":"\xff"}',
    ),
    "mitmproxy, text without a type is Latin-1": (
        "mitmproxy",
        posted(mimeType="text/plain", text="Tiran\xeb"),
        b"Tiran\xeb",
    ),
    "mitmproxy, named character set": (
        "mitmproxy",
        posted(mimeType="text/plain; charset=windows-1250", text="Çela €"),
        "Çela €".encode("cp1250"),
    ),
    "HTTP Toolkit, bytes": (
        "HTTP Toolkit",
        {
            "_requestBodyStatus": "discarded:not-representable",
            "_content": {"text": b64(BINARY), "size": len(BINARY), "encoding": "base64"},
        },
        BINARY,
    ),
    "HTTP Toolkit, text": (
        "HTTP Toolkit",
        posted(mimeType="application/json", text=ALBANIAN),
        ALBANIAN.encode(),
    ),
    "PiRogue, bytes": (
        "PCAPNG -> HAR",
        {
            "_requestBodyStatus": "discarded:not-representable",
            "_content": {"mimeType": "x/y", "size": 3, "text": b64(BINARY), "encoding": "base64"},
        },
        BINARY,
    ),
    "PCAPdroid, bytes": (
        "PCAPdroid",
        posted(mimeType="application/octet-stream", text=b64(BINARY), encoding="base64", params=[]),
        BINARY,
    ),
    "Reqable, text as base64": (
        "Reqable",
        posted(mimeType="application/json", text=b64(ALBANIAN.encode()), encoding="base64"),
        ALBANIAN.encode(),
    ),
    "Proxyman, text": ("Proxyman", posted(mimeType="application/json", text=ALBANIAN), ALBANIAN.encode()),
    "ProxyPin, bytes as characters": (
        "ProxyPin",
        posted(mimeType="image/png", text=b"\x89PNG\r\n\x1a\n\xff".decode("latin-1")),
        b"\x89PNG\r\n\x1a\n\xff",
    ),
    "UTF-8 byte by byte": (
        "other",
        posted(mimeType="application/json", text=ALBANIAN.encode().decode("latin-1")),
        ALBANIAN.encode(),
    ),
    "Chrome, text and parameters": (
        "WebInspector",
        posted(
            mimeType="application/x-www-form-urlencoded", text=FORM, params=[{"name": "emri", "value": "G"}]
        ),
        FORM.encode(),
    ),
    "url-safe base64 without padding": (
        "other",
        posted(
            mimeType="x/y", text=b64(BINARY).replace("+", "-").replace("/", "_").strip("="), encoding="base64"
        ),
        BINARY,
    ),
}


@pytest.mark.parametrize(("creator", "request_", "body"), DIALECTS.values(), ids=DIALECTS.keys())
def test_the_body_is_what_was_sent(
    tmp_path: Path, creator: str, request_: dict[str, Any], body: bytes
) -> None:
    found = one(tmp_path, entry(request_), creator).request

    assert (found.body, found.lost, found.plain) == (body, "", True)


FROM_PARAMETERS = [
    ([{"name": "emri", "value": "Gëzim"}, {"name": "pike", "value": "15"}], FORM.encode()),
    ([{"name": "emri", "value": "G%C3%ABzim"}, {"name": "pike", "value": "15"}], FORM.encode()),
    ([{"name": "a b", "value": "100%"}, 7, {"name": "x"}], b"a+b=100%25&=&x="),
]


@pytest.mark.parametrize(("params", "body"), FROM_PARAMETERS)
def test_a_form_is_rebuilt_from_its_parameters(tmp_path: Path, params: list[Any], body: bytes) -> None:
    stated = entry(posted(mimeType="application/x-www-form-urlencoded", params=params))

    found = one(tmp_path, stated, "WebInspector").request

    assert (found.body, found.lost) == (body, "its body was rebuilt from the parameters in the file")


LENGTH = {"headers": [{"name": "Content-Length", "value": "20"}]}
MISSING = [
    ("mitmproxy", LENGTH | {"method": "DELETE"}, "mitmproxy's HAR has no body of DELETE requests"),
    ("PCAPdroid", {"method": "DELETE", "bodySize": 20}, "PCAPdroid's HAR has no body of DELETE requests"),
    (
        "HTTP Toolkit",
        LENGTH | {"_requestBodyStatus": "discarded:too-large"},
        "leaves out bodies of this size",
    ),
    ("HTTP Toolkit", LENGTH | {"_requestBodyStatus": "discarded:not-decodable"}, "undo the content encoding"),
    ("Proxyman", LENGTH, "its body is not in the file"),
    ("mitmproxy", LENGTH | posted(mimeType="x/y", text=None), "its body is not in the file"),
    ("Whistle", posted(mimeType="image/png", text="\ufffdPNG\ufffd"), "were replaced by the producer"),
    ("other", posted(text="no base64!", encoding="base64"), "is said to be base64 and is not"),
    ("other", {"bodySize": 50} | posted(mimeType="text/plain", text="cut of"), "its body is cut"),
]


@pytest.mark.parametrize(("creator", "request_", "clause"), MISSING)
def test_a_body_that_is_not_there_is_said(
    tmp_path: Path, creator: str, request_: dict[str, Any], clause: str
) -> None:
    found = one(tmp_path, entry(request_), creator).request

    assert clause in found.lost
    assert found.size >= len(found.body)


def test_responses(tmp_path: Path) -> None:
    def answered(**content: Any) -> Record:
        response = {"status": 200, "headers": [], "bodySize": 9, "content": content}
        return one(tmp_path, entry(response=response), "HTTP Toolkit")

    assert answered(text=b64(BINARY), encoding="base64", size=17).response.body == BINARY
    assert answered(text=ALBANIAN, mimeType="application/json", size=9).response.body == ALBANIAN.encode()
    assert "longer than limit" in answered(size=9, comment="longer than limit of 5 bytes").response.lost
    assert answered(text="short", size=9).response.lost == "its body is cut"


def test_a_content_encoding_that_was_not_undone_is_told(tmp_path: Path) -> None:
    gzip = {"headers": [["Content-Encoding", "gzip"]]}
    packed = posted(text=b64(b"\x1f\x8b\x08broken"), encoding="base64")
    plain_ = posted(text=b64(BINARY), encoding="base64")

    assert one(tmp_path, entry(gzip | packed), "PCAPdroid").request.plain is False
    assert one(tmp_path, entry(gzip | plain_), "PCAPdroid").request.plain is True


def test_frames_of_a_websocket(tmp_path: Path) -> None:
    messages = [
        {"type": "send", "time": 1700000000.5, "opcode": 1, "data": "pikë"},
        {"type": "receive", "time": 1700000001, "opcode": 2, "data": b64(BINARY)},
        {"type": "receive", "time": 1700000002, "opcode": 1, "data": b64(b"a\xff"), "encoding": "base64"},
        {"type": "send", "opcode": 2, "data": "no base64!"},
        7,
    ]

    found = one(tmp_path, entry(_resourceType="websocket", _webSocketMessages=messages))

    assert found.scheme == "wss"
    assert [(f.sent, f.text, f.body) for f in found.frames] == [
        (True, True, "pikë".encode()),
        (False, False, BINARY),
        (False, True, b"a\xff"),
        (True, False, b"no base64!"),
        (False, True, b""),
    ]
    assert found.frames[0].at == 1700000000.5
    assert "not in base64" in found.frames[3].lost


def test_refused_handshakes_of_http_toolkit(tmp_path: Path) -> None:
    failure = {
        "startedDateTime": "2026-01-02T03:04:06Z",
        "hostname": "Graph.Facebook.com",
        "cause": "cert-rejected",
        "clientIPAddress": "10.0.0.2",
        "clientPort": 40000,
        "tlsMetadata": {"sniHostname": "other", "clientAlpn": ["h2"]},
    }
    nameless = {"cause": "closed", "tlsMetadata": {"sniHostname": "app-measurement.com"}}
    path = har(tmp_path, [entry(), entry()], "HTTP Toolkit", _tlsErrors=[failure, 5, nameless])

    recording, records = read(path)

    assert [record.index for record in records] == [0, 1, 2, 3]
    refused = records[2]
    assert (refused.kind, refused.host, refused.error) == (
        Kind.REFUSED,
        "graph.facebook.com",
        "cert-rejected",
    )
    assert refused.about == {"client": "10.0.0.2:40000", "alpn": ["h2"]}
    assert (records[3].host, records[3].error) == ("app-measurement.com", "closed")
    assert any("refused handshake that cannot be read" in clause for clause in recording.lost)


def test_what_pirogue_adds(tmp_path: Path) -> None:
    call = {"class": "okhttp3.internal.http.CallServerInterceptor", "method": "intercept"}
    added = {
        "_stacktrace": {"process": "al.acme.app", "pid": 71, "stack": [call], "compact": [call["class"]]},
        "_content": {"text": b64(BINARY), "encoding": "base64"},
        "_decryption": {
            "decryptedContent": '{"pike":15}',
            "encoding": "",
            "originalContent": b64(BINARY),
            "primitiveParameters": {"algorithm": "AES/CBC/PKCS5Padding", "key": "00ff"},
        },
    }

    found = one(tmp_path, entry(added), "PCAPNG -> HAR")

    assert found.stack == ("okhttp3.internal.http.CallServerInterceptor.intercept",)
    assert (found.app, found.about) == ("al.acme.app", {"decrypted": "AES/CBC/PKCS5Padding", "pid": 71})
    assert found.request.body == b'{"pike":15}'


def test_where_a_request_went(tmp_path: Path) -> None:
    def to(url: str, **more: Any) -> tuple[Any, ...]:
        found = one(tmp_path, entry({"url": url} | more))
        return found.scheme, found.host, found.port, found.path

    host = {"headers": [{"name": ":authority", "value": "API.acme.example:8443"}]}
    assert to("https://U:P@Acme.Example/a?b=1#c") == ("https", "acme.example", 443, "/a?b=1")
    assert to("http://acme.example:8080") == ("http", "acme.example", 8080, "/")
    assert to("https://192.0.2.7/a", **host) == ("https", "api.acme.example", 443, "/a")
    assert to("https://[2001:db8::1]:8443/a") == ("https", "2001:db8::1", 8443, "/a")
    assert to("https://acme.example/a", queryString=[{"name": "q", "value": "ë&"}])[3] == "/a?q=%C3%AB%26"
    assert to("nonsense") == ("", "", 0, "")
    assert to("https://acme.example:99999/") == ("https", "acme.example", 0, "/")


def test_times_and_versions(tmp_path: Path) -> None:
    first = one(tmp_path, entry({"httpVersion": "h3"}, startedDateTime="2026-01-02T04:04:05.250+01:00"))
    second = one(tmp_path, entry({"httpVersion": "http/2.0"}, startedDateTime="2026-01-02T03:04:05.250"))
    third = one(tmp_path, entry(startedDateTime="yesterday"))

    assert first.at == second.at == 1767323045.25
    assert first.response.at == pytest.approx(1767323045.29)
    assert (first.version, second.version) == ("HTTP/3", "HTTP/2")
    assert (third.at, third.lost) == (0.0, ("when it happened",))


# Whole files --------------------------------------------------------------------------------------------

FILES = {
    "charles.har": ("Charles Proxy 4.6.3", 1),
    "chrome.har": ("WebInspector 537.36", 3),
    "insomnia.har": ("Insomnia REST Client insomnia.desktop.app:v2022.1.1", 1),
    "with-bom.har": ("WebInspector 537.36", 1),
    "lo.har": ("PCAPNG -> HAR 1.1.0", 3),
    "reporthar-android-first-run.har": ("mitmproxy har_dump 0.1 mitmproxy version mitmproxy 9.0.1", 16),
    "probe.har": ("x 1", 14),
}


@pytest.mark.parametrize("name", FILES)
def test_real_files(name: str) -> None:
    recording, records = read(traffic(name))

    assert (recording.producer, len(records)) == FILES[name]
    assert all(record.host and record.at and record.method for record in records)
    assert not any("cannot be read" in clause for clause in recording.lost)


def test_bodies_of_real_files() -> None:
    _, pirogue = read(traffic("lo.har"))
    _, probe = read(traffic("probe.har"))

    assert pirogue[1].request.body == bytes.fromhex("08011205417262656e")
    assert (pirogue[2].method, pirogue[2].request.body) == ("DELETE", b'{"like":1}')
    assert "Bashkia Tiranë".encode() in probe[0].request.body
    assert probe[12].request.body.startswith(b"\x1f\x8b")


def test_what_the_file_says_of_itself() -> None:
    recording, _ = read(traffic("reporthar-android-first-run.har"))

    assert recording.about["app"] == "tld.sample.app"
    assert "mitmproxy's HAR holds no DNS, TCP or UDP and no refused handshakes" in recording.lost


@pytest.mark.parametrize("name", ["brokenfile.har", "broken_headers.json"])
def test_files_that_are_no_har_are_refused(name: str) -> None:
    with pytest.raises(RecordingError, match="is no HAR file"):
        open_har(traffic(name))


def test_har_of_mitmproxy_itself_is_the_flows(tmp_path: Path) -> None:
    flows = [tflow.tflow(resp=True) for _ in range(40)]
    for number, flow in enumerate(flows):
        kind = ("application/json", "application/x-protobuf", "text/plain", "text/html")[number % 4]
        body = (ALBANIAN.encode(), BINARY, b"Tiran\xeb", b"<p>\xc3\xab\xff")[number // 4 % 4]
        flow.request = http.Request.make("POST", f"https://h.example/{number}", body, {"content-type": kind})
        flow.response = http.Response.make(200, body, {"content-type": kind, "content-encoding": "identity"})
        flow.request.timestamp_start = 1_700_000_000 + number
        flow.response.timestamp_start = flow.response.timestamp_end = 1_700_000_001 + number
        if number % 3 == 0:
            flow.response.encode("gzip")
            flow.request.encode("br")
    entries = tmp_path / "a.har"
    entries.write_text(json.dumps(SaveHar().make_har(flows)), encoding="utf-8")
    file = tmp_path / "a.mitm"
    with file.open("wb") as out:
        for flow in flows:
            FlowWriter(out).add(flow)

    _, by_har = read(entries)
    _, by_flow = read(file)

    assert [plain(record) for record in by_har] == [plain(record) for record in by_flow]


def test_compressed_and_marked_files(tmp_path: Path) -> None:
    path = har(tmp_path, [entry(), entry()], "mitmproxy")
    raw = path.read_bytes()
    _, expected = read(path)

    forms = (
        zlib.compress(raw, 9),
        zlib.compress(raw, wbits=31),
        b"\xef\xbb\xbf" + raw,
        raw.decode().encode("utf-16"),
        b"  \r\n" + raw,
    )
    for form in forms:
        path.write_bytes(form)
        assert read(path)[1] == expected


def test_a_compressed_file_without_an_end_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacked, "MOST_UNPACKED", 50_000)
    monkeypatch.setattr(jsonstream, "CHUNK", 10_000)
    path = har(tmp_path, [entry({"comment": "x" * 1000}) for _ in range(100)], "mitmproxy")
    path.write_bytes(zlib.compress(path.read_bytes()))

    recording, records = read(path)

    assert 20 < len(records) < 60
    assert any("larger than 50000 bytes when unpacked" in clause for clause in recording.lost)


def test_a_broken_entry_costs_one_entry(tmp_path: Path) -> None:
    path = har(tmp_path, [entry() for _ in range(6)], "mitmproxy")
    good = json.dumps(entry())
    broken = ['{"request": {oops}}', "7", "{}", '{"request": {"method": []}}', "[1, 2"[:1] + "]", "nul"]
    joined = ",".join(one for pair in zip([good] * 6, broken, strict=True) for one in pair)
    path.write_text('{"log": {"entries": [' + joined + ']}, "more": 1}', encoding="utf-8")

    recording, records = read(path)

    assert [record.index for record in records] == [0, 2, 4, 6, 8, 10]
    assert sum(recording.lost.values()) == 6


QUOTES = [
    '"emri": "Arben',
    '"emri": "Ar"ben"',
    '"a": "x", "b"": "}{"',
    '"a": "\\"',
    '"a": {',
    '"a": }',
    '"a": "}"}"',
]


@pytest.mark.parametrize("wrong", QUOTES)
@pytest.mark.parametrize("at", [0, 2, 4])
@pytest.mark.parametrize("size", [1, 1 << 20])
def test_a_quote_or_bracket_too_many_costs_one_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wrong: str, at: int, size: int
) -> None:
    monkeypatch.setattr(jsonstream, "CHUNK", size)
    entries = [json.dumps(entry()) for _ in range(5)]
    entries[at] = entries[at].replace('"method"', wrong + ', "method"')
    path = tmp_path / "a.har"
    path.write_text(
        '{"log": {"creator": {"name": "mitmproxy"}, "entries": [' + ",".join(entries) + "]}}",
        encoding="utf-8",
    )

    recording, records = read(path)

    assert [record.index for record in records] == [n for n in range(5) if n != at]
    assert any("an entry that cannot be read" in c or "breaks after 4" in c for c in recording.lost)


def test_broken_entries_beyond_a_limit_end_the_reading(tmp_path: Path) -> None:
    path = tmp_path / "a.har"
    broken = '{"startedDateTime": "x" y"}'
    path.write_text('{"log": {"entries": [' + ",".join([broken] * 999) + "]}}", encoding="utf-8")

    recording, records = read(path)

    assert records == []
    assert sum(recording.lost.values()) > 10


def test_a_missing_comma_between_entries(tmp_path: Path) -> None:
    path = tmp_path / "a.har"
    path.write_text('{"log": {"entries": [%s %s]}}' % ((json.dumps(entry()),) * 2), encoding="utf-8")

    assert len(read(path)[1]) == 2


def test_a_cut_file_keeps_what_was_whole(tmp_path: Path) -> None:
    path = har(tmp_path, [entry() for _ in range(5)], "mitmproxy")
    path.write_bytes(path.read_bytes()[:-60])

    recording, records = read(path)

    assert len(records) == 4
    assert any("breaks after 4 entries" in clause for clause in recording.lost)


@pytest.mark.parametrize("limit", [300, 2000])
def test_an_entry_that_is_too_large_is_passed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(jsonstream, "WIDEST", 2000)
    monkeypatch.setattr(jsonstream, "CHUNK", limit)
    long_text = entry(posted(mimeType="x/y", text='"}\\' * 2000))
    many = entry(posted(mimeType="x/y", params=[{"name": "a", "value": "b"}] * 200))
    path = har(tmp_path, [entry(), long_text, entry(), many, entry()], "mitmproxy")

    recording, records = read(path)

    assert [record.index for record in records] == [0, 2, 4]
    assert sum(count for clause, count in recording.lost.items() if "larger than" in clause) == 2


def test_values_inside_each_other_are_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.har"
    deep = "[" * 200_000 + "]" * 200_000
    path.write_text(f'{{"log": {{"entries": [{{"a": {deep}}}, {json.dumps(entry())}]}}}}', encoding="utf-8")

    recording, records = read(path)

    assert [record.index for record in records] == [1]
    assert sum(recording.lost.values()) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=10,
)
AT = ["request", "response", "startedDateTime", "time", "_webSocketMessages", "serverIPAddress", "comment"]
IN_REQUEST = ["url", "method", "headers", "postData", "_content", "_stacktrace", "_decryption", "queryString"]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_entries_of_any_values_are_read_or_counted(tmp_path: Path, data: st.DataObject) -> None:
    stated = entry(posted(mimeType="x/y", text="a", params=[{"name": "a", "value": "b"}]))
    for name in data.draw(st.lists(st.sampled_from(IN_REQUEST), max_size=3)):
        stated["request"][name] = data.draw(JSON)
    for name in data.draw(st.lists(st.sampled_from(AT), max_size=2)):
        stated[name] = data.draw(JSON)
    creator = data.draw(st.sampled_from(["mitmproxy", "HTTP Toolkit", "PCAPdroid", "PCAPNG -> HAR", ""]))

    recording, records = read(har(tmp_path, [stated, entry()], creator))

    broken = sum(count for clause, count in recording.lost.items() if "cannot be read" in clause)
    assert len(records) + broken == 2


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=3)), min_size=1, max_size=4))
def test_a_file_with_wrong_bytes_ends_in_records_or_in_a_clause(
    tmp_path: Path, changes: list[tuple[int, bytes]]
) -> None:
    path = har(tmp_path, [entry() for _ in range(4)], "HTTP Toolkit", _tlsErrors=[{"cause": "closed"}])
    raw = bytearray(path.read_bytes())
    for at, piece in changes:
        raw[at % len(raw) : at % len(raw) + len(piece)] = piece
    path.write_bytes(raw)

    try:
        recording, records = read(path)
    except RecordingError as refused:
        assert "\n" not in str(refused)
    else:
        assert records or recording.lost


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(JSON, max_size=6), st.integers(1, 40))
def test_values_end_where_json_says(tmp_path: Path, values: list[Any], size: int) -> None:
    path = tmp_path / "values.json"
    path.write_text(
        " ".join(json.dumps(value, ensure_ascii=False) for value in values),
        encoding="utf-8",
        errors="replace",
    )
    expected = []
    with path.open("rb") as file:
        scanner = jsonstream.Scanner(lambda _: file.read(size))
        while scanner.peek():
            expected.append(scanner.value())

    assert b" ".join(one or b"" for one in expected) == path.read_bytes()
    assert len(expected) == len(values)
