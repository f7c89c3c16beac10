"""What stands beside a recording: the person, the case, the truth, and what a reader should find.

Written from the scenario and the truth log alone; auditor is not asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from auditor.collect.persona import new
from samples.bed.scenario import World


def write(world: World, into: Path) -> None:
    """`persona.yml`, `case.yml`, `truth.jsonl`, `practices.txt`. Raises ValueError when the two disagree."""
    said = world.scenario.said
    (into / "persona.yml").write_text(new.write(world.person), encoding="utf-8")
    (into / "truth.jsonl").write_text("".join(world.ledger.lines()), encoding="utf-8")
    (into / "practices.txt").write_text("\n".join([*practices(world)]) + "\n", encoding="utf-8")
    (into / "case.yml").write_text(_case(said), encoding="utf-8")


def _case(said: Any) -> str:
    recorded = "recording.har" if said.get("form") == "har" else "recording.jsonl"
    case = {"app": {"package": said["app"], **said["case"].get("app", {})}, **_but_app(said["case"])}
    case["files"] = {"recording": recorded, "persona": "persona.yml"}
    case["notes"] = "Recorded on loopback by samples/bed; app, persons and organisations are invented."
    return str(yaml.safe_dump(case, allow_unicode=True, sort_keys=False, width=110))


def _but_app(case: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in case.items() if key != "app"}


def practices(world: World) -> Iterator[str]:
    """Lines of `practices.txt`."""
    said = world.scenario.said
    done = Counter(line["action"] for line in world.ledger.truth)
    yield f"# {said['about']}"
    yield from _named("", said.get("practices", {}), done)
    yield from _named("may: ", said.get("may", {}), done)
    yield from (f"# never: {name}" for name in said.get("never", ()))
    if "points-per-action" in {**said.get("practices", {}), **said.get("may", {})}:
        yield from tariff(world)


def _named(before: str, table: dict[str, Any], done: Counter[str]) -> Iterator[str]:
    """Practices whose acts really happened."""
    for practice, acts in table.items():
        if missing := [act for act in acts if not done[act]]:
            raise ValueError(f"{practice}: nobody did {', '.join(missing)}")
        yield f"{before}{practice}"


def tariff(world: World) -> Iterator[str]:
    """`like +5 7/7`: what an act earned most often, how often, and how often it was done.

    The first word is the class of act by the scenario's `classes`; the app's own word follows as a comment.
    """
    classes = world.scenario.said.get("classes", {})
    for act in world.ledger.tariff:
        earned = Counter(line["points"] for line in world.ledger.truth if line["action"] == act)
        if earned:
            points, often = earned.most_common(1)[0]
            own = f"  # {act}" if act in classes else ""
            yield f"{classes.get(act, act)} {points:+d} {often}/{earned.total()}{own}"
