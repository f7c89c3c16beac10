"""Addresses and keys inside any bytes: DEX strings, native code, Hermes storage, JavaScript, XML.

One google-re2 alternation runs over the whole buffer, fifty times as fast as `re` pattern by pattern; each
hit is then read by its own pattern. The alternation holds only how things begin, at bounded length; what goes
on without bound is read once, and hits are counted, so that time grows with the bytes and with nothing else.

Not found: text in UTF-16, and addresses or keys that are put together at run time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import re2

from auditor.catalogue import Catalogue
from auditor.collect.archive import Unreadable
from auditor.collect.hits import ADDRESS, SCHEME, Bytes, Entry, Found, Hosts, masked, read_address
from auditor.collect.secrets import Kind

__all__ = ["ADDRESS", "MOST", "Bounds", "Bytes", "Found", "Scanner", "masked"]

type Bounds = Callable[[int], Entry | None]
"""Offset to where the entry around it begins and ends; None where there are no entries."""

MOST = 50_000
"""Finds in one buffer. The largest bundles hold a few thousand."""
NEAR_MISSES = 4
"""Places looked at for each find that is allowed: many only begin like an address or a key."""
INSIDE = 32
"""Places looked at inside one address."""


class Scanner:
    """Finds what the rules describe. Built once, used for every buffer."""

    def __init__(self, rules: Catalogue) -> None:
        # identifiers first: what is known to be public is never taken for a secret
        order = sorted(rules.secrets.values(), key=lambda rule: (rule.nature == "secret", rule.id))
        kinds = [Kind(rule) for rule in order]
        self._kinds = {first: [k for k in kinds if first in k.first] for first in range(256)}
        self._hosts = Hosts(rules.addresses)
        self.heads = [SCHEME, *self._hosts.heads, *(kind.head for kind in kinds)]
        self._anything = _alternation(self.heads)
        self._secrets = _alternation([kind.head for kind in kinds])

    def scan(self, data: Bytes, bounds: Bounds | None = None, most: int = MOST) -> Iterator[Found]:
        """Every address and key, each secret after the address it stands in; cut at borders of entries.

        Raises:
            Unreadable: after `most` finds, or too many near misses, with the sentence that says so.

        """
        count = looked_at = at = 0
        while hit := self._anything.search(data, at):
            entry = bounds(hit.start()) if bounds else None
            found, at = self._read(data, hit.start(), entry or (0, len(data)))
            yield from found
            count, looked_at = count + len(found), looked_at + 1
            if count >= most or looked_at >= most * NEAR_MISSES:
                raise Unreadable(
                    f"too many addresses and keys; what follows the first {count:,} was not read"
                )

    def spans(self, data: Bytes) -> Iterator[tuple[int, int]]:
        """Where anything may begin: the bare pass, for measuring it."""
        return (hit.span() for hit in self._anything.finditer(data))

    def _read(self, data: Bytes, start: int, entry: Entry) -> tuple[list[Found], int]:
        """What is at the hit, and where to go on."""
        found = read_address(data, start, entry) or self._hosts.read(data, start, entry)
        if found:
            return [found, *self._inside(data, found)], max(found.end, start + 1)
        secret, read = self._secret(data, start, entry)
        return ([secret] if secret else []), max(read, start + 1)

    def _inside(self, data: Bytes, address: Found) -> Iterator[Found]:
        """Keys in a path or query, passwords in front of a host."""
        at = address.start
        for _ in range(INSIDE):
            if not (hit := self._secrets.search(data, at, address.end)):
                return
            secret, read = self._secret(data, hit.start(), (address.start, address.end))
            at = max(read, hit.start() + 1)
            if secret:
                yield secret

    def _secret(self, data: Bytes, start: int, entry: Entry) -> tuple[Found | None, int]:
        """The first kind that fits at `start`, and up to where nothing else can begin."""
        furthest = start
        for kind in self._kinds[data[start]]:
            found, read = kind.read(data, start, entry)
            if found:
                return found, read
            furthest = max(furthest, read)
        return None, furthest


def _alternation(heads: Iterable[bytes]) -> Any:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1  # bytes, whatever they mean
    options.never_capture = True
    options.max_mem = 16 << 20  # for the automaton; hostile bytes that ask for more are matched more slowly
    return re2.compile(b"|".join(b"(?:%b)" % head for head in heads), options)
