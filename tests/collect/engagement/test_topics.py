"""Push topics of units; and those of news and towns."""

from auditor.collect.engagement.sign import INFERRED, OBSERVED, POSSIBLE
from tests.collect.engagement.recorded import levels, post, signs


def subscribed(topic: str) -> dict[str, object]:
    return {
        "at": 5,
        "url": "https://iid.googleapis.com/iid/v1/TOKEN/rel/topics/" + topic,
        "method": "POST",
        "headers": {"Authorization": "key=x"},
        "body": {"json": {}},
    }


def test_a_topic_of_an_institution() -> None:
    [sign] = signs("topic", subscribed("drejtoria_testimit"))
    assert OBSERVED == sign.level
    assert "testimit" not in sign.note


def test_a_topic_of_a_unit_counts_beside_points() -> None:
    likes = [post(20 * n, f"/posts/{n}/like", {"ok": 1}, {"points": 5}) for n in range(1, 5)]
    assert [POSSIBLE] == levels("topic", subscribed("team_7"))
    assert [INFERRED] == levels("topic", subscribed("team_7"), *likes)


def test_news_and_all() -> None:
    assert [] == levels("topic", subscribed("news"), subscribed("all"), subscribed("weather_alerts"))
