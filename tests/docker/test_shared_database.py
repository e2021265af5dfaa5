"""Code of its own on a database of the system, and a guest in it, by Docker alone."""

from __future__ import annotations

import shutil
import subprocess

from mscli.model.system import Gateway, Route, Service, System
from tests.docker.shop import Shop, docker, write
from tests.e2e.checkouts import SERVER

DOCKERFILE = """FROM python:3.11-slim
COPY server.py .
USER 10001:10001
"""
URI = "postgresql+psycopg://$(PGUSER):$(PGPASSWORD)@$(PGHOST):$(PGPORT)/$(PGDATABASE)"


def _own_code(name: str, **fields: object) -> Service:
    return Service(name, f"services/{name}", template="none", health="tcp",
                   command=("python", "server.py"), **fields)  # type: ignore[arg-type]  # fmt: skip


def test_a_monolith_is_told_its_database_and_a_guest_may_use_it_and_owns_nothing(
    nothing_else: Shop,
) -> None:
    legacy = _own_code("legacy", database="postgres", env={"DB_URI": URI})
    guest = _own_code("orders", shares=("legacy",))
    system = System(
        "shared",
        gateway=Gateway(port=nothing_else.port),
        services={"legacy": legacy, "orders": guest},
        routes=(Route("/", "legacy", prefix="keep"),),
    )
    write(nothing_else, system)
    for service in system.services.values():
        folder = nothing_else.folder / service.path
        folder.mkdir(parents=True)
        (folder / "Dockerfile").write_text(DOCKERFILE)
        shutil.copy(SERVER, folder / "server.py")
    subprocess.run(["sh", "secrets/generate.sh"], cwd=nothing_else.folder, check=True)
    nothing_else.compose("up", "--build", "--wait")

    def told(service: str, variable: str) -> str:
        """As the process has it, and whoever runs something beside it."""
        return nothing_else.compose("exec", service, "printenv", variable).strip()

    own = told("legacy", "DATABASE_URL")
    assert told("legacy", "DB_URI") == own.replace("postgresql", "postgresql+psycopg", 1)
    assert own.endswith(f":{told('legacy', 'PGPASSWORD')}@legacy-postgres:5432/legacy")
    shared = told("orders", "LEGACY_DATABASE_URL")

    def ask(url: str, statement: str, code: int = 0) -> str:
        psql = ("exec", "legacy-postgres", "psql", "-Atc", statement, url)
        return nothing_else.compose(*psql, code=code)

    ask(own, "CREATE TABLE boxes (id serial PRIMARY KEY, n int)")
    assert "1" in ask(shared, "INSERT INTO boxes (n) VALUES (7) RETURNING id")
    assert "must be owner" in ask(shared, "DROP TABLE boxes", code=1)
    inside = nothing_else.container("orders-1")
    assert "postgres-password" not in docker("exec", inside, "ls", "/run/secrets")
