"""What social networks are asked, and what is an address of a post."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor import catalogue
from auditor.collect.networks import Asked, Networks
from auditor.decode import tree

RULES = catalogue.load()
NETWORKS = Networks(RULES)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("https://www.facebook.com/example.page/posts/123", "facebook"),
        ("https://m.facebook.com/story.php?story_fbid=1&id=2", "facebook"),
        ("instagram.com/p/Cabc123/", "instagram"),
        ("https://vk.com/wall-1_2", "vk"),
        ("https://vk.com/example?w=wall-1_2", "vk"),
        ("https://ok.ru/group/1/topic/2", "ok"),
        ("https://www.tiktok.com/@example/video/7123", "tiktok"),
        ("https://twitter.com/example/status/123", "x"),
        ("https://t.me/example_channel/12", "telegram"),
        ("https://youtu.be/watch?v=abcdefghijk", "youtube"),
        ("https://www.facebook.com/example.page", ""),
        ("https://notfacebook.com/a/posts/1", ""),
        ("https://facebook.com.example.org/a/posts/1", ""),
        ("https://news.example/https://x.com/a/status/1", ""),
        ("a text about https://x.com/a/status/1", ""),
    ],
)
def test_addresses_of_posts(address: str, network: str) -> None:
    assert network == NETWORKS.post(address)


@given(st.one_of(st.text(max_size=300), st.integers(), st.none(), st.binary(max_size=20)))
def test_no_value_breaks_it(value: object) -> None:
    assert NETWORKS.post(value) in {
        "",
        "facebook",
        "instagram",
        "vk",
        "ok",
        "tiktok",
        "x",
        "telegram",
        "youtube",
    }


def test_a_session_is_that_of_the_network_itself() -> None:
    cookies = tree(b"c_user=1; xs=2", "cookie").leaves
    assert NETWORKS.has_session(Asked("POST", "www.facebook.com", "/api/graphql/", cookies))
    assert not NETWORKS.has_session(Asked("POST", "api.aktiv.example", "/", cookies))


def test_the_target_is_told() -> None:
    acted = NETWORKS.acted(Asked("POST", "www.instagram.com", "/web/likes/31415926/unlike/", ()))
    assert acted is not None
    assert ("instagram", "like", True, "31415926") == acted
