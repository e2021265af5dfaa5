"""What goes wrong between a system and its Docker Engine: one message, a remedy, nothing hidden."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import socket
import tempfile
import threading
from pathlib import Path

from tests.docker.shop import copy_of, docker
from tests.e2e.checkouts import Checkout

ENGINE = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").removeprefix("unix://")


def containers(checkout: Checkout) -> list[str]:
    return [each for each in copy_of(checkout).left() if each.startswith("container")]


def test_a_taken_port_is_named_with_its_holder_and_nothing_is_started(small: Checkout) -> None:
    (port,) = map(int, re.findall(r"port: (\d+)", small.file.read_text()))
    with socket.create_server(("127.0.0.1", port)):
        failed = small.up(code=5)
    assert str(port) in failed.err
    assert "python" in failed.err
    assert containers(small) == []


def test_an_image_that_cannot_be_pulled_is_named_with_a_remedy(small: Checkout) -> None:
    override = small.folder / "compose.override.yaml"
    override.write_text("services: {gateway: {image: 'traefik:there-is-no-such'}}\n")
    try:
        failed = small.up(code=5)
    finally:
        override.unlink()
    assert "gateway" in failed.err
    assert any(word in failed.err for word in ("registry", "its tag", "docker login"))


class Door:
    """A socket before the engine's own, which is shut once Compose has begun to create."""

    def __init__(self, path: Path) -> None:
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen()
        self._open: list[socket.socket] = []
        self.shut = False
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                caller, _ = self._server.accept()
                engine = socket.socket(socket.AF_UNIX)
                engine.connect(ENGINE)
                self._open += [caller, engine]
                for one, other in ((caller, engine), (engine, caller)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while content := one.recv(1 << 16):
                if b"/start" in content:  # the first container is to be started
                    self.close()
                other.sendall(content)
            other.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        self.shut = True
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)  # closing alone would let one more in
        self._server.close()
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


def test_an_engine_that_dies_while_the_system_comes_up_loses_nothing(
    small: Checkout,
) -> None:
    path = Path(tempfile.mkdtemp(), "engine.sock")  # a socket's path is short
    door = Door(path)
    try:
        failed = small.run("up", "-d", code=4, DOCKER_HOST=f"unix://{path}")
    finally:
        door.close()
        shutil.rmtree(path.parent)
    assert door.shut
    assert "no Docker Engine answers" in failed.err
    assert "mscli down" in failed.err
    assert containers(small) != [], "it had begun"
    small.up()
    assert "hello-1" in small.run("ps").out
    small.down()
    assert containers(small) == []


def test_the_data_of_an_older_major_version_are_named_and_kept(small: Checkout) -> None:
    volume = f"{copy_of(small).project}_hello-postgres"
    script = "find /data -name PG_VERSION -exec sh -c 'echo 17 > {}' ';'"
    docker("run", "--rm", "-v", f"{volume}:/data", "busybox:1.35", "sh", "-c", script)
    failed = small.up("--wait-timeout", "20", code=6)
    assert "hello-postgres-1" in failed.err
    assert "another major version" in failed.err
    assert volume in docker("volume", "ls", "-q")
    small.down("-v", "--yes")
    small.up()
    small.down()
