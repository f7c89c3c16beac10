"""DEX tables: exact on real files, a clause and never a crash on hostile ones."""

import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.dex import Dex, DexError
from auditor.dex.tables import decode

SAMPLES = Path(__file__).parent.parent / "samples"
CORPUS = Path(os.environ.get("AUDITOR_CORPUS", "/nonexistent"))
"""A folder of real APKs, when there is one."""

APKS = sorted([*SAMPLES.glob("*/app.apk"), *CORPUS.glob("*.apk")])

SAMPLE = zipfile.ZipFile(SAMPLES / "aktivisti" / "app.apk").read("classes.dex")


def walk(dex: Dex) -> int:
    """Touch everything the package reader touches."""
    owners = dex.find_types(iter(["Landroid/os/Build;", "Landroid/location/LocationManager;"]))
    members = list(dex.members(owners)) + list(dex.members(dex.defined_types()))
    return len(list(dex.classes())) + len(members) + len(list(dex.strings_from("content://")))


def test_strings_are_found_whole_and_by_beginning() -> None:
    dex = Dex(SAMPLE)
    index = dex.find_string("content://sms/inbox")

    assert index is not None
    assert "content://sms/inbox" == dex.string(index)
    assert [(index, "content://sms/inbox")] == list(dex.strings_from("content://sms"))
    assert dex.find_string("content://sms/inbo") is None


def test_members_name_the_class_they_are_referred_to_with() -> None:
    dex = Dex(SAMPLE)
    owners = dex.find_types(iter(["Lal/example/aktivisti/score/Points;"]))

    assert "POINTS_PER_SHARE" in {member.name for member in dex.members(owners)}


@pytest.mark.skipif(not shutil.which("dexdump"), reason="needs Debian's dexdump")
@pytest.mark.parametrize("apk", APKS, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_the_classes_are_those_dexdump_prints(apk: Path, tmp_path: Path) -> None:
    archive = zipfile.ZipFile(apk)
    for name in archive.namelist():
        if re.fullmatch(r"classes\d*\.dex", name):
            path = tmp_path / name
            path.write_bytes(archive.read(name))
            printed = subprocess.run(["dexdump", path], capture_output=True, check=True).stdout
            expected = re.findall(rb"Class descriptor  : '(.*)'", printed)

            assert sorted(expected) == sorted(c.encode() for c in Dex(path.read_bytes()).classes())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "too few"),
        (b"dex\n035\0" + bytes(200), "little-endian"),
        (b"PK\x03\x04" + bytes(200), "not with a DEX header"),
        (b"dex\n041\0" + bytes(200), "041"),
        (SAMPLE[:0x60] + b"\xff" * 16 + SAMPLE[0x70:], "outside the file"),
        (SAMPLE[: len(SAMPLE) // 2], "outside the file"),
    ],
)
def test_what_is_no_dex_file_is_refused_in_a_clause(data: bytes, said: str) -> None:
    with pytest.raises(DexError) as error:
        walk(Dex(data))

    assert said in str(error.value)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(SAMPLE) - 1), st.binary(min_size=1, max_size=8))
def test_damage_ends_in_a_clause_or_in_names(place: int, junk: bytes) -> None:
    damaged = SAMPLE[:place] + junk + SAMPLE[place + len(junk) :]
    try:
        assert walk(Dex(damaged)) >= 0
    except DexError as error:
        assert str(error)


@given(st.text(max_size=30))
def test_modified_utf8_decodes_to_what_was_encoded(text: str) -> None:
    units = text.encode("utf-16-be", "surrogatepass")
    pairs = [int.from_bytes(units[i : i + 2], "big") for i in range(0, len(units), 2)]
    raw = b"".join(b"\xc0\x80" if u == 0 else chr(u).encode("utf-8", "surrogatepass") for u in pairs)

    assert text == decode(raw)
