"""A service with a database: migration, records, readiness."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from .conftest import Start
from .postgres import Postgres
from .process import Process, Variant
from .upstream import running_upstream
from .waiting import LIMIT, eventually

pytestmark = pytest.mark.e2e


@pytest.fixture
def secret(postgres: Postgres, tmp_path: Path) -> dict[str, str]:
    """The database's URL as the runtime gives it: the name of a file."""
    file = tmp_path / "database-url"
    file.write_text(postgres.url + "\n")
    return {"DATABASE_URL_FILE": str(file)}


@pytest.fixture
def keeper(variants: dict[str, Variant], start: Start, secret: dict[str, str]) -> Process:
    """A migrated and started service."""
    assert variants["keeper"].run_migration(secret).wait(LIMIT) == 0
    return start("keeper", **secret)


def test_two_migrations_at_once_and_one_more_do_it_once(
    variants: dict[str, Variant], secret: dict[str, str]
) -> None:
    both = [variants["keeper"].run_migration(secret) for _ in "12"]
    assert [migration.wait(LIMIT) for migration in both] == [0, 0]
    assert variants["keeper"].run_migration(secret).wait(LIMIT) == 0


def test_a_migration_without_its_database_says_so(variants: dict[str, Variant]) -> None:
    nowhere = {"DATABASE_URL": "postgresql://nobody:hidden@127.0.0.1:1/nothing"}
    migration = variants["keeper"].run_migration(nowhere)
    out, _ = migration.communicate(timeout=LIMIT)
    assert migration.returncode == 1
    assert "hidden" not in out


def test_records_are_kept_and_read_page_by_page(keeper: Process) -> None:
    created = [keeper.http.post("/", json={"note": note}) for note in ("a", "b", "c")]
    assert [answer.status_code for answer in created] == [201] * 3
    page = keeper.http.get("/", params={"limit": 2}).json()
    assert [record["note"] for record in page["items"]] == ["c", "b"]
    rest = keeper.http.get("/", params={"limit": 1, "cursor": page["next"]}).json()
    assert rest["items"] == [created[0].json()]
    one = keeper.http.get(created[0].headers["Location"])
    assert one.json() == created[0].json()


def test_ten_at_once_with_one_key_are_one(keeper: Process) -> None:
    ids: list[str] = []

    def post() -> None:
        headers = {"Idempotency-Key": "the-key"}
        ids.append(keeper.http.post("/", json={"note": "once"}, headers=headers).json()["id"])

    posting = [threading.Thread(target=post) for _ in range(10)]
    for thread in posting:
        thread.start()
    for thread in posting:
        thread.join(LIMIT)
    assert len(ids) == 10
    assert len(set(ids)) == 1
    other = keeper.http.post("/", json={"note": "other"}, headers={"Idempotency-Key": "the-key"})
    assert other.status_code == 422


def test_queries_of_requests_are_traced_and_those_of_readiness_are_not(
    keeper: Process, start: Start, secret: dict[str, str]
) -> None:
    with running_upstream() as collector:
        telemetry = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
            "OTEL_BSP_SCHEDULE_DELAY": "100",
            "OTEL_METRICS_EXPORTER": "none",
        }
        service = start("keeper", **secret, **telemetry)
        for _ in range(3):
            assert service.http.get("/readyz").status_code == 200
        assert service.http.get("/").status_code == 200
        service.terminate()
        assert service.wait_exit() == 0
    spans = b"".join(seen.body for seen in collector.seen if seen.path == "/v1/traces")
    assert b"FROM records" in spans
    assert b"SELECT 1" not in spans


def test_it_is_ready_only_while_its_database_answers(keeper: Process, postgres: Postgres) -> None:
    assert keeper.http.get("/readyz").json()["checks"] == {"database": "ok"}
    postgres.stop()
    try:
        eventually(lambda: keeper.status("/readyz") == 503, "to be told that it is not ready")
        assert "database" in keeper.http.get("/readyz").json()["checks"]
        assert keeper.status("/livez") == 200
    finally:
        postgres.start()
    eventually(lambda: keeper.status("/readyz") == 200, "readiness")
    assert keeper.http.get("/").status_code == 200
