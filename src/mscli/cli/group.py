"""The root of the command line: knows every command's name and help, and loads what is called."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from mscli.errors import UsageError

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("demo", "Make a demo system, run it, break it, and take it down."),
    "new": ("new", "Make a system, a service, a route, a call, a saga or a pipeline."),
    "rm": ("rm", "Remove a service, a route, a call or a saga."),
    "update": ("update", "Bring generated code up to this version, merging your changes."),
    "check": ("model", "Check mscli.yaml and say what is wrong, and where."),
    "up": ("up", "Bring the system up on real engines."),
    "ps": ("ps", "Show every process: state, readiness, restarts, memory."),
    "ls": ("systems", "List the systems that are up on this machine."),
    "logs": ("logs", "Show logs, merged by time across services and engines."),
    "open": ("browse", "Open the gateway, a route, a service or an engine's page in the browser."),
    "stop": ("operate", "Stop services and leave the rest running."),
    "start": ("operate", "Start services that were stopped."),
    "restart": ("operate", "Stop and start services."),
    "scale": ("operate", "Change how many replicas of a service run."),
    "wait": ("operate", "Wait until services are ready."),
    "watch": ("watch", "Restart a service when one of its files changes."),
    "exec": ("execute", "Run a command in a service's folder and environment."),
    "saga": ("saga", "See sagas run, and retry what is stuck."),
    "drill": ("drill", "Break a running system on purpose, and judge what is true then."),
    "events": ("events", "List events that could not be handled, and publish them again."),
    "db": ("db", "Open, migrate or reset a service's database."),
    "down": ("down", "Take the system down, and prove that nothing is left."),
    "config": ("model", "Print the model with every short form and default spelt out."),
    "graph": ("model", "Draw the system as a Mermaid flowchart."),
    "schema": ("model", "Print the JSON Schema of mscli.yaml."),
    "render": ("render", "Write the files that a runtime runs."),
    "migrate": ("migrate", "Take a Python monolith apart, one service at a time."),
    "doctor": ("doctor", "Check what this machine has and lacks, with a remedy each."),
}

ELSEWHERE = {
    "add": "new service NAME",
    "build": "render compose",
    "delete": "rm",
    "destroy": "down -v",
    "generate": "new",
    "help": "--help",
    "init": "new system NAME",
    "list": "ls",
    "remove": "rm",
    "run": "up",
    "shell": "exec SERVICE bash",
    "status": "ps",
    "test": "exec SERVICE uv run pytest",
    "top": "ps",
    "upgrade": "update",
    "validate": "check",
}
"""What other tools call what is here, too."""

HELP = {"help_option_names": ["-h", "--help"]}
COMPLETION = "_MSCLI_COMPLETE"
"""What the shell sets when it asks for words."""


class LazyGroup(TyperGroup):
    """A group that imports a command's module when the command is called, and never for help."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002
        """The commands' names, in the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002
        """The command of that name, its module imported now; None for an unknown one."""
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in self.commands:
            self.commands[cmd_name] = command_of(cmd_name)
        return self.commands[cmd_name]

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002
        """The list of commands out of the table above: help must not load anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401
        """As Typer, but its suggestions come from all commands, loaded or not."""
        if args and args[0] in ELSEWHERE:
            raise UsageError(f"no command '{args[0]}'", f"here it is: mscli {ELSEWHERE[args[0]]}")
        loaded = self.commands
        self.commands = {**dict.fromkeys(COMMANDS), **loaded}  # type: ignore[dict-item]
        try:
            if args and args[0] in COMMANDS:
                self.commands = loaded
            return super().resolve_command(ctx, args)
        finally:
            self.commands = loaded


def called(arguments: list[str]) -> tuple[Callable[..., Any], str, list[str]]:
    """What to call, by which name, and with which arguments.

    A command that is named first is called without the root, which takes a tenth of the time of
    `ps`. The shell's completion asks the root.
    """
    if arguments and arguments[0] in COMMANDS and COMPLETION not in os.environ:
        return command_of(arguments[0]), f"mscli {arguments[0]}", arguments[1:]
    return root(), "mscli", arguments


def command_of(name: str) -> Any:  # noqa: ANN401
    """The command `name`: its module's whole `app` if that is named so, else one of it."""
    module = importlib.import_module(f"mscli.cli.{COMMANDS[name][0]}")
    app: typer.Typer = module.app
    command = typer.main.get_command(app)
    command = getattr(command, "commands", {}).get(name, command)
    command.name = name
    command.context_settings = {**command.context_settings, **HELP}
    return command


def root() -> Callable[..., Any]:
    """The whole command line."""
    app = typer.Typer(
        cls=LazyGroup,
        name="mscli",
        help=(
            "Build a system of microservices, run it on real engines, break it, take it down. "
            "Start with: mscli new system shop"
        ),
        rich_markup_mode=None,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings=HELP,
    )

    @app.callback()
    def options(
        version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    ) -> None:
        if version:
            from mscli.cli import _show_version

            _show_version()

    return typer.main.get_command(app)
