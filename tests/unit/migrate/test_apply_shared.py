"""A system whose services run on the monolith's database: what is in it, and the way out of it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import copier  # noqa: F401 - it asks `uname` when imported, which no test may do
import pytest
import yaml

from mscli import systemfile
from mscli.cli import run
from tests.unit.migrate.test_apply import mscli, tree
from tests.unit.migrate.test_examples import NAMES, ROOT


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def planned(here: Path, name: str, *words: str) -> Path:
    shutil.copytree(ROOT / "examples" / name, here / "shop")
    assert mscli("plan", "shop", *words) == 0
    return here / "shop"


def made(path: Path) -> None:
    """A SQLite file such as the monolith makes when it starts."""
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY)")


@pytest.mark.parametrize("name", NAMES)
def test_the_dear_service_has_its_code_and_no_database(
    here: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    planned(here, name)
    assert mscli("apply", "shop", "--service", "orders", "--json") == 0
    [text] = capsys.readouterr().out.split("\n{\n", 1)[-1:]
    report = json.loads("{\n" + text if not text.startswith("{") else text)["report"]
    [orders] = report["services"].values()
    assert orders["database"] == "shared"
    assert orders["tables"] == ["order_lines", "orders", "payments"]
    assert len(orders["moved"]) == 3
    assert all("comes with the data" in s["why no saga"] for s in report["split transactions"][-2:])
    root = here / "shop-system"
    service = systemfile.read(root / "mscli.yaml").system.services["orders"]
    assert (service.database, dict(service.env), dict(service.calls)) == (None, {}, {})
    files = tree(root / "services/orders")
    assert not any("migrations" in path or path.endswith("tables.py") for path in files)
    project = files["pyproject.toml"].decode()
    assert "alembic" not in project
    assert ("psycopg" if name == "monolith-django" else "pg8000") in project
    assert b"MONOLITH_DATABASE_URL" in files["src/orders/app.py"]
    assert b"database: shared" in (root / "migration/boundaries.yaml").read_bytes()
    page = (root / "migration/report.md").read_text()
    assert "Give it a role of its own there" in page


@pytest.mark.programs  # ruff, as a person would run it
@pytest.mark.parametrize("name", NAMES)
def test_what_is_generated_is_tidy(here: Path, name: str) -> None:
    planned(here, name)
    assert mscli("apply", "shop", "--service", "orders", "--service", "reports") == 0
    ruff = str(Path(sys.executable).with_name("ruff"))
    for words in (["check"], ["format", "--check"]):
        command = [ruff, *words, "--no-cache", "services/orders"]
        folder = here / "shop-system"
        done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_the_address_is_set_as_soon_as_it_is_known(here: Path) -> None:
    """The one SQLite file of the monolith, when it has one; what a person says stays."""
    planned(here, "monolith-fastapi")
    assert mscli("apply", "shop", "--service", "orders") == 0
    root = here / "shop-system"
    made(root / "services/monolith/data/shop.sqlite3")
    assert mscli("apply", "shop", "--service", "accounts") == 0
    services = systemfile.read(root / "mscli.yaml").system.services
    beside = {"MONOLITH_DATABASE_URL": "sqlite:///../monolith/data/shop.sqlite3"}
    assert services["orders"].env == services["accounts"].env == beside
    file = root / "mscli.yaml"
    text = file.read_text().replace("sqlite:///../monolith", "postgresql://db.test", 1)
    file.write_text(text)
    assert mscli("apply", "shop") == 0
    before = {name: s.env for name, s in systemfile.read(file).system.services.items()}
    assert sorted(str(env) for env in before.values()).count(str(beside)) == 2
    assert "postgresql://db.test" in str(before)


def test_an_address_in_the_monoliths_own_variables_is_that_of_its_services(here: Path) -> None:
    planned(here, "monolith-fastapi")
    assert mscli("apply", "shop", "--monolith-only") == 0
    file = here / "shop-system/mscli.yaml"
    document = yaml.safe_load(file.read_text())
    document["services"]["monolith"]["env"] = {"DATABASE_URL": "postgresql+psycopg2://a@db/shop"}
    file.write_text(yaml.safe_dump(document))
    assert mscli("apply", "shop", "--service", "orders") == 0
    env = systemfile.read(file).system.services["orders"].env
    assert env == {"MONOLITH_DATABASE_URL": "postgresql+psycopg2://a@db/shop"}
    assert run(["check", "-f", str(file)]) == 0


def test_a_service_gets_a_database_of_its_own_only_when_it_is_made_anew(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The error says what to type, and that works."""
    planned(here, "monolith-flask")
    assert mscli("apply", "shop", "--service", "orders") == 0
    assert mscli("plan", "shop", "--database", "own") == 0
    root = here / "shop-system"
    before = tree(root)
    capsys.readouterr()
    assert mscli("apply", "shop", "--service", "orders") == 2
    told = capsys.readouterr().err
    assert "orders was made for the monolith's database" in told
    assert "mscli rm service orders --purge" in told
    assert "mscli migrate apply shop --service orders" in told
    assert tree(root) == before
    with monkeypatch.context() as inside:
        inside.chdir(root)
        assert run(["rm", "service", "orders", "--purge", "--yes"]) == 0
    assert mscli("apply", "shop", "--service", "orders") == 0
    service = systemfile.read(root / "mscli.yaml").system.services["orders"]
    assert (service.database, dict(service.env)) == ("postgres", {})
    versions = "services/orders/src/orders/storage/migrations/versions"
    assert "order_lines" in (root / versions / "0001_tables.py").read_text()


def test_the_address_goes_along_to_compose_and_kubernetes(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(here, "monolith-fastapi")
    assert mscli("apply", "shop", "--service", "orders") == 0
    root = here / "shop-system"
    file = root / "mscli.yaml"
    document = yaml.safe_load(file.read_text())
    document["services"]["orders"]["env"] = {"MONOLITH_DATABASE_URL": "postgresql://db.test/shop"}
    file.write_text(yaml.safe_dump(document))
    monkeypatch.chdir(root)
    for target in ("compose", "kubernetes"):
        assert run(["render", target]) == 0
    compose = yaml.safe_load((root / "compose.yaml").read_text())["services"]
    assert compose["orders"]["environment"]["MONOLITH_DATABASE_URL"] == "postgresql://db.test/shop"
    assert "orders-postgres" not in compose
    rendered = "".join(p.read_text() for p in (root / "kubernetes/base").rglob("*.yaml"))
    assert "postgresql://db.test/shop" in rendered


def test_that_nothing_says_where_the_database_is_is_said_before_up_waits(
    here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shop = planned(here, "monolith-fastapi")
    assert mscli("apply", "shop", "--service", "orders") == 0
    assert "orders cannot be ready yet" in capsys.readouterr().err
    made(here / "shop-system/services/monolith/shop.sqlite3")
    assert mscli("apply", str(shop), "--service", "orders") == 0
    assert "cannot be ready" not in capsys.readouterr().err
