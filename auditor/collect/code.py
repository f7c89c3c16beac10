"""DEX files of all parts -> names for `recognise`, and gaps for code that is not DEX.

This reads the tables only: which classes are defined, which platform members
and strings are referred to. Who calls whom is not followed yet, and the gap
at `reachable` says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from auditor.catalogue import Catalogue
from auditor.collect.archive import Part, Unreadable, printable
from auditor.collect.package import Package
from auditor.collect.recognise import Owners, is_own
from auditor.dex import Dex, DexError
from auditor.model import Gap, Rung
from auditor.vocabulary import UNSEEN

_GENERATED = re.compile(
    r"/(?:(?:R|BR)(?:\$\w+)?|Hilt_\w+|\w+(?:Binding|BindingImpl|Directions|Args|_Factory|_MembersInjector))(?:\$\w+)?;$"
)
"""Classes that tools write: their names repeat resources and members, those of libraries too."""

_DEX_NAME = re.compile(r"classes\d*\.dex")

OTHER_CODE = {
    "assets/index.android.bundle": "React Native code",
    "assets/flutter_assets/": "Flutter code",
    "assets/www/": "web code (Cordova)",
    "assets/public/": "web code (Capacitor)",
    "assemblies/": ".NET code",
    "assets/bin/Data/": "Unity code",
    "assets/private.mp3": "Python code",
}
"""Where code that is not DEX lies, by the beginning of the member's name."""

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


