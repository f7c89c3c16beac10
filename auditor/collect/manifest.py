"""The manifest: who the app is, what it asks for, what it opens to others.

Facts follow the platform's own reading: permissions count only as direct
children of `manifest`, defaults depend on the target level, and a permission
is *effective* only on the Android versions where asking has a meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from auditor.catalogue import Catalogue
from auditor.collect.androidxml import Node
from auditor.collect.resourcetable import Table
from auditor.model import Evidence, Fact, Json, Rung

OLDEST, NEWEST = 21, 36
"""Android API levels the effective-permission table covers (5.0 to 16); further only for newer apps."""

EVER = 10_000
"""An API level that never comes."""

COMPONENTS = ("activity", "activity-alias", "service", "receiver", "provider")

GUARDS = (
    "android.permission.BIND_ACCESSIBILITY_SERVICE",
    "android.permission.BIND_NOTIFICATION_LISTENER_SERVICE",
    "android.permission.BIND_DEVICE_ADMIN",
    "android.permission.BIND_VPN_SERVICE",
    "android.permission.BIND_INPUT_METHOD",
    "android.permission.BIND_SCREENING_SERVICE",
    "android.permission.BIND_CALL_REDIRECTION_SERVICE",
    "android.permission.BIND_INCALL_SERVICE",
    "android.permission.BIND_AUTOFILL_SERVICE",
    "android.permission.BIND_CREDENTIAL_PROVIDER_SERVICE",
)
"""Guards of services that only the system may bind: declaring such a service asks for that access."""


@dataclass(frozen=True, slots=True)
class Permission:
    """One `uses-permission`."""

    name: str
    where: str
    min_api: int = 1
    max_api: int = EVER
    """From `maxSdkVersion`; `EVER` when not limited."""
    never_for_location: bool = False
    """`usesPermissionFlags="neverForLocation"`."""


@dataclass(frozen=True, slots=True)
class Component:
    """Activity, service, receiver or provider."""

    kind: str
    name: str
    """Full class name."""
    where: str
    exported: bool
    permission: str = ""
    """What callers must hold, its own or the application's; empty when everybody may call."""
    launcher: bool = False
    foreground: str = ""
    """Foreground-service types, as in the manifest."""
    actions: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    """Deep links, `scheme://host`."""
    authorities: str = ""
    meta_data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one AndroidManifest.xml states."""

    package: str
    split: str = ""
    """Name of the part it stands in; empty for the base."""
    version: str = ""
    version_code: str = ""
    min_api: int = 1
    target_api: int = 1
    application: Mapping[str, str] = field(default_factory=dict)
    permissions: tuple[Permission, ...] = ()
    components: tuple[Component, ...] = ()
    meta_data: Mapping[str, str] = field(default_factory=dict)
    queries: tuple[str, ...] = ()
    """Packages and intents of other apps that are looked for."""
    features: tuple[str, ...] = ()


UNREAD = Manifest(package="")
"""Stands for a manifest that could not be read: nothing is concluded from its silence."""


def read(root: Node, table: Table, inside: str = "", base: Manifest = UNREAD) -> Manifest:
    """A parsed manifest as facts; `inside` names the split in every `where`, `base` knows the target."""
    application = root.first("application") or Node("application", {})
    sdk = root.first("uses-sdk") or Node("uses-sdk", {})
    target = base.target_api
    if base is UNREAD:
        target = _number(sdk.get("targetSdkVersion"), _number(sdk.get("minSdkVersion"), 1))
    prefix = f"manifest:{inside}/" if inside else "manifest:"
    guard = base.application.get("permission", "") or application.get("permission")
    return Manifest(
        package=root.get("package"),
        split=inside,
        version=table.resolve(root.get("versionName")),
        version_code=root.get("versionCode"),
        min_api=_number(sdk.get("minSdkVersion"), 1),
        target_api=target,
        application={k: table.resolve(v) for k, v in application.attributes.items()},
        permissions=tuple(_permissions(root, prefix)),
        components=tuple(_components(root.get("package"), application, target, guard, table, prefix)),
        meta_data=_meta_data(application, table),
        queries=tuple(_queries(root)),
        features=tuple(node.get("name") for node in root.all("uses-feature") if node.get("name")),
    )


def effective(permission: Permission, known: Mapping[str, Any], app: Manifest) -> tuple[int, int] | None:
    """First and last API level on which asking has an effect; None when on none.

    `known` is the row of `rules/permissions` (`since`, `until`, `target`).
    """
    first = max(permission.min_api, int(known.get("since", 1)), app.min_api, OLDEST)
    last = min(permission.max_api, max(NEWEST, app.min_api))
    if "until" in known and app.target_api >= int(known.get("target", 0)):
        last = min(last, int(known["until"]))
    return (first, last) if first <= last else None


def access(manifest: Manifest, rules: Catalogue) -> Iterator[tuple[Permission, tuple[int, int]]]:
    """Permissions and guards that have an effect on some Android version, with those versions.

    The platform takes components from splits, but no permissions (AOSP, `ParsingPackageUtils.parseSplitApk`).
    """
    guards = [Permission(c.permission, c.where) for c in manifest.components if c.permission in GUARDS]
    asked = () if manifest.split else manifest.permissions
    for permission in (*asked, *guards):
        if bounds := effective(permission, rules.permission(permission.name), manifest):
            yield permission, bounds


def weaknesses(manifest: Manifest) -> Iterator[Evidence]:
    """Backup and debugging of the base, and open components, with the defaults of the target level."""
    if not manifest.split and manifest is not UNREAD:
        yield from _of_application(manifest.application, manifest.min_api)
    for component in manifest.components:
        if component.exported and not component.permission and not component.launcher:
            yield _weak("exported-component", component.where, component.name)


def _of_application(app: Mapping[str, str], min_api: int) -> Iterator[Evidence]:
    if app.get("debuggable") == "true":
        yield _weak("debuggable", "manifest:application@debuggable")
    if app.get("allowBackup", "true") == "true" and not _backup_rules(app, min_api):
        stated = "" if "allowBackup" in app else " (not stated: allowed by default)"
        yield _weak("backup-allowed", f"manifest:application@allowBackup{stated}")


def describe(manifest: Manifest, rules: Catalogue) -> dict[str, Json]:
    """The manifest as plain values for the dossier's artifact."""
    return {
        "package": manifest.package,
        "version": manifest.version,
        "version code": manifest.version_code,
        "min api": manifest.min_api,
        "target api": manifest.target_api,
        "permissions": [_describe_permission(p, manifest, rules) for p in manifest.permissions],
        "components": [_describe_component(c) for c in manifest.components],
        "queries": list(manifest.queries),
        "features": list(manifest.features),
        "test only": manifest.application.get("testOnly") == "true",
    }


