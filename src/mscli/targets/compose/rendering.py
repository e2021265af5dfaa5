"""compose.yaml and the files beside it: what a compose expert would write for this stack."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mscli.containers.resolving import Resolver
from mscli.containers.secrets import generate
from mscli.model.files import File
from mscli.model.kinds import Kind, Until
from mscli.model.stack import (
    Address,
    Bindings,
    Code,
    Config,
    Image,
    SecretText,
    Stack,
    Value,
    Workload,
)
from mscli.model.values import (
    built_images,
    reached_by,
    secret_variables,
    secrets_read,
    volumes_made_for,
)
from mscli.targets.compose import volumes
from mscli.targets.compose.deploying import deploy, published
from mscli.targets.compose.health import health
from mscli.targets.compose.names import locate, plain, servers
from mscli.text import render

FILE = "compose.yaml"
SECRETS = "secrets"
GENERATE = f"{SECRETS}/generate.sh"
SERVICES = "services"
"""The network of the gateway and all services. Each engine has one of its own beside it."""
PROJECT = "${COMPOSE_PROJECT_NAME}"
USER = "10001:10001"


class Rendering:
    """One rendering: the Stack and what follows from it."""

    def __init__(self, stack: Stack, bindings: Bindings, overrides: Path | None) -> None:
        self.stack = stack
        self.bindings = bindings
        self.overrides = overrides
        self.values = Resolver(stack, overrides, locate, servers)
        self.built = built_images(stack)
        self.made_for = volumes_made_for(stack)
        self.networks = {name: self._networks(w) for name, w in stack.workloads.items()}

    def files(self) -> list[File]:
        """compose.yaml, what it mounts, and the script that makes the secrets."""
        configs = self._config_files()
        services = [
            {"name": name, "fields": fields}
            for workload in self.stack.workloads.values()
            for name, fields in self._services(workload)
        ]
        context = {
            "name": self.stack.name,
            "services": services,
            "networks": self._network_table(),
            "volumes": {
                volume: {"labels": self._labels(workload)}
                for workload in self.stack.workloads.values()
                for volume in (*workload.volumes, *self._own(workload))
            },
            "secrets": {name: {"file": f"./{SECRETS}/{name}"} for name in self._secrets()},
        }
        content = render("compose/compose.yaml.jinja", context, self.overrides)
        told = dict(self._secret_environments())
        renew = "docker compose down -v"
        script = generate(self.values, GENERATE, renew=renew, root="../", more=told)
        return [File(FILE, content), *configs, script]

    def _config_files(self) -> list[File]:
        """What is mounted. All servers of one engine share a folder, and so must have the same."""
        seen: dict[str, Config] = {}
        made: list[File] = []
        for workload in self.stack.workloads.values():
            for config in workload.configs:
                path = "" if config.secret else f"{self._folder(workload)}/{config.path}"
                if not path or seen.get(path) == config:
                    continue
                if path in seen:
                    raise ValueError(f"{path} is not the same for all who mount it")
                seen[path] = config
                made.append(File(path, self.values.config(workload, config)))
        return made

    def _secret_environments(self) -> Iterator[tuple[str, Value]]:
        """A file of variables for each workload that is told secrets by them.

        In double quotes, in which all that means something to Compose can be escaped.
        """
        for workload in self.stack.workloads.values():
            if told := secret_variables(workload):
                lines = ((f'{name}="', SecretText(secret), '"\n') for name, secret in told.items())
                yield _env_file(workload), tuple(part for line in lines for part in line)

    def _secrets(self) -> list[str]:
        """Every secret that some container reads, and configuration that holds one."""
        names: dict[str, None] = {}
        for workload in self.stack.workloads.values():
            names |= dict.fromkeys(self._secrets_of(workload))
        return list(names)

    def _secrets_of(self, workload: Workload) -> list[str]:
        configs = (config.path for config in workload.configs if config.secret)
        return [*secrets_read(workload), *configs]

    def _services(self, workload: Workload) -> list[tuple[str, dict[str, object]]]:
        """A workload's service, after the task that hands its volume over where that is needed."""
        made = [(workload.name, self._service(workload))]
        image = self.values.image(workload)
        if workload.volumes and image is not None and not image.owns_data:
            name = volumes.task_of(workload.name)
            busybox = self._pinned(self.stack.images["busybox"])
            task = volumes.hand_over(busybox, image.user, workload.volumes[0], image.data)
            made.insert(0, (name, self._labelled(task, workload, name)))
        for volume in reversed(self._own(workload)):
            image_of = self._made_from(workload, None)["image"]
            task = volumes.fill(image_of, USER, volume, workload.folders[volume])
            name = volumes.task_of(volume)
            made.insert(0, (name, self._labelled(task, workload, name)))
        return made

    def _labelled(self, task: dict[str, Any], workload: Workload, name: str) -> dict[str, object]:
        return {**task, "labels": volumes.labels(self._labels(workload), name)}

    def _own(self, workload: Workload) -> list[str]:
        """The volumes of the user's own that are made for a workload: nobody before it has them."""
        return [name for name in workload.folders if self.made_for[name] == workload.name]

    def _service(self, workload: Workload) -> dict[str, object]:
        image = self.values.image(workload)
        fields: dict[str, Any] = {"profiles": list(workload.profiles)}
        fields |= self._made_from(workload, image)
        fields["user"] = image.user if image else USER
        if workload.arguments:
            fields["command"] = [self._text(workload, each) for each in workload.arguments]
        fields["environment"] = self._environment(workload)
        if secret_variables(workload):
            fields["env_file"] = [f"./{SECRETS}/{_env_file(workload)}"]
        fields["secrets"] = self._secrets_of(workload)
        fields["volumes"] = self._mounts(workload, image)
        fields["tmpfs"] = ["/tmp", *(image.writable if image else ())]  # noqa: S108
        fields["networks"] = self.networks[workload.name]
        if (
            workload.kind is Kind.GATEWAY
        ):  # Docker says at once, and asks nobody, which is not there
            fields |= {"dns_opt": ["ndots:1"], "dns_search": ["."]}
        fields["ports"] = published(workload)
        fields["depends_on"] = self._waits(workload, image)
        fields["healthcheck"] = health(workload, image)
        fields["deploy"] = deploy(workload)
        fields["restart"] = "no" if workload.kind is Kind.TASK else "unless-stopped"
        fields["stop_grace_period"] = f"{workload.grace:g}s"
        fields["stop_signal"] = None if workload.stop_signal == "TERM" else "SIGINT"
        fields["labels"] = self._labels(workload)
        fields["develop"] = self._develop(workload)
        return {name: value for name, value in fields.items() if value}

    def _made_from(self, workload: Workload, image: Image | None) -> dict[str, Any]:
        if image is not None:
            made = {"image": self._pinned(image)}
            if workload.kind is Kind.GATEWAY:  # it looks for plug-ins from where it is started
                made["working_dir"] = image.config
            return made
        program = workload.program
        assert isinstance(program, Code)  # noqa: S101 - engines have an image
        owner = self.built[program.path]
        built: dict[str, Any] = {"image": f"{PROJECT}-{owner}:local"}
        if owner == workload.name:
            built["build"] = {"context": _context(program.path), "labels": self._labels(workload)}
        else:
            built["pull_policy"] = "never"
        return built | {"command": [plain(word) for word in program.command]}

    def _pinned(self, image: Image) -> str:
        digest = self.bindings.digests.get(image.reference, "")
        return f"{image.reference}@{digest}" if digest else image.reference

    def _environment(self, workload: Workload) -> dict[str, str]:
        hidden = secret_variables(workload)
        environment = {
            name: f"${{{name}:-}}" if self._is_optional(value) else self._text(workload, value)
            for name, value in workload.environment.items()
            if name not in hidden
        }
        if workload.kind is Kind.GATEWAY:
            # Its routes name every replica by its container, whose name begins with the project's.
            environment["COMPOSE_PROJECT_NAME"] = PROJECT
        return environment

    def _is_optional(self, value: Value) -> bool:
        """Whether a value leads to what may not run: whoever asks for that sets it, too."""
        return isinstance(value, Address) and bool(self.stack.workloads[value.workload].profiles)

    def _text(self, workload: Workload, value: Value) -> str:
        return plain(self.values.text(workload, value))

    def _mounts(self, workload: Workload, image: Image | None) -> list[object]:
        if image is None:
            return [volumes.mount_bare(*each) for each in workload.folders.items()]
        mounts: list[object] = []
        if any(not config.secret for config in workload.configs):
            mounts.append(
                {
                    "type": "bind",
                    "source": f"./{self._folder(workload)}",
                    "target": image.config,
                    "read_only": True,
                    "bind": {"create_host_path": False},
                }
            )
        return mounts + [volumes.mount(volume, image.data) for volume in workload.volumes]

    def _waits(self, workload: Workload, image: Image | None) -> dict[str, object]:
        conditions = {Until.READY: "service_healthy", Until.COMPLETED: _COMPLETED}
        waits: dict[str, object] = {
            wait.workload: {"condition": conditions[wait.until]}
            | ({} if wait.required else {"required": False})
            for wait in workload.waits
        }
        if workload.volumes and image is not None and not image.owns_data:
            waits[volumes.task_of(workload.name)] = {"condition": _COMPLETED}
        waits |= {volumes.task_of(each): {"condition": _COMPLETED} for each in workload.folders}
        return waits

    def _networks(self, workload: Workload) -> list[str]:
        """The services' network, and that of each engine that it reaches or is."""
        engines = [
            name
            for name in (*reached_by(self.stack, workload), workload.name)
            if is_apart(self.stack.workloads[name])
        ]
        has_peers = workload.kind in (Kind.SERVICE, Kind.GATEWAY) or bool(workload.profiles)
        return [SERVICES, *engines] if has_peers else engines

    def _network_table(self) -> dict[str, object]:
        labels = {"mscli.system": self.stack.name}
        table: dict[str, object] = {SERVICES: {"labels": labels}}
        for workload in self.stack.workloads.values():
            if is_apart(workload):
                table[workload.name] = {"internal": True, "labels": self._labels(workload)}
        return table

    def _labels(self, workload: Workload) -> dict[str, str]:
        return {
            "mscli.system": self.stack.name,
            "mscli.workload": workload.name,
            "mscli.kind": workload.kind.value,
        }

    def _develop(self, workload: Workload) -> dict[str, object]:
        program = workload.program
        if not isinstance(program, Code) or self.built[program.path] != workload.name:
            return {}
        # What .dockerignore leaves out of the image is not watched either.
        return {"watch": [{"action": "rebuild", "path": _context(program.path)}]}

    def _folder(self, workload: Workload) -> str:
        assert not isinstance(workload.program, Code)  # noqa: S101 - services have no configuration
        room = "gateway" if workload.kind is Kind.GATEWAY else "engines"
        return f"{room}/{workload.program.name}"


def is_apart(workload: Workload) -> bool:
    """Whether a workload is on a network of its own: an engine that is not there for everybody."""
    return workload.kind is Kind.ENGINE and not workload.profiles


def _env_file(workload: Workload) -> str:
    return f"{workload.name}.env"


_COMPLETED = "service_completed_successfully"


def _context(path: str) -> str:
    return path if path.startswith(("/", "..")) else f"./{path}"
