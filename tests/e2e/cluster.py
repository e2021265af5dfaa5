"""A Temporal that is somebody else's: another server, TLS with client certificates, and a key.

The development server knows neither, so Traefik stands before it: it asks for a certificate of our
authority and lets nobody through without the key.
"""

from __future__ import annotations

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import trustme

from tests.e2e.checkouts import until
from tests.gateway.running import program
from tests.ports import free_port

NAMESPACE = "shop"
KEY = "a-key-of-the-cluster"


@dataclass(frozen=True)
class Cluster:
    """Where it is, and the files that let one in."""

    address: str
    folder: Path

    def engine(self, **other: object) -> str:
        """The lines of the system file."""
        tls = {
            "ca": str(self.folder / "ca.pem"),
            "certificate": str(self.folder / "client.pem"),
            "key": str(self.folder / "client.key"),
            "server_name": "temporal.example",
        }
        known: dict[str, object] = {"address": self.address, "namespace": NAMESPACE, "tls": tls}
        key = {"api_key_file": str(self.folder / "api-key")}
        return json.dumps({"temporal": known | key | other})


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster that runs until the end of the block."""
    _certificates(folder)
    inner, outer, ping = free_port(), free_port(), free_port()
    _proxy(folder, inner, outer, ping)
    server = [program("temporal"), "server", "start-dev", "--headless", "--ip", "127.0.0.1"]
    commands = (
        [*server, "--port", str(inner), "--namespace", NAMESPACE],
        [program("traefik"), f"--configFile={folder / 'traefik.yaml'}"],
    )
    with (folder / "cluster.log").open("wb") as log:
        running = [subprocess.Popen(command, stdout=log, stderr=log) for command in commands]
    try:
        until(lambda: _answers(inner) and _answers(outer))
        yield Cluster(f"127.0.0.1:{outer}", folder)
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(20)


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    time.sleep(0.05)
    return False


def _certificates(folder: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    for name, identity in (("server", "temporal.example"), ("client", "orders@shop.example")):
        leaf = authority.issue_cert(identity)
        leaf.private_key_pem.write_to_path(str(folder / f"{name}.key"))
        leaf.cert_chain_pems[0].write_to_path(str(folder / f"{name}.pem"))
    (folder / "api-key").write_text(f"{KEY}\n")


def _proxy(folder: Path, inner: int, outer: int, ping: int) -> None:
    static = {
        "entryPoints": {
            "grpc": {"address": f"127.0.0.1:{outer}"},
            "traefik": {"address": f"127.0.0.1:{ping}"},
        },
        "providers": {"file": {"filename": str(folder / "routes.yaml")}},
    }
    certificate = {"certFile": str(folder / "server.pem"), "keyFile": str(folder / "server.key")}
    who = {"caFiles": [str(folder / "ca.pem")], "clientAuthType": "RequireAndVerifyClientCert"}
    rule = f"Header(`Authorization`, `Bearer {KEY}`)"
    routes = {
        "http": {
            "routers": {"all": {"rule": rule, "service": "temporal", "tls": {}}},
            "services": {
                "temporal": {"loadBalancer": {"servers": [{"url": f"h2c://127.0.0.1:{inner}"}]}}
            },
        },
        "tls": {"certificates": [certificate], "options": {"default": {"clientAuth": who}}},
    }
    (folder / "traefik.yaml").write_text(json.dumps(static))  # JSON is YAML
    (folder / "routes.yaml").write_text(json.dumps(routes))
