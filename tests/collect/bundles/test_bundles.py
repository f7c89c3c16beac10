"""Code that is not DEX in whole packages: every form found, read, and its limits told."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.collect import bundles
from auditor.collect.archive import open_archive
from auditor.collect.bundles import Bundle, sources, texts
from auditor.collect.bundles import unity as unity_files
from auditor.collect.package import Package
from auditor.model import Rung
from tests.builders import apk, zip_bytes
from tests.codebuilders import assembly, assembly_store, dart, elf, hermes, unity

ADDRESS = "https://api.acme.example/v1"
UNSEEN = ("data", "practice", "sdk:unseen")


def package(*archives: dict[str, bytes]) -> Package:
    """One app: the first archive is its base."""
    parts = []
    for index, members in enumerate(archives):
        name = "base.apk" if index == 0 else f"config{index}.apk"
        parts.append(open_archive(zip_bytes(members), name)[0])
    return Package("apk", "app.apk", Path("app.apk"), tuple(parts))


def read(*archives: dict[str, bytes]) -> tuple[Bundle, ...]:
    return bundles.read(package(*archives))


def only(*archives: dict[str, bytes]) -> Bundle:
    [found] = read(*archives)
    return found


def whys(found: Bundle) -> list[str]:
    assert all(gap.level is Rung.REFERENCED for gap in found.gaps)
    return [gap.why for gap in found.gaps]


def places(found: Bundle, text: str) -> list[str]:
    """Where a text stands, by the buffers that hold it."""
    return [b.locate(b.data.index(text.encode())) for b in found.buffers if text.encode() in b.data]


def test_a_package_without_other_code_is_empty() -> None:
    part, _ = open_archive(
        apk({"assets/picture.png": b"\x89PNG" + bytes(100), "res/raw/a.ogg": b"OggS"}), "a.apk"
    )

    assert () == bundles.read(Package("apk", "a.apk", Path("a.apk"), (part,)))


# --- React Native and web apps -----------------------------------------------------------------


def test_hermes() -> None:
    """Names of functions come first and at their own place; strings are entries with borders."""
    code = hermes([ADDRESS, "words"], ["loyaltyPoints", "send"], ["send"])
    found = only({"assets/index.android.bundle": code})

    assert ("hermes", "assets/index.android.bundle") == (found.form, found.place)
    assert {"bytecode version": 96, "functions": 1, "strings": 4, "identifiers": 2} == found.about
    place = "hermes:assets/index.android.bundle"
    assert [("send", f"{place}/function[0]"), ("loyaltyPoints", f"{place}/string[2]")] == [*found.names]
    assert [f"{place}/string[0]"] == places(found, ADDRESS)
    assert (0, len(ADDRESS)) == found.buffers[0].bounds(3)
    assert [UNSEEN] == [gap.concerns for gap in found.gaps]
    assert ["Hermes bytecode (assets/index.android.bundle): names and texts were read; which function uses "
            "which text, and what is called, was not followed"] == whys(found)  # fmt: skip


def test_hermes_of_an_unread_version_is_a_gap() -> None:
    found = only({"assets/index.android.bundle": hermes(version=59)})

    assert ((), ()) == (found.names, found.buffers)
    assert [
        "Hermes bytecode was not read (assets/index.android.bundle): it has version 59; read are 74 and later"
    ] == whys(found)


def test_hermes_is_known_by_its_beginning_in_any_part() -> None:
    """A bundle for updates over the air has any name; several bundles have one gap together."""
    base, update = read({"assets/a.bundle": hermes(["a"])}, {"assets/ota/update": hermes(["b"])})

    assert ("assets/a.bundle", "config1.apk/assets/ota/update") == (base.place, update.place)
    assert "(assets/a.bundle, config1.apk/assets/ota/update)" in whys(base)[0]
    assert [] == whys(update)


def test_plain_react_native() -> None:
    found = only({"assets/index.android.bundle": b'__d(function(){send("' + ADDRESS.encode() + b'")},0,[]);'})

    assert ("javascript", "assets/index.android.bundle") == (found.form, found.place)
    assert ["js:assets/index.android.bundle:1:22"] == places(found, ADDRESS)
    assert ["__d", "send"] == [text.text for text in found.names]


def test_web_apps_have_one_bundle_for_each_root() -> None:
    """Cordova's and other files apart; a page without a script and settings alone are no code."""
    web = {"assets/www/js/app.js": b"\nlet quizPoints = 1", "assets/www/index.html": b"<p>words</p>"}
    found = {
        b.place: b for b in read({**web, "assets/settings.json": b'{"host": "' + ADDRESS.encode() + b'"}'})
    }

    assert {"assets/www/": "javascript", "assets/": "settings"} == {p: b.form for p, b in found.items()}
    assert [("quizPoints", "js:assets/www/js/app.js:2:5")] == [*found["assets/www/"].names]
    assert {"files": 2, "with code": 1, "bytes": 31} == found["assets/www/"].about
    assert ["JavaScript (assets/www/): names and texts were read; what it calls was not followed"] == whys(
        found["assets/www/"]
    )
    assert ["js:assets/settings.json:1:11"] == places(found["assets/"], ADDRESS)
    assert [] == whys(found["assets/"])


