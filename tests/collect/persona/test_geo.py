import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.collect.persona.file import Position
from auditor.collect.persona.geo import Near, Places, code, coordinate, distance, uncode, unhash

HERE = Position(41.327546, 19.818698)


def near(text: str) -> list[Near]:
    return list(Places([HERE]).in_text(text))


def test_a_geohash_as_published() -> None:
    lat, lon, _, _ = unhash("ezs42")

    assert (42.605, -5.603) == (round(lat, 3), round(lon, 3))


def test_plus_codes_as_published() -> None:
    """An example of the specification's test data."""
    assert "7FG49Q00+"[:4] == code(20.375, 2.775)[:4]
    assert "8FVC9G8F+6X" == code(47.365590, 8.524997)


@given(st.floats(-89, 89), st.floats(-179, 179))
def test_a_plus_code_holds_its_position(lat: float, lon: float) -> None:
    back_lat, back_lon, step = uncode(code(lat, lon))

    assert abs(back_lat - lat) <= step
    assert abs(back_lon - lon) <= step


def test_distance_of_one_degree() -> None:
    assert 111_000 < distance(41, 19, 42, 19) < 111_400
    assert 0 == distance(41, 19, 41, 19)


@pytest.mark.parametrize(
    ("text", "precise"),
    [
        ("41.327546,19.818698", 1),
        ("19.8187, 41.3275", 11),
        ("41.3275;19.8187", 11),
        ("geo:41.3275,19.8187?z=15", 11),
        ("POINT(19.8187 41.3275)", 11),
        ("+41.3275+019.8187/", 11),
        ("41.33,19.82", 1113),
        ("8FHX8RH9+2F", 14),
        ("8RH9+2F Tirana", 14),
        ("srq54grw", 38),
    ],
)
def test_positions_in_texts(text: str, precise: int) -> None:
    found = near(text)

    assert found
    assert precise == found[0].precise


@pytest.mark.parametrize(
    "text",
    [
        "41.40,19.82",
        "52.520008,13.404954",
        "141.3275,19.8187",
        "41.3275",
        "1.41.3275,19.8187",
        "41,19",
        "v41.327,5",
    ],
)
def test_what_is_not_near(text: str) -> None:
    assert not near(text)


@pytest.mark.parametrize("value", [True, None, "Tirana", 41, "12", b"41.3", 10**12])
def test_what_is_no_coordinate(value: object) -> None:
    assert not list(coordinate(value))
