"""Copies of databases on the system's own server, each with a role that reaches it alone.

Whatever an application has written down of the original, by that role it reaches the copy or
nothing. pg_dump, because the original may be in use, which a template may not.
"""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mscli.errors import RuntimeFailed
from mscli.runtimes.processes.psql import (
    Databases,
    Server,
    command_of,
    environment_with,
    last_line,
    program,
    run,
)


@dataclass(frozen=True, slots=True)
class Copy:
    """A database and its role, both of one name."""

    name: str
    password: str


@contextmanager
def copied(
    databases: Databases, service: str, *, owned: bool, source: Server | None = None
) -> Iterator[Copy]:
    """A copy of a service's database as it is now, for a while.

    Its role owns what is in it, or may read and write rows as a guest. `source` is a server
    elsewhere whose one database is copied. Raises RuntimeFailed.
    """
    # No role of a service has a dot in its name.
    copy = Copy(f"mscli.{databases.name_of(service)}_{secrets.token_hex(4)}", secrets.token_hex(16))
    quoted = f'"{copy.name}"'
    owner = copy.name if owned else "postgres"
    try:
        databases.administer(
            service,
            f"CREATE ROLE {quoted} LOGIN NOSUPERUSER PASSWORD '{copy.password}'",
            f'CREATE DATABASE {quoted} OWNER "{owner}" TEMPLATE template0',
            f"REVOKE CONNECT, TEMPORARY ON DATABASE {quoted} FROM PUBLIC",
            f"GRANT CONNECT ON DATABASE {quoted} TO {quoted}",
            *(() if owned else (f"GRANT pg_read_all_data, pg_write_all_data TO {quoted}",)),
        )
        _fill(databases, service, copy.name, owner, source)
        yield copy
    finally:
        databases.administer(
            service,
            f"DROP DATABASE IF EXISTS {quoted} WITH (FORCE)",
            f"DROP ROLE IF EXISTS {quoted}",
        )


def _fill(databases: Databases, service: str, name: str, owner: str, source: Server | None) -> None:
    """Pour one database into another; extensions are made by who may make them."""
    here = databases.server(service)
    there = source or here
    database = there.database or databases.name_of(service)
    for extension in _extensions(there, database):
        databases.administer(service, f"CREATE EXTENSION IF NOT EXISTS {extension}", database=name)
    environment = {**environment_with(here.password), **here.environment}
    environment["PGOPTIONS"] += f" -c role={owner}"
    with subprocess.Popen(
        _dump(there, database),
        env={**environment_with(there.password), **there.environment},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as dump:  # fmt: skip
        done = subprocess.run(
            command_of(here, here.role, name, ()),
            env=environment, stdin=dump.stdout, capture_output=True, text=True, check=False,
        )  # fmt: skip
        said = dump.stderr.read().decode(errors="replace") if dump.stderr else ""
    if dump.returncode or done.returncode:
        why = last_line(said if dump.returncode else done.stderr)
        raise RuntimeFailed(f"the database of {service} cannot be copied: {why}", "mscli ps")


def _extensions(server: Server, database: str) -> list[str]:
    query = "SELECT quote_ident(extname) FROM pg_extension WHERE extname <> 'plpgsql'"
    command = command_of(server, server.role, database, [query])
    done = run(command, server.password, server.environment)
    if done.returncode:
        raise RuntimeFailed(f"PostgreSQL refuses: {last_line(done.stderr)}", "mscli ps")
    return done.stdout.split()


def _dump(server: Server, database: str) -> list[str]:
    """What writes a database as SQL, without owners and rights: those of a copy are its own."""
    _, *address = server.psql
    bare = ("--no-owner", "--no-privileges", "--no-comments", "--no-password")
    return [program("pg_dump"), *bare, *address, "--username", server.role, "--dbname", database]
