"""The cache saves time and changes nothing."""

from pathlib import Path

import pytest

from auditor import cache, catalogue


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path


def test_only_the_newest_of_a_name_is_kept(home: Path) -> None:
    cache.write("rules", "old", b"1")
    cache.write("rules", "new", b"2")

    assert b"2" == cache.read("rules", "new")
    assert ["new"] == [p.name for p in (home / "auditor" / "rules").iterdir()]


def test_rules_from_the_cache_are_the_rules_of_the_files(home: Path) -> None:
    fresh = catalogue.load()
    kept = catalogue.load()

    assert list((home / "auditor" / "rules").iterdir())
    assert (fresh.checks, fresh.vendors, fresh.raw) == (kept.checks, kept.vendors, kept.raw)


def test_a_folder_others_may_write_to_is_not_used(home: Path) -> None:
    """Compiled templates are code."""
    cache.write("templates", "key", b"1")
    (home / "auditor" / "templates").chmod(0o777)

    assert cache.folder("templates") is None
    assert cache.read("templates", "key") is None


def test_without_any_home_nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr(Path, "home", nowhere)

    assert cache.folder("rules") is None


@pytest.mark.usefixtures("home")
def test_what_another_process_has_just_removed_is_not_there() -> None:
    cache.write("rules", "key", b"1")

    assert cache.read("rules", "other") is None


def test_without_a_usable_home_everything_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    cache.write("rules", "key", b"1")

    assert cache.read("rules", "key") is None
    assert catalogue.load().checks
