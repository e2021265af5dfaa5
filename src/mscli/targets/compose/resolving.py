"""What a symbolic value is for the container that reads it."""

from __future__ import annotations

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
from mscli.model.values import filled, written
from mscli.targets.compose.names import locate, places, plain
from mscli.text import render


class Resolver:
    """The Stack's values, as containers see them."""

    def __init__(self, stack: Stack, overrides: Path | None) -> None:
        self.stack = stack
        self.overrides = overrides

    def image(self, workload: Workload) -> Image | None:
        """The image of an engine; a service's is built."""
        program = workload.program
        return None if isinstance(program, Code) else self.stack.images[program.name]

    def config(self, workload: Workload, config: Config) -> str:
        """The text of a configuration file."""
        context = {
            key: filled(tree, lambda part: self._part(workload, part), self.servers)
            for key, tree in config.context.items()
        }
        return render(config.template, context, self.overrides)

    def secret(self, content: Value) -> str:
        """The content of a composed secret, with `<<secret:NAME>>` where another one stands."""
        return written(content, lambda part: self._part(None, part))

    def servers(self, wanted: Replicas) -> list[str]:
        """A URL for every place, by the name that Compose gives the container of a replica."""
        workload = self.stack.workloads[wanted.workload]
        number = next(port.number for port in workload.ports if port.name == wanted.port)
        project = "{{ env `COMPOSE_PROJECT_NAME` }}"  # Traefik fills it in
        return [
            f"{wanted.scheme}://{project}-{workload.name}-{index}:{number}"
            for index in range(1, places(workload) + 1)
        ]

    def text(self, workload: Workload, value: Value) -> str:
        """A value as it is written into compose.yaml."""
        return plain(written(value, lambda part: self._part(workload, part)))

    def _part(self, viewer: Workload | None, part: Part) -> str:  # noqa: PLR0911
        match part:
            case Address():
                return locate(self.stack, part)
            case SecretFile(secret):
                return f"/run/secrets/{secret}"
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
                folder = "/run/secrets" if is_secret else self._config_folder(viewer)
                return f"{folder}/{file}" if file else folder
            case Stored():
                image = self.image(viewer)
                return image.data if image else ""

    def _config_folder(self, workload: Workload) -> str:
        image = self.image(workload)
        return image.config if image else ""
