"""What the written pages tell people to type exists, and what they link to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mscli import systemfile
from tests.docs.command_lines import mscli_commands, parse, shell_lines, simple_commands

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], key=lambda page: page.as_posix()
)
LINES = [(page, line) for page in PAGES for line in shell_lines(page.read_text())]
OTHERS = frozenset(
    [
        ".",
        "bash",
        "cd",
        "cp",
        "curl",
        "docker",
        "env",
        "git",
        "grep",
        "helm",
        "kill",
        "kubectl",
        "lint-imports",
        "mkdir",
        "mypy",
        "pip",
        "pre-commit",
        "pytest",
        "python",
        "python3",
        "rm",
        "ruff",
        "sh",
        "sleep",
        "wait",
    ]
)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize(("page", "line"), LINES, ids=lambda value: str(value)[-60:])
def test_a_command_line_is_one_that_exists(page: Path, line: str) -> None:
    command = line.partition(" # ")[0]
    for words in simple_commands(command):
        program = words[0].removeprefix(".venv/bin/")
        assert program == "mscli" or program in OTHERS, f"{_name(page)}: {line}"
    for arguments in mscli_commands(command):
        parse(arguments)


def test_the_tutorial_shows_every_verb_that_works_on_a_running_system() -> None:
    tutorial = (ROOT / "docs" / "tutorial.md").read_text()
    lines = shell_lines(tutorial)
    used = {arguments[0] for line in lines for arguments in mscli_commands(line)}
    assert used >= {"new", "check", "up", "ps", "logs", "stop", "start", "scale", "watch", "db"}
    assert used >= {"exec", "down", "doctor", "config"}


def test_the_system_file_of_the_tutorial_is_sound() -> None:
    tutorial = (ROOT / "docs" / "tutorial.md").read_text()
    whole, change = re.findall(r"^```yaml\n(.*?)^```$", tutorial, re.MULTILINE | re.DOTALL)
    assert systemfile.read_text(whole).system.services["orders"].calls["payments"]
    changed = systemfile.read_text(whole.replace("    calls: [payments]\n", change)).system
    assert changed.services["orders"].calls["payments"].breaker.reset_timeout == 5


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_to_files_that_are_there(page: Path) -> None:
    for link in _LINK.findall(page.read_text()):
        if not link.startswith(("http://", "https://")):
            assert (page.parent / link).exists(), f"{_name(page)}: {link}"


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_a_page_names_no_machine(page: Path) -> None:
    assert not re.search(r"/work/|/root\b|/opt/|/tmp/docs", page.read_text())
