"""What a symbolic value is for the container that reads it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mscli.model.stack import (
    Address,
    Code,
    Config,
    Image,
    Listen,
    Mounted,
    Part,
    Replicas,
    SecretFile,
    SecretText,
    Stack,
    Stored,
    Value,
    Workload,
)
from mscli.model.values import chosen, filled, written
from mscli.text import render

SECRETS = "/run/secrets"
"""Where a container finds its secrets, and configuration that holds one."""


class Resolver:
    """The Stack's values, as containers see them; the platform says where they find each other.

    `locate` is for addresses and `servers` for the base URLs of a workload's replicas.
    """

    def __init__(
        self,
        stack: Stack,
        overrides: Path | None,
        locate: Callable[[Stack, Address], str],
        servers: Callable[[Stack, Replicas], list[str]],
    ) -> None:
        self.stack = stack
        self.overrides = overrides
        self._locate = locate
        self._servers = servers

    def image(self, workload: Workload) -> Image | None:
        """The image of an engine; a service's is built."""
        program = workload.program
        return None if isinstance(program, Code) else self.stack.images[program.name]

    def config(self, workload: Workload, config: Config) -> str:
        """The text of a configuration file."""
        context = {
            key: filled(
                tree,
                lambda part: self._part(workload, part),
                lambda wanted: self._servers(self.stack, wanted),
            )
            for key, tree in config.context.items()
        }
        return render(config.template, context, self.overrides)

    def secret(self, content: Value) -> str:
        """The content of a composed secret, with `<<secret:NAME>>` where another one stands."""
        return written(content, lambda part: self._part(None, part))

    def text(self, workload: Workload, value: Value) -> str:
        """A value as the program of `workload` shall read it."""
        return written(value, lambda part: self._part(workload, part))

    def _part(self, viewer: Workload | None, part: Part) -> str:  # noqa: PLR0911
        match part:
            case Address():
                return chosen(self._locate(self.stack, part), part)
            case SecretFile(secret):
                return f"{SECRETS}/{secret}"
            case SecretText(secret):
                return f"<<secret:{secret}>>"
            case str():
                return part
        assert viewer is not None  # noqa: S101 - a secret has no listener, folder or volume
        match part:
            case Listen(port, form):
                number = next(each.number for each in viewer.ports if each.name == port)
                return {"both": f"0.0.0.0:{number}", "host": "0.0.0.0", "port": str(number)}[form]  # noqa: S104
            case Mounted(file):
                is_secret = any(c.path == file and c.secret for c in viewer.configs)
                folder = SECRETS if is_secret else self._config_folder(viewer)
                return f"{folder}/{file}" if file else folder
            case Stored():
                image = self.image(viewer)
                return image.data if image else ""

    def _config_folder(self, workload: Workload) -> str:
        image = self.image(workload)
        return image.config if image else ""
