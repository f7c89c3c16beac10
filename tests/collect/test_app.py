"""One app from the box to evidence: parts, gaps, ghosts, and what the artifact says of itself."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from auditor import catalogue
from auditor.collect import Unreadable, collect
from auditor.collect.app import _perhaps_renamed
from auditor.collect.code import Names
from auditor.model import Dossier, Evidence, Gap, Rung
from auditor.notation import parse, show
from tests.builders import Element, apk, axml

SAMPLES = Path(__file__).parent.parent.parent / "samples"
RULES = catalogue.load()


def altered(path: Path, member: str, content: bytes) -> Path:
    """The diary with one member replaced."""
    old = zipfile.ZipFile(SAMPLES / "ditari" / "app.apk")
    with old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            new.writestr(name, content if name == member else old.read(name))
    return path


def read(path: Path) -> Dossier:
    return collect([path], RULES)


def test_which_parts_were_read_is_stated() -> None:
    about = read(SAMPLES / "aktivisti" / "splits").artifacts[0].about

    assert "base" == about["parts"][0]["role"]
    assert {"split config.sq", "split config.en"} <= {part["role"] for part in about["parts"]}


def test_an_app_bundle_is_read_in_part_and_says_so() -> None:
    dossier = read(SAMPLES / "aktivisti" / "app.aab")

    assert "partial" == dossier.artifacts[0].read
    assert any("resources.pb" in gap.why for gap in dossier.gaps)
    assert "declared data:sms @ manifest:uses-permission[9]" in {show(e) for e in dossier.evidence}


def test_keys_are_never_shown_whole(tmp_path: Path) -> None:
    from auditor import dossier as files

    dossier = read(SAMPLES / "aktivisti" / "app.apk")
    files.save(dossier, tmp_path / "dossier.json")
    kept = {i["name"]: i for i in dossier.artifacts[0].about["identity"]}

    assert kept["google_api_key"]["value"].startswith("...")
    assert 64 == len(kept["google_api_key"]["sha256"])
    assert "AIza" not in (tmp_path / "dossier.json").read_text(encoding="utf-8")


def test_labels_and_languages_of_the_app() -> None:
    about = read(SAMPLES / "aktivisti" / "app.apk").artifacts[0].about

    assert "Aktivisti (model)" == about["labels"][""]
    assert ["en"] == about["languages"]


def test_a_v4_signature_beside_the_file_is_seen(tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "ditari" / "app.apk", tmp_path / "app.apk")
    (tmp_path / "app.apk.idsig").write_bytes(b"x")
    signature = read(tmp_path / "app.apk").artifacts[0].about["signature"]["app.apk"]

    assert "v4" in signature["schemes"]
    assert "verified" == signature["verified"]["v2"] == signature["verified"]["v3"]


def test_a_changed_byte_breaks_the_signature_and_is_a_weakness(tmp_path: Path) -> None:
    data = bytearray((SAMPLES / "ditari" / "app.apk").read_bytes())
    place = data.index(b"resources.arsc") + 400
    data[place] ^= 1
    (tmp_path / "app.apk").write_bytes(data)

    facts = {e.fact.what for e in read(tmp_path / "app.apk").evidence}
    assert "signature-invalid" in facts


def test_a_signature_that_was_not_checked_is_a_gap(tmp_path: Path) -> None:
    """`clear` would say that it holds."""
    signed = {g.why for g in read(SAMPLES / "ditari" / "app.apk").gaps}
    unsigned = {g.why: g.concerns for g in read(packed(tmp_path / "a.apk", {})).gaps}
    why = "no signature of a.apk was checked (schemes present: none)"

    assert not [why for why in signed if "no signature" in why]
    assert ("weakness:signature-invalid",) == unsigned[why]


def test_a_damaged_dex_file_is_a_gap_and_the_rest_is_read(tmp_path: Path) -> None:
    dossier = read(altered(tmp_path / "a.apk", "classes.dex", b"not dex"))
    hidden = [g.why for g in dossier.gaps if g.level is Rung.REFERENCED]

    assert "declared data:camera @ manifest:uses-permission[2]" in {show(e) for e in dossier.evidence}
    assert [why for why in hidden if why.startswith("classes.dex could not be read")]


def test_a_manifest_that_is_no_xml_is_a_gap_and_the_code_is_still_read(tmp_path: Path) -> None:
    """Nothing is concluded from the silence of a manifest that was not read: no defaults, no ghosts."""
    dossier = read(altered(tmp_path / "a.apk", "AndroidManifest.xml", b"<manifest/>"))

    assert [g for g in dossier.gaps if g.level is Rung.DECLARED and "manifest of a.apk" in g.why]
    assert "sdk:firebase-core" in {f"{e.fact.kind}:{e.fact.what}" for e in dossier.evidence}
    assert not [e for e in dossier.evidence if e.fact.kind == "weakness" and e.where.startswith("manifest")]


def test_splits_of_two_apps_are_refused(tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "aktivisti" / "splits" / "base.apk", tmp_path / "base.apk")
    shutil.copy(SAMPLES / "ditari" / "app.apk", tmp_path / "split_config.en.apk")

    with pytest.raises(Unreadable, match="belongs to another app"):
        read(tmp_path)


def packed(path: Path, attributes: dict[str, str], extra: dict[str, bytes] | None = None) -> Path:
    """An unsigned APK whose manifest only has these attributes."""
    root = Element("manifest", {"package": "al.example.app", **attributes})
    path.write_bytes(apk(extra, manifest=axml(root)))
    return path


def test_a_split_on_its_own_says_that_the_base_is_missing(tmp_path: Path) -> None:
    gaps = read(packed(tmp_path / "a.apk", {"split": "config.sq"})).gaps

    hidden = {g.level for g in gaps if g.why == "a.apk is a split, and the base of the app was not given"}
    assert {Rung.DECLARED, Rung.REFERENCED} == hidden
    assert not [g for g in read(packed(tmp_path / "b.apk", {})).gaps if "is a split" in g.why]


def test_a_version_file_that_cannot_be_read_stops_nothing(tmp_path: Path) -> None:
    extra = {
        "META-INF/good.version": b"1.2.3\n",
        "META-INF/bad.version": b"1.2.4-not-what-the-checksum-says\n",
    }
    path = packed(tmp_path / "a.apk", {}, extra)
    data = path.read_bytes()
    member = zipfile.ZipFile(path).getinfo("META-INF/bad.version")
    start = member.header_offset + 30 + len(member.filename)
    path.write_bytes(data[:start] + b"\xff" * member.compress_size + data[start + member.compress_size :])

    assert {"good": "1.2.3"} == read(path).artifacts[0].about["versions"]


def test_the_part_is_named_where_a_file_lies(tmp_path: Path) -> None:
    shutil.copy(packed(tmp_path / "x", {}), tmp_path / "base.apk")
    packed(
        tmp_path / "split_config.arm64_v8a.apk", {"split": "a"}, {"lib/arm64-v8a/libagora-rtc-sdk.so": b"x"}
    )
    places = {e.where for e in read(tmp_path).evidence if e.where.startswith("zip:")}

    assert {"zip:split_config.arm64_v8a.apk/lib/arm64-v8a/libagora-rtc-sdk.so"} == places


@pytest.mark.parametrize("seed", ["1", "2"])
def test_what_was_not_read_is_named_in_the_order_of_the_case(tmp_path: Path, seed: str) -> None:
    """Sets have another order in every process; a dossier may not."""
    packed(tmp_path / "a.apk", {})
    for part in ("label", "claims", "policy"):
        (tmp_path / part).write_text("x")
    (tmp_path / "case.yml").write_text(
        "files: {package: a.apk, label: label, claims: claims, policy: policy}"
    )
    code = (
        "import sys, pathlib; from auditor import catalogue; from auditor.collect import collect\n"
        "for gap in collect([pathlib.Path(sys.argv[1])], catalogue.load()).gaps: print(gap.why)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True,
                          env={**os.environ, "PYTHONHASHSEED": seed})  # fmt: skip

    named = [line.split()[0] for line in done.stdout.splitlines() if "was given, but" in line]
    assert ["policy", "label", "claims"] == list(dict.fromkeys(named))


def evidence(*lines: str) -> list[Evidence]:
    return [item for item in map(parse, lines) if isinstance(item, Evidence)]


SHORT = Names(classes={f"a.b.{c}": "x" for c in "abcdefgh"})


@pytest.mark.parametrize(
    ("lines", "names", "hidden"),
    [
        (["declared sdk:adjust @ manifest:meta-data[x]"], SHORT, ["sdk:adjust"]),
        (["declared sdk:adjust @ zip:adjust.properties"], SHORT, ["sdk:adjust"]),
        (["declared sdk:adjust @ manifest:meta-data[x]"], Names(classes={"al.example.Main": "x"}), []),
        (["declared sdk:adjust @ manifest:receiver[com.adjust.sdk.R]"], SHORT, []),
        (["declared sdk:adjust @ zip:a", "referenced sdk:adjust @ dex:a"], SHORT, []),
    ],
)
def test_a_ghost_needs_a_component_when_names_are_shortened(
    lines: list[str], names: Names, hidden: list[str]
) -> None:
    """R8 renames classes, but not those the manifest calls: only a component proves a ghost then."""
    found: list[Gap] = list(_perhaps_renamed(evidence(*lines), names))

    assert hidden == [concern for gap in found for concern in gap.concerns]
