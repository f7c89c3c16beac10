"""Places of bytes in buffers: lines and columns, distances, entries."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from auditor.collect.bundles import texts
from auditor.collect.bundles.texts import Entries, Lines, Region, Text, first_places


@given(st.lists(st.sampled_from([b"\n", b"a", b"bc" * 9000]), max_size=12))
def test_lines_and_columns(pieces: list[bytes]) -> None:
    """The line and column of every piece are those that counting from the beginning gives."""
    data, at = b"".join(pieces), 0
    lines = Lines(data, "js:a.js")
    for piece in pieces:
        before = data[:at]

        expected = f"js:a.js:{before.count(b'\n') + 1}:{at - before.rfind(b'\n')}"
        assert expected == lines.locate(at)
        at += len(piece)
    assert lines.bounds(0) is None


def test_region_counts_from_its_base() -> None:
    region = Region(b"xx", "elf:lib/arm64-v8a/liba.so/.rodata", 0x10)

    assert "elf:lib/arm64-v8a/liba.so/.rodata+0x11" == region.locate(1)


@given(st.lists(st.binary(max_size=5).filter(lambda text: 0 not in text), max_size=9))
def test_entries_know_their_number_and_borders(found: list[bytes]) -> None:
    """Every byte lies in the entry it came from, also beside empty ones."""
    entries = Entries(found, "hermes:b/string")
    at = 0
    for index, text in enumerate(found):
        for offset in range(at, at + len(text) + 1):
            assert f"hermes:b/string[{index}]" == entries.locate(offset)
            assert (at, at + len(text)) == entries.bounds(offset)
        assert text == entries.data[at : at + len(text)]
        at += len(text) + 1
    assert at == len(entries.data)
    assert entries.bounds(at) is None


def test_first_places_keep_the_first_and_stop_at_the_bound(monkeypatch) -> None:  # noqa: ANN001
    """A name counts once; the longest and those beyond the bound are left out, and only the latter told."""
    monkeypatch.setattr(texts, "MAX_NAMES", 2)
    long = Text("x" * 257, "w0")

    assert ((Text("a", "w1"),), False) == first_places(
        [long, Text("a", "w1"), Text("a", "w2"), Text("", "w")]
    )
    assert 2 == len(first_places([Text(c, "w") for c in "abc"])[0])
    assert first_places([Text(c, "w") for c in "abc"])[1]
