"""What is in the box: an APK, a set of splits (XAPK, APKS, APKM, folder), an AAB.

Which archives make one app, and which of them is its base. Each archive is opened by
`archive`, bounded and not trusted; one that is damaged does not stop the others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from auditor.collect.archive import (
    LIMITS,
    Limits,
    Member,
    Part,
    Unreadable,
    amount,
    open_archive,
    open_file,
    printable,
)

SUFFIXES = (".apk", ".xapk", ".apks", ".apkm", ".aab")
"""How files of the kinds read here are usually named."""


@dataclass(frozen=True, slots=True)
class Package:
    """One app, whole: its parts, and what about the box itself is strange or was not read."""

    kind: str
    """`apk`, `xapk`, `apks`, `apkm`, `split set` or `aab`."""
    name: str
    """Name of the file or folder, fit to print, never an absolute path."""
    path: Path
    parts: tuple[Part, ...]
    """Base first."""
    oddities: tuple[str, ...] = ()
    """Sentences: lies and ambiguities in the archives, and how they were read."""
    not_read: tuple[str, ...] = ()
    """Sentences: damaged splits, expansion files, variants left aside."""

    @property
    def base(self) -> Part:
        """The part that holds the app's own manifest and code."""
        return self.parts[0]


def open_package(path: Path, limits: Limits = LIMITS) -> Package:
    """Open the app at `path`: a file of any kind named in `SUFFIXES`, or a folder of splits.

    Raises:
        Unreadable: it is not a package, its base cannot be read, or it is over a limit.

    """
    if path.is_dir():
        return _open_folder(path, limits)
    outer, oddities = open_file(path, limits)
    kind = _kind_of(outer)
    if kind == "apk":
        return Package(kind, outer.name, path, (outer,), oddities + _inside(outer))
    if kind == "aab":
        return Package(kind, outer.name, path, _modules(outer), oddities)
    if kind:
        return _open_set(kind, outer, path, oddities)
    raise Unreadable(f"{outer.label}: {_what_else(outer)}; expected an Android package")


def is_package(path: Path) -> bool:
    """Whether `open_package` is worth calling on this file.

    True by content whatever the name, and also by name alone: a damaged `app.apk` in a folder
    must end as a sentence that says so, not be passed over.
    """
    if not path.is_file():
        return False
    if path.suffix.lower() in SUFFIXES:
        return True
    try:
        return bool(_kind_of(open_file(path, LIMITS)[0]))
    except Unreadable:
        return False  # this is the question: a file of another kind is not an error


# --- files and folders -------------------------------------------------------------------------

type _Opener = Callable[[], tuple[Part, tuple[str, ...]]]
"""Opens one APK of a set when called, so that one that is damaged does not stop the others."""


def _open_folder(path: Path, limits: Limits) -> Package:
    """A folder of splits, as pulled from a phone: every `.apk` directly in it."""
    name = printable(path.resolve().name, 500)
    label = f"folder {name}"
    files = sorted(f for f in path.iterdir() if f.suffix.lower() == ".apk" and f.is_file())
    if not files:
        raise Unreadable(f"{label}: holds no Android package; expected a base APK and its splits")
    names = [f.name for f in files]
    if len(files) > 1 and not _base_name(names):
        raise Unreadable(f"{label}: holds {len(files)} APKs that are not one app; name one of them")

    def opener(file: Path) -> _Opener:
        return lambda: open_file(file, limits)

    sources = {f.name: opener(f) for f in files}
    kind = "split set" if len(files) > 1 else "apk"
    return _assemble(Package(kind, name, path, ()), label, sources, _base_name(names), limits)


def _kind_of(part: Part) -> str:
    """Which kind of package the archive is, by what it holds; empty when none."""
    if part.has("AndroidManifest.xml"):
        return "apk"
    if part.has("base/manifest/AndroidManifest.xml"):
        return "aab"
    if not _apks_in(part):
        return ""
    if part.has("toc.pb") or any(n.startswith(("splits/", "standalones/")) for n in part.entries):
        return "apks"
    if part.has("info.json"):
        return "apkm"
    return "xapk" if part.has("manifest.json") else "split set"


def _what_else(part: Part) -> str:
    if any(re.fullmatch(r"Payload/[^/]+\.app/Info\.plist", n) for n in part.entries):
        return "an iOS app, which auditor does not read"
    return "a ZIP archive that holds no app"


