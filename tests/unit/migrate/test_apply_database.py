"""A monolith that gets a database of the system: what it is told, and who shares it."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import copier  # noqa: F401 - it asks `uname` when imported, which no test may do
import pytest

from mscli import systemfile
from mscli.model.system import System
from tests.unit.migrate.test_apply import mscli
from tests.unit.migrate.test_examples import ROOT

POSTGRES = ("--monolith-database", "postgres")
SETTINGS = """
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql",
    "NAME": os.environ.get("DB_NAME"), "HOST": os.environ.get("DB_HOST")}}
"""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def planned(here: Path, name: str, *words: str) -> Path:
    shutil.copytree(ROOT / "examples" / name, here / "shop")
    assert mscli("plan", "shop", *words) == 0
    return here / "shop"


def system(here: Path) -> System:
    return systemfile.read(here / "shop-system" / "mscli.yaml").system


def test_fastapi_is_told_by_its_variable_and_a_service_shares_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = planned(here, "monolith-fastapi")
    with (shop / "requirements.txt").open("a") as file:
        file.write("psycopg[binary]>=3.2\n")
    assert mscli("apply", "shop", *POSTGRES, "--service", "orders") == 0
    monolith, orders = system(here).services["monolith"], system(here).services["orders"]
    assert (monolith.database, monolith.migrate) == ("postgres", ())
    assert monolith.env["DATABASE_URL"].startswith("postgresql+psycopg://$(PGUSER):")
    assert (orders.database, orders.shares, dict(orders.env)) == (None, ("monolith",), {})
    said = capsys.readouterr()
    assert "a database of the system's PostgreSQL, its own code makes the tables" in said.out
    assert "driver" not in said.err
    page = (here / "shop-system/migration/report.md").read_text()
    assert "It has a role of its own there" in page

    before = (here / "shop-system/mscli.yaml").read_bytes()
    assert mscli("apply", "shop", *POSTGRES, "--service", "orders") == 0
    assert (here / "shop-system/mscli.yaml").read_bytes() == before


def test_django_is_migrated_by_its_own_command(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = planned(here, "monolith-django", "--database", "own")
    [settings] = shop.rglob("settings.py")
    settings.write_text(settings.read_text() + f"import os\n{SETTINGS}")
    assert mscli("apply", "shop", *POSTGRES, "--monolith-only") == 0
    monolith = system(here).services["monolith"]
    assert monolith.migrate == ("python", "manage.py", "migrate", "--noinput", "--run-syncdb")
    assert {n: v for n, v in monolith.env.items() if n.startswith("DB_")} == {
        "DB_NAME": "$(PGDATABASE)",
        "DB_HOST": "$(PGHOST)",
    }
    assert "none of the packages" in capsys.readouterr().err


def test_what_makes_the_tables_of_a_sqlite_file_that_is_not_there_is_said(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    planned(here, "monolith-django")
    assert mscli("apply", "shop") == 0
    said = capsys.readouterr().err
    run = "mscli exec monolith python manage.py migrate --noinput --run-syncdb"
    make = f"mscli up -d monolith && {run}"
    assert (
        f"a SQLite file, and none is among its files: in the system's folder, make it by `{make}`"
        in said
    )
    assert f"let the monolith make it (`{make}`) and apply again" in said
    file = here / "shop-system/services/monolith/shop.sqlite3"
    file.touch()
    assert mscli("apply", "shop") == 0
    assert "has no tables, let the monolith make it" in capsys.readouterr().err
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE visits (id INTEGER)")
    assert mscli("apply", "shop") == 0
    assert "cannot be ready" not in capsys.readouterr().err
    orders = system(here).services["orders"]
    assert orders.env["MONOLITH_DATABASE_URL"] == "sqlite:///../monolith/shop.sqlite3"


def test_a_service_that_signs_asks_for_the_monoliths_key_until_it_has_it(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    planned(here, "monolith-django")
    assert mscli("apply", "shop") == 0
    said = "catalogue: sessions and messages are signed by the monolith's SECRET_KEY"
    assert said in capsys.readouterr().err
    file = here / "shop-system/mscli.yaml"
    given = "  catalogue:\n    secrets: {SECRET_KEY: ~/keys/monolith}\n"
    file.write_text(file.read_text().replace("  catalogue:\n", given))
    assert mscli("apply", "shop") == 0
    assert "SECRET_KEY" not in capsys.readouterr().err


def test_tables_of_applications_with_migrations_are_made_by_these_alone(here: Path) -> None:
    shop = planned(here, "monolith-django", "--database", "own")
    for models in shop.rglob("models.py"):
        (models.parent / "migrations").mkdir()
    assert mscli("apply", "shop", *POSTGRES, "--monolith-only") == 0
    monolith = system(here).services["monolith"]
    assert monolith.migrate == ("python", "manage.py", "migrate", "--noinput")


def test_where_it_is_and_what_to_do_is_said_of_one_that_stays(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = planned(here, "monolith-django", "--database", "own")
    [settings] = shop.rglob("settings.py")
    settings.write_text(settings.read_text() + f"import os\n{SETTINGS}")
    assert mscli("apply", "shop", "--monolith-only") == 0
    said = capsys.readouterr().err
    assert "its PostgreSQL stays where it is" in said
    assert "give it DB_HOST, DB_NAME in `env` of services.monolith" in said
    assert system(here).services["monolith"].database is None
    assert mscli("apply", "shop", *POSTGRES, "--monolith-only") == 2
    assert "the monolith is a service already" in capsys.readouterr().err


def test_settings_that_read_no_variable_are_told_of(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    planned(here, "monolith-flask", "--database", "own")
    assert mscli("apply", "shop", *POSTGRES, "--monolith-only") == 0
    assert "its settings take no database from the environment" in capsys.readouterr().err


def test_a_service_on_a_shared_mysql_has_the_monoliths_driver_and_a_word_is_said_early(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "examples" / "monolith-fastapi", here / "shop")
    module = here / "shop" / "shop" / "database.py"
    module.write_text(
        module.read_text().replace("sqlite:///shop.sqlite3", "mysql+pymysql://db/shop")
    )
    with (here / "shop" / "requirements.txt").open("a") as file:
        file.write("PyMySQL>=1.1\n")
    assert mscli("plan", "shop") == 0
    assert "the database is MySQL or MariaDB" in capsys.readouterr().err
    assert mscli("apply", "shop", "--service", "orders") == 0
    assert "database is. Write MONOLITH_DATABASE_URL into `env`" in capsys.readouterr().err
    assert "PyMySQL>=1.1" in (here / "shop-system/services/orders/pyproject.toml").read_text()
