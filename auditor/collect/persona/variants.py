"""The ways one value may be written: what normalising it gives, without encodings and digests.

The first form of a value is the one it was typed in; each has a name as evidence shows it (`national form`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

from auditor.collect.persona.numbers import national
from auditor.collect.persona.places import inflected, municipality, written
from auditor.collect.persona.text import fold

PLAIN = "plain"
type Variant = tuple[str, str]
"""Name of the form and the text."""


def variants(kind: str, value: str) -> list[Variant]:
    """Every form of a value, without repeats."""
    value = " ".join(value.split())
    forms = [(PLAIN, value), *_MAKERS.get(kind, _nothing)(value)]
    first: dict[str, str] = {}
    for form, text in forms:
        first.setdefault(text, form)
    return [(form, text) for text, form in first.items() if text]


def digested(kind: str, value: str) -> list[Variant]:
    """Further forms that only digests need: texts are read with any signs between digits, in any capitals."""
    return list(_DIGESTED.get(kind, _nothing)(" ".join(value.split())))


def _nothing(_value: str) -> Iterator[Variant]:
    yield from ()


def _name(value: str) -> Iterator[Variant]:
    yield "without diacritics", _ascii(value)
    yield "without blanks", re.sub(r"[\W_]", "", value)


def _full_name(value: str) -> Iterator[Variant]:
    parts = value.split()
    first, last = parts[0], parts[-1]
    joints = (" ", ".", "_", "-", "", "+")
    yield from ((PLAIN, joint.join(parts)) for joint in joints)
    if len(parts) > 1:
        yield from (("last name first", joint.join((last, *parts[:-1]))) for joint in (*joints, ", ", ","))
        yield from (("initial and last name", f"{first[0]}{joint}{last}") for joint in (". ", ".", " "))
    if len(parts) > 2:
        yield from (("without middle name", f"{first}{joint}{last}") for joint in joints)


def _email(value: str) -> Iterator[Variant]:
    name, _, host = value.lower().partition("@")
    yield PLAIN, value.lower()
    if host in ("gmail.com", "googlemail.com"):
        bare = name.partition("+")[0].replace(".", "")
        yield from (("mailbox form", f"{bare}@{end}") for end in ("gmail.com", "googlemail.com"))
    elif "+" in name:
        yield "mailbox form", f"{name.partition('+')[0]}@{host}"


def _phone(value: str) -> Iterator[Variant]:
    digits = re.sub(r"\D", "", value)
    rest = national(value)
    yield "digits", digits
    if not rest:
        yield from (("international form", "+" + digits), ("00 form", "00" + digits))
        return
    yield PLAIN, f"+355{rest}"
    yield "digits", f"355{rest}"
    yield "00 form", f"00355{rest}"
    yield "national form", f"0{rest}"
    yield "bare number", rest
    groups = f"{rest[:2]} {rest[2:5]} {rest[5:]}"
    yield from (("spaced", f"+355 {groups}"), ("spaced national form", f"0{groups}"))


def _separated_phone(value: str) -> Iterator[Variant]:
    if rest := national(value):
        area, first, last = f"0{rest[:2]}", rest[2:5], rest[5:]
        yield "international form with dashes", f"+355-{rest[:2]}-{first}-{last}"
        yield from (
            ("national form with dashes", f"{area}-{part}") for part in (first + last, f"{first}-{last}")
        )
        for part in (first + last, f"{first} {last}", f"{first}-{last}"):
            yield "national form with brackets", f"({area}) {part}"


def _careless_email(value: str) -> Iterator[Variant]:
    yield "capitals", value.title()
    yield from (("blank around", text) for text in (f"{value} ", f" {value}", f"{value}\n"))


def _joined(value: str) -> Iterator[Variant]:
    """Identifiers whose separators may be left out or exchanged."""
    bare = re.sub(r"[^0-9A-Za-z]", "", value)
    yield "without separators", bare
    if re.fullmatch(r"[0-9A-Fa-f]{32}", bare):
        yield PLAIN, "-".join((bare[:8], bare[8:12], bare[12:16], bare[16:20], bare[20:]))
    if re.fullmatch(r"[0-9A-Fa-f]{12}", bare):
        pairs = re.findall("..", bare)
        yield from ((PLAIN, joint.join(pairs)) for joint in (":", "-"))
        yield "in groups of four", ".".join(re.findall("....", bare))


def _imei(value: str) -> Iterator[Variant]:
    digits = re.sub(r"\D", "", value)
    yield "without separators", digits
    yield "without check digit", digits[:14]
    yield "in groups", f"{digits[:2]}-{digits[2:8]}-{digits[8:14]}-{digits[14:]}"


def _grouped_imei(value: str) -> Iterator[Variant]:
    """Type allocation code, serial number and check digit (3GPP TS 23.003, 6.2.1)."""
    digits = re.sub(r"\D", "", value)
    for joint in ("-", " ", "/"):
        yield "groups of type, serial and check", joint.join((digits[:8], digits[8:14], digits[14:]))


def _android_id(value: str) -> Iterator[Variant]:
    if re.fullmatch(r"[0-9A-Fa-f]{1,16}", value):
        yield "as a number", str(int(value, 16))


def _iban(value: str) -> Iterator[Variant]:
    bare = re.sub(r"\s", "", value)
    yield "without blanks", bare
    yield "in groups", " ".join(re.findall(".{1,4}", bare))


def _day(value: str) -> Iterator[Variant]:
    try:
        day = date.fromisoformat(value)
    except ValueError:  # written in another way: sought as it stands
        return
    d, m, y = f"{day.day:02}", f"{day.month:02}", f"{day.year:04}"
    yield "digits", y + m + d
    yield from (("day first", joint.join((d, m, y))) for joint in (".", "/", "-", "", " "))
    yield from (("day first", f"{day.day}{joint}{day.month}{joint}{y}") for joint in (".", "/", "-"))
    yield from (("month first", joint.join((m, d, y))) for joint in ("/", "-", "."))
    yield from (("year first", joint.join((y, m, d))) for joint in ("/", "."))
    yield from ((PLAIN, f"{value}T00:00:00{end}") for end in ("", "Z", ".000Z", "+00:00", ".000"))
    yield PLAIN, f"{value} 00:00:00"
    yield from _epoch(day)


def _epoch(day: date) -> Iterator[Variant]:
    """Midnight in UTC and in Tirana, winter and summer, as seconds and milliseconds."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    for hours in (0, 1, 2):
        seconds = int((midnight - timedelta(hours=hours)).timestamp())
        yield from (("seconds since 1970", str(seconds)), ("milliseconds since 1970", str(seconds * 1000)))


