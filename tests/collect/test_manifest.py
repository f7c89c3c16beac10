"""The manifest as the platform reads it: defaults, effective permissions, exported state."""

import pytest

from auditor import catalogue
from auditor.collect import manifest, network
from auditor.collect.androidxml import Node
from auditor.collect.manifest import Manifest, Permission
from auditor.collect.resourcetable import Entry, Table

RULES = catalogue.load()


def node(tag: str, *children: Node, **attributes: str) -> Node:
    return Node(tag, attributes, children)


def read(*children: Node, minimum: str = "24", target: str = "34") -> Manifest:
    sdk = node("uses-sdk", minSdkVersion=minimum, targetSdkVersion=target)
    return manifest.read(node("manifest", sdk, *children, package="al.example.app"), Table())


def weak(found: Manifest) -> set[str]:
    return {e.fact.what for e in manifest.weaknesses(found)}


@pytest.mark.parametrize(
    ("name", "permission", "app", "expected"),
    [
        ("READ_SMS", {}, {}, (24, 36)),
        ("READ_EXTERNAL_STORAGE", {}, {"target": "34"}, (24, 32)),
        ("READ_EXTERNAL_STORAGE", {}, {"target": "30"}, (24, 36)),
        ("READ_EXTERNAL_STORAGE", {"maxSdkVersion": "28"}, {}, (24, 28)),
        ("READ_EXTERNAL_STORAGE", {}, {"minimum": "33", "target": "34"}, None),
        ("WRITE_EXTERNAL_STORAGE", {}, {"minimum": "30", "target": "34"}, None),
        ("READ_MEDIA_IMAGES", {}, {}, (33, 36)),
        ("ACCESS_BACKGROUND_LOCATION", {}, {}, (29, 36)),
        ("ACCESS_BACKGROUND_LOCATION", {"maxSdkVersion": "28"}, {}, None),
        ("READ_SMS", {}, {"minimum": "37", "target": "37"}, (37, 37)),
    ],
)
def test_a_permission_is_effective_only_where_asking_has_a_meaning(
    name: str, permission: dict[str, str], app: dict[str, str], expected: tuple[int, int] | None
) -> None:
    full = f"android.permission.{name}"
    found = read(node("uses-permission", name=full, **permission), **app)

    assert expected == manifest.effective(found.permissions[0], RULES.permission(full), found)


def test_only_direct_children_of_the_manifest_ask_for_permissions() -> None:
    """The platform ignores `uses-permission` inside `application`; so do we."""
    inside = node("application", node("uses-permission", name="android.permission.READ_SMS"))

    assert () == read(inside).permissions


def test_never_for_location_and_sdk_23_are_kept() -> None:
    scan = node("uses-permission", name="android.permission.BLUETOOTH_SCAN", usesPermissionFlags="0x10000")
    later = node("uses-permission-sdk-23", name="android.permission.CAMERA")
    found = read(scan, later).permissions

    assert [(True, 1), (False, 23)] == [(p.never_for_location, p.min_api) for p in found]
    assert "manifest:uses-permission-sdk-23[1]" == found[1].where


def test_the_older_name_of_sdk_23_asks_too() -> None:
    """AOSP, `ParsingPackageUtils`: TAG_USES_PERMISSION_SDK_M stands beside TAG_USES_PERMISSION_SDK_23."""
    found = read(node("uses-permission-sdk-m", name="android.permission.READ_SMS"))

    assert ["android.permission.READ_SMS"] == [p.name for p, _ in manifest.access(found, RULES)]


def test_a_split_adds_components_and_no_permissions() -> None:
    guard = "android.permission.BIND_ACCESSIBILITY_SERVICE"
    app = node("application", node("service", name=".R", permission=guard), node("provider", name=".P"))
    root = node("manifest", node("uses-permission", name="android.permission.READ_SMS"), app, package="a.b.c")
    found = manifest.read(root, Table(), "split_x.apk", read())

    assert [guard] == [p.name for p, _ in manifest.access(found, RULES)]
    assert set() == weak(found)  # a provider is closed by default: the base's target level counts


@pytest.mark.parametrize(
    ("component", "exported"),
    [
        (node("activity", name=".A", exported="true"), True),
        (node("activity", name=".A"), False),
        (node("activity", node("intent-filter"), name=".A"), True),
        (node("activity", node("intent-filter"), name=".A", exported="false"), False),
        (node("provider", name=".A"), False),
    ],
)
def test_exported_follows_the_platforms_defaults(component: Node, exported: bool) -> None:
    found = read(node("application", component)).components[0]

    assert exported == found.exported
    assert "al.example.app.A" == found.name


def test_the_launcher_and_guarded_components_are_no_weakness() -> None:
    main = node("intent-filter", node("action", name="android.intent.action.MAIN"),
                node("category", name="android.intent.category.LAUNCHER"))  # fmt: skip
    app = node(
        "application",
        node("activity", main, name=".Main", exported="true"),
        node("service", name=".Guarded", exported="true", permission="android.permission.BIND_JOB_SERVICE"),
        node("receiver", name=".Open", exported="true"),
        allowBackup="false",
    )

    open_ones = [e.fact.who for e in manifest.weaknesses(read(app)) if e.fact.what == "exported-component"]
    assert ["al.example.app.Open"] == open_ones


BOTH = {"readPermission": "a.R", "writePermission": "a.W"}


