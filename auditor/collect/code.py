"""DEX files of all parts -> who calls what, from where, with which constants; gaps for what stays hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from auditor.catalogue import Catalogue, shipped
from auditor.collect import addresses, bundles, contacts, excerpt, fingerprint, named, paths, tariffs, veil
from auditor.collect.archive import Part, Unreadable
from auditor.collect.contacts import Located
from auditor.collect.entrypoints import EntryPoints
from auditor.collect.increments import awards
from auditor.collect.literals import Scanner
from auditor.collect.names import SDKS_KNOWN, Argument, Names, class_name, descriptor, not_read
from auditor.collect.owners import APP, Owners
from auditor.collect.package import Package
from auditor.collect.reading import Reading
from auditor.collect.seen import Call
from auditor.collect.words import families_of
from auditor.dex.analysis import TESTS, Code, analyse
from auditor.dex.platform import Platform
from auditor.dex.tables import DexError, decode, open_dex
from auditor.model import Evidence, Gap, Rung
from auditor.vocabulary import UNSEEN

_DEX_NAME = re.compile(r"classes(\d*)\.dex")

LOADERS = tuple(
    f"dalvik.system.{name}"
    for name in (
        "DexClassLoader.<init>",
        "InMemoryDexClassLoader.<init>",
        "DexFile.loadDex",
    )
)
"""Ways to run code that is not in the package's DEX files. The loaders by which Play services bring their own
modules into nearly every app are left out."""


def read(package: Package, entries: EntryPoints, roots: tuple[str, ...], rules: Catalogue) -> Names:
    """Names and calls of every DEX file of every part; a part that cannot be read becomes a gap."""
    names = Names()
    files = list(_dex_files(package, names))
    names.gaps.extend(_no_call_shows(rules))
    if not files:
        return names
    called = _annotations(tests="instrumentation" in entries.classes.values())
    code = analyse(files, _platform(), map(descriptor, entries.classes), entries.handlers, called)
    reading = names.code = Reading(code, Owners(rules.vendors), roots, rules)
    names.gaps.extend(_damage(code))
    names.classes = dict(reading.classes())
    names.members = dict(reading.members())
    names.calls = reading.calls(_wanted(rules))
    names.strings = reading.strings(rules)
    names.arguments = list(reading.arguments())
    names.awards = awards(reading, names.members, rules)
    names.paths = paths.in_code(reading, paths.asked(rules, families_of(rules)))
    names.reached = dict(reading.reached_vendors())
    names.figures = reading.figures()
    names.gaps.extend(_lower_bound(reading, names, entries))
    renamed = list(fingerprint.renamed_sdks(names, rules))
    names.named.extend(item for item in renamed if isinstance(item, Evidence))
    names.gaps.extend(item for item in renamed if isinstance(item, Gap))
    return names


def read_beside(package: Package, names: Names, rules: Catalogue, *, excerpts: bool) -> None:
    """Code that is not DEX, every server and key that any code names; meanwhile methods are decompiled."""
    scanner = Scanner(rules)
    with ThreadPoolExecutor(1) as pool:
        decompiling = pool.submit(decompile, names, scanner) if excerpts else None
        read_bundles(package, names, rules, scanner)
    if decompiling:
        decompiling.result()


def read_bundles(package: Package, names: Names, rules: Catalogue, scanner: Scanner) -> None:
    """Code that is not DEX, and every server and key that any code of the package names."""
    names.bundles = bundles.read(package)
    names.gaps.extend(gap for found in names.bundles for gap in found.gaps)
    found = list(named.located(names, rules, scanner))
    names.identifiers = contacts.identifiers(found, rules)
    _read_scripts(names, found, rules)
    try:
        names.named.extend(contacts.contacts(found, rules))
    except Unreadable as error:
        names.gaps.append(Gap(Rung.REFERENCED, str(error), ("contact", "weakness:credential-in-package")))
    names.arguments = [replace(a, value=_veiled(a, scanner)) for a in names.arguments]


def _read_scripts(names: Names, found: list[Located], rules: Catalogue) -> None:
    """Names, paths and amounts in code that is not DEX."""
    families = families_of(rules)
    written = [b for bundle in names.bundles if bundle.form in WRITTEN for b in bundle.buffers]
    scripts = [b for bundle in names.bundles if bundle.form == "javascript" for b in bundle.buffers]
    held = ((name.text, name.where) for bundle in names.bundles for name in bundle.names)
    names.written = dict(reversed([*held, *paths.names(written)]))
    names.paths |= paths.beside(found, written, paths.asked(rules, families))
    earned = [award for script in scripts for award in tariffs.of_script(script, families)]
    earned += [award for text in written for award in tariffs.of_texts(text, families)]
    names.awards = tariffs.strongest((*names.awards, *earned))


WRITTEN = ("javascript", "hermes", "flutter", "settings")
"""Forms of code in whose texts names, paths and labels are looked for."""


def _veiled(argument: Argument, scanner: Scanner) -> str:
    """The constant without keys, tokens, people's addresses and numbers, and query values."""
    if argument.kind == "address":
        return addresses.shown(addresses.parse(argument.value))
    return veil.veiled(f'"{argument.value}"', scanner).removeprefix('"').removesuffix('"')


