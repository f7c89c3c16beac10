"""Mutated bodies through the decode tree: nothing raised, bounded time and memory.

python benchmarks/fuzz_decode.py --cases 20000 --seed 1
Seeds are the bodies of ../shared/data/traffic/*.har, where present, and generated ones.
"""

import argparse
import base64
import gzip
import json
import random
import resource
import sys
import time
import zlib
from pathlib import Path

import brotli
import msgpack
import zstandard

from auditor.decode import FieldMap, Named, tree
from auditor.decode.firestoremaps import MAPS

TRAFFIC = Path(__file__).parent.parent.parent / "shared" / "data" / "traffic"
SLOW = 5.0
TYPES = (
    "application/json application/x-www-form-urlencoded multipart/form-data;boundary=b application/grpc "
    "application/grpc-web-text application/x-protobuf application/msgpack application/cbor text/xml "
    "text/event-stream application/x-sentry-envelope image/png text/plain;charset=utf-16"
).split()
KNOWN = FieldMap("m", "m", {"m": {1: Named("a", message="m", repeated=True), 2: Named("b", "string")}})


def recorded() -> list[bytes]:
    """Bodies of the recordings at hand."""
    found = []
    for path in sorted(TRAFFIC.glob("*.har")):
        try:
            entries = json.loads(path.read_text("utf-8-sig"))["log"]["entries"]
        except (ValueError, KeyError):
            continue  # the folder holds broken files on purpose
        for entry in entries:
            for side in (entry["request"].get("postData"), entry["response"].get("content")):
                raw = ((side or {}).get("text") or "").encode(errors="replace")
                encoded = (side or {}).get("encoding") == "base64"
                found.append(base64.b64decode(raw) if encoded else raw)
    return [body[:100_000] for body in found if body]


def generated() -> list[bytes]:
    """One body of every form."""
    value = {"user": {"mail": "arben.testi@example.org", "n": [1, 2.5, None]}, "list": ["a", {"b": "c"}]}
    plain = json.dumps(value).encode()
    message = b"\x0a\x08\x12\x06abcdef\x12\x04name" * 5
    commit = json.dumps({"writes": [{"update": {"name": "projects/p/databases/d/documents/u/1", "fields": {
        "a": {"mapValue": {"fields": {"b": {"integerValue": "1"}}}}}}}]}).encode()  # fmt: skip
    packed = [gzip.compress(plain), zlib.compress(plain), brotli.compress(plain), zlib.compress(plain)[2:-4]]
    return [
        plain,
        *packed,
        zstandard.ZstdCompressor().compress(plain),
        gzip.compress(bytes(3 << 20)),
        message,
        b"\0" + len(message).to_bytes(4) + message,
        msgpack.packb(value),
        bytes.fromhex("bf646d61696c6d78406578616d706c652e6f7267616e9f0120f93e00f6f5ffff"),
        base64.b64encode(plain),
        plain.hex().encode(),
        commit,
        b"a=1&b=%7B%22c%22%3A1%7D&d=" + base64.b64encode(plain),
        b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + plain + b"\r\n--b--\r\n",
        b'event: put\ndata: {"a":1}\n\ndata: x\n\n',
        b'42["event",{"a":"b"}]\x1e42["x"]',
        b'{"t":"d","d":{"r":1,"a":"p","b":{"p":"u/1","d":{"x":{".sv":{"increment":5}}}}}}',
        b'12\n[[0,["noop"]]]\n18\n[[1,[{"a":"b"}]]]',
        b'{"sent_at":"x"}\n{"type":"event","length":7}\n{"a":1}\n',
        b"<a x='1'><b>c</b><b>d</b></a>",
        b"bplist00\xd1\x01\x02QaQb\x08\x0b\x0d"
        + bytes(6)
        + b"\1\1"
        + (3).to_bytes(8)
        + bytes(8)
        + (15).to_bytes(8),
        b"[" * 3000,
        b'{"a":' * 3000,
    ]


def mutated(rng: random.Random, seeds: list[bytes]) -> bytes:
    """A seed with bytes changed, pieces cut, repeated, swapped with other seeds, or packed again."""
    data = bytearray(rng.choice(seeds))
    for _ in range(rng.choice([0, 1, 1, 2, 4, 16])):
        at = rng.randrange(len(data) + 1)
        end = min(len(data), at + rng.choice([1, 1, 2, 8, 64]))
        other = rng.choice(seeds)
        piece = [
            rng.randbytes(end - at),
            b"",
            bytes(data[at:end]) * rng.choice([2, 50]),
            other[: rng.randrange(200)],
        ]
        data[at:end] = rng.choice(piece)
    if rng.random() < 0.1:
        data = bytearray(rng.choice([gzip.compress, zlib.compress, base64.b64encode])(bytes(data)))
    return bytes(data[: rng.choice([len(data), len(data), rng.randrange(len(data) + 1)])])


def check(data: bytes, rng: random.Random) -> list[str]:
    """What is wrong with the tree of one body."""
    maps = rng.choice([(), (), (KNOWN,), tuple(MAPS.values())])
    part = rng.choice(["body", "body", "body", "frame[1]", "query", "header", "cookie", "path"])
    coding = rng.choice(["", "", "", "gzip", "br", "deflate", "zstd", "gzip, br"])
    began = time.perf_counter()
    found = tree(data, part, content_type=rng.choice(["", *TYPES]), content_encoding=coding, maps=maps)
    wrong = [clause for clause in found.problems if "our own mistake" in clause]
    if (seconds := time.perf_counter() - began) > SLOW:
        wrong.append(f"{seconds:.1f} s")
    wrong += [leaf.place for leaf in found.leaves if not 0 <= leaf.begin <= leaf.end <= len(data)]
    wrong += ["a text that cannot be written"] * any(unwritable(leaf.value) for leaf in found.leaves)
    return wrong


def unwritable(value: object) -> bool:
    """Whether a text holds halves of characters."""
    try:
        return isinstance(value, str) and not isinstance(value.encode(), bytes)
    except UnicodeEncodeError:
        return True


def main() -> int:
    """Runs the cases; 1 when one of them was wrong."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cases", type=int, default=2000)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    seeds, bad, began, worst = recorded() + generated(), 0, time.perf_counter(), 0.0
    for case in range(asked.cases):
        rng = random.Random(f"{asked.seed}:{case}")  # noqa: S311 - no secret
        data = mutated(rng, seeds)
        at = time.perf_counter()
        wrong = check(data, rng)
        worst = max(worst, time.perf_counter() - at)
        if wrong:
            bad += 1
            print(f"case {case}: {wrong[:3]} on {data[:80]!r}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    took = time.perf_counter() - began
    print(f"{asked.cases} cases, {bad} wrong, slowest {worst:.2f} s, {took:.0f} s in all, {peak} MiB")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
