"""The tree of files: kubernetes/base, and an overlay for every environment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from mscli.containers.secrets import generate
from mscli.model.environments import LOCAL
from mscli.model.files import File
from mscli.model.stack import Bindings, Stack
from mscli.targets.kubernetes import exposing
from mscli.targets.kubernetes.environments import Environments, Manifests
from mscli.targets.kubernetes.names import Object, system_labels
from mscli.targets.kubernetes.outside_secrets import external_secrets, seals
from mscli.targets.kubernetes.pods import TAG, image_of
from mscli.text import render, yaml_text

HEADER = (
    "# Rendered by mscli from mscli.yaml - do not edit; put what is your own into an overlay of "
    "yours.\n"
)
WIDTH = 96
FOLDER = "kubernetes"
SECRETS = "secrets"
GENERATE = f"{FOLDER}/overlays/{LOCAL}/{SECRETS}/generate.sh"
TO_ROOT = "../../../../"
"""The way from the folder of the secrets to the system's."""


class Tree:
    """One rendering: the Stack and the files that follow from it."""

    def __init__(self, stack: Stack, bindings: Bindings, overrides: Path | None) -> None:
        self.stack = stack
        self.overrides = overrides
        self.environments = Environments(stack, bindings, overrides)

    def files(self) -> list[File]:
        """Every file, relative to the system's root."""
        return [
            manifest(f"{FOLDER}/namespace.yaml", [self._namespace()]),
            *self._folder("base", f"{FOLDER}/base", self.environments.base(), {}),
            *self._local(),
            *(file for name in self.stack.environments for file in self._environment(name)),
        ]

    def _local(self) -> Iterator[File]:
        """A cluster of one's own: its secrets are made on this machine."""
        folder = f"{FOLDER}/overlays/{LOCAL}"
        names = self.environments.makers[LOCAL].secrets()
        more: dict[str, object] = {
            "secretGenerator": [{"name": n, "files": [f"{SECRETS}/{n}"]} for n in names],
            "generatorOptions": {"labels": system_labels(self.stack)},
        }
        added = self.environments.overlay(LOCAL).added
        yield from self._folder(LOCAL, folder, added, more if names else {}, ("../../base",))
        yield File(f"{folder}/.gitignore", self._text("gitignore", {}))
        yield generate(
            self.environments.makers[LOCAL].values,
            GENERATE,
            renew="the namespace's PersistentVolumeClaims",
            root=TO_ROOT,
        )

    def _environment(self, name: str) -> Iterator[File]:
        """An overlay where others make the secrets, and the components that it may be built of."""
        folder = f"{FOLDER}/overlays/{name}"
        stack = self.stack.environments[name]
        names = self.environments.makers[name].secrets()
        overlay = self.environments.overlay(name)
        patches = {f"{path}.yaml": patch for path, patch in overlay.patches.items()}
        fields: dict[str, object] = {
            "components": list(_components(stack, has_secrets=bool(names))),
            "patches": [{"path": path} for path in patches],
            "images": list(self._images(stack)),
        }
        fields = {field: value for field, value in fields.items() if value}
        yield from self._folder("environment", folder, overlay.added, fields, ("../../base",))
        for path, patch in patches.items():
            yield manifest(f"{folder}/{path}", [patch])
        made: Mapping[str, Iterable[Object]] = {
            "gateway-api": exposing.gateway_api(stack),
            "ingress": exposing.ingress(stack),
            "external-secrets": external_secrets(stack, names),
        }
        for component, objects in made.items():
            if listed := list(objects):
                yield from self._folder(component, f"{folder}/{component}", {component: listed}, {})
        if names:
            yield from self._sealed(f"{folder}/sealed-secrets", names)

    def _sealed(self, folder: str, names: list[str]) -> Iterator[File]:
        """The component of secrets that are sealed, which is whole once its script has run."""
        context = {"fields": {"resources": seals(names)}}
        yield File(
            f"{folder}/kustomization.yaml",
            self._text("sealed-secrets/kustomization.yaml", context),
        )
        script = self._text("sealed-secrets/seal.sh", {"names": names})
        yield File(f"{folder}/seal.sh", script, executable=True)

    def _images(self, stack: Stack) -> Iterator[Object]:
        """Where the services' images are, in Kustomize's own words."""
        registry, tag = stack.environment.registry, stack.environment.tag
        for service in dict.fromkeys(self.environments.makers[LOCAL].pods.built.values()):
            name = image_of(stack, service)
            if registry or tag:
                newer = {"newName": f"{registry}/{name}"} if registry else {}
                yield {"name": name, **newer, "newTag": tag or TAG}

    def _namespace(self) -> Object:
        levels = {
            f"pod-security.kubernetes.io/{mode}": "restricted"
            for mode in ("enforce", "audit", "warn")
        }
        metadata = {"name": self.stack.name, "labels": {**system_labels(self.stack), **levels}}
        return {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}

    def _folder(
        self,
        kind: str,
        folder: str,
        manifests: Manifests,
        more: Mapping[str, object],
        resources: Iterable[str] = (),
    ) -> Iterator[File]:
        """A folder that Kustomize builds: a file a workload, and the one that lists them."""
        fields = {"resources": [*resources, *(f"{name}.yaml" for name in manifests)], **more}
        text = self._text(f"{kind}/kustomization.yaml", {"fields": fields})
        yield File(f"{folder}/kustomization.yaml", text)
        for name, objects in manifests.items():
            yield manifest(f"{folder}/{name}.yaml", objects)

    def _text(self, template: str, context: Mapping[str, object]) -> str:
        return render(f"kubernetes/{template}.jinja", context, self.overrides)


def manifest(path: str, objects: Iterable[Object]) -> File:
    """A file of objects, by the one writer of YAML.

    There are thousands of them. What a template makes is read back, and that would take as long as
    all the rest.
    """
    return File(path, HEADER + "---\n".join(yaml_text(each, width=WIDTH) for each in objects))


def stream(stack: Stack, bindings: Bindings, environment: str) -> str:
    """Everything of one environment as `kubectl apply -f -` takes it, Secrets of files excepted."""
    environments = Environments(stack, bindings, None)
    chosen = {LOCAL: stack, **stack.environments}[environment]
    objects = [each for listed in environments.manifests[environment].values() for each in listed]
    names = environments.makers[environment].secrets()
    made: Mapping[str, Iterator[Object]] = {
        "gateway-api": exposing.gateway_api(chosen),
        "ingress": exposing.ingress(chosen),
        "external-secrets": external_secrets(chosen, names),
    }
    for component in _components(chosen, has_secrets=bool(names)):
        objects += made.get(component, iter(()))
    return manifest("", [_tagged(each, chosen) for each in objects]).content


def _tagged(item: Object, stack: Stack) -> Object:
    """An object with the services' images where the environment has them, as `images:` does it."""
    if item["kind"] not in ("Deployment", "Job"):
        return item
    copied: dict[str, Any] = deepcopy(item)
    pod = copied["spec"]["template"]["spec"]
    for container in (*pod.get("initContainers", ()), *pod["containers"]):
        name, _, _ = container["image"].rpartition(":")
        if name.startswith(f"{stack.name}/"):
            place = f"{stack.environment.registry}/" if stack.environment.registry else ""
            container["image"] = f"{place}{name}:{stack.environment.tag or TAG}"
    return copied


def _components(stack: Stack, *, has_secrets: bool) -> Iterator[str]:
    """The components that the environment asks for."""
    if stack.environment.exposure.by != "none":
        yield stack.environment.exposure.by
    if has_secrets and stack.environment.secrets != "existing":
        yield stack.environment.secrets
