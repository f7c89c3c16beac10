"""Several accounts of one person; and accounts of others."""

from typing import Any

import pytest

from auditor.collect.engagement.sign import INFERRED, OBSERVED, POSSIBLE
from tests.collect.engagement.recorded import get, levels, post, signs


def accounts(count: int, network: str = "instagram") -> dict[str, Any]:
    return {"accounts": [{"network": network, "handle": f"p{n}"} for n in range(count)]}


@pytest.mark.parametrize("row", [get(0, "/me/accounts", accounts(4)), post(0, "/accounts", accounts(4))])
def test_a_list_of_the_persons_own(row: dict[str, Any]) -> None:
    [sign] = signs("accounts", row)
    assert (OBSERVED, {"accounts": 4}) == (sign.level, sign.figures)
    assert "p1" not in sign.note


def test_entered_one_by_one() -> None:
    rows = [post(n, "/accounts", {"network": "vk", "login": f"p{n}"}) for n in range(3)]
    assert [OBSERVED] == levels("accounts", *rows)
    assert [] == levels("accounts", rows[0], rows[0] | {"at": 9})


def test_whose_they_are_is_not_said() -> None:
    listed = get(0, "/accounts/suggested", accounts(4))
    likes = [post(20 * n, f"/posts/{n}/like", {"ok": 1}, {"points": 5}) for n in range(1, 5)]
    assert [POSSIBLE] == levels("accounts", listed)
    assert [INFERRED] == levels("accounts", listed, *likes)


ORDINARY: dict[str, dict[str, Any]] = {
    "one in each network": get(
        0,
        "/me/accounts",
        {"accounts": [{"network": net, "handle": "p"} for net in ("vk", "tiktok", "facebook")]},
    ),
    "of a bank": get(
        0, "/me/accounts", {"accounts": [{"type": "savings", "name": f"p{n}"} for n in range(3)]}
    ),
    "followers": get(0, "/me/followers", {"items": [{"network": "vk", "handle": f"p{n}"} for n in range(4)]}),
}


@pytest.mark.parametrize("name", ORDINARY)
def test_ordinary_lists(name: str) -> None:
    assert [] == levels("accounts", ORDINARY[name])
