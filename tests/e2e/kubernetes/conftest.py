"""A cluster for scenarios: the fake one, or, with `--kubernetes-context NAME`, a real one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mscli.runtimes.processes.place import place_of
from mscli.runtimes.processes.sweep import kill_all
from tests.e2e.checkouts import Checkout
from tests.e2e.kubernetes.systems import trio
from tests.kubernetes.fake.cluster import Cluster, running
from tests.kubernetes.tools import Tools
from tests.ports import free_port

KUBECTL = Path(sys.executable).with_name("kubectl")


@dataclass
class World:
    """A cluster, how to reach it, and the fake behind it if it is one."""

    context: str
    environment: dict[str, str] = field(default_factory=dict)
    fake: Cluster | None = None
    tools: Tools | None = None
    registry: str = ""

    @property
    def up(self) -> list[str]:
        """What `up` has to be told the first time."""
        registry = ["--registry", self.registry] if self.registry else []
        return ["--runtime", "kubernetes", "--context", self.context, *registry]


@pytest.fixture(scope="session")
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The cluster that the scenarios of a session share."""
    if context := request.config.getoption("--kubernetes-context"):
        yield World(context, registry=request.config.getoption("--kubernetes-registry"))
        return
    folder = tmp_path_factory.mktemp("cluster")
    with running(folder) as fake:
        fake.faults.unpublished = ("trio/",)
        yield around(fake, folder)


def around(fake: Cluster, folder: Path, context: str = "kind-fake") -> World:
    """The world of a fake cluster."""
    tools = Tools(folder)
    return World(
        context,
        {
            "KUBECONFIG": str(fake.kubeconfig(context, "other")),
            "KUBECACHEDIR": str(folder / "cache"),
            "MSCLI_KUBECTL_BIN": str(KUBECTL),
            "PATH": f"{tools.programs}:{os.environ['PATH']}",
        },
        fake,
        tools,
    )


@pytest.fixture(scope="module")
def up(world: World, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A system that is up; the tests of a module are in the order of a day's work."""
    folder = tmp_path_factory.mktemp("checkout") / "trio"
    checkout = trio(folder, free_port(), world.environment)
    try:
        checkout.up(*world.up, "--yes")
        yield checkout
    finally:
        checkout.run("down", "-v", "--yes", code=None)
        kill_all(place_of(folder, "trio").system_id)
