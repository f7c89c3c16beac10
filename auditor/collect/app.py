"""One app, from the box to evidence and gaps: all parts read, and which were read is stated."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from auditor.catalogue import Catalogue
from auditor.collect import androidxml, layouts, manifest, names, network, recognise, resources, signature
from auditor.collect.androidxml import Node, XmlError
from auditor.collect.archive import Part, Unreadable
from auditor.collect.bundles.texts import Bundle
from auditor.collect.entrypoints import entry_points
from auditor.collect.manifest import Manifest
from auditor.collect.names import Names
from auditor.collect.owners import Owners, library_names, root_of
from auditor.collect.package import Package, open_package
from auditor.collect.resourcetable import Table, TableError, read_table
from auditor.collect.seen import Call, Seen
from auditor.collect.signature import Signature
from auditor.collect.tariffs import RESOURCES, Award, of_resources, strongest
from auditor.collect.words import families_of
from auditor.model import Artifact, Case, Evidence, Fact, Gap, Json, Rung

FROM_FILES = ("data", "sdk", "practice", "weakness", "contact")
"""Kinds of facts that packages show; `context` comes from a person."""

type Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class App:
    """What reading one package gave."""

    artifact: Artifact
    evidence: tuple[Evidence, ...]
    gaps: tuple[Gap, ...]


DEPTHS = ("manifest", "classes", "code")
"""How deep to look: no code at all; which classes there are, and so which SDKs; who calls what."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How much is asked for."""

    depth: str = "code"
    """One of `DEPTHS`."""
    excerpts: bool = True
    """Whether methods are decompiled for the report."""


def collect(path: Path, case: Case, rules: Catalogue, say: Progress, wish: Wish) -> App:
    """Read the package at `path`. Raises Unreadable when it is none, or its manifest cannot be read."""
    say("opening the package")
    package = open_package(path)
    with ThreadPoolExecutor(1) as pool:
        sealed = pool.submit(lambda: (_signatures(package), _digest(package)))
        reading = _Reading(package, rules)
        say("reading manifest and resources")
        reading.read_manifests()
        say("reading code")
        found = _code(package, reading, rules, wish)
        say("verifying signatures")
        signatures, (digest, size) = sealed.result()
    evidence = [*reading.evidence(found), *found.named, *_signed(signatures, package, case)]
    hidden = [*_left_out(package, found, reading), *_perhaps_renamed(evidence, found)]
    hidden += _unverified(signatures)
    gaps = [*reading.gaps, *found.gaps, *hidden]
    about = reading.describe(found, signatures)
    artifact = Artifact(package.kind, package.name, digest, size, _how_read(package, gaps), about)
    return App(artifact, tuple(evidence), tuple(gaps))


def _code(package: Package, reading: _Reading, rules: Catalogue, wish: Wish) -> Names:
    """What the code holds, as deep as was asked; the engine is imported only when it is."""
    if wish.depth == "manifest":
        return Names(gaps=[names.not_read()], looked=False)
    from auditor.collect import code

    if wish.depth == "classes":
        return code.read_classes(package)
    found = code.read(package, entry_points(package, reading.manifests), reading.roots(), rules)
    code.read_beside(package, found, rules, excerpts=wish.excerpts)
    return found


