import hashlib
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.collect.persona import Search, uploaded
from auditor.decode import Leaf
from tests.collect.persona.builders import PERSON, SEARCH, found, leaves, told


def digest(algorithm: str, text: str) -> bytes:
    return hashlib.new(algorithm, text.encode()).digest()


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("value", "data", "form"),
    [
        ("ARBEN.TESTAKU@EXAMPLE.ORG", "email-address", "plain"),
        ("mailto:arben.testaku@example.org.", "email-address", "plain"),
        ("0692123456", "phone-number", "national form"),
        ("00355692123456", "phone-number", "00 form"),
        (355692123456, "phone-number", "digits"),
        (355692123456.0, "phone-number", "digits"),
        ("call +355 69 212 3456 now", "phone-number", "spaced"),
        ("(069) 212-3456", "phone-number", "national form"),
        ("j50101001h", "national-id", "plain"),
        ("Testaku, Arben", "name", "last name first"),
        ("6A1C1487A0AF4223B142A0F4621D0311", "advertising-id", "without separators"),
        (bytes.fromhex("6a1c1487a0af4223b142a0f4621d0311"), "advertising-id", "as bytes"),
        ("0214.b1b4.9a7b", "hardware-identifier", "in groups of four"),
        ("35-048194-179472-7", "hardware-identifier", "in groups"),
        ("Bashkia e Tiranës", "municipality", "as an office"),
        ("DREJTORIA E TESTIMIT", "institution", "plain"),
        (sha256("arben.testaku@example.org"), "email-address", "sha256"),
        (sha256("355692123456").upper(), "phone-number", "sha256 of digits"),
        (sha256("0692123456")[:16], "phone-number", "sha256 of national form, first 16 digits"),
        (sha256("069-212-3456"), "phone-number", "sha256 of national form with dashes"),
        (sha256("(069) 2123456"), "phone-number", "sha256 of national form with brackets"),
        (sha256("35048194-179472-7"), "hardware-identifier", "sha256 of groups of type, serial and check"),
        (sha256("Arben.Testaku@Example.Org"), "email-address", "sha256 of capitals"),
        (sha256(" arben.testaku@example.org"), "email-address", "sha256 of blank around"),
        (b64encode(digest("sha1", "+355692123456")).decode(), "phone-number", "sha1"),
        (digest("md5", "arben"), "name", "md5"),
        ("Bashkia Tiran\u00c3\u00ab", "municipality", "as an office"),
        ("Bashkia Tiran&euml;", "municipality", "as an office"),
        (r"Bashkia Tiran\u00eb", "municipality", "as an office"),
    ],
)
def test_telling_values_under_any_key(value: object, data: str, form: str) -> None:
    assert (data, ".x", form) in told({"x": value})


@pytest.mark.parametrize(
    "value",
    [
        "Arben",
        "Hello Arben, welcome",
        "tirana",
        "1995-01-01",
        "M",
        "mr.arben.testaku@example.org",
        "arben.testaku@example.org.al",
        "arben.testaku2@example.org",
        "1069212345678",
        0.692123456,
        "PROVE-445140-BU8W",
        sha256("arben.testaku@example.org")[:15],
        sha256("arben@example.org"),
        "J50101001",
        "xJ50101001H",
        "6a1c1487-a0af-4223-b142-a0f4621d0312",
        True,
        None,
        "",
    ],
)
def test_what_does_not_count_under_any_key(value: object) -> None:
    assert set() == told({"x": value})


@pytest.mark.parametrize(
    ("value", "data"),
    [
        ({"firstName": "ARBEN"}, "name"),
        ({"emri": "arben"}, "name"),
        ({"greeting_name": "Hello Arben"}, "name"),
        ({"dob": "01.01.1995"}, "date-of-birth"),
        ({"datelindja": 788918400}, "date-of-birth"),
        ({"sex": "male"}, "gender"),
        ({"bashkia": "Tirana"}, "municipality"),
        ({"city": "tirane"}, "municipality"),
        ({"user_properties": [{"name": "municipality", "value": "Tiranë"}]}, "municipality"),
        ({"fields": {"municipality": {"stringValue": "TIRANA"}}}, "municipality"),
    ],
)
def test_short_values_count_under_their_key(value: dict, data: str) -> None:
    assert {data} == {match.data for match in found(value)}


def test_short_values_count_beside_a_second_one() -> None:
    assert {("name", ".a", "plain"), ("name", ".b", "plain")} == told({"a": "Arben", "b": "Testaku"})
    assert set() == told({"a": {"x": "Arben"}, "b": {"x": "Testaku"}})
    assert {("name", ".a", "plain"), ("phone-number", ".p", "bare number")} == told(
        {"a": "Arben", "p": 692123456}
    )


def test_a_letter_counts_under_its_key_only() -> None:
    assert {"name"} == {match.data for match in found({"name": "Arben Testaku", "x": "M"})}


def test_a_municipality_planted_as_an_office_is_not_the_town() -> None:
    from auditor.collect.persona import Persona, Planted

    search = Search(
        Persona("p", (Planted("municipality", "Bashkia Tiranë"), Planted("email", "a.b@example.org")))
    )

    assert [] == [
        m for m in found({"City": "Tirana", "m": "a.b@example.org"}, search) if m.data == "municipality"
    ]
    assert ["without office"] == [m.form for m in found({"bashkia": "Tirana"}, search)]


