"""Resources: names, what the app is called in each language, and whose back end it uses.

Back-end identity (project, database, storage, log-in ids) is read and never
contacted. Keys are shown as kind, last four characters and SHA-256.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.catalogue import Catalogue
from auditor.collect.manifest import Manifest
from auditor.collect.owners import library_names
from auditor.collect.resourcetable import Table
from auditor.model import Evidence, Fact, Json, Rung

_HOST = re.compile(r"(?:https?|wss?)://([A-Za-z0-9.-]+\.[A-Za-z]{2,})(?:[:/]|$)")

LABELS, LABEL_LENGTH = 100, 200
"""Names of the app that are kept, and characters of each: both are the app's to choose."""

SPOKEN = 0.5
"""Share of the app's own texts a locale must have before the app is said to speak it."""


@dataclass(frozen=True, slots=True)
class Identity:
    """One value that tells which account or project is behind the app."""

    vendor: str
    name: str
    """Resource or meta-data name."""
    where: str
    shown: str
    """The value; for a secret: last four characters."""
    sha256: str = ""
    """Of a secret's value; empty for plain identifiers."""


def names(table: Table) -> dict[str, str]:
    """`type/name` to place, as `recognise` wants it."""
    return {f"{kind}/{name}": f"resources:{kind}/{name}" for kind, name in table.entries}


def shortened(table: Table) -> bool:
    """Whether a tool has taken the names away: aapt2 collapses them to one, others cut them short."""
    names = [name for kind, name in table.entries if kind in ("string", "id", "layout", "drawable")]
    lost = sum(1 for name in names if len(name) <= 2 or name == "0_resource_name_obfuscated")
    return lost * 2 > len(names) > 0


def languages(table: Table, rules: Catalogue) -> dict[str, float]:
    """Locale to the share of the app's own texts it has, from 0 to 1; default texts count as ``."""
    brought = library_names(rules.vendors.values())
    own = [
        found
        for (kind, name), found in table.entries.items()
        if kind == "string" and not name.startswith(brought)
    ]
    counts = Counter(locale for found in own for locale in found)
    return {locale: round(count / len(own), 2) for locale, count in counts.items()}


def spoken(table: Table, rules: Catalogue) -> list[str]:
    """Locales with at least half of the app's own texts, the default texts left out."""
    return sorted(locale for locale, share in languages(table, rules).items() if locale and share >= SPOKEN)


def labels(manifest: Manifest, table: Table, reference: str) -> dict[str, str]:
    """The app's name per locale; `reference` is the unresolved label of the manifest."""
    key = table.name_of(reference).partition("/")
    found = table.entries.get((key[0], key[2]), {})
    default = manifest.application.get("label", "")
    named = {loc: table.resolve(entry.value or "", loc) for loc, entry in sorted(found.items()) if loc}
    shown = {"": default} | dict(list(named.items())[:LABELS])
    return {locale: text[:LABEL_LENGTH] for locale, text in shown.items()}


def identities(manifest: Manifest, table: Table, rules: Catalogue) -> Iterator[Identity]:
    """Values under the names that vendors list as `identity` or `secrets`."""
    values = _values(manifest, table)
    for vendor in rules.vendors.values():
        for name in (*vendor.identity, *vendor.secrets):
            if name in values and values[name][0]:
                value, where = values[name]
                yield _identity(vendor.id, name, value, where, secret=name in vendor.secrets)
                if region := _region(value):
                    yield Identity(vendor.id, f"{name} (region)", where, region)


def evidence(found: list[Identity], manifest: Manifest, table: Table) -> Iterator[Evidence]:
    """Keys inside the package, and hosts of the back end."""
    values = _values(manifest, table)
    for item in found:
        by = f"vendors/{item.vendor}"
        if item.sha256:
            fact = Fact("weakness", "credential-in-package", item.vendor)
            yield Evidence(fact, Rung.DECLARED, item.where, by=by)
        elif item.name in values and (host := _host(values[item.name][0])):
            yield Evidence(Fact("contact", host, item.vendor), Rung.DECLARED, item.where, by=by)


def describe(found: list[Identity], rules: Catalogue) -> Json:
    """Identities as plain values; a secret's value never leaves this module."""
    return [
        {
            "vendor": rules.vendors[i.vendor].name,
            "name": i.name,
            "where": i.where,
            "value": i.shown,
            "sha256": i.sha256,
        }
        for i in found
    ]


def _values(manifest: Manifest, table: Table) -> Mapping[str, tuple[str, str]]:
    texts = {
        name: (table.value("string", name), f"resources:string/{name}")
        for kind, name in table.entries
        if kind == "string"
    }
    meta = {name: (value, f"manifest:meta-data[{name}]") for name, value in manifest.meta_data.items()}
    return {**meta, **texts}


def _identity(vendor: str, name: str, value: str, where: str, *, secret: bool) -> Identity:
    if not secret:
        return Identity(vendor, name, where, value[:200])
    digest = hashlib.sha256(value.encode()).hexdigest()
    return Identity(vendor, name, where, "..." + value[-4:] if len(value) >= 12 else "...", digest)


_REGION = re.compile(r"\.([a-z]+-[a-z]+\d)\.firebasedatabase\.app$")


def _region(value: str) -> str:
    """Region of a Realtime Database by its host (firebase.google.com/docs/database, "Database locations")."""
    host = _host(value)
    found = _REGION.search(host)
    return found[1] if found else "us-central1" if host.endswith(".firebaseio.com") else ""


def _host(value: str) -> str:
    found = _HOST.match(value)
    return found[1].lower() if found else ""
