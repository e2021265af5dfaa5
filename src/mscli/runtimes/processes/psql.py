"""psql: a service's database asked as the service, as the administrator, and as who may only read.

It is the client because it comes with the server; so nothing else has to be installed.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

from mscli.engines import postgres
from mscli.errors import MissingProgram, MscliError, RuntimeFailed, UsageError
from mscli.model.process import Plan, Process
from mscli.runtimes.processes import programs
from mscli.runtimes.processes.place import Place

Scalar: TypeAlias = "str | int | float | bool | None"
Row: TypeAlias = tuple[Scalar, ...]

READER = "mscli.reader"
"""The role that may only read. No service's role has a dot in its name."""
PATIENCE = 30
"""Seconds for one statement."""
FLAGS = (
    *("--no-psqlrc", "--no-password", "--quiet", "--tuples-only", "--no-align"),
    *("--set", "ON_ERROR_STOP=1", "--set", "VERBOSITY=terse"),
)


def program(name: str) -> str:
    """The path of one of PostgreSQL's own programs. Raises MissingProgram."""
    path = programs.find("postgres").with_name(name)
    if not path.is_file():
        raise MissingProgram(f"{name} is not beside {path.parent}/postgres", programs.INSTALL)
    return str(path)


def url_of(owner: Process) -> str:
    """The address of a service's database, its password included."""
    path = Path(owner.environment["DATABASE_URL_FILE"])
    try:
        return path.read_text().strip()
    except OSError as error:
        raise RuntimeFailed("the system has not been up yet", "`mscli up -d`") from error


def without_password(url: str) -> str:
    """The same URL for a command line, which every user of the machine may read."""
    parts = urlsplit(url)
    return parts._replace(netloc=f"{parts.username}@{parts.hostname}:{parts.port}").geturl()


def select(owner: Process, query: str) -> list[Any]:
    """The rows of a SELECT by the service itself, each as a JSON object. Raises RuntimeFailed."""
    address = url_of(owner)
    rows = f"SELECT coalesce(json_agg(q), '[]') FROM ({query}) q"  # noqa: S608
    command = [program("psql"), *FLAGS, "--command", rows, without_password(address)]
    done = run(command, urlsplit(address).password or "")
    if done.returncode != 0:
        raise RuntimeFailed(
            f"the database of {owner.workload} does not answer: {last_line(done.stderr)}",
            "is the system up? mscli ps",
        )
    found: list[Any] = json.loads(done.stdout)
    return found


def quoted(text: str) -> str:
    """A text as SQL has it."""
    return "'" + text.replace("\0", "").replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class Server:
    """A server of PostgreSQL: the psql that reaches it, and its administrator's password.

    `environment` is what psql, or whatever runs it, needs besides. `database` is the only one that
    is asked of a server that is not the system's, by the role that its address names.
    """

    psql: tuple[str, ...]
    password: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    role: str = "postgres"
    database: str = ""


def server_of(place: Place, plan: Plan) -> Server:
    """The one server of a copy that runs as processes. Raises RuntimeFailed where there is none."""
    servers = plan.replicas(postgres.SERVER)
    if not servers:
        raise RuntimeFailed("this system has no databases")
    address = ("--host", "127.0.0.1", "--port", str(servers[0].ports["tcp"]))
    password = place.file("secrets", postgres.ADMINISTRATOR).read_text().strip()
    return Server((program("psql"), *address), password)


def server_port(server: Server) -> int:
    """The port of a server that is reached by one."""
    return int(server.psql[server.psql.index("--port") + 1])


