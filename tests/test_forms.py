"""Rule files: every mistake with file and line, all at once."""

from pathlib import Path

import pytest

from auditor import document
from auditor.catalogue import load
from auditor.forms import RuleError

VENDOR = """\
id: acme
name: Acme
company: Acme Ltd
roles: [push]
code: [com.acme]
sources: [https://acme.example]
tests:
  - {name: fires, given: {classes: [com.acme.A]}, expect: [referenced sdk:acme]}
  - {name: quiet, given: {classes: [com.acmetoo.A]}, expect: []}
"""


def rules(folder: Path, text: str, name: str = "vendors/acme.yml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return folder


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(RuleError) as error:
        load(folder)
    return [str(mistake) for mistake in error.value.mistakes]


def test_a_good_file_is_loaded_without_being_named_anywhere(tmp_path: Path) -> None:
    assert ["acme"] == list(load(rules(tmp_path, VENDOR)).vendors)


def test_all_mistakes_of_all_files_are_shown_at_once(tmp_path: Path) -> None:
    rules(
        tmp_path, VENDOR.replace("roles: [push]", "roles: [pusher]").replace("company: Acme Ltd", "seat: {}")
    )
    rules(tmp_path, "id: other\nname: {en: a}\nsources: []\nbroader: personal\n", "data/thing.yml")

    found = mistakes(tmp_path)

    assert "rules/vendors/acme.yml:4: roles.0 must be one of " in "\n".join(found)
    assert "rules/vendors/acme.yml:1: key 'company' is missing" in found
    assert "rules/vendors/acme.yml:3: key 'country' is missing" in found
    assert "rules/data/thing.yml:1: id 'other' differs from the file name 'thing'" in found
    assert "rules/data/thing.yml:2: key 'sq' is missing" in found
    assert "rules/data/thing.yml:3: sources must have at least 1 entries, not 0" in found
    assert "rules/data/thing.yml:4: broader must be a list, not a text" in found


def test_a_repeated_key_is_a_mistake(tmp_path: Path) -> None:
    found = mistakes(rules(tmp_path, VENDOR.replace("name: Acme\n", "name: Acme\nname: Emca\n")))

    assert ["rules/vendors/acme.yml:3: key 'name' stands here twice"] == found


def test_an_unknown_key_is_a_mistake(tmp_path: Path) -> None:
    found = mistakes(rules(tmp_path, VENDOR + "colour: red\n"))

    assert found[0].startswith("rules/vendors/acme.yml:10: key 'colour' is unknown; expected one of ")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: [1", "is not YAML"),
        ("\x00", "cannot be read"),
        ("\xff\xfe", "cannot be read"),
        ("a: &a [x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b]\n"
         "d: &d [*c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d, *d]\n"
         "f: [*e, *e, *e, *e, *e, *e, *e, *e]\n", "nested too deeply or repeats too much"),
        ("[" * 5000, ""),
    ],
)  # fmt: skip
def test_hostile_yaml_ends_as_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "x.yml"
    path.write_bytes(text.encode("latin-1"))

    found = document.read(path, "x.yml").mistakes

    assert found
    assert said in str(found[0])


def test_norway_stays_norway_and_only_true_is_true(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    path.write_text("a: NO\nb: yes\nc: true\nd: 2025-02-01\ne: 012\nf: 12\ng: '12'\n", encoding="utf-8")

    expected = {"a": "NO", "b": "yes", "c": True, "d": "2025-02-01", "e": "012", "f": 12, "g": "12"}
    assert expected == document.read(path, "x.yml").value


CHECK = """\
id: talks
number: PERM-01
title: {en: Talks, sq: Flet}
status: stable
severity: low
confidence: high
kind: observed
for each: data:sms
when: CONDITION
duties: [lawful-basis]
why: {en: a, sq: b}
limits: {en: a, sq: b}
verify: {en: a, sq: b}
remedy: {en: a, sq: b}
tests:
  - {name: a, given: "declared data:sms @ m", expect: found}
  - {name: b, given: "", expect: clear}
"""


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("{sometimes: it}", "'sometimes' is no condition"),
        ("{exactly maybe: it}", "is no condition"),
        ("{transmitted during lunch: it}", "is no condition"),
        ("{declared: something}", "is not a fact"),
        ("{declared: it, referenced: it}", "a condition must be one key"),
        ("{all: []}", "at least 1 entries"),
        ("{not: [it]}", "a condition must be one key"),
    ],
)
def test_a_wrong_condition_is_told_what_was_expected(tmp_path: Path, condition: str, said: str) -> None:
    found = mistakes(rules(tmp_path, CHECK.replace("CONDITION", condition), "checks/talks.yml"))

    assert said in found[0]
    assert found[0].startswith("rules/checks/talks.yml:9: ")
