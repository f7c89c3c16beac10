"""What only several values of one request show."""

import pytest

from auditor import catalogue
from auditor.collect.traffic.recognised import Hit
from auditor.collect.traffic.regions import Region
from auditor.collect.traffic.together import Abroad, social_tokens, together
from auditor.decode import Leaf
from auditor.notation import show_fact

FACEBOOK = "EAA" + "b7Z" * 40


def hit(data: str, place: str) -> Hit:
    return Hit(data, place, "", "vendors/acme")


def facts(*hits: Hit) -> list[str]:
    return [show_fact(fact) for fact, _, _ in together(hits, "acme")]


def leaf(value: str) -> Leaf:
    return Leaf(value, "body:json$.key", ("json",), "key", "body:json$", 0, 0)


def test_a_push_token_beside_a_name() -> None:
    token = hit("push-token", "body:json$.token")

    assert facts(token, hit("email-address", "body:json$.mail")) == ["practice:identified-push-token > acme"]
    assert facts(token, hit("advertising-id", "body:json$.ifa")) == []
    assert facts(hit("email-address", "body:json$.mail")) == []


@pytest.mark.parametrize(("count", "told"), [(7, []), (8, ["data:device-fingerprint > acme"])])
def test_many_features_of_the_device(count: int, told: list[str]) -> None:
    assert facts(*(hit("device-description", f"body:json$.trait{n}") for n in range(count))) == told


@pytest.mark.parametrize(
    ("value", "host", "found"),
    [
        (FACEBOOK, "api.example.al", True),
        (f"Bearer {FACEBOOK}", "api.example.al", True),
        (FACEBOOK, "graph.facebook.com", False),
        (FACEBOOK, "notfacebook.com", True),
        (FACEBOOK[:40], "api.example.al", False),
        ("123456789|0123456789abcdef0123456789abcdef", "api.example.al", False),
        ("vk1.a." + "x" * 80, "api.example.al", True),
        ("vk1.a." + "x" * 80, "api.vk.com", False),
    ],
)
def test_a_key_of_a_social_network_on_its_way_to_somebody_else(value: str, host: str, found: bool) -> None:
    assert list(social_tokens([leaf(value)], host)) == (["body:json$.key"] if found else [])


@pytest.mark.parametrize(
    ("country", "word"),
    [("AL", ""), ("BE", "storage-abroad"), ("US", "storage-outside-eea"), ("", "")],
)
def test_regions_abroad(country: str, word: str) -> None:
    assert Abroad(catalogue.load()).practice(Region("r1", country, "", "regions/x")) == word


def test_no_region_no_word() -> None:
    assert Abroad(catalogue.load()).practice(None) == ""
