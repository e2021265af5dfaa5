"""The tree of files: kubernetes/base, and overlays that say what differs from place to place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from mscli.containers.secrets import generate
from mscli.model.files import File
from mscli.model.kinds import Kind
from mscli.model.stack import Bindings, Stack
from mscli.targets.kubernetes.names import Object, system_labels
from mscli.targets.kubernetes.policies import shared
from mscli.targets.kubernetes.workloads import Objects
from mscli.text import render

FOLDER = "kubernetes"
BASE = f"{FOLDER}/base"
LOCAL = f"{FOLDER}/overlays/local"
SECRETS = "secrets"
GENERATE = f"{LOCAL}/{SECRETS}/generate.sh"
TO_ROOT = "../../../../"
"""The way from the folder of the secrets to the system's."""


class Tree:
    """One rendering: the Stack and the files that follow from it."""

    def __init__(self, stack: Stack, bindings: Bindings, overrides: Path | None) -> None:
        self.stack = stack
        self.overrides = overrides
        self.objects = Objects(stack, bindings, overrides)

    def files(self) -> list[File]:
        """Every file, relative to the system's root."""
        return [self._namespace(), *self._base(), *self._local()]

    def _base(self) -> list[File]:
        """What is the same everywhere: all but the engines."""
        made = {"network.yaml": list(shared(self.stack))}
        for workload in self.stack.workloads.values():
            if workload.kind is not Kind.ENGINE:
                made[f"{workload.name}.yaml"] = self.objects.of(workload)
        return self._folder("base", BASE, made, {})

    def _local(self) -> list[File]:
        """A cluster of one's own: the engines run in it, and secrets are made on this machine."""
        made = {
            f"{workload.name}.yaml": self.objects.of(workload)
            for workload in self.stack.workloads.values()
            if workload.kind is Kind.ENGINE
        }
        secrets = self._secrets()
        more: dict[str, object] = {
            "secretGenerator": secrets,
            "generatorOptions": {"labels": system_labels(self.stack)},
        }
        return [
            *self._folder("local", LOCAL, made, more if secrets else {}, ("../../base",)),
            File(f"{LOCAL}/.gitignore", self._text("gitignore", {})),
            generate(
                self.objects.values,
                GENERATE,
                renew="the namespace's PersistentVolumeClaims",
                root=TO_ROOT,
                copies=True,
            ),
        ]

    def _secrets(self) -> list[Object]:
        """A Secret a secret, named and keyed by its name; another content is another name."""
        names: dict[str, None] = {}
        for workload in self.stack.workloads.values():
            names |= dict.fromkeys(self.objects.pods.secrets(workload))
        return [{"name": name, "files": [f"{SECRETS}/{name}"]} for name in names]

    def _namespace(self) -> File:
        labels = {
            **system_labels(self.stack),
            **{
                f"pod-security.kubernetes.io/{mode}": "restricted"
                for mode in ("enforce", "audit", "warn")
            },
        }
        metadata = {"name": self.stack.name, "labels": labels}
        namespace: Object = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
        return self._manifest(f"{FOLDER}/namespace.yaml", [namespace])

    def _folder(
        self,
        kind: str,
        folder: str,
        manifests: Mapping[str, list[Object]],
        more: Mapping[str, object],
        resources: Iterable[str] = (),
    ) -> list[File]:
        """A folder that Kustomize builds: a file a workload, and the one that lists them."""
        fields = {"resources": [*resources, *manifests], **more}
        text = self._text(f"{kind}/kustomization.yaml", {"fields": fields})
        made = [self._manifest(f"{folder}/{path}", each) for path, each in manifests.items()]
        return [File(f"{folder}/kustomization.yaml", text), *made]

    def _manifest(self, path: str, objects: list[Object]) -> File:
        return File(path, self._text("manifest.yaml", {"objects": objects}))

    def _text(self, template: str, context: Mapping[str, object]) -> str:
        return render(f"kubernetes/{template}.jinja", context, self.overrides)
