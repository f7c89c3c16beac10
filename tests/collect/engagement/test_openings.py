"""Openings of a known person."""

from auditor.collect.engagement.sign import INFERRED, OBSERVED, POSSIBLE
from tests.collect.engagement.recorded import levels, post, signs

CLAIMS = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiI3IiwiZW1haWwiOiJhbmFAZXhhbXBsZS5vcmcifQ.c2lnbmF0dXJl"


def opened(**body: object) -> list[dict[str, object]]:
    return [post(900 * i, "/app/open", body) for i in range(3)]


def test_by_id_by_name_and_by_nobody() -> None:
    assert [INFERRED] == levels("opening", *opened(user_id=7))
    assert [] == signs("opening", *opened(device="abc"))


def test_a_token_that_holds_an_address_says_who_it_is() -> None:
    rows = [row | {"headers": {"authorization": f"Bearer {CLAIMS}"}} for row in opened()]
    assert [OBSERVED] == levels("opening", *rows)


def test_sessions_count_beside_an_institution_of_the_person() -> None:
    sessions = [post(900 * i, "/session/start", {"user_id": 7}) for i in range(3)]
    profile = post(
        5000, "/register", {"name": "Ana Testi", "phone": "+355691234567", "institution": "Drejtoria A"}
    )
    assert [POSSIBLE] == levels("opening", *sessions)
    assert [INFERRED] == levels("opening", *sessions, profile)


def test_what_else_can_be_opened() -> None:
    for path in ("/accounts/open", "/articles/7/open", "/doors/7/open", "/sessions"):
        assert [] == signs("opening", post(0, path, {"user_id": 7}), post(9, path, {"user_id": 7})), path
