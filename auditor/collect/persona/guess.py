"""Which kind a value is that stands alone in a list of decoys."""

from __future__ import annotations

import re

from auditor.collect.persona.numbers import is_iban, is_imei, national

_SHAPES = (
    ("email", r"[^\s@]+@[^\s@]+\.[^\s@]+"),
    ("lat_lon", r"-?\d{1,2}\.\d+\s*,\s*-?\d{1,3}\.\d+"),
    ("nid", r"(?i)[0-9a-m]\d{8}[a-w]"),
    ("aaid", r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    ("mac", r"(?i)[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}"),
    ("android_id", r"(?i)[0-9a-f]{16}"),
    ("birth_date", r"\d{4}-\d\d-\d\d"),
    ("phone", r"\+?\d[\d ]{6,}"),
    ("full_name", r"[^\W\d_]+(?: [^\W\d_]+)+"),
)


def kind_of(value: str) -> str:
    """A word of `KINDS`, or `lat_lon`; `user_id` for what looks like nothing known."""
    text = value.strip()
    if is_iban(text):
        return "iban"
    if national(text):
        return "phone"
    if is_imei(text):
        return "imei"
    return next((kind for kind, shape in _SHAPES if re.fullmatch(shape, text)), "user_id")
