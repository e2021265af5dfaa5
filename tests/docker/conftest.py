"""The example shop in containers, brought up once by Docker alone: no mscli takes part in that."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mscli import systemfile
from mscli.runtimes.processes.place import place_of
from mscli.scaffold.rendering import render_into
from tests.docker.shop import Shop, copy_of, docker
from tests.e2e.checkouts import Checkout
from tests.ports import free_port

EXAMPLE = Path(__file__).parents[2] / "examples/shop"
LOCAL = shutil.ignore_patterns(".venv", "local", "uv.lock", "__pycache__", ".pytest_cache")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.e2e)
        item.add_marker(pytest.mark.timeout(420))


@pytest.fixture(scope="session")
def engine() -> str:
    """The version of the engine. Without one these tests fail: they were asked for."""
    done = subprocess.run(
        ["docker", "version", "--format", "{{.Server.Version}}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"no Docker Engine: see scripts/docker.sh\n{done.stderr}"
    return done.stdout.strip()


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory, engine: str) -> Iterator[Shop]:
    """The shop, up by `docker compose up --wait`, under the id that mscli would give it."""
    folder = tmp_path_factory.mktemp("docker") / "shop"
    shutil.copytree(EXAMPLE, folder, ignore=LOCAL)
    file = folder / "mscli.yaml"
    port = free_port()
    file.write_text(file.read_text().replace("port: 8080", f"port: {port}"))
    render_into(folder, systemfile.read(file).system, "compose")
    place = place_of(folder, "shop")
    made = Shop(folder, place.system_id, port)
    try:
        subprocess.run(["sh", "secrets/generate.sh"], cwd=folder, check=True)
        # Every `docker compose` of these tests has an environment without this one's tools.
        made.compose("build")
        made.compose("up", "--wait")
        yield made
    finally:
        made.remove()
        assert made.left() == []


@pytest.fixture
def nothing_else(tmp_path: Path, engine: str) -> Iterator[Shop]:
    """A folder for a system of its own, whose containers go whatever happens."""
    made = Shop(tmp_path, f"mscli-test-{os.getpid()}", free_port())
    yield made
    made.remove()
    assert made.left() == []
    assert docker("version")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, engine: str) -> Iterator[Checkout]:
    """A service with a database, up in Docker once."""
    folder = tmp_path_factory.mktemp("small")
    checkout = Checkout(folder)
    name = f"small-{os.getpid()}"
    checkout.run("new", "system", name, "--port", str(free_port()))
    checkout = Checkout(folder / name)
    checkout.run("new", "service", "hello", "--database", "postgres", "--route", "/hello")
    try:
        checkout.up("--runtime", "docker")
        checkout.down()
        yield checkout
    finally:
        checkout.run("down", "-v", "--yes", code=None)
        assert copy_of(checkout).left() == []
