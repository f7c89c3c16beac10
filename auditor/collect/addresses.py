"""Addresses: taken apart, sorted by what they are for, and shown without what they keep to themselves.

What an address says beyond its host may be a password, a token or a person's name. `shown` leaves out user
names, all values of a query, and every part of a path that looks like a key; nothing else is for readers.

Sources: RFC 3986 (parts of an address), RFC 1034 and 2181 (host names), RFC 3492 (punycode), the WHATWG URL
standard (hosts written as one number).
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from auditor.catalogue import Addresses
from auditor.collect.archive import printable

MASK = "..."
"""Stands for what is not shown, as everywhere in auditor."""

LONGEST_SHOWN = 200
"""Characters of an address that are shown."""

_PARTS = re.compile(
    r"(?:(?P<scheme>[A-Za-z]+)://)?(?P<authority>[^/?#]*)(?P<path>[^?#]*)"
    r"(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.DOTALL,
)
_HOST_AND_PORT = re.compile(r"(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>.*))?", re.DOTALL)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"0x[0-9a-f]{1,8}|\d{8,10}")
_ESCAPE = re.compile(r"\\/|\\u00([2-7][0-9A-Fa-f])")
_HOLE = re.compile(r"[%{}$*<>]")
"""In a host: something is put in at run time (`%s`, `%1$s`, `{host}`, `${host}`)."""


@dataclass(frozen=True, slots=True)
class Address:
    """The parts of one address, unescaped. Only `shown` makes it fit for a reader."""

    scheme: str
    """Lower case; empty for a host that stands alone."""
    host: str
    """Lower case, in punycode; IPv6 written out. For what is no host yet: the text that stands there."""
    port: int | None = None
    path: str = field(default="", repr=False)
    query: str = field(default="", repr=False)
    fragment: str = field(default="", repr=False)
    user: str = field(default="", repr=False)
    """User name and password, when some stand in front of the host."""
    state: str = ""
    """`format` (the host is put in at run time), `incomplete` (no host follows), or empty."""

    @property
    def unicode(self) -> str:
        """The host as a person would read it; the same as `host` unless it is in punycode."""
        return ".".join(_decoded(label) for label in self.host.split("."))

    @property
    def rest(self) -> str:
        """What follows the host."""
        query = f"?{self.query}" if self.query else ""
        return self.path + query + (f"#{self.fragment}" if self.fragment else "")


def parse(text: str) -> Address:
    """Take an address apart, with or without a scheme; any text gives one, at worst an incomplete one."""
    found = _PARTS.fullmatch(_ESCAPE.sub(_unescaped, text))
    parts = {key: value or "" for key, value in found.groupdict().items()} if found else {}
    scheme, path = parts.get("scheme", "").lower(), parts.get("path", "")
    user, _, place = parts.get("authority", "").rpartition("@")
    host, port = _host_and_port(place)
    name = _host(host, ends=not path)
    state = "" if name else "format" if _HOLE.search(host) else "incomplete"
    return Address(
        scheme, name or place, port, path, parts.get("query", ""), parts.get("fragment", ""), user, state
    )


def shown(address: Address, longest: int = LONGEST_SHOWN) -> str:
    """One printable line of about `longest` characters, without user, query values and keys."""
    scheme = f"{address.scheme}://" if address.scheme else ""
    user = f"{MASK}@" if address.user else ""
    port = f":{address.port}" if address.port is not None and not address.state else ""
    place = f"[{address.host}]" if ":" in address.host and not address.state else address.host
    path = "/".join(_masked_part(part) for part in address.path.split("/"))
    query = "&".join(_masked_pair(pair) for pair in address.query.split("&")) if address.query else ""
    text = f"{scheme}{user}{place}{port}{path}" + (f"?{query}" if query else "")
    text += f"#{_masked_part(address.fragment)}" if address.fragment else ""
    read = f" ({printable(address.unicode, 60)})" if address.unicode != address.host else ""
    return printable(text, longest) + read


# Hosts ------------------------------------------------------------------------


def _unescaped(found: re.Match[str]) -> str:
    r"""JSON and JavaScript may write `\/` and `\u002F` for a slash, `\u0026` for an ampersand."""
    return chr(int(found[1], 16)) if found[1] else "/"


def _host_and_port(place: str) -> tuple[str, int | None]:
    found = _HOST_AND_PORT.fullmatch(place)
    if not found:
        return place, None
    port = found["port"] or ""
    digits = port.isascii() and port.isdigit() and len(port) <= 5
    return found["host"], int(port) if digits and int(port) <= 0xFFFF else None


def _host(text: str, *, ends: bool) -> str:
    """A host in its one spelling, or empty: no name that could be looked up.

    A name at whose dot the whole address `ends` waits for the rest of it (`"https://api." + domain`).
    """
    if text.startswith("["):
        return _ipv6(text[1:-1])
    name = ".".join(_encoded(label) for label in re.split("[.\u3002\uff0e\uff61]", text))
    if name.endswith("."):
        name = "" if ends else name[:-1]
    if _NUMBER.fullmatch(name):
        number = int(name, 0)
        return str(ipaddress.IPv4Address(number)) if number >> 24 and number < 1 << 32 else ""
    return name if len(name) <= 253 and _is_name(name, ends=ends) else ""


def _is_name(name: str, *, ends: bool) -> bool:
    labels = name.split(".")
    if all(label.isdigit() for label in labels):
        return _ip(name) is not None
    whole = len(labels) > 1 or name == "localhost" or not ends  # "https://api" waits for the rest too
    return whole and all(_LABEL.fullmatch(label) for label in labels)


def _ipv6(text: str) -> str:
    found = _ip(text)
    return found.exploded if found and found.version == 6 else ""


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _encoded(label: str) -> str:
    """Lower case; a label with other than ASCII letters in punycode, as browsers look it up."""
    label = unicodedata.normalize("NFKC", label.lower())
    if label.isascii() or not all(unicodedata.category(c)[0] in "LMN" or c == "-" for c in label):
        return label
    return "xn--" + label.encode("punycode").decode("ascii")


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        text = label[4:].encode("ascii").decode("punycode")
    except (UnicodeError, OverflowError):  # not every label that begins so is punycode
        return label
    return text if text.isprintable() else label


# What is shown ----------------------------------------------------------------

_LONG_NUMBER = re.compile(r"\d{9,}")
_KEY = re.compile(
    r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-|(?=[0-9]*[A-Za-z])(?=[A-Za-z]*[0-9])[0-9A-Za-z]{16}|[A-Za-z]{32}"
)


def _masked_part(part: str) -> str:
    """A part of a path, or the mask when it looks like a key, a number of a person, or holds parameters."""
    mixed = len(part) >= 20 and bool(re.search("[0-9]", part)) and part not in (part.lower(), part.upper())
    secret = mixed or _KEY.search(part) or _LONG_NUMBER.search(part) or re.search("[@;=]", part)
    return MASK if secret else part


def _masked_pair(pair: str) -> str:
    name, equals, value = pair.partition("=")
    return f"{_masked_part(name)}={MASK if value else ''}" if equals else MASK


# Sorting ----------------------------------------------------------------------


class Sorted(NamedTuple):
    """What an address is for."""

    sort: str
    """`endpoint`, `schema`, `documentation`, `local`, `format` or `incomplete`."""
    by: str = ""
    """The rule file that says so, for example `addresses/xml-names`."""
    reserved: bool = False
    """Whether nobody can own this name: an endpoint of an example."""


_LONGEST_REST = 300
"""Characters behind a host on which the expressions of rules are tried; documents have shorter addresses."""

_STRONGEST = ("schema", "documentation", "local", "endpoint")
"""Which sort counts when several rule files know an address."""


class Sorter:
    """Sorts addresses by the rule files in `rules/addresses`, prepared once."""

    def __init__(self, rules: Mapping[str, Addresses]) -> None:
        ordered = sorted(rules.values(), key=lambda rule: (_STRONGEST.index(rule.sort), rule.id))
        self._never = {rule.id: [re.compile(text) for text in rule.never] for rule in ordered}
        self._paths = [(re.compile(text), rule) for rule in ordered for text in rule.paths]
        self._hosts: dict[str, list[tuple[str, Addresses]]] = {}
        for rule in ordered:
            for entry in rule.hosts:
                host, slash, path = entry.partition("/")
                self._hosts.setdefault(host, []).append((slash + path, rule))

    def sort(self, address: Address) -> Sorted:
        """What the address is for; one that no rule knows is an endpoint."""
        if address.state:
            return Sorted(address.state)
        ip = _ip(address.host)
        if (ip and not ip.is_global) or (not ip and "." not in address.host):
            return Sorted("local")
        rules = sorted(self._rules(address), key=lambda rule: _STRONGEST.index(rule.sort))
        if not rules:
            return Sorted("endpoint")
        return Sorted(rules[0].sort, f"addresses/{rules[0].id}", rules[0].reserved)

    def _rules(self, address: Address) -> Iterator[Addresses]:
        rest = address.rest
        known = [rule for name in _names(address.host) for rule in self._below(name, address.path)]
        if len(rest) <= _LONGEST_REST:
            known += [rule for pattern, rule in self._paths if pattern.search(rest)]
        return (rule for rule in known if not any(never.search(rest) for never in self._never[rule.id]))

    def _below(self, name: str, path: str) -> Iterator[Addresses]:
        return (rule for begin, rule in self._hosts.get(name, ()) if _begins(path, begin))


def _names(host: str) -> Iterator[str]:
    """`www.b.c` as it may stand in a rule: `www.b.c`, `b.c`, `*.b.c`, `*.c`, `www.*`, `www.b.*`."""
    labels = host.split(".")
    yield host
    if labels[0] == "www":
        yield ".".join(labels[1:])
    yield from ("*." + ".".join(labels[index:]) for index in range(1, len(labels)))
    yield from (".".join(labels[:index]) + ".*" for index in range(1, len(labels)))


def _begins(path: str, begin: str) -> bool:
    """Whether the path begins so, in lower or upper case, at the border of a part."""
    begin = begin.rstrip("/")
    return path.lower().startswith(begin) and path[len(begin) : len(begin) + 1] in ("", "/")
