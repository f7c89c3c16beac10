"""By what an app's own servers are known: its package name, the case file, its code, its Firebase project."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from auditor.collect.owners import APP
from auditor.model import Artifact, Case, Evidence, Json


@dataclass(frozen=True, slots=True)
class Own:
    """By what the app's own servers are known."""

    package: str = ""
    domains: Mapping[str, str] = field(default_factory=dict)
    """Registrable domain to why: `package name`, `site in the case file`, `named in the app's own code`."""
    projects: frozenset[str] = frozenset()
    """Firebase projects and buckets of the package, lower case."""


@cache
def _suffixes() -> Any:
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()


def domain(host: str) -> str:
    """`api.acme.com.al` as `acme.com.al`: the name somebody registered; else the host itself."""
    if address_of(host) or len(host) > 253:
        return host
    return str(_suffixes().privatesuffix(host) or host)


def address_of(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a text is; None for a name."""
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def own_of(case: Case, app: Artifact | None = None, evidence: Iterable[Evidence] = ()) -> Own:
    """By what the app's own servers are known: its name, the case, its package."""
    about = app.about if app else {}
    package = str(about.get("package") or case.app.get("package", ""))
    named = {
        e.fact.what: "named in the app's own code"
        for e in evidence
        if e.fact.kind == "contact" and e.fact.who == APP
    }
    stated = _host_of(case.app.get("site", ""))
    known = {
        **named,
        **({_reversed(package): "package name"} if package.count(".") else {}),
        **({stated: "site in the case file"} if stated else {}),
    }
    return Own(package, {domain(host): why for host, why in known.items()}, frozenset(_projects(about)))


def _reversed(package: str) -> str:
    return ".".join(reversed(package.lower().replace("_", "-").split(".")))


def _host_of(site: str) -> str:
    return site.lower().partition("://")[2].partition("/")[0] or site.lower().partition("/")[0]


_PROJECT_NAMES = ("project_id", "firebase_database_url", "google_storage_bucket")


def _projects(about: Mapping[str, Json]) -> Iterator[str]:
    """Project ids, by the names Google's plugin gives its resources (`rules/vendors/firebase-core`)."""
    rows = about.get("identity")
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and row.get("name") in _PROJECT_NAMES and not row.get("sha256"):
            value = _host_of(str(row.get("value", "")))
            yield value.partition(".")[0].removesuffix("-default-rtdb")


def told(own: Own, about: Mapping[str, Json]) -> Own:
    """With the package that the recording names, where nothing else does."""
    package = about.get("app")
    if own.package or not isinstance(package, str) or not package.count("."):
        return own
    return Own(package, {**own.domains, domain(_reversed(package)): "package name"}, own.projects)
