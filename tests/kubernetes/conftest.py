"""A fake cluster inside this process, and a small system that the real kubectl applies to it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from mscli.model.events import Event
from mscli.model.system import System
from mscli.runtimes.choice import Choice
from mscli.runtimes.kubernetes.kubectl import Kubectl
from mscli.runtimes.kubernetes.kubernetes import Kubernetes
from mscli.runtimes.processes.place import Place, place_of
from mscli.runtimes.runtime import Failure, Wanted
from mscli.systemfile import read
from tests.kubernetes.fake.cluster import Cluster, running
from tests.kubernetes.tools import Tools
from tests.ports import free_port

CONTEXT = "kind-fake"
OVERLAY = """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: gateway
  labels: &gateway {app.kubernetes.io/name: gateway, app.kubernetes.io/component: gateway}
spec:
  replicas: 1
  selector: {matchLabels: *gateway}
  template:
    metadata: {labels: *gateway}
    spec:
      containers: [{name: gateway, image: "traefik:v3", ports: [{name: http, containerPort: 8080}]}]
---
apiVersion: v1
kind: Service
metadata: {name: gateway, labels: {app.kubernetes.io/name: gateway}}
spec:
  selector: {app.kubernetes.io/name: gateway}
  ports: [{name: http, port: 80, targetPort: http}]
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: &web {app.kubernetes.io/name: web, app.kubernetes.io/component: service}
spec:
  replicas: 2
  selector: {matchLabels: *web}
  template:
    metadata: {labels: *web}
    spec:
      containers: [{name: web, image: "small/web:local"}]
---
apiVersion: batch/v1
kind: Job
metadata:
  name: web-migrate
  labels: &task {app.kubernetes.io/name: web-migrate, app.kubernetes.io/component: task}
spec:
  backoffLimit: 0
  template:
    metadata: {labels: *task}
    spec:
      restartPolicy: Never
      containers: [{name: task, image: "small/web:local"}]
---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: store
  labels: &store {app.kubernetes.io/name: store, app.kubernetes.io/component: engine}
spec:
  serviceName: store
  replicas: 1
  selector: {matchLabels: *store}
  template:
    metadata: {labels: *store}
    spec:
      containers:
        - {name: store, image: "postgres:18", volumeMounts: [{name: data, mountPath: /data}]}
  volumeClaimTemplates:
    - metadata: {name: data}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
"""
SYSTEM = """
version: 1
name: small
services:
  web: {command: [serve]}
"""


@pytest.fixture(scope="session")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Tools:
    return Tools(tmp_path_factory.mktemp("tools"))


@pytest.fixture(scope="session")
def _cluster(tools: Tools) -> Iterator[Cluster]:
    with running(tools.folder) as cluster:
        yield cluster


@pytest.fixture
def cluster(_cluster: Cluster, tools: Tools, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    """The session's fake cluster, sound, with nothing in it, and known to kubectl."""
    for name, value in {
        "KUBECONFIG": str(_cluster.kubeconfig(CONTEXT, "production")),
        "KUBECACHEDIR": str(tools.folder / "cache"),
        "MSCLI_KUBECTL_BIN": str(Path(sys.executable).with_name("kubectl")),
        "PATH": f"{tools.programs}:{os.environ['PATH']}",
    }.items():
        monkeypatch.setenv(name, value)
    _cluster.faults.unpublished = ("small/", "nowhere/")
    yield _cluster
    _cluster.reset()


@dataclass
class Copy:
    """A copy of the small system, and what its last `up` told."""

    place: Place
    system: System
    runtime: Kubernetes
    events: list[Event]

    def up(self, patience: float = 20, **wanted: object) -> list[Failure]:
        asked = Wanted(patience=patience, named=frozenset({"context"}), **wanted)  # type: ignore[arg-type]
        self.runtime.check(self.system, asked)
        return self.runtime.up(self.system, asked, self.events.append)

    def down(self, *, volumes: bool = False) -> None:
        self.runtime.down(self.events.append, volumes=volumes, patience=None)

    @property
    def kubectl(self) -> Kubectl:
        return Kubectl(self.runtime.context, self.place.system_id)

    @property
    def overlay(self) -> Path:
        return self.place.root / "kubernetes/overlays/local/all.yaml"

    def edit(self, before: str, after: str) -> None:
        text = self.overlay.read_text()
        assert before in text
        self.overlay.write_text(text.replace(before, after))


def copy_in(folder: Path, **options: str) -> Copy:
    """A small system in a folder of its own."""
    local = folder / "kubernetes/overlays/local"
    (local / "secrets").mkdir(parents=True)
    (local / "secrets/generate.sh").write_text("exit 0\n")
    (local / "kustomization.yaml").write_text("resources: [all.yaml]\n")
    (local / "all.yaml").write_text(OVERLAY)
    (folder / "kubernetes/namespace.yaml").write_text("metadata: {labels: {of: small}}\n")
    (folder / "services/web").mkdir(parents=True)
    (folder / "services/web/Dockerfile").write_text("FROM scratch\n")
    file = folder / "mscli.yaml"
    file.write_text(SYSTEM)
    place = place_of(folder, "small")
    choice = Choice(
        "kubernetes", place.system_id, free_port(), options={"context": CONTEXT} | options
    )
    return Copy(place, read(file).system, Kubernetes(place, choice), [])


@pytest.fixture
def copy(tmp_path: Path, cluster: Cluster) -> Iterator[Copy]:
    """A small system that is not up, and leaves no process behind."""
    from mscli.runtimes.kubernetes import forward

    made = copy_in(tmp_path / "small")
    yield made
    forward.stop(made.place)
