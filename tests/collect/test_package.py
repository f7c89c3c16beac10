"""`auditor.collect.package`: which archives make one app."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from auditor.collect.archive import LIMITS, Limits, Unreadable
from auditor.collect.package import Package, is_package, open_package
from tests.builders import AXML, DEX, apk, zip_bytes

CUT_OFF = "begins as a ZIP archive and has no end; the file is incomplete; expected an Android package"


def opened(folder: Path, content: bytes, name: str = "app.apk", limits: Limits = LIMITS) -> Package:
    (folder / name).write_bytes(content)
    return open_package(folder / name, limits)


def refusal(folder: Path, content: bytes, name: str = "app.apk", limits: Limits = LIMITS) -> str:
    with pytest.raises(Unreadable) as caught:
        opened(folder, content, name, limits)
    return str(caught.value)


def roles(package: Package) -> list[tuple[str, str]]:
    return [(part.name, part.role) for part in package.parts]


class TestApk:
    def test_describes_itself(self, tmp_path: Path) -> None:
        """One APK is a package of one part, which is the base, without oddities."""
        package = opened(tmp_path, apk())

        assert ("apk", "app.apk", (), ()) == (
            package.kind,
            package.name,
            package.oddities,
            package.not_read,
        )
        assert [("app.apk", "base")] == roles(package)

    def test_package_inside_is_mentioned(self, tmp_path: Path) -> None:
        """An APK among the assets is not the app, and is mentioned."""
        package = opened(tmp_path, apk({"assets/x.apk": apk()}))

        assert ("app.apk: contains another package: assets/x.apk, not read",) == package.oddities
        assert 1 == len(package.parts)


class TestSets:
    def test_xapk(self, tmp_path: Path) -> None:
        """An XAPK's manifest names the base; expansion files are left aside, and said so."""
        manifest = {"split_apks": [{"file": "org.app.apk", "id": "base"}]}
        content = {
            "config.sq.apk": apk(),
            "org.app.apk": apk(),
            "manifest.json": json.dumps(manifest).encode(),
            "Android/obb/main.1.obb": b"obb",
        }
        package = opened(tmp_path, zip_bytes(content), "a.xapk")

        assert "xapk" == package.kind
        assert [("org.app.apk", "base"), ("config.sq.apk", "split config.sq")] == roles(package)
        assert ("a.xapk: Android/obb/main.1.obb: expansion file of 3 bytes, not read",) == package.not_read

    def test_xapk_by_package_name(self, tmp_path: Path) -> None:
        """Without a list of splits, the base is the file named like the package."""
        content = {"x.y.apk": apk(), "other.apk": apk(), "manifest.json": b'{"package_name":"x.y"}'}
        package = opened(tmp_path, zip_bytes(content), "a.xapk")

        assert [("x.y.apk", "base"), ("other.apk", "module other")] == roles(package)

    @pytest.mark.parametrize("text", [b"{", b"[" * 100_000, b"7", b'{"split_apks": 7}', b"\xff"])
    def test_xapk_with_hostile_manifest(self, tmp_path: Path, text: bytes) -> None:
        """A manifest.json that is not what it should be does not stop the reading."""
        content = {"base.apk": apk(), "manifest.json": text}

        assert [("base.apk", "base")] == roles(opened(tmp_path, zip_bytes(content), "a.xapk"))

    def test_apks(self, tmp_path: Path) -> None:
        """Of bundletool's set the splits are read, once each, and not the standalone APKs."""
        names = ["base-sq", "base-master", "base-master_2", "camera-master", "camera-sq"]
        content = {f"splits/{n}.apk": apk() for n in names}
        content |= {"toc.pb": b"", "standalones/standalone-x86.apk": apk()}
        package = opened(tmp_path, zip_bytes(content), "a.apks")

        assert "apks" == package.kind
        assert [
            ("splits/base-master.apk", "base"),
            ("splits/base-sq.apk", "split config.sq"),
            ("splits/camera-master.apk", "module camera"),
            ("splits/camera-sq.apk", "split camera-sq"),
        ] == roles(package)
        assert (
            "a.apks: 1 APKs are variants for other Android versions, not read",
            "a.apks: 1 APKs outside splits/ hold the app again, not read",
        ) == package.not_read

    def test_universal_apks(self, tmp_path: Path) -> None:
        """A universal APK is the whole app."""
        package = opened(tmp_path, zip_bytes({"toc.pb": b"", "universal.apk": apk()}), "a.apks")

        assert [("universal.apk", "base")] == roles(package)

    def test_standalone_apks(self, tmp_path: Path) -> None:
        """Of standalone APKs alone, the largest is read."""
        content = {"standalones/a.apk": apk(), "standalones/b.apk": apk({"lib/x": os.urandom(99)})}
        package = opened(tmp_path, zip_bytes(content), "a.apks")

        assert [("standalones/b.apk", "base")] == roles(package)
        assert ("a.apks: 1 standalone APKs for other devices, not read",) == package.not_read

    def test_apkm(self, tmp_path: Path) -> None:
        """APKMirror's set is told by info.json."""
        content = {"info.json": b"{}", "split_config.en.apk": apk(), "base.apk": apk()}
        package = opened(tmp_path, zip_bytes(content), "a.apkm")

        assert "apkm" == package.kind
        assert [("base.apk", "base"), ("split_config.en.apk", "split config.en")] == roles(package)

    def test_unclear_base(self, tmp_path: Path) -> None:
        """When no name tells, the largest APK with code is the base, and that is said."""
        content = {
            "a.apk": apk(),
            "b.apk": apk({"x": os.urandom(99)}),
            "c.apk": zip_bytes({"AndroidManifest.xml": AXML, "y": os.urandom(999)}),
        }
        package = opened(tmp_path, zip_bytes(content), "a.zip")

        assert "b.apk" == package.base.name
        assert ("a.zip: no name tells the base APK; taken: b.apk",) == package.oddities

    def test_damaged_split_is_left_out(self, tmp_path: Path) -> None:
        """A damaged split is not read, with the reason; the others are."""
        content = {"base.apk": apk(), "config.sq.apk": apk()[:50], "config.en.apk": zip_bytes({})}
        package = opened(tmp_path, zip_bytes(content), "a.zip")

        assert [("base.apk", "base")] == roles(package)
        assert (
            f"a.zip: config.sq.apk: {CUT_OFF}",
            "a.zip: config.en.apk: holds no AndroidManifest.xml; expected an APK",
        ) == package.not_read

    def test_damaged_base_is_fatal(self, tmp_path: Path) -> None:
        """Without its base a set is not an app."""
        content = zip_bytes({"base.apk": b"hello", "config.sq.apk": apk()})

        assert refusal(tmp_path, content, "a.zip").startswith("a.zip: base.apk: not a ZIP archive")

    def test_nested_bytes_are_bounded(self, tmp_path: Path) -> None:
        """APKs of a set beyond the bound on memory are not read, and said so."""
        content = zip_bytes({"base.apk": apk(), "config.sq.apk": apk()})
        package = opened(tmp_path, content, "a.zip", Limits(nested_size=len(apk()) + 1))

        assert [("base.apk", "base")] == roles(package)
        assert package.not_read[0].startswith("a.zip: config.sq.apk: not read, since the set")


