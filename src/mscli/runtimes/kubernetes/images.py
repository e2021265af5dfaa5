"""The images of a system's services: built when their files changed, brought to where pods run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from mscli.errors import UsageError
from mscli.model.system import System
from mscli.runtimes.docker import builds
from mscli.runtimes.docker.engine import attempt, lines_of
from mscli.runtimes.kubernetes.clusters import Cluster
from mscli.runtimes.kubernetes.command import lines_of_program
from mscli.runtimes.kubernetes.manifests import Image

SHARES = frozenset({"docker-desktop", "rancher-desktop", "orbstack"})
"""Clusters whose node runs the images of the Docker Engine that builds them."""
AT_ONCE = 4
Say = Callable[[str, str], object]
"""Told of a service and of what is done for it."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """How images get to the nodes of a cluster."""

    cluster: Cluster
    registry: str = ""

    def refuse_impossible(self) -> None:
        """Raises UsageError for a cluster that has to be told a registry."""
        known = self.registry or _loading(self.cluster.context, [])
        if not known and self.cluster.context not in SHARES:
            raise UsageError(
                f"nodes of {self.cluster.context} cannot take images from this machine",
                "--registry HOST/FOLDER names a registry that both reach; it is remembered",
            )

    def image(self, system: str, service: str, mark: str) -> Image:
        """The image of a service whose files have the hash `mark`."""
        name = f"{system}/{service}"
        return Image(name, f"{self.registry}/{name}" if self.registry else name, mark)

    def bring(self, images: list[Image]) -> None:
        """Push images, or load them into the nodes. Raises RuntimeFailed with what was said."""
        references = [image.reference for image in images]
        if self.registry:
            for each in references:
                _all(lines_of(["push", each], Path.cwd(), {}))
        elif command := _loading(self.cluster.context, references):
            _all(lines_of_program(command, _INSTALL[command[0]]))

    def mark(self, image: Image) -> str:
        """What is remembered of an image that was brought."""
        return f"{self.cluster.context} {self.cluster.authority[:12]} {image.reference}"


_INSTALL: Mapping[str, str] = {
    "kind": "https://kind.sigs.k8s.io/docs/user/quick-start/#installation",
    "k3d": "https://k3d.io/#installation",
    "minikube": "https://minikube.sigs.k8s.io/docs/start/",
}


def _loading(context: str, references: list[str]) -> list[str]:
    """The command that loads images into a cluster's nodes; empty where there is none."""
    kind, _, name = context.partition("-")
    if kind == "kind" and name:
        return ["kind", "load", "docker-image", "--name", name, *references]
    if kind == "k3d" and name:
        return ["k3d", "image", "import", "--cluster", name, *references]
    if context == "minikube":
        return ["minikube", "image", "load", *references]
    return []


def made_and_brought(
    root: Path, system: System, delivery: Delivery, known: Mapping[str, str], say: Say
) -> tuple[list[Image], dict[str, str]]:
    """Build what is missing and bring what is not there yet: the images, and what to remember.

    Raises MissingProgram without Docker, RuntimeFailed for a build or a delivery that fails.
    """
    marks = builds.fingerprints(root, system)
    images = {name: delivery.image(system.name, name, mark) for name, mark in marks.items()}
    new = {name: each for name, each in images.items() if known.get(name) != delivery.mark(each)}
    missing = {name: each for name, each in new.items() if not _exists(each)}
    for name in missing:
        say(name, "image")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(
            pool.map(lambda name: _build(root, system.services[name].path, missing[name]), missing)
        )
    for name in new:
        say(name, f"image to {delivery.registry or delivery.cluster.context}")
    if new:
        delivery.bring(list(new.values()))
    return list(images.values()), {name: delivery.mark(each) for name, each in images.items()}


def _exists(image: Image) -> bool:
    return attempt(["image", "inspect", "--format", "{{.Id}}", image.reference])


def _build(root: Path, path: str, image: Image) -> None:
    _all(lines_of(["build", "--tag", image.reference, path], root, {}))


def _all(lines: Iterable[str]) -> None:
    for _ in lines:
        pass
