"""What is not read is said by name, with its place: mappers, frameworks, parts of applications."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.migrate.project import scanned

FASTAPI = "from fastapi import FastAPI\napp = FastAPI()\n"


@pytest.mark.parametrize(
    ("library", "code"),
    [
        (
            "Peewee",
            "import peewee\nclass Base(peewee.Model): pass\nclass Book(Base): pass",
        ),
        (
            "Tortoise ORM",
            "from tortoise.models import Model\nclass Book(Model): pass",
        ),
        (
            "PonyORM",
            "from pony.orm import Database\ndb = Database()\nclass Book(db.Entity): pass",
        ),
    ],
)
def test_models_of_a_mapper_that_is_not_read(tmp_path: Path, library: str, code: str) -> None:
    facts = scanned(tmp_path, {"app.py": FASTAPI + code})
    assert facts.tables == ()
    lost = {(u.kind, u.what) for u in facts.unresolved}
    assert ("orm", f"app.Book: a model of {library}, which is not read") in lost
    (warning,) = (each for each in facts.warnings if library in each)
    assert warning.startswith("app.py:")
    assert "is not read: its tables" in warning


def test_a_mapper_without_a_model_is_named_where_it_is_imported(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": FASTAPI + "from motor import motor_asyncio\n"})
    (lost,) = facts.unresolved
    assert (lost.kind, str(lost.evidence)) == ("orm", "app.py:3")
    assert any("Motor is not read" in each for each in facts.warnings)


def test_a_package_of_ones_own_is_no_mapper(tmp_path: Path) -> None:
    files = {"app.py": f"{FASTAPI}from motor import turns\n", "motor/__init__.py": "turns = 1\n"}
    facts = scanned(tmp_path, files)
    assert facts.unresolved == ()
    assert not any("Motor" in each for each in facts.warnings)


@pytest.mark.parametrize(
    ("library", "code"),
    [
        ("aiohttp", "from aiohttp import web\napp = web.Application()"),
        ("Starlette", "from starlette.applications import Starlette\napp = Starlette()"),
        ("Bottle", "from bottle import Bottle\napp = Bottle()"),
        ("Litestar", "from litestar import Litestar\napp = Litestar([])"),
        ("SQLAdmin", f"{FASTAPI}from sqladmin import Admin\nAdmin(app, engine)"),
        ("Strawberry (GraphQL)", f"{FASTAPI}import strawberry\nstrawberry.Schema(query=Query)"),
    ],
)
def test_who_answers_and_is_not_read(tmp_path: Path, library: str, code: str) -> None:
    facts = scanned(tmp_path, {"app.py": code})
    (lost,) = facts.unresolved
    assert lost.kind == "framework"
    assert f"{library} answers here, and is not read" in lost.what
    assert any(f"{library} is not read: the routes" in each for each in facts.warnings)


def test_a_server_is_no_other_system(tmp_path: Path) -> None:
    code = "import aiohttp\nfrom aiohttp import web\napp = web.Application()\n"
    code += "async def ask():\n    aiohttp.request('GET', 'https://books.example')\n"
    facts = scanned(tmp_path, {"app.py": code})
    assert [each.target for each in facts.external] == ["https://books.example"]
