"""A service as a process: started by its command, with the contract's environment and no more."""

from __future__ import annotations

import http.client
import json
import os
import signal
import ssl
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from tests.ports import free_port

from .waiting import LIMIT, eventually

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Spares every client the reading of the world's certificates."""


@dataclass(frozen=True)
class Variant:
    """How one rendered service is run, whatever it is written in."""

    command: Sequence[str]
    migrate: Sequence[str] = ()

    def run_migration(self, environment: Mapping[str, str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*self.migrate], env=_environment(environment), stdout=subprocess.PIPE, text=True
        )


def _environment(contract: Mapping[str, str]) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], **contract}


class Process(AbstractContextManager["Process"]):
    """A running service; whatever happens it is gone at the end."""

    def __init__(self, variant: Variant, log: Path, environment: Mapping[str, str]) -> None:
        self.port = free_port()
        self._log = log
        contract = {"PORT": str(self.port), **environment}
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [*variant.command], env=_environment(contract), stdout=out, stderr=out
            )
        self.http = httpx2.Client(base_url=self.url, timeout=LIMIT, verify=NO_TLS)

    def __exit__(self, *_: object) -> None:
        self.http.close()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def status(self, path: str) -> int:
        """The status of a GET over a connection of its own; 0 if nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=LIMIT)
        with closing(connection):
            try:
                connection.request("GET", path)
                return connection.getresponse().status
            except (OSError, http.client.HTTPException):
                return 0

    def wait_ready(self) -> None:
        eventually(lambda: self.exited() or self.status("/readyz") == 200, "readiness")
        assert not self.exited(), self._log.read_text()

    def exited(self) -> bool:
        return self._process.poll() is not None

    def wait_exit(self, limit: float = LIMIT) -> int:
        return self._process.wait(limit)

    def terminate(self) -> None:
        self._process.send_signal(signal.SIGTERM)

    def lines(self) -> list[dict[str, Any]]:
        """The whole log; a line that is no JSON fails the test."""
        return [json.loads(line) for line in self._log.read_text().splitlines()]

    def breaker(self) -> dict[str, Any]:
        """What `/wiring` says of the only call."""
        (breaker,) = self.http.get("/wiring").json()["breakers"]
        assert isinstance(breaker, dict)
        return breaker