class _Reading:
    """Manifests and resources of all parts, merged as the platform merges them."""

    def __init__(self, package: Package, rules: Catalogue) -> None:
        self.package = package
        self.rules = rules
        self.table = Table()
        self.manifests: list[Manifest] = []
        self.network: tuple[network.Rule, ...] | None = None
        self.label = ""
        self.forms: list[layouts.Form] = []
        self.gaps: list[Gap] = []

    @property
    def base(self) -> Manifest:
        """The manifest of the base part."""
        return self.manifests[0]

    def read_manifests(self) -> None:
        """Tables first, so that references in manifests resolve; then manifests; then what they name."""
        for part in self.package.parts:
            self._read_table(part)
        for part in self.package.parts:
            self._read_manifest(part)
        self._read_network()
        brought = library_names(self.rules.vendors.values())
        self.forms = list(layouts.forms(self.package, self.table, brought))

    def _read_table(self, part: Part) -> None:
        if part.has("resources.pb"):
            why = f"resources of the bundle module {part.name} are not decoded (resources.pb)"
            concerns = ("practice", "sdk", "weakness:credential-in-package", "contact")
            self.gaps.append(Gap(Rung.DECLARED, why, concerns))
        if not part.has("resources.arsc"):
            return
        try:
            read = read_table(part.read("resources.arsc"))
        except (TableError, Unreadable) as error:
            why = f"resources of {part.name} could not be read: {error}"
            self.gaps.append(Gap(Rung.DECLARED, why, ("practice", "sdk", "weakness", "contact")))
            return
        for found in read.entries.values():
            for entry in found.values():
                self.table.add(entry)
        if resources.shortened(read):
            why = "resource names are shortened, so that names tell little"
            hidden = ("practice", "sdk", "weakness:credential-in-package", "contact")
            self.gaps.append(Gap(Rung.DECLARED, why, hidden))

    def _read_manifest(self, part: Part) -> None:
        first = not self.manifests
        try:
            root = androidxml.parse(part.read("AndroidManifest.xml"))
        except (XmlError, Unreadable) as error:
            why = f"manifest of {part.name} could not be read: {error}"
            self.gaps.append(Gap(Rung.DECLARED, why, FROM_FILES))
            self.manifests.extend([manifest.UNREAD] if first else [])
            return
        self._check_same_app(part, root)
        if first:
            self.label = (root.first("application") or Node("", {})).get("label")
            self.gaps.extend(_without_base(part, root))
        base = manifest.UNREAD if first else self.base
        self.manifests.append(manifest.read(root, self.table, "" if first else part.name, base))

    def _check_same_app(self, part: Part, root: Node) -> None:
        known = {found.package for found in self.manifests if found is not manifest.UNREAD}
        if known and root.get("package") not in known:
            both = f"{known.pop()} and {root.get('package')}"
            raise Unreadable(f"{part.label}: belongs to another app ({both}); expected splits of one app")

    def _read_network(self) -> None:
        member = self.base.application.get("networkSecurityConfig", "")
        if member.startswith("@xml/"):  # a bundle names the resource, not the file
            member = f"res/{member[1:]}.xml"
        if not member:
            return
        try:
            self.network = network.read(androidxml.parse(self.package.base.read(member)))
        except (XmlError, Unreadable) as error:
            self.network = ()
            why = f"network security configuration could not be read: {error}"
            concerns = ("weakness:cleartext-traffic", "weakness:user-certificates-trusted")
            self.gaps.append(Gap(Rung.DECLARED, why, concerns))

    def roots(self) -> tuple[str, ...]:
        """Packages of the app's own code: its id, its application class and its launcher."""
        owners = Owners(self.rules.vendors)
        classes = [c.name for c in self.base.components if c.launcher and c.kind == "activity"]
        application = self.base.application.get("name", "")
        classes += [self.base.package + application if application.startswith(".") else application]
        named = [root_of(c.rpartition(".")[0]) for c in classes if c.count(".") > 1 and not owners.of(c)]
        return tuple(dict.fromkeys(filter(None, [root_of(self.base.package), *named])))

    def evidence(self, found: Names) -> Iterator[Evidence]:
        """Everything manifests, resources and code tables show."""
        weak = [item for found in self.manifests for item in manifest.weaknesses(found)]
        yield from {item.fact: item for item in reversed(weak)}.values()  # a split repeats what the base says
        if self.network != () and self.base is not manifest.UNREAD:
            yield from network.evidence(self.base, self.network)
        yield from recognise.recognise(self._seen(found), self.rules)
        yield from resources.evidence(self._identities(), self.base, self.table)

    def _seen(self, found: Names) -> Seen:
        access = [row for found in self.manifests for row in manifest.access(found, self.rules)]
        components = [c for found in self.manifests for c in found.components]
        bounds: dict[str, list[tuple[int, int]]] = {}
        for permission, levels in access:
            bounds.setdefault(permission.name, []).append(levels)
        return Seen(
            package=self.base.package,
            roots=self.roots(),
            target=self.base.target_api,
            classes=found.classes,
            members=found.members,
            calls=found.calls,
            strings=found.strings,
            reached=found.reached,
            permissions={p.name: p.where for p, _ in reversed(access)},
            api=bounds,
            components={c.name: c.where for c in reversed(components)},
            meta_data=dict(self._meta_data()),
            native=dict(_native(self.package)),
            resources=resources.names(self.table),
            names=found.written,
            constants=_constants(found),
            paths=found.paths,
            tariff=_grouped((str(award), award.call) for award in self.tariff(found)),
            forms={form.layout: form.inputs for form in self.forms if not form.message},
            path_to=found.code.path_to if found.code else lambda _: "",
            files={m: _place(part, m, self.package) for part in self.package.parts for m in part.members()},
        )

    def tariff(self, found: Names) -> list[Award]:
        """What actions earn, by code and resources."""
        brought, families = library_names(self.rules.vendors.values()), families_of(self.rules)
        return strongest((*found.awards, *of_resources(self.table, brought, families)))

    def _meta_data(self) -> Iterator[tuple[str, str]]:
        for found in self.manifests:
            for name in found.meta_data:
                yield name, f"manifest:meta-data[{name}]"
            for component in found.components:
                for name in component.meta_data:
                    yield name, f"{component.where}/meta-data[{name}]"

    def _identities(self) -> list[resources.Identity]:
        return list(resources.identities(self.base, self.table, self.rules))

    def describe(self, found: Names, signatures: dict[str, Signature]) -> dict[str, Json]:
        """The artifact's own account of itself, for the report's identity sheet."""
        return {
            **manifest.describe(self.base, self.rules),
            "labels": resources.labels(self.base, self.table, self.label),
            "languages": resources.spoken(self.table, self.rules),
            "network security": network.describe(self.network),
            "identity": resources.describe(self._identities(), self.rules),
            "signature": {name: asdict(checked) for name, checked in signatures.items()},
            "parts": [{"name": p.name, "role": p.role} for p in self.package.parts],
            "oddities": list(self.package.oddities),
            "not read": list(self.package.not_read),
            "classes": len(found.classes),
            "dex files": found.files,
            "code": found.figures,
            "constants": [asdict(argument) for argument in found.arguments],
            "asked": _asked(found),
            "excerpts": found.excerpts,
            "no excerpts": found.no_excerpts,
            "identifiers": found.identifiers,
            "bundles": [_bundle(b) for b in found.bundles],
            "tariff": [_earned(award) for award in self.tariff(found)],
            "forms": layouts.describe(self.forms, families_of(self.rules)),
            "own code": list(self.roots()),
            "versions": dict(_library_versions(self.package)),
        }