def test_utf16_pages_are_read() -> None:
    found = only({"assets/www/a.js": ADDRESS.encode("utf-16")})

    assert ["js:assets/www/a.js:1:1"] == places(found, ADDRESS)


def test_code_of_an_unknown_form_is_a_gap() -> None:
    found = only({"assets/main.jsc": b"x" * 80, "assets/index.android.bundle": b"\1\0" * 60})

    assert ["code of an unknown form was not read (assets/main.jsc, assets/index.android.bundle)"] == whys(
        found
    )


# --- native libraries --------------------------------------------------------------------------


def test_native_libraries_are_read_for_one_processor() -> None:
    """The most usual processor is read, whichever part holds it, and the gap says what was left."""
    one = elf(
        {".rodata": ADDRESS.encode() + b"\0"},
        ["Java_al_acme_Quiz_points", "__bss_start"],
        ["mmap"],
        ["libc.so"],
    )
    other = elf({".rodata": b"other"}, ["send"], wide=False)
    found = read({"lib/x86/liba.so": other, "lib/armeabi-v7a/libb.so": other}, {"lib/arm64-v8a/liba.so": one})

    place = "config1.apk/lib/arm64-v8a/liba.so"
    assert [place, "lib/armeabi-v7a/libb.so"] == [b.place for b in found]
    assert [("Java_al_acme_Quiz_points", f"elf:{place}/.dynsym[2]")] == [*found[0].names]
    assert [("mmap", f"elf:{place}/.dynsym[1]")] == [*found[0].imports]
    assert [f"elf:{place}/.rodata+0x0"] == places(found[0], ADDRESS)
    assert ("arm64", ["libc.so"], ["x86"]) == tuple(
        found[0].about[k] for k in ("architecture", "needs", "also for")
    )
    assert [
        f"native code ({place}, lib/armeabi-v7a/libb.so): names and texts were read; what it calls was not "
        "followed; libraries for x86 were not read"
    ] == whys(found[0])
    assert [("data", "practice")] == [gap.concerns for gap in found[0].gaps]
    assert [] == whys(found[1])


def test_libraries_among_the_assets_are_read() -> None:
    found = only({"assets/payload.bin": elf({".rodata": ADDRESS.encode()})})

    assert ("native", ["elf:assets/payload.bin/.rodata+0x0"]) == (found.form, places(found, ADDRESS))