def _gender(value: str) -> Iterator[Variant]:
    woman = fold(value)[:1] in ("f", "w")
    yield "initial", "F" if woman else "M"
    for text in ("female", "femër", "woman", "grua") if woman else ("male", "mashkull", "man", "burrë"):
        yield "other word", text


def _place(value: str) -> Iterator[Variant]:
    name, office = municipality(value)
    yield from _name(value)
    if not name:
        return
    yield from (("as an office", text) for text in written(name))
    yield from (("without office" if office else "other case ending", text) for text in inflected(name))


def _city(value: str) -> Iterator[Variant]:
    name, _ = municipality(value)
    yield "without diacritics", _ascii(value)
    yield from (("other case ending", text) for text in (inflected(name) if name else ()))


def _ascii(value: str) -> str:
    """Without diacritics, capitals kept."""
    folded = fold(value)
    if len(folded) != len(value):
        return folded
    return "".join(low.upper() if sign.isupper() else low for sign, low in zip(value, folded, strict=True))


_MAKERS: dict[str, Callable[[str], Iterator[Variant]]] = {
    "first_name": _name,
    "last_name": _name,
    "full_name": _full_name,
    "institution": _name,
    "position": _name,
    "address": _name,
    "email": _email,
    "phone": _phone,
    "imei": _imei,
    "imei2": _imei,
    "android_id": _android_id,
    "iban": _iban,
    "birth_date": _day,
    "gender": _gender,
    "municipality": _place,
    "city": _city,
    **dict.fromkeys(("aaid", "oaid", "app_set_id", "mac", "bssid"), _joined),
}
_DIGESTED: dict[str, Callable[[str], Iterator[Variant]]] = {
    "email": _careless_email,
    "phone": _separated_phone,
    "imei": _grouped_imei,
    "imei2": _grouped_imei,
}
