"""Located hits -> evidence: what is said of a server or a key, and what is left unsaid."""

from __future__ import annotations

import hashlib

import pytest

from auditor import catalogue
from auditor.collect import contacts
from auditor.collect.archive import Unreadable
from auditor.collect.contacts import Located
from auditor.collect.literals import Found, Scanner
from auditor.model import Evidence, Fact, Rung
from auditor.notation import parse, show

RULES = catalogue.load()
SCANNER = Scanner(RULES)
GOOGLE = "AIza" + "b" * 35
PASSWORD = "b" * 16


def located(text: str, where: str = "dex:classes.dex/string_ids[1]", owner: str = "app") -> list[Located]:
    return [Located(found, where, owner) for found in SCANNER.scan(f'"{text}"'.encode())]


def evidence(*found: Located) -> list[Evidence]:
    return list(contacts.contacts(found, RULES))


def test_a_server_is_named_with_its_owner_its_place_and_its_address() -> None:
    (item,) = evidence(*located("https://api.partia.al/v1/points?user=ana"))

    where = "dex:classes.dex/string_ids[1] https://api.partia.al/v1/points?user=..."
    assert Evidence(Fact("contact", "api.partia.al", "app"), Rung.REFERENCED, where) == item


def test_an_example_is_kept_and_marked() -> None:
    (item,) = evidence(*located("https://api.aktivisti.example/v1"))

    assert item.where.endswith(" https://api.aktivisti.example/v1 (reserved name)")
    assert "addresses/reserved-names" == item.by


@pytest.mark.parametrize(
    "text",
    [
        "http://schemas.android.com/apk/res/android",
        "https://github.com/acme/x/issues/1",
        "http://localhost:8081/",
        "https://%s/v1",
        "https://",
        "pk_" + "live_" + "b" * 24,
        "1:111111111111:android:" + "b" * 22,
    ],
)
def test_what_accuses_nobody_is_no_evidence(text: str) -> None:
    found = located(text)

    assert found
    assert [] == evidence(*found)


def test_a_key_is_a_weakness_of_its_service_and_its_value_stays_here() -> None:
    (item,) = evidence(*located("sk_" + "live_" + "b" * 24))

    assert Fact("weakness", "credential-in-package", "stripe") == item.fact
    assert (Rung.REFERENCED, "secrets/stripe-secret-key") == (item.level, item.by)
    assert item.where.startswith("dex:classes.dex/string_ids[1] stripe-secret-key ...bbbb, SHA-256 ")
    assert "b" * 5 not in item.where


def test_a_key_in_the_code_of_a_library_is_told_from_the_apps_own() -> None:
    theirs, ours = evidence(*located(GOOGLE, owner="google-nearby"), *located(GOOGLE, where="dex:b"))

    assert theirs.where.endswith(" (in the code of google-nearby)")
    assert "in the code of" not in ours.where


def test_a_password_in_an_address_shows_in_neither_line() -> None:
    items = evidence(*located(f"https://admin:{PASSWORD}@api.partia.al/?key={GOOGLE}"))

    assert ["contact", "weakness", "weakness"] == [item.fact.kind for item in items]
    assert not [item for item in items if PASSWORD in item.where or GOOGLE in item.where]


def test_a_place_is_told_once_per_host_and_owner() -> None:
    here = located("https://api.partia.al/v1")
    theirs = located("https://api.partia.al/v1", owner="okhttp")
    there = located("https://api.partia.al/v1", where="dex:classes2.dex/string_ids[7]")

    found = evidence(*here, *here, *theirs, *there, *here)

    assert [("app", "classes.dex"), ("app", "classes2.dex"), ("okhttp", "classes.dex")] == [
        (item.fact.who, item.where.partition(":")[2].partition("/")[0]) for item in found
    ]


def test_of_many_places_the_first_twenty_are_kept_and_the_rest_is_counted() -> None:
    many = [
        at for n in range(57) for at in located("https://api.partia.al/", f"dex:classes.dex/string_ids[{n}]")
    ]

    found = evidence(*many)

    assert 20 == len(found)
    assert found[-1].where.startswith("dex:classes.dex/string_ids[19] ")
    assert found[-1].where.endswith(" (and 37 more places)")


def test_too_many_hosts_are_told_after_those_that_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contacts, "MOST", 3)
    many = [at for n in range(5) for at in located(f"https://host{n}.partia.al/")]
    found: list[Evidence] = []

    with pytest.raises(Unreadable, match="more than 3 hosts and keys are named; the rest was not kept"):
        found.extend(contacts.contacts(many, RULES))

    assert ["host0.partia.al", "host1.partia.al", "host2.partia.al"] == [item.fact.what for item in found]


@pytest.mark.parametrize(
    "text",
    [
        "https://api.partia.al/" + "x" * 900,
        "https://münchen.partia.al/\u202egpj.exe",
        "https://" + ".".join(["a" * 60] * 4) + ".al/" + "y" * 500,
        "https://[2001:4860:4860::8888]/dns-query",
        "wss://socket.partia.al:8443/[before consent] @ x",
    ],
)
@pytest.mark.parametrize("where", ["dex:classes.dex/string_ids[1]", "zip:" + "long/" * 200, "zip:a\nb\u202e"])
def test_every_line_is_bounded_printable_and_can_be_read_again(text: str, where: str) -> None:
    (item,) = evidence(*located(text, where))

    assert len(item.where) <= 300
    assert item.where.isprintable()
    assert parse(show(item)) == Evidence(item.fact, item.level, item.where)


def test_identifiers_are_listed_once_without_their_value() -> None:
    key = "AKIA" + "B" * 16
    rows = contacts.identifiers([*located(key), *located(key), *located("https://api.partia.al/")], RULES)

    assert [
        {
            "vendor": RULES.vendors["aws"].name,
            "name": "aws-access-key-id",
            "where": "dex:classes.dex/string_ids[1]",
            "value": "...BBBB",
            "sha256": hashlib.sha256(key.encode()).hexdigest(),
        }
    ] == rows


def test_secrets_are_not_listed_among_identifiers() -> None:
    assert [] == contacts.identifiers([Located(Found("google-api-key", GOOGLE, 0, 39), "dex:x")], RULES)