def server_at(url: str) -> Server:
    """A server by the address of one of its databases, such as `postgresql://me:pw@host/shop`.

    It is only read. Raises MissingProgram without psql, UsageError for what is no address.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError as error:  # not its text, which may hold the password
        raise UsageError(
            "the address of a PostgreSQL is none",
            "write it as postgresql://USER@HOST:PORT/DATABASE",
        ) from error
    options = dict(parse_qsl(parts.query))
    role, database = unquote(parts.username or ""), unquote(parts.path.lstrip("/"))
    reading = {"PGOPTIONS": "-c client_min_messages=warning -c default_transaction_read_only=on"}
    if "sslmode" in options:
        reading["PGSSLMODE"] = options["sslmode"]
    host = ("--host", parts.hostname or options.get("host", "127.0.0.1"))
    address = (program("psql"), *host, "--port", str(port))
    return Server(address, unquote(parts.password or ""), reading, role or "postgres", database)


@dataclass(slots=True)
class Databases:
    """The databases of one running copy of a system; `server` is that of a service."""

    server: Callable[[str], Server]
    _password: str = field(default_factory=lambda: secrets.token_hex(16))
    is_there: bool = True
    """Whether the system has a server at all."""

    def name_of(self, service: str) -> str:
        """The database of a service."""
        return service.replace("-", "_")

    def has(self, service: str) -> bool:
        """Whether a service has a database yet; of one elsewhere that is so."""
        if not self.is_there:
            return False
        if self.server(service).database:
            return True
        named = f"SELECT 1 FROM pg_database WHERE datname = '{self.name_of(service)}'"  # noqa: S608
        return bool(self.rows(service, named, "postgres"))

    def admit_reader(self, services: Sequence[str]) -> None:
        """Make the role that may read everything and write nothing, with a new password."""
        for service in services:
            self._admit_reader(service)

    def _admit_reader(self, service: str) -> None:
        role = f'"{READER}"'
        self.administer(
            service,
            f"DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
            f"ALTER ROLE {role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE "
            f"PASSWORD '{self._password}'",
            f"ALTER ROLE {role} SET default_transaction_read_only = on",
            f"ALTER ROLE {role} SET statement_timeout = '{PATIENCE}s'",
            f"GRANT pg_read_all_data TO {role}",
            f'GRANT CONNECT ON DATABASE "{self.name_of(service)}" TO {role}',
        )

    def read(self, service: str, query: str) -> list[Row]:
        """The rows of one SELECT, by the reader, in a read-only transaction of its own.

        As part of a SELECT around it, it can be nothing else. Raises MscliError with what
        PostgreSQL says of a query that is none.
        """
        inner = query.strip().removesuffix(";")
        rows = f"SELECT coalesce(json_agg(row_to_json(q)), '[]') FROM (\n{inner}\n) q"  # noqa: S608
        command = command_of(self.server(service), READER, self.name_of(service), [rows])
        done = run(command, self._password, self.server(service).environment)
        if done.returncode != 0:
            raise MscliError(f"PostgreSQL refuses it: {last_line(done.stderr)}")
        found: list[Row] = json.loads(done.stdout, object_pairs_hook=_values)
        return found

    def has_table(self, service: str, table: str) -> bool:
        """Whether a service's database has a table."""
        return self.read(service, f"SELECT to_regclass('{table}') IS NOT NULL") == [(True,)]

    def select(self, service: str, query: str) -> list[Any]:
        """The rows of a SELECT by the administrator, as JSON objects. Raises RuntimeFailed."""
        rows = f"SELECT coalesce(json_agg(q), '[]') FROM ({query}) q"  # noqa: S608
        found: list[Any] = json.loads(self._administer(service, self.name_of(service), [rows]))
        return found

    def administer(self, service: str, *statements: str, database: str = "postgres") -> None:
        """Run statements as the administrator of a service's server. Raises RuntimeFailed."""
        self._administer(service, database, statements)

    def _administer(self, service: str, database: str, statements: Sequence[str]) -> str:
        server = self.server(service)
        command = command_of(server, server.role, database, statements)
        done = run(command, server.password, server.environment)
        if done.returncode != 0:
            raise RuntimeFailed(f"PostgreSQL refuses: {last_line(done.stderr)}", "mscli ps")
        return done.stdout

    def rows(self, service: str, query: str, database: str = "") -> list[Row]:
        """The rows of a SELECT, by the administrator. Raises RuntimeFailed.

        Asked is the service's own database, or another one on its server.
        """
        rows = f"SELECT coalesce(json_agg(row_to_json(q)), '[]') FROM (\n{query}\n) q"  # noqa: S608
        chosen = database or self.server(service).database or self.name_of(service)
        said = self._administer(service, chosen, [rows])
        # A value may be a JSON document itself, which stays one.
        return [tuple(row.values()) for row in json.loads(said)]

    def execute(self, service: str, script: str) -> None:
        """Run a script of any length by the administrator, in one transaction."""
        server = self.server(service)
        quiet = ("--single-transaction", "--output", os.devnull)
        command = [*command_of(server, "postgres", self.name_of(service), ()), *quiet]
        done = subprocess.run(
            command, env={**environment_with(server.password), **server.environment},
            input=script, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise RuntimeFailed(
                f"PostgreSQL refuses: {last_line(done.stderr)}", "mscli logs postgres"
            )

    def begin(self, service: str, statement: str) -> subprocess.Popen[bytes]:
        """Begin a statement on a service's database as the administrator, and do not wait."""
        server = self.server(service)
        return subprocess.Popen(
            command_of(server, "postgres", self.name_of(service), [statement]),
            env={**environment_with(server.password), **server.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def databases_of(place: Place, plan: Plan) -> Databases:
    """Those of a copy that runs as processes: all on one server."""
    is_there = bool(plan.replicas(postgres.SERVER))
    return Databases(lambda _: server_of(place, plan), is_there=is_there)


def command_of(server: Server, role: str, database: str, statements: Sequence[str]) -> list[str]:
    """The psql of a server that runs statements, or what it reads where there are none."""
    return [
        *(*server.psql, *FLAGS, "--username", role, "--dbname", database),
        *(part for statement in statements for part in ("--command", statement)),
    ]


def run(
    command: Sequence[str], password: str, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """One of PostgreSQL's programs, with a password that no command line shows."""
    whole = {**environment_with(password), **(environment or {})}
    return subprocess.run(
        command, env=whole, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def environment_with(password: str) -> dict[str, str]:
    """What its programs are told."""
    return {
        "PATH": os.environ.get("PATH", ""),
        "PGPASSWORD": password,
        "PGCONNECT_TIMEOUT": str(PATIENCE),
        "PGOPTIONS": "-c client_min_messages=warning",
    }


def _values(pairs: list[tuple[str, Scalar]]) -> Row:
    """A row's values in their order; two columns may have one name."""
    return tuple(value for _, value in pairs)


def last_line(text: str) -> str:
    """What a program said last, without its name."""
    lines = [line for line in text.strip().splitlines() if line]
    return lines[-1].removeprefix("psql: ").removeprefix("error: ") if lines else "no word"
