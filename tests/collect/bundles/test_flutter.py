"""Snapshots of Dart code: each text ends where its length says, in all three layouts.

`AUDITOR_LIBAPP` names a real `libapp.so`; PyPI's flet-desktop brings one for Linux.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.collect.bundles import flutter
from auditor.collect.bundles.elf import Elf
from auditor.collect.bundles.flutter import Texts
from tests.codebuilders import dart

LAYOUTS = ("wide", "narrow", "stream")
ADDRESS = "https://acme.example/v1/"


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("more", ["", "x", "y" * 7, "z" * 60, "w" * 9000])
def test_a_text_ends_where_its_length_says(layout: str, more: str) -> None:
    """The byte after a text may be a letter: the tag of the next object, or a part of the next length."""
    data = dart(["before", ADDRESS + more, "A" * 40, "B" * 56, "C" * 5000], layout)
    texts, at = Texts(data, "elf:libapp.so/.rodata", 0, layout), data.index(b"https")

    assert (at, at + len(ADDRESS + more)) == texts.bounds(at)
    assert (at, at + len(ADDRESS + more)) == texts.bounds(at + 9)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_names(layout: str) -> None:
    """Names lose what the compiler adds; what is no name is left out."""
    data = dart(
        ["package:acme/quiz/score.dart", "_points@123456", "get:rank", "no name", "AddPoints"], layout
    )
    head = flutter.snapshot(data)
    assert head
    assert (layout, "0123456789abcdef" * 2) == (head.layout, head.hash)
    found = list(flutter.names(Texts(data, "elf:libapp.so/.rodata", 0, layout)))

    assert ["package:acme/quiz/score.dart", "_points", "rank", "AddPoints"] == [text.text for text in found]
    assert f"elf:libapp.so/.rodata+{data.index(b'package:'):#x}" == found[0].where


def test_what_is_no_snapshot() -> None:
    assert flutter.snapshot(bytes(500)) is None


def test_the_engine_tells_its_build() -> None:
    data = (
        b'\0003.24.4 (stable) (Thu Oct 24 2024) on "android_arm64"\0'
        + b"ab" * 20
        + b"\0"
        + b"cd" * 20
        + b"\0"
    )

    assert {
        "dart": '3.24.4 (stable) (Thu Oct 24 2024) on "android_arm64"',
        "engine": ["ab" * 20, "cd" * 20],
    } == flutter.engine(data)


@given(st.binary(max_size=400), st.sampled_from(LAYOUTS))
def test_any_bytes(data: bytes, layout: str) -> None:
    """Borders hold the offset they were asked for and stay inside."""
    texts = Texts(data, "x", 0, layout)
    for offset in range(len(data)):
        start, end = texts.bounds(offset) or (offset, len(data))
        assert 0 <= start <= offset < end <= len(data)
    assert all(len(text.text) > 0 for text in flutter.names(texts))


LIBAPP = os.environ.get("AUDITOR_LIBAPP", "")


@pytest.mark.skipif(not LIBAPP, reason="AUDITOR_LIBAPP names no libapp.so")
def test_against_a_real_snapshot() -> None:
    """Addresses in a real app lie inside texts that are whole: none ends in the tag of the next object."""
    data = Path(LIBAPP).read_bytes()
    region = next(found for found in Elf(data).regions() if found.name == ".rodata")
    content = data[region.start : region.end]
    head = flutter.snapshot(content)
    assert head
    texts = Texts(content, "elf:libapp.so/.rodata", 0, head.layout)
    names = {text.text for text in flutter.names(texts)}

    assert {"MaterialApp", "StatelessWidget"} <= names
    assert len([name for name in names if re.fullmatch(r"package:[\w/.]+\.dart", name)]) > 100
    for found in re.finditer(rb"https?://\w", content):
        start, end = texts.bounds(found.start()) or (0, 0)
        assert start <= found.start() < end
        assert content[end] == 0 or content[end + 2 : end + 4] == b"\5\0"  # padding, or a tag
