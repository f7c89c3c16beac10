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
from auditor.collect import app, case, runtime
from auditor.collect.archive import Unreadable, printable
from auditor.collect.case import CaseFile
from auditor.collect.package import is_package
from auditor.collect.runtime import Given, Unusable
from auditor.model import Artifact, Case, Claim, Dossier, Evidence, Fact, Gap, Level, Rung
from auditor.notation import show

LEVELS_OF: dict[str, tuple[tuple[Level, ...], str]] = {
    "package": ((Rung.DECLARED, Rung.REFERENCED, Rung.REACHABLE), "package of the app"),
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
    recordings: list[Path] = field(default_factory=list)
    others: dict[str, list[Path]] = field(default_factory=dict)


def collect(
    paths: Sequence[Path],
    rules: Catalogue,
    say: app.Progress = lambda _: None,
    wish: app.Wish = app.Wish(),  # noqa: B008 - frozen
    given: Given = Given(),  # noqa: B008 - frozen
) -> Dossier:
    """Read a case folder, a `case.yml`, or plain files, into one dossier.

    Raises:
        NothingToLookAt: neither one package nor a recording among the inputs.
        Unreadable: the package cannot be opened, or its manifest not read.
        Unusable: persona, phases or addresses cannot be used.
        case.CaseError: mistakes in `case.yml`.
    """
    found = _sort(paths)
    stated = found.case.case if found.case else Case()
    if len(found.packages) > 1 or not (found.packages or found.recordings):
        raise NothingToLookAt(_how_many(found.packages, paths))
    read = app.collect(found.packages[0], stated, rules, say, wish) if found.packages else None
    heard = runtime.collect(found.recordings, found.case, stated, read, rules, given, say)
    if not (read or heard.artifacts):
        raise NothingToLookAt("\n".join(heard.strange.values()))
    others = [_unread(kind, path) for kind, named in found.others.items() for path in named]
    others += [_unread("unknown", path) for path in heard.strange]
    evidence = [*(read.evidence if read else ()), *heard.evidence, *case.evidence(stated)]
    gaps = [*(read.gaps if read else ()), *heard.gaps, *_not_given(found), *_no_case(found.case)]
    return Dossier(
        artifacts=(*([read.artifact] if read else []), *heard.artifacts, *others),
        evidence=tuple(_ordered(_plain(e, stated.acquired.get("when", "")) for e in evidence)),
        gaps=tuple(dict.fromkeys(replace(g, why=_line(g.why)) for g in gaps)),
        case=stated,
        tool={"rules": rules.digest},
    )


def _sort(paths: Sequence[Path]) -> _Inputs:
    found = _Inputs()
    for path in paths:
        if not path.exists():
            expected = "a case folder, an Android package or a recording"
            raise NothingToLookAt(f"{path.name}: is not there; expected {expected}")
        if path.name == "case.yml" or (path / "case.yml").is_file():
            _take_case(path if path.is_file() else path / "case.yml", found)
        elif is_package(path) or (path.is_dir() and any(map(is_package, path.iterdir()))):
            found.packages.append(path)
        elif path.is_dir():
            recordings = runtime.in_folder(path)
            if not recordings:
                raise NothingToLookAt(_how_many([], [path]))
            found.recordings.extend(recordings)
        else:
            found.recordings.append(path)  # or nothing that is known: its first bytes will tell
    return found


def _take_case(path: Path, found: _Inputs) -> None:
    found.case = case.read(path)
    for part, named in found.case.files.items():
        if part == "package":
            found.packages.append(named)
        elif part not in runtime.BESIDE:
            found.others.setdefault(part, []).append(named)
    found.recordings.extend(found.case.recordings or runtime.in_folder(path.parent))
    if "package" not in found.case.files:
        found.packages.extend(p for p in sorted(path.parent.iterdir()) if is_package(p))


def _how_many(packages: Sequence[Path], paths: Sequence[Path]) -> str:
    names = ", ".join(p.name for p in packages or paths)
    if packages:
        return f"{names}: are {len(packages)} packages; expected one app, with its splits in one folder"
    return (
        f"{names}: holds no Android package and no recording; expected an APK, XAPK, APKS, APKM, AAB, a "
        "folder of splits, or a recording of traffic"
    )


def _unread(kind: str, path: Path) -> Artifact:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Artifact(kind, printable(path.name), digest, path.stat().st_size, read="not read")


def _not_given(found: _Inputs) -> Iterator[Gap]:
    here = {"package": found.packages, "recording": found.recordings}
    for kind, (levels, name) in LEVELS_OF.items():
        if here.get(kind):
            continue
        given = ", ".join(path.name for path in found.others.get(kind, ()))
        why = (
            f"{given} was given, but this version does not read a {name}" if given else f"no {name} was given"
        )
        yield from (Gap(level, why) for level in levels)
    for path in (p for kind in found.others if kind not in LEVELS_OF for p in found.others[kind]):
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


__all__ = ["Given", "NothingToLookAt", "Unreadable", "Unusable", "collect"]
