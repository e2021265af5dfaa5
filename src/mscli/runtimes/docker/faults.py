"""Breaking containers, and mending them: each way is a command of Docker's own.

What a container was like before is kept in the copy's state, so that whoever comes later can mend
it. Every way of mending is harmless where nothing is broken.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mscli.runtimes.docker import containers
from mscli.runtimes.docker.containers import container_of
from mscli.runtimes.docker.engine import attempt, run
from mscli.runtimes.processes.place import Place

FILE = "containers.json"
SLOW = 0.1
"""The processors of a container that is slowed."""
NANO = 1_000_000_000


@dataclass(frozen=True, slots=True)
class ContainerFaults:
    """The faults of the containers of one running copy; a replica is known by its name."""

    place: Place

    def kill(self, replica: str) -> None:
        """`docker kill`. Docker takes that for meant, and does not start it again: `start` does."""
        run(["kill", self._container(replica)])

    def pause(self, replica: str) -> None:
        """`docker pause`: it keeps its connections and says nothing."""
        run(["pause", self._container(replica)])

    def resume(self, replica: str) -> None:
        """`docker unpause`."""
        attempt(["unpause", self._container(replica)])

    def stop(self, replica: str) -> None:
        """`docker stop`: it ends its requests, in the time that compose.yaml gives it."""
        run(["stop", self._container(replica)])

    def start(self, replica: str) -> None:
        """`docker start`."""
        run(["start", self._container(replica)])

    def slow(self, replica: str) -> None:
        """`docker update`: it has a tenth of a processor."""
        processors = self._inspected(replica)["HostConfig"]["NanoCpus"]
        self._remember(replica, {"cpus": processors / NANO})
        run(["update", "--cpus", f"{SLOW}", self._container(replica)])

    def hasten(self, replica: str) -> None:
        """Give it the processors that it had."""
        before = self._before().get(replica, {})
        if "cpus" in before:
            run(["update", "--cpus", f"{before['cpus']:g}", self._container(replica)])
            self._forget(replica)

    def disconnect(self, replica: str) -> None:
        """`docker network disconnect` from every network: it runs, and nobody reaches it."""
        found = self._inspected(replica)
        short = found["Id"][:12]  # Docker gives that name itself
        networks = {
            name: [alias for alias in network["Aliases"] or () if alias != short]
            for name, network in found["NetworkSettings"]["Networks"].items()
        }
        self._remember(replica, {"networks": networks})
        for name in networks:
            run(["network", "disconnect", name, self._container(replica)])

    def connect(self, replica: str) -> None:
        """Connect it to the networks that it had, under the names that it had there."""
        there = self._inspected(replica)["NetworkSettings"]["Networks"]
        for name, aliases in self._before().get(replica, {}).get("networks", {}).items():
            if name not in there:
                words = [word for alias in aliases for word in ("--alias", alias)]
                run(["network", "connect", *words, name, self._container(replica)])
        self._forget(replica)

    def ready(self) -> Mapping[str, bool]:
        """Every replica, and whether it is healthy."""
        return {each.name: each.ready for each in containers.replicas(self.place.system_id)}

    def _container(self, replica: str) -> str:
        return container_of(self.place.system_id, replica)

    def _inspected(self, replica: str) -> dict[str, Any]:
        (found,) = json.loads(run(["container", "inspect", self._container(replica)]))
        document: dict[str, Any] = found
        return document

    def _before(self) -> dict[str, Any]:
        try:
            kept: dict[str, Any] = json.loads(self.place.file("drill", FILE).read_text())
        except (OSError, ValueError):
            return {}
        return kept

    def _remember(self, replica: str, before: Mapping[str, object]) -> None:
        self._keep({**self._before(), replica: before})

    def _forget(self, replica: str) -> None:
        self._keep({name: before for name, before in self._before().items() if name != replica})

    def _keep(self, before: Mapping[str, object]) -> None:
        file = self.place.file("drill", FILE)
        file.parent.mkdir(parents=True, exist_ok=True)
        staged = file.with_suffix(".new")
        staged.write_text(json.dumps(before))
        staged.replace(file)
