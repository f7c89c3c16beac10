"""Resources: back-end identity, languages, labels; secrets only by their end and hash."""

import hashlib

import pytest

from auditor import catalogue
from auditor.collect import resources
from auditor.collect.manifest import Manifest
from auditor.collect.resourcetable import Entry, Table

RULES = catalogue.load()
KEY = "AIza" + "0123456789" * 3 + "abcde"


def table(**strings: str) -> Table:
    made = Table()
    for index, (name, value) in enumerate(strings.items()):
        made.add(Entry(0x7F010000 + index, "string", name, "", value))
    return made


def test_a_key_is_shown_by_its_end_and_its_hash() -> None:
    found = list(resources.identities(Manifest("al.example"), table(google_api_key=KEY), RULES))

    assert ["...bcde"] == [i.shown for i in found]
    assert [hashlib.sha256(KEY.encode()).hexdigest()] == [i.sha256 for i in found]


def test_the_back_end_is_named_by_its_host_and_a_key_is_a_weakness() -> None:
    texts = table(google_api_key=KEY, firebase_database_url="https://x-rtdb.firebaseio.com", project_id="x")
    manifest = Manifest("al.example")
    found = list(resources.identities(manifest, texts, RULES))
    facts = {(e.fact.kind, e.fact.what, e.fact.who) for e in resources.evidence(found, manifest, texts)}

    expected = {
        ("contact", "x-rtdb.firebaseio.com", "firebase-realtime-database"),
        ("weakness", "credential-in-package", "firebase-core"),
    }
    assert expected == facts


@pytest.mark.parametrize(("have", "spoken"), [(2, ["sq"]), (1, ["sq"]), (0, [])])
def test_a_language_is_spoken_when_half_of_the_apps_own_texts_have_it(have: int, spoken: list[str]) -> None:
    """Libraries bring dozens of languages; their texts do not count."""
    texts = table(first="a", second="b", abc_share="c")
    for index, name in enumerate(["first", "second"][:have]):
        texts.add(Entry(0x7F010000 + index, "string", name, "sq", "x"))
    texts.add(Entry(0x7F010002, "string", "abc_share", "sq", "x"))

    assert spoken == resources.spoken(texts, RULES)


def test_references_resolve_and_circles_end() -> None:
    texts = table(one="@7f010001", two="@7f010000", three="@7f010003", four="at last")

    assert "at last" == texts.value("string", "three")
    assert texts.value("string", "one").startswith("@7f")


@pytest.mark.parametrize(
    ("address", "region"),
    [
        ("https://x-rtdb.europe-west1.firebasedatabase.app", "europe-west1"),
        ("https://x.firebaseio.com", "us-central1"),
    ],
)
def test_the_region_of_a_database_stands_in_its_address(address: str, region: str) -> None:
    found = resources.identities(Manifest("al.example"), table(firebase_database_url=address), RULES)

    assert region == {item.name: item.shown for item in found}["firebase_database_url (region)"]
