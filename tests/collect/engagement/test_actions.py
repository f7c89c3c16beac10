"""What a person did, from the words of a request in nine languages."""

import pytest

from auditor.collect.engagement.actions import Act, Actions
from auditor.collect.engagement.exchange import Source, exchanges
from auditor.collect.traffic import handmade, parts
from auditor.collect.traffic.writes import writes
from auditor.collect.words import families_of
from auditor.decode import Write
from tests.collect.engagement.recorded import RULES, post


def acts(*recording: dict[str, object]) -> list[tuple[str, bool, str]]:
    """Action, taken back, target; of all requests in order."""
    reader = Actions(families_of(RULES))
    found: list[Act] = []
    for record in handmade.recording(recording, {}):
        trees = parts.sent(record)
        received = [leaf for opened in parts.received(record) for leaf in opened.leaves]
        source = Source(record, parts.leaves(trees), received, "app", writes=writes(record, trees))
        found += [act for one in exchanges(source) for act in reader.of(one)]
    return [(act.action, act.undone, act.target) for act in found]


def test_by_the_path_and_its_method() -> None:
    assert [("like", False, "17")] == acts(post(0, "/posts/17/like"))
    assert [("like", True, "17")] == acts(post(0, "/posts/17/like", method="DELETE"))
    assert [("share", False, "17")] == acts(post(0, "/v1/posts/17/share"))


@pytest.mark.parametrize(
    ("path", "action"),
    [
        ("/postime/17/pelqim", "like"),
        ("/postime/17/shperndarje", "share"),
        ("/posts/17/лайк", "like"),
        ("/posts/17/repost", "share"),
        ("/posts/17/komentar", "comment"),
        ("/posts/17/lajk", "like"),
        ("/post/17/condivisione", "share"),
        ("/bejegyzes/17/megosztas", "share"),
        ("/posts/17/لایک", "like"),
    ],
)
def test_in_other_languages(path: str, action: str) -> None:
    assert [(action, False, "17")] == acts(post(0, path))


def test_by_a_short_value_or_a_truth_value() -> None:
    assert [("like", False, "p1")] == acts(post(0, "/events", {"type": "LIKE", "post_id": "p1"}))
    assert [("like", True, "p1")] == acts(post(0, "/state", {"liked": False, "post_id": "p1"}))
    assert [("like", False, "p1")] == acts(post(0, "/state", {"liked": True, "post_id": "p1"}))


def test_a_setting_is_no_action() -> None:
    assert [] == acts(post(0, "/settings", {"notifications": {"likes": False, "shares": True}}, method="PUT"))


def test_free_text_and_names_tell_no_action() -> None:
    assert [] == acts(post(0, "/notes", {"text": "I like to share what I watch with all my friends"}))
    assert [] == acts(post(0, "/profile", {"name": "Like Share"}))


def test_reading_is_no_action() -> None:
    assert [] == acts(post(0, "/posts/17/likes", method="GET"))


def test_deleting_what_a_like_was_given_takes_it_back() -> None:
    made = post(0, "/actions", {"type": "like", "post_id": "p1"}, {"id": "6156840"})
    gone = post(5, "/actions/6156840", method="DELETE")
    assert [("like", False, "p1"), ("like", True, "p1")] == acts(made, gone)
    assert [("like", False, "p1")] == acts(made, post(5, "/actions/999", method="DELETE"))


def test_the_address_of_a_socket_says_nothing_of_its_messages() -> None:
    row = {"at": 0, "url": "wss://api.aktiv.example/live/watch", "frames": ['{"ping":1}', '{"ping":2}']}
    assert [] == acts(row)


def test_writes_to_a_database() -> None:
    reader = Actions(families_of(RULES))
    [record] = handmade.recording([post(0, "/x")], {})
    for op, value, undone in (("set", True, False), ("delete", None, True), ("set", False, True)):
        write = Write("posts/p1/likes", "u1", op, value, "body")
        [one] = exchanges(Source(record, [], [], "app", writes=[write]))
        assert [("like", undone, "posts/p1")] == [a[:3] for a in reader.of(one)]


def test_an_id_of_any_length_breaks_nothing() -> None:
    answer = {"id": 10**400, "other": "9" * 100_000}
    assert [("like", False, "17")] == acts(post(0, "/posts/17/like", None, answer))


def test_messages_of_a_socket_are_read_as_requests() -> None:
    row = {"at": 0, "url": "wss://a.example/ws", "frames": ['{"action":"like","post_id":"p9"}']}
    assert [("like", False, "p9")] == acts(row)
