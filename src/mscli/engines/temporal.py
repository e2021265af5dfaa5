"""Temporal: its own development server, with the database on disk, or a cluster elsewhere.

Services are told of either by the variables that Temporal's own programs and SDKs read:
https://docs.temporal.io/develop/environment-configuration.
"""

from __future__ import annotations

from collections.abc import Iterator

from mscli.model.kinds import Kind, Probe
from mscli.model.stack import (
    Address,
    Engine,
    Listen,
    Port,
    Secret,
    SecretFile,
    Stored,
    Value,
    Workload,
)
from mscli.model.system import TemporalCluster

SERVER = "temporal"
ADDRESS = "TEMPORAL_ADDRESS"
PUBLIC = frozenset({"temporal-ca", "temporal-certificate"})
"""The user's files that are no secret."""


def server() -> Workload:
    """The development server with its web interface.

    WAL and synchronous=OFF make it two to three times faster; it still survives `kill -9`.
    """
    return Workload(
        name=SERVER,
        kind=Kind.ENGINE,
        program=Engine("temporal", "temporal"),
        arguments=(
            *("server", "start-dev", "--log-format", "json", "--log-level", "warn"),
            *("--ip", Listen("tcp", "host"), "--port", Listen("tcp", "port")),
            *("--ui-ip", Listen("ui", "host"), "--ui-port", Listen("ui", "port")),
            *("--http-port", Listen("http", "port"), "--metrics-port", Listen("metrics", "port")),
            *("--db-filename", (Stored("temporal"), "/temporal.db")),
            *("--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=OFF"),
        ),
        ports=(
            Port("tcp", 7233),
            Port("ui", 8233, page=True),
            Port("http", 7243),
            Port("metrics", 7253),
        ),
        volumes=("temporal",),
        probe=Probe("tcp", "tcp", startup=60),
    )


def queue(system: str, owner: str) -> str:
    """The task queue of a service's sagas, or of its worker's: the code of the service names it."""
    return f"{system}-{owner.removesuffix('-worker')}-sagas"


def environment(cluster: TemporalCluster | None) -> Iterator[tuple[str, Value]]:
    """What a service is told."""
    if cluster is None:
        yield ADDRESS, Address(SERVER, "tcp")
        return
    yield ADDRESS, cluster.address
    yield "TEMPORAL_NAMESPACE", cluster.namespace
    if cluster.tls or cluster.api_key_file:
        yield "TEMPORAL_TLS", "true"
    if cluster.tls and cluster.tls.server_name:
        yield "TEMPORAL_TLS_SERVER_NAME", cluster.tls.server_name
    yield from ((variable, SecretFile(secret.name)) for variable, secret in _files(cluster))


def secrets(cluster: TemporalCluster) -> Iterator[Secret]:
    """The files that prove who we are, and who the cluster is; the user keeps them."""
    return (secret for _, secret in _files(cluster))


def _files(cluster: TemporalCluster) -> Iterator[tuple[str, Secret]]:
    """The variable of each file."""
    if tls := cluster.tls:
        for variable, name, path in (
            ("TEMPORAL_TLS_SERVER_CA_CERT_PATH", "temporal-ca", tls.ca),
            ("TEMPORAL_TLS_CLIENT_CERT_PATH", "temporal-certificate", tls.certificate),
            ("TEMPORAL_TLS_CLIENT_KEY_PATH", "temporal-key", tls.key),
        ):
            if path:
                yield variable, Secret(name, given=path)
    if cluster.api_key_file:
        yield "TEMPORAL_API_KEY_FILE", Secret("temporal-api-key", given=cluster.api_key_file)
