"""Reactions that are put on record."""

from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.collect.engagement.sign import INFERRED, OBSERVED, POSSIBLE
from tests.collect.engagement.recorded import get, levels, post, signs

FACEBOOK = "https://www.facebook.com/example.page/posts/123456"


def like(at: float, **body: object) -> dict[str, object]:
    return post(at, "/reactions", {"type": "like", "post_url": FACEBOOK} | body)


def test_with_a_person_it_is_observed_without_one_inferred() -> None:
    assert [OBSERVED] == levels("reaction", like(1, user_id=7))
    assert [INFERRED] == levels("reaction", like(1))


def test_on_own_content_it_is_only_possible() -> None:
    assert [POSSIBLE] == levels("reaction", post(1, "/posts/11/like", {"user_id": 7}))


def test_an_own_like_counts_beside_points_for_likes_and_not_beside_others() -> None:
    liked = [post(i, f"/posts/1{i}/like", {}, {"points": 5}) for i in range(1, 4)]
    played = [post(i, f"/levels/{i}/task", {}, {"points": 10}) for i in range(5, 8)]
    assert INFERRED in levels("reaction", *liked)
    assert [POSSIBLE] == levels("reaction", *played, post(9, "/posts/11/like", {}))


def test_what_the_network_itself_is_told_is_no_record_of_the_app() -> None:
    direct = {"at": 1, "url": "https://www.instagram.com/web/likes/31415926/like/", "method": "POST"}
    assert [] == signs("reaction", direct)


def test_a_like_taken_back_is_compared_with_the_like_before() -> None:
    [given_, taken] = signs("reaction", like(1, user_id=7), like(9, user_id=7, type="unlike"))
    assert {"action": "like", "undone": "no"} == given_.traits
    assert {"action": "like", "undone": "yes"} == taken.traits
    assert "likes before on the same target: 1 of 1" in taken.counter


def test_ids_of_accounts_and_apps_are_no_posts() -> None:
    for key in ("facebook_id", "facebook_user_id", "fb_page_id", "vk_app_id"):
        assert [POSSIBLE] == levels("reaction", post(1, "/posts/11/like", {key: "100200300"})), key
    assert [OBSERVED] == levels("reaction", post(1, "/like", {"fb_post_id": "100_200", "user_id": 7}))


def test_a_mark_alone_says_nothing_of_the_requests_that_follow() -> None:
    assert [] == signs("reaction", {"at": 1, "mark": "like"}, post(2, "/telemetry", {"a": 1}))


def test_notes_hold_no_values() -> None:
    [sign] = signs("reaction", like(1, user_id=7, name="Ana Testi"))
    assert "Ana" not in sign.note + str(sign.figures) + str(sign.places)
    assert "facebook.com" not in sign.note + str(sign.figures) + str(sign.places)


PLAIN = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
NOISE = st.recursive(
    PLAIN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None, max_examples=50)
@given(NOISE)
def test_noise_changes_nothing(noise: object) -> None:
    around = [get(0, "/noise", noise), get(20, "/noise", noise)]
    found = signs("reaction", around[0], like(1, user_id=7), around[1])
    assert [OBSERVED] == [sign.level for sign in found if sign.traits["action"] == "like"]
