"""The `helm` target: a chart of the same objects, with values for what is chosen when it is
installed: the environment, images, replicas, resources.

Reference: https://helm.sh/docs/topics/charts/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from mscli.containers.secrets import generate
from mscli.model.environments import LOCAL
from mscli.model.files import File
from mscli.model.kinds import Kind
from mscli.model.stack import Bindings, Stack, Traits
from mscli.model.values import volumes_made_for
from mscli.targets import kubernetes
from mscli.targets.kubernetes import exposing
from mscli.targets.kubernetes.environments import Environments, Manifests, key
from mscli.targets.kubernetes.expressions import Expressions, escaped
from mscli.targets.kubernetes.kustomize import WIDTH
from mscli.targets.kubernetes.names import Object, locate, system_labels
from mscli.targets.kubernetes.outside_secrets import external_secrets
from mscli.targets.kubernetes.pods import TAG, resources
from mscli.targets.kubernetes.scaling import bounds
from mscli.targets.kubernetes.workloads import STORAGE
from mscli.text import json_inline, render, yaml_text

__all__ = ["FOLDER", "OWNS", "TRAITS", "files", "locate", "warnings"]

FOLDER = "helm"
SECRETS = f"{FOLDER}/secrets"
HEADER = "# Rendered by mscli - do not edit; put what is your own into values of yours.\n"
TRAITS: Traits = kubernetes.TRAITS
OWNS: tuple[str, ...] = (f"{FOLDER}/",)
"""Files and folders of the system's root that are this target's."""


def files(stack: Stack, bindings: Bindings, overrides: Path | None = None) -> list[File]:
    """The chart, relative to the system's root."""
    return list(Chart(stack, bindings, overrides).files())


def warnings(stack: Stack) -> tuple[str, ...]:
    """What Kubernetes cannot do of this stack, and why."""
    return kubernetes.warnings(stack)


