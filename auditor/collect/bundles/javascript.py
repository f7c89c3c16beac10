"""JavaScript, HTML and JSON as apps ship them: names in the code, not words in its texts.

The code is split into tokens, not parsed: texts, comments and regular expressions are passed over, so that
what remains are the names that programmers gave. In shortened code these are mostly names of properties and
functions of objects, because tools may not rename those; one or two letters are of the tool's making.

Source: ECMA-262 (16th edition), chapter 12, for tokens. Whether a slash begins a regular expression depends
on the grammar; here what stands before it decides, as in highlighters of source code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from auditor.collect.bundles.sources import File, Sources, cut, with_gap
from auditor.collect.bundles.texts import Bundle, Lines, Text, first_places

CODE = (".js", ".mjs", ".cjs", ".bundle", ".jsbundle")
PAGES = (".html", ".htm", ".xhtml")
DATA = (".json",)
SETTINGS = (".env", ".properties", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".plist")
"""Files of settings beside code: no names are taken from them, but they are to be scanned."""
MAX_FILE = 64 << 20
"""Bytes; the largest bundle seen has 12 million."""
MAX_LEXED = 64 << 20
"""Bytes of the whole package whose names are taken; a million bytes take 0.1 s."""

_STRING = rb"""
      "[^"\\\n]*+(?:\\.[^"\\\n]*+)*+(?:"|\Z|(?=\n))
    | '[^'\\\n]*+(?:\\.[^'\\\n]*+)*+(?:'|\Z|(?=\n))
"""


def _tokens(signs: bytes) -> re.Pattern[bytes]:
    """One token that matters and all that lies before it, so that the rest costs no more than its bytes.

    What begins and never ends (a text, a comment, a regular expression) is taken to end with its line or
    file: no position is looked at again, whatever the file holds.
    """
    return re.compile(
        rb"""
        (?: [^\w$"'`/\x80-\xff%(signs)s]++                            # spaces and signs
          | (?:[A-Za-z_$][\w$]?|\d[\w$]*+)(?![\w$\x80-\xff])          # short words, numbers
          | //[^\n]*+ | /\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z)             # comments
          | /(?:(?<=[(,=:\[!&|?{;+\n]/)|(?<=[(,=:\[!&|?{;+\n][ ]/)    # a regular expression
              |(?<=return/)|(?<=return[ ]/)|(?<=typeof/)|(?<=case/))
            (?:[^/\\\n\[]++|\\.|\[(?:[^\]\\\n]++|\\.)*+(?:\]|\Z|(?=\n)))*+(?:/|\Z|(?=\n))
          | /
          | (?>%(string)s)(?!\s{0,8}:)
        )*+
        (?: (?P<name>[A-Za-z_$][\w$]{2,63}+)(?![\w$\x80-\xff])
          | ["'](?P<key>[A-Za-z_$][\w$.-]{2,63}+)["'](?=\s{0,8}:)
          | (?P<sign>[`%(signs)s])
          | %(string)s
          | [\w$\x80-\xff]++ | \Z
        )
        """
        % {b"signs": signs, b"string": _STRING},
        re.VERBOSE | re.DOTALL,
    )


_OUTSIDE, _INSIDE = _tokens(b""), _tokens(b"{}")
"""Tokens outside templates, and inside a `${...}`, whose end is found by counting braces."""
_TEMPLATE = re.compile(rb"(?:[^`\\$]++|\\.|\$(?!\{))*+(?:`|\$\{|\Z)", re.DOTALL)
MAX_INDENT = 200
"""Bytes of spaces before a key."""
MAX_DEPTH = 50
"""Templates inside each other; what is deeper is read as if it were not inside."""

_WORDS = re.compile(rb"(?<![\w$\x80-\xff])[A-Za-z_$][\w$]{2,63}+(?![\w$\x80-\xff])")
_KEYS = re.compile(rb'"(?P<name>[A-Za-z_$][\w$.-]{2,63}+)"\s{0,8}:')

_ATTRIBUTES = re.compile(rb"""\b(?:id|name)=["'](?P<name>[A-Za-z_][\w.-]{2,63}+)["']""")

KEYWORDS = frozenset(
    b"""async await break case catch class const continue debugger default delete else enum export extends
    false finally for from function get implements import instanceof interface let new null of package private
    protected public return set static super switch this throw true try typeof undefined var void while with
    yield NaN Infinity arguments prototype constructor length exports module require define""".split()
)
"""Words of the language and of its ways to load modules."""


def names(member: str, lines: Lines) -> Iterator[Text]:
    """Names of at least three letters, each once, at its first place."""
    seen = set(KEYWORDS)
    for name, at in _found(member.lower(), lines.data):
        if name not in seen:
            seen.add(name)
            yield Text(name.decode("ascii", "replace"), lines.locate(at))


def _found(member: str, data: bytes) -> Iterator[tuple[bytes, int]]:
    if member.endswith(SETTINGS):
        return
    if member.endswith(DATA):
        yield from ((m["name"], m.start("name")) for m in _KEYS.finditer(data))
    elif member.endswith(PAGES):
        yield from ((m["name"], m.start("name")) for m in _ATTRIBUTES.finditer(data))
        for start, end in _scripts(data):
            yield from _in_code(data, start, end)
    else:
        yield from _in_code(data, 0, len(data))


def _in_code(data: bytes, start: int, end: int) -> Iterator[tuple[bytes, int]]:
    braces: list[int] = []  # open ones in each `${...}` around the current place
    signs = 1000 + (end - start) // 16  # real code has one in a hundred bytes; more is made to cost time
    while start < end and (signs := signs - 1) > 0:
        for match in (_INSIDE if braces else _OUTSIDE).finditer(data, start, end):
            start = match.end()
            if match.lastgroup == "sign":
                start = _enter_or_leave(data, start, end, braces)
                break
            if (group := match.lastgroup) == "name" or (group and _is_key(data, match.start(group) - 1)):
                yield match[group], match.start(group)
        else:
            return
    yield from ((found[0], found.start()) for found in _WORDS.finditer(data, start, end))


def _is_key(data: bytes, quote: int) -> bool:
    """Whether a text before a colon is a key of an object, and not the middle of a `a ? "b" : c`."""
    return data[max(0, quote - MAX_INDENT) : quote].rstrip()[-1:] in (b"{", b",")


def _enter_or_leave(data: bytes, at: int, end: int, braces: list[int]) -> int:
    """Where code goes on after a brace, or after the text of a template that a backtick or brace begins."""
    sign = data[at - 1]
    if sign == ord("{"):
        braces[-1] += 1
        return at
    if sign == ord("}"):
        braces[-1] -= 1
        if braces[-1]:
            return at
        braces.pop()
    found = _TEMPLATE.match(data, at, end)
    if found is None:
        return end
    if found[0].endswith(b"${") and len(braces) < MAX_DEPTH:
        braces.append(1)
    return found.end()


def _scripts(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the scripts of a page begin and end; one that is never closed ends with the page."""
    lower = data.lower()
    at = lower.find(b"<script")
    while at >= 0:
        start = lower.find(b">", at) + 1 or len(data)
        end = lower.find(b"</script", start)
        end = len(data) if end < 0 else end
        yield start, end
        at = lower.find(b"<script", end)


# --- bundles -----------------------------------------------------------------------------------

_ROOT = re.compile(r"assets/(?:www|public|flutter_assets)/|assets/|res/raw/")


class _Page(NamedTuple):
    """One file of a web app, read."""

    member: str
    lines: Lines
    is_code: bool


def read(files: Sequence[File], sources: Sources) -> list[Bundle]:
    """One bundle for each root of a web app, and for each bundle of React Native in plain JavaScript."""
    roots: dict[str, list[File]] = {}
    for file in files:
        single = file.member.endswith((".bundle", ".jsbundle"))
        found = None if single else _ROOT.search(file.place)
        roots.setdefault(file.place[: found.end()] if found else file.place, []).append(file)
    left, bundles = MAX_LEXED, []
    for root, members in roots.items():
        pages = [page for file in members if (page := _page(file, sources))]
        lexed = [p for p in pages if (left := left - len(p.lines.data)) >= 0]
        bundles += [_bundle(root, pages, lexed)] if pages else []
    why = "names and texts were read; what it calls was not followed"
    return with_gap(bundles, "javascript", lambda places: f"JavaScript ({places}): {why}")


def _page(file: File, sources: Sources) -> _Page | None:
    """A file as text; UTF-16, which browsers take too, becomes UTF-8."""
    if file.size > MAX_FILE:
        sources.fail(file, f"is larger than {MAX_FILE >> 20} MiB")
        return None
    data, name = sources.read(file), file.member.lower()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data.decode("utf-16", "replace").encode()
    code = name.endswith(CODE) or (name.endswith(PAGES) and b"<script" in data.lower())
    return _Page(file.member, Lines(data, f"js:{file.place}"), code) if data else None


def _bundle(root: str, pages: Sequence[_Page], lexed: Sequence[_Page]) -> Bundle:
    found, more = first_places(text for p in lexed for text in names(p.member, p.lines))
    code = sum(p.is_code for p in pages)
    about = {"files": len(pages), "with code": code, "bytes": sum(len(p.lines.data) for p in pages)}
    gaps = cut(root, found, more=more or len(lexed) < len(pages))
    return Bundle(
        "javascript" if code else "settings", root, about, found, (), tuple(p.lines for p in pages), gaps
    )
