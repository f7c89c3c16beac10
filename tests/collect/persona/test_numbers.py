from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.collect.persona import numbers

DAYS = st.dates(date(1850, 1, 1), date(2029, 12, 31))


@given(DAYS, st.sampled_from("MF"), st.integers(0, 999))
def test_a_personal_number_tells_birth_date_and_sex(day: date, sex: str, serial: int) -> None:
    number = numbers.personal_number(day, sex, serial)

    assert (day, sex, False) == numbers.born(number)
    assert numbers.born(number.lower()) == numbers.born(number)


@given(DAYS, st.integers(0, 999), st.integers(1, 8), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(day: date, serial: int, place: int, more: int) -> None:
    number = numbers.personal_number(day, "F", serial)
    digit = (int(number[place]) + more) % 10

    assert numbers.born(f"{number[:place]}{digit}{number[place + 1 :]}") is None


def test_the_number_of_the_probe_is_valid() -> None:
    assert (date(1995, 1, 1), "M", False) == numbers.born("J50101001H")


@pytest.mark.parametrize("text", ["", "J50101001A", "J5010100H", "J51301001H", "N50101001H", "J50101001Ë"])
def test_what_is_no_personal_number(text: str) -> None:
    assert numbers.born(text) is None


def test_years_beyond_the_alphabet_are_refused() -> None:
    with pytest.raises(ValueError, match="2031"):
        numbers.personal_number(date(2031, 1, 1), "M", 1)


@pytest.mark.parametrize(
    "text",
    ["0692123456", "+355692123456", "00355692123456", "355 69 212 3456", "692123456", "(069) 212-3456"],
)
def test_forms_of_one_phone(text: str) -> None:
    assert "692123456" == numbers.national(text)
    assert numbers.is_mobile(text)


@pytest.mark.parametrize("text", ["069212345", "+39692123456", "06921234567", "0612123456x", "abc"])
def test_no_albanian_phone(text: str) -> None:
    assert not numbers.is_mobile(text)


def test_a_number_of_tirana_is_no_mobile() -> None:
    assert "42223344" == numbers.national("+355 4 222 3344")
    assert not numbers.is_mobile("+355 4 222 3344")


def test_luhn_as_published() -> None:
    """The example of ISO/IEC 7812-1."""
    assert 3 == numbers.luhn("7992739871")


@given(st.from_regex(r"\A[0-9]{14}\Z"))
def test_a_number_with_its_luhn_digit_is_an_imei(body: str) -> None:
    assert numbers.is_imei(f"{body}{numbers.luhn(body)}") == (len(set(f"{body}{numbers.luhn(body)}")) > 2)
    assert not numbers.is_imei(f"{body}{(numbers.luhn(body) + 1) % 10}")


def test_the_iban_of_the_registry() -> None:
    """The example that SWIFT's registry gives for Albania."""
    assert numbers.is_iban("AL47 2121 1009 0000 0002 3569 8741")
    assert "AL47212110090000000235698741" == numbers.iban("212110090000000235698741")
    assert not numbers.is_iban("AL48 2121 1009 0000 0002 3569 8741")


def test_a_kosovo_number_is_checked() -> None:
    first = "123456789"
    fitting = [digit for digit in "0123456789" if numbers.is_kosovo_number(first + digit)]

    assert len(fitting) == 1
    assert not numbers.is_kosovo_number("1111111111")
