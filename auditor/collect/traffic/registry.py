"""The country where a registry lists an address, from a database that lies on this machine.

It tells who holds the address, not where the server stands.
"""

from __future__ import annotations

from pathlib import Path

from auditor.collect.traffic.firstparty import address_of


class AddressesError(ValueError):
    """Not a database of addresses; one clause that follows the file's name."""


class Addresses:
    """Address to the country where a registry lists it, from a file in the MaxMind DB form."""

    def __init__(self, path: Path) -> None:
        """Raises AddressesError, one clause that follows the file's name."""
        try:
            import maxminddb
        except ImportError as error:
            why = "cannot be read without the library maxminddb; expected `pip install maxminddb`"
            raise AddressesError(why) from error
        try:
            self._reader = maxminddb.open_database(path, maxminddb.MODE_MMAP)
            about = self._reader.metadata()
        except (maxminddb.InvalidDatabaseError, OSError, ValueError) as error:
            raise AddressesError("is no database of addresses; expected a file in the form .mmdb") from error
        self.name = f"{path.name} ({about.database_type})"
        self.built = int(about.build_epoch)
        self._broken = maxminddb.InvalidDatabaseError
        self.lost = 0
        """Addresses whose entry could not be read."""

    def country(self, peer: str) -> str:
        """ISO 3166 code; empty for addresses of this network, and where the database has none."""
        address = address_of(peer)
        if address is None or not address.is_global:
            return ""
        try:
            return _code(self._reader.get(address))
        except (self._broken, ValueError):  # a damaged entry, or IPv6 in a database of IPv4: told as `lost`
            self.lost += 1
            return ""


def _code(row: object) -> str:
    """`country_code`, as free lists have it, or `country.iso_code`."""
    if not isinstance(row, dict):
        return ""
    country = row.get("country")
    code = row.get("country_code") or (country.get("iso_code") if isinstance(country, dict) else country)
    return code if isinstance(code, str) and len(code) == 2 else ""
