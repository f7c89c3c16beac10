"""Artifacts -> dossier. Each reader yields evidence and gaps; nothing is judged here.

What was not given, or is not read by this version, becomes a gap: silence is
not absence.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from auditor.catalogue import Catalogue
from auditor.collect import app, case
from auditor.collect.archive import Unreadable, printable
from auditor.collect.case import CaseFile
from auditor.collect.package import is_package
from auditor.model import Artifact, Case, Claim, Dossier, Evidence, Fact, Gap, Level, Rung
from auditor.notation import show

LEVELS_OF: dict[str, tuple[tuple[Level, ...], str]] = {
    "recording": ((Rung.TRANSMITTED,), "recording of the app's traffic"),
    "hooks": ((Rung.EXECUTED,), "log of calls at run time"),
    "policy": ((Claim.DISCLOSED, Claim.DENIED), "privacy policy"),
}
"""Artifact kinds, the levels only they can show, and what they are called."""


class NothingToLookAt(ValueError):
    """No input holds an app or anything else that is read; one sentence says what was expected."""


@dataclass(slots=True)
class _Inputs:
    """What the paths on the command line turned out to be."""

    case: CaseFile | None = None
    packages: list[Path] = field(default_factory=list)
    others: dict[str, list[Path]] = field(default_factory=dict)


def collect(
    paths: Sequence[Path],
    rules: Catalogue,
    say: app.Progress = lambda _: None,
    wish: app.Wish = app.Wish(),  # noqa: B008 - frozen
) -> Dossier:
    """Read a case folder, a `case.yml`, or plain files, into one dossier.

    Raises:
        NothingToLookAt: no package among the inputs.
        Unreadable: the package cannot be opened, or its manifest not read.
        case.CaseError: mistakes in `case.yml`.
    """
    found = _sort(paths)
    stated = found.case.case if found.case else Case()
    if len(found.packages) != 1:
        raise NothingToLookAt(_how_many(found.packages, paths))
    read = app.collect(found.packages[0], stated, rules, say, wish)
    others = [_unread(kind, path) for kind, named in found.others.items() for path in named]
    evidence = [*read.evidence, *case.evidence(stated)]
    gaps = [
        replace(g, why=_line(g.why)) for g in (*read.gaps, *_not_given(found.others), *_no_case(found.case))
    ]
    return Dossier(
        artifacts=(read.artifact, *others),
        evidence=tuple(_ordered(_plain(e, stated.acquired.get("when", "")) for e in evidence)),
        gaps=tuple(dict.fromkeys(gaps)),
        case=stated,
        tool={"rules": rules.digest},
    )


def _sort(paths: Sequence[Path]) -> _Inputs:
    found = _Inputs()
    for path in paths:
        if not path.exists():
            raise NothingToLookAt(f"{path.name}: is not there; expected a case folder or an Android package")
        if path.name == "case.yml" or (path / "case.yml").is_file():
            _take_case(path if path.is_file() else path / "case.yml", found)
        elif is_package(path) or (path.is_dir() and any(map(is_package, path.iterdir()))):
            found.packages.append(path)
        elif path.is_dir():
            raise NothingToLookAt(_how_many([], [path]))
        else:
            found.others.setdefault("unknown", []).append(path)
    return found


def _take_case(path: Path, found: _Inputs) -> None:
    found.case = case.read(path)
    for part, named in found.case.files.items():
        if part == "package":
            found.packages.append(named)
        else:
            found.others.setdefault(part, []).append(named)
    if "package" not in found.case.files:
        found.packages.extend(p for p in sorted(path.parent.iterdir()) if is_package(p))


def _how_many(packages: Sequence[Path], paths: Sequence[Path]) -> str:
    names = ", ".join(p.name for p in packages or paths)
    if packages:
        return f"{names}: are {len(packages)} packages; expected one app, with its splits in one folder"
    return f"{names}: holds no Android package; expected an APK, XAPK, APKS, APKM, AAB or a folder of splits"


def _unread(kind: str, path: Path) -> Artifact:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Artifact(kind, printable(path.name), digest, path.stat().st_size, read="not read")


def _not_given(others: dict[str, list[Path]]) -> Iterator[Gap]:
    for kind, (levels, name) in LEVELS_OF.items():
        given = ", ".join(path.name for path in others.get(kind, ()))
        why = (
            f"{given} was given, but this version does not read a {name}" if given else f"no {name} was given"
        )
        yield from (Gap(level, why) for level in levels)
    for path in (p for kind in others if kind not in LEVELS_OF for p in others[kind]):
        yield Gap(Rung.DECLARED, f"{path.name} was given, but this version does not read it", ("notice",))


def _no_case(found: CaseFile | None) -> Iterator[Gap]:
    if found is None:
        yield Gap(Rung.DECLARED, "no case file was given", ("context",))


def _plain(item: Evidence, date: str) -> Evidence:
    """Dated, and fit for one line of the notation: a name inside an app must not forge another line."""
    fact = Fact(item.fact.kind, _word(item.fact.what), _word(item.fact.who))
    return replace(item, fact=fact, where=_line(item.where), date=item.date or date)


def _line(text: str) -> str:
    return printable(text.strip(), 4000) or "-"


_UNFIT = re.compile(r"[\s>@\[\],]|^:|:$")
"""What no word of the notation holds."""


def _word(text: str) -> str:
    return _UNFIT.sub(lambda found: f"\\x{ord(found[0]):02x}", printable(text, 500))


def _ordered(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Each line once, strongest knowledge last, so that two runs give the same dossier."""
    once = {show(item): item for item in evidence}
    return sorted(once.values(), key=lambda e: (isinstance(e.level, Claim), str(e.level), e.fact, e.where))


__all__ = ["NothingToLookAt", "Unreadable", "collect"]
