"""The `fingerprint` of a vendor file, made from an SDK's published artifacts.

    python benchmarks/make_fingerprint.py adjust --brand adjust --plain 4.28/classes.dex 4.33/classes.dex \
        --renamed 4.28-r8 4.33-r8 --without other.apk other.dex ...

`--plain`: versions as published, made into DEX by D8. `--renamed`: folders with `classes.dex` and
`mapping.txt` of versions that R8 shrank and renamed. R8 and D8 stand in one jar (bundletool holds them):

    java -cp r8.jar com.android.tools.r8.D8 --release --min-api 21 --lib android.jar --output OUT sdk.jar
    java -cp r8.jar com.android.tools.r8.R8 --release --min-api 21 --lib android.jar --output OUT sdk.jar \
        --pg-conf rules.pro --pg-map-output OUT/mapping.txt

`rules.pro` keeps what an ordinary app calls (`-keep,allowobfuscation class ...`), with `-repackageclasses`,
`-allowaccessmodification`, `-ignorewarnings`, `-dontwarn **`. Taken is what every version has, what R8 leaves
in every one, and what nothing under `--without` has. A text must name the brand (`--brand`, an expression):
SDKs are copied and sold under other names, with all their messages. Read the list before it becomes a rule;
the name of a class or a constant of the public interface is no telling text, for others write it too.
"""

from __future__ import annotations

import argparse
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from auditor import catalogue
from auditor.collect.fingerprint import shapes
from auditor.collect.names import class_name
from auditor.collect.owners import Owners
from auditor.dex.encoded import static_values
from auditor.dex.opcodes import Refers
from auditor.dex.program import Program

MOST = 24
"""Texts of one fingerprint; as many shapes at most."""

NAME = re.compile(
    r"L?[\w$]+(?:[./][\w$]+)*[./][A-Z][\w$]*;?|[a-z]\w*(?:\.[a-z]\w*)+|\w+://\S*|[\w.-]+\.(?:com|io|net|org)\S*"
)
"""Classes, packages and addresses: others name them too."""


@dataclass
class Seen:
    """Texts and shapes of one SDK's classes in one build, each with the classes they are in."""

    texts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    shapes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    constants: set[str] = field(default_factory=set)
    """Values of public constants: compilers copy them into the classes of whoever uses them."""


def main() -> None:
    """Print the fingerprint of one vendor as YAML."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("vendor")
    parser.add_argument("--brand", required=True)
    parser.add_argument("--plain", nargs="+", type=Path, required=True)
    parser.add_argument("--renamed", nargs="+", type=Path, required=True)
    parser.add_argument("--without", nargs="*", type=Path, default=[])
    options = parser.parse_args()
    owners = Owners(catalogue.load().vendors)
    plain = [seen(path, owners, options.vendor) for path in options.plain]
    renamed = [seen(path / "classes.dex", owners, options.vendor) for path in options.renamed]
    others = [seen(path, owners, options.vendor, inside=False) for path in options.without]
    texts = chosen_texts(plain, renamed, others, re.compile(options.brand, re.IGNORECASE))
    print(shown(texts, chosen_shapes(plain, renamed, others)))


def seen(path: Path, owners: Owners, vendor: str, *, inside: bool = True) -> Seen:
    """What the vendor's classes show, or all but them."""
    program, found = Program(dex_files(path)), Seen()
    names = originals(path.parent / "mapping.txt")
    mine = {
        number: name
        for number in np.flatnonzero(program.class_row >= 0).tolist()
        if (owners.of(name := original(program, number, names)) == vendor) == inside
    }
    for item, text in loaded(program):
        for name in {mine[c] for c in classes(program, item) if c in mine}:
            found.texts[text].add(name)
    for item, shape in zip(*(each.tolist() for each in shapes(program)), strict=True):
        for name in {mine[c] for c in classes(program, item) if c in mine}:
            found.shapes[f"{shape:016x}"].add(name)
    found.constants.update(public_constants(program, mine))
    return found


def dex_files(path: Path) -> list[tuple[str, bytes]]:
    """A DEX file, or all of an archive."""
    if path.suffix == ".dex":
        return [(path.name, path.read_bytes())]
    with zipfile.ZipFile(path) as archive:
        return [(name, archive.read(name)) for name in archive.namelist() if name.endswith(".dex")]


def originals(mapping: Path) -> dict[str, str]:
    """Shortened class name to the name it had."""
    lines = mapping.read_text().splitlines() if mapping.exists() else []
    rows = (line[:-1].split(" -> ") for line in lines if line[:1] not in " #" and line.endswith(":"))
    return {short: name for name, short in rows}


def original(program: Program, number: int, names: dict[str, str]) -> str:
    """Name of a class before it was shortened."""
    name = class_name(program.type_name(number))
    return names.get(name, name)


def classes(program: Program, item: int) -> set[int]:
    """Classes that have this code."""
    return {int(program.method_class[method]) for method in program.owners(item)}


def loaded(program: Program) -> Iterator[tuple[int, str]]:
    """(code item, text) of every const-string."""
    uses = program.uses(Refers.STRING)
    items = uses.items(np.arange(len(uses.target))).tolist()
    for item, row in zip(items, uses.target.tolist(), strict=True):
        yield item, program.string(program.file_of(item), row)


def public_constants(program: Program, mine: Iterable[int]) -> Iterator[str]:
    """Texts that public static fields of these classes have from the start."""
    for number in mine:
        file, row = program.files[program.class_file[number]], int(program.class_row[number])
        if program.class_flags[number] & 1:
            yield from (
                file.dex.text(value.what)
                for value in static_values(file.dex, row)
                if value and value.kind == 0x17
            )


def chosen_texts(
    plain: list[Seen], renamed: list[Seen], others: list[Seen], brand: re.Pattern[str]
) -> list[str]:
    """What every version has and keeps, and nobody else, with the brand in it; from many classes in turn."""
    common = set[str].intersection(*(set(each.texts) for each in [*plain, *renamed]))
    common -= set[str]().union(*(set(each.texts) for each in others), *(each.constants for each in plain))
    by_class: dict[str, list[str]] = defaultdict(list)
    for text in sorted(common):
        if brand.search(text) and telling(text):
            by_class[min(plain[-1].texts[text])].append(text)
    turns = sorted((turn, name, text) for name, texts in by_class.items() for turn, text in enumerate(texts))
    return [text for _, _, text in turns][:MOST]


def telling(text: str) -> bool:
    """Whether it is long enough, and no mere name or address."""
    plain = text.isascii() and text.isprintable()
    return plain and 10 <= len(text) <= 200 and not NAME.fullmatch(text)


def chosen_shapes(plain: list[Seen], renamed: list[Seen], others: list[Seen]) -> list[str]:
    """Shapes that all renamed versions share, and nobody else has."""
    common = set[str].intersection(*(set(each.shapes) for each in renamed)) & set(plain[-1].shapes)
    return sorted(common - set[str]().union(*(set(each.shapes) for each in others)))[:MOST]


def shown(texts: list[str], found: list[str]) -> str:
    """The rule as it stands in a vendor file."""
    lines = ["fingerprint:", "  strings:", *(f"    - {quoted(text)}" for text in texts)]
    lines += [f"  shapes: [{', '.join(quoted(each) for each in found)}]"] if len(found) > 1 else []
    return "\n".join([*lines, "  least: {strings: 4, shapes: 3}"])


def quoted(text: str) -> str:
    """Between quotes, as YAML reads them."""
    return '"{}"'.format(text.replace("\\", "\\\\").replace('"', '\\"'))


if __name__ == "__main__":
    main()
