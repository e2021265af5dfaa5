"""PostgreSQL: a role and a database for each service, nobody else let in.

Where the platform shares one server (processes), every service has its own role and database on it
and PUBLIC may not connect; see https://www.postgresql.org/docs/current/ddl-priv.html. Elsewhere
each service has a server to itself, and in it the same role, which may do no more.
"""

from __future__ import annotations

from collections.abc import Sequence

from mscli.model.kinds import Kind, Probe, Until, Wait
from mscli.model.stack import (
    Address,
    Config,
    Engine,
    Listen,
    Mounted,
    Port,
    Secret,
    SecretFile,
    SecretText,
    Stored,
    Tree,
    Workload,
)

SERVER = "postgres"
ROLES = "postgres-roles"
ADMINISTRATOR = "postgres-password"


def password(service: str) -> str:
    """Name of the secret that holds the password of a service's role."""
    return f"{service}-database-password"


def url(service: str) -> str:
    """Name of the secret that holds a service's whole DATABASE_URL."""
    return f"{service}-database-url"


def own_server_of(service: str) -> str:
    """Name of the workload that is a service's own server."""
    return f"{service}-{SERVER}"


def _administrator(service: str) -> str:
    return f"{own_server_of(service)}-password"


def own_server(service: str, package: str) -> Workload:
    """A server of the official image for one service alone (containers).

    The image makes the cluster, and then runs role.sh once, before anybody may connect.
    """
    return Workload(
        name=own_server_of(service),
        kind=Kind.ENGINE,
        program=Engine("postgres", "postgres"),
        environment={
            "POSTGRES_PASSWORD_FILE": SecretFile(_administrator(service)),
            "SERVICE_ROLE": package,
            "SERVICE_PASSWORD_FILE": SecretFile(password(service)),
        },
        ports=(Port("tcp", 5432),),
        configs=(Config("role.sh", "engines/postgres/role.sh.jinja"),),
        volumes=(own_server_of(service),),
        probe=Probe("postgres", "tcp"),
        stop_signal="INT",
        grace=30,
    )


def own_secrets(service: str, package: str) -> tuple[Secret, ...]:
    """The administrator's password, the role's, and the service's DATABASE_URL."""
    return (
        Secret(_administrator(service)),
        Secret(password(service)),
        _url(service, package, own_server_of(service)),
    )


def _url(service: str, package: str, server: str) -> Secret:
    content = (
        f"postgresql://{package}:",
        SecretText(password(service)),
        "@",
        Address(server, "tcp"),
        f"/{package}",
    )
    return Secret(url(service), content)


def shared_server() -> Workload:
    """One server for all services of the system (the `processes` target)."""
    return Workload(
        name=SERVER,
        kind=Kind.ENGINE,
        program=Engine("postgres", "sh"),
        arguments=(Mounted("start.sh"),),
        ports=(Port("tcp", 5432),),
        configs=(
            Config(
                "start.sh",
                "engines/postgres/start.sh.jinja",
                {
                    "data": Stored("postgres"),
                    "password": SecretFile(ADMINISTRATOR),
                    "config": Mounted(),
                },
            ),
            Config(
                "postgresql.conf",
                "engines/postgres/postgresql.conf.jinja",
                {"host": Listen("tcp", "host"), "port": Listen("tcp", "port"), "hba": Mounted()},
            ),
            Config("pg_hba.conf", "engines/postgres/pg_hba.conf.jinja"),
        ),
        volumes=("postgres",),
        probe=Probe("postgres", "tcp"),
        stop_signal="INT",
        grace=15,
    )


def shared_roles(services: Sequence[str], packages: Sequence[str]) -> Workload:
    """The task that makes a role and a database for each service; running it again is harmless.

    `services` and `packages` are the services' names and the same as identifiers, in one order.
    """
    owners: list[Tree] = [
        {"role": package, "database": package, "password": SecretFile(password(service))}
        for service, package in zip(services, packages, strict=True)
    ]
    return Workload(
        name=ROLES,
        kind=Kind.TASK,
        program=Engine("postgres", "sh"),
        arguments=(Mounted("roles.sh"),),
        configs=(
            Config(
                "roles.sh",
                "engines/postgres/roles.sh.jinja",
                {
                    "host": Address(SERVER, "tcp", scheme="postgresql", path="/postgres"),
                    "password": SecretFile(ADMINISTRATOR),
                    "owners": owners,
                },
            ),
        ),
        volumes=("postgres",),
        waits=(Wait(SERVER, Until.READY),),
    )


def shared_secrets(services: Sequence[str], packages: Sequence[str]) -> tuple[Secret, ...]:
    """The administrator's password, each role's, and each service's DATABASE_URL."""
    secrets = [Secret(ADMINISTRATOR)]
    for service, package in zip(services, packages, strict=True):
        secrets.append(Secret(password(service)))
        secrets.append(_url(service, package, SERVER))
    return tuple(secrets)