def _describe_permission(permission: Permission, manifest: Manifest, rules: Catalogue) -> dict[str, Json]:
    known = rules.permission(permission.name)
    return {
        "name": permission.name,
        "where": permission.where,
        "level": known.get("level", "unknown"),
        "means": dict(known.get("means", {})),
        "effective": list(effective(permission, known, manifest) or ()),
        "never for location": permission.never_for_location,
    }


def _describe_component(component: Component) -> dict[str, Json]:
    return {k.replace("_", " "): v for k, v in asdict(component).items() if v and k != "meta_data"}


def _permissions(root: Node, prefix: str) -> Iterator[Permission]:
    tags = {"uses-permission": 1, "uses-permission-sdk-23": 23, "uses-permission-sdk-m": 23}
    found = [node for node in root.children if node.tag in tags]
    for index, node in enumerate(found):
        flags = node.get("usesPermissionFlags")
        yield Permission(
            name=node.get("name"),
            where=f"{prefix}{node.tag}[{index}]",
            min_api=max(tags[node.tag], _number(node.get("minSdkVersion"), 1)),
            max_api=_number(node.get("maxSdkVersion"), EVER),
            never_for_location=bool(_number(flags, 0) & 0x10000) or "neverForLocation" in flags,
        )


def _components(
    package: str, application: Node, target: int, guard: str, table: Table, prefix: str
) -> Iterator[Component]:
    for node in application.children:
        if node.tag not in COMPONENTS or not node.get("name"):
            continue
        name = _class_name(package, node.get("name"))
        filters = list(node.all("intent-filter"))
        yield Component(
            kind=node.tag,
            name=name,
            where=f"{prefix}{node.tag}[{name}]",
            exported=_exported(node, filters, target, table),
            permission=_guard(node, guard, table),
            launcher=any(_is_launcher(f) for f in filters),
            foreground=_foreground_types(node.get("foregroundServiceType")),
            actions=tuple(a.get("name") for f in filters for a in f.all("action")),
            links=tuple(link for f in filters for link in _links(f, table)),
            authorities=table.resolve(node.get("authorities")),
            meta_data=_meta_data(node, table),
        )


