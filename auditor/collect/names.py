"""What the code of an app holds, by name; and when names tell nothing. Light: reading it is `code`'s work."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from auditor.collect.bundles.texts import Bundle
from auditor.collect.seen import Call
from auditor.model import Evidence, Gap, Json, Rung
from auditor.vocabulary import UNSEEN

if TYPE_CHECKING:
    from auditor.collect.reading import Reading
    from auditor.collect.tariffs import Award

GENERATED = re.compile(
    r"[./](?:(?:R|BR)(?:\$\w+)?|Hilt_\w+|\w+(?:Binding|BindingImpl|Directions|Args|_Factory|_MembersInjector))(?:\$\w+)?;?$"
)
"""Classes that tools write: their names repeat resources and members, those of libraries too."""


def descriptor(name: str) -> str:
    """`android.os.Build` -> `Landroid/os/Build;`."""
    return f"L{name.replace('.', '/')};"


def class_name(text: str) -> str:
    """`Landroid/os/Build;` -> `android.os.Build`."""
    return text.removeprefix("L").removesuffix(";").replace("/", ".")


@dataclass(frozen=True, slots=True)
class Argument:
    """A constant that reaches a call worth knowing about (`rules/arguments`)."""

    kind: str
    value: str
    where: str
    who: str
    path: str
    """How the call is reached; empty when nothing leads there."""


@dataclass(slots=True)
class Names:
    """What the DEX files hold; every value is a place."""

    classes: dict[str, str] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    calls: dict[str, list[Call]] = field(default_factory=dict)
    strings: dict[str, list[Call]] = field(default_factory=dict)
    arguments: list[Argument] = field(default_factory=list)
    awards: list[Award] = field(default_factory=list)
    """Actions with the constant amount they earn."""
    written: dict[str, str] = field(default_factory=dict)
    """Names in code that is not DEX."""
    paths: dict[str, list[Call]] = field(default_factory=dict)
    """Paths of servers that own code names."""
    gaps: list[Gap] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    reached: dict[str, str] = field(default_factory=dict)
    """Vendor to a path that leads into its code."""
    figures: dict[str, int] = field(default_factory=dict)
    """Methods with code, and how many of them something leads to."""
    bundles: tuple[Bundle, ...] = ()
    """Code that is not DEX."""
    named: list[Evidence] = field(default_factory=list)
    """Servers and keys that any of the code names."""
    identifiers: Json = field(default_factory=list)
    """Accounts and projects that it names."""
    excerpts: dict[str, str] = field(default_factory=dict)
    """Place of a method to its decompiled text."""
    no_excerpts: dict[str, str] = field(default_factory=dict)
    """Place of a method to why there is none."""
    looked: bool = True
    """Whether DEX files were looked for at all."""
    code: Reading | None = None
    """The analysed code, for whoever asks more of it while the package is open."""


SHORTENED = 0.1
"""Share of classes with names of one or two letters from which names tell nothing. Apps nobody shortened stay
below 0.03 (eleven real ones); with R8 it is a quarter and more."""


def shortened(names: Names) -> bool:
    """Whether a tool such as R8 has shortened class names, those of libraries included."""
    short = [name for name in names.classes if _is_short(name)]
    count = sum(1 for name in short if not GENERATED.search(f".{name}"))
    return count > SHORTENED * len(names.classes)


def _is_short(name: str) -> bool:
    """Whether what follows the last dot or dollar has one or two characters and is no number."""
    simple = len(name) - 1 - max(name.rfind("."), name.rfind("$"))
    return simple <= 2 and not name[len(name) - simple :].isdigit()


def hidden_names(names: Names, roots: tuple[str, ...]) -> Gap | None:
    """Shortened names, or no own code where it is expected, hide practices; the former hide SDKs too."""
    if shortened(names):
        concerns = ("practice", f"sdk:{UNSEEN}", "weakness:request-logging")
        return Gap(Rung.REFERENCED, "class names are shortened, so that names tell little", concerns)
    if names.classes and not names.members:
        why = f"no class of the app's own was found below {', '.join(roots)}"
        return Gap(Rung.REFERENCED, why, ("practice",))
    return None


SDKS_KNOWN = ("data", "practice", "weakness", "contact")
"""What stays hidden when only the names of classes were read."""


def not_read(concerns: tuple[str, ...] = ("data", "practice", "sdk", "weakness", "contact")) -> Gap:
    """The code was left alone, because somebody asked for less."""
    return Gap(Rung.REFERENCED, "the code was not read, as was asked for", concerns)
