"""What all records of a capture share: their numbers, names of addresses, apps of user ids."""

from __future__ import annotations

from dataclasses import replace

from auditor.collect.recordings.capture.pcapdroid import Apps
from auditor.collect.recordings.record import Record, Recording

NAMES = 100_000
"""Addresses whose names are kept."""


class Book:
    """Kept while a capture is read."""

    def __init__(self, apps: Apps, recording: Recording) -> None:
        self.closed = ""
        """Why TLS stays closed where it does."""
        self.apps, self.recording = apps, recording
        self._names: dict[str, str] = {}
        self._index = 0

    def numbered(self, record: Record) -> Record:
        """With the next number."""
        self._index += 1
        return replace(record, index=self._index - 1)

    def known(self, record: Record, uid: int) -> Record:
        """Numbered, and with the app, when it is known."""
        return self.numbered(replace(record, uid=uid, app=self.apps.app(uid)))

    def host(self, address: str) -> str:
        """The name that was last looked up for an address; the address when there is none."""
        return self._names.get(address, address)

    def remember(self, name: str, addresses: tuple[str, ...]) -> None:
        """A look-up was answered."""
        for address in addresses:
            if len(self._names) < NAMES or address in self._names:
                self._names[address] = name

    def lose(self, why: str, count: int = 1) -> None:
        """Count something that could not be read."""
        self.recording.lost[why] = self.recording.lost.get(why, 0) + count
