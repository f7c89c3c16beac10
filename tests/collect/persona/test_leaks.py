"""A sample of the generated leaks; benchmarks/leaks.py runs all of them with any seed."""

from pathlib import Path

from auditor.collect.persona import Search
from tests.collect.persona.leakforms import CONTAINERS, ENCODINGS
from tests.collect.persona.leaks import KEYS, leaks, persona, run

SEED = 20_240
EVERY = 7


def test_leaks_are_found_where_they_were_put(tmp_path: Path) -> None:
    person = persona(tmp_path, SEED)
    search = Search(person)

    results = [run(search, leak) for leak in [*leaks(person, SEED)][::EVERY]]

    assert len(results) > 600
    assert sum(one.found for one in results) >= 0.97 * len(results)
    assert [] == [one.decoys for one in results if one.decoys]
    assert [] == [one.strangers for one in results if one.strangers]


def test_the_generator_is_as_wide_as_the_goal() -> None:
    assert len(KEYS) >= 12
    assert len(ENCODINGS) >= 25
    assert len(CONTAINERS) >= 8