def test_flutter() -> None:
    """The app by its snapshot, the engine by its hashes."""
    app = elf({".rodata": dart([ADDRESS, "package:acme/quiz.dart"])}, ["_kDartIsolateSnapshotData"])
    engine = elf({".rodata": b"\0" + b"ab" * 20 + b"\0"})
    found = {
        b.place: b for b in read({"lib/arm64-v8a/libapp.so": app, "lib/arm64-v8a/libflutter.so": engine})
    }
    code = found["lib/arm64-v8a/libapp.so"]

    assert {"flutter"} == {b.form for b in found.values()}
    assert ["package:acme/quiz.dart"] == [text.text for text in code.names]
    start, end = code.buffers[0].bounds(code.buffers[0].data.index(b"https")) or (0, 0)
    assert ADDRESS.encode() == code.buffers[0].data[start:end]
    assert "0123456789abcdef" * 2 == code.about["snapshot"]
    assert ["ab" * 20] == found["lib/arm64-v8a/libflutter.so"].about["engine"]
    assert [
        "Flutter code (lib/arm64-v8a/libapp.so): names and texts were read; what it calls was not followed"
    ] == whys(code)


# --- .NET and Unity ----------------------------------------------------------------------------

ACME = assembly(
    "Acme",
    {"Acme.Quiz.Scorer": ["AddPoints"]},
    {"Android.App.Activity": ["SetTitle"]},
    ["Mono.Android"],
    [ADDRESS],
)


def test_dotnet() -> None:
    """The app's assemblies are read, the platform's and compressed ones told."""
    members = {
        "assemblies/Acme.dll": ACME,
        "assemblies/System.Text.dll": ACME,
        "assemblies/Other.dll": b"XALZ...",
    }
    found = only(members)

    where = "dotnet:assemblies/Acme.dll"
    assert [
        ("Acme", f"{where}/Assembly"),
        ("Mono.Android", f"{where}/AssemblyRef[1]"),
        ("Acme.Quiz.Scorer", f"{where}/TypeDef[1]"),
        ("Acme.Quiz.Scorer.AddPoints", f"{where}/MethodDef[1]"),
        ("System.Text", "dotnet:assemblies/System.Text.dll"),
        ("Other", "dotnet:assemblies/Other.dll"),
    ] == [*found.names]
    assert [("Android.App.Activity.SetTitle", f"{where}/MemberRef[1]")] == [*found.imports]
    assert [f"{where}/#US[0]"] == places(found, ADDRESS)
    assert {"assemblies": ["Acme"], "of the platform": 1, "compressed": ["Other"]} == found.about
    assert [
        ".NET code (Acme): names and texts were read, those of assemblies named as the platform's were not; "
        "what it calls was not followed",
        ".NET assemblies are compressed with LZ4 and were not read (Other)",
    ] == whys(found)


@pytest.mark.parametrize(
    "members",
    [
        {"assemblies/assemblies.blob": assembly_store({"Acme.dll": ACME})},
        {
            "lib/arm64-v8a/libassemblies.arm64-v8a.blob.so": elf(
                {"payload": assembly_store({"Acme.dll": ACME}, 3)}
            )
        },
        {"lib/arm64-v8a/lib_Acme.dll.so": elf({"payload": ACME})},
        {"assets/bin/Data/Managed/Acme.dll": ACME},
    ],
)
def test_dotnet_in_every_packing(members: dict[str, bytes]) -> None:
    """In stores, in sections of libraries, and as Unity with Mono ships it."""
    found = only(members)

    assert ("dotnet", ["Acme"]) == (found.form, found.about["assemblies"])
    assert "Acme.Quiz.Scorer" in {text.text for text in found.names}


def test_the_list_beside_a_store_names_what_is_compressed() -> None:
    """Stores of version 1 hold no names."""
    row = b"0xa2e0939b  0x4288cfb749e4c631  000      0000      Xamarin.Firebase.Analytics\r\n"
    store = assembly_store({"a": b"XALZ" + bytes(90)}, 1)
    found = only(
        {"assemblies/assemblies.blob": store, "assemblies/assemblies.manifest": b"Hash 32\r\n" + row}
    )

    assert [("Xamarin.Firebase.Analytics", "dotnet:assemblies/assemblies.manifest+0x9")] == [*found.names]
    assert [".NET assemblies are compressed with LZ4 and were not read (assembly[0])"] == whys(found)


