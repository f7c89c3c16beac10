"""Tasks and proofs."""

from auditor.collect.engagement.sign import INFERRED, OBSERVED, POSSIBLE
from tests.collect.engagement.recorded import get, levels, post, signs

FACEBOOK = "https://www.facebook.com/example.page/posts/123"
PICTURE = "/9j/" + "A" * 80


def tasks(**row: object) -> dict[str, object]:
    return get(0, "/tasks", {"items": [{"id": 1} | row, {"id": 2} | row]})


def test_what_is_to_be_done_makes_the_difference() -> None:
    assert [OBSERVED] == levels("task", tasks(type="share", url=FACEBOOK, deadline="2026-11-30"))
    assert [INFERRED] == levels("task", tasks(type="share", deadline="2026-11-30"))
    assert [POSSIBLE] == levels("task", tasks(type="essay", deadline="2026-11-30"))
    assert [] == signs("task", tasks(type="essay"))


def test_titles_are_no_actions() -> None:
    assert [POSSIBLE] == levels("task", tasks(title="Share the plan", deadline="2026-11-30", comments=3))


def test_a_feed_of_posts_is_no_list_of_tasks() -> None:
    feed = get(0, "/feed", {"posts": [{"url": FACEBOOK, "likes": 3, "type": "video"}] * 3})
    assert [] == signs("task", feed)


def test_a_picture_counts_beside_tasks_to_share() -> None:
    upload = post(60, "/tasks/1/upload", {"image": PICTURE})
    assert [POSSIBLE] == levels("proof", upload)
    assert [INFERRED] == levels("proof", tasks(type="share", url=FACEBOOK, deadline="2026-11-30"), upload)


def test_a_proof_by_name_soon_after_a_share() -> None:
    shared = post(0, "/posts/7/share", {"user_id": 7})
    assert [INFERRED] == levels("proof", shared, post(300, "/tasks/7/screenshot/proof", {"image": PICTURE}))
    assert [POSSIBLE] == levels("proof", shared, post(3000, "/tasks/7/proof", {"image": PICTURE}))


def test_pictures_of_other_sorts() -> None:
    assert [] == signs("proof", post(0, "/profile/photo", {"image": PICTURE}))
    assert [] == signs("proof", post(0, "/receipts", {"image": PICTURE}))
