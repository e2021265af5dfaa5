"""One copy of a system in a cluster: up, down, and everything in between."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from mscli.errors import MscliError, RuntimeFailed, UsageError
from mscli.model.events import Event, Happening
from mscli.model.system import System
from mscli.runtimes.choice import Choice, remember
from mscli.runtimes.kubernetes import forward, inventory, logs, manifests, removal
from mscli.runtimes.kubernetes.bring_up import BringUp
from mscli.runtimes.kubernetes.clusters import Cluster, named, trusted
from mscli.runtimes.kubernetes.images import Delivery
from mscli.runtimes.kubernetes.kubectl import MANAGER, Kubectl, Object
from mscli.runtimes.kubernetes.manifests import LONG_LIVED
from mscli.runtimes.kubernetes.waiting import Waiting
from mscli.runtimes.logs import Feed, Labelled, View
from mscli.runtimes.processes import bindings as binding
from mscli.runtimes.processes.operate import on_this_terminal
from mscli.runtimes.processes.place import Place
from mscli.runtimes.runtime import Doomed, Failure, Removal, Replica, Report, Wanted

CONTEXT, REGISTRY = "context", "registry"
GATEWAY = "gateway"


@dataclass(slots=True)
class Kubernetes:
    """As `Runtime` says."""

    place: Place
    choice: Choice
    _seen: list[Cluster] = field(default_factory=list)
    """The cluster once it was looked at: one command does that once."""

    target: ClassVar[str] = "kubernetes"
    in_parts: ClassVar[bool] = False
    options: ClassVar[Mapping[str, bool]] = {CONTEXT: True, REGISTRY: False}

    @property
    def context(self) -> str:
        """The context that was named. Raises UsageError where none was."""
        found = self.choice.options.get(CONTEXT, "")
        if not found:
            raise UsageError(
                "no cluster was named for this system",
                "mscli up --runtime kubernetes --context NAME; kubectl config get-contexts lists "
                "them",
            )
        return found

    def check(self, system: System, wanted: Wanted) -> None:  # noqa: ARG002 - as `Runtime` says
        """Raises MscliError for a cluster that is not named, or another one, or takes no images.

        It refuses a part of a system, too.
        """
        if wanted.only:
            raise UsageError("a cluster runs all of a system", "say `mscli up` without services")
        Delivery(self._named(wanted), self.choice.options.get(REGISTRY, "")).refuse_impossible()

    def up(self, system: System, wanted: Wanted, report: Report) -> list[Failure]:
        """Bring images, apply what is rendered, remove what is wanted no longer, and wait."""
        cluster, kubectl = self._named(wanted), self._kubectl()
        with self.place.locked():
            self._refuse_taken_port()
            work = BringUp(self.place, cluster, kubectl, system, report)
            replicas = {**self.choice.replicas, **wanted.replicas}
            images, built = work.images(self.choice.options.get(REGISTRY, ""), self.choice.built)
            self.choice = self.choice._replace(replicas=replicas, built=built)
            remember(self.place, self.choice)
            objects = work.render(images, replicas)
            work.make_namespace()
            present = inventory.applied(kubectl, inventory.kinds_of(kubectl))
            stale = work.stale(objects, present, agreed=wanted.agreed)
            work.apply(objects, present)
            if failures := work.wait(objects, wanted.patience):
                self._forget_undelivered(failures)
                return failures
            work.prune(stale)
            return self._reach_gateway(kubectl)

    def doomed(self, *, volumes: bool) -> Doomed:
        """What `down` will remove; a cluster that is not of this machine's is asked for."""
        try:
            cluster = self._cluster()
        except MscliError:
            forward.stop(self.place)  # it leads nowhere any more
            raise
        found = removal.doomed(self._kubectl(), volumes=volumes).by_kind()
        question = "" if cluster.is_local else f"Remove this from {cluster.context}?"
        return Doomed(tuple(found), question if found else "", cluster.context)

    def down(self, report: Report, *, volumes: bool, patience: float | None) -> Removal:
        """End the gateway's forwarding, remove what carries the copy's label, and look again."""
        began = time.monotonic()
        with self.place.locked():
            forward.stop(self.place)
            self._cluster()
            kubectl = self._kubectl()
            doom = removal.doomed(kubectl, volumes=volumes)
            found = [each for each in self._replicas() if each.handle] if doom.names() else []
            for each in found:
                report(Event(each.name, Happening.STOPPING, time.monotonic() - began))
            removal.remove(kubectl, doom, patience)
            for each in found:
                report(Event(each.name, Happening.REMOVED, time.monotonic() - began))
        claims = tuple(str(each["metadata"]["name"]) for each in doom.claims)
        none = "object, volume or namespace" if volumes else "object"
        return Removal(len(found), claims, time.monotonic() - began, ("pods", none))

    def replicas(self) -> list[Replica]:
        """Every pod of the copy, and what is stopped."""
        self._cluster()
        return self._replicas()

    def reloads(self) -> float | None:
        """It does not: other routes are another ConfigMap, and so a rollout."""
        return None

    def stop(self, replicas: Sequence[Replica], report: Report) -> None:
        """Scale workloads to none; they stay so until they are started."""
        began = time.monotonic()
        workloads = self._whole(replicas)
        kept = [each for each in manifests.kept(self.place) if self._is_one_of(each, workloads)]
        self._apply([manifests.sized(each, 0) for each in kept])
        names = {each.handle for each in replicas}
        while left := [each.name for each in self._replicas() if each.handle in names - {""}]:
            if time.monotonic() - began > removal.PATIENCE:
                raise RuntimeFailed(
                    f"{', '.join(left)} still run in {self.context}",
                    "kubectl describe pod tells what holds them",
                )
            time.sleep(removal.POLL)
        for each in replicas:
            report(Event(each.name, Happening.STOPPED, time.monotonic() - began))

    def start(self, replicas: Sequence[Replica], report: Report, *, restart: bool) -> list[Failure]:
        """Scale to what was applied, run tasks again, or replace pods by new ones; and wait."""
        self._cluster()
        began, kubectl = time.monotonic(), self._kubectl()
        workloads = {each.workload for each in replicas}
        kept = [each for each in manifests.kept(self.place) if self._is_one_of(each, workloads)]
        tasks = [each for each in kept if each["kind"] == "Job"]
        for each in tasks:
            kubectl.run(["delete", manifests.reference(each), "--ignore-not-found"])
        self._apply(kept)
        if restart:
            self._restart(kubectl, replicas, [each for each in kept if each not in tasks])

        def say(subject: str, happening: Happening, cause: str = "") -> None:
            report(Event(subject, happening, time.monotonic() - began, cause))

        failures = Waiting(kubectl, kept, say).run(None)
        if failures or GATEWAY not in workloads:
            return failures
        return self._reach_gateway(kubectl)

    def execute(self, replica: Replica, command: Sequence[str]) -> int:
        """`kubectl exec`, with a terminal where there is one."""
        import os

        terminal = ["--tty"] if sys.stdin.isatty() and sys.stdout.isatty() else []
        argv = ["exec", "--stdin", "--quiet", *terminal, replica.handle, "--", *command]
        return on_this_terminal(self._kubectl().command(argv), os.environ)

    def open_feed(self, source: Labelled, view: View) -> Feed:
        """A pod's lines."""
        return logs.feed(self._kubectl(), getattr(source, "handle", source.name), view)

    def _named(self, wanted: Wanted) -> Cluster:
        """The cluster, which this very command may name."""
        if not self._seen and CONTEXT in wanted.named:
            self._seen.append(named(self.place.root, self.context, agreed=wanted.agreed))
        return self._cluster()

    def _cluster(self) -> Cluster:
        """The cluster, as long as it is the one that was named."""
        if not self._seen:
            self._seen.append(trusted(self.place.root, self.context))
        return self._seen[0]

    def _kubectl(self) -> Kubectl:
        return Kubectl(self.context, self.place.system_id)

    def _replicas(self) -> list[Replica]:
        found = inventory.replicas(inventory.owned(self._kubectl(), inventory.RUNNING))
        reachable = forward.is_alive(self.place)
        ports = {"http": self.choice.port} if reachable else {}
        return [
            replace(each, ports=ports) if each.kind == GATEWAY and each.ready else each
            for each in found
        ]

    def _refuse_taken_port(self) -> None:
        if not forward.is_alive(self.place) and not binding.is_free(self.choice.port):
            forward.stop(self.place)  # what a killed keeper has left
            if not binding.is_free(self.choice.port):
                raise binding.refuse_taken("gateway:http", self.choice.port)

    def _reach_gateway(self, kubectl: Kubectl) -> list[Failure]:
        if forward.start(self.place, kubectl, self.choice.port):
            return []
        log = self.place.file(*forward.LOG)
        lines = log.read_text().splitlines()[-15:] if log.exists() else []
        return [Failure(GATEWAY, "kubectl port-forward does not reach it", tuple(lines))]

    def _forget_undelivered(self, failures: Sequence[Failure]) -> None:
        """An image that a node does not find is brought once more by the next `up`."""
        if any("cannot be pulled" in each.cause for each in failures):
            self.choice = self.choice._replace(built={})
            remember(self.place, self.choice)

    def _apply(self, objects: Sequence[Object]) -> None:
        self._cluster()
        if objects:
            arguments = ["apply", "--server-side", f"--field-manager={MANAGER}", "--filename=-"]
            self._kubectl().run(arguments, manifests.as_stream(objects))

    def _whole(self, replicas: Sequence[Replica]) -> set[str]:
        """The workloads of some replicas, all of whose replicas these must be."""
        workloads = {each.workload for each in replicas if each.kind != "task"}
        named = {each.name for each in replicas}
        for each in self.replicas():
            if each.workload in workloads and each.name not in named:
                raise UsageError(
                    f"one replica of {each.workload} cannot be stopped on Kubernetes, which would "
                    "start another",
                    f"mscli stop {each.workload}, or mscli scale {each.workload}=N",
                )
        return workloads

    def _restart(
        self, kubectl: Kubectl, replicas: Sequence[Replica], kept: Sequence[Object]
    ) -> None:
        """Roll whole workloads, and replace single pods."""
        named = {each.name for each in replicas}
        everything = self._replicas()
        for each in kept:
            workload = inventory.workload_of(each)
            pods = {one.name for one in everything if one.workload == workload and one.handle}
            if pods <= named:
                kubectl.run(["rollout", "restart", manifests.reference(each)])
            elif chosen := sorted(pods & named):
                kubectl.run(["delete", "pod", *chosen])

    def _is_one_of(self, found: Object, workloads: set[str]) -> bool:
        if found["kind"] not in (*LONG_LIVED, "Job"):
            return False
        return inventory.workload_of(found) in workloads
