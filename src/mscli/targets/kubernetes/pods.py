"""Pods: containers, what they mount, and the restricted Pod Security Standard.

https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from mscli.containers.resolving import SECRETS, Resolver
from mscli.model.kinds import Kind, Until
from mscli.model.resources import Resources
from mscli.model.stack import Bindings, Code, Config, Image, Stack, Workload
from mscli.model.values import built_images, secret_variables, secrets_read
from mscli.targets.kubernetes.health import grace, lifecycle, probes
from mscli.targets.kubernetes.names import Object, hashed, selector

TAG = "local"
USER = "10001:10001"
READABLE = 0o440
"""Of secrets: by the pod's own group, which is its fsGroup."""
UNPRIVILEGED = 1024
WAITING = Resources(0.1, 32 * 1024**2)
HARDENED: Object = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}
_WAIT = (
    'for each; do until nc -z -w 2 "${each%:*}" "${each##*:}"; do '
    'echo "waiting for $each"; sleep 1; done; done'
)


@dataclass(frozen=True, slots=True)
class Told:
    """A workload's ConfigMaps: its variables, and its files by their keys.

    Files that hold secrets are not in it.
    """

    variables_name: str
    variables: Mapping[str, str]
    files_name: str
    files: Mapping[str, str]


class Pods:
    """Makes the pods of one Stack."""

    def __init__(self, stack: Stack, bindings: Bindings, values: Resolver) -> None:
        self.stack = stack
        self.bindings = bindings
        self.values = values
        self.built = built_images(stack)
        self._known: dict[str, Told] = {}

    def pod(self, workload: Workload, **more: object) -> Object:
        """The spec of a workload's pods."""
        image = self.values.image(workload)
        before = self._before(workload)
        spec: Object = {
            "serviceAccountName": workload.name,
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,  # else a Service named `port` would be the variable PORT_
            "securityContext": _security(workload, image),
            "terminationGracePeriodSeconds": grace(workload),
            **more,
            "initContainers": [
                *self._waiting(workload, before),
                *(self._container(task, self.values.image(task)) for task in before),
            ],
            "containers": [self._container(workload, image)],
            "volumes": list(self._volumes((workload, *before), image)),
        }
        return {name: value for name, value in spec.items() if value or value is False}

    def spread(self, workload: Workload) -> list[Object]:
        """Replicas in several zones and on several machines, where there are any."""
        return [
            {
                "maxSkew": 1,
                "topologyKey": key,
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": selector(self.stack, workload)},
                "matchLabelKeys": ["pod-template-hash"],
            }
            for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
        ]

    def told(self, workload: Workload) -> Told:
        """A workload's ConfigMaps: made once, for they are asked for often."""
        if workload.name not in self._known:
            variables = {
                name: self.values.text(workload, value)
                for name, value in workload.environment.items()
                if name not in secret_variables(workload)
            }
            files = {
                key_of(config): self.values.config(workload, config)
                for config in workload.configs
                if not config.secret
            }
            self._known[workload.name] = Told(
                hashed(f"{workload.name}-env", variables),
                variables,
                hashed(f"{workload.name}-config", files),
                files,
            )
        return self._known[workload.name]

    def secrets(self, workload: Workload) -> tuple[str, ...]:
        """The Secrets that a workload is told, as files and as variables."""
        return tuple(dict.fromkeys((*self._files(workload), *secret_variables(workload).values())))

    def _files(self, workload: Workload) -> tuple[str, ...]:
        """The Secrets that it reads as files, configuration that holds one among them."""
        configs = (config.path for config in workload.configs if config.secret)
        return (*secrets_read(workload), *configs)

    def _before(self, workload: Workload) -> list[Workload]:
        """The tasks of its own code that a pod waits for: it runs them itself.

        One of an engine's administrator would give the pod his password: that Job is enough.

        Every task may run again, and by several at once. So a new replica is never older than its
        database's schema, whatever became of the Job, and a migration that fails stops the rollout
        while the old replicas go on.
        """
        return [
            self.stack.workloads[wait.workload]
            for wait in workload.waits
            if wait.until is Until.COMPLETED
            and isinstance(self.stack.workloads[wait.workload].program, Code)
        ]

    def _waiting(self, workload: Workload, before: Sequence[Workload]) -> Iterator[Object]:
        """The container that waits for the ports of the engines, if there are any."""
        waits = chain(workload.waits, *(task.waits for task in before))
        names = [w.workload for w in waits if w.until is Until.READY and w.required]
        engines = [self.stack.workloads[name] for name in dict.fromkeys(names)]
        if engines:
            yield {
                "name": "wait",
                "image": self._pinned(self.stack.images["busybox"]),
                "command": ["/bin/sh", "-c", _WAIT, "wait"],
                "args": [f"{engine.name}:{engine.ports[0].number}" for engine in engines],
                "resources": resources(WAITING),
                "securityContext": HARDENED,
            }

    def _container(self, workload: Workload, image: Image | None) -> Object:
        program = workload.program
        arguments = [self.values.text(workload, value) for value in workload.arguments]
        made: Object = {
            "name": workload.name,
            "image": self._pinned(image) if image else self._own(program),
            "imagePullPolicy": "IfNotPresent",
            "workingDir": image.config if image and workload.kind is Kind.GATEWAY else None,
            "args": [
                word.replace("$(", "$$(")
                for word in (*(program.command if isinstance(program, Code) else ()), *arguments)
            ],
            "envFrom": [{"configMapRef": {"name": self.told(workload).variables_name}}]
            if workload.environment
            else [],
            "env": [
                {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": secret}}}
                for name, secret in secret_variables(workload).items()
            ],
            "ports": [{"name": port.name, "containerPort": port.number} for port in workload.ports],
            **probes(workload, image),
            **lifecycle(workload),
            "resources": resources(workload.wanted),
            "securityContext": HARDENED,
            "volumeMounts": self._mounts(workload, image),
        }
        return {name: value for name, value in made.items() if value}

    def _own(self, program: object) -> str:
        assert isinstance(program, Code)  # noqa: S101 - engines have an image
        return f"{image_of(self.stack, self.built[program.path])}:{TAG}"

    def _pinned(self, image: Image) -> str:
        digest = self.bindings.digests.get(image.reference, "")
        return f"{image.reference}@{digest}" if digest else image.reference

    def _mounts(self, workload: Workload, image: Image | None) -> list[Object]:
        mounts: list[Object] = [{"name": "tmp", "mountPath": "/tmp"}]  # noqa: S108
        mounts += [
            {"name": _volume_of(path), "mountPath": path}
            for path in (image.writable if image else ())
        ]
        if self._files(workload):
            mounts.append({"name": "secrets", "mountPath": SECRETS, "readOnly": True})
        if image and any(not config.secret for config in workload.configs):
            mounts.append({"name": "config", "mountPath": image.config, "readOnly": True})
        if image:
            mounts += [{"name": name, "mountPath": image.data} for name in workload.volumes]
        mounts += [{"name": n, "mountPath": path} for n, path in workload.folders.items()]
        return mounts

    def _volumes(self, workloads: Sequence[Workload], image: Image | None) -> Iterator[Object]:
        """The volumes of a pod with the containers of `workloads`, the long-running one first."""
        for path in ("/tmp", *(image.writable if image else ())):  # noqa: S108
            yield {"name": _volume_of(path), "emptyDir": {"sizeLimit": "64Mi"}}
        if names := dict.fromkeys(chain.from_iterable(map(self._files, workloads))):
            sources = [{"secret": {"name": name}} for name in names]
            yield {"name": "secrets", "projected": {"defaultMode": READABLE, "sources": sources}}
        first = workloads[0]
        for name in first.folders:
            yield {"name": name, "persistentVolumeClaim": {"claimName": name}}
        if any(not config.secret for config in first.configs):
            items = [
                {"key": key_of(config), "path": config.path}
                for config in first.configs
                if not config.secret
            ]
            yield {
                "name": "config",
                "configMap": {"name": self.told(first).files_name, "items": items},
            }


def image_of(stack: Stack, service: str) -> str:
    """The name of a service's image; an environment's registry is put before it by `images:`."""
    return f"{stack.name}/{service}"


def key_of(config: Config) -> str:
    """A configuration's key in its ConfigMap, where a path may not be one."""
    return config.path.replace("/", "_")


def resources(wanted: Resources) -> Object:
    """Limits, and what the scheduler keeps free: less, for hardly anybody needs the most always."""
    return {
        "requests": {"cpu": _cpu(wanted.cpus / 5), "memory": _memory(wanted.memory // 2)},
        "limits": {"cpu": _cpu(wanted.cpus), "memory": _memory(wanted.memory)},
    }


def _cpu(cores: float) -> str:
    thousandths = max(1, round(cores * 1000))
    return f"{thousandths}m" if thousandths % 1000 else str(thousandths // 1000)


def _memory(size: int) -> str:
    mebibytes, rest = divmod(size, 1024**2)
    return str(size) if rest else f"{mebibytes}Mi"


def _volume_of(path: str) -> str:
    return path.strip("/").replace("/", "-")


def _security(workload: Workload, image: Image | None) -> Object:
    user, _, group = (image.user if image else USER).partition(":")
    made: Object = {
        "runAsNonRoot": True,
        "runAsUser": int(user),
        "runAsGroup": int(group),
        "fsGroup": int(group),
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    if any(port.number < UNPRIVILEGED for port in workload.ports):
        low = {"name": "net.ipv4.ip_unprivileged_port_start", "value": "0"}
        made["sysctls"] = [low]
    return made
