"""What is applied: the committed overlay, and what one copy on one cluster adds to it.

The kustomization that says so is written to the local state; what kubectl makes of it is kept
beside it, so that `stop` and `start` need neither the system file nor the overlay.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from mscli.errors import RuntimeFailed
from mscli.runtimes.kubernetes.kubectl import Object, program
from mscli.runtimes.processes.place import Place
from mscli.text import yaml_text

OVERLAY = "kubernetes/overlays/local"
FOLDER = "kubernetes"
SYSTEM = "mscli.dev/system"
"""The label by which we, and nobody else, know what belongs to one copy."""
INPUTS = "mscli.dev/inputs"
"""The annotation of a task with a hash of what it runs: Jobs cannot be changed."""
LONG_LIVED = ("Deployment", "StatefulSet")


@dataclass(frozen=True, slots=True)
class Image:
    """Where the cluster finds the image of a service that the overlay calls `name`."""

    name: str
    new_name: str
    tag: str

    @property
    def reference(self) -> str:
        """What a pod asks for."""
        return f"{self.new_name}:{self.tag}"


def kustomization(place: Place, images: Iterable[Image], replicas: Mapping[str, int]) -> str:
    """The kustomization of one copy: a namespace and a label of its own, images, replicas."""
    folder = place.file(FOLDER)
    labels = {
        "pairs": {SYSTEM: place.system_id},
        "includeTemplates": True,
        "fields": [
            {"path": "spec/volumeClaimTemplates[]/metadata/labels", "kind": "StatefulSet",
             "create": True},
        ],
    }  # fmt: skip
    document = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": place.system_id,
        "resources": [os.path.relpath(place.root / OVERLAY, folder)],
        "labels": [labels],
        "images": [
            {"name": each.name, "newName": each.new_name, "newTag": each.tag} for each in images
        ],
        "replicas": [{"name": name, "count": count} for name, count in replicas.items()],
    }
    head = "# Written by mscli for this copy - it is written anew by every `mscli up`.\n"
    return head + yaml_text(document) + "\n"


def render(place: Place, images: Iterable[Image], replicas: Mapping[str, int]) -> list[Object]:
    """Write the kustomization, let kubectl build it, and keep what it makes."""
    folder = place.file(FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "kustomization.yaml").write_text(kustomization(place, images, replicas))
    done = subprocess.run(
        [program(), "kustomize", str(folder)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeFailed(
            f"kubectl kustomize does not take {OVERLAY}:\n    {done.stderr.strip()}",
            "mscli render kubernetes writes it anew; what is your own belongs to another overlay",
        )
    made = [_marked(each) for each in _parsed(done.stdout)]
    _keep(place, made)
    return made


def kept(place: Place) -> list[Object]:
    """What the last `up` has applied. Raises RuntimeFailed where there was none."""
    try:
        found: list[Object] = json.loads(place.file(FOLDER, "applied.json").read_text())
    except (OSError, ValueError) as error:
        raise RuntimeFailed(
            "what was applied is not known any more", "`mscli up -d` applies it again"
        ) from error
    return found


def as_stream(objects: Iterable[Object]) -> str:
    """Objects as kubectl reads them from its input: a stream of documents."""
    return "\n---\n".join(json.dumps(each) for each in objects)  # JSON is YAML


def sized(found: Object, replicas: int) -> Object:
    """A Deployment or a StatefulSet with another number of replicas."""
    made = copy.deepcopy(found)
    made["spec"]["replicas"] = replicas
    return made


def reference(found: Object) -> str:
    """How kubectl names an object, such as `deployment/orders`."""
    return f"{str(found['kind']).lower()}/{found['metadata']['name']}"


def _keep(place: Place, made: list[Object]) -> None:
    staged = place.file(FOLDER, "applied.json.new")
    staged.touch(mode=0o600)  # the Secrets are in it
    staged.write_text(json.dumps(made))
    staged.replace(place.file(FOLDER, "applied.json"))


def _parsed(text: str) -> list[Object]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [each for each in yaml.load_all(text, loader) if each]


def _marked(found: Object) -> Object:
    """A Job with a hash of its template, so that a changed one is known."""
    if found["kind"] == "Job":
        text = json.dumps(found["spec"]["template"], sort_keys=True)
        annotations = found["metadata"].setdefault("annotations", {})
        annotations[INPUTS] = hashlib.sha256(text.encode()).hexdigest()[:16]
    return found