def _exported(node: Node, filters: list[Node], target: int, table: Table) -> bool:
    stated = table.resolve(node.get("exported"))
    if stated:
        return stated == "true"
    return target < 17 if node.tag == "provider" else bool(filters)


def _guard(node: Node, inherited: str, table: Table) -> str:
    """The permission callers need: an alias inherits none, and a provider may ask for two instead of one."""
    own = node.get("permission") or ("" if node.tag == "activity-alias" else inherited)
    if node.tag == "provider":
        needed = [table.resolve(node.get(kind) or own) for kind in ("readPermission", "writePermission")]
        return " ".join(dict.fromkeys(needed)) if all(needed) else ""
    return table.resolve(own)


def _is_launcher(intent_filter: Node) -> bool:
    names = {c.get("name") for c in intent_filter.children}
    return {"android.intent.action.MAIN", "android.intent.category.LAUNCHER"} <= names


def _links(intent_filter: Node, table: Table) -> Iterator[str]:
    data = [{k: table.resolve(v) for k, v in d.attributes.items()} for d in intent_filter.all("data")]
    hosts = [d["host"] for d in data if "host" in d] or [""]
    for scheme in dict.fromkeys(d["scheme"] for d in data if "scheme" in d):
        for host in hosts:
            yield f"{scheme}://{host}"


FOREGROUND_TYPES = {
    0x1: "dataSync",
    0x2: "mediaPlayback",
    0x4: "phoneCall",
    0x8: "location",
    0x10: "connectedDevice",
    0x20: "mediaProjection",
    0x40: "camera",
    0x80: "microphone",
    0x100: "health",
    0x200: "remoteMessaging",
    0x400: "systemExempted",
    0x800: "shortService",
    0x2000: "mediaProcessing",
    0x40000000: "specialUse",
}
"""Bits of `android:foregroundServiceType` (android.content.pm.ServiceInfo)."""


def _foreground_types(value: str) -> str:
    bits = _number(value, -1)
    if bits < 0:
        return value
    return "|".join(name for bit, name in FOREGROUND_TYPES.items() if bits & bit)


def _queries(root: Node) -> Iterator[str]:
    for queries in root.all("queries"):
        for node in queries.children:
            if node.tag == "package":
                yield node.get("name")
            elif node.tag == "intent":
                names = [c.get("name") or c.get("scheme") for c in node.children]
                yield "intent " + " ".join(filter(None, names))
            elif node.tag == "provider":
                yield "provider " + node.get("authorities")


def _meta_data(node: Node, table: Table) -> dict[str, str]:
    rows = list(node.all("meta-data"))
    return {m.get("name"): table.resolve(m.get("value") or m.get("resource")) for m in rows if m.get("name")}


def _class_name(package: str, name: str) -> str:
    return package + name if name.startswith(".") else name if "." in name else f"{package}.{name}"


def _backup_rules(app: Mapping[str, str], min_api: int) -> bool:
    """Whether the oldest version it runs on knows its rules: `dataExtractionRules` came with Android 12."""
    return "fullBackupContent" in app or ("dataExtractionRules" in app and min_api >= 31)


def _weak(what: str, where: str, who: str = "") -> Evidence:
    return Evidence(Fact("weakness", what, who), Rung.DECLARED, where)


def _number(text: str, default: int) -> int:
    """Decimal or hexadecimal number of an attribute; preview codenames count as the newest level."""
    try:
        return int(text, 0)
    except ValueError:
        return NEWEST if text[:1].isalpha() and text[:1].isupper() and len(text) > 1 else default
