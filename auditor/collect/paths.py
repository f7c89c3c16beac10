"""Paths of servers that own code names: `/v1/leaderboard/{unit}`, whole or below an address.

In DEX files they stand in instructions or, as Retrofit reads them, in annotations of methods; in other code
between quotation marks or as entries of a table. Only paths that some practice asks for are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from auditor.catalogue import Catalogue
from auditor.collect.bundles.texts import Buffer
from auditor.collect.contacts import Located
from auditor.collect.hits import ADDRESS
from auditor.collect.owners import APP
from auditor.collect.practices import is_asked
from auditor.collect.reading import Reading
from auditor.collect.seen import Call
from auditor.collect.words import Families

type Asked = Callable[[str], bool]
"""Whether some practice asks for a path."""

MOST_PATHS, LONGEST = 2000, 400
"""Paths that are kept, and bytes of each."""

_VERSION = re.compile(r"(?:api|rest|v\d{1,2})/|[^/]*\{")
"""How paths begin that lead below an address given elsewhere."""

_PART = rb"[\w{}$.:~%-]{1,80}"
_PATH = re.compile(rb"(?:https?://[\w.:-]{1,200})?/?%b(?:/%b)++/?(?:\?[!-~]{0,200})?" % (_PART, _PART))
_QUOTED = re.compile(rb"(?<![^\"'`\0])/?%b(?:/%b)++/?(?:\?[!-~]{0,80}?)?(?=[\"'`\0])" % (_PART, _PART))


def asked(rules: Catalogue, families: Families) -> Asked:
    """Which paths practices ask for."""
    rows = [row for practice in rules.practices.values() for row in practice.told_by if "path" in row["in"]]
    return lambda path: any(is_asked(row, path, families) for row in rows)


def in_code(reading: Reading, wanted: Asked) -> dict[str, list[Call]]:
    """Paths in the strings of DEX files, with whoever uses them."""
    found: dict[str, list[Call]] = {}
    for file in range(len(reading.program.files)):
        for row, text in _texts(reading, file, wanted):
            calls = reading.annotated(file, row, text)
            if is_path(text):
                used = reading.users(file, row, text)
                calls += [call for call in used if "/string_ids[" not in call.where]
            own = [call for call in calls if call.who in ("", APP)]
            found.setdefault(text, []).extend(own)
    return {text: calls for text, calls in found.items() if calls}


def _texts(reading: Reading, file: int, wanted: Asked) -> Iterator[tuple[int, str]]:
    """(row of string_ids, path) of the first paths in one file."""
    dex = reading.program.files[file].dex
    left = MOST_PATHS
    for row in range(len(dex.strings)):
        raw = dex.raw(row)
        if b"/" in raw and len(raw) <= LONGEST and _PATH.fullmatch(raw) and left > 0:
            text = path_of(raw.decode("utf-8", "replace"))
            if wanted(text):
                left -= 1
                yield row, text


def names(buffers: list[Buffer]) -> Iterator[tuple[str, str]]:
    """(text, place) of texts that are written as names are, such as those of events: `share_recorded`."""
    for buffer in buffers:
        for hit in _NAME.finditer(buffer.data):
            text = hit[0].decode("ascii")
            if not text.isalpha() or text[1:] not in (text[1:].lower(), text[1:].upper()):
                yield text, buffer.locate(hit.start())


_NAME = re.compile(rb"(?<![^\"'`\0])[A-Za-z][A-Za-z0-9_]{4,60}+(?=[\"'`\0])")


def beside(found: list[Located], buffers: list[Buffer], wanted: Asked) -> dict[str, list[Call]]:
    """Paths in code that is not DEX, and below addresses of any code."""
    held: dict[str, list[Call]] = {}
    for one in found:
        if one.found.kind == ADDRESS and one.owner in ("", APP) and wanted(path := path_of(one.found.text)):
            held.setdefault(path, []).append(Call(f"{one.where} {path}", one.owner))
    for buffer in buffers:
        for hit in _QUOTED.finditer(buffer.data):
            text = hit[0].decode("ascii", "replace")
            if len(held) < MOST_PATHS and is_path(text) and wanted(text):
                held.setdefault(text, []).append(Call(f"{buffer.locate(hit.start())} {text}"))
    return held


def is_path(text: str) -> bool:
    """Whether a text alone is a path of a server, and not the name of a channel or type: `app/contacts`."""
    return text.startswith("/") or text.count("/") > 1 or bool(_VERSION.match(text))


def path_of(address: str) -> str:
    """What follows the host of an address; a path as it is."""
    host = re.match(r"(?i)[a-z]{2,6}://[^/?]*", address)
    return address[host.end() :] if host else address