def test_stores_are_read_for_one_processor() -> None:
    """Their names hold the processor."""
    store = elf({"payload": assembly_store({"Acme.dll": ACME}, 3)})
    found = only({f"lib/{abi}/libassemblies.{abi}.blob.so": store for abi in ("x86", "arm64-v8a")})

    assert "lib/arm64-v8a/libassemblies.arm64-v8a.blob.so" == found.place
    assert ["Acme"] == found.about["assemblies"]


def test_assemblies_of_the_platform_alone_are_a_gap() -> None:
    """Somewhere the app's own must be."""
    found = only({"assemblies/System.Text.dll": ACME})

    assert [
        ".NET code was not found: all assemblies are named as the platform's (assemblies/System.Text.dll)"
    ] == whys(found)


def test_broken_assemblies_are_a_gap() -> None:
    found = only({"assemblies/Acme.dll": b"MZ" + bytes(100)})

    assert [".NET assemblies could not be read: assemblies/Acme.dll: is not a PE file"] == whys(found)


def test_unity() -> None:
    """Names and texts of compiled code, data as it lies, archives told."""
    place = "assets/bin/Data/Managed/Metadata/global-metadata.dat"
    members = {
        place: unity([ADDRESS], ["Scorer", "AddPoints"]),
        "assets/bin/Data/globalgamemanagers": bytes(48) + b"2021.3.16f1\0" + b"secret",
        "assets/bin/Data/sharedassets0.assets.resS": b"pictures",
        "assets/bin/Data/data.unity3d": b"UnityFS\0" + bytes(100),
    }
    found = only(members)

    assert {"engine": "2021.3.16f1", "metadata version": 29, "names": 2} == found.about
    assert ["Scorer", "AddPoints"] == [text.text for text in found.names]
    assert [f"unity:{place}/literal[0]"] == places(found, ADDRESS)
    assert ["unity:assets/bin/Data/globalgamemanagers+0x3c"] == places(found, "secret")
    assert [] == places(found, "pictures")
    assert [
        f"Unity code ({place}): names and texts were read; what it calls was not followed",
        "Unity data is compressed and was not read (assets/bin/Data/data.unity3d)",
    ] == whys(found)


@pytest.mark.parametrize(
    ("members", "why"),
    [
        (
            {"assets/bin/Data/Managed/Metadata/global-metadata.dat": b"\x13" * 500},
            "Unity code was not read (assets/bin/Data/Managed/Metadata/global-metadata.dat): its metadata "
            "does not begin as the metadata of Unity does, so it is encrypted or none",
        ),
        (
            {"lib/arm64-v8a/libil2cpp.so": elf()},
            "Unity code was not read (lib/arm64-v8a/libil2cpp.so): its metadata was not found",
        ),
    ],
)
def test_hidden_unity_code_is_a_gap(members: dict[str, bytes], why: str) -> None:
    found = next(b for b in read(members) if b.form == "unity")

    assert [why] == whys(found)


def test_large_unity_data_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unity_files, "MAX_DATA", 10)
    found = only({"assets/bin/Data/level0": b"x" * 11, "assets/bin/Data/level1": b"y" * 10})

    assert ["Unity data was not read for its size (assets/bin/Data/level0)"] == whys(found)
    assert ["unity:assets/bin/Data/level1+0x0"] == places(found, "yyy")


# --- what is only named, and limits ------------------------------------------------------------


