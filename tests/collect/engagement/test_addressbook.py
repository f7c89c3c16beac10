"""Address books on their way out; and lists that are none."""

import hashlib
from typing import Any

import pytest

from auditor.collect.engagement.addressbook import FEWEST
from auditor.collect.engagement.sign import INFERRED, OBSERVED, POSSIBLE
from tests.collect.engagement.recorded import get, levels, post, signs

PHONES = [f"+35569{n:07}" for n in range(12)]
MAILS = [f"p{n}@test.example" for n in range(12)]
DIGESTS = [hashlib.sha256(phone.encode()).hexdigest() for phone in PHONES]


@pytest.mark.parametrize(
    ("path", "key"),
    [("/contacts", "items"), ("/x", "kontaktet"), ("/x", "контакты"), ("/x", "مخاطبین"), ("/x", "contatti")],
)
@pytest.mark.parametrize("items", [PHONES, MAILS, DIGESTS, [phone[1:] for phone in PHONES]])
def test_with_a_word_for_contacts(path: str, key: str, items: list[str]) -> None:
    [sign] = signs("address book", post(0, path, {key: items}))
    assert (OBSERVED, {"items": 12}) == (sign.level, sign.figures)
    assert not any(item in f"{sign.note} {sign.counter}" for item in items)


def test_numbers_of_objects_and_the_longest_list() -> None:
    book = [{"name": "x", "phones": [phone]} for phone in PHONES]
    [sign] = signs(
        "address book", post(0, "/sync", {"contacts": book[:10]}), post(9, "/sync", {"contacts": book})
    )
    assert (12, 2) == (sign.figures["items"], sign.total)


def test_without_a_word_numbers_are_inferred_and_addresses_possible() -> None:
    assert [INFERRED] == levels("address book", post(0, "/x", {"p": PHONES}))
    assert [POSSIBLE] == levels("address book", post(0, "/send", {"subject": "x", "to": MAILS}))


ORDINARY: dict[str, dict[str, Any]] = {
    "too few": post(0, "/contacts", {"contacts": PHONES[: FEWEST - 1]}),
    "one number again and again": post(0, "/contacts", {"contacts": PHONES[:1] * 30}),
    "ids": post(0, "/seen", {"ids": list(range(10_000_000, 10_000_030))}),
    "digests of files": post(0, "/files", {"hashes": DIGESTS}),
    "what comes back": get(0, "/contacts", {"contacts": PHONES}),
    "dates": post(0, "/days", {"days": [f"2026-01-{n:02}" for n in range(1, 29)]}),
}


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_lists(name: str) -> None:
    assert [] == levels("address book", ORDINARY[name])
