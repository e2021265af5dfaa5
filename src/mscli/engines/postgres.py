"""PostgreSQL: a role and a database for each service, nobody else let in.

Where the platform shares one server (processes), every service has its own role and database on it
and PUBLIC may not connect; see https://www.postgresql.org/docs/current/ddl-priv.html. Elsewhere
each service has a server to itself, and in it the same role, which may do no more.

A *guest* is a service that uses the database of another one, too: by the same role, which may read
and write all rows there and owns nothing. PostgreSQL's predefined roles say that of tables that are
made later, too (https://www.postgresql.org/docs/current/predefined-roles.html); they hold for a
whole server, and CONNECT keeps them to the databases that are meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

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
    Value,
    Workload,
)
from mscli.model.system import Service

SERVER = "postgres"
ROLES = "postgres-roles"
ADMINISTRATOR = "postgres-password"


def password(service: str) -> str:
    """Name of the secret that holds the password of a service's role."""
    return f"{service}-database-password"


def url(service: str) -> str:
    """Name of the secret that holds a service's whole DATABASE_URL."""
    return f"{service}-database-url"


def shared_url(guest: str, owner: str) -> str:
    """Name of the secret that holds the address of a service's database for a guest."""
    return f"{guest}-{owner}-database-url"


def guests_of(owner: str) -> str:
    """Name of the task that lets guests into a service's own server."""
    return f"{own_server_of(owner)}-guests"


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


def own_guests(owner: Service, guests: Sequence[Service]) -> Workload:
    """The task that gives guests their roles on a service's own server; it may run again."""
    files: dict[str, Value] = {
        f"PASSWORD_FILE_{guest.package}": SecretFile(password(guest.name)) for guest in guests
    }
    return Workload(
        name=guests_of(owner.name),
        kind=Kind.TASK,
        program=Engine("postgres", "postgres"),
        arguments=("sh", Mounted("guests")),
        environment={
            **server_variables(own_server_of(owner.name)),
            "PGUSER": "postgres",
            "PGDATABASE": owner.package,
            "ADMINISTRATOR_PASSWORD_FILE": SecretFile(_administrator(owner.name)),
            "GUESTS": " ".join(guest.package for guest in guests),
            **files,
        },
        configs=(Config("guests", "engines/postgres/guests.jinja"),),
        waits=(Wait(own_server_of(owner.name)),),
    )


def server_variables(server: str) -> dict[str, Value]:
    """Where a server is, by the variables of PostgreSQL's own programs and libraries."""
    return {
        "PGHOST": Address(server, "tcp", form="host"),
        "PGPORT": Address(server, "tcp", form="port"),
    }


def variables(service: Service, server: str) -> dict[str, Value]:
    """A service's database, as libpq and most applications are told of one."""
    return {
        "DATABASE_URL": SecretText(url(service.name)),
        **server_variables(server),
        "PGDATABASE": service.package,
        "PGUSER": service.package,
        "PGPASSWORD": SecretText(password(service.name)),
    }


def own_secrets(owners: Sequence[Service], guests: Sequence[Service]) -> Iterator[Secret]:
    """Of servers of their own: the administrators' passwords, the roles', and every address."""
    servers = {owner.name: own_server_of(owner.name) for owner in owners}
    yield from _secrets(owners, guests, servers)


def shared_secrets(owners: Sequence[Service], guests: Sequence[Service]) -> Iterator[Secret]:
    """Of one server: the administrator's password, the roles', and every address."""
    yield Secret(ADMINISTRATOR)
    yield from _secrets(owners, guests, dict.fromkeys((owner.name for owner in owners), SERVER))


def _secrets(
    owners: Sequence[Service], guests: Sequence[Service], servers: Mapping[str, str]
) -> Iterator[Secret]:
    """`servers` are the workloads of the owners' servers."""
    packages = {owner.name: owner.package for owner in owners}
    for owner in owners:
        server = servers[owner.name]
        if server != SERVER:
            yield Secret(_administrator(owner.name))
        yield Secret(password(owner.name))
        yield Secret(url(owner.name), _url(owner, server, owner.package))
    for guest in guests:
        if guest.name not in packages:
            yield Secret(password(guest.name))
        for other in guest.shares:
            yield Secret(
                shared_url(guest.name, other), _url(guest, servers[other], packages[other])
            )


def _url(service: Service, server: str, database: str) -> Value:
    return (
        f"postgresql://{service.package}:",
        SecretText(password(service.name)),
        "@",
        Address(server, "tcp"),
        f"/{database}",
    )


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


def shared_roles(owners: Sequence[Service], guests: Sequence[Service]) -> Workload:
    """The task that makes roles and databases on one server; running it again is harmless."""
    names = {owner.name for owner in owners}
    context: dict[str, Tree] = {
        "host": Address(SERVER, "tcp", scheme="postgresql", path="/postgres"),
        "password": SecretFile(ADMINISTRATOR),
        "owners": [{**_role(owner), "database": owner.package} for owner in owners],
        "others": [_role(guest) for guest in guests if guest.name not in names],
        "guests": [
            {"role": guest.package, "database": owner.package}
            for guest in guests
            for owner in owners
            if owner.name in guest.shares
        ],
    }
    return Workload(
        name=ROLES,
        kind=Kind.TASK,
        program=Engine("postgres", "sh"),
        arguments=(Mounted("roles.sh"),),
        configs=(Config("roles.sh", "engines/postgres/roles.sh.jinja", context),),
        volumes=("postgres",),
        waits=(Wait(SERVER, Until.READY),),
    )


def _role(service: Service) -> dict[str, Tree]:
    return {"role": service.package, "password": SecretFile(password(service.name))}
