"""What only several values of one request show.

A push token beside a name, a description of the device, keys of a social network on their way to others,
data for a region abroad.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence

from auditor.catalogue import Catalogue
from auditor.collect.traffic.recognised import Hit
from auditor.collect.traffic.regions import Region
from auditor.decode import Leaf
from auditor.model import Fact

TRAITS = 8
"""Different features of the device in one request that describe it in detail (legal.md 8.4, SDK-03)."""
IDENTITY = frozenset({"user-id", "name", "email-address", "phone-number", "national-id", "contact-details"})
SOCIAL = {
    "facebook": re.compile(r"EAA[A-Za-z0-9]{60,500}"),
    "instagram": re.compile(r"IG(?:QV|AA)[A-Za-z0-9_-]{60,500}"),
    "vk": re.compile(r"vk[12]\.a\.[A-Za-z0-9_-]{60,500}"),
}
"""Keys to a person's account, which begin alike (developers.facebook.com/docs/facebook-login/guides/
access-tokens, id.vk.com/about/business/go/docs); an app's own keys hold a bar and are left out."""
SHORTEST, LONGEST = 60, 600
"""Characters of such a key, with a word before it."""
NETWORKS = {
    "facebook": ("facebook.com", "facebook.net", "fbcdn.net", "instagram.com"),
    "instagram": ("instagram.com", "facebook.com", "facebook.net", "cdninstagram.com"),
    "vk": ("vk.com", "vk.ru", "userapi.com"),
}
"""Hosts of each network itself."""


def together(hits: Sequence[Hit], whose: str) -> Iterator[tuple[Fact, str, str]]:
    """(fact, place, what stands beside it), from what one request holds."""
    places = {hit.data: hit.place for hit in reversed(hits)}
    named = [data for data in places if data in IDENTITY]
    if "push-token" in places and named:
        yield Fact("practice", "identified-push-token", whose), places["push-token"], f"with {named[0]}"
    traits = {hit.place for hit in hits if hit.data == "device-description"}
    if len(traits) >= TRAITS:
        told = f"one of {len(traits)} features of the device"
        yield Fact("data", "device-fingerprint", whose), min(traits), told


def social_tokens(leaves: Iterable[Leaf], host: str) -> Iterator[str]:
    """Places of keys to an account in a social network, in a request to a host that is not the network's."""
    foreign = [pattern for network, pattern in SOCIAL.items() if not _is_of(host, network)]
    for leaf in leaves:
        if isinstance(leaf.value, str) and SHORTEST <= len(leaf.value) <= LONGEST:
            text = leaf.value.removeprefix("Bearer ").removeprefix("OAuth ")
            if any(pattern.fullmatch(text) for pattern in foreign):
                yield leaf.place


def _is_of(host: str, network: str) -> bool:
    return any(host == own or host.endswith(f".{own}") for own in NETWORKS[network])


class Abroad:
    """Declared regions against the countries of the European Economic Area and the controller's own."""

    def __init__(self, rules: Catalogue) -> None:
        lists = [regime.adequate for regime in rules.regimes.values() if regime.adequate]
        self.home = {stated["home"] for stated in lists}
        self.eea: Collection[str] = {
            country
            for stated in lists
            for group in stated["listed"]
            if group.get("id") == "eea"
            for country in group["countries"]
        }

    def practice(self, region: Region | None) -> str:
        """The word for keeping data there; empty at home, or where the region names no country."""
        if region is None or not region.country or region.country in self.home or not self.eea:
            return ""
        return "storage-abroad" if region.country in self.eea else "storage-outside-eea"