def decompile(names: Names, scanner: Scanner) -> None:
    """Text of the methods of the app's own, or of nobody known, that refer to personal data."""
    if not names.code:
        return
    wanted = {call.method: (call, _word(name)) for name, call in _telling(names)}
    chosen = dict(list(wanted.items())[:EXCERPTS])
    words = {method: word for method, (_, word) in chosen.items()}
    found = excerpt.excerpts(names.code.program, chosen, scanner, words)
    places = {method: call.where.partition("+0x")[0] for method, (call, _) in chosen.items()}
    names.excerpts = {places[method]: text for method, text in found.texts.items()}
    names.no_excerpts = {places[method]: why for method, why in found.missing.items()}


EXCERPTS = 20
"""Methods that are decompiled."""


def _telling(names: Names) -> list[tuple[str, Call]]:
    """(member, call) in code of the app or of nobody known; the app's own first, and what is reached."""
    calls = [
        (name, call) for name, listed in (*names.calls.items(), *names.strings.items()) for call in listed
    ]
    telling = [(name, call) for name, call in calls if call.method >= 0 and call.who in ("", APP)]
    return sorted(telling, key=lambda pair: (pair[1].who != APP, not pair[1].path, pair[1].where))


def _word(name: str) -> str:
    """What must stand in the text: the member's name, or the class of a constructor."""
    if name.startswith("content:"):
        return name
    owner, _, member = name.partition("(")[0].rpartition(".")
    return f"new {owner}(" if member == "<init>" else member


def _platform() -> Platform:
    return Platform((shipped("rules") / "platform" / "callbacks.txt").read_text(encoding="utf-8"))


def _annotations(*, tests: bool) -> dict[str, str]:
    """Annotation to who calls the methods that carry it (`rules/platform/annotations.txt`)."""
    text = (shipped("rules") / "platform" / "annotations.txt").read_text(encoding="utf-8")
    rows = (line.split(" : ") for line in text.splitlines() if " : " in line and not line.startswith("#"))
    called = {descriptor(name.strip()): who.strip() for name, who in rows}
    return {name: who for name, who in called.items() if tests or who != TESTS}


def _dex_files(package: Package, names: Names) -> Iterator[tuple[str, bytes]]:
    """Contents of `classes.dex`, `classes2.dex` ... of every part, in the platform's order."""
    found = list(_dex_members(package))
    names.files += [name for name, _, _ in found]
    with ThreadPoolExecutor() as pool:
        for (name, _, _), content in zip(found, pool.map(_content, found), strict=True):
            if isinstance(content, bytes):
                yield name, content
            else:
                names.gaps.append(Gap(Rung.REFERENCED, f"{name} could not be read whole: {content}"))


def _dex_members(package: Package) -> Iterator[tuple[str, Part, str]]:
    for part in package.parts:
        found = [(int(m[1] or 1), member) for member in part.members() if (m := _DEX_NAME.fullmatch(member))]
        for _, member in sorted(found):
            yield member if part is package.parts[0] else f"{part.name}/{member}", part, member


