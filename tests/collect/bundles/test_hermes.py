"""Tables of Hermes bytecode, held against its own compilers where those are at hand.

`AUDITOR_HERMESC` names compilers, separated by colons; npm packages hermes-engine-cli, react-native and
hermes-compiler bring them.
"""

from __future__ import annotations

import os
import re
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.collect.bundles.hermes import DELTA_MAGIC, Hermes, HermesError
from tests.codebuilders import hermes

VERSIONS = (74, 76, 84, 89, 94, 96, 97, 98, 99)
WHOLE = hermes(["https://acme.example/v1", "e/v1", "x" * 300], ["points", "përfshirje"], ["points"])


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("large", [False, True])
def test_strings_kinds_and_function_names(version: int, large: bool) -> None:
    """Short and long strings, UTF-16, strings that share bytes, headers that lie elsewhere."""
    texts, names = ["https://acme.example/v1", "e/v1", "x" * 300, "përshëndetje \u2603"], ["run", "addPoints"]
    found = Hermes(hermes(texts, names, ["addPoints", "run"], version, large))

    assert [*texts, *names] == [text.decode() for text in found.strings]
    assert [4, 5] == list(found.identifiers())
    assert [(0, 5), (1, 4)] == list(found.functions())


def test_a_later_version_is_read_when_it_adds_up() -> None:
    assert [b"a", b"run"] == Hermes(hermes(["a"], ["run"], ["run"], 120)).strings


def test_half_of_a_pair_does_not_stop_reading() -> None:
    """JavaScript allows texts that are no valid Unicode."""
    broken = hermes(["ab\u2603"]).replace(
        "ab\u2603".encode("utf-16-le"), "ab".encode("utf-16-le") + b"\x00\xd8"
    )

    assert b"ab" == Hermes(broken).strings[0][:2]


def changed(at: int, value: int) -> bytes:
    return WHOLE[:at] + struct.pack("<L", value) + WHOLE[at + 4 :]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "does not begin as Hermes bytecode does"),
        (WHOLE[:100], "does not begin as Hermes bytecode does"),
        (DELTA_MAGIC + WHOLE[8:], "made for comparing, which does not run"),
        (hermes(version=59), "has version 59; read are 74 and later"),
        (WHOLE[:200], "its tables need"),
        (changed(40, 0xFFFFFFFF), "states more than 4,000,000 strings or functions"),
        (changed(40, 1_000_000), "its tables need"),
        (changed(48, 0), "kinds of 5 strings are stated, 2 of them identifiers, but there are 5 and 0"),
        (changed(56, 0), "string 2 is none of the 0 long ones"),
        (changed(60, 3), "string 0 lies outside the storage"),
    ],
)
def test_what_does_not_add_up(data: bytes, why: str) -> None:
    """A file of another layout, cut off or damaged is refused in one clause."""
    with pytest.raises(HermesError, match=why):
        Hermes(data)


def test_strings_that_share_all_bytes_are_bounded() -> None:
    """Ten thousand strings of the same ten thousand bytes are refused before they are taken apart."""
    one = "x" * 10_000
    whole = hermes([one] * 2000)

    with pytest.raises(HermesError, match="bytes of storage are said to hold 20000000 characters"):
        Hermes(whole)


@given(st.data())
def test_damage_ends_in_a_clause_or_a_result(data: st.DataObject) -> None:
    """Whatever bytes change, the answer is a refusal, or as many strings as the header states."""
    content = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 4))
        content[at : at + 4] = data.draw(
            st.sampled_from([b"\0\0\0\0", b"\xff\xff\xff\xff", b"\1\0\0\0", b""])
        )
        if len(content) < 8:
            break
    try:
        found = Hermes(bytes(content))
    except HermesError as error:
        assert str(error)
    else:
        assert found.counts.strings == len(found.strings)
        assert all(name < found.counts.strings for _, name in found.functions())


# --- the compilers -----------------------------------------------------------------------------

COMPILERS = [path for path in os.environ.get("AUDITOR_HERMESC", "").split(":") if path]
SOURCE = (
    """
function countPoints(user, quiz) {
  var total = 0;
  for (var i in quiz) { total += user.points[i]; }
  return total;
}
function sendScore(total) {
  var body = {loyalty_points: total, n\u00ebn: "p\u00ebrsh"};
  return fetch("https://api.acme.example/v1/score", {method: "POST", body: body});
}
var long = "%s";
globalThis.run = function (u, q) { print(long); return sendScore(countPoints(u, q)); };
"""
    % ("long text " * 40)
    + "".join(f"globalThis.p{n} = function f{n}() {{ return 'text {n}'; }};\n" for n in range(600))
)


def dumped(compiler: str, source: Path) -> tuple[list[tuple[str, str]], list[str]]:
    """Kind and text of each string, and the names of functions, as the compiler prints them."""
    out = subprocess.run([compiler, "-O", "-dump-bytecode", source], capture_output=True, check=True)
    text = out.stdout.decode()
    strings = re.findall(r"^([si])\d+\[(?:ASCII|UTF-16), [^\]]*\](?: #\w+)?: (.*)$", text, re.MULTILINE)
    functions = re.findall(r"^\w*(?:Function|Constructor)<(.*)>\(", text, re.MULTILINE)
    return strings, functions


def shown(text: bytes) -> str:
    """A string as compilers print it: UTF-16 byte by byte."""
    if text.isascii():
        return text.decode()
    return "".join(f"\\x{byte:02X}" for byte in text.decode().encode("utf-16-le"))


@pytest.mark.skipif(not COMPILERS, reason="AUDITOR_HERMESC names no compiler")
@pytest.mark.parametrize("compiler", COMPILERS)
def test_against_a_compiler(compiler: str, tmp_path: Path) -> None:
    """Every string, its kind, and every function name are what the compiler of that version says."""
    source, binary = tmp_path / "a.js", tmp_path / "a.hbc"
    source.write_text(SOURCE, encoding="utf-8")
    subprocess.run([compiler, "-O", "-w", "-emit-binary", "-out", binary, source], check=True)
    found = Hermes(binary.read_bytes())
    strings, functions = dumped(compiler, source)
    names = set(found.identifiers())

    assert strings == [("i" if i in names else "s", shown(text)) for i, text in enumerate(found.strings)]
    assert functions == named(found)


def named(found: Hermes) -> Sequence[str]:
    return [found.strings[string].decode() for _, string in found.functions()]