class TestFolder:
    def test_splits(self, tmp_path: Path) -> None:
        """A folder of splits, as pulled from a phone, is one app."""
        for name in ("base.apk", "split_config.sq.apk", "split_camera.apk"):
            (tmp_path / name).write_bytes(apk())
        package = open_package(tmp_path)

        assert ("split set", tmp_path.name) == (package.kind, package.name)
        assert [
            ("base.apk", "base"),
            ("split_camera.apk", "module camera"),
            ("split_config.sq.apk", "split config.sq"),
        ] == roles(package)

    def test_one_apk(self, tmp_path: Path) -> None:
        """A folder with one APK is that APK."""
        (tmp_path / "any.apk").write_bytes(apk())

        assert ("apk", [("any.apk", "base")]) == (
            open_package(tmp_path).kind,
            roles(open_package(tmp_path)),
        )

    def test_without_app(self, tmp_path: Path) -> None:
        """A folder without an app says so."""
        (tmp_path / "notes.txt").write_text("nothing")
        with pytest.raises(Unreadable) as caught:
            open_package(tmp_path)

        assert f"folder {tmp_path.name}: holds no Android package; expected a base APK and its splits" == str(
            caught.value
        )

    def test_two_apps(self, tmp_path: Path) -> None:
        """A folder with two apps is not one app."""
        (tmp_path / "a.apk").write_bytes(apk())
        (tmp_path / "b.apk").write_bytes(apk())
        with pytest.raises(Unreadable, match="holds 2 APKs that are not one app"):
            open_package(tmp_path)


def test_app_bundle(tmp_path: Path) -> None:
    """Each module of an AAB is shown as the APK that would be built from it."""
    content = {
        "BundleConfig.pb": b"config",
        "base/manifest/AndroidManifest.xml": b"base manifest",
        "base/dex/classes.dex": DEX,
        "base/assets/a": b"a",
        "base/root/kotlin/k": b"k",
        "base/resources.pb": b"r",
        "camera/manifest/AndroidManifest.xml": b"camera manifest",
        "camera/lib/x86/l.so": b"so",
        "META-INF/A.RSA": b"rsa",
    }
    package = opened(tmp_path, zip_bytes(content), "a.aab")
    base, camera = package.parts

    assert "aab" == package.kind
    assert [("base", "base"), ("camera", "module camera")] == roles(package)
    assert (
        "BundleConfig.pb",
        "AndroidManifest.xml",
        "classes.dex",
        "assets/a",
        "kotlin/k",
        "resources.pb",
        "META-INF/A.RSA",
    ) == base.members()
    assert b"camera manifest" == camera.read("AndroidManifest.xml")
    assert ("AndroidManifest.xml", "lib/x86/l.so") == camera.members()


class TestNotAPackage:
    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (b"", "app.apk: is empty (0 bytes); expected an Android package"),
            (b"hello", "app.apk: not a ZIP archive; expected an Android package"),
            (
                apk()[:-30],
                f"app.apk: {CUT_OFF}",
            ),
            (
                zip_bytes({"a.txt": b""}),
                "app.apk: a ZIP archive that holds no app; expected an Android package",
            ),
            (
                zip_bytes({"Payload/A.app/Info.plist": b""}),
                "app.apk: an iOS app, which auditor does not read; expected an Android package",
            ),
        ],
    )
    def test_sentence(self, tmp_path: Path, content: bytes, expected: str) -> None:
        """What is not a package is refused in one clear sentence."""
        assert expected == refusal(tmp_path, content)

    def test_sniff(self, tmp_path: Path) -> None:
        """A package is recognised by content, or by name so that its damage is told later."""
        files = {
            "a.bin": apk(),
            "b.apk": b"damaged",
            "c.zip": zip_bytes({"c.txt": b""}),
            "d.txt": b"",
        }
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)

        assert [True, True, False, False] == [is_package(tmp_path / n) for n in files]
        assert not is_package(tmp_path)


def test_too_many_parts(tmp_path: Path) -> None:
    """A set of too many APKs is refused before one of them is opened."""
    content = zip_bytes({"base.apk": b"", "config.sq.apk": b""})

    assert "a.zip: holds more than 1 APKs; refused" == refusal(tmp_path, content, "a.zip", Limits(parts=1))
