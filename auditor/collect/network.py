"""Network security configuration: where unencrypted traffic and which certificates are allowed.

Defaults are those of the platform (developer.android.com, "Network security
configuration"): cleartext is allowed below target 28, certificates that the
user installed are trusted below target 24.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from auditor.collect.androidxml import Node
from auditor.collect.manifest import Manifest
from auditor.model import Evidence, Fact, Json, Rung


@dataclass(frozen=True, slots=True)
class Rule:
    """One `base-config` or `domain-config`."""

    where: str
    domains: tuple[str, ...]
    """Empty for the base."""
    cleartext: bool | None
    """None: inherited."""
    user_certificates: bool | None
    """None: inherited."""
    pins: int
    """Number of pinned keys."""


def read(root: Node, where: str = "network-security-config:") -> tuple[Rule, ...]:
    """All rules of a configuration, nested domains included, debug overrides left out."""
    return tuple(rule for rule in _rules(root, where) if rule.domains or "domain-config" not in rule.where)


def evidence(manifest: Manifest, rules: tuple[Rule, ...] | None) -> Iterator[Evidence]:
    """Cleartext and user certificates; `rules` is None when the app has no configuration."""
    if rules is None:
        yield from _by_manifest(manifest)
        return
    base = next((rule for rule in rules if not rule.domains), None)
    if base.cleartext if base and base.cleartext is not None else manifest.target_api < 28:
        yield _weak("cleartext-traffic", base.where if base else _default("cleartext", manifest))
    if manifest.target_api < 24 and (base is None or base.user_certificates is None):
        yield _weak("user-certificates-trusted", _default("user certificates", manifest))
    for rule in rules:
        if rule.domains and rule.cleartext:
            yield from (_weak("cleartext-traffic", rule.where, domain) for domain in rule.domains)
        if rule.user_certificates:
            yield from (_weak("user-certificates-trusted", rule.where, d) for d in rule.domains or ("",))


def describe(rules: tuple[Rule, ...] | None) -> Json:
    """Rules as plain values; None when the app has no configuration."""
    if rules is None:
        return None
    return [
        {"where": r.where, "domains": list(r.domains), "cleartext": r.cleartext, "pins": r.pins}
        for r in rules
    ]


def _by_manifest(manifest: Manifest) -> Iterator[Evidence]:
    stated = manifest.application.get("usesCleartextTraffic")
    if stated == "true":
        yield _weak("cleartext-traffic", "manifest:application@usesCleartextTraffic")
    elif stated is None and manifest.target_api < 28:
        yield _weak("cleartext-traffic", _default("cleartext", manifest))
    if manifest.target_api < 24:
        yield _weak("user-certificates-trusted", _default("user certificates", manifest))


def _rules(root: Node, where: str) -> Iterator[Rule]:
    for tag in ("base-config", "domain-config"):
        for index, node in enumerate(root.all(tag)):
            place = f"{where}{tag}[{index}]"
            yield _rule(node, place)
            yield from _rules(Node("nested", {}, tuple(node.all("domain-config"))), f"{place}/")


def _rule(node: Node, where: str) -> Rule:
    anchors = [c for a in node.all("trust-anchors") for c in a.all("certificates")]
    stated = node.get("cleartextTrafficPermitted")
    return Rule(
        where=where,
        domains=tuple(text for d in node.all("domain") if (text := d.get("#text"))),
        cleartext=stated == "true" if stated else None,
        user_certificates=any(anchor.get("src") == "user" for anchor in anchors) if anchors else None,
        pins=sum(1 for pins in node.all("pin-set") for _ in pins.all("pin")),
    )


def _default(what: str, manifest: Manifest) -> str:
    return f"manifest:uses-sdk ({what}: allowed by default for target API {manifest.target_api})"


def _weak(what: str, where: str, who: str = "") -> Evidence:
    return Evidence(Fact("weakness", what, who), Rung.DECLARED, where)
