"""The commands as a user calls them: output, files, exit codes, one sentence per error."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from auditor.cli import app

SAMPLES = Path(__file__).parent.parent / "samples"

DAY = ["--date", "2026-11-21"]


def run(*arguments: object) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    result = CliRunner().invoke(app, [str(a) for a in arguments])
    return result.exit_code, result.stdout, result.stderr


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out")
    code, *_ = run("audit", SAMPLES / "aktivisti", "--out", out, "--lang", "sq", *DAY)
    assert code == 11
    return out


def test_an_audit_leaves_three_files(audited: Path) -> None:
    assert ["dossier.json", "report.html", "report.json"] == sorted(p.name for p in audited.iterdir())
    assert 'lang="sq"' in (audited / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["dossier", "report"])
def test_the_files_follow_their_published_schema(audited: Path, name: str) -> None:
    code, schema, _ = run("schema", name)

    assert 0 == code
    jsonschema.validate(json.loads((audited / f"{name}.json").read_bytes()), json.loads(schema))


def test_the_steps_one_by_one_give_what_the_audit_gave(audited: Path, tmp_path: Path) -> None:
    dossier, report = tmp_path / "dossier.json", tmp_path / "report.json"
    run("collect", SAMPLES / "aktivisti", "--into", dossier)
    run("judge", dossier, "--into", report, *DAY)
    run("render", report, "--lang", "sq")

    for name in ("dossier.json", "report.json", "report.html"):
        assert (audited / name).read_bytes() == (tmp_path / name).read_bytes()


def test_show_prints_the_evidence_lines(audited: Path) -> None:
    code, printed, _ = run("show", audited / "dossier.json")
    expected = (SAMPLES / "aktivisti" / "expected.txt").read_text(encoding="utf-8")

    lines = printed.splitlines(keepends=True)
    told = "".join(line for line in lines if not line.startswith("# write "))

    assert 0 == code
    assert expected == told
    assert any(line.startswith("# write users/<id> points increment 5 ") for line in lines)


def test_show_prints_only_the_facts_asked_for(audited: Path) -> None:
    code, printed, _ = run("show", audited / "dossier.json", "--fact", "practice:points")

    assert (0, True) == (code, bool(printed))
    assert [] == [line for line in printed.splitlines() if " practice:points-per-action" not in line]


def test_a_dossier_from_elsewhere_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    line = "declared data:sms @ manifest:\x1b]0;owned\x07"
    dossier = {"format": "dossier-v1", "tool": {}, "case": {}, "artifacts": [], "evidence": [{"line": line}]}
    (tmp_path / "d.json").write_text(json.dumps(dossier), encoding="utf-8")

    code, printed, _ = run("show", tmp_path / "d.json")

    assert (0, "declared data:sms @ manifest:\\x1b]0;owned\\x07\n") == (code, printed)


def test_no_absolute_path_and_no_user_name_leaves_with_the_files(audited: Path) -> None:
    for path in audited.iterdir():
        text = path.read_text(encoding="utf-8")
        assert str(SAMPLES.parent) not in text
        assert str(Path.home()) + "/" not in text


def test_default_output_is_beside_the_case(tmp_path: Path) -> None:
    (tmp_path / "a.apk").write_bytes((SAMPLES / "ditari" / "app.apk").read_bytes())
    run("audit", tmp_path / "a.apk", "--quiet", *DAY)

    assert (tmp_path / "out" / "report.html").is_file()


def test_quiet_prints_nothing(tmp_path: Path) -> None:
    _, printed, errors = run("audit", SAMPLES / "ditari", "--out", tmp_path, "--quiet", *DAY)

    assert ("", "") == (printed, errors)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["audit", "nowhere.apk"], 3, "nowhere.apk: is not there"),
        (["audit", SAMPLES / "README.md"], 3, "README.md: holds no Android package"),
        (["audit", SAMPLES / "ditari", SAMPLES / "aktivisti"], 3, "are 2 packages; expected one app"),
        (["audit", SAMPLES / "ditari", "--lang", "fr"], 2, "'fr' is no report language"),
        (["audit", SAMPLES / "ditari", "--date", "today"], 2, "'today' is no date"),
        (["audit"], 2, "Missing argument"),
        (["judge", SAMPLES / "README.md"], 1, "README.md: is no dossier-v1"),
        (["render", "nowhere.json"], 1, "nowhere.json: cannot be read"),
        (["schema", "dreams"], 2, "'dreams' has no schema"),
        (["rules", "explain", "nothing-like-it"], 2, "no rule is called"),
    ],
)  # fmt: skip
def test_an_error_is_one_sentence_and_a_named_exit_code(
    arguments: list[object], code: int, said: str
) -> None:
    got, _, errors = run(*arguments)

    assert code == got
    assert said in errors
    assert "Traceback" not in errors


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    code, _, errors = run("audit", SAMPLES / "ditari", "--out", tmp_path / "file" / "out")

    assert 1 == code
    assert 1 == len(errors.strip().splitlines())


@pytest.mark.parametrize("lang", ["en", "sq"])
def test_explain_prints_reasoning_provisions_and_tests(lang: str) -> None:
    code, printed, _ = run("rules", "explain", "PERM-03", "--lang", lang)
    mark = {"en": "article number unverified", "sq": "numër neni i paverifikuar"}[lang]
    _, marked, _ = run("rules", "explain", "POLI-02", "--lang", lang)

    assert 0 == code
    assert "message-access" in printed
    assert "124/2024" in printed
    assert mark in marked


def test_rules_are_clean_and_listed() -> None:
    assert 0 == run("rules", "lint")[0]
    assert "vendors/firebase-firestore" in run("rules", "list")[1]


HEAVY = (
    "mitmproxy",
    "frida",
    "numpy",
    "scipy",
    "re2",
    "androguard",
    "yaml",
    "jinja2",
    "msgspec",
    "cryptography",
)


def loaded(*arguments: object) -> set[str]:
    """Heavy modules a command really imports, in a process of its own."""
    program = (
        "import sys; sys.argv = ['auditor', *sys.argv[1:]]\n"
        "from auditor.cli import app\n"
        "try: app()\n"
        "except SystemExit: pass\n"
        f"sys.stderr.write('LOADED ' + ' '.join(m for m in {HEAVY!r} if m in sys.modules))"
    )
    command = [sys.executable, "-c", program, *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"}
    )
    return set(done.stderr.rpartition("LOADED ")[2].split())


def test_help_imports_nothing_heavy() -> None:
    assert set() == loaded("--help")


def test_an_audit_never_imports_the_recorders_libraries(tmp_path: Path) -> None:
    found = loaded("audit", SAMPLES / "ditari", "--out", tmp_path, "--quiet")

    assert not found & {"mitmproxy", "frida", "scipy", "androguard"}
    assert {"jinja2", "msgspec"} <= found


def test_reading_the_manifest_alone_imports_no_arrays(tmp_path: Path) -> None:
    sample, into = SAMPLES / "ditari" / "app.apk", tmp_path / "d.json"
    found = loaded("collect", sample, "--depth", "manifest", "--into", into, "--quiet")

    assert not found & {"numpy", "scipy", "re2", "androguard"}
    assert "the code was not read" in into.read_text(encoding="utf-8")


def test_a_depth_nobody_knows_is_refused(tmp_path: Path) -> None:
    code, _, complaint = run("collect", SAMPLES / "ditari", "--depth", "sea", "--into", tmp_path / "d.json")

    assert 2 == code
    assert "manifest, classes, code" in complaint


def test_a_recording_that_breaks_off_is_told_in_one_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "broken.har"
    broken.write_text('{"log": {"version": "1.2", "entries": [{"request": {"method": "GE', encoding="utf-8")

    code, _, said = run("collect", broken, "--into", tmp_path / "dossier.json")

    assert 0 == code
    assert "auditor: broken.har: read in part: the file breaks after 0 entries" in said
    assert 1 == len(said.strip().splitlines())
