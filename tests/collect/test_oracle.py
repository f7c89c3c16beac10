"""Binary XML and resource tables held against androguard, on the samples and on real apps."""

import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from loguru import logger

from auditor.collect.androidxml import ANDROID, Node, parse
from auditor.collect.resourcetable import VALUED, read_table

logger.disable("androguard")

from androguard.core import axml  # noqa: E402  it logs while it is imported

SAMPLES = Path(__file__).parent.parent.parent / "samples"
CORPUS = Path(os.environ.get("AUDITOR_CORPUS", "/nonexistent"))
APKS = sorted([*SAMPLES.glob("*/*.apk"), *SAMPLES.glob("*/splits/*.apk"), *CORPUS.glob("*.apk")])

type Tree = tuple[str, dict[str, str], list[Tree]]


def theirs(element: Any) -> Tree:
    attributes = {
        name.rpartition("}")[2]: str(value)
        for name, value in element.attrib.items()
        if not name.startswith("{") or name.startswith(f"{{{ANDROID}}}")
    }
    if element.text and element.text.strip():
        attributes["#text"] = element.text.strip()
    return (
        element.tag.rpartition("}")[2],
        attributes,
        [theirs(child) for child in element if isinstance(child.tag, str)],
    )


def ours(node: Node) -> Tree:
    return node.tag, dict(node.attributes), [ours(child) for child in node.children]


@pytest.mark.parametrize("apk", APKS, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_manifests_and_configurations_are_read_alike(apk: Path) -> None:
    archive = zipfile.ZipFile(apk)
    names = [n for n in archive.namelist() if n == "AndroidManifest.xml" or "network_security" in n]

    for name in names:
        content = archive.read(name)
        assert theirs(axml.AXMLPrinter(content).get_xml_obj()) == ours(parse(content)), name


@pytest.mark.parametrize("apk", APKS, ids=lambda p: f"{p.parent.name}/{p.stem}")
def test_every_resource_in_every_language_is_read_alike(apk: Path) -> None:
    archive = zipfile.ZipFile(apk)
    if "resources.arsc" not in archive.namelist():
        pytest.skip("has no resource table")
    content = archive.read("resources.arsc")
    table = read_table(content)
    mine = {(e.type, e.name, e.locale, e.value) for found in table.entries.values() for e in found.values()}

    assert mine
    assert mine <= set(values(axml.ARSCParser(content)))


def values(table: Any) -> Any:
    """(type, name, locale, value) of every entry, in every configuration."""
    for parts in table.packages.values():
        kind, locale = "", ""
        for part in parts:
            if isinstance(part, axml.ARSCResType):
                kind = part.get_type()
                locale = part.config.get_language_and_region().replace("\0", "").replace("-r", "-").strip("-")
            elif isinstance(part, axml.ARSCResTableEntry):
                plain = kind in VALUED and not part.is_complex()
                yield kind, part.get_value(), locale, part.key.format_value() if plain else None
