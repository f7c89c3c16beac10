"""What looks like a key, an e-mail address or a phone number is masked, and nothing else."""

import pytest

from auditor.catalogue import load
from auditor.collect.literals import Scanner
from auditor.collect.veil import veiled


@pytest.fixture(scope="module")
def scanner() -> Scanner:
    return Scanner(load())


@pytest.mark.parametrize(
    "text",
    [
        '"al.example.app.ACTION_START_FOREGROUND_SERVICE"',
        '"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"',
        '"application/x-www-form-urlencoded; charset=utf-8"',
        '"https://api.example.al/v1/users/points?limit=20"',
        "\"yyyy-MM-dd'T'HH:mm:ss.SSSZ\"",
        '"2024-12-31 23:59:59" "10.0.2.2" "+02:00" "1234567890" "0.4.12"',
        '"@string/app_name" "user@"',
        "al.example.Key0a1b2c3d4e5f6a7b8c9d0e.put(069123456700)",
        '""',
        '"',
    ],
)
def test_stays(text: str, scanner: Scanner) -> None:
    assert text == veiled(text, scanner)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('put("shkruaj.dikujt+1@posta.example.al")', 'put("<e-mail address>")'),
        (r'"a\"b@c.al"', r'"a\"<e-mail address>"'),
        ('"mailto:info@example.al?subject=x"', '"mailto:<e-mail address>?subject=x"'),
        ('"+355 69 123 4567"', '"<phone number>"'),
        ('"tel:00355691234567"', '"tel:<phone number>"'),
        ('"069 123 4567, 04 2234567"', '"<phone number>, <phone number>"'),
    ],
)
def test_personal_data(text: str, shown: str, scanner: Scanner) -> None:
    assert shown == veiled(text, scanner)


@pytest.mark.parametrize(
    "secret",
    [
        "0123456789abcdef" * 2,
        "c2VjcmV0IHZhbHVlIDEyMzQ1Njc4OTAgYWJj",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "AIza" + "SyB4" * 8 + "abc",
    ],
)
def test_keys(secret: str, scanner: Scanner) -> None:
    """The last characters and the beginning of the digest stay: by them, who holds the key knows it."""
    shown = veiled(f'a("{secret}", "x");', scanner)

    assert shown.startswith('a("<')
    assert shown.endswith('...>", "x");')
    assert secret not in shown
    assert f"...{secret[-4:]}, SHA-256 " in shown


def test_known_keys_outside_literals(scanner: Scanner) -> None:
    """What the rules describe is masked wherever it stands."""
    key = "AIza" + "SyB4" * 8 + "abc"
    assert key not in veiled(f"{key} = 1", scanner)
