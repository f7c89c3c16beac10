"""Packed bodies that broke on their way: what stands before the mistake is read, and the mistake is told."""

import random
from collections.abc import Callable

import pytest

from auditor.decode import tree
from auditor.decode.piece import told
from tests.decode.make import PACK, text, values

MAIL = "arben.testi@example.org"
SENT = text({"mail": MAIL, "rows": [f"{i * i:x}" for i in range(500)]})
NOISE = random.Random(7).randbytes(300)  # noqa: S311 - no secret


def overwritten(data: bytes) -> bytes:
    return data[:700] + b"\xff\x00\xff" * 9 + data[727:]


def without_end(data: bytes) -> bytes:
    return data[:-20]


def with_another_sum(data: bytes) -> bytes:
    return data[:-8] + bytes(8)


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate"])
@pytest.mark.parametrize("broken", [overwritten, without_end])
def test_what_stands_before_a_mistake_is_read(coding: str, broken: Callable[[bytes], bytes]) -> None:
    found = tree(broken(PACK[coding](SENT)), "body", content_encoding=coding)

    assert f"body:{coding}:json$.mail" in {leaf.place for leaf in found.leaves if leaf.value == MAIL}
    assert found.problems[0].startswith(f"body:{coding}: the compressed data break off (")


def test_a_wrong_sum_costs_nothing_and_is_told() -> None:
    found = tree(with_another_sum(PACK["gzip"](SENT)), "body")

    assert found.leaves[0].value == MAIL
    assert len(found.leaves) == 501
    assert "incorrect data check" in found.problems[0]


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "zstd", "dcb"])
def test_bytes_that_are_not_what_they_are_said_to_be(coding: str) -> None:
    assert tree(NOISE, "body", content_encoding=coding).problems == [
        f"body: said to be {coding}, and cannot be read as that"
    ]


def test_a_recorder_that_undid_an_encoding_broke_nothing() -> None:
    assert tree(SENT, "body", content_encoding="gzip").problems == []
    assert tree(PACK["gzip"](NOISE), "body", content_encoding="gzip").problems == []
    assert values(SENT, content_encoding="br")["body:json$.mail"] == MAIL


@pytest.mark.parametrize(
    ("problem", "place", "clause"),
    [
        ("body:gzip: it ends: early", "body:gzip", "it ends: early"),
        ("body:json$['a: b\\'s']: odd", "body:json$['a: b\\'s']", "odd"),
        ("further problems of this part are not listed", "", "further problems of this part are not listed"),
    ],
)
def test_the_place_of_a_problem(problem: str, place: str, clause: str) -> None:
    assert told(problem) == (place, clause)
