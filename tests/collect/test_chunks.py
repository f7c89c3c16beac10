"""`auditor.collect.chunks`, and `androidxml` behind it: hostile sizes cost no time."""

from __future__ import annotations

import random
import struct

import pytest

from auditor.collect.androidxml import XmlError, parse
from auditor.collect.chunks import ChunkError, check_table, trim_document
from auditor.collect.resourcetable import TableError, read_table
from tests.builders import Element, arsc, axml, chunk, string_pool

NONE = 0xFFFFFFFF
SOME = Element(
    "manifest", {"package": "al.example"}, (Element("application", {"android:label": "@7f010000"}),)
)


def node(kind: int, body: bytes, comment: int = NONE) -> bytes:
    return chunk(kind, struct.pack("<LL", 1, comment), body)


def begin(attributes: bytes = b"", count: int | None = None, start: int = 20, width: int = 20) -> bytes:
    """An opening `manifest`, which may lie about its attributes."""
    count = len(attributes) // 20 if count is None else count
    return node(0x102, struct.pack("<2L6H", NONE, 0, start, width, count, 0, 0, 0) + attributes)


def attribute(raw: int, value: int, space: int = NONE) -> bytes:
    return struct.pack("<LLLHBBL", space, 1, raw, 8, 0, 3, value)


END = node(0x103, struct.pack("<LL", NONE, 0))
STRINGS = string_pool(["manifest", "a", "b", "http://schemas.android.com/apk/res/android"])


def document(*nodes: bytes, pool: bytes = STRINGS) -> bytes:
    return chunk(0x003, b"", pool + b"".join(nodes))


def packed(kind: int, count: int, offsets: bytes, entries: bytes, flags: int = 0, size: int = 64) -> bytes:
    """A type, or what pretends to be one."""
    head = struct.pack("<BBHLL", 1, flags, 0, count, 84 + len(offsets)) + struct.pack("<L", size) + bytes(60)
    return chunk(kind, head, offsets + entries)


def table(*chunks: bytes, names: bytes = b"") -> bytes:
    pools = string_pool(["string"]), names or string_pool(["name"])
    head = struct.pack("<L", 0x7F) + bytes(256) + struct.pack("<5L", 288, 1, 288 + len(pools[0]), 1, 0)
    package = chunk(0x200, head, b"".join(pools) + b"".join(chunks))
    return chunk(0x002, struct.pack("<L", 1), string_pool(["value"]) + package)


def overlapping(count: int) -> bytes:
    """A pool whose strings are all the same 32,767 bytes."""
    begins = 28 + 4 * count
    text = b"\xff\xff\xff\xff" + b"A" * 0x7FFF + b"\0\0\0\0\0"
    return chunk(0x001, struct.pack("<5L", count, 0, 0x100, begins, 0), bytes(4 * count) + text)


