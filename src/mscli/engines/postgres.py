"""PostgreSQL: a role and a database for each service, nobody else let in.

Where the platform shares one server (processes), every service has its own role and database on it
and PUBLIC may not connect; see https://www.postgresql.org/docs/current/ddl-priv.html.
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
        content = (
            f"postgresql://{package}:",
            SecretText(password(service)),
            "@",
            Address(SERVER, "tcp"),
            f"/{package}",
        )
        secrets.append(Secret(url(service), content))
    return tuple(secrets)
