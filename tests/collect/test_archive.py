"""`auditor.collect.archive`: one ZIP archive, hostile until read."""

from __future__ import annotations

import os
import struct
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.collect.archive import LIMITS, Limits, Part, Unreadable, open_archive, open_file, printable
from tests.builders import AXML, DEX, Raw, apk, raw_zip, zip_bytes

MANIFEST = Raw(b"AndroidManifest.xml", AXML)
CUT_OFF = "begins as a ZIP archive and has no end; the file is incomplete"
DIFFERENT = "described differently in the directory and beside its content"


def opened(content: bytes, limits: Limits = LIMITS) -> tuple[Part, tuple[str, ...]]:
    return open_archive(content, "app.apk", limits=limits)


def refusal(content: bytes, limits: Limits = LIMITS) -> str:
    with pytest.raises(Unreadable) as caught:
        opened(content, limits)
    return str(caught.value)


class TestMembers:
    def test_members_are_read_as_packed(self) -> None:
        """Names come in the order of the archive; stored and deflated content alike is read."""
        for stored in (False, True):
            content = zip_bytes({"AndroidManifest.xml": AXML, "b": b"b" * 99, "a": b""}, stored)
            part, _ = opened(content)

            assert ("AndroidManifest.xml", "b", "a") == part.members()
            assert b"b" * 99 == part.read("b")
            assert b"" == part.read("a")
            assert 99 == part.size("b")
            assert not part.has("c")

    def test_missing_member(self) -> None:
        """Asking for a member that is not there names the file and the member."""
        with pytest.raises(Unreadable, match=r"^app\.apk: holds no classes9\.dex$"):
            opened(apk())[0].read("classes9.dex")


class TestNotAnArchive:
    @pytest.mark.parametrize(("content", "why"), [(b"hello", "not a ZIP archive"), (apk()[:-30], CUT_OFF)])
    def test_sentence(self, content: bytes, why: str) -> None:
        """What is not an archive, or was cut off, is refused in one clear sentence."""
        assert f"app.apk: {why}; expected an Android package" == refusal(content)

    def test_empty(self, tmp_path: Path) -> None:
        """An empty file, which cannot be mapped, says that it is empty."""
        (tmp_path / "app.apk").write_bytes(b"")
        with pytest.raises(Unreadable) as caught:
            open_file(tmp_path / "app.apk")

        assert "app.apk: is empty (0 bytes); expected an Android package" == str(caught.value)

    def test_no_such_file(self, tmp_path: Path) -> None:
        """A path that does not exist is named, without the folders above it."""
        with pytest.raises(Unreadable, match=r"^a\.apk: no such file or folder"):
            open_file(tmp_path / "a.apk")

    def test_pipe(self, tmp_path: Path) -> None:
        """A pipe is not waited for."""
        os.mkfifo(tmp_path / "a.apk")
        with pytest.raises(Unreadable, match="neither a file nor a folder"):
            open_file(tmp_path / "a.apk")


class TestLimits:
    def test_file_size(self, tmp_path: Path) -> None:
        """A file over the limit is refused before it is read."""
        (tmp_path / "app.apk").write_bytes(apk())
        with pytest.raises(Unreadable, match=r"^app\.apk: is larger than 10 bytes; refused$"):
            open_file(tmp_path / "app.apk", Limits(file_size=10))

    def test_members(self) -> None:
        """Too many members are refused."""
        content = zip_bytes({f"m{i}": b"" for i in range(30)})

        assert "app.apk: holds more than 20 members; refused" == refusal(content, Limits(members=20))

    def test_directory(self) -> None:
        """A directory over its limit is not even copied."""
        assert "app.apk: its directory is over 10 bytes; refused" == refusal(apk(), Limits(directory_size=10))

    def test_total(self) -> None:
        """A package that would expand to more than the limit is refused as a whole."""
        content = raw_zip([MANIFEST, *(Raw(b"%d" % i, b"x" * 99) for i in range(9))])

        assert "app.apk: expands to more than 500 bytes; a package of this size is refused" == refusal(
            content, Limits(total_size=500)
        )

    def test_ratio(self) -> None:
        """A member that expands a thousand times is not read; the rest of the package is."""
        part, oddities = opened(apk({"bomb": bytes(12 << 20)}))

        assert ("app.apk: expands more than 1,000 times; not read: bomb",) == oddities
        assert AXML == part.read("AndroidManifest.xml")
        with pytest.raises(Unreadable, match=r"^app\.apk: bomb: expands more than 1,000 times"):
            part.read("bomb")

    def test_stated_size_is_enforced(self) -> None:
        """A member that expands to more than it states is given up as soon as it does."""
        content = raw_zip([MANIFEST, Raw(b"bomb", bytes(50 << 20), size=10)])
        part, _ = opened(content)
        tracemalloc.start()
        with pytest.raises(Unreadable, match="bomb: is damaged"):
            part.read("bomb")
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert peak < 1 << 20

    def test_overlap(self) -> None:
        """Members that share bytes, as in a flat ZIP bomb, are reported."""
        bomb = [Raw(b"0", b"x" * 999), *(Raw(b"%d" % i, b"x" * 999, like=1) for i in range(1, 9))]

        assert (
            f"app.apk: {DIFFERENT}: 1, 2, 3 and 5 more",
            "app.apk: members share the same bytes: 1, 2, 3 and 5 more",
        ) == opened(raw_zip([MANIFEST, *bomb]))[1]


