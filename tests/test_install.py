"""The wheel alone is enough: rules and templates travel inside it."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--disable-pip-version-check",
        "-w",
        folder,
        ROOT,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and "No matching distribution" in done.stderr:
        pytest.skip("the build back end cannot be installed here")
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


def test_every_rule_and_template_is_inside(wheel: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    rules = {f"auditor/rules/{p.relative_to(ROOT / 'rules')}" for p in (ROOT / "rules").rglob("*.yml")}
    templates = {
        f"auditor/templates/{p.relative_to(ROOT / 'reports/templates')}"
        for p in (ROOT / "reports/templates").rglob("*.html")
    }

    assert rules | templates <= inside
    assert not [name for name in inside if name.startswith(("samples", "tests"))]


def test_the_installed_command_audits_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    """A fresh environment with the wheel unpacked by pip; the libraries come from this environment."""
    venv.create(tmp_path / "env", with_pip=True)
    python = tmp_path / "env" / "bin" / "python"
    libraries = [p for p in sys.path if p.endswith("site-packages")]
    install = [
        python,
        "-m",
        "pip",
        "install",
        "-q",
        "--no-deps",
        "--no-index",
        "--disable-pip-version-check",
        wheel,
    ]
    subprocess.run(install, check=True, capture_output=True)
    command = [
        tmp_path / "env" / "bin" / "auditor",
        "audit",
        ROOT / "samples" / "ditari",
        "--out",
        tmp_path / "out",
    ]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(libraries)},
    )  # fmt: skip

    assert done.returncode in (0, 10, 11), done.stderr
    assert (tmp_path / "out" / "report.html").stat().st_size > 10_000
    where = "import auditor.catalogue as c; print(c.shipped('rules'))"
    shown = subprocess.run([python, "-c", where], cwd=tmp_path, capture_output=True, text=True, check=True,
                           env={**os.environ, "PYTHONPATH": os.pathsep.join(libraries)})  # fmt: skip
    assert str(tmp_path / "env") in shown.stdout
