"""What each action earns, by all sources together: constants in the package, changes in recordings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from auditor.model import Artifact, Json, Rung
from auditor.notation import level_name
from auditor.profilemodel import Earning, TariffRow
from auditor.report import loose

RUNGS = {level_name(rung): rung for rung in Rung}
UNDONE = "undo "
"""How the package says that an action was taken back; recordings say `un` before it."""


def tariff(artifacts: Iterable[Artifact]) -> tuple[TariffRow, ...]:
    """One row for each action, those that were sent first, then those that earn most."""
    found: dict[str, list[Earning]] = {}
    for item in artifacts:
        for action, earning in (*_in_package(item.about), *_in_recording(item.about)):
            known = found.setdefault(action, [])
            if earning not in known:
                known.append(earning)
    rows = [_row(action, earnings) for action, earnings in found.items()]
    return tuple(sorted(rows, key=lambda row: (-RUNGS[row.rung], -row.earnings[0].points, row.action)))


def action_name(action: str, words: Mapping[str, str]) -> str:
    """The action in `words`, as in `unnamed action 3` with its number; empty for the app's own word."""
    name, _, number = action.rpartition(" ")
    return words.get(action) or (f"{words[name]} {number}" if name in words else "")


def _in_package(about: Mapping[str, Json]) -> Iterator[tuple[str, Earning]]:
    for row in loose.rows(about.get("tariff")):
        rung = loose.text(row.get("rung"))
        if rung in RUNGS:
            where = loose.text(row.get("where"))
            yield _action(row), Earning(loose.number(row.get("points")), rung, where)


def _in_recording(about: Mapping[str, Json]) -> Iterator[tuple[str, Earning]]:
    for sign in loose.rows(loose.mapping(about.get("engagement")).get("signs")):
        figures = loose.mapping(sign.get("figures"))
        if sign.get("structure") == "award" and "points" in figures and sign.get("level") != "possible":
            yield (
                _action(figures),
                Earning(
                    points=loose.number(figures.get("points")),
                    rung="transmitted",
                    where=next(iter(loose.texts(sign.get("places"))), ""),
                    support=loose.count(figures.get("support")),
                    of=loose.count(figures.get("of")),
                    against=loose.numbers(figures.get("against")),
                ),
            )


def _action(row: Mapping[str, Json]) -> str:
    said = loose.text(row.get("action"))
    return f"un{said.removeprefix(UNDONE)}" if said.startswith(UNDONE) else said


def _row(action: str, earnings: list[Earning]) -> TariffRow:
    ranked = sorted(earnings, key=lambda one: -RUNGS[one.rung])
    return TariffRow(action, ranked[0].rung, tuple(ranked), len({one.points for one in ranked}) > 1)
