from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from auditor.cli import app
from auditor.collect.persona import new, numbers, read
from auditor.collect.persona.text import fold

SEEDS = range(60)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_person_is_consistent(seed: int) -> None:
    values, device = new.make(seed)["values"], new.make(seed)["device"]
    told = numbers.born(values["nid"])

    assert told
    assert (date.fromisoformat(values["birth_date"]), values["gender"]) == told[:2]
    assert numbers.is_mobile(values["phone"])
    assert numbers.is_iban(values["iban"])
    assert numbers.is_imei(device["imei"])
    assert values["email"].startswith(fold(values["first_name"]))


@pytest.mark.parametrize("seed", SEEDS)
def test_decoys_are_like_nothing_planted(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "p.yml"
    path.write_text(new.write(new.make(seed)), encoding="utf-8")
    person = read(path)
    planted = {fold(item.value) for item in person.planted if item.whose != "decoy"}
    decoys = {fold(item.value) for item in person.planted if item.whose == "decoy"}

    assert len(decoys) >= 10
    assert not planted & decoys
    assert 2 == len(person.positions)
    assert person.contacts >= 10


def test_the_same_seed_gives_the_same_person() -> None:
    assert new.write(new.make(4)) == new.write(new.make(4))
    assert new.write(new.make(4)) != new.write(new.make(5))


def test_the_command_writes_and_tells(tmp_path: Path) -> None:
    out = tmp_path / "persona.yml"

    done = CliRunner().invoke(app, ["persona", "new", "--country", "al", "--seed", "3", "--out", str(out)])

    assert 0 == done.exit_code
    assert "may be a real person's" in done.output
    assert "3" == str(read(out).name.rpartition("-")[2])


def test_the_command_overwrites_nothing(tmp_path: Path) -> None:
    out = tmp_path / "persona.yml"
    out.write_text("mine", encoding="utf-8")

    done = CliRunner().invoke(app, ["persona", "new", "--out", str(out)])

    assert 2 == done.exit_code
    assert "mine" == out.read_text(encoding="utf-8")


def test_another_country_is_refused() -> None:
    done = CliRunner().invoke(app, ["persona", "new", "--country", "xx"])

    assert 2 == done.exit_code
