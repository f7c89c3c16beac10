"""Files of many entries, some of them mutated, for fuzz_recordings.py: one maker for each dialect."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from auditor.collect.recordings.flows import tnetstring
from tests.collect.recordings import captures
from tests.collect.recordings.tnet import dump

TRAFFIC = Path(__file__).parent.parent.parent / "shared" / "data" / "traffic"
ENTRIES = 50
MAULED = 8
"""Entries of one HAR file that are no JSON any more: behind 20 breaks its reader gives up, and says so."""

type Person = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Batch:
    """One file to read, and what must come of it."""

    dialect: str
    name: str
    data: bytes
    broken: int
    """Entries that were mutated."""
    count: int = 0
    """Entries in all; 0 where they cannot be counted."""
    whole: set[str] = field(default_factory=set)
    """Hosts of entries that must survive."""
    planted: set[str] = field(default_factory=set)
    """Hosts whose entries hold a value of the persona as well."""
    torn: bool = False
    """Whether the file ends, or breaks, before its end."""
    told: bool = False
    """Whether the reader must see that it is torn."""


# Values and bytes that nobody expects -------------------------------------------------

ODD: tuple[Any, ...] = (
    *(None, True, False, -1, 0, 7, 65536, 1 << 63, -(1 << 70), 10**400, 1e308, -1e-308, 0.1),
    *(float("nan"), float("inf"), float("-inf"), "", " ", "0", "-", "\0", "\ud800", "\udcff", "\ufeff"),
    *("a\nb\r\nc\u2028d\x85e", "\u202e", "é" * 99, "x" * 70_000, "9" * 5000, "%00%ff%", "%" * 999, "https://"),
    *("http://[::1", "https://[]:99999/", "https://a:b@c:443:5/?#", "//", "http://" + "a." * 5000, "::"),
    *("https://xn--\udc80.example/%zz?a=%&=&&b==", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"),
    *("2026-13-01", "1e999", "QUJD=RA", "====", "AAA", "!!!!", "base64", "gzip", "br", "zstd", "deflate"),
    *("H4sIAAAAAAAA/w==", "eJw=", "application/json; charset=zip", "text/plain; charset=utf-7"),
    *("application/grpc", "text/event-stream", "GET", "CONNECT", "101", 101, "websocket", "wss"),
    *([], {}, [[]], [{}], {"": ""}, [None], [1, 2], ["a", "b", "c"], {"name": None}, {"text": 5}),
    *({"base64": "AAA"}, {"base64": 5}, [["a"], ["a", "b"], [[], {}]], [0, b"", 1.5], b"", b"\xff\xfe\x00"),
)  # fmt: skip
DEEP = 3000


def odd(rng: Random) -> Any:
    """A value of a type, size or depth that nobody expects."""
    if rng.random() > 0.03:
        return rng.choice(ODD)
    found: Any = "x"
    for _ in range(rng.choice([5, 40, 300])):
        found = [found] if rng.random() < 0.5 else {"a": found}
    return found


def twisted(value: Any, rng: Random) -> Any:
    """The value with one to three of its parts replaced, removed, renamed or repeated."""
    for _ in range(rng.choice([1, 1, 2, 3])):
        value = _once(value, rng)
    return value


def _once(value: Any, rng: Random) -> Any:
    if not isinstance(value, dict | list) or not value or rng.random() < 0.08:
        return bytes(mauled(value, rng)) if isinstance(value, bytes) and rng.random() < 0.5 else odd(rng)
    if isinstance(value, list):
        at = rng.randrange(len(value))
        more = [value[at]] * rng.choice([0, 1, 1, 1, 2, 30])
        return (
            value[:at] + [_once(one, rng) if not n else one for n, one in enumerate(more)] + value[at + 1 :]
        )
    key = rng.choice(list(value))
    rest = {name: one for name, one in value.items() if name != key}
    if rng.random() < 0.1:
        return rest
    return rest | {key + "x" if rng.random() < 0.05 else key: _once(value[key], rng)}


def mauled(data: bytes, rng: Random) -> bytes:
    """The bytes with some flipped, cut, repeated, or with brackets, quotes and odd encodings put in."""
    found = bytearray(data)
    for _ in range(rng.choice([1, 1, 1, 2, 4, 16])):
        at = rng.randrange(len(found) + 1)
        end = min(len(found), at + rng.choice([0, 1, 1, 2, 8, 200]))
        stray = rng.choice([b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"\0", b"\xff", b"\xed\xa0\x80"])
        piece = [rng.randbytes(end - at), b"", bytes(found[at:end]) * 3, stray, stray * 200, b"9" * 5000]
        found[at:end] = rng.choice(piece)
    left = bytes(found[: rng.choice([len(found)] * 4 + [rng.randrange(len(found) + 1)])])
    return left if left.strip() else b"?"  # of nothing, nothing can be told


def deep(rng: Random) -> bytes:
    """JSON with values inside each other, closed again."""
    many = rng.choice([DEEP, 100_000])
    return rng.choice([b"[" * many + b"]" * many, b'{"a":' * many + b"1" + b"}" * many])


def as_json(value: Any) -> bytes:
    """As producers write it; bytes as Latin-1."""
    return json.dumps(value, default=lambda one: one.decode("latin-1"), separators=(",", ":")).encode()


# Seeds --------------------------------------------------------------------------------


def entry(host: str, person: Person) -> dict[str, Any]:
    """A HAR entry with planted values in every part."""
    body = json.dumps({"user": {"email": person["email"], "phone": person["phone"]}, "aaid": person["aaid"]})
    heads = [{"name": "Host", "value": host}, {"name": "Content-Type", "value": "application/json"}]
    heads += [{"name": "Cookie", "value": f"id={person['aaid']}"}, {"name": "X-Id", "value": person["nid"]}]
    return {
        "startedDateTime": "2026-01-02T03:04:05.250Z",
        "time": 40,
        "request": {
            "method": "POST",
            "url": f"https://{host}/v1/u/{person['email']}?iban={person['iban']}&x=1",
            "httpVersion": "HTTP/2",
            "headers": heads,
            "queryString": [{"name": "x", "value": "1"}],
            "bodySize": len(body),
            "postData": {"mimeType": "application/json", "text": body, "params": []},
        },
        "response": {
            "status": 200,
            "headers": [],
            "content": {"size": 2, "mimeType": "text/plain", "text": "b2s=", "encoding": "base64"},
        },
        "serverIPAddress": "192.0.2.7",
        "_webSocketMessages": [{"type": "send", "time": 1.5, "opcode": 1, "data": person["phone"]}],
    }


@cache
def recorded_entries() -> list[dict[str, Any]]:
    """Entries of the HAR files at hand."""
    found: list[dict[str, Any]] = []
    for path in sorted(TRAFFIC.glob("*.har")):
        try:
            found += json.loads(path.read_text("utf-8-sig"))["log"]["entries"]
        except (ValueError, TypeError, KeyError):
            continue  # the folder holds broken files on purpose
    return found


@cache
def recorded_flows() -> list[dict[str, Any]]:
    """Flows of the files at hand."""
    found: list[dict[str, Any]] = []
    for path in sorted(TRAFFIC.glob("*.mitm")):
        with path.open("rb") as file:
            while file.peek(1):
                found.append(dict(tnetstring.load(file)))
    return found


def line(host: str, person: Person) -> dict[str, Any]:
    """A line of our own recorder."""
    body = {"text": json.dumps({"mail": person["email"], "tel": person["phone"]})}
    side = {
        "headers": [["Content-Type", "application/json"]],
        "body": body,
        "size": 60,
        "lost": "",
        "at": 1.8e9,
    }
    found = {"kind": "exchange", "at": 1.8e9, "host": host, "port": 443, "scheme": "https", "method": "POST"}
    found |= {"path": f"/v1?q={person['phone']}", "version": "HTTP/2.0", "status": 200, "peer": "192.0.2.7"}
    return found | {"client": "10.0.0.2", "request": side, "response": side | {"trailers": []}, "frames": []}


def other_lines(host: str) -> list[dict[str, Any]]:
    """Lines of the other kinds."""
    frame = {"sent": True, "at": 1.8e9, "text": True, "body": {"base64": base64.b64encode(b"hello").decode()}}
    base = {"at": 1.8e9, "host": host, "port": 443}
    return [
        base | {"kind": "frames", "of": 0, "frames": [frame]},
        base | {"kind": "stream", "scheme": "tcp", "frames": [frame, frame]},
        base | {"kind": "lookup", "answers": ["192.0.2.7"]},
        base | {"kind": "refused", "error": "The client does not trust", "sni": host},
        base | {"kind": "contact", "alpn": ["h2"], "count": 3},
        {"kind": "mark", "at": 1.8e9, "phase": "refused", "by": "hand"},
    ]


def flow(host: str, person: Person) -> dict[str, Any]:
    """A flow in mitmproxy's form 21."""
    body = json.dumps({"mail": person["email"]}).encode()
    end = {"id": "c", "address": ["10.0.0.2", 40000], "sni": host, "timestamp_start": 1.8e9}
    request = {
        "host": host,
        "port": 443,
        "method": b"POST",
        "scheme": b"https",
        "authority": b"",
        "path": b"/v1",
    }
    request |= {
        "http_version": b"HTTP/1.1",
        "headers": [[b"Content-Type", b"application/json"]],
        "content": body,
    }
    request |= {"trailers": None, "timestamp_start": 1.8e9, "timestamp_end": 1.8e9}
    response = {"status_code": 200, "reason": b"OK", "headers": [], "content": b"ok", "timestamp_end": 1.8e9}
    server = end | {"address": [host, 443], "peername": ["192.0.2.7", 443]}
    found = {
        "version": 21,
        "type": "http",
        "id": "f",
        "request": request,
        "response": response,
        "error": None,
    }
    return found | {
        "client_conn": end,
        "server_conn": server,
        "websocket": None,
        "metadata": {},
        "comment": "",
    }


