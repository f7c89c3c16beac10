"""The region that a host name declares: `europe-west1-acme.cloudfunctions.net` says Belgium.

It is what the operator named the host, not a measured place, and says nothing of where copies go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from auditor.catalogue import Regions

LONGEST = 253
"""Characters of a host name (RFC 1035)."""


class Region(NamedTuple):
    """A region by the operator's name."""

    id: str
    country: str
    """ISO 3166; empty when the region spans several."""
    place: str
    by: str
    """The rule file: `regions/google-cloud`."""


class Declared:
    """Host names to regions, by `rules/regions`."""

    def __init__(self, rules: Mapping[str, Regions]) -> None:
        self._patterns = [row for rule in rules.values() for row in _patterns(rule)]

    def of(self, host: str) -> Region | None:
        """The region that the name tells, when it is a known one."""
        if len(host) > LONGEST:
            return None
        for pattern, named, rule in self._patterns:
            if found := pattern.fullmatch(host):
                name = named or found["region"]
                if row := rule.regions.get(name):
                    return Region(name, row.get("country", ""), row.get("place", ""), f"regions/{rule.id}")
        return None


def _patterns(rule: Regions) -> Iterator[tuple[re.Pattern[str], str, Regions]]:
    for row in rule.hosts:
        if isinstance(row, str):
            yield re.compile(row), "", rule
        else:
            yield re.compile(row["host"]), row["region"], rule