def _apks_in(part: Part) -> list[str]:
    return [n for n in part.entries if n.lower().endswith(".apk")]


def _inside(part: Part) -> tuple[str, ...]:
    """Packages inside an app: it may install them, they are not the app."""
    return tuple(
        f"{part.label}: contains another package: {printable(name)}, not read"
        for name in part.entries
        if name.lower().endswith(SUFFIXES)
    )[:20]


# --- sets of APKs ------------------------------------------------------------------------------

_CONFIG = re.compile(r"(?:split_)?config\.|split_")
"""How installers name what is not the base: `split_config.sq.apk`, `config.xhdpi.apk`."""


def _open_set(kind: str, outer: Part, path: Path, oddities: tuple[str, ...]) -> Package:
    chosen, not_read = _choose(outer)
    not_read += [
        f"{outer.label}: {printable(n)}: expansion file of {outer.size(n):,} bytes, not read"
        for n in outer.entries
        if n.lower().endswith(".obb")
    ][:20]
    stated, complaint = _stated_base(outer) if kind == "xapk" else ("", "")
    base = stated if stated in chosen else _base_name(chosen)
    sources = dict(_inner_sources(outer, chosen))
    oddities += (complaint,) if complaint else ()
    package = Package(kind, outer.name, path, (), oddities, tuple(not_read))
    return _assemble(package, outer.label, sources, base, outer.limits)


def _choose(outer: Part) -> tuple[list[str], list[str]]:
    """Which APKs of the set make up the app, and a sentence on each group left aside."""
    apks = _apks_in(outer)
    splits = [n for n in apks if n.startswith("splits/")]
    if splits:
        others = [n for n in apks if n not in splits]
        aside = f"{outer.label}: {len(others)} APKs outside splits/ hold the app again, not read"
        chosen, not_read = _without_variants(splits, outer.label)
        return chosen, not_read + ([aside] if others else [])
    if "universal.apk" in apks:
        return ["universal.apk"], []
    standalones = [n for n in apks if n.startswith("standalones/")]
    if len(standalones) > 1:
        largest = max(standalones, key=outer.size)
        why = f"{outer.label}: {len(standalones) - 1} standalone APKs for other devices, not read"
        return [largest], [why]
    return apks, []


def _without_variants(splits: list[str], label: str) -> tuple[list[str], list[str]]:
    """Without `base-master_2.apk` where `base-master.apk` exists.

    bundletool builds such variants of one module for other Android versions.
    """
    present = set(splits)
    plain = {n: re.sub(r"_\d+\.apk$", ".apk", n) for n in splits}
    chosen = [n for n in splits if plain[n] == n or plain[n] not in present]
    aside = len(splits) - len(chosen)
    why = f"{label}: {aside} APKs are variants for other Android versions, not read"
    return chosen, [why] if aside else []


def _stated_base(outer: Part) -> tuple[str, str]:
    """The base an XAPK's manifest.json names, or empty and why it could not be told."""
    try:
        stated = json.loads(outer.read("manifest.json")) if outer.size("manifest.json") < 1e6 else 0
    except (ValueError, RecursionError):
        return "", f"{outer.label}: manifest.json: not readable as JSON, ignored"
    if not isinstance(stated, dict):
        return "", f"{outer.label}: manifest.json: not a description of an app, ignored"
    listed = stated.get("split_apks")
    for item in listed if isinstance(listed, list) else []:
        if isinstance(item, dict) and item.get("id") == "base":
            return str(item.get("file", "")), ""
    return f"{stated.get('package_name')}.apk", ""


def _base_name(names: Iterable[str]) -> str:
    """Which of these file names is the base; empty when the names do not tell."""
    plain = {PurePosixPath(n).name.lower(): n for n in names}
    for usual in ("base.apk", "base-master.apk"):
        if usual in plain:
            return plain[usual]
    candidates = [n for short, n in plain.items() if not _CONFIG.match(short)]
    return candidates[0] if len(candidates) == 1 else ""


def _role(name: str) -> str:
    """What a part is, by its file name.

    `split config.sq` from `split_config.sq.apk`, `config.sq.apk` or bundletool's `base-sq.apk`;
    `module camera` from `camera-master.apk` or `split_camera.apk`.
    """
    stem = PurePosixPath(name).stem
    module, dash, config = stem.partition("-")
    if dash and config == "master":
        return f"module {printable(module)}"
    if dash:
        return "split " + printable(f"config.{config}" if module == "base" else stem)
    stem = stem.removeprefix("split_")
    return f"split {printable(stem)}" if "config." in stem else f"module {printable(stem)}"


