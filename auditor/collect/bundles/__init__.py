"""Code in a package that is not DEX: which forms there are, and what each of them gives.

Every member of every part is put into one group, by its place or by how it begins; each group has a reader.
What is read are names that programmers chose and bytes to be scanned; calls are not followed, and the bundles
say so in their gaps.
"""

from __future__ import annotations

import re

from auditor.collect.bundles import assemblies, hermes, javascript, native, unity
from auditor.collect.bundles.elf import MAGIC as ELF
from auditor.collect.bundles.sources import File, Sources, head, only_named
from auditor.collect.bundles.texts import Buffer, Bundle, Text
from auditor.collect.package import Package

__all__ = ["Buffer", "Bundle", "Text", "read"]

_LOOSE = ("assets/", "res/raw/")
"""Where packagers put what is not compiled; `res/raw/` keeps its names unless they were shortened."""
_UNITY = "assets/bin/Data/"
_RAM_BUNDLE = bytes.fromhex("e5d10bfb")
"""How React Native begins a bundle of modules that are loaded one by one; they are plain JavaScript."""
_PYTHON = re.compile(
    r"assets/private\.(?:mp3|tar)|assets/python.*\.zip|assets/chaquopy/.*\.(?:imy|zip)"
    r"|lib/[^/]+/libpybundle\.so"
)
_ENCODED = (*javascript.CODE, ".jsc")
"""Files that hold code, whatever it is encoded in."""
_TEXTS = (*javascript.CODE, *javascript.PAGES, *javascript.DATA, *javascript.SETTINGS)
_KINDS = {
    hermes.MAGIC: "hermes",
    hermes.DELTA_MAGIC: "hermes",
    ELF: "native",
    b"dex\n": "dex",
} | dict.fromkeys(unity.ARCHIVES, "unity")
"""What a file among the assets is by how it begins, whatever its name."""


def read(package: Package) -> tuple[Bundle, ...]:
    """Every body of code that is not DEX, of every part; empty when the package has none.

    Files that cannot be read end as gaps of one more bundle, of the form `unread`.
    """
    sources = Sources(package)
    groups: dict[str, list[File]] = {}
    for file in sources.files():
        groups.setdefault(_group(file), []).append(file)
    libraries = groups.get("native", [])
    compiled = [file for file in libraries if file.member.endswith("/libil2cpp.so")]
    found = native.read(libraries, sources)
    bundles = [
        *found.bundles,
        *assemblies.read(groups.get("dotnet", []), found.payloads, sources),
        *hermes.read(groups.get("hermes", []), sources),
        *javascript.read(groups.get("web", []), sources),
        *unity.read(groups.get("metadata", []), groups.get("unity", []), compiled, sources),
        *only_named("python", groups.get("python", []), "Python code was not read"),
        *only_named("dex", groups.get("dex", []), "DEX files among the assets were not read"),
        *only_named("javascript", groups.get("encoded", []), "code of an unknown form was not read"),
    ]
    gaps = tuple(sources.gaps())
    return (*bundles, *([Bundle("unread", package.name, gaps=gaps)] if gaps else []))


def _group(file: File) -> str:
    """The group a member belongs to; empty for what is no code and no settings."""
    member = file.member
    if _PYTHON.fullmatch(member):
        return "python"
    if native.abi_of(member):
        return "native" if ".so" in member else ""
    managed = member.startswith("assemblies/") or (member.startswith(_UNITY) and member.endswith(".dll"))
    if managed:
        return "dotnet" if member.endswith((".dll", ".blob", assemblies.LIST)) else ""
    if member.startswith(_UNITY):
        return "metadata" if member.endswith("/global-metadata.dat") else "unity"
    return _loose(file) if member.startswith(_LOOSE) else ""


def _loose(file: File) -> str:
    """A file among the assets, by how it begins, or else by its name."""
    begins, member = head(file), file.member.lower()
    kind = next((kind for magic, kind in _KINDS.items() if begins.startswith(magic)), "")
    if kind or not member.endswith((*_TEXTS, ".jsc")):
        return kind
    text = 0 not in begins or begins.startswith((_RAM_BUNDLE, b"\xff\xfe", b"\xfe\xff"))
    if text and not member.endswith(".jsc"):
        return "web"
    return "encoded" if member.endswith(_ENCODED) else ""