class TestLies:
    def test_duplicate(self) -> None:
        """Of two members with one name the first is read, and that is said."""
        content = raw_zip([MANIFEST, Raw(b"a", b"first"), Raw(b"a", b"second")])
        part, oddities = opened(content)

        assert b"first" == part.read("a")
        assert ("app.apk: a name stands twice, the first is read: a",) == oddities

    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            (b"../../etc/passwd", "a name climbs out of the archive: ../../etc/passwd"),
            (b"..\\x", "a name climbs out of the archive: ..\\x"),
            (b"/etc/passwd", "a name begins at the root: /etc/passwd"),
            (b"a\0.dex", "a name holds a NUL: a\\x00.dex"),
            (b"\x1b[31mred", "a name holds control characters: \\x1b[31mred"),
            ("a\u202egpj.exe".encode(), "a name holds control characters: a\\u202egpj.exe"),
        ],
    )
    def test_hostile_name(self, name: bytes, expected: str) -> None:
        """A hostile name is read like any other, and reported in a form safe to print."""
        part, oddities = opened(raw_zip([MANIFEST, Raw(name, b"content")]))

        assert (f"app.apk: {expected}",) == oddities
        assert b"content" == part.read(name.decode())

    def test_name_that_is_not_utf8(self) -> None:
        """A name that is not UTF-8 is shown with its bytes escaped."""
        part, _ = opened(raw_zip([MANIFEST, Raw(b"a\xff", b"content")]))

        assert b"content" == part.read("a\\xff")

    def test_encrypted_bit(self) -> None:
        """Android ignores the encrypted bit, and so the member is read."""
        part, oddities = opened(raw_zip([MANIFEST, Raw(b"a", b"content", flags=1)]))

        assert b"content" == part.read("a")
        assert ("app.apk: marked as encrypted, read as Android does as if it were not: a",) == oddities

    def test_really_encrypted(self) -> None:
        """A member that really is encrypted does not pass for content."""
        content = raw_zip([MANIFEST, Raw(b"a", b"gibberish", method=0, flags=1, crc=1)])
        with pytest.raises(Unreadable, match=r"^app\.apk: a: is encrypted or damaged"):
            opened(content)[0].read("a")

    def test_unknown_method(self) -> None:
        """Content under a method nobody knows is read when its checksum proves the reading."""
        part, oddities = opened(raw_zip([MANIFEST, Raw(b"a", b"content", method=777)]))

        assert b"content" == part.read("a")
        assert ("app.apk: packed by a method that Android does not know: a (777)",) == oddities

    def test_local_header(self) -> None:
        """Where the two descriptions of a member differ the directory counts, as on Android."""
        lies = [Raw(b"a", b"A", local_name=b"b"), Raw(b"c", b"C", local_size=9)]
        part, oddities = opened(raw_zip([MANIFEST, *lies]))

        assert (b"A", b"C") == (part.read("a"), part.read("c"))
        assert (f"app.apk: {DIFFERENT}: a, c",) == oddities

    def test_checksum(self) -> None:
        """Content whose checksum does not hold is not handed out."""
        content = raw_zip([MANIFEST, Raw(b"a", b"content", crc=1)])
        with pytest.raises(Unreadable, match=r"^app\.apk: a: is damaged; its size or checksum"):
            opened(content)[0].read("a")

    def test_dex_before_the_archive(self) -> None:
        """A file that is DEX and APK at once (CVE-2017-13156) is reported."""
        content = bytearray(raw_zip([MANIFEST]))
        content[:4] = b"dex\n"

        assert "app.apk: begins with a DEX file before the archive" in opened(bytes(content))[1]

    def test_bytes_after_the_end(self) -> None:
        """Bytes after the end are reported and do not stop the reading."""
        _, oddities = opened(apk() + bytes(7))

        assert ("app.apk: 7 bytes follow the end of the archive; Android refuses that",) == oddities

    def test_end_record_in_a_comment(self) -> None:
        """An end record quoted in the comment of the archive is not taken for the end."""
        comment = b"PK\5\6" + bytes(30)
        content = apk()[:-2] + len(comment).to_bytes(2, "little") + comment

        assert () == opened(content)[1]

    def test_wide_archive(self) -> None:
        """ZIP64 values are found where the short ones say to look."""
        honest = raw_zip([MANIFEST])
        start, size = struct.unpack("<LL", honest[-6:-2] + honest[-10:-6])
        head, entry = honest[:start], bytearray(honest[start:-22])
        wide = struct.pack("<HHQQQ", 1, 24, len(AXML), *struct.unpack_from("<L", entry, 20), 0)
        struct.pack_into("<LL", entry, 20, 0xFFFFFFFF, 0xFFFFFFFF)
        struct.pack_into("<H", entry, 30, len(wide))
        struct.pack_into("<L", entry, 42, 0xFFFFFFFF)
        size += len(wide)
        end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, size, start)
        locator = struct.pack("<4sLQL", b"PK\6\7", 0, start + size, 1)
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65535, 65535, 2**32 - 1, 2**32 - 1, 0)
        part, oddities = opened(head + entry + wide + end64 + locator + end)

        assert AXML == part.read("AndroidManifest.xml")
        assert () == oddities

    def test_stated_count(self) -> None:
        """Members that the end record hides are read, and the difference is reported."""
        content = bytearray(apk({"hidden": b""}))
        content[-12] = 2

        assert ("app.apk: its end record states 2 members, its directory holds 3",) == opened(bytes(content))[
            1
        ]

    def test_more_members_than_the_count_holds(self) -> None:
        """The 16-bit count wraps in an archive with more than 65,535 members."""
        content = raw_zip([MANIFEST, *(Raw(b"%d" % i, method=0) for i in range(65_600))])

        assert 65_601 == len(opened(content)[0].members())