def test_a_name_inside_the_mail_address_is_no_second_find() -> None:
    assert {"email-address"} == {match.data for match in found({"name": "arben.testaku@example.org"})}


@pytest.mark.parametrize(
    ("value", "data", "precise"),
    [
        ({"lat": 41.32755, "lng": 19.8187}, "precise-location", 11),
        ({"a": "41.3275", "b": "19.8187"}, "precise-location", 11),
        ({"coordinates": [19.8187, 41.3275]}, "precise-location", 11),
        ({"x": 41327546, "y": 19818698}, "precise-location", 1),
        ({"x": 413275460, "y": 198186980}, "precise-location", 1),
        ({"location": "41.33,19.82"}, "approximate-location", 1113),
        (
            {"point": {"latitude": {"doubleValue": 41.3275}, "longitude": {"doubleValue": 19.8187}}},
            "precise-location",
            11,
        ),
    ],
)
def test_positions(value: dict, data: str, precise: int) -> None:
    (match,) = found(value)

    assert (data, precise) == (match.data, match.precise)
    assert "41." not in match.masked.replace("41.•", "")


@pytest.mark.parametrize(
    "value",
    [
        {"lat": 41.4, "lng": 19.82},
        {"lat": 41.3275},
        {"a": 41.33, "b": 19.82},
        {"a": {"lat": 41.3275}, "b": {"lng": 19.8187}},
        {"ip": {"lat": 52.52, "lon": 13.40}},
        {"lat": 41327546, "lng": 198186980},
    ],
)
def test_what_is_no_position_of_the_person(value: dict) -> None:
    assert [] == found(value)


def test_an_address_book_is_counted_plain_and_as_digests() -> None:
    plain = found({"entries": [{"n": "Elira Provashi", "p": "0671112233"}, {"p": "+355681234567"}]})
    digests = found({"hashes": [sha256("355671112233"), sha256("elira@example.net")]})

    assert {"contacts"} == {match.data for match in plain + digests}
    assert 2 == uploaded(plain)
    assert 2 == uploaded(digests)


def test_decoys_are_told_apart() -> None:
    (match,) = found({"m": "nobody@example.com"})

    assert match.decoy
    assert found({"lat": 40.1001, "lon": 19.2001})[0].decoy


def test_a_find_stands_in_the_innermost_layer() -> None:
    outer = Leaf('{"em": "arben.testaku@example.org"}', "body:form$.ud", ("form",), "ud", "body:form$", 0, 9)
    inner = Leaf(
        "arben.testaku@example.org",
        "body:form$.ud:json$.em",
        ("form", "json"),
        "em",
        "body:form$.ud:json$",
        0,
        9,
    )

    assert [inner.place] == [match.place for match in SEARCH.find([outer, inner])]


def test_nothing_of_a_value_is_shown() -> None:
    values = {
        "a": "arben.testaku@example.org",
        "b": "+355692123456",
        "c": "Prove-445140-bu8w",
        "d": "J50101001H",
    }
    shown = " ".join(map(repr, found(values)))

    assert 4 == len(found(values))
    assert not any(value[3:-4] in shown for value in values.values())


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b"\x00\x01arben.testaku@example.org\xff", "unlocated plain"),
        (b"zz" + b64encode(b"{arben.testaku@example.org}") + b"!", "unlocated base64"),
        (b"zz" + b64encode(b"1{arben.testaku@example.org}") + b"!", "unlocated base64"),
        (b"zz" + b64encode(b"22{arben.testaku@example.org}") + b"!", "unlocated base64"),
        (b"\x00" + b"arben.testaku@example.org".hex().encode() + b"\x00", "unlocated hexadecimal"),
        (b"\x00arben.testaku%40example.org\x00", "unlocated percent encoding"),
        ("\x01arben.testaku@example.org".encode("utf-16-le"), "unlocated UTF-16"),
    ],
)
def test_raw_bytes_are_the_last_resort(data: bytes, form: str) -> None:
    (match,) = SEARCH.find_raw(data, "body", [])

    assert ("email-address", "body", form) == (match.data, match.place, match.form)
    assert [] == SEARCH.find_raw(data, "body", [match])


def test_an_encoded_value_that_nobody_opened_has_its_leaf() -> None:
    text = "id1." + b64encode(b"?arben.testaku@example.org?").decode()

    assert {("email-address", ".x", "base64, not opened")} == told({"x": text})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_anything_can_be_searched(value: object) -> None:
    for match in SEARCH.find(list(leaves(value))):
        assert not match.decoy


@given(st.binary(max_size=300))
def test_any_bytes_can_be_searched(data: bytes) -> None:
    assert [] == SEARCH.find_raw(data, "body", [])


def test_without_a_person_only_shapes_are_sought() -> None:
    matches = Search(None).find(list(leaves({"mail": "someone@example.org"})))

    assert ["shape"] == [match.confidence for match in matches]
    assert [] == Search(None).find_raw(b"someone@example.org", "body", matches)


def test_the_person_of_these_tests_is_whole() -> None:
    assert {"self", "contact", "decoy"} == {item.whose for item in PERSON.planted}
