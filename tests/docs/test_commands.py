"""The generated pages are current, whole, and their examples are commands that exist."""

from __future__ import annotations

import ast
import shlex
from pathlib import Path

import pytest

from docs import generate
from mscli import errors
from mscli.cli.group import COMMANDS
from tests.docs.command_lines import mscli_commands, parse

ROOT = Path(__file__).parents[2]
ALL = [command for name in COMMANDS for command in generate.commands(name)]


@pytest.mark.parametrize("name", generate.pages())
def test_a_generated_page_is_current(name: str, request: pytest.FixtureRequest) -> None:
    path = generate.FOLDER / name
    text = generate.pages()[name]
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    assert path.read_text() == text, "write it with: python -m docs.generate"


def test_there_is_a_page_for_each_command_and_none_besides() -> None:
    pages = {path.stem for path in (generate.FOLDER / "commands").glob("*.md")} - {"README"}
    assert pages == set(COMMANDS)


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_every_argument_and_option_is_explained_on_its_page(command: generate.Command) -> None:
    page = (generate.FOLDER / "commands" / f"{command.words[0]}.md").read_text()
    parameters = [p for p in generate.parser(*command.words).params if p.name != "help"]
    for parameter in parameters:
        assert parameter.help, f"{command.name}: {parameter.name} has no help"
        for name in parameter.opts if parameter.param_type_name == "option" else ():
            assert f"`{name}" in page or f", {name}" in page


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.name)
def test_every_command_has_an_example_that_parses(command: generate.Command) -> None:
    assert command.example.startswith(command.name), "its help lacks `Example: mscli ...`"
    (arguments,) = mscli_commands(command.example)
    parse(arguments)


@pytest.mark.parametrize(
    "line",
    [
        "mscli up --detached",
        "mscli new service orders --database mysql",
        "mscli new events checkout",
        "mscli db shell",
        "mscli logs --tail",
    ],
)
def test_a_wrong_command_line_is_noticed(line: str) -> None:
    with pytest.raises(
        Exception, match=r"No such option|is not one of|no command|[Mm]issing|requires"
    ):
        parse(shlex.split(line)[1:])


def test_help_and_table_name_the_same_commands_in_the_same_order() -> None:
    assert generate.parser().list_commands(None) == list(COMMANDS)


def test_every_exit_code_is_in_its_table() -> None:
    page = (generate.FOLDER / "exit-codes.md").read_text()
    for kind in generate.error_classes():
        assert f"| {kind.exit_code} | `{kind.__name__}` |" in page


def test_no_two_errors_share_an_exit_code_and_all_are_drawn_in_the_tree() -> None:
    kinds = generate.error_classes()
    assert len({kind.exit_code for kind in kinds}) == len(kinds)
    tree = ast.get_docstring(ast.parse(Path(errors.__file__).read_text())) or ""
    for kind in kinds:
        assert f"{kind.__name__} " in tree
        assert f" {kind.exit_code} " in tree
