"""DEX tables of all parts -> names; what is not DEX, or hides names, -> gaps."""

from pathlib import Path

import pytest

from auditor import catalogue
from auditor.collect import code
from auditor.collect.archive import open_archive
from auditor.collect.code import Names
from auditor.collect.package import open_package
from tests.builders import apk

RULES = catalogue.load()
SAMPLES = Path(__file__).parent.parent.parent / "samples"
OWN = ("al.example.aktivisti",)


@pytest.fixture(scope="module")
def names() -> Names:
    return code.read(open_package(SAMPLES / "aktivisti" / "app.apk"), OWN, RULES)


def test_platform_calls_carry_their_row_and_their_name(names: Names) -> None:
    where = names.calls["android.location.LocationManager.requestLocationUpdates"]

    assert where.startswith("dex:classes.dex/method_ids[")
    assert where.endswith("] Landroid/location/LocationManager;->requestLocationUpdates")


def test_what_a_packed_library_defines_shows_no_call(names: Names) -> None:
    """A table lists what its file defines as well as what it calls."""
    call = "com.google.android.gms.ads.identifier.AdvertisingIdClient.getAdvertisingIdInfo"

    assert call in names.packed
    assert call not in names.calls
    assert [
        g for g in names.gaps if g.concerns == ("data:advertising-id",) and call.rpartition(".")[0] in g.why
    ]


def test_own_members_leave_generated_classes_out(names: Names) -> None:
    owners = {name.rpartition(".")[0] for name in names.members}

    assert "al.example.aktivisti.score.Points" in owners
    assert not [owner for owner in owners if owner.rpartition(".")[2].split("$")[0] == "R"]


@pytest.mark.parametrize(
    ("member", "said", "sdks"),
    [
        ("assets/index.android.bundle", "React Native code", True),
        ("assets/flutter_assets/a", "Flutter code", True),
        ("assets/www/index.html", "web code (Cordova)", True),
        ("lib/arm64-v8a/libx.so", "native code", False),
    ],
)
def test_code_that_is_not_dex_is_a_gap(member: str, said: str, sdks: bool) -> None:
    part, _ = open_archive(apk({member: b"x"}), "a.apk")
    gaps = list(code._other_code(part))

    assert [True] == [gap.why.startswith(said) for gap in gaps]
    assert sdks == ("sdk:unseen" in gaps[0].concerns)


def test_shortened_names_hide_practices_and_sdks_that_only_classes_show() -> None:
    """Anonymous classes are numbered by the compiler: that is no shortening."""
    short = Names(classes={f"a.{c}": "x" for c in "abcdefgh"})
    numbered = Names(classes={f"al.example.app.Main${n}": "x" for n in range(9)}, members={"x": "y"})
    hidden = code.hidden_names(short, OWN)

    assert hidden
    assert {"practice", "sdk:unseen", "weakness:request-logging"} == set(hidden.concerns)
    assert code.hidden_names(numbered, OWN) is None


def test_no_code_of_the_apps_own_is_a_gap() -> None:
    elsewhere = code.hidden_names(Names(classes={"com.other.Main": "x"}), OWN)

    assert elsewhere
    assert "al.example.aktivisti" in elsewhere.why
