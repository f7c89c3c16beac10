"""Who a host belongs to and where: organisation and seat, declared region, registered country.

Three facts that are never merged. The seat is the vendor's, by its rule file; the region is what the host's
name says; the country is where a registry lists the address, by a database that the user gives (`registry`).
None of them is the place of processing, and the address of a network with many places says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from auditor.catalogue import Catalogue, Vendor
from auditor.collect.owners import APP
from auditor.collect.traffic.firstparty import Own, domain
from auditor.collect.traffic.regions import Declared, Region

ANYCAST = {
    "akamai": (
        "akamai.net",
        "akamaiedge.net",
        "akamaized.net",
        "akamaihd.net",
        "edgesuite.net",
        "edgekey.net",
    ),
    "cloudflare": ("cloudflare.com", "cloudflare.net", "cloudflareinsights.com", "workers.dev", "pages.dev"),
    "cloudfront": ("cloudfront.net",),
    "fastly": ("fastly.net", "fastlylb.net"),
    "google": (),
    "facebook": (),
    "meta": (),
    "microsoft": ("azureedge.net", "azurefd.net", "msecnd.net"),
}
"""Networks that answer one name or address from many places; by first word of the company, or by host."""
CDN_HEADERS = {"cf-ray": "Cloudflare", "x-amz-cf-id": "CloudFront", "x-akamai-request-id": "Akamai"}
"""Response headers by which such a network names itself, whoever owns the host."""
CDN_SERVERS = {"cloudflare": "Cloudflare", "cloudfront": "CloudFront", "akamaighost": "Akamai"}
"""Beginnings of the header `server`."""


@dataclass(frozen=True, slots=True)
class Place:
    """All that is known of one host, without its address."""

    host: str
    who: str
    """A vendor's id, `app`, or the host itself."""
    why: str = ""
    """By what it is the app's own; empty for others."""
    organisation: str = ""
    entity: str = ""
    seat: str = ""
    """ISO 3166 country of the organisation."""
    region: Region | None = None
    anycast: bool = False
    """Whether one address may answer from many places."""
    project: str = ""
    """The app's own Firebase project, when the host is Google's and the project is the app's."""


# Places -----------------------------------------------------------------------


class Whereabouts:
    """Hosts to places, each looked up once."""

    def __init__(self, rules: Catalogue, own: Own, owner_of: Callable[[str], str]) -> None:
        """`owner_of` gives the vendor's id of a host, or nothing."""
        self.vendors = rules.vendors
        self._owner_of = owner_of
        self._declared = Declared(rules.regions)
        self.own = own
        self._known: dict[str, Place] = {}

    def of(self, host: str) -> Place:
        """Whose the host is, with seat and declared region."""
        if host not in self._known:
            self._known[host] = self._look_up(host)
        return self._known[host]

    def _look_up(self, host: str) -> Place:
        vendor = self._owner_of(host)
        why = "" if vendor or not self.own.domains else self.own.domains.get(domain(host), "")
        region, project = self._declared.of(host), self._project(host)
        place = Place(host, APP if why else host, why, region=region, project=project)
        return self.as_vendor(place, vendor)

    def as_vendor(self, place: Place, id_: str) -> Place:
        """The place, with what is known of the vendor."""
        vendor = self.vendors.get(id_)
        if vendor is None:
            return replace(place, anycast=_anycast(place.host, None))
        return replace(
            place,
            who=vendor.id,
            organisation=vendor.company or vendor.name,
            entity=vendor.seat.get("entity", ""),
            seat=vendor.seat.get("country", ""),
            anycast=_anycast(place.host, vendor),
        )

    def _project(self, host: str) -> str:
        """The app's Firebase project in names such as `acme.firebaseio.com`."""
        first, _, rest = host.partition(".")
        google = rest.endswith(("firebaseio.com", "firebasedatabase.app", "cloudfunctions.net", "web.app"))
        google = google or rest in ("firebaseapp.com", "firebasestorage.app", "appspot.com")
        if not google:
            return ""
        named = {first, first.removesuffix("-default-rtdb")}
        ends = {p for p in self.own.projects if first.endswith(f"-{p}") and "cloudfunctions" in rest}
        return next(iter(sorted(named & self.own.projects | ends)), "")

    def project_in(self, path: str) -> str:
        """The app's Firebase project in a path such as `/v1/projects/acme/databases/...`."""
        parts = path.partition("?")[0].lower().split("/")
        after = {b for a, b in pairwise(parts) if a in ("projects", "b")}
        plain = {part.removesuffix(".appspot.com").removesuffix(".firebasestorage.app") for part in after}
        return next(iter(sorted(plain & self.own.projects)), "")


def _anycast(host: str, vendor: Vendor | None) -> bool:
    company = (vendor.company or vendor.name).lower().split(" ")[0] if vendor else ""
    role = vendor is not None and "cdn" in vendor.roles
    by_host = any(host == end or host.endswith(f".{end}") for ends in ANYCAST.values() for end in ends)
    return role or by_host or company in ANYCAST


def network_in(headers: Iterable[tuple[str, str]]) -> str:
    """The distribution network that answered, when the response's headers name one."""
    for name, value in headers:
        key = name.lower()
        if key in CDN_HEADERS:
            return CDN_HEADERS[key]
        if key == "server":
            known = (n for begin, n in CDN_SERVERS.items() if value.lower().startswith(begin))
            if found := next(known, ""):
                return found
    return ""
