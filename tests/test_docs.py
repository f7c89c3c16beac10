"""Commands and documents agree, because a test says so."""

import re
from pathlib import Path

import pytest
import typer.main
from click import Command, Group

from auditor.catalogue import FORMS
from auditor.cli import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FORMS_TEXT = (ROOT / "rules" / "README.md").read_text(encoding="utf-8")


def commands(group: Command, prefix: str = "") -> list[tuple[str, Command]]:
    """Every command with its full name."""
    if not isinstance(group, Group):
        return [(prefix.strip(), group)]
    return [pair for name, inner in group.commands.items() for pair in commands(inner, f"{prefix} {name}")]


@pytest.mark.parametrize(("name", "command"), commands(typer.main.get_command(app)), ids=lambda v: v if isinstance(v, str) else "")  # fmt: skip
def test_every_command_has_help_and_stands_in_the_readme(name: str, command: Command) -> None:
    assert command.help
    assert f"./run {name}" in README


@pytest.mark.parametrize("folder", FORMS)
def test_every_rule_key_is_documented(folder: str) -> None:
    """The keys a form knows are those its mistake names for an empty table."""
    _, shape = FORMS[folder]
    keys = re.findall(r"with ([\w, -]+), not", next(iter(shape([], ())))[1])[0].split(", ")
    start = FORMS_TEXT.index(f"## `{folder}/`")
    section = FORMS_TEXT[start : (FORMS_TEXT + "\n## ").index("\n## ", start + 1)]
    common = {"tests", "sources"}

    assert [] == [key for key in keys if key not in common and not re.search(rf"\b{key}:", section)]


def test_links_between_documents_lead_somewhere() -> None:
    for page in ROOT.glob("*.md"):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (ROOT / target).exists(), f"{page.name}: {target}"
