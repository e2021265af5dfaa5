"""What modules call while they are imported: decorators, and makers of columns."""

from __future__ import annotations

from pathlib import Path

from tests.unit.migrate.project import scanned, touched

LONG = "\n".join(f"        note({number})" for number in range(60))
STORE = f'''
from functools import wraps
from sqlalchemy import Column, ForeignKey, select
from sqlalchemy.orm import DeclarativeBase, Session
from sqlmodel import Field, SQLModel


def traced(func):
    def telling(note):
{LONG}

    @wraps(func)
    async def wrapper(*args, **kwargs):
        telling(print)
        return await func(*args, **kwargs)

    return wrapper


def key(target: str, rule: str):
    """A column that refers to another table."""
    name = "a"
    name += "b"
    name += "c"
    name += "d"
    name += "e"
    name += "f"
    name += "g"
    name += "h"
    name += "i"
    name += "j"
    name += "k"
    name += "l"
    return Field(sa_column=Column(ForeignKey(f"{{target}}.id", name=name, ondelete=rule)))


''' + "\n\n".join(
    f'class Row{number}(SQLModel, table=True):\n    __tablename__ = "row{number}"\n'
    f'    id: int = Field(primary_key=True)\n    up_id: int = key("row{number - 1}", "CASCADE")'
    for number in range(1, 12)
)
MANAGERS = "\n\n".join(
    f"class Manager{number}:\n    @traced\n    async def all(self, session: Session):\n"
    f"        return await session.execute(select(Row{number}))"
    for number in range(1, 12)
)
APP = """
from fastapi import FastAPI
from store import Manager1, Manager2, Manager11

app = FastAPI()


class Server:
    def __init__(self):
        self.first, self.second, self.last = Manager1(), Manager2(), Manager11()


_server = None


def server() -> "Server":
    global _server
    if _server is None:
        raise RuntimeError("not started")
    return _server


@app.get("/first")
async def first():
    return await server().first.all(None)


@app.get("/last")
async def last():
    return await server().last.all(None)
"""


def test_decorators_are_told_apart_however_long_they_are(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"store.py": f"{STORE}\n\n\n{MANAGERS}\n", "app.py": APP})
    assert touched(facts, "read", ".first") == {"row1"}
    assert touched(facts, "read", ".last") == {"row11"}


def test_keys_that_a_function_makes_are_told_apart(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"store.py": f"{STORE}\n"})
    keys = {(r.source, r.target, r.on_delete) for r in facts.relations if r.target}
    assert keys == {(f"row{n}", f"row{n - 1}", "cascade") for n in range(2, 12)}


RUNNER = """
def run(func, *args):
    note = []
{lines}
    return func(*args)
"""
HANDLERS = """
from fastapi import FastAPI
from sqlalchemy import select
from runner import run
from store import {names}

app = FastAPI()
"""


def test_what_a_runner_does_is_what_the_function_does_that_it_is_given(tmp_path: Path) -> None:
    numbers = range(1, 12)
    app = HANDLERS.format(names=", ".join(f"Row{n}" for n in numbers)) + "\n\n".join(
        f"def read{n}(session):\n    return session.execute(select(Row{n}))\n\n\n"
        f'@app.get("/{n}")\ndef handler{n}(session):\n    return run(read{n}, session)'
        for n in numbers
    )
    runner = RUNNER.format(lines="\n".join(f"    note.append({n})" for n in range(60)))
    facts = scanned(tmp_path, {"store.py": STORE, "runner.py": runner, "app.py": f"{app}\n"})
    for number in numbers:
        assert touched(facts, "read", f".handler{number}") == {f"row{number}"}


def test_a_decorated_view_is_what_its_module_makes_of_it_whoever_is_read_first(
    tmp_path: Path,
) -> None:
    views = """
    from shop.models import Shelf

    def counted(view):
        def inner(request):
            Shelf.objects.count()
            return view(request)
        return inner

    @counted
    def home(request):
        return ""
    """
    models = """
    from django.db import models

    class Shelf(models.Model):
        pass
    """
    urls = """
    from django.urls import path
    from shop import views

    urlpatterns = [path("", views.home)]
    """
    settings = "ROOT_URLCONF = 'urls'\nINSTALLED_APPS = ['shop']\n"
    code = {"settings.py": settings, "urls.py": urls}
    shop = {"shop/__init__.py": "", "shop/models.py": models, "shop/views.py": views}
    assert touched(scanned(tmp_path, code | shop), "read", "views.home") == {"shop_shelf"}
