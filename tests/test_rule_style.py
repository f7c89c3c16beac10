"""What the project asks of its rule files beyond their form."""

from pathlib import Path

import pytest

from auditor import catalogue
from auditor.collect.literals import Scanner
from auditor.forms import Mistake
from auditor.lint import ACCUSING, TERM, lint
from auditor.match import Not

RULES = catalogue.load()

LEGAL_MINIMUM = 28
VENDOR_MINIMUM = 45


def test_there_are_enough_checks_and_vendors() -> None:
    assert len(RULES.checks) >= LEGAL_MINIMUM
    assert len(RULES.vendors) >= VENDOR_MINIMUM


def test_every_duty_a_check_names_stands_in_every_law() -> None:
    asked = {duty for check in RULES.checks.values() for duty in check.all_duties}

    assert {"gdpr", "al-9887-2008", "al-124-2024"} == set(RULES.regimes)
    assert all(asked <= regime.duties.keys() for regime in RULES.regimes.values())


def test_the_deferred_articles_carry_their_date() -> None:
    """legal.md 2.1: arts 29(3), 31, 32 and 35-36 of Law 124/2024 apply from about 17.01.2027."""
    rows = [
        row for rows in RULES.regimes["al-124-2024"].duties.values() if isinstance(rows, list) for row in rows
    ]
    deferred = {str(row["article"]) for row in rows if row.get("from") == "2027-01-17"}

    assert {"29(3)", "31", "32"} <= deferred


@pytest.mark.parametrize(
    "text", ["This is a violation", "kjo është shkelje", "an illegal app", "shkel ligjin"]
)
def test_words_that_judge_are_caught(text: str) -> None:
    assert ACCUSING.search(TERM.sub("", text))


@pytest.mark.parametrize("text", ["shkelje e mundshme", "possible contravention", "shkelje e sigurisë"])
def test_words_that_do_not_judge_pass(text: str) -> None:
    assert not ACCUSING.search(TERM.sub("", text))


def test_no_vendor_claims_a_class_prefix_of_another() -> None:
    prefixes = [prefix for vendor in RULES.vendors.values() for prefix in vendor.code]

    assert sorted(set(prefixes)) == sorted(prefixes)


def test_no_check_fires_on_absence_alone_without_saying_so() -> None:
    """A condition that is one `not` must be of kind absent, contradiction or question."""
    bare = [c.id for c in RULES.checks.values() if isinstance(c.when, Not) and c.kind == "observed"]

    assert [] == bare


def test_a_new_file_is_linted_without_being_named(tmp_path: Path) -> None:
    (tmp_path / "practices").mkdir()
    (tmp_path / "practices" / "dancing.yml").write_text(
        "id: dancing\nname: {en: dancing, sq: vallëzim}\ntogether: [[music, feet]]\nsources: [x]\n"
        "tests:\n  - {name: a, given: {}, expect: [x]}\n  - {name: b, given: {}, expect: []}\n",
        encoding="utf-8",
    )

    found = lint(catalogue.load(tmp_path))

    assert Mistake("rules/practices/dancing.yml", 3, "word family 'feet' is in no language") in found


ACME_KEY = """\
id: acme-key
name: {en: a, sq: b}
pattern: ACME-[0-9]{8}
nature: secret
vendor: acme
sources: [x]
tests:
  - {name: a, given: ACME-11111111, expect: [acme-key]}
  - {name: b, given: ACME-22222222, expect: [acme-key]}
"""


def test_a_kind_of_key_needs_a_quiet_test_and_a_vendor_we_know(tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "acme-key.yml").write_text(ACME_KEY, encoding="utf-8")

    found = lint(catalogue.load(tmp_path))

    assert [
        Mistake("rules/secrets/acme-key.yml", 5, "'acme' has no file in rules/vendors"),
        Mistake("rules/secrets/acme-key.yml", 7, "needs a test that finds 'acme-key' and one that does not"),
    ] == found


def test_no_file_here_holds_what_looks_like_a_live_key() -> None:
    """Values in tests stand in pieces: scanners of hosting sites, and our own, must find none."""
    scanner = Scanner(RULES)
    files = [*RULES.home.glob("secrets/*.yml"), *Path(__file__).parent.rglob("*.py")]
    secret = {rule.id for rule in RULES.secrets.values() if rule.nature == "secret"}
    secret -= {"password-in-address"}  # an invented password is nobody's

    found = {(f.name, hit.kind) for f in files for hit in scanner.scan(f.read_bytes()) if hit.kind in secret}

    assert len(files) > len(secret)
    assert set() == found


def test_addresses_are_listed_once() -> None:
    entries = [host for rule in RULES.addresses.values() for host in rule.hosts]

    assert sorted(set(entries)) == sorted(entries)
