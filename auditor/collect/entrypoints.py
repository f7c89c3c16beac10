"""Names by which the platform, or a library, brings classes of the app to life without a call in its code.

The manifest names components and instrumentations; layouts name views and click handlers; meta-data names
initialisers (androidx.startup), registrars (Firebase) and lists of classes; `META-INF/services` names what
ServiceLoader creates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from auditor.collect import androidxml
from auditor.collect.androidxml import Node, XmlError
from auditor.collect.archive import Part, Unreadable
from auditor.collect.manifest import Manifest
from auditor.collect.package import Package

_CLASS = re.compile(r"[A-Za-z_][\w$]*(?:\.[A-Za-z_$][\w$]*)+")

_DRAWN = re.compile(r"res/(?:drawable|color|anim|animator|mipmap|interpolator|font|raw)\b")
"""Folders of resources that name no class of an app."""

_APPLICATION = ("name", "appComponentFactory", "backupAgent", "zygotePreloadName", "manageSpaceActivity")
"""Attributes of `application` that name a class."""

_NAMING = frozenset({"name", "class", "layout_behavior", "fragment", "value"})
"""Attributes of resources whose value can be a class; by `value` Cordova's config.xml names its plugins."""

_LISTED = re.compile(r"[\s,;|]+")
"""Between classes of which one value of meta-data names several."""

MOST_SERVICE_BYTES = 100_000


@dataclass(slots=True)
class EntryPoints:
    """Class names and handler names, each with what names it."""

    classes: dict[str, str] = field(default_factory=dict)
    """`al.example.Main` to `activity`, `layout`, `meta-data` ..."""
    handlers: set[str] = field(default_factory=set)
    """Methods that layouts name in `android:onClick`."""
    unread: int = 0
    """Resource files that could not be read."""

    def add(self, name: str, why: str) -> None:
        """A class name; the first reason stays."""
        self.classes.setdefault(name, why)


def entry_points(package: Package, manifests: Iterable[Manifest]) -> EntryPoints:
    """Everything in manifests, resources and services that names a class."""
    found = EntryPoints()
    for manifest in manifests:
        _of_manifest(manifest, found)
    for part in package.parts:
        _of_instrumentation(part, found)
        for member in part.members():
            if member.endswith(".xml") and member.startswith("res/") and not _DRAWN.match(member):
                _of_resource(part, member, found)
            elif member.startswith("META-INF/services/") and part.size(member) < MOST_SERVICE_BYTES:
                _of_services(part, member, found)
    return found


def _of_manifest(manifest: Manifest, found: EntryPoints) -> None:
    for component in manifest.components:
        found.add(component.name, component.kind)
        _of_meta_data(component.meta_data, found)
    _of_meta_data(manifest.meta_data, found)
    for attribute in _APPLICATION:
        name = manifest.application.get(attribute, "")
        if name:
            found.add(_full(manifest.package, name), "application")


def _of_instrumentation(part: Part, found: EntryPoints) -> None:
    """Classes that the platform starts instead of a screen (`am instrument`), in the app's own process."""
    try:
        root = androidxml.parse(part.read("AndroidManifest.xml"))
    except (XmlError, Unreadable):  # said where manifests are read
        return
    for node in root.all("instrumentation"):
        found.add(_full(root.get("package"), node.get("name")), "instrumentation")


def _full(package: str, name: str) -> str:
    """`.Main` and `Main` mean a class of the app's package."""
    return package + name if name.startswith(".") else name if "." in name else f"{package}.{name}"


def _of_meta_data(given: Mapping[str, str], found: EntryPoints) -> None:
    """`com.google.firebase.components:al.example.Registrar`, an initialiser's class, several with commas."""
    for text in (*given, *given.values()):
        for name in _LISTED.split(text):
            if _CLASS.fullmatch(name.rpartition(":")[2]):
                found.add(name.rpartition(":")[2], "meta-data")


def _of_resource(part: Part, member: str, found: EntryPoints) -> None:
    try:
        root = androidxml.parse(part.read(member))
    except (XmlError, Unreadable):  # counted, and said once for all
        found.unread += 1
        return
    for node in _nodes(root):
        if "." in node.tag:
            found.add(node.tag, "layout")
        for name, value in node.attributes.items():
            if name == "onClick":
                found.handlers.add(value)
            elif name in _NAMING and _CLASS.fullmatch(value):
                found.add(value, "layout")


def _nodes(root: Node) -> Iterator[Node]:
    ahead = [root]
    while ahead:
        node = ahead.pop()
        yield node
        ahead.extend(node.children)


def _of_services(part: Part, member: str, found: EntryPoints) -> None:
    try:
        text = part.read(member).decode("utf-8", "replace")
    except Unreadable:  # counted, and said once for all
        found.unread += 1
        return
    for line in text.splitlines()[:1000]:
        name = line.partition("#")[0].strip()
        if _CLASS.fullmatch(name):
            found.add(name, "service file")
