"""dossier.json: what goes in comes out, and what is no dossier is refused in a sentence."""

from pathlib import Path

import pytest

from auditor import dossier as files
from auditor.model import Artifact, Case, Claim, Dossier, Evidence, Fact, Gap, Rung

FULL = Dossier(
    artifacts=(
        Artifact("apk", "a.apk", "0" * 64, 12, about={"package": "al.example", "parts": [{"name": "a"}]}),
    ),
    evidence=(
        Evidence(Fact("data", "sms"), Rung.DECLARED, "manifest:x", date="2026-01-01", by="data/sms"),
        Evidence(Fact("data", "identifier", "advertising"), Claim.DISCLOSED, "policy:3"),
    ),
    gaps=(Gap(Rung.TRANSMITTED, "no recording", ("data",)),),
    case=Case(app={"name": "Ç"}, context=("party",), period={"from": "2022-04-09"}),
    tool={"auditor": "0"},
)


def test_a_dossier_survives_its_file(tmp_path: Path) -> None:
    files.save(FULL, tmp_path / "d.json")

    assert FULL == files.load(tmp_path / "d.json")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is no dossier-v1"),
        ("[]", "is no dossier-v1"),
        ('{"format": "other", "tool": {}, "case": {}, "artifacts": [], "evidence": []}', "format is 'other'"),
        (
            '{"format": "dossier-v1", "tool": {}, "case": {}, "artifacts": [], "evidence": [{"line": "x"}]}',
            "'x' is not evidence",
        ),
        (
            '{"format": "dossier-v1", "tool": {}, "case": {}, "artifacts": [], '
            '"evidence": [{"line": "gap declared: x"}]}',
            "is a gap; expected evidence",
        ),
        (
            '{"format": "dossier-v1", "tool": {}, "case": {}, "artifacts": [], "evidence": [], '
            '"gaps": ["declared data:sms @ m"]}',
            "is evidence; expected a gap",
        ),
        ("[" * 100_000, "is no dossier-v1"),
    ],
)
def test_what_is_no_dossier_is_refused_in_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "d.json"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(files.FileError) as error:
        files.load(path)

    assert said in str(error.value)
    assert str(error.value).startswith("d.json: ")
