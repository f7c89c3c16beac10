"""Native libraries by what the loader sees, with and without section headers."""

from __future__ import annotations

import shutil
import struct
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.collect.bundles.elf import Elf, ElfError
from tests.codebuilders import elf

DATA = {".rodata": b"https://acme.example/v1\0", ".text": b"not to be read!!", ".data": b"in data\0"}
WHOLE = elf(DATA, ["Java_al_acme_Quiz_points", "_ZN4acme4sendEv"], ["getaddrinfo"], ["libc.so", "liblog.so"])


def regions(data: bytes) -> dict[str, bytes]:
    return {found.name: data[found.start : found.end] for found in Elf(data).regions()}


@pytest.mark.parametrize("wide", [True, False])
@pytest.mark.parametrize("stripped", [True, False])
@pytest.mark.parametrize("gnu", [True, False])
def test_symbols_and_needed_libraries(wide: bool, stripped: bool, gnu: bool) -> None:
    """What is exported and asked for does not depend on section headers, nor on the kind of hash table."""
    exports, imports = ["Java_al_acme_Quiz_points", "_ZN4acme4sendEv", "acme_send"], ["getaddrinfo", "mmap"]
    found = Elf(elf(DATA, exports, imports, ["libc.so", "liblog.so"], wide, stripped, gnu))
    symbols = found.symbols()

    assert ["libc.so", "liblog.so"] == found.needed()
    assert [(3, "Java_al_acme_Quiz_points"), (5, "acme_send")] == symbols.exported
    assert [(1, "getaddrinfo"), (2, "mmap")] == symbols.imported
    assert 1 == symbols.mangled
    assert ("arm64" if wide else "arm") == found.machine


def test_regions_are_data() -> None:
    found = regions(WHOLE)

    assert (DATA[".rodata"], DATA[".data"]) == (found[".rodata"], found[".data"])
    assert ".text" not in found


def test_regions_without_section_headers_are_what_is_mapped() -> None:
    """A stripped library is handed out as far as the loader maps it, without its headers."""
    found = regions(elf(DATA, stripped=True))

    assert ["segment[0]"] == list(found)
    assert all(content in found["segment[0]"] for content in DATA.values())
    assert b"\x7fELF" not in found["segment[0]"]


def test_bytes_that_no_section_names_are_handed_out() -> None:
    """Section headers that leave data out hide nothing."""
    hidden = bytearray(WHOLE)
    row = WHOLE.index(struct.pack("<QQ", WHOLE.index(b"https://"), len(DATA[".rodata"])))
    hidden[row : row + 16] = bytes(16)

    assert b"https://acme.example/v1" in regions(bytes(hidden))["segment[0]"]


def test_data_that_calls_itself_instructions_is_handed_out() -> None:
    """Only what the loader would run is passed over as instructions; this file maps nothing to be run."""
    assert b"not to be read!!" in b"".join(regions(WHOLE).values())

    run = bytearray(WHOLE)
    run[64 + 4] = 5  # the first segment may be read and run
    assert b"not to be read!!" not in b"".join(regions(bytes(run)).values())


def test_places_count_from_the_section() -> None:
    found = next(iter(Elf(WHOLE).regions()))

    assert (".rodata", 0) == (found.name, found.base)


def test_overlapping_sections_are_read_once() -> None:
    """Thousand headers of the same bytes do not become thousand copies."""
    data = elf({f".x{n}": b"0123456789abcdef" for n in range(1000)})
    whole = bytearray(data)
    at = int.from_bytes(data[40:48], "little")
    for row in range(4, 1004):  # after the empty one and the three tables of the loader
        struct.pack_into("<QQ", whole, at + 64 * row + 24, 0, len(data))
    found = list(Elf(bytes(whole)).regions())

    assert sum(region.end - region.start for region in found) <= len(data)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "does not begin as an ELF file does"),
        (b"\x7fELF" + bytes(10), "does not begin as an ELF file does"),
        (b"\x7fELF\x02\x02" + bytes(100), "is not little-endian"),
        (b"\x7fELF\x02\x01" + bytes(50), "is cut off"),
    ],
)
def test_what_is_no_library(data: bytes, why: str) -> None:
    with pytest.raises(ElfError, match=why):
        Elf(data)


@given(st.data())
def test_damage_ends_in_a_clause_or_a_result(data: st.DataObject) -> None:
    """Whatever bytes change, no region leaves the file and no symbol is without a name."""
    content = bytearray(elf(DATA, ["a", "b"], ["c"], ["libc.so"], gnu=data.draw(st.booleans())))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, len(content) - 8)))
        value = data.draw(st.sampled_from([b"\0\0\0\0", b"\xff" * 8, b"\1\0\0\0", b"\xff\xff\xff\x7f", b""]))
        content[at : at + 4] = value
    try:
        found = Elf(bytes(content))
    except ElfError as error:
        assert str(error)
    else:
        symbols = found.symbols()
        assert all(name for _, name in (*symbols.exported, *symbols.imported))
        assert all(0 <= r.start < r.end <= len(content) for r in found.regions())
        assert isinstance(found.needed(), list)


@pytest.mark.skipif(not (shutil.which("gcc") and shutil.which("nm")), reason="gcc and nm are not installed")
def test_against_a_compiler(tmp_path: Path) -> None:
    """Symbols and data of a library that a compiler made, also after its section headers are cut off."""
    source, library = tmp_path / "a.c", tmp_path / "liba.so"
    source.write_text(
        '#include <stdio.h>\nconst char host[] = "api.acme.example";\n'
        "int Java_al_acme_Quiz_points(int a) { return puts(host) + a; }\n"
    )
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source], check=True)
    data = library.read_bytes()
    out = subprocess.run(["nm", "-D", library], capture_output=True, check=True, text=True).stdout
    defined = {row.split()[-1] for row in out.splitlines() if row.split()[-2] not in "Uwv"}
    stripped = data[:40] + bytes(8) + data[48:58] + bytes(6) + data[64:]

    for content in (data, stripped):
        found = Elf(content)
        assert defined == {name for _, name in found.symbols().exported}
        assert "puts" in {name.partition("@")[0] for _, name in found.symbols().imported}
        assert [b for b in regions(content).values() if b"api.acme.example" in b]
        assert "libc.so.6" in found.needed()