def _bundle(bundle: Bundle) -> dict[str, Json]:
    return {"form": bundle.form, "place": bundle.place, "names": len(bundle.names), **bundle.about}


def _constants(found: Names) -> dict[str, list[Call]]:
    """Constants that own code passes on, by kind and value."""
    return _grouped((f"{a.kind}={a.value}", _passing(a)) for a in found.arguments)


def _passing(argument: names.Argument) -> Call:
    """The place of a constant, with the constant itself."""
    shown = f"={argument.value[:VALUE_LENGTH]}"
    path = f"{argument.path}{shown}" if argument.path else ""
    return Call(f"{argument.where}{shown}", argument.who, path)


VALUE_LENGTH = 80
"""Characters of a constant that stand in a place."""


def _grouped(pairs: Iterable[tuple[str, Call]]) -> dict[str, list[Call]]:
    grouped: dict[str, list[Call]] = {}
    for name, call in pairs:
        grouped.setdefault(name, []).append(call)
    return grouped


def _earned(award: Award) -> dict[str, Json]:
    """One award as plain values."""
    rung = "declared" if award.call.where.startswith(RESOURCES) else "referenced"
    return {
        "action": award.action,
        "points": award.points,
        "where": award.call.where,
        "path": award.call.path,
        "rung": "reachable" if award.call.path else rung,
    }


def _asked(found: Names) -> dict[str, Json]:
    """Permission to the places where the code asks the user for it while it runs."""
    asked: dict[str, list[Json]] = {}
    for argument in found.arguments:
        launched = argument.kind == "launched" and ".permission." in argument.value
        if argument.kind == "asked-permission" or launched:
            place = {"where": argument.where, "who": argument.who, "path": argument.path}
            asked.setdefault(argument.value, []).append(place)
    return dict(sorted(asked.items()))


_LIBRARY = re.compile(r"lib/[^/]+/([^/]+\.so)")
_VERSION = re.compile(r"META-INF/([\w.-]+)\.version|([\w.-]+)\.properties")


def _native(package: Package) -> Iterator[tuple[str, str]]:
    for part in package.parts:
        for member in part.members():
            if found := _LIBRARY.fullmatch(member):
                yield found[1], _place(part, member, package)


def _place(part: Part, member: str, package: Package) -> str:
    return f"zip:{member}" if part is package.base else f"zip:{part.name}/{member}"


def _library_versions(package: Package) -> Iterator[tuple[str, str]]:
    """`META-INF/x.version` holds a bare version; `x.properties` of Google's libraries a `version=` line."""
    for part in package.parts:
        for member in part.members():
            found = _VERSION.fullmatch(member)
            if found and part.size(member) < 1000:
                stated = _stated_version(part, member, "version=" if found[2] else "")
                if stated:
                    yield found[1] or found[2], stated