def _inner_sources(outer: Part, chosen: list[str]) -> Iterator[tuple[str, _Opener]]:
    total = 0
    for name in chosen:
        total += outer.size(name)
        yield name, _inner_opener(outer, name, total <= outer.limits.nested_size)


def _inner_opener(outer: Part, name: str, fits: bool) -> _Opener:
    def open_inner() -> tuple[Part, tuple[str, ...]]:
        label = f"{outer.label}: {printable(name)}"
        if not fits:
            limit = amount(outer.limits.nested_size)
            raise Unreadable(f"{label}: not read, since the set holds more than {limit} of APKs")
        return open_archive(outer.read(name), name, label=label, limits=outer.limits)

    return open_inner


def _assemble(
    package: Package,
    label: str,
    sources: Mapping[str, _Opener],
    base: str,
    limits: Limits,
) -> Package:
    """Open every APK of a set, base first. A damaged split is not read; a damaged base is fatal."""
    if len(sources) > limits.parts:
        raise Unreadable(f"{label}: holds more than {limits.parts:,} APKs; refused")
    opened, oddities, failed = _open_all(sources)
    if base in failed:
        raise Unreadable(failed[base])
    if not opened:
        raise Unreadable(next(iter(failed.values()), f"{label}: holds no Android package"))
    if not base:
        base = max(opened, key=lambda n: (opened[n].has("classes.dex"), len(opened[n].data)))
        oddities.append(f"{label}: no name tells the base APK; taken: {printable(base)}")
    order = [base, *(n for n in opened if n != base)]
    return Package(
        package.kind,
        package.name,
        package.path,
        tuple(_with_role(opened[n], "base" if n == base else _role(n)) for n in order),
        package.oddities + tuple(oddities),
        package.not_read + tuple(failed.values()),
    )


def _open_all(
    sources: Mapping[str, _Opener],
) -> tuple[dict[str, Part], list[str], dict[str, str]]:
    """Parts, oddities, and a sentence for each APK that could not be opened."""
    opened: dict[str, Part] = {}
    oddities: list[str] = []
    failed: dict[str, str] = {}
    for name, opener in sources.items():
        try:
            part, odd = opener()
        except Unreadable as error:
            failed[name] = str(error)
            continue
        if part.has("AndroidManifest.xml"):
            opened[name] = part
            oddities += [*odd, *_inside(part)]
        else:
            failed[name] = f"{part.label}: holds no AndroidManifest.xml; expected an APK"
    return opened, oddities, failed


def _with_role(part: Part, role: str) -> Part:
    return Part(part.name, role, part.label, part.data, part.entries, part.limits)


# --- app bundles -------------------------------------------------------------------------------


def _modules(outer: Part) -> tuple[Part, ...]:
    """The modules of an AAB, each shown as the APK that would be built from it.

    The manifest and resources stay in protobuf form. Signature files (`META-INF/`) and the
    bundle's own metadata belong to the whole and are shown in the base.
    """
    names = [n.split("/")[0] for n in outer.entries if re.fullmatch(_MODULE, n)]
    order = ["base", *(n for n in names if n != "base")]
    if len(order) > outer.limits.parts:
        raise Unreadable(f"{outer.label}: holds more than {outer.limits.parts:,} modules; refused")
    views: dict[str, dict[str, Member]] = {n: {} for n in order}
    for name, entry in outer.entries.items():
        module, _, rest = name.partition("/")
        if module in views and rest:
            views[module].setdefault(_as_in_apk(rest), entry)
        else:
            views["base"].setdefault(name, entry)
    return tuple(
        Part(
            n,
            "base" if n == "base" else f"module {printable(n)}",
            f"{outer.label}: {printable(n)}",
            outer.data,
            views[n],
            outer.limits,
        )
        for n in order
    )


_MODULE = r"[A-Za-z0-9_]+/manifest/AndroidManifest\.xml"


def _as_in_apk(name: str) -> str:
    """`manifest/AndroidManifest.xml`, `dex/x` and `root/x` lie at the root of a built APK."""
    top, _, rest = name.partition("/")
    return rest if top in ("manifest", "dex", "root") and rest else name
