import pytest

from auditor.collect.persona.places import COUNTIES, MUNICIPALITIES, inflected, municipality, offices, written


def test_there_are_61_in_12_counties() -> None:
    assert 61 == len(MUNICIPALITIES)
    assert 12 == len(COUNTIES)


@pytest.mark.parametrize("name", MUNICIPALITIES)
def test_every_form_leads_back_to_its_municipality(name: str) -> None:
    for form in inflected(name):
        assert (name, False) == municipality(form)
        assert (name, False) == municipality(form.upper())
    for form in written(name):
        assert (name, True) == municipality(form)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("tirana", "Tiranë"),
        ("TIRANËS", "Tiranë"),
        ("Durresi", "Durrës"),
        ("Shkodra", "Shkodër"),
        ("Dibrës", "Dibër"),
        ("korca", "Korçë"),
        ("Cërriku", "Cërrik"),
        ("fushe-arrez", "Fushë-Arrëz"),
        ("Malësisë së Madhe", "Malësi e Madhe"),
        ("Ura Vajgurore", "Dimal"),
        ("Hasit", "Has"),
    ],
)
def test_inflected_and_without_diacritics(text: str, name: str) -> None:
    assert (name, False) == municipality(text)


@pytest.mark.parametrize("text", ["", "bashkia", "Prishtinë", "hash", "matematikë", "Bashkia Prishtinë"])
def test_what_is_none(text: str) -> None:
    assert "" == municipality(text)[0]


def test_offices_inside_a_text() -> None:
    assert ["Vlorë", "Has"] == offices("Drejtoria e Taksave, Bashkia  Vlorë; më parë te Bashkia e Hasit")
    assert [] == offices("Vlora ka det, Bashkia Hasanaj nuk ekziston")