# Files --------------------------------------------------------------------------------


def hosts(rng: Random, most: int) -> tuple[list[str], set[int]]:
    """Hosts of the entries, and which entries are mutated: never two beside each other."""
    names = [f"h{number}.whole{number}.example" for number in range(ENTRIES)]
    return names, set(rng.sample(range(rng.randrange(2), ENTRIES, 2), min(most, ENTRIES // 2)))


def kept(names: list[str], broken: set[int]) -> set[str]:
    """Hosts of the entries that stay whole."""
    return {name for number, name in enumerate(names) if number not in broken}


def har(rng: Random, person: Person) -> Batch:
    """Entries with values of other types, and some that are no JSON."""
    names, broken = hosts(rng, ENTRIES)
    bytewise = set(rng.sample(sorted(broken), MAULED))
    parts = []
    for number, name in enumerate(names):
        raw = entry(name, person)
        if number in broken and rng.random() < 0.4:
            raw = rng.choice(recorded_entries() or [raw])
        if number not in broken:
            parts.append(as_json(raw))
        elif number in bytewise:
            parts.append(mauled(as_json(raw), rng))
        else:
            parts.append(as_json(twisted(raw, rng)) if rng.random() > 0.02 else deep(rng))
    head = b'{"log":{"version":"1.2","creator":' + as_json(odd(rng)) + b',"entries":['
    data = head + b",\n".join(parts) + b"]}}"
    text = data.decode("utf-8", "replace")
    packed: list[Callable[[], bytes]] = [lambda: data] * 6
    packed += [lambda: gzip.compress(data, 1), lambda: zlib.compress(data, 6), lambda: b"\xef\xbb\xbf" + data]
    packed += [lambda: b"\xff\xfe" + text.encode("utf-16-le", "replace")]
    whole = kept(names, broken)
    return Batch("har", "a.har", rng.choice(packed)(), len(broken), ENTRIES, whole, whole)


def journal(rng: Random, person: Person) -> Batch:
    """Lines of our own recorder."""
    names, broken = hosts(rng, ENTRIES)
    head = {
        "auditor-recording": 1,
        "at": 1.8e9,
        "producer": "x",
        "app": "",
        "options": odd(rng),
        "tool": odd(rng),
    }
    lines = [as_json(head)]
    for number, name in enumerate(names):
        raw = rng.choice([line(name, person), *other_lines("other.example")]) if number in broken else None
        if raw is None:
            lines.append(as_json(line(name, person)))
        elif rng.random() < 0.5:
            lines.append(as_json(twisted(raw, rng)) if rng.random() > 0.02 else deep(rng))
        else:
            lines.append(mauled(as_json(raw), rng).replace(b"\n", b" "))
    lines.append(b'{"kind":"end"}')
    whole = kept(names, broken)
    return Batch("journal", "a.jsonl", b"\n".join(lines) + b"\n", len(broken), ENTRIES, whole, whole)


def flows(rng: Random, person: Person) -> Batch:
    """Flows with values of other types, flipped bytes inside, and broken lengths."""
    names, broken = hosts(rng, ENTRIES)
    broken -= {0}  # by its first bytes the file is known
    parts = []
    for number, name in enumerate(names):
        raw = flow(name, person)
        if number not in broken:
            parts.append(dump(raw))
            continue
        raw = rng.choice([raw, *recorded_flows()])
        parts.append(_broken_flow(raw, rng))
    whole = kept(names, broken)
    return Batch("flows", "a.mitm", b"".join(parts), len(broken), ENTRIES, whole, whole)


def _broken_flow(raw: dict[str, Any], rng: Random) -> bytes:
    if rng.random() < 0.6:
        changed = twisted(raw, rng)
        return _dumped(changed if isinstance(changed, dict) else {"version": 21, "type": changed})
    inner = dump(raw).partition(b":")[2][:-1]
    spoilt = mauled(inner, rng)
    if rng.random() < 0.5:  # only the outer length is right
        return str(len(spoilt)).encode() + b":" + spoilt + b"}"
    return mauled(dump(raw)[:40], rng) + dump(raw)[40:]


def _dumped(value: Any) -> bytes:
    """As typed netstrings, with halves of characters as bytes that are no UTF-8."""
    if isinstance(value, str):
        return dump(value.encode("utf-8", "surrogatepass"))
    if isinstance(value, list | dict):
        pairs = [(k, v) for k, v in value.items()] if isinstance(value, dict) else [(None, v) for v in value]
        data = b"".join((_dumped(k) if k is not None else b"") + _dumped(v) for k, v in pairs)
        return str(len(data)).encode() + b":" + data + (b"}" if isinstance(value, dict) else b"]")
    return dump(value)


def pcap(rng: Random, person: Person) -> Batch:
    """Connections with HTTP in the clear; packets of some are flipped, cut or left out."""
    names, broken = hosts(rng, ENTRIES)
    frames: list[bytes] = []
    for number, name in enumerate(names):
        body = json.dumps({"mail": person["email"]}).encode()
        head = f"POST /v1 HTTP/1.1\r\nHost: {name}\r\nContent-Length: {len(body)}"
        ends = {"client": (f"10.{number}.{rng.randrange(256)}.2", 40000), "server": (f"192.0.2.{number}", 80)}
        talk = captures.Talk(**ends).sends(head.encode() + b"\r\n\r\n" + body)  # type: ignore[arg-type]
        talk.answers(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").ends()
        more = [captures.udp(ends["client"], ("192.0.2.1", 53), captures.dns(name, number, ("192.0.2.9",)))]
        frames += [spoilt(one, rng) for one in talk.packets + more] if number in broken else talk.packets
    order, write = rng.choice("<>"), rng.choice([captures.pcap, captures.pcapng])
    whole = kept(names, broken)
    return Batch("pcap", "a.pcap", write(frames, order=order), len(broken), 0, whole, whole)


def spoilt(packet: bytes, rng: Random) -> bytes:
    """A packet of which, mostly, something behind its addresses is wrong: others keep theirs."""
    if rng.random() < 0.5:
        return packet
    head = rng.choice([0, 24, 24, 40])
    return (
        packet[:12][:head] + mauled(packet[12:], rng)
        if head == 0
        else packet[:head] + mauled(packet[head:], rng)
    )


def tracked(rng: Random, _person: Person) -> Batch:
    """Rows of TrackerControl."""
    names, broken = hosts(rng, ENTRIES)
    made = (
        [str(10000 + n), name, "1780000000123", "0", "A", "B", f"al.x{n}", "X"]
        for n, name in enumerate(names)
    )
    return _table(
        "tracked", "uid,daddr,time,uncertain,Tracker,Category,Package,App", made, names, broken, rng
    )


def refused(rng: Random, _person: Person) -> Batch:
    """Rows of refused handshakes."""
    names, broken = hosts(rng, ENTRIES)
    return _table(
        "refused",
        "app_id,version,request_count,tls_errors_json,app_crashed",
        ([f"al.x{n}", "1", "7", _failures(name, n in broken, rng), "0"] for n, name in enumerate(names)),
        names,
        broken,
        rng,
    )


def _failures(name: str, broken: bool, rng: Random) -> str:
    error = f"The client does not trust the proxy's certificate for {name} (OpenSSL Error([]))"
    context = {"clientAddress": ["10.0.0.1", 39048], "serverAddress": ["192.0.2.4", 443], "error": error}
    stated: Any = [{"status": "tlsFailed", "context": context}]
    return as_json(twisted(stated, rng) if broken and rng.random() < 0.6 else stated).decode()


def _table(
    dialect: str, head: str, rows: Iterator[list[str]], names: list[str], broken: set[int], rng: Random
) -> Batch:
    lines = [head.encode()]
    for number, row in enumerate(rows):
        into = io.StringIO()
        csv.writer(into, quoting=rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), lineterminator="").writerow(
            row
        )
        raw = into.getvalue().encode("utf-8", "surrogatepass")
        if number in broken and rng.random() < 0.7:
            raw = mauled(raw, rng).replace(b"\n", b" ").replace(b"\r", b" ")
        lines.append(raw)
    data = b"\n".join(lines) + b"\n"
    return Batch(dialect, "a.csv", data, len(broken), ENTRIES, kept(names, broken))


def privacy(rng: Random, _person: Person) -> Batch:
    """Lines of an App Privacy Report."""
    names, broken = hosts(rng, ENTRIES)
    broken -= {0}  # by its first bytes the file is known
    lines = []
    for number, name in enumerate(names):
        raw = {"domain": name, "firstTimeStamp": "2026-06-01T10:00:00Z", "timeStamp": "2026-06-01T11:00:00Z"}
        raw |= {
            "context": "",
            "domainType": 1,
            "initiatedType": "AppInitiated",
            "hits": 7,
            "bundleID": "al.x",
        }  # type: ignore[dict-item]
        raw |= {"type": "networkActivity", "domainOwner": "x"}
        if number not in broken:
            lines.append(as_json(raw))
        elif rng.random() < 0.5:
            lines.append(as_json(twisted(raw, rng)) if rng.random() > 0.02 else deep(rng))
        else:
            lines.append(mauled(as_json(raw), rng).replace(b"\n", b" "))
    return Batch("privacy", "a.ndjson", b"\n".join(lines) + b"\n", len(broken), ENTRIES, kept(names, broken))


def torn(rng: Random, person: Person) -> Batch:
    """A file of any kind that ends early, or of which some bytes anywhere are wrong."""
    other = make(rng.choice(sorted(DIALECTS - {"torn"})), rng, person)
    at = rng.randrange(len(other.data))
    if is_cut := rng.random() < 0.5:
        data = other.data[:at]
    else:
        data = other.data[:at] + mauled(other.data[at : at + 2000], rng) + other.data[at + 2000 :]
    told = is_cut and other.dialect in {"har", "journal", "flows"}  # tables and packets may end anywhere
    return Batch("torn", other.name, data, 1, torn=True, told=told)


MAKERS: dict[str, Callable[[Random, Person], Batch]] = {
    made.__name__: made for made in (har, journal, flows, pcap, tracked, refused, privacy, torn)
}
DIALECTS = frozenset(MAKERS)


def make(dialect: str, rng: Random, person: Person) -> Batch:
    """A file of this dialect."""
    return MAKERS[dialect](rng, person)


__all__ = ["DIALECTS", "Batch", "make"]
