"""Whose code a class is: the app's own, a known vendor's, or nobody's that is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from auditor.catalogue import Vendor

APP = "app"
"""Stands for the app's own code where a vendor's id would stand."""


class Owners:
    """Which vendor a class belongs to: the longest prefix wins, at `.` and `$` borders."""

    def __init__(self, vendors: Mapping[str, Vendor]) -> None:
        self._prefixes = {prefix: v.id for v in vendors.values() for prefix in v.code}
        self._depth = max((prefix.count(".") + 1 for prefix in self._prefixes), default=1)
        self._packages: dict[str, str] = {}

    def of(self, name: str) -> str:
        """Vendor id, or empty for code that belongs to nobody known."""
        package = name.rpartition(".")[0]
        if package not in self._packages:
            self._packages[package] = self._longest(package)
        return self._class(name) or self._packages[package]

    def whose(self, name: str, roots: Iterable[str]) -> str:
        """Vendor id, `app` for a class below one of the app's own packages, or empty."""
        return self.of(name) or (APP if _below(name, roots) else "")

    def _class(self, name: str) -> str:
        outer = name.partition("$")[0]
        return self._prefixes.get(name) or self._prefixes.get(outer, "")

    def _longest(self, package: str) -> str:
        """Prefixes have a few parts, so a name with thousands of dots costs no more than one with ten."""
        parts = package.split(".", self._depth)[: self._depth]
        candidates = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
        return next((self._prefixes[c] for c in candidates if c in self._prefixes), "")


def library_names(vendors: Iterable[Vendor]) -> tuple[str, ...]:
    """Beginnings of resource names that libraries bring along."""
    return tuple(name for vendor in vendors for name in vendor.names)


def root_of(package: str) -> str:
    """Where an app's own code usually lies: its id without the last part, three parts at least."""
    parts = package.split(".")
    return ".".join(parts[: max(3, len(parts) - 1)])


def is_own(name: str, roots: Iterable[str], owners: Owners) -> bool:
    """Whether a class is the app's own: below one of its roots, and no known vendor's."""
    return _below(name, roots) and not owners.of(name)


def _below(name: str, roots: Iterable[str]) -> bool:
    return any(name.startswith(root + ".") for root in roots)
