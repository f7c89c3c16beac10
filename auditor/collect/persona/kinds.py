"""The kinds of values a persona may hold: what each tells, and how much must stand around it to count."""

from __future__ import annotations

from typing import NamedTuple

DISTINCT, WORD, LETTER = 0, 1, 2
"""How telling a value is: counts anywhere; counts with a key of its family or beside a second value of the
person; counts only with a key of its family."""


class Kind(NamedTuple):
    """One kind of value."""

    data: str
    """A word of `rules/data`."""
    part: str
    """Part of the persona file: `values`, `device` or `social`."""
    family: str = ""
    """Names of keys that go with it: a word of `keys.FAMILIES`."""
    tier: int = DISTINCT
    strict: bool = False
    """Whether capital and small letters differ."""


KINDS = {
    "first_name": Kind("name", "values", "name", WORD),
    "last_name": Kind("name", "values", "name", WORD),
    "full_name": Kind("name", "values", "name"),
    "email": Kind("email-address", "values"),
    "phone": Kind("phone-number", "values"),
    "nid": Kind("national-id", "values"),
    "kosovo_id": Kind("national-id", "values"),
    "birth_date": Kind("date-of-birth", "values", "birth", WORD),
    "age": Kind("date-of-birth", "values", "age", LETTER),
    "gender": Kind("gender", "values", "gender", LETTER),
    "municipality": Kind("municipality", "values", "unit", WORD),
    "city": Kind("postal-address", "values", "city", WORD),
    "address": Kind("postal-address", "values", "city"),
    "institution": Kind("institution", "values", "unit"),
    "position": Kind("occupation", "values", "occupation", WORD),
    "iban": Kind("payment-details", "values"),
    "password": Kind("password", "values", "password", strict=True),
    "user_id": Kind("user-id", "values", "account", strict=True),
    "aaid": Kind("advertising-id", "device"),
    "oaid": Kind("advertising-id", "device"),
    "android_id": Kind("android-id", "device"),
    "app_set_id": Kind("app-set-id", "device"),
    "imei": Kind("hardware-identifier", "device"),
    "imei2": Kind("hardware-identifier", "device"),
    "serial": Kind("hardware-identifier", "device"),
    "mac": Kind("hardware-identifier", "device"),
    "ssid": Kind("wifi-networks", "device", "wifi"),
    "bssid": Kind("wifi-networks", "device"),
    "local_ip": Kind("ip-address", "device", "ip", WORD),
    "model": Kind("device-description", "device", "model", LETTER),
    "device_name": Kind("device-name", "device", "model"),
    "push_token": Kind("push-token", "device", strict=True),
    "installation_id": Kind("installation-id", "device", strict=True),
    "facebook_id": Kind("social-profile", "social", "account"),
    "facebook_user": Kind("social-profile", "social", "account"),
    "instagram_id": Kind("social-profile", "social", "account"),
    "instagram_user": Kind("social-profile", "social", "account"),
}
"""Word in a persona file to what it means."""

SHORT = {
    "name": "first_name",
    "last": "last_name",
    "mun": "municipality",
    "mail": "email",
    "tel": "phone",
    "lng": "lon",
    "radius": "radius_m",
}
"""Words of flat tables."""


def tier(kind: str, value: str) -> int:
    """How telling this value is: a short one less than its kind."""
    what = KINDS[kind]
    letters = sum(sign.isalnum() for sign in value)
    return max(what.tier, WORD if letters < _LEAST.get(kind, 8) else DISTINCT)


_LEAST = {"full_name": 6, "email": 5, "institution": 10, "facebook_id": 12, "password": 8}
"""Letters and digits from which a value counts anywhere."""
