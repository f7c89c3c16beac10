"""Evidence and gaps as one line of text each; `parse` and `show` are inverse.

declared data:precise-location @ manifest:uses-permission[7]
transmitted data:advertising-id > acme-push [before consent] @ flow:3/body$.ifa
gap transmitted: certificate pinning on push.acme.example
gap referenced of data, practice: 2 native libraries were not read
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from auditor.model import KINDS, Claim, Evidence, Fact, Gap, Level, Rung

LEVELS: dict[str, Level] = {r.name.lower(): r for r in Rung} | {c.value: c for c in Claim}

_WORD = r"[^\s>@\[\],:](?:[^\s>@\[\],]*[^\s>@\[\],:])?"
_FACT = re.compile(rf"(?P<kind>[a-z]+):(?P<what>{_WORD})(?: > (?P<who>{_WORD}))?")
_EVIDENCE = re.compile(
    rf"(?P<level>[a-z]+) (?P<fact>{_FACT.pattern})(?: \[(?P<phase>[a-z ]+)\])? @ (?P<where>\S.*)"
)
_CONCERN = r"[^\s:,]+(?::[^\s:,]+)*"
_GAP = re.compile(rf"gap (?P<level>[a-z]+)(?: of (?P<concerns>{_CONCERN}(?:, {_CONCERN})*))?: (?P<why>\S.*)")


class NotationError(ValueError):
    """A line that is neither evidence nor a gap; the message says what was expected."""


def level_name(level: Level) -> str:
    """The word for a rung or claim, in lower case."""
    return level.name.lower()


def parse_fact(text: str) -> Fact:
    """`data:sms > acme` as a Fact. Raises NotationError."""
    found = _FACT.fullmatch(text.strip())
    if not found:
        raise NotationError(f"{text!r} is not a fact; expected kind:what or kind:what > who")
    if found["kind"] not in KINDS:
        raise NotationError(f"{found['kind']!r} is no fact kind; expected one of {', '.join(KINDS)}")
    return Fact(found["kind"], found["what"], found["who"] or "")


def show_fact(fact: Fact) -> str:
    """The fact as it stands in a line: `data:sms > acme`."""
    return f"{fact.kind}:{fact.what}" + (f" > {fact.who}" if fact.who else "")


def show(item: Evidence | Gap) -> str:
    """One line, without the date and the recognising rule."""
    if isinstance(item, Gap):
        concerns = f" of {', '.join(item.concerns)}" if item.concerns else ""
        return f"gap {level_name(item.level)}{concerns}: {item.why}"
    phase = f" [{item.phase}]" if item.phase else ""
    return f"{level_name(item.level)} {show_fact(item.fact)}{phase} @ {item.where}"


def parse(line: str) -> Evidence | Gap:
    """The inverse of `show`. Raises NotationError with what was expected."""
    line = line.strip()
    if line.startswith("gap "):
        return _parse_gap(line)
    found = _EVIDENCE.fullmatch(line)
    if not found:
        raise NotationError(f"{line!r} is not evidence; expected LEVEL kind:what [> who] @ where")
    fact = parse_fact(found["fact"])
    return Evidence(fact, _level(found["level"]), found["where"], found["phase"] or "")


def parse_lines(text: str) -> Iterator[Evidence | Gap]:
    """Every line of a block; empty lines and lines starting with # are passed over."""
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            yield parse(line)


def _parse_gap(line: str) -> Gap:
    found = _GAP.fullmatch(line)
    if not found:
        raise NotationError(f"{line!r} is not a gap; expected gap LEVEL [of WORDS]: why")
    concerns = tuple(found["concerns"].split(", ")) if found["concerns"] else ()
    return Gap(_level(found["level"]), found["why"], concerns)


def _level(word: str) -> Level:
    if word not in LEVELS:
        raise NotationError(f"{word!r} is no level; expected one of {', '.join(LEVELS)}")
    return LEVELS[word]
