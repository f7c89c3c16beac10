"""Names in a package -> SDKs and practices; ghosts stay ghosts."""

from auditor import catalogue
from auditor.collect.owners import Owners, is_own
from auditor.collect.recognise import recognise
from auditor.collect.seen import Seen, seen_in_test
from auditor.notation import level_name, show_fact

RULES = catalogue.load()


def statements(**given: object) -> list[str]:
    found = recognise(seen_in_test({k.replace("_", "-"): v for k, v in given.items()}), RULES)
    return sorted({f"{level_name(e.level)} {show_fact(e.fact)}" for e in found})


def test_a_component_without_its_class_is_a_ghost() -> None:
    assert ["declared sdk:facebook-login"] == statements(components=["com.facebook.FacebookActivity"])


def test_react_native_is_not_facebook() -> None:
    found = statements(classes=["com.facebook.react.ReactActivity", "com.facebook.soloader.SoLoader"])

    assert "referenced sdk:react-native" in found
    assert not [s for s in found if "facebook-login" in s or "facebook-core" in s]


def test_the_advertising_id_client_is_no_advertising_sdk() -> None:
    found = statements(classes=["com.google.android.gms.ads.identifier.AdvertisingIdClient"])

    assert ["referenced sdk:google-advertising-id"] == found


def test_an_error_text_shows_no_sdk() -> None:
    text = "Did you forget to add com.facebook.android:facebook-login?"

    assert [] == statements(strings=[text, "com.facebook.login.LoginManager"])


def test_the_longest_prefix_owns_a_class() -> None:
    owners = Owners(RULES.vendors)

    assert "google-advertising-id" == owners.of(
        "com.google.android.gms.ads.identifier.AdvertisingIdClient$Info"
    )
    assert "google-admob" == owners.of("com.google.android.gms.ads.AdView")
    assert "" == owners.of("com.google.android.gmsx.ads.AdView")


def test_own_code_lies_below_the_apps_roots_and_is_nobody_elses() -> None:
    owners = Owners(RULES.vendors)

    assert is_own("al.example.app.ui.Main", ["al.example.app"], owners)
    assert not is_own("al.example.apple.Main", ["al.example.app"], owners)
    assert not is_own("com.facebook.login.LoginManager", ["com.facebook.login"], owners)


def test_a_scope_counts_only_beside_its_sdk() -> None:
    alone = statements(strings=["user_likes"])
    beside = statements(strings=["user_likes"], classes=["com.facebook.login.LoginManager"])

    assert [] == alone
    assert "referenced data:social-likes > facebook-login" in beside


def test_a_ghost_gives_no_scope_its_meaning() -> None:
    """`user_photos` is also what an app may call a table of its own."""
    ghost = statements(strings=["user_photos"], components=["com.facebook.FacebookActivity"])

    assert ["declared sdk:facebook-login"] == ghost


def test_each_entry_for_a_permission_counts_on_its_own_versions() -> None:
    """Asked for from Android 13 on and up to Android 8; it means something up to 9."""
    name = "com.google.android.gms.permission.ACTIVITY_RECOGNITION"
    seen = Seen("al.example.app", permissions={name: "m"}, api={name: [(33, 36), (21, 26)]})
    later = Seen("al.example.app", permissions={name: "m"}, api={name: [(33, 36)]})

    assert ["data:activity-recognition"] == [show_fact(e.fact) for e in recognise(seen, RULES)]
    assert [] == list(recognise(later, RULES))
