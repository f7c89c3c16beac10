"""Reports per unit; and documents that are none."""

from auditor.collect.engagement.sign import INFERRED, OBSERVED, POSSIBLE
from tests.collect.engagement.recorded import get, levels, post

NAMES = ("Ana Testi", "Ben Provaj", "Dea Shembull")
ROWS = [{"name": name, "likes": n + 1, "shares": n} for n, name in enumerate(NAMES)]
SIGN_UP = post(0, "/register", {"name": "Ana Testi", "phone": "+355691234567", "institution": "X"})


def file(path: str, kind: str = "application/pdf", status: int = 200) -> dict[str, object]:
    return get(9, path, "x") | {"type": kind, "status": status}


def test_a_file_for_one_institution() -> None:
    assert [OBSERVED] == levels("unit report", file("/departments/7/report"))
    assert [OBSERVED] == levels("unit report", file("/eksporto?drejtoria=7", "text/csv"))


def test_a_file_is_only_possible_without_a_report_and_counts_beside_a_unit_of_the_person() -> None:
    brochure = file("/departments/7/brochure.pdf")
    assert [POSSIBLE] == levels("unit report", brochure)
    assert [INFERRED] == levels("unit report", brochure, SIGN_UP)


def test_persons_of_one_unit_with_what_they_did() -> None:
    assert [INFERRED] == levels("unit report", get(0, "/departments/7/members", {"rows": ROWS}))
    assert [POSSIBLE] == levels("unit report", get(0, "/units/7/members", {"rows": ROWS}))


def test_units_with_their_numbers() -> None:
    units = [{"institution": f"Drejtoria {n}", "points": 90 - n} for n in range(4)]
    assert [INFERRED] == levels("unit report", get(0, "/reports/weekly", {"rows": units}))
    assert [] == levels("unit report", get(0, "/list", {"rows": units}))


def test_a_refusal_says_only_that_there_is_one() -> None:
    assert [POSSIBLE] == levels("unit report", file("/departments/7/report", status=403))
    assert [POSSIBLE] == levels("unit report", file("/departments/7/report", status=403), SIGN_UP)


def test_a_complaint_to_an_office_is_only_possible() -> None:
    assert [POSSIBLE] == levels("unit report", post(0, "/institutions/7/reports", {"text": "x"}))


def test_other_files_and_lists() -> None:
    assert [] == levels("unit report", file("/statements/2026-01.pdf"))
    assert [] == levels("unit report", get(0, "/friends", {"rows": ROWS}))
    assert [] == levels("unit report", get(0, "/departments/7/staff", {"rows": [{"name": n} for n in NAMES]}))