class TestDamage:
    ORIGINAL = zip_bytes({"AndroidManifest.xml": AXML, "classes.dex": DEX, "a": b"a" * 500})

    def read_all(self, content: bytes) -> dict[str, bytes]:
        """Each member that can be read; anything but `Unreadable` is a bug and escapes."""
        found: dict[str, bytes] = {}
        try:
            part, _ = open_archive(content, "app.apk")
        except Unreadable:
            return found
        for name in part.members():
            try:
                found[name] = part.read(name)
            except Unreadable:
                continue
        return found

    @pytest.mark.parametrize("length", range(0, len(ORIGINAL), 7))
    def test_truncated(self, length: int) -> None:
        """A package cut off anywhere is refused."""
        assert refusal(self.ORIGINAL[:length]).startswith("app.apk: ")

    @settings(max_examples=300, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, len(ORIGINAL) - 1), st.integers(1, 255)), max_size=6))
    def test_flipped(self, flips: list[tuple[int, int]]) -> None:
        """Flipped bits end in a sentence or in content whose checksum holds, never in a crash."""
        content = bytearray(self.ORIGINAL)
        for at, mask in flips:
            content[at] ^= mask
        for found in self.read_all(bytes(content)).values():
            assert found in (AXML, DEX, b"a" * 500, b"")

    @settings(max_examples=200, deadline=None)
    @given(st.binary(max_size=200), st.binary(max_size=60))
    def test_garbage(self, body: bytes, tail: bytes) -> None:
        """Anything around an end record ends in a sentence."""
        self.read_all(body + b"PK\5\6" + tail + bytes(22))
        self.read_all(b"PK\1\2" + body + self.ORIGINAL[-22:])


def test_printable() -> None:
    """Control, bidirectional and over-long text is made safe for one line."""
    assert "a\\x1b[0m\\n\\u202e" == printable("a\x1b[0m\n\u202e")
    assert "é" == printable("é")
    assert "xxxxx..." == printable("x" * 99, 5)


def corpus() -> list[Path]:
    folder = os.environ.get("AUDITOR_CORPUS", "")
    return sorted(Path(folder).glob("*.apk")) if folder else []


@pytest.mark.skipif(not corpus(), reason="AUDITOR_CORPUS names no folder of real APKs")
@pytest.mark.parametrize("path", corpus(), ids=lambda p: p.stem)
def test_real_archive(path: Path) -> None:
    """Every member of a real APK is read, and nothing in the archive is strange."""
    part, oddities = open_file(path)

    assert [part.size(m) for m in part.members()] == [len(part.read(m)) for m in part.members()]
    assert () == oddities
