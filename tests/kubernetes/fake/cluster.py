"""The fake cluster, running: an API server, its controllers and its one node, and a kubeconfig."""

from __future__ import annotations

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme

from tests.kubernetes.fake import garbage
from tests.kubernetes.fake.api import Api
from tests.kubernetes.fake.faults import Faults
from tests.kubernetes.fake.kubelet import Kubelet
from tests.kubernetes.fake.resources import Object
from tests.kubernetes.fake.server import Server, serve
from tests.kubernetes.fake.store import Store
from tests.kubernetes.fake.workloads import Workloads

TICK = 0.04
"""Seconds of the world between two turns of the controllers."""
SPEED = 15.0
"""Seconds of the cluster's clock in one of the world."""


class Cluster:
    """A cluster that works by itself between `running`'s begin and end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults = Faults()
        self.store = Store()
        self.kubelet = Kubelet(self.store, self.faults, folder / "loaded")
        self._workloads = Workloads(self.store, self.faults)
        self._authority = trustme.CA()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert("127.0.0.1").configure_cert(self._tls)
        self.server = self._server()
        self._ended = threading.Event()
        for name in ("default", "kube-system"):
            self.store.put(
                "namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
            )

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.server.server_address[1]}"

    def turn(self, seconds: float = 0.0) -> None:
        """Move the clock, and let everybody look at everything once."""
        with self.store.lock:
            self.store.clock.seconds += seconds
            self._workloads.turn()
            self.kubelet.turn()
            garbage.turn(self.store)

    def kubeconfig(self, *contexts: str) -> Path:
        """A kubeconfig with contexts that lead here, the first of them the current one."""
        authority = base64.b64encode(self._authority.cert_pem.bytes()).decode()
        cluster = {"server": self.address, "certificate-authority-data": authority}
        document = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": contexts[0],
            "clusters": [{"name": name, "cluster": cluster} for name in contexts],
            "users": [{"name": "developer", "user": {"token": "a-token"}}],
            "contexts": [
                {"name": name, "context": {"cluster": name, "user": "developer"}}
                for name in contexts
            ],
        }
        path = self.folder / "kubeconfig"
        path.write_text(json.dumps(document))  # JSON is YAML
        return path

    def pods(self, workload: str) -> list[Object]:
        """The pods of a workload that stay."""
        return [
            pod
            for pod in self.store.all("pods")
            if pod["metadata"]["labels"].get("app.kubernetes.io/name") == workload
            and "deletionTimestamp" not in pod["metadata"]
        ]

    def left(self) -> list[str]:
        """Everything that is not the cluster's own, as `plural/name`."""
        own = {"default", "kube-system"}
        return [
            f"{resource.plural}/{found['metadata']['name']}"
            for resource, found in self.store.everything()
            if found["metadata"]["name"] not in own and resource.plural != "events"
        ]

    def reset(self) -> None:
        """Sound again, and empty."""
        fresh = Faults()
        with self.store.lock:
            for name in vars(fresh):
                setattr(self.faults, name, getattr(fresh, name))
            own = ("default", "kube-system")
            for resource, found in self.store.everything():
                if found["metadata"]["name"] not in own:
                    self.store.remove(resource.plural, found)

    def revive(self) -> None:
        """A server again, at the same address, with all that the dead one knew."""
        self.faults.dies_after_writes = None
        self.faults.dead.clear()
        self.server = self._server(int(self.server.server_address[1]))
        serve(self.server)

    def _server(self, port: int = 0) -> Server:
        return Server(Api(self.store, self.faults), self.kubelet, self._tls, port)

    def start(self) -> None:
        serve(self.server)
        threading.Thread(target=self._work, daemon=True).start()

    def stop(self) -> None:
        self._ended.set()
        self.faults.dead.set()
        self.server.shutdown()

    def _work(self) -> None:
        ticks = 0
        while not self._ended.wait(TICK):
            self.turn(TICK * SPEED)
            ticks += 1
            if ticks % 5 == 0:
                self.kubelet.speak()


@contextmanager
def running(folder: Path) -> Iterator[Cluster]:
    """A cluster for the length of a block."""
    cluster = Cluster(folder)
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()
