"""The pages that are made from the program itself: a page a command, exit codes, the system file.

Run `python -m docs.generate` in the repository's root to write them. `tests/docs` compares.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mscli import cli, errors
from mscli.cli.group import COMMANDS, root
from mscli.systemfile import reference

FOLDER = Path(__file__).parent
MADE = "<!-- Made by docs/generate.py; do not edit. -->"
EXAMPLE = "Example: "


@dataclass(frozen=True, slots=True)
class Command:
    """One command as its help shows it. `arguments` and `options` are pairs of name and help."""

    words: tuple[str, ...]
    usage: str
    paragraphs: tuple[str, ...]
    example: str
    arguments: tuple[tuple[str, str], ...]
    options: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """What one types, such as `mscli new service`."""
        return " ".join(("mscli", *self.words))


def commands(name: str) -> tuple[Command, ...]:
    """The command `name` of the root; for a group, every command in it."""
    return tuple(_leaves((name,), parser(name)))


def parser(*words: str) -> Any:  # noqa: ANN401 - Typer's own copy of Click is private
    """Typer's object for the command of these words."""
    found: Any = root()
    for word in words:
        found = found.get_command(None, word)
        if found is None:
            raise LookupError(f"there is no command mscli {' '.join(words)}")
    return found


def _leaves(words: tuple[str, ...], command: Any) -> Iterator[Command]:  # noqa: ANN401
    if hasattr(command, "commands"):
        for word, inner in command.commands.items():
            yield from _leaves((*words, word), inner)
    else:
        yield _command(words, command)


def _command(words: tuple[str, ...], command: Any) -> Command:  # noqa: ANN401
    name = " ".join(("mscli", *words))
    context = command.make_context(name, [], resilient_parsing=True)
    texts = [" ".join(text.split()) for text in inspect.cleandoc(command.help or "").split("\n\n")]
    examples = [text.removeprefix(EXAMPLE) for text in texts if text.startswith(EXAMPLE)]
    records = [
        (parameter.param_type_name, parameter.get_help_record(context))
        for parameter in command.params
    ]
    return Command(
        words=words,
        usage=f"{name} {' '.join(command.collect_usage_pieces(context))}".strip(),
        paragraphs=tuple(text for text in texts if not text.startswith(EXAMPLE)),
        example=examples[0] if examples else "",
        arguments=tuple(record for kind, record in records if kind == "argument" and record),
        options=tuple(record for kind, record in records if kind == "option" and record),
    )


def command_page(name: str) -> str:
    """The page of one command of the root."""
    found = commands(name)
    if len(found) == 1 and found[0].words == (name,):
        return "\n".join([MADE, *_section(found[0], "#"), *_FOOT])
    lines = [MADE, f"# `mscli {name}`", "", COMMANDS[name][1], ""]
    for command in found:
        lines += _section(command, "##")
    return "\n".join([*lines, *_FOOT])


_FOOT = ("All commands: [index](README.md). All [exit codes](../exit-codes.md).", "")


def _section(command: Command, mark: str) -> Iterator[str]:
    yield from (f"{mark} `{command.name}`", "")
    for paragraph in command.paragraphs:
        yield from (paragraph, "")
    yield from ("```text", command.usage, "```", "", "For example:", "")
    yield from ("```sh", command.example, "```", "")
    for title, rows in (("Argument", command.arguments), ("Option", command.options)):
        if rows:
            yield from (f"| {title} | |", "| --- | --- |")
            for name, text in rows:
                yield f"| `{_cell(name)}` | {_cell(text)} |"
            yield ""


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def command_index() -> str:
    """The page that lists all commands."""
    lines = [MADE, "# The commands", "", "In the order in which one needs them:", ""]
    lines += [f"- [`mscli {name}`]({name}.md): {text}" for name, (_, text) in COMMANDS.items()]
    return "\n".join(
        [
            *lines,
            "",
            "Standard output is the product, standard error is talk: with `--json`, standard",
            "output is JSON and nothing else. `NO_COLOR`, pipes and dumb terminals are respected.",
            "Without a terminal nothing is ever asked. `mscli --install-completion` teaches bash,",
            "zsh and fish the commands, and the names of your services and routes.",
            "",
            "[Exit codes](../exit-codes.md) are the same for every command.",
            "",
        ]
    )


_WHEN: Mapping[int, str] = {
    0: "It worked.",
    1: "The command failed, for a reason that no other code tells.",
    2: "The command line asks for something that cannot be.",
    3: "`mscli.yaml` is wrong: one line on standard error for each fault; nothing was started.",
    4: "A needed program is not installed. The hint is the command that installs it.",
    5: "The runtime failed: a port is taken, the supervisor does not answer, uv fails.",
    6: "Something was started and did not become ready. What did is left running.",
    7: "`mscli down` is done, and a process, port or socket of the system is still there.",
    cli.BUG: "A bug of ours. The traceback is in a file whose path is shown: report it.",
    cli.INTERRUPTED: "Ctrl-C.",
    cli.PIPE_CLOSED: "Whoever read the output went away, as `head` does.",
}


def exit_codes() -> Mapping[int, tuple[str, str]]:
    """Every exit code: the error class, if it has one, and when it is used."""
    names = {kind.exit_code: kind.__name__ for kind in error_classes()}
    codes = sorted({0, cli.BUG, cli.INTERRUPTED, cli.PIPE_CLOSED, *names})
    return {code: (names.get(code, ""), _WHEN[code]) for code in codes}


def error_classes() -> list[type[errors.MscliError]]:
    """Every class of error that a user can cause."""
    found = [errors.MscliError]
    for kind in found:
        found += kind.__subclasses__()
    return [kind for kind in found if kind.__module__ == errors.__name__]


def exit_code_page() -> str:
    """The page of exit codes."""
    lines = [MADE, "# Exit codes", "", "One table for every command.", ""]
    lines += ["| Code | Error | When |", "| --- | --- | --- |"]
    for code, (name, sentence) in exit_codes().items():
        lines.append(f"| {code} | {f'`{name}`' if name else ''} | {sentence} |")
    return "\n".join(
        [
            *lines,
            "",
            "Two commands hand on what they ran: `mscli exec` and `mscli db shell` end with the",
            "exit code of the program. `mscli doctor` ends with 4 when something needed is",
            "missing, `mscli ps` with 0 also when something is down; `mscli wait` is the command",
            "that fails. `mscli migrate verify`, `compare` and `backfill` end with 1 where both",
            "sides differ. An error is one sentence on standard error, with a hint where there is",
            "something to do.",
            "",
        ]
    )


def pages() -> dict[str, str]:
    """Every generated page by its path in `docs/`."""
    made = {f"commands/{name}.md": command_page(name) for name in COMMANDS}
    made["commands/README.md"] = command_index()
    made["exit-codes.md"] = exit_code_page()
    made["system-file.md"] = reference.reference()
    return made


def main() -> int:
    """Write the pages, and remove those of commands that are gone."""
    made = pages()
    (FOLDER / "commands").mkdir(exist_ok=True)
    for path in (FOLDER / "commands").glob("*.md"):
        if f"commands/{path.name}" not in made:
            path.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
