"""Stores of .NET assemblies: what lies where, under which name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.collect.bundles.assemblies import stored
from tests.codebuilders import assembly_store


@pytest.mark.parametrize("version", [1, 2, 3])
def test_stores(version: int) -> None:
    """Every assembly of a store lies where its descriptor says; version 1 has no names."""
    held = {"Acme.dll": b"MZ one", "Other.dll": b"XALZ two"}
    store = assembly_store(held, version)
    found = list(stored(store))

    assert list(held.values()) == [store[at : at + size] for _, at, size in found]
    assert (["assembly[0]", "assembly[1]"] if version == 1 else list(held)) == [name for name, _, _ in found]


@given(st.data())
def test_damaged_stores(data: st.DataObject) -> None:
    """What lies outside a damaged store is left out."""
    store = bytearray(
        assembly_store({"Acme.dll": b"MZ one", "Other.dll": b"XALZ"}, data.draw(st.integers(1, 3)))
    )
    at = data.draw(st.integers(0, len(store) - 4))
    store[at : at + 4] = data.draw(st.sampled_from([b"\0\0\0\0", b"\xff\xff\xff\xff", b""]))

    assert all(0 < size and offset + size <= len(store) for _, offset, size in stored(bytes(store)))