def _stated_version(part: Part, member: str, before: str) -> str:
    try:
        text = part.read(member).decode("utf-8", "replace")
    except Unreadable:  # a version is told when it can be read; nothing is concluded from it
        return ""
    found = re.search(rf"^{before}([\w.+-]+)$", text, re.MULTILINE)
    return found[1] if found else ""


def _signatures(package: Package) -> dict[str, Signature]:
    beside = package.path.with_name(package.path.name + ".idsig").exists()
    parts = package.parts[:1] if package.kind == "aab" else package.parts
    return {part.name: signature.read_signature(part, idsig=beside) for part in parts}


def _signed(signatures: dict[str, Signature], package: Package, case: Case) -> Iterator[Evidence]:
    for name, found in signatures.items():
        place = "signature:" if name == package.base.name else f"signature:{name}/"
        for scheme, result in found.verified.items():
            if result.startswith("does not verify"):
                yield Evidence(
                    Fact("weakness", "signature-invalid"), Rung.DECLARED, f"{place}{scheme} ({result})"
                )
        for index, certificate in enumerate(found.certificates):
            if certificate.debug:
                where = f"{place}certificate[{index}]"
                yield Evidence(Fact("weakness", "debug-certificate"), Rung.DECLARED, where)
    base = signatures[package.base.name]
    if base.certificates and _differs(base.certificates[0].subject, case):
        yield Evidence(Fact("context", "signer-differs"), Rung.DECLARED, "signature:certificate[0]")


def _unverified(signatures: dict[str, Signature]) -> Iterator[Gap]:
    """A signature that was not checked, or is not there, must not pass for one that holds."""
    for name, found in signatures.items():
        checked = [r for r in found.verified.values() if not r.startswith("not checked")]
        if not checked:
            present = ", ".join(found.schemes) or "none"
            why = f"no signature of {name} was checked (schemes present: {present})"
            yield Gap(Rung.DECLARED, why, ("weakness:signature-invalid",))


def _differs(subject: str, case: Case) -> bool:
    """Whether no word of four letters or more of the stated controller stands in the signer's name.

    A store's own key and the development key name nobody, so they differ from nobody.
    """
    if not subject or "CN=Android," in subject or "CN=Android Debug" in subject:
        return False
    stated = set(re.findall(r"\w{4,}", case.controller.get("name", "").lower()))
    return bool(stated) and not stated & set(re.findall(r"\w{4,}", subject.lower()))


def _left_out(package: Package, found: Names, reading: _Reading) -> Iterator[Gap]:
    for sentence in package.not_read:
        yield Gap(Rung.DECLARED, sentence, FROM_FILES)
        yield Gap(Rung.REFERENCED, sentence, FROM_FILES)
    if found.looked and not found.files:
        yield Gap(Rung.REFERENCED, "the package holds no DEX file, so no code was read")
    elif found.looked and (hidden := names.hidden_names(found, reading.roots())):
        yield hidden


def _without_base(part: Part, root: Node) -> Iterator[Gap]:
    if root.get("split"):
        why = f"{part.name} is a split, and the base of the app was not given"
        yield Gap(Rung.DECLARED, why, FROM_FILES)
        yield Gap(Rung.REFERENCED, why, FROM_FILES)


def _perhaps_renamed(evidence: list[Evidence], found: Names) -> Iterator[Gap]:
    """SDKs that are named, but not by a component: their classes may be there under other names.

    A component keeps its class name, because the manifest calls it; other classes lose theirs to R8.
    """
    sdks = [item for item in evidence if item.fact.kind == "sdk"]
    settled = {e.fact.what for e in sdks if e.level is not Rung.DECLARED or _by_component(e.where)}
    for what in sorted({e.fact.what for e in sdks} - settled if names.shortened(found) else ()):
        yield Gap(
            Rung.REFERENCED, "its classes may be in the package under shortened names", (f"sdk:{what}",)
        )


def _by_component(where: str) -> bool:
    return "meta-data[" not in where and any(f"{kind}[" in where for kind in manifest.COMPONENTS)


def _how_read(package: Package, gaps: list[Gap]) -> str:
    whole = not package.not_read and not any(
        "could not be read" in g.why or "not decoded" in g.why for g in gaps
    )
    return "read" if whole else "partial"


def _digest(package: Package) -> tuple[str, int]:
    """SHA-256 and bytes of the file; for a folder, of `sha256sum`-like lines of its parts."""
    if package.path.is_file():
        with package.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest(), package.path.stat().st_size
    lines = sorted(f"{hashlib.sha256(part.data).hexdigest()}  {part.name}\n" for part in package.parts)
    return hashlib.sha256("".join(lines).encode()).hexdigest(), sum(len(p.data) for p in package.parts)
