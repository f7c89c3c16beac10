"""The linter between files: each of its rules fires on a small catalogue made for it."""

from pathlib import Path

import pytest

from auditor import catalogue
from auditor.lint import lint

DATA = "id: {id}\nname: {{en: a, sq: b}}\nbroader: [{broader}]\nsources: [x]\n"

CHECK = """\
id: asks
number: PERM-01
title: {en: "Asks {what}", sq: "TITLE"}
status: stable
severity: low
confidence: high
kind: observed
for each: FACT
when: {declared: it}
duties: [lawful-basis]
why: {en: "WHY", sq: b}
limits: {en: a, sq: b}
verify: {en: a, sq: b}
remedy: {en: a, sq: b}
tests:
  - {name: a, given: "declared data:sms @ m", expect: found}
  - {name: b, given: "", expect: EXPECT}
"""

REGIME = """\
id: law
name: {en: a, sq: b}
address: https://x
valid: {from: 2020-01-01}
sources: [x]
duties:
  DUTY: {none: {en: a, sq: b}}
"""


PRACTICE = """\
id: medals
name: {en: a, sq: b}
together: [[score, like]]
sources: [x]
tests:
  - {name: a, given: {}, expect: [EXPECT]}
  - {name: b, given: {}, expect: []}
"""


def mistakes(folder: Path, files: dict[str, str]) -> list[str]:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [str(mistake) for mistake in lint(catalogue.load(folder))]


def check(**changes: str) -> str:
    text = CHECK
    for word, value in {
        "FACT": "data:sms",
        "TITLE": "Kërkon {what}",
        "WHY": "a",
        "EXPECT": "clear",
        **changes,
    }.items():
        text = text.replace(word, value)
    return text


GOOD = {
    "data/personal.yml": DATA.format(id="personal", broader=""),
    "data/sms.yml": DATA.format(id="sms", broader="personal"),
    "checks/asks.yml": check(),
    "regimes/law.yml": REGIME.replace("DUTY", "lawful-basis"),
}


def test_a_sound_catalogue_has_no_mistakes(tmp_path: Path) -> None:
    assert [] == mistakes(tmp_path, GOOD)


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        (
            "data/sms.yml",
            DATA.format(id="sms", broader="talk"),
            "rules/data/sms.yml:3: broader word 'talk' has no file",
        ),
        ("data/sms.yml", DATA.format(id="sms", broader=""), "does not end in 'personal'"),
        (
            "regimes/law.yml",
            REGIME.replace("DUTY", "fines"),
            "rules/regimes/law.yml:6: duty 'lawful-basis' is missing",
        ),
        ("checks/asks.yml", check(FACT="data:smoke"), "data:smoke is no known word"),
        ("checks/asks.yml", check(TITLE="Kërkon"), "placeholders must be"),
        ("checks/asks.yml", check(TITLE="Kërkon {whom}"), "placeholders must be"),
        ("checks/asks.yml", check(WHY="It violates the law"), "rules/checks/asks.yml:11: 'violates' judges"),
        ("checks/asks.yml", check(EXPECT="undetermined"), "needs a test with `found` and one with `clear`"),
        (
            "practices/medals.yml",
            PRACTICE.replace("EXPECT", "declared practice:ranking"),
            "a test that fires",
        ),
    ],
)
def test_each_rule_of_the_linter_fires(tmp_path: Path, file: str, text: str, expected: str) -> None:
    found = mistakes(tmp_path, {**GOOD, file: text})

    assert [line for line in found if expected in line], found


@pytest.mark.parametrize("name", ["stray.yml", "odd/thing.yml", "data/deep/thing.yml", "data/thing.yaml"])
def test_a_file_that_nothing_reads_is_a_mistake(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)

    assert [f"rules/{name}: is read by nothing"] == [
        line.partition(";")[0] for line in mistakes(tmp_path, {**GOOD, name: "id: x"})
    ]
