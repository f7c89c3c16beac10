"""Phases and where they are marked."""

import json
from pathlib import Path

import pytest

from auditor.record import marks


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("before consent", "before consent"),
        ("Before_Consent", "before consent"),
        ("after-refusal/", "after refusal"),
        ("pas%20p%C3%ABlqimit", "pas pëlqimit"),
        ("  step 2 ", "step 2"),
    ],
)
def test_phases(said: str, meant: str) -> None:
    assert meant == marks.phase(said)


@pytest.mark.parametrize("said", ["", "/", "<b>", "a" * 61, "a\nb:c", "../x", "a?b"])
def test_what_is_no_phase(said: str) -> None:
    with pytest.raises(marks.StrangePhase, match="is no phase; expected words such as"):
        marks.phase(said)


def test_the_sidecar_tells_whole_new_lines_only(tmp_path: Path) -> None:
    marks.note(tmp_path, "before consent")
    sidecar = marks.Sidecar(tmp_path)
    assert [] == sidecar.news()
    at = marks.note(tmp_path, "after consent")
    file = tmp_path / marks.SIDECAR
    with file.open("a", encoding="utf-8") as more:
        more.write('not JSON\n{"at": "x"}\n{"at": 5, "phase": "logged')

    assert [(at, "after consent")] == sidecar.news()
    with file.open("a", encoding="utf-8") as more:
        more.write(' in"}\n')
    assert [(5.0, "logged in")] == sidecar.news()
    assert [] == sidecar.news()
    assert "before consent" == json.loads(file.read_text(encoding="utf-8").splitlines()[0])["phase"]


def test_the_recorders_own_marks_stand_in_the_sidecar_and_are_no_news(tmp_path: Path) -> None:
    sidecar = marks.Sidecar(tmp_path)
    marks.note(tmp_path, "before consent", by="address")
    at = marks.note(tmp_path, "after consent")

    assert [(at, "after consent")] == sidecar.news()
    assert 2 == len((tmp_path / marks.SIDECAR).read_text(encoding="utf-8").splitlines())


def test_the_page_escapes_and_links() -> None:
    page = marks.page("<a>").decode()

    assert "Marked: &lt;a&gt;" in page
    assert all(f'href="/{name.replace(" ", "-")}"' in page for name in marks.USUAL)
