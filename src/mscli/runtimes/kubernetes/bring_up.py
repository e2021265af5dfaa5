"""Bringing a copy up in a cluster: images, what is applied, what goes, and the wait for it all."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from mscli.errors import MscliError, RuntimeFailed, UsageError
from mscli.model.events import Event, Happening
from mscli.render import stack_for
from mscli.runtimes.kubernetes import manifests
from mscli.runtimes.kubernetes.clusters import Cluster
from mscli.runtimes.kubernetes.images import Delivery, made_and_brought
from mscli.runtimes.kubernetes.kubectl import MANAGER, Kubectl, Object
from mscli.runtimes.kubernetes.manifests import SYSTEM
from mscli.runtimes.kubernetes.waiting import Waiting
from mscli.runtimes.processes import bindings as binding
from mscli.runtimes.processes import elsewhere
from mscli.runtimes.runtime import Failure, Report
from mscli.targets.kubernetes import FOLDER, GENERATE

if TYPE_CHECKING:
    from pathlib import Path

    from mscli.model.system import System
    from mscli.runtimes.processes.place import Place

NAMESPACE = f"{FOLDER}/namespace.yaml"
ENDING = 90.0
"""Seconds to wait for a namespace of an earlier `down -v` that has not ended yet."""
VERSIONED = ("ConfigMap", "Secret", "Job")
"""Kinds of which an `up` replaces old versions by new ones, under another name."""


class BringUp:
    """One `up`: what it works on, and whom it tells."""

    def __init__(
        self, place: Place, cluster: Cluster, kubectl: Kubectl, system: System, report: Report
    ) -> None:
        self.place = place
        self.cluster = cluster
        self.kubectl = kubectl
        self.system = system
        self.report = report
        self.began = time.monotonic()

    def images(
        self, registry: str, known: Mapping[str, str]
    ) -> tuple[list[manifests.Image], dict[str, str]]:
        """The images of the services, and what to remember of them."""
        return made_and_brought(
            self.place.root,
            self.system,
            Delivery(self.cluster, registry),
            known,
            lambda name, what: self._say(name, Happening.PREPARING, what),
        )

    def render(
        self, images: Iterable[manifests.Image], replicas: Mapping[str, int]
    ) -> list[Object]:
        """Make the secrets of this machine, and the objects."""
        given = binding.given_files(stack_for(self.system, "kubernetes"), self.place)
        elsewhere.refuse_files(given)
        done = subprocess.run(
            ["sh", GENERATE], cwd=self.place.root, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeFailed(
                f"{GENERATE} ended with code {done.returncode}: {done.stderr.strip()}",
                "look at the rights of its folder",
            )
        return manifests.render(self.place, images, replicas)

    def stale(
        self, wanted: Iterable[Object], present: Iterable[Object], *, agreed: bool
    ) -> list[Object]:
        """What of the present, applied before, is wanted no longer.

        Raises UsageError for a cluster that is not of this machine, unless it is agreed to.
        """
        keys = {(each["kind"], each["metadata"]["name"]) for each in wanted}
        found = [each for each in present if (each["kind"], each["metadata"]["name"]) not in keys]
        grave = [manifests.reference(each) for each in found if each["kind"] not in VERSIONED]
        if grave and not agreed and not self.cluster.is_local:
            raise UsageError(
                f"{self.cluster.context} has what mscli.yaml has no longer: {', '.join(grave)}",
                "mscli up --yes removes it",
            )
        return found

    def apply(self, wanted: Sequence[Object], present: Iterable[Object]) -> None:
        """Apply everything, tasks that have changed anew. What was applied is named in an error."""
        self._replace_changed_tasks(wanted, present)
        arguments = ["apply", "--server-side", f"--field-manager={MANAGER}", "--filename=-"]
        done = self.kubectl.completed(arguments, manifests.as_stream(wanted))
        if done.returncode == 0:
            return
        said = [
            line.split()[0] for line in done.stdout.splitlines() if "serverside-applied" in line
        ]
        error = self.kubectl.failure(arguments, done.returncode, done.stderr)
        some = f"{len(said)} of {len(wanted)} objects are applied"
        raise _with(error, f"{some}: {_few(said)}" if said else "nothing was applied")

    def prune(self, stale: Iterable[Object]) -> None:
        """Remove what is wanted no longer, and say so."""
        for each in stale:
            name = manifests.reference(each)
            self.kubectl.run(["delete", name, "--ignore-not-found", "--wait=false"])
            if each["kind"] not in VERSIONED:
                self._say(name, Happening.REMOVED)

    def wait(self, wanted: Sequence[Object], patience: float | None) -> list[Failure]:
        """Wait until everything is there; what is not, and why."""
        return Waiting(self.kubectl, wanted, self._say).run(patience)

    def make_namespace(self) -> None:
        """The namespace of the copy. Raises UsageError for one that is somebody else's."""
        name, deadline = self.kubectl.namespace, time.monotonic() + ENDING
        while (found := self.kubectl.one("namespace", name)) and _ends(found):
            self._say(f"namespace/{name}", Happening.WAITING, "it still ends")
            if time.monotonic() > deadline:
                raise RuntimeFailed(
                    f"the namespace {name} does not end",
                    f"kubectl --context {self.kubectl.context} get namespace {name} -o yaml "
                    "tells what holds it",
                )
            time.sleep(0.5)
        if found and (found["metadata"].get("labels") or {}).get(SYSTEM) != name:
            raise UsageError(
                f"the namespace {name} of {self.kubectl.context} is not this system's",
                f"kubectl --context {self.kubectl.context} label namespace {name} "
                f"{SYSTEM}={name} hands it over",
            )
        if not found:
            self._apply_namespace(name)

    def _apply_namespace(self, name: str) -> None:
        labels = {**_labels(self.place.root / NAMESPACE), SYSTEM: name}
        document = {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": name, "labels": labels},
        }
        arguments = ["apply", "--server-side", f"--field-manager={MANAGER}", "--filename=-"]
        self.kubectl.run(arguments, json.dumps(document))

    def _replace_changed_tasks(self, wanted: Iterable[Object], present: Iterable[Object]) -> None:
        """A Job cannot be changed: one whose inputs have changed is removed, to be made anew."""
        marks = {
            each["metadata"]["name"]: each["metadata"]["annotations"][manifests.INPUTS]
            for each in wanted
            if each["kind"] == "Job"
        }
        for each in (each for each in present if each["kind"] == "Job"):
            name = each["metadata"]["name"]
            known = (each["metadata"].get("annotations") or {}).get(manifests.INPUTS)
            if name in marks and (marks[name] != known or _has_failed(each)):
                self.kubectl.run(["delete", f"job/{name}", "--ignore-not-found"])

    def _say(self, subject: str, happening: Happening, cause: str = "") -> None:
        self.report(Event(subject, happening, time.monotonic() - self.began, cause))


def _has_failed(job: Object) -> bool:
    conditions = (job.get("status") or {}).get("conditions") or []
    return any(each["type"] == "Failed" and each["status"] == "True" for each in conditions)


def _ends(namespace: Object) -> bool:
    return "deletionTimestamp" in namespace["metadata"]


def _labels(path: Path) -> dict[str, str]:
    """What the committed namespace is labelled with: the security that its pods keep to."""
    import yaml

    found: dict[str, str] = yaml.safe_load(path.read_text())["metadata"]["labels"]
    return found


def _few(names: Sequence[str], most: int = 8) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _with(error: MscliError, more: str) -> MscliError:
    hint = error.hint or "mscli up goes on, mscli down removes it"
    return type(error)(f"{error.message}; {more}", hint)
