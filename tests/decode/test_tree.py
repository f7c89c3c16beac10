"""The whole tree: nested encodings come apart, limits hold, nothing is raised."""

import gzip
import json
import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.decode import Limits, tree
from tests.decode.make import CARRY, KNOWN, PACK, WRITE, leaves, text, values
from tests.traffic_files import traffic


@st.composite
def nested(draw: st.DrawFn) -> tuple[bytes, str, tuple[str, ...], dict[str, str]]:
    """A body that holds KNOWN, the place of its leaf, the steps, and what HTTP says of it."""
    data, place, chain = text(KNOWN), ":json$.user.mail", ["json"]
    writers: list[str | None] = [None, *WRITE]
    for _ in range(draw(st.integers(0, 3))):
        writer = draw(st.sampled_from(writers))
        if writer:
            data, place, chain = WRITE[writer](data), f":{writer}{place}", [writer, *chain]
        carrier = draw(st.sampled_from(list(CARRY)))
        writers = [None, *WRITE] if carrier in WRITTEN_IN_TEXT else ["base64", "hex"]
        path, carry = CARRY[carrier]
        data, place, chain = carry(data.decode()), f":{carrier}{path}{place}", [carrier, *chain]
    said = {}
    packer = draw(st.sampled_from([None, *PACK]))
    if packer:
        data, place, chain = PACK[packer](data), f":{packer}{place}", [packer, *chain]
        said = {"content_encoding": packer} if packer in ("br", "deflate") else {}
    return data, "body" + place, tuple(chain), said


WRITTEN_IN_TEXT = {"json", "form", "xml"}


@settings(max_examples=150)
@given(nested())
def test_what_was_packed_comes_out_with_its_place_and_steps(
    made: tuple[bytes, str, tuple[str, ...], dict[str, str]],
) -> None:
    data, place, chain, said = made
    found = leaves(data, **said)

    assert place in found, (data[:300], list(found))
    assert ("arben.testi@example.org", chain) == (found[place].value, found[place].chain)
    assert 0 <= found[place].begin < found[place].end <= len(data)


@settings(max_examples=300)
@given(st.binary(max_size=300), st.sampled_from(["body", "query", "header", "path", "cookie", "frame[3]"]))
def test_any_bytes_give_a_tree(data: bytes, part: str) -> None:
    found = tree(data, part)

    assert not [clause for clause in found.problems if "our own mistake" in clause]
    assert all(0 <= leaf.begin <= leaf.end <= len(data) for leaf in found.leaves)


BODIES = [
    text({"a": [1, {"b": "x"}], "c": "arben.testi@example.org"}),
    gzip.compress(text(KNOWN)),
    *[carry(json.dumps(KNOWN)) for _, carry in CARRY.values()],
    b'42["event",{"a":"b"}]',
    b"<plist version='1.0'><dict><key>a</key><string>b</string></dict></plist>",
]
TYPES = "application/json multipart/form-data;boundary=xyz application/grpc application/cbor text/xml".split()


@settings(max_examples=300)
@given(st.sampled_from(BODIES), st.integers(0, 2**32), st.sampled_from(["", *TYPES]))
def test_damaged_bodies_give_a_tree(body: bytes, seed: int, content_type: str) -> None:
    rng, damaged = random.Random(seed), bytearray(body)  # noqa: S311 - no secret
    for _ in range(rng.randint(1, 5)):
        damaged[rng.randrange(len(damaged))] = rng.randrange(256)
    found = tree(bytes(damaged[: rng.randint(1, len(damaged))]), "body", content_type=content_type)

    assert not [clause for clause in found.problems if "our own mistake" in clause]


@pytest.mark.parametrize("step", ["gzip", "zlib", "zstd", "br", "deflate"])
def test_a_bomb_is_bounded_and_told(step: str) -> None:
    said = {"content_encoding": step} if step in ("br", "deflate") else {}
    found = tree(PACK[step](b"[" + b"0," * (10 << 20)), "body", limits=Limits(size=4 << 20), **said)

    assert found.problems
    assert sum(len(leaf.value) for leaf in found.leaves if isinstance(leaf.value, (str, bytes))) < 8 << 20


def test_bombs_inside_bombs_share_one_budget() -> None:
    data = b"A" * (1 << 20)
    for _ in range(9):
        data = gzip.compress(data + bytes(1 << 20))
    found = tree(data, "body", limits=Limits(size=3 << 20))

    assert any("when expanded" in clause for clause in found.problems)


def test_depth_is_told_with_its_place() -> None:
    data = text(KNOWN)
    for _ in range(14):
        data = gzip.compress(data)
    found = tree(data, "body")

    assert [] == found.leaves
    assert ["body" + ":gzip" * 10 + ": more than 10 encodings inside each other"] == found.problems


def test_too_many_values_are_told_and_the_first_are_kept() -> None:
    found = tree(b"[" + b"1," * 30_000 + b"1]", "body")

    assert len(found.leaves) == 19_999
    assert ["body: more than 20000 values"] == found.problems


def test_names_do_not_multiply_in_memory() -> None:
    found = tree(text({"x" * 100_000: list(range(5_000))}), "body")

    assert max(len(leaf.place) for leaf in found.leaves) < 300


def noise_of(size: int) -> bytes:
    return random.Random(7).randbytes(size)  # noqa: S311 - no secret


def test_bytes_that_nothing_opens_are_counted() -> None:
    noise = noise_of(4000)
    found = tree(noise, "body")

    assert found.opaque > 3500
    assert noise == found.leaves[0].value


def test_text_inside_unknown_bytes_is_found_where_it_stands() -> None:
    data = bytes(range(128, 255)) * 3 + b"arben.testi@example.org" + bytes(range(128, 255))
    found = leaves(data)["body:utf-8$[0]"]

    assert found.value == "arben.testi@example.org"
    assert data[found.begin : found.end] == b"arben.testi@example.org"


def test_a_picture_is_a_medium_and_not_opaque() -> None:
    found = tree(b"\x89PNG\r\n\x1a\n" + bytes(200), "response.body")

    assert ("image/png", [], 0) == (found.media, found.leaves, found.opaque)


def test_plain_text_is_one_leaf_at_the_part() -> None:
    assert values(b"hello there") == {"body": "hello there"}


def test_zlib_bytes_that_are_none_are_opaque() -> None:
    found = tree(zlib.compress(b"x" * 50)[:4] + noise_of(50), "body")

    assert found.opaque


def test_the_probe_opens_wholly() -> None:
    archive = json.loads(traffic("probe.har").read_bytes())
    for entry in archive["log"]["entries"]:
        request = entry["request"]
        kind = request["postData"]["mimeType"]
        binary = "protobuf" in kind or "octet" in kind
        body = request["postData"]["text"].encode("latin-1" if binary else "utf-8")
        found = tree(body, "body", content_type=kind)
        assert (found.problems, found.opaque) == ([], 0)
