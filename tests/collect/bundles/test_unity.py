"""Unity's metadata: literal texts and names, in the layouts of all versions."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.collect.bundles.unity import Metadata, UnityError, engine_version
from tests.codebuilders import unity

LITERALS = ["https://acme.example/v1", "përshëndetje", ""]
NAMES = ["Acme.Quiz", "Scorer", "AddPoints", "<Awake>b__0", "List`1", "x", "get_Points"]
WHOLE = unity(LITERALS, NAMES)


@pytest.mark.parametrize("version", [16, 24, 29, 31, 35, 38, 39])
def test_literals_and_names(version: int) -> None:
    """Names that compilers make, and those of one letter, are left out; a name's place is in the file."""
    data = unity(LITERALS, NAMES, version)
    found = Metadata(data)
    names = list(found.names("unity:m"))

    assert LITERALS == [text.decode() for text in found.literals]
    assert ["Acme.Quiz", "Scorer", "AddPoints", "List", "get_Points"] == [text.text for text in names]
    assert f"unity:m+{data.index(b'AddPoints'):#x}" == names[2].where
    assert "unity:m/literal[0]" == found.buffer("unity:m").locate(3)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is encrypted or none"),
        (b"\0" * 500, "is encrypted or none"),
        (unity([], [], 99), "has version 99; read are 16 to 39"),
        (WHOLE[:410], "points outside itself"),
        (WHOLE[:400] + b"\xff" * 12 + WHOLE[412:], "has literals outside itself"),
    ],
)
def test_encrypted_or_damaged(data: bytes, why: str) -> None:
    with pytest.raises(UnityError, match=why):
        Metadata(data)


def test_literals_of_the_same_bytes_are_bounded() -> None:
    rows = struct.pack("<LL", 4000, 0) * 1000
    head = struct.pack("<6L", 400, len(rows), 400 + len(rows), 4000, 400 + len(rows) + 4000, 0)
    data = (WHOLE[:4] + struct.pack("<L", 24) + head).ljust(400, b"\0") + rows + bytes(4000)

    with pytest.raises(UnityError, match="repeats its literals"):
        Metadata(data)


@given(st.data())
def test_damage_ends_in_a_clause_or_a_result(data: st.DataObject) -> None:
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content) - 4))
        content[at : at + 4] = data.draw(st.sampled_from([b"\0\0\0\0", b"\xff\xff\xff\xff", b"\1\0\0\0"]))
    try:
        found = Metadata(bytes(content))
    except UnityError as error:
        assert str(error)
    else:
        assert sum(map(len, found.literals)) <= 4 * len(content) + (1 << 20)


@pytest.mark.parametrize(
    ("data", "version"),
    [
        (bytes(48) + b"2021.3.16f1\0", "2021.3.16f1"),
        (b"UnityFS\0\0\0\0\x085.x.x\x006000.0.23f1\0", "6000.0.23f1"),
        (b"nothing 1.2", ""),
    ],
)
def test_engine_version(data: bytes, version: str) -> None:
    assert version == engine_version(data)