class TestDocuments:
    def test_honest(self) -> None:
        """What aapt writes comes through with every element and attribute."""
        root = parse(axml(SOME))

        assert ("manifest", {"package": "al.example"}) == (root.tag, root.attributes)
        assert ["application"] == [child.tag for child in root.children]
        assert "@7F010000" == root.children[0].get("label")

    def test_what_follows_the_root_is_left_out(self) -> None:
        """Packers end a document with what stops other readers; Android stops before it."""
        plain = document(begin(), END)

        assert trim_document(plain) == trim_document(
            document(begin(), END, b"\1\1\x10\0\0\0\0\0" + bytes(99))
        )

    def test_comments_and_unknown_chunks_are_left_out(self) -> None:
        odd = document(node(0x150, b"?" * 8), begin(), node(0x103, struct.pack("<LL", NONE, 0), comment=1))

        assert trim_document(document(begin(), END)) == trim_document(odd)

    def test_attributes_are_found_where_they_are(self) -> None:
        """Attributes may stand apart from their element's head and from each other."""
        apart = begin(bytes(4) + attribute(2, 2) + bytes(4) + attribute(1, 1) + bytes(4), 2, 24, 24)

        assert {"a": "a"} == parse(document(apart, END)).attributes

    def test_the_typed_value_counts(self) -> None:
        """Where the two texts of an attribute differ, the one that the platform reads is read."""
        root = parse(document(begin(attribute(1, 2, space=3)), END))

        assert {"a": "b"} == root.attributes

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (document(), "ends before its root element does"),
            (document(begin()), "ends before its root element does"),
            (document(begin(), bytes(100_000)), r"chunk 0x0000 at byte \d+ states 0 bytes"),
            (document(begin(count=65535), END), "an element of 20 bytes states 65535 attributes of 20"),
            (document(begin(bytes(20), 1, width=4), END), "states 1 attributes of 4"),
            (document(begin(attribute(1, 1) * 201), END), "an element has more than 200 attributes"),
            (document(begin() * 65, END * 65), "is nested more than 64 deep"),
            (document(node(0x100, bytes(8)) * 51, begin(), END), "too many elements, namespaces"),
            (document(begin(), (begin() + END) * 200_000, END), "too many elements"),
            (document(begin(), END, pool=overlapping(5000)), r"a string pool of \d+ bytes states \d+ char"),
            (document(chunk(0x102, b"", bytes(40))), "node 0x0102 at byte .* is malformed"),
            (chunk(0x003, b"", begin() + END), "begins with no string pool"),
            (b"\3\0\x08\0\xff\xff\xff\xff", "states 4294967295 bytes, 8 are left"),
            (b"\3\0\x08\0", "ends inside a chunk at byte 0"),
        ],
    )
    def test_malformed(self, content: bytes, why: str) -> None:
        """What would keep a parser busy is refused at once, in a clause that says where."""
        with pytest.raises(ChunkError, match=why):
            trim_document(content)

    def test_one_long_text_many_times(self) -> None:
        """A text that is used sixty thousand times is long even if it stands in the file once."""
        pool = string_pool(["manifest", "a", "A" * 30_000])
        with pytest.raises(XmlError, match="too much text"):
            parse(document(begin(), (begin(attribute(2, 2)) + END) * 1000, END, pool=pool))


class TestTables:
    def test_honest(self) -> None:
        """Every text in every language comes through."""
        read = read_table(arsc({"": {"name": "App", "other": "x"}, "sq": {"name": "Aplikacioni"}}))

        assert ("App", "Aplikacioni") == (read.value("string", "name"), read.value("string", "name", "sq"))
        assert "App" == read.resolve("@7F010000")

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (table(bytes(100_000)), "chunk 0x0000 at byte .* states 0 bytes"),
            (table(packed(0x201, 200_000, b"", b"") * 2000), "states 200000 entries"),
            (table(packed(0x201, 1, b"\0\1\0\0", bytes(16))), "an entry at byte .* lies outside its type"),
            (
                table(packed(0x201, 1, bytes(4), b"\x10\0\1\0" + bytes(8) + b"\xff" * 4)),
                "states 4294967295 items",
            ),
            (table(packed(0x201, 0, b"", b"", size=63)), "states a configuration of 63 bytes"),
            (table(chunk(0x202, struct.pack("<LL", 1, 10**9))), "flags of a type at byte .* do not fit"),
            (table(names=overlapping(5000)), "a string pool of .* bytes states .* characters"),
            (chunk(0x002, b"\1\0\0\0", chunk(0x200, bytes(12))), "a package is cut off"),
        ],
    )
    def test_malformed(self, content: bytes, why: str) -> None:
        """What would keep a parser busy is refused at once, in a clause that says where."""
        with pytest.raises(ChunkError, match=why):
            check_table(content)

    def test_one_bag_many_times(self, capsys: pytest.CaptureFixture[str]) -> None:
        """A thousand entries that share one bag of a thousand items hold a million."""
        bag = struct.pack("<HHLLL", 16, 1, 0, 0, 1000) + bytes(12_000)
        with pytest.raises(TableError, match="holds more values than a file of its size can"):
            read_table(table(packed(0x201, 1000, bytes(4000), bag)))

        assert ("", "") == capsys.readouterr()


@pytest.mark.parametrize("reading", [parse, read_table], ids=["document", "table"])
def test_flipped(reading: object, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever is flipped, there is a result or a clause, quickly, and nothing is printed."""
    original = axml(SOME) if reading is parse else arsc({"": {"name": "App"}, "sq": {"name": "Aplikacioni"}})
    chance = random.Random(4711)  # noqa: S311 - the same bytes every time
    for _ in range(1000):
        content = bytearray(original)
        for _ in range(chance.randint(1, 6)):
            content[chance.randrange(len(content))] = chance.choice(
                (0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256))
            )
        try:
            reading(bytes(content))  # type: ignore[operator]
        except (XmlError, TableError) as error:
            assert str(error).isprintable()

    assert ("", "") == capsys.readouterr()
