"""A system in containers, worked with as a user does who has Docker and no mscli."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mscli.model.system import System
from mscli.render import committed_bindings, render_files
from mscli.runtimes.processes.place import place_of
from tests.e2e.checkouts import Answer, Checkout, get

LABEL = "com.docker.compose.project"
PATIENCE = 60.0


def docker(*arguments: str, folder: Path | None = None, code: int | None = 0) -> str:
    """What docker says, on both streams; any exit code but `code` fails the test."""
    kept = ("HOME", "DOCKER_HOST", "DOCKER_CONFIG", "DOCKER_CONTEXT")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    done = subprocess.run(
        [shutil.which("docker") or "docker", *arguments],
        cwd=folder,
        env={**environment, "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert code is None or done.returncode == code, f"docker {arguments}\n{done.stdout}"
    return done.stdout


@dataclass(frozen=True)
class Shop:
    """One copy: its folder, its project's name, its gateway's port."""

    folder: Path
    project: str
    port: int

    def compose(self, *arguments: str, code: int | None = 0) -> str:
        """`docker compose`, which knows nothing but the project's name."""
        return docker("compose", "-p", self.project, *arguments, folder=self.folder, code=code)

    def container(self, name: str) -> str:
        return f"{self.project}-{name}"

    def inspect(self, name: str) -> dict[str, Any]:
        (found,) = json.loads(docker("inspect", self.container(name)))
        document: dict[str, Any] = found
        return document

    def ids(self) -> set[str]:
        return set(docker("ps", "-q", "--filter", f"label={LABEL}={self.project}").split())

    def order(self) -> Answer:
        body = {"sku": "cup", "quantity": 1}
        return get(self.port, "/orders/", method="POST", body=body)

    def until_answered(self, path: str, status: int = 200) -> None:
        end = time.monotonic() + PATIENCE
        while (answer := get(self.port, path)).status != status:
            assert time.monotonic() < end, answer
            time.sleep(0.1)

    def answered_by(self, count: int) -> Counter[str]:
        """Which container answered each of the last `count` requests, by the gateway's log."""
        lines = docker("logs", "--tail", str(count), self.container("gateway-1")).splitlines()
        urls = (json.loads(line)["ServiceURL"] for line in lines)
        return Counter(url.removeprefix(f"http://{self.project}-").split(":")[0] for url in urls)

    def left(self) -> list[str]:
        """Everything that carries the project's label."""
        found: list[str] = []
        for kind, every in (("container", ["-a"]), ("network", []), ("volume", [])):
            names = docker(kind, "ls", *every, "-q", "--filter", f"label={LABEL}={self.project}")
            found += [f"{kind} {name}" for name in names.split()]
        return found

    def remove(self) -> None:
        """Whatever state it is in."""
        self.compose("kill", code=None)
        self.compose("down", "--volumes", "--remove-orphans", "--timeout", "1", code=None)


def write(copy: Shop, system: System) -> None:
    """What is rendered, and nothing else: no code. At once, as mscli writes: who reads sees all."""
    for file in render_files(system, "compose", committed_bindings(system, {})):
        path = copy.folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        begun = path.with_name(f".{path.name}.begun")
        begun.write_text(file.content)
        begun.replace(path)


def copy_of(checkout: Checkout) -> Shop:
    """The containers of a copy that mscli runs."""
    place = place_of(checkout.folder, checkout.folder.name)
    return Shop(checkout.folder, place.system_id, 0)
