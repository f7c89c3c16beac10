"""Keys, tokens, e-mail addresses and phone numbers in shown code, masked.

What the rules describe (`rules/secrets`) is found anywhere; what only looks like a key, or like somebody's
address or number, inside string literals. A password that is a word, a key put together from pieces and bytes
in an array stay as they are.
"""

from __future__ import annotations

import re

from auditor.collect.archive import Unreadable
from auditor.collect.literals import ADDRESS, Found, Scanner, masked

_LITERAL = re.compile(r'"(?:[^"\\\n]|\\.)*+"')
_MAIL = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_PHONE = re.compile(
    r"(?<![\w+])(?:(?:\+|00)[1-9]\d{0,2}(?:[ ()./-]{0,2}\d){6,12}|0[46](?:[ /-]?\d){7,8})(?!\w)"
)
"""With the country, or an Albanian number without it: 04 is Tirana, 06 a mobile."""

_RUN = re.compile(r"[0-9A-Za-z+/_=-]{20,}+")
_CHANGE = re.compile(r"(?<=[A-Za-z])[0-9]|(?<=[0-9])[A-Za-z]")
_CHANGES = 3
"""Times a key changes between letters and digits; names of 20 characters and more do so less often."""


def veiled(text: str, scanner: Scanner) -> str:
    """`text` with everything masked that should not travel with a report."""
    return _LITERAL.sub(lambda found: _guessed(found[0]), _known(text, scanner))


def _known(text: str, scanner: Scanner) -> str:
    data, out, at = text.encode(), bytearray(), 0
    try:
        secrets = sorted((f for f in scanner.scan(data) if f.kind != ADDRESS), key=lambda f: f.start)
    except Unreadable:  # more than anybody writes into one method
        return ""
    for found in secrets:
        if found.start >= at:
            out += data[at : found.start] + f"<{masked(found)}>".encode()
            at = found.end
    return (bytes(out) + data[at:]).decode()


def _guessed(literal: str) -> str:
    shown = _RUN.sub(lambda found: _token(found[0]), literal)
    return _PHONE.sub("<phone number>", _MAIL.sub("<e-mail address>", shown))


def _token(run: str) -> str:
    if len(_CHANGE.findall(run)) < _CHANGES:
        return run
    return f"<{masked(Found('token', run, 0, len(run)))}>"
