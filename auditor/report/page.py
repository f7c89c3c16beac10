"""A report as one HTML page that loads nothing."""

from __future__ import annotations

import hashlib
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from auditor import cache
from auditor.catalogue import shipped
from auditor.model import Claim
from auditor.report.flowmap import flow_map
from auditor.report.lines import entries, gap_parts, sought
from auditor.report.places import dotted, pieces, spot, ways
from auditor.report.profilepicture import profile_picture, signed
from auditor.report.stages import in_recording, stages
from auditor.report.tariff import action_name
from auditor.report.themes import hidden_by, named, reasons, themes, unnumbered
from auditor.report.timeline import clock, time_line
from auditor.reportmodel import Report


class StrangeReport(ValueError):
    """A report with words that no report-v1 has; one sentence."""


def render(report: Report, language: str) -> str:
    """The report as one HTML page that loads nothing. Raises StrangeReport."""
    import jinja2

    loader = jinja2.FileSystemLoader(shipped("templates"))
    settings = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]  # they are compiled in
    compiled = cache.folder(f"templates-{settings}")
    environment = jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
        bytecode_cache=jinja2.FileSystemBytecodeCache(str(compiled)) if compiled else None,
    )
    environment.filters |= FILTERS
    template = environment.get_template(f"{language}/report.html")
    try:
        return template.render(r=report, lang=language, claims=list(Claim)) + "\n"
    except (jinja2.UndefinedError, TypeError, ValueError) as error:  # somebody else's report.json
        raise StrangeReport(f"the report holds a word that no {report.format} has: {error}") from error


def _shown(value: Any) -> Any:
    """Every text a template prints passes here; markup stays markup."""
    return type(value)(visible(value)) if isinstance(value, str) else value


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def visible(text: Any) -> str:
    """Control and direction-changing characters as escapes, so that hostile text shows what it is."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", str(text))


def quoted(text: str) -> str:
    """One word for a shell, on one line whatever the app calls its parts."""
    return shlex.quote("".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text))


def filled(text: str, **values: Any) -> str:
    """A sentence with its `{places}` filled; what is no markup is escaped."""
    import markupsafe

    return markupsafe.escape(text).format(**{name: _shown(value) for name, value in values.items()})


def counted(n: int, sentences: Sequence[str], **values: Any) -> str:
    """The first of two sentences for one, the second for any other number, which stands for `{n}`."""
    return filled(sentences[0 if n == 1 else 1], n=grouped(n), **values)


def grouped(n: int) -> str:
    """A number in groups of three."""
    return f"{n:,}".replace(",", "\u202f")


def said(text: str, phrases: Mapping[str, str]) -> str:
    """A sentence of the tool in the words of `phrases`, where `{}` is any text; else as it stands.

    What stands for `{}` may be such a sentence again: `x.dex could not be read whole: string 3 does not end`.
    """
    for known in sorted(phrases, key=lambda known: (known.startswith("{}"), -len(known))):  # surest first
        if found := re.fullmatch(re.escape(known).replace(r"\{\}", "(.*)"), text, re.DOTALL):
            return phrases[known].format(*(said(group, phrases) for group in found.groups()))
    return text


def repeat(where: str) -> str:
    """Which of the template's recipes shows this place again: the part before the colon."""
    return where.partition(":")[0]


_FILTERS: tuple[Callable[..., Any], ...] = (
    *(visible, quoted, said, repeat, filled, counted, grouped),
    *(themes, unnumbered, named, reasons, hidden_by),
    *(entries, sought, spot, pieces, ways, dotted, in_recording, stages),
    *(flow_map, time_line, clock, profile_picture, signed, action_name),
)
FILTERS = {function.__name__: function for function in _FILTERS} | {"concerns": gap_parts}
"""What templates may ask of Python."""
