"""Who brought in whom, and how many there must be."""

import pytest

from auditor.collect.engagement.sign import INFERRED, OBSERVED, POSSIBLE
from tests.collect.engagement.recorded import get, levels, post, signs

WHO = {"name": "Ana Testi", "phone": "+355691234567"}
PEOPLE = [{"name": "Beni Testi", "joined": "2026-01-02"}, {"name": "Cela Testi", "joined": "2026-01-03"}]


@pytest.mark.parametrize(
    ("more", "level"),
    [
        ({"invited_by": "+355697654321"}, [INFERRED]),
        ({"inviter": {"id": 12}}, [INFERRED]),
        ({"referral_code": "SAVE10"}, [POSSIBLE]),
        ({"ref_code": "AB12CD"}, [POSSIBLE]),
        ({"install_referrer": "utm_source=google"}, []),
        ({"referrer_url": "https://a.example/"}, []),
        ({"invited": True}, []),
    ],
)
def test_what_a_sign_up_says(more: dict[str, object], level: list[str]) -> None:
    assert level == levels("referral", post(0, "/register", WHO | more))


def test_people_who_were_brought_in() -> None:
    assert [OBSERVED] == levels("referral", get(0, "/me/recruits", {"rows": PEOPLE}))
    assert [OBSERVED] == levels("referral", get(0, "/users/7/invited", {"rows": PEOPLE}))


def test_invitations_to_something_are_none() -> None:
    for path in ("/events/7/invited", "/groups/chat/invites", "/meetings/invited"):
        assert OBSERVED not in levels("referral", get(0, path, {"rows": PEOPLE})), path


@pytest.mark.parametrize(
    ("answer", "level"),
    [
        ({"invited": 3, "target": 25}, [INFERRED]),
        ({"recruits": {"count": 3, "goal": 25}}, [INFERRED]),
        ({"invited": 3, "target": 5, "product": "coffee"}, [POSSIBLE]),
        ({"invites_sent": 3, "invites_limit": 5}, []),
        ({"steps": 3, "target": 25}, []),
        ({"invited": 3, "friends": 25}, []),
    ],
)
def test_how_many_there_must_be(answer: dict[str, object], level: list[str]) -> None:
    assert level == levels("quota", get(0, "/me/status", answer))


def test_a_limit_alone_tells_nobody() -> None:
    assert [] == signs("referral", get(0, "/me/status", {"invited": 3, "target": 25}))