def _content(file: tuple[str, Part, str]) -> bytes | Unreadable:
    try:
        return file[1].read(file[2])
    except Unreadable as error:
        return error


def read_classes(package: Package) -> Names:
    """Only which classes are defined: the quick answer to which SDKs are in the package."""
    names = Names()
    for name, content in _dex_files(package, names):
        try:
            found = [(name, dex) for dex in open_dex(content)]
        except DexError as error:
            names.gaps.append(Gap(Rung.REFERENCED, f"{name} could not be read whole: {error}"))
            continue
        for file, dex in found:
            for text in map(decode, dex.raws(dex.types[dex.classes[:, 0]])):
                names.classes.setdefault(class_name(text), f"dex:{file}/{text}")
    names.gaps.append(not_read(SDKS_KNOWN))
    return names


def _wanted(rules: Catalogue) -> set[str]:
    """Every member whose callers are asked for: calls of all data types, loaders, sinks of constants."""
    called = {call for kind in rules.data.values() for call in kind.called}
    return called | set(LOADERS)


# Gaps -----------------------------------------------------------------------------------------------


def _damage(code: Code) -> Iterator[Gap]:
    for name, clause in code.program.problems:
        yield Gap(Rung.REFERENCED, f"{name} could not be read whole: {clause}")
    for file in code.program.files:
        for clause in file.problems:
            yield Gap(Rung.REFERENCED, f"{file.name} could not be read whole: {clause}")
    for clause in (*code.hierarchy.problems, *code.calls.problems, *code.reach.problems):
        yield Gap(Rung.REACHABLE, clause)


def _lower_bound(reading: Reading, names: Names, entries: EntryPoints) -> Iterator[Gap]:
    """What leads into code without showing in it: a static answer is the least, never the most."""
    for loader in sorted(set(LOADERS) & names.calls.keys()):
        loading = [call.where.removeprefix("dex:") for call in names.calls[loader]]
        loading = [where for where in loading if not _OWN_FILES.search(where)]
        if loading:
            yield _unread(f"code can be loaded at run time ({loading[0]})", f"sdk:{UNSEEN}")
    missing = [n for n, why in entries.classes.items() if why in _COMPONENTS and n not in names.classes]
    known = [n for n, why in entries.classes.items() if why in _COMPONENTS]
    if len(missing) * 2 > len(known):
        why = (
            f"{len(missing)} of {len(known)} components are in no DEX file ({missing[0]}): code may be packed"
        )
        yield _unread(why, f"sdk:{UNSEEN}")
    chosen = list(reading.computed_names())
    if chosen:
        why = (
            f"classes are chosen by computed names at {len(chosen)} places ({chosen[0].removeprefix('dex:')})"
        )
        yield Gap(Rung.REACHABLE, f"{why}; what was reached is a lower bound")
    if entries.unread:
        why = f"{entries.unread} resource files could not be read; classes they name were not followed"
        yield Gap(Rung.REACHABLE, why)


_OWN_FILES = re.compile(r"/L(?:androidx|android/support)/multidex/")
"""Loads the package's own further DEX files on old versions of Android."""

_COMPONENTS = frozenset({"activity", "service", "receiver", "provider", "application"})


def _no_call_shows(rules: Catalogue) -> Iterator[Gap]:
    """Where access needs no call of its own, or has other ways, the absence of calls says nothing."""
    silent = sorted(
        k.id
        for k in rules.data.values()
        if k.declared and (k.partial or not (k.called or k.content or k.called_with))
    )
    if silent:
        yield Gap(
            Rung.REFERENCED,
            "this access needs no call of its own, or has ways that the calls looked for do not show",
            tuple(f"data:{word}" for word in silent),
        )


def _unread(why: str, *also: str) -> Gap:
    """Code outside the tables hides data access and practices; SDKs only where they can lie there."""
    return Gap(Rung.REFERENCED, why, ("data", "practice", *also))
