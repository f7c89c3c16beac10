""".NET assemblies: names and texts from the metadata."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.collect.bundles.dotnet import Assembly, DotnetError
from tests.codebuilders import assembly

TYPES = {"Acme.Quiz.Scorer": ["AddPoints", ".ctor"], "<Module>": ["x"], "Main": ["OnCreate"]}
IMPORTS = {"Android.Telephony.TelephonyManager": ["get_DeviceId"], "System.Console": ["WriteLine"]}
TEXTS = ["https://acme.example/v1", "përshëndetje", "long " * 80, ""]
WHOLE = assembly("Acme.Quiz", TYPES, IMPORTS, ["Mono.Android"], TEXTS)


def test_names_and_texts() -> None:
    """Types and members with their namespace; what compilers make is left out, literal texts are UTF-8."""
    found = Assembly(WHOLE)

    assert ("Acme.Quiz", ["Mono.Android"]) == (found.name, found.references())
    assert ["Acme.Quiz.Scorer", "Main"] == [named.name for named in found.types()]
    assert [("MethodDef", 1, "Acme.Quiz.Scorer.AddPoints"), ("MethodDef", 4, "Main.OnCreate")] == [
        *found.members()
    ]
    assert ["Android.Telephony.TelephonyManager.get_DeviceId", "System.Console.WriteLine"] == [
        named.name for named in found.imports()
    ]
    assert TEXTS[:3] == [text.decode() for text in found.texts() if text]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "is not a PE file"),
        (b"MZ" + bytes(100), "is not a PE file"),
        (WHOLE[:0x410], "holds no .NET metadata"),
        (WHOLE.replace(b"BSJB", b"BSJX"), "holds no .NET metadata"),
        (WHOLE.replace(b"#~\0\0", b"#x\0\0"), "has no tables in its metadata"),
    ],
)
def test_what_is_no_assembly(data: bytes, why: str) -> None:
    with pytest.raises(DotnetError, match=why):
        Assembly(data)


def test_rows_beyond_the_file_are_refused() -> None:
    at = WHOLE.index(struct.pack("<LL", 2, 3))  # rows of TypeRef and TypeDef
    whole = WHOLE[:at] + struct.pack("<L", 0xFFFFFF) + WHOLE[at + 4 :]

    with pytest.raises(DotnetError, match="states more than 500,000 rows of one table"):
        Assembly(whole)


@given(st.data())
def test_damage_ends_in_a_clause_or_a_result(data: st.DataObject) -> None:
    """Whatever bytes change, names stay texts of one line's length and a refusal is a clause."""
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, len(content) - 8)))
        value = data.draw(st.sampled_from([b"\0\0\0\0", b"\xff" * 8, b"\1\0\0\0", b"\xff\xff\xff\x7f", b""]))
        content[at : at + 4] = value
    try:
        found = Assembly(bytes(content))
        names = [n.name for n in (*found.types(), *found.members(), *found.imports())]
    except DotnetError as error:
        assert str(error)
    else:
        assert all(len(name) <= 3 * 1024 + 2 for name in names)
        assert sum(map(len, found.texts())) <= 3 * len(content)