@dataclass(slots=True)
class Names:
    """What the DEX files hold; every value is a place."""

    classes: dict[str, str] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    calls: dict[str, str] = field(default_factory=dict)
    packed: dict[str, str] = field(default_factory=dict)
    """Wanted members whose library lies in the same DEX file: defined, perhaps never called."""
    strings: dict[str, str] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    files: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked up, taken from the rules once."""

    calls: Mapping[str, frozenset[str]]
    """Platform class descriptor to member names."""
    strings: frozenset[str]
    content: frozenset[str]


def wanted(rules: Catalogue) -> Wanted:
    """Calls of all data types, scopes of all vendors, content addresses."""
    calls: dict[str, set[str]] = {}
    for name in [*LOADERS, *(c for kind in rules.data.values() for c in kind.called)]:
        owner, _, member = name.rpartition(".")
        calls.setdefault(descriptor(owner), set()).add(member)
    return Wanted(
        calls={owner: frozenset(names) for owner, names in calls.items()},
        strings=frozenset(scope for v in rules.vendors.values() for scope in v.scopes),
        content=frozenset(c for kind in rules.data.values() for c in kind.content),
    )


def read(package: Package, roots: tuple[str, ...], rules: Catalogue) -> Names:
    """Names of every DEX file of every part; a part that cannot be read becomes a gap."""
    names, look, owners = Names(), wanted(rules), Owners(rules.vendors)
    for part in package.parts:
        for member in part.members():
            if _DEX_NAME.fullmatch(member):
                _read_one(part, member, package, roots, names, look, owners)
        names.gaps.extend(_other_code(part))
    names.gaps.append(Gap(Rung.REACHABLE, "calls were not followed: this version reads tables, not paths"))
    names.gaps.extend(_no_call_shows(rules))
    names.gaps.extend(_perhaps_called(names, rules))
    if loaders := sorted(set(LOADERS) & names.calls.keys()):
        names.gaps.append(_unread(f"code can be loaded at run time ({loaders[0]})", f"sdk:{UNSEEN}"))
    return names


SHORTENED = 0.1
"""Share of classes with names of one or two letters from which names tell nothing. Apps nobody shortened stay
below 0.03 (eleven real ones); with R8 it is a quarter and more."""


def shortened(names: Names) -> bool:
    """Whether a tool such as R8 has shortened class names, those of libraries included."""
    simple = [re.split(r"[.$]", name)[-1] for name in names.classes]
    short = sum(1 for name in simple if len(name) <= 2 and not name.isdigit())
    return short > SHORTENED * len(names.classes)


def hidden_names(names: Names, roots: tuple[str, ...]) -> Gap | None:
    """Shortened names, or no own code where it is expected, hide practices; the former hide SDKs too."""
    if shortened(names):
        concerns = ("practice", f"sdk:{UNSEEN}", "weakness:request-logging")
        return Gap(Rung.REFERENCED, "class names are shortened, so that names tell little", concerns)
    if names.classes and not names.members:
        why = f"no class of the app's own was found below {', '.join(roots)}"
        return Gap(Rung.REFERENCED, why, ("practice",))
    return None


def descriptor(name: str) -> str:
    """`android.os.Build` -> `Landroid/os/Build;`."""
    return f"L{name.replace('.', '/')};"


def class_name(text: str) -> str:
    """`Landroid/os/Build;` -> `android.os.Build`."""
    return text.removeprefix("L").removesuffix(";").replace("/", ".")


def _read_one(
    part: Part,
    member: str,
    package: Package,
    roots: tuple[str, ...],
    names: Names,
    look: Wanted,
    owners: Owners,
) -> None:
    place = f"dex:{member}" if part is package.parts[0] else f"dex:{part.name}/{member}"
    names.files.append(place.removeprefix("dex:"))
    try:
        dex = Dex(part.read(member))
        _classes(dex, place, names)
        _calls(dex, place, names, look)
        _strings(dex, place, names, look)
        _own_members(dex, place, names, roots, owners)
    except (DexError, Unreadable) as error:
        names.gaps.append(
            Gap(Rung.REFERENCED, f"{place.removeprefix('dex:')} could not be read whole: {error}")
        )


def _classes(dex: Dex, place: str, names: Names) -> None:
    for found in dex.classes():
        names.classes.setdefault(class_name(found), f"{place}/{found}")


def _calls(dex: Dex, place: str, names: Names, look: Wanted) -> None:
    """Members of platform classes this file refers to.

    A file's table also lists what the file itself defines, so a member of a library that is packed into the
    same file shows no call: it is kept apart, and becomes a gap unless another file refers to it.
    """
    defined = set(dex.defined_types().values())
    for member in dex.members(dex.find_types(iter(look.calls))):
        if member.name in look.calls[member.owner]:
            name = f"{class_name(member.owner)}.{member.name}"
            where = f"{place}/{member.table}[{member.row}] {member.owner}->{member.name}"
            (names.packed if member.owner in defined else names.calls).setdefault(name, where)


def _strings(dex: Dex, place: str, names: Names, look: Wanted) -> None:
    for text in look.strings:
        index = dex.find_string(text)
        if index is not None:
            names.strings.setdefault(text, f"{place}/string_ids[{index}] {text}")
    for beginning in look.content:
        for index, text in dex.strings_from(beginning):
            names.strings.setdefault(text, f"{place}/string_ids[{index}] {printable(text, 80)}")


def _own_members(dex: Dex, place: str, names: Names, roots: tuple[str, ...], owners: Owners) -> None:
    defined = dex.defined_types().items()
    mine = {
        index: d for index, d in defined if is_own(class_name(d), roots, owners) and not _GENERATED.search(d)
    }
    for member in dex.members(mine):
        name = f"{class_name(member.owner)}.{member.name}"
        names.members.setdefault(name, f"{place}/{member.owner}->{member.name}")


def _no_call_shows(rules: Catalogue) -> Iterator[Gap]:
    """Where access needs no call of its own, or has other ways, the absence of calls says nothing."""
    silent = sorted(
        k.id for k in rules.data.values() if k.declared and (k.partial or not (k.called or k.content))
    )
    if silent:
        yield Gap(
            Rung.REFERENCED,
            "this access needs no call of its own, or has ways that the calls looked for do not show",
            tuple(f"data:{word}" for word in silent),
        )


def _perhaps_called(names: Names, rules: Catalogue) -> Iterator[Gap]:
    """Libraries that hand out data lie in the package: whether anything calls them was not followed."""
    for kind in rules.data.values():
        packed = [c for c in kind.called if c in names.packed and c not in names.calls]
        if packed:
            why = f"{packed[0]} is part of the package; whether anything calls it was not followed"
            yield Gap(Rung.REFERENCED, why, (f"data:{kind.id}",))


def _other_code(part: Part) -> Iterator[Gap]:
    members = part.members()
    libraries = sorted({m.rpartition("/")[2] for m in members if m.startswith("lib/") and m.endswith(".so")})
    if libraries:
        shown = ", ".join(libraries[:4]) + (" ..." if len(libraries) > 4 else "")
        yield _unread(
            f"native code was not read (libraries in {part.name}: {shown}; {len(libraries)} in all)"
        )
    for beginning, what in OTHER_CODE.items():
        if any(m.startswith(beginning) for m in members):
            yield _unread(f"{what} was not read ({part.name}: {beginning})", f"sdk:{UNSEEN}")


def _unread(why: str, *also: str) -> Gap:
    """Code outside the tables hides data access and practices; SDKs only where they can lie there."""
    return Gap(Rung.REFERENCED, why, ("data", "practice", *also))
