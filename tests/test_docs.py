"""Commands and documents agree, because a test says so."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer.main

from auditor.catalogue import FORMS
from auditor.cli import app

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
FORMS_TEXT = (ROOT / "rules" / "README.md").read_text(encoding="utf-8")


def commands(group: Any, prefix: str = "") -> list[tuple[str, Any]]:
    """Every command with its full name."""
    if not hasattr(group, "commands"):
        return [(prefix.strip(), group)]
    return [pair for name, inner in group.commands.items() for pair in commands(inner, f"{prefix} {name}")]


COMMANDS = commands(typer.main.get_command(app))


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_has_help_and_stands_in_the_readme(name: str, command: Any) -> None:
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
