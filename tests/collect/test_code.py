"""DEX tables of all parts -> names; what is not DEX, or hides names, -> gaps."""

import re
from pathlib import Path

import pytest

from auditor import catalogue
from auditor.collect import code, reading
from auditor.collect import names as names_of
from auditor.collect.entrypoints import EntryPoints
from auditor.collect.literals import Scanner
from auditor.collect.names import Names
from auditor.collect.package import open_package
from auditor.model import Fact, Rung
from tests.builders import apk

RULES = catalogue.load()
SAMPLES = Path(__file__).parent.parent.parent / "samples"
OWN = ("al.example.aktivisti",)
ENTRIES = EntryPoints(
    {
        f"al.example.aktivisti.{name}": "activity"
        for name in ("AktivistiApp", "device.LocationService", "screen.RegisterActivity")
    }
)


@pytest.fixture(scope="module")
def names() -> Names:
    return code.read(open_package(SAMPLES / "aktivisti" / "app.apk"), ENTRIES, OWN, RULES)


def test_calls_carry_their_file_method_and_unit(names: Names) -> None:
    (call,) = [
        call
        for call in names.calls["android.location.LocationManager.requestLocationUpdates"]
        if call.who == "app"
    ]

    assert re.fullmatch(
        r"dex:classes\.dex/Lal/example/aktivisti/device/LocationService;->followBy\(.*\)V\+0x[0-9a-f]{4} "
        r"android\.location\.LocationManager\.requestLocationUpdates",
        call.where,
    )
    assert call.path.endswith(
        "LocationService.followBy -> android.location.LocationManager.requestLocationUpdates"
    )


def test_a_members_own_library_is_no_caller(names: Names) -> None:
    """Its tables name the member because it defines it."""
    callers = names.calls["com.google.android.gms.ads.identifier.AdvertisingIdClient.getAdvertisingIdInfo"]

    assert {"app", "", "facebook-core"} == {call.who for call in callers}
    assert not [call for call in callers if "/Lcom/google/android/gms/ads" in call.where]


def test_without_entry_points_nothing_is_reached(names: Names) -> None:
    package = open_package(SAMPLES / "aktivisti" / "app.apk")
    alone = code.read(package, EntryPoints(), OWN, RULES)

    assert alone.figures["reachable"] == 0 < names.figures["reachable"]
    assert alone.calls.keys() == names.calls.keys()
    assert not [call for calls in alone.calls.values() for call in calls if call.path]


def test_computed_names_make_the_answer_a_lower_bound(names: Names) -> None:
    (gap,) = [gap for gap in names.gaps if gap.level is Rung.REACHABLE]

    assert "lower bound" in gap.why


def test_components_in_no_file_look_packed() -> None:
    missing = EntryPoints({f"al.example.aktivisti.Screen{n}": "activity" for n in range(3)})
    found = code.read(open_package(SAMPLES / "aktivisti" / "app.apk"), missing, OWN, RULES)

    assert [gap for gap in found.gaps if "code may be packed" in gap.why and "3 of 3" in gap.why]


def test_a_path_too_long_to_print_keeps_its_ends() -> None:
    stations = [f"al.example.Station{n}.go" for n in range(1000)]
    shown = reading._path(stations)

    assert len(shown) < reading.MOST_PATH + 100
    assert shown.startswith(stations[0])
    assert shown.endswith(stations[-1])
    assert " more ... -> " in shown


def test_own_members_leave_generated_classes_out(names: Names) -> None:
    owners = {name.rpartition(".")[0] for name in names.members}

    assert "al.example.aktivisti.score.Points" in owners
    assert not [owner for owner in owners if owner.rpartition(".")[2].split("$")[0] == "R"]


def test_code_that_is_not_dex_is_named_and_its_texts_are_read(tmp_path: Path) -> None:
    page = b'<script>fetch("https://api.example.al/v1/likes")</script>'
    path = tmp_path / "a.apk"
    path.write_bytes(apk({"assets/www/index.html": page}))
    found = Names()
    code.read_bundles(open_package(path), found, RULES, Scanner(RULES))

    assert ["javascript"] == [b.form for b in found.bundles]
    assert [Fact("contact", "api.example.al")] == [item.fact for item in found.named]
    assert [gap for gap in found.gaps if "what it calls was not followed" in gap.why]


def test_classes_alone_leave_data_and_practices_open() -> None:
    found = code.read_classes(open_package(SAMPLES / "aktivisti" / "app.apk"))

    assert "com.facebook.FacebookSdk" in found.classes
    assert not found.calls
    assert {"data", "practice", "weakness", "contact"} == set(found.gaps[0].concerns)


def test_shortened_names_hide_practices_and_sdks_that_only_classes_show() -> None:
    """Anonymous classes are numbered by the compiler: that is no shortening."""
    short = Names(classes={f"a.{c}": "x" for c in "abcdefgh"})
    numbered = Names(classes={f"al.example.app.Main${n}": "x" for n in range(9)}, members={"x": "y"})
    hidden = names_of.hidden_names(short, OWN)

    assert hidden
    assert {"practice", "sdk:unseen", "weakness:request-logging"} == set(hidden.concerns)
    assert names_of.hidden_names(numbered, OWN) is None


def test_no_code_of_the_apps_own_is_a_gap() -> None:
    elsewhere = names_of.hidden_names(Names(classes={"com.other.Main": "x"}), OWN)

    assert elsewhere
    assert "al.example.aktivisti" in elsewhere.why


def test_constants_are_shown_without_keys() -> None:
    """The sample puts a key into an address; people copy reports."""
    package = open_package(SAMPLES / "aktivisti" / "app.apk")
    entries = EntryPoints(dict.fromkeys([f"{OWN[0]}.screen.RegisterActivity"], "activity"))
    found = code.read(package, entries, OWN, RULES)
    raw = [a.value for a in found.arguments if "key=" in a.value]
    code.read_bundles(package, found, RULES, Scanner(RULES))
    shown = [a.value for a in found.arguments if "key=" in a.value]

    assert len(raw) == len(shown) == 1
    assert raw[0][-12:] not in shown[0]
    assert "devices.aktivisti-model.example" in shown[0]


def test_methods_that_refer_to_personal_data_are_decompiled() -> None:
    package = open_package(SAMPLES / "aktivisti" / "app.apk")
    found = code.read(package, ENTRIES, OWN, RULES)
    code.decompile(found, Scanner(RULES))
    place = next(place for place in found.excerpts if "LocationService;->followBy" in place)

    assert "requestLocationUpdates" in found.excerpts[place]
    assert len(found.excerpts) + len(found.no_excerpts) <= code.EXCERPTS


def test_tests_run_only_where_an_instrumentation_is() -> None:
    marked = code._annotations(tests=False)

    assert set(code._annotations(tests=True)) - set(marked) == {"Lorg/junit/Test;"}