@pytest.mark.parametrize(
    ("tag", "own", "application", "expected"),
    [
        ("service", {}, {}, ""),
        ("service", {}, {"permission": "a.P"}, "a.P"),
        ("service", {"permission": "a.Q"}, {"permission": "a.P"}, "a.Q"),
        ("activity-alias", {}, {"permission": "a.P"}, ""),
        ("provider", {}, {"permission": "a.P"}, "a.P"),
        ("provider", BOTH, {}, "a.R a.W"),
        ("provider", {"readPermission": "a.R"}, {}, ""),
        ("provider", {"readPermission": "a.R"}, {"permission": "a.P"}, "a.R a.P"),
    ],
)
def test_who_may_call_a_component(
    tag: str, own: dict[str, str], application: dict[str, str], expected: str
) -> None:
    """As in AOSP: `ParsedActivityUtils`, `ParsedServiceUtils`, `ParsedProviderUtils`."""
    found = read(node("application", node(tag, name=".A", exported="true", **own), **application))

    assert expected == found.components[0].permission


def test_components_of_a_split_are_guarded_by_the_application_of_the_base() -> None:
    base = read(node("application", permission="a.P"))
    app = node("application", node("service", name=".A", exported="true"))
    split = manifest.read(node("manifest", app, package="a.b"), Table(), "split_x.apk", base)

    assert ["a.P"] == [c.permission for c in split.components]


def test_a_reference_may_say_whether_a_component_is_open() -> None:
    table = Table()
    table.add(Entry(0x7F050000, "bool", "open", "", "true"))
    app = node("application", node("receiver", name=".A", exported="@7F050000"))

    assert manifest.read(node("manifest", app, package="a.b"), table).components[0].exported


@pytest.mark.parametrize(
    ("application", "expected"),
    [
        ({}, {"backup-allowed"}),
        ({"allowBackup": "true"}, {"backup-allowed"}),
        ({"allowBackup": "true", "dataExtractionRules": "@7f110001"}, {"backup-allowed"}),
        ({"allowBackup": "true", "fullBackupContent": "@7f110001"}, set()),
        ({"allowBackup": "false"}, set()),
        ({"allowBackup": "false", "debuggable": "true"}, {"debuggable"}),
    ],
)
def test_backup_and_debugging(application: dict[str, str], expected: set[str]) -> None:
    assert expected == weak(read(node("application", **application)))


def test_extraction_rules_suffice_where_every_version_knows_them() -> None:
    application = node("application", allowBackup="true", dataExtractionRules="@7f110001")

    assert set() == weak(read(application, minimum="31"))


def test_foreground_types_and_deep_links_are_spelled_out() -> None:
    link = node("intent-filter", node("data", scheme="https"), node("data", host="example.al"))
    service = node("service", name=".S", foregroundServiceType="0x48")
    found = read(node("application", service, node("activity", link, name=".A"))).components

    assert "location|camera" == found[0].foreground
    assert ("https://example.al",) == found[1].links


def test_a_service_only_the_system_may_bind_asks_for_that_access() -> None:
    guard = "android.permission.BIND_ACCESSIBILITY_SERVICE"
    found = read(node("application", node("service", name=".Reader", permission=guard)))

    assert [Permission(guard, "manifest:service[al.example.app.Reader]")] == [
        p for p, _ in manifest.access(found, RULES)
    ]


CONFIG = node(
    "network-security-config",
    node("base-config", cleartextTrafficPermitted="false"),
    node("domain-config", Node("domain", {"#text": "live.example.al"}), cleartextTrafficPermitted="true"),
    node("domain-config", Node("domain", {"#text": "api.example.al"}),
         node("trust-anchors", node("certificates", src="user")),
         node("pin-set", node("pin"), node("pin"))),
    node("debug-overrides", node("trust-anchors", node("certificates", src="user"))),
)  # fmt: skip


def test_cleartext_and_user_certificates_per_domain() -> None:
    rules = network.read(CONFIG)
    found = [(e.fact.what, e.fact.who, e.where) for e in network.evidence(read(), rules)]

    expected = [
        ("cleartext-traffic", "live.example.al", "network-security-config:domain-config[0]"),
        ("user-certificates-trusted", "api.example.al", "network-security-config:domain-config[1]"),
    ]
    assert expected == found
    assert [0, 0, 2] == [rule.pins for rule in rules]


ANCHORS = node("trust-anchors", node("certificates", src="system"))


@pytest.mark.parametrize(
    ("base", "target", "trusted"),
    [
        (node("base-config"), "23", True),
        (node("base-config"), "24", False),
        (node("base-config", ANCHORS), "23", False),
        (node("other"), "23", True),
    ],
)
def test_a_configuration_that_names_no_certificates_keeps_the_default(
    base: Node, target: str, trusted: bool
) -> None:
    rules = network.read(node("network-security-config", base))
    found = {e.fact.what for e in network.evidence(read(target=target), rules)}

    assert trusted == ("user-certificates-trusted" in found)


@pytest.mark.parametrize(
    ("target", "attribute", "expected"),
    [
        ("34", {}, set()),
        ("27", {}, {"cleartext-traffic"}),
        ("23", {}, {"cleartext-traffic", "user-certificates-trusted"}),
        ("27", {"usesCleartextTraffic": "false"}, set()),
        ("34", {"usesCleartextTraffic": "true"}, {"cleartext-traffic"}),
    ],
)
def test_without_a_configuration_the_defaults_of_the_target_count(
    target: str, attribute: dict[str, str], expected: set[str]
) -> None:
    found = read(node("application", **attribute), target=target)

    assert expected == {e.fact.what for e in network.evidence(found, None)}
