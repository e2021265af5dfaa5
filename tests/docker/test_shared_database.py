"""Code of its own on a database of the system, and a guest in it, by Docker alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator

import pytest

from mscli.model.system import Gateway, Service, Share, System, split
from tests.docker.shop import Shop, docker, write
from tests.e2e.checkouts import SERVER
from tests.gateway.load import failed, load
from tests.ports import free_port

DOCKERFILE = """FROM python:3.11-slim
COPY server.py .
RUN mkdir /files && echo from the image >/files/first
USER 10001:10001
"""
KEY = """it's "a" $ecret ${HOME} $$ \\n \\"""
URI = "postgresql+psycopg://$(PGUSER):$(PGPASSWORD)@$(PGHOST):$(PGPORT)/$(PGDATABASE)"


def _own_code(name: str, **fields: object) -> Service:
    return Service(name, f"services/{name}", template="none",
                   command=("python", "server.py"), **fields)  # type: ignore[arg-type]  # fmt: skip


@pytest.fixture(scope="module")
def legacy(tmp_path_factory: pytest.TempPathFactory, engine: str) -> Iterator[Shop]:
    """A monolith that nobody may ask for its health, and a guest that everybody may."""
    made = Shop(tmp_path_factory.mktemp("legacy"), f"mscli-test-legacy-{os.getpid()}", free_port())
    system = _system(made, Share("legacy", 100, "keep"))
    write(made, system)
    for service in system.services.values():
        folder = made.folder / service.path
        folder.mkdir(parents=True)
        (folder / "Dockerfile").write_text(DOCKERFILE)
        shutil.copy(SERVER, folder / "server.py")
    (made.folder / "key").write_text(KEY)
    subprocess.run(["sh", "secrets/generate.sh"], cwd=made.folder, check=True)
    try:
        made.compose("up", "--build", "--wait")
        yield made
    finally:
        made.remove()
        assert made.left() == []


def _system(shop: Shop, *shares: Share) -> System:
    name = {"MSCLI_PROCESS": "whoever answers"}
    monolith = _own_code(
        "legacy",
        health="tcp",
        database="postgres",
        env={"DB_URI": URI, **name},
        secrets={"KEY": "key"},
        volumes={"files": "/files"},
    )
    files = {"files": "../legacy/files"}
    guest = _own_code("orders", shares=("legacy",), env=name, volumes=files)
    return System(
        "shared",
        gateway=Gateway(port=shop.port),
        services={"legacy": monolith, "orders": guest},
        routes=(split("/", shares),),
    )


def test_flips_between_two_services_lose_no_request(legacy: Shop) -> None:
    """Most places that the router has for replicas are empty, and it has to ask to know."""
    flips = [("orders",), ("legacy", "orders"), ("legacy",)]
    with load(legacy.port, "/") as seen:
        for names in flips:
            time.sleep(2)
            shares = [Share(name, 100 // len(names), "keep") for name in names]
            write(legacy, _system(legacy, *shares))
        time.sleep(2)
    assert failed(seen.samples) == []
    assert "orders-1" in legacy.answered_by(len(seen.samples))


def test_a_monolith_is_told_its_database_and_a_guest_may_use_it_and_owns_nothing(
    legacy: Shop,
) -> None:
    def told(service: str, variable: str) -> str:
        """As the process has it, and whoever runs something beside it."""
        return legacy.compose("exec", service, "printenv", variable).strip()

    own = told("legacy", "DATABASE_URL")
    assert told("legacy", "DB_URI") == own.replace("postgresql", "postgresql+psycopg", 1)
    assert own.endswith(f":{told('legacy', 'PGPASSWORD')}@legacy-postgres:5432/legacy")
    shared = told("orders", "LEGACY_DATABASE_URL")

    def ask(url: str, statement: str, code: int = 0) -> str:
        psql = ("exec", "legacy-postgres", "psql", "-Atc", statement, url)
        return legacy.compose(*psql, code=code)

    ask(own, "CREATE TABLE boxes (id serial PRIMARY KEY, n int)")
    assert "1" in ask(shared, "INSERT INTO boxes (n) VALUES (7) RETURNING id")
    assert "must be owner" in ask(shared, "DROP TABLE boxes", code=1)
    inside = legacy.container("orders-1")
    assert "postgres-password" not in docker("exec", inside, "ls", "/run/secrets")


def test_two_services_write_one_volume_that_has_what_the_image_had(legacy: Shop) -> None:
    legacy.compose("exec", "legacy", "sh", "-c", "echo from the monolith >/files/second")
    legacy.compose("exec", "orders", "sh", "-c", "echo from the guest >>/legacy/files/first")
    both = legacy.compose("exec", "orders", "sh", "-c", "cat /legacy/files/*")
    assert both.splitlines() == ["from the image", "from the guest", "from the monolith"]


def test_a_key_with_quotes_and_dollars_is_a_variable_as_it_is(legacy: Shop) -> None:
    assert legacy.compose("exec", "legacy", "printenv", "KEY").rstrip("\n") == KEY
