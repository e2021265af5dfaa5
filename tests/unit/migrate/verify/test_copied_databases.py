"""What a copy of a service is told, so that it reaches the copy of its database and no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mscli.errors import UsageError
from mscli.migrate.verify.copied_databases import Source, copied_from, told_of
from mscli.migrate.verify.copies import _beside, _refuse_what_is_written_down
from mscli.model.kinds import Kind
from mscli.model.process import Process
from mscli.model.system import Service
from mscli.runtimes.processes.database_copies import Copy

COPY = Copy("mscli.monolith_1a2b", "secret")
ADDRESS = "postgresql://mscli.monolith_1a2b:secret@127.0.0.1:2345/mscli.monolith_1a2b"


def process(**environment: str) -> Process:
    return Process("monolith-1", "monolith", Kind.SERVICE, ("run",), "/", environment, "/log")


def monolith(**fields: object) -> Service:
    return Service("monolith", "services/monolith", template="none", **fields)  # type: ignore[arg-type]


def told(service: Service, running: Process, folder: Path) -> dict[str, str]:
    source = copied_from(service, running)
    assert source is not None
    return told_of(COPY, 2345, source, service, running, folder)


def test_every_variable_of_its_database_is_the_copy_and_so_is_what_refers_to_them(
    tmp_path: Path,
) -> None:
    url = "postgresql://monolith:old@127.0.0.1:2345/monolith"
    running = process(
        DATABASE_URL=url, DATABASE_URL_FILE="/file", PGHOST="127.0.0.1", PGPORT="2345",
        PGDATABASE="monolith", PGUSER="monolith", PGPASSWORD="old", DB="x", TITLE="monolith",
    )  # fmt: skip
    service = monolith(
        database="postgres",
        env={
            "DB": "postgresql+psycopg://$(PGUSER):$(PGPASSWORD)@$(PGHOST):$(PGPORT)/$(PGDATABASE)"
        },
    )
    found = told(service, running, tmp_path)
    assert found["DATABASE_URL"] == ADDRESS
    assert Path(found["DATABASE_URL_FILE"]).read_text() == ADDRESS
    assert Path(found["DATABASE_URL_FILE"]).stat().st_mode & 0o777 == 0o600
    assert (found["PGUSER"], found["PGPASSWORD"]) == (COPY.name, "secret")
    assert found["DB"] == ADDRESS.replace("postgresql", "postgresql+psycopg", 1)
    assert found["TITLE"] == "monolith"


def test_a_guest_is_one_on_the_copy_and_is_told_nothing_new(tmp_path: Path) -> None:
    service = Service("orders", "services/orders", shares=("monolith",))
    running = process(MONOLITH_DATABASE_URL_FILE="/file")
    assert copied_from(service, running) == Source("monolith", owned=False)
    found = told(service, running, tmp_path)
    assert found.keys() == running.environment.keys()
    assert Path(found["MONOLITH_DATABASE_URL_FILE"]).read_text() == ADDRESS


def test_a_database_elsewhere_keeps_the_drivers_scheme(tmp_path: Path) -> None:
    url = "postgresql+asyncpg://me:pw@db.test/shop"
    service = monolith(env={"DATABASE_URL": url})
    running = process(DATABASE_URL=url, HOST="127.0.0.1")
    source = copied_from(service, running)
    assert source == Source("monolith", address="postgresql://me:pw@db.test/shop")
    found = told(service, running, tmp_path)
    assert found["DATABASE_URL"] == ADDRESS.replace("postgresql", "postgresql+asyncpg", 1)
    assert found["HOST"] == "127.0.0.1"


@pytest.mark.parametrize(
    "more", [{"DB_HOST": "db.test"}, {"REPORTS_URL": "postgres://me:pw@db.test/reports"}]
)
def test_what_would_reach_the_original_all_the_same_is_refused(
    tmp_path: Path, more: dict[str, str]
) -> None:
    url = "postgresql://me:pw@db.test/shop"
    service = monolith(env={"DATABASE_URL": url, **more})
    with pytest.raises(UsageError, match="names another PostgreSQL, or its server"):
        told(service, process(DATABASE_URL=url, **more), tmp_path)


def test_sqlite_is_none_of_it() -> None:
    assert copied_from(monolith(), process(DATABASE_URL="sqlite:///shop.db")) is None


def test_a_copy_takes_no_events() -> None:
    running = process(NATS_URL="nats://x", NATS_URL_FILE="/x", TITLE="monolith")
    found = _beside(running, monolith()).environment
    assert found["TITLE"] == "monolith"
    assert not found.keys() & {"NATS_URL", "NATS_URL_FILE"}


def test_a_sqlite_file_that_a_variable_names_is_not_written_down(tmp_path: Path) -> None:
    """What reads its address by dj-database-url is on PostgreSQL only if that says so."""
    url = 'dj_database_url.config(default="postgresql://x/shop")'
    settings = f'import dj_database_url\nDATABASES = {{"default": {url}}}\n'
    (tmp_path / "settings.py").write_text(settings)
    named = process(DATABASE_URL="sqlite:///shop.db")
    _refuse_what_is_written_down(monolith(), replace(named, folder=str(tmp_path)))
    with pytest.raises(UsageError, match="a copy would write there"):
        _refuse_what_is_written_down(monolith(), replace(process(), folder=str(tmp_path)))