@pytest.mark.parametrize(
    ("member", "content", "form", "why"),
    [
        ("assets/private.mp3", b"\x1f\x8b", "python", "Python code was not read (assets/private.mp3)"),
        ("assets/chaquopy/app.imy", b"PK", "python", "Python code was not read (assets/chaquopy/app.imy)"),
        ("assets/x.bin", b"dex\n035\0", "dex", "DEX files among the assets were not read (assets/x.bin)"),
    ],
)
def test_only_named(member: str, content: bytes, form: str, why: str) -> None:
    found = only({member: content})

    assert (form, [why]) == (found.form, whys(found))


def test_what_cannot_be_read_is_told() -> None:
    """Three files by name, the rest by number; the form is `unread`."""
    found = only({f"lib/arm64-v8a/lib{n}.so": b"no library" for n in range(5)})

    assert ("unread", 4) == (found.form, len(found.gaps))
    assert (
        "lib/arm64-v8a/lib0.so could not be read whole: does not begin as an ELF file does" == whys(found)[0]
    )
    assert "further files of code that is not DEX could not be read: 2" == whys(found)[3]


def test_a_damaged_member_is_told() -> None:
    content = zip_bytes({"assets/www/a.js": b"let quizPoints" * 9}, stored=True)
    part, _ = open_archive(content.replace(b"quizPoints", b"QUIZpoints"), "a.apk")
    [found] = bundles.read(Package("apk", "a.apk", Path("a.apk"), (part,)))

    assert "assets/www/a.js could not be read whole: a.apk: assets/www/a.js: is damaged" in whys(found)[0]


def test_the_budget_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_READ", 100)
    found = read({"assets/www/a.js": b"x" * 90, "assets/www/b.js": b"y" * 90})

    assert "code that is not DEX is larger than 100 bytes; not read: assets/www/b.js" == whys(found[-1])[0]


def test_too_many_names_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "MAX_NAMES", 2)
    found = only({"assets/www/a.js": b"one two three four"})

    assert 2 == len(found.names)
    assert "assets/www/: names beyond the first 2 were not read" == whys(found)[1]


def test_places_are_fit_to_print() -> None:
    """A name with a line break ends no line of a report."""
    found = only({"assets/www/a\n\x1b.js": ADDRESS.encode()})

    assert all(place.isprintable() for place in places(found, ADDRESS))


FORMS = {
    "assets/index.android.bundle": hermes([ADDRESS], ["send"], ["send"]),
    "assets/www/a.js": b"let quizPoints = `${a}` + /b/.test('c')",
    "lib/arm64-v8a/liba.so": elf({".rodata": ADDRESS.encode()}, ["send"], ["mmap"], ["libc.so"]),
    "lib/arm64-v8a/libapp.so": elf({".rodata": dart([ADDRESS, "AddPoints"])}, ["_kDartVmSnapshotData"]),
    "lib/arm64-v8a/libassemblies.arm64-v8a.blob.so": elf({"payload": assembly_store({"Acme.dll": ACME}, 3)}),
    "assemblies/Acme.dll": ACME,
    "assets/bin/Data/Managed/Metadata/global-metadata.dat": unity([ADDRESS], ["Scorer"]),
}


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.sampled_from(sorted(FORMS)), st.data())
def test_damage_ends_in_gaps_or_results(member: str, data: st.DataObject) -> None:
    """Whatever bytes of whatever form change, every bundle can be shown and scanned."""
    content = bytearray(FORMS[member])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, max(0, len(content) - 4)))
        value = data.draw(st.sampled_from([b"\0\0\0\0", b"\xff" * 8, b"\1\0\0\0", b"\xff\xff\xff\x7f", b""]))
        content[at : at + 4] = value
    for found in read({**FORMS, member: bytes(content)}):
        assert found.form
        assert all(gap.why.isprintable() for gap in found.gaps)
        assert all(text.text and text.where for text in (*found.names, *found.imports))
        for buffer in found.buffers:
            assert buffer.locate(len(buffer.data) // 2).isprintable()
