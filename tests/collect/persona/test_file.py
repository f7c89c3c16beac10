from pathlib import Path

import pytest

from auditor import catalogue
from auditor.collect.persona import PersonaError, Planted, Position, read
from auditor.collect.persona.families import FAMILIES
from auditor.collect.persona.kinds import KINDS

FULL = """\
persona: arben-1
values: {first_name: Arben, last_name: Testaku, email: a@example.org, phone: "+355692123456",
         nid: J50101001H, municipality: Tiranë, password: {secret: true}}
device: {aaid: 6a1c1487-a0af-4223-b142-a0f4621d0311, imei: 350481941794727}
geo: {lat: 41.327546, lon: 19.818698, radius_m: 300}
contacts:
  - {name: Elira Provashi, phone: "+355671112233"}
social: {facebook_id: 100004250315046}
decoys: [nobody@example.org, {phone: "+355682223344"}, "40.1,19.2"]
"""


def written(folder: Path, text: str, name: str = "persona.yml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def test_a_whole_file(tmp_path: Path) -> None:
    person = read(written(tmp_path, FULL))

    assert "arben-1" == person.name
    assert {
        Planted("full_name", "Arben Testaku"),
        Planted("birth_date", "1995-01-01"),  # told by the personal number
        Planted("imei", "350481941794727"),
        Planted("phone", "+355671112233", "contact"),
        Planted("email", "nobody@example.org", "decoy"),
        Planted("phone", "+355682223344", "decoy"),
    } <= set(person.planted)
    assert (Position(41.327546, 19.818698, 300), Position(40.1, 19.2, decoy=True)) == person.positions
    assert 1 == person.contacts
    assert ("password is not written in the persona file",) == person.notes


def test_a_flat_table(tmp_path: Path) -> None:
    text = '{"name": "Arben", "mun": "Bashkia Tiran\\u00eb", "lat": "41.3", "lon": "19.8"}'

    person = read(written(tmp_path, text, "p.json"))

    assert Planted("municipality", "Bashkia Tiranë") in person.planted
    assert Planted("first_name", "Arben") in person.planted
    assert 41.3 == person.positions[0].lat


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("values:\n  emial: a@b\n", "p.yml:2: "),
        ("a: 1\nemail: x@example.org\n", "p.yml:1: "),
        ("values: [a]", "p.yml:1: values must be a table"),
        ("geo: {lat: 141, lon: 19}", "lat must be degrees between -90 and 90, not 141"),
        ("geo: {lat: nan, lon: 19}", "lat must be degrees"),
        ("geo: {lat: 41}", "lon"),
        ("", "p.yml"),
        ("[]", "p.yml"),
        ("decoys: [a]", "says nothing to search for"),
        ("values: {email: !!python/object:os.system x}", "p.yml"),
        ('values: {email: "a\\nb"}', "a text of one line"),
        ('values: {email: "\\ud800"}', "p.yml"),
        ("values: {email: *a}", "is not YAML"),
        ("contacts: [" + "{name: a}," * 2001 + "]\nvalues: {email: x}", "more than 2000"),
    ],
)
def test_mistakes_are_one_sentence_with_a_line(tmp_path: Path, text: str, sentence: str) -> None:
    try:
        read(written(tmp_path, text, "p.yml"))
    except PersonaError as error:
        assert sentence in str(error)
    else:
        assert "python/object" in text  # a tag is only text: nothing is made of it


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(PersonaError, match=r"^no\.yml: is not there$"):
        read(tmp_path / "no.yml")
    with pytest.raises(PersonaError, match=f"^{tmp_path.name}: cannot be read: Is a directory$"):
        read(tmp_path)


def test_every_kind_of_value_tells_a_data_type_of_the_rules() -> None:
    rules = catalogue.load()

    assert set() == {kind.data for kind in KINDS.values()} - rules.data.keys()
    assert set() == {kind.family for kind in KINDS.values() if kind.family} - FAMILIES.keys()
