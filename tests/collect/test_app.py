"""One app from the box to evidence: parts, gaps, ghosts, and what the artifact says of itself."""

import shutil
import zipfile
from pathlib import Path

import pytest

from auditor import catalogue
from auditor.collect import Unreadable, collect
from auditor.collect.app import _perhaps_renamed
from auditor.collect.code import Names
from auditor.model import Dossier, Evidence, Gap, Rung
from auditor.notation import parse, show

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