class Chart:
    """One rendering: objects that are the same in every environment are written once."""

    def __init__(self, stack: Stack, bindings: Bindings, overrides: Path | None) -> None:
        self.stack = stack
        self.stacks = {LOCAL: stack, **stack.environments}
        self.overrides = overrides
        self.environments = Environments(stack, bindings, overrides)
        self.expressions = Expressions()

    def files(self) -> Iterator[File]:
        """Every file, relative to the system's root."""
        about = {"name": self.stack.name, "description": f"The system {self.stack.name}."}
        yield self._file("Chart.yaml", about)
        yield self._values("values.yaml", LOCAL)
        for name in self.stack.environments:
            yield self._values(f"values-{name}.yaml", name)
        yield self._file("NOTES.txt", {}, "templates/NOTES.txt")
        yield self._file("helpers.tpl", {}, "templates/_helpers.tpl")
        yield self._file("gitignore", {}, ".gitignore")
        yield self._known()
        yield from self._manifests()
        yield from self._chosen()
        yield self._secrets()
        maker = self.environments.makers[LOCAL]
        renew = "the namespace's PersistentVolumeClaims"
        path = f"{SECRETS}/generate.sh"
        yield generate(maker.values, path, renew=renew, root="../../")

    def _manifests(self) -> Iterator[File]:
        """A file a workload, and the one of the network."""
        named: dict[str, None] = {}
        for manifests in self.environments.manifests.values():
            named |= dict.fromkeys(manifests)
        for file in named:
            variants = {
                name: self.expressions.of(self.stacks[name], manifests[file])
                for name, manifests in self.environments.manifests.items()
                if file in manifests
            }
            yield self._template(file, self._variants(variants))

    def _chosen(self) -> Iterator[File]:
        """What is there if the values ask for it."""
        made: Mapping[str, tuple[str, Manifests]] = {
            "gateway-api": ("expose", self._each(exposing.gateway_api)),
            "ingress": ("expose", self._each(exposing.ingress)),
            "external-secrets": (
                "secrets",
                {
                    name: list(external_secrets(stack, self.environments.makers[name].secrets()))
                    for name, stack in self.stacks.items()
                },
            ),
        }
        for file, (value, variants) in made.items():
            if any(variants.values()):
                begin = f'{{{{- if eq .Values.{value} "{file}" }}}}\n'
                text = begin + self._variants(variants) + "{{- end }}\n"
                yield self._template(file, text)

    def _each(self, make: exposing.Maker) -> Manifests:
        return {name: list(make(stack)) for name, stack in self.stacks.items()}

    def _variants(self, objects: Mapping[str, Iterable[Object]]) -> str:
        """The objects of each environment; what differs is behind a condition."""
        found: dict[tuple[str, str], dict[str, list[str]]] = {}
        for environment, listed in objects.items():
            for each in listed:
                text = "---\n" + self._text(each)
                found.setdefault(key(each), {}).setdefault(text, []).append(environment)
        return "".join(
            text if len(names) == len(self.stacks) else _if(names, text)
            for variants in found.values()
            for text, names in variants.items()
        )

    def _text(self, item: Object) -> str:
        return self.expressions.filled(escaped(yaml_text(item, width=WIDTH)))

    def _known(self) -> File:
        """Installing it for an environment that nobody knows would install half of it."""
        known = " ".join(json_inline(name) for name in self.stacks)
        text = (
            f"{{{{- if not (has .Values.environment (list {known})) }}}}\n"
            f'{{{{- fail "environment has to be one of: {", ".join(self.stacks)}" }}}}\n'
            "{{- end }}\n"
        )
        return self._template("environments", text)

    def _secrets(self) -> File:
        """Secrets of files beside the chart, which one machine has made."""
        names = " ".join(
            f"{json_inline(name)} (list {' '.join(map(json_inline, maker.secrets()))})"
            for name, maker in self.environments.makers.items()
        )
        labels = "".join(
            f"    {name}: {value}\n" for name, value in system_labels(self.stack).items()
        )
        text = (
            '{{- if eq .Values.secrets "files" }}\n'
            f"{{{{- range index (dict {names}) .Values.environment }}}}\n"
            "---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ . }}\n"
            f"  labels:\n{labels}type: Opaque\n"
            'data:\n  {{ . }}: {{ include "mscli.secret" (list $ .) }}\n'
            "{{- end }}\n{{- end }}\n"
        )
        return self._template("secrets", text)

    def _values(self, path: str, name: str) -> File:
        """What may be chosen, as mscli.yaml chooses it for one environment."""
        stack = self.stacks[name]
        environment = stack.environment
        expected = {LOCAL: "files"}.get(name, environment.secrets)
        fields: Object = {
            "environment": name,
            "images": {"registry": environment.registry, "tag": environment.tag or TAG},
            "secrets": "existing" if expected == "sealed-secrets" else expected,
            "expose": environment.exposure.by,
            "services": _choices(stack, (Kind.GATEWAY, Kind.SERVICE), scales=name != LOCAL),
            "tasks": _choices(stack, (Kind.TASK,)),
            "engines": _choices(stack, (Kind.ENGINE,)),
        }
        return self._file("values.yaml", {"name": self.stack.name, "fields": fields}, path)

    def _template(self, name: str, text: str) -> File:
        return File(f"{FOLDER}/templates/{name}.yaml", HEADER + text)

    def _file(self, template: str, context: Mapping[str, object], path: str = "") -> File:
        text = render(f"helm/{template}.jinja", context, self.overrides)
        return File(f"{FOLDER}/{path or template}", text)


def _choices(stack: Stack, kinds: tuple[Kind, ...], *, scales: bool = False) -> Object:
    """What can be said of every workload of some kinds."""
    made: Object = {}
    made_for = set(volumes_made_for(stack).values())
    for workload in stack.workloads.values():
        if workload.kind not in kinds:
            continue
        chosen: Object = {"resources": resources(workload.wanted)}
        if workload.kind is Kind.ENGINE:
            chosen = {"storage": STORAGE, **chosen}
        elif workload.kind is not Kind.TASK:
            fewest, most = bounds(stack, workload)
            more = {"replicas": fewest, "max_replicas": most} if scales and most else {}
            size = {"storage": STORAGE} if workload.name in made_for else {}
            chosen = {"replicas": workload.replicas, **more, **size, **chosen}
        made[workload.name] = chosen
    return made


def _if(environments: list[str], text: str) -> str:
    names = " ".join(json_inline(name) for name in environments)
    return f"{{{{- if has .Values.environment (list {names}) }}}}\n{text}{{{{- end }}}}\n"
