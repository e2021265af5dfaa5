"""What FastAPI's handlers are given: aliases of dependencies, sessions that end behind them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import routes, scanned, touched
from tests.unit.migrate.slices import part_of, reasons

MODELS = """
    from sqlalchemy import Column, Integer, String, create_engine
    from sqlalchemy.orm import DeclarativeBase, sessionmaker

    Local = sessionmaker(create_engine("sqlite:///shop.db"))

    class Base(DeclarativeBase): ...

    class Book(Base):
        __tablename__ = "books"
        id = Column(Integer, primary_key=True)
        state = Column(String)

    class User(Base):
        __tablename__ = "users"
        id = Column(Integer, primary_key=True)

    def session():
        with Local() as opened:
            yield opened
"""
GIVEN = """
    from typing import Annotated
    from fastapi import Depends
    from sqlalchemy.orm import Session
    from shop.models import Book, User, session

    Opened = Annotated[Session, Depends(session)]

    class Shelf:
        def __init__(self, opened: Opened):
            self.opened = opened

        def all(self):
            return self.opened.query(Book).all()

    def current(opened: Opened) -> User:
        return opened.get(User, 1)

    Current = Annotated[User, Depends(current)]
    AnyShelf = Annotated[Shelf, Depends()]
    type Shelves = Annotated[Shelf, Depends(Shelf)]

    def outer(user: Current):
        return user
"""


def _facts(folder: Path, handlers: str, given: str = GIVEN, models: str = MODELS) -> Facts:
    head = """
    from fastapi import Depends, FastAPI
    from shop import given
    from shop.given import *
    from shop.given import Current as Reader
    from shop.models import Local

    app = FastAPI()
    """
    files = {"shop/__init__.py": "", "shop/models.py": models, "shop/given.py": given}
    return scanned(folder, {**files, "shop/app.py": head + handlers})


@pytest.mark.parametrize(
    ("parameter", "table"),
    [
        ("shelf: AnyShelf", "books"),
        ("shelf: given.AnyShelf", "books"),
        ("shelf: Shelves", "books"),
        ("user: Current", "users"),
        ("user: 'Reader'", "users"),
        ("user: Reader | None = None", "users"),
        ("user = Depends(outer)", "users"),
    ],
)
def test_an_annotation_with_a_name_of_its_own_is_followed(
    tmp_path: Path, parameter: str, table: str
) -> None:
    body = "shelf.all()" if "shelf" in parameter else "user.id"
    handler = f"""
    @app.get("/")
    def show({parameter}):
        return {body}
    """
    assert touched(_facts(tmp_path, handler), "read", "app.show") == {table}


def test_rows_that_an_alias_gives_are_written(tmp_path: Path) -> None:
    handler = """
    @app.post("/")
    def leave(user: Current, opened: Opened):
        opened.delete(user)
    """
    assert touched(_facts(tmp_path, handler), "write", "app.leave") == {"users"}


@pytest.mark.parametrize("alias", ["Current = ", "type Current = "])
def test_a_model_of_others_that_a_package_hands_on_keeps_a_route(
    tmp_path: Path, alias: str
) -> None:
    given = """
    from typing import Annotated
    from fastapi import Depends
    from sqlalchemy.orm import Session
    from shop.models import User, session

    def current():
        return None

    Current = Annotated[User, Depends(current)]
    """
    app = """
    from fastapi import FastAPI
    from shop.given import Current, Session, session, Depends
    from shop.models import Book

    app = FastAPI()

    @app.get("/books")
    def books(user: Current, opened: Session = Depends(session)):
        return opened.query(Book).all()
    """
    files = {
        "requirements.txt": "fastapi==0.115.0\nsqlalchemy==2.0.36\n",
        "shop/__init__.py": "",
        "shop/models/__init__.py": "from shop.models.all import Book, User, session\n",
        "shop/models/all.py": MODELS,
        "shop/given.py": given.replace("Current = ", alias),
        "shop/app.py": app,
    }
    found = reasons(part_of(tmp_path, files))
    assert "it uses shop.models.all.User, which another service owns" in found


PLAIN = "        with Local() as opened:\n            yield opened\n"
COMMITS = {
    "after its yield": PLAIN + "            opened.commit()\n",
    "if nothing failed": """
        with Local() as opened:
            try:
                yield opened
            except Exception:
                opened.rollback()
                raise
            else:
                opened.commit()
""",
    "by what it calls": PLAIN
    + "            end(opened)\n    def end(opened):\n        opened.commit()\n",
    "by what it is in": "        with Local.begin() as opened:\n            yield opened\n",
}
CHANGES = """
    def both(opened):
        opened.add(Book())
        opened.add(User())

    @app.post("/")
    def change(opened: Opened):
        both(opened)
"""


def _together(facts: Facts) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(one.kind, one.function, one.tables) for one in facts.transactions}


@pytest.mark.parametrize("how", COMMITS)
def test_a_dependency_that_commits_makes_one_transaction_of_a_request(
    tmp_path: Path, how: str
) -> None:
    assert PLAIN in MODELS
    models = MODELS.replace(PLAIN, COMMITS[how])
    facts = _facts(tmp_path, CHANGES, models=models)
    assert _together(facts) == {("commit", "shop.app.change", ("books", "users"))}


def test_a_dependency_of_a_dependency_may_commit_and_one_that_does_not_makes_nothing(
    tmp_path: Path,
) -> None:
    given = f"""{GIVEN}
    def shelf(opened: Opened):
        return Shelf(opened)
    """
    handlers = CHANGES.replace("opened: Opened", "own=Depends(given.shelf)")
    handlers = handlers.replace("both(opened)\n", "both(own.opened)\n")
    models = MODELS.replace(PLAIN, COMMITS["after its yield"])
    assert _together(_facts(tmp_path, handlers, given=given)) == set()
    facts = _facts(tmp_path, handlers, given=given, models=models)
    assert _together(facts) == {("commit", "shop.app.change", ("books", "users"))}


def test_what_a_session_of_its_own_commits_is_not_the_requests(tmp_path: Path) -> None:
    handlers = """
    def note():
        with Local.begin() as other:
            other.add(User())

    @app.post("/")
    def change(opened: Opened):
        note()
        opened.add(Book())
    """
    models = MODELS.replace(PLAIN, COMMITS["after its yield"])
    facts = _facts(tmp_path, handlers, models=models)
    assert touched(facts, "write", "app.change") == {"books", "users"}
    assert _together(facts) == set()


UNITS = {
    "a unit of work": """
    class Shelf:
        def __init__(self, opened):
            self.opened = opened

        def put(self):
            self.opened.add(Book())
            self.opened.add(User())

    class Unit:
        def __enter__(self):
            self.opened = Local()
            self.shelf = Shelf(self.opened)
            return self

        def __exit__(self, *failed):
            self.end()

        def end(self):
            self.opened.commit()

    @app.post("/")
    def change(unit: Unit = Depends()):
        with unit:
            unit.shelf.put()
    """,
    "a function": """
    from contextlib import contextmanager

    @contextmanager
    def unit():
        opened = Local()
        yield opened
        opened.commit()

    @app.post("/")
    def change():
        with unit() as opened:
            opened.add(Book())
            opened.add(User())
    """,
}


@pytest.mark.parametrize("how", UNITS)
def test_what_is_entered_may_commit_when_it_is_left(tmp_path: Path, how: str) -> None:
    facts = _facts(tmp_path, UNITS[how])
    assert touched(facts, "write", "app.change") == {"books", "users"}
    assert _together(facts) == {("atomic", "shop.app.change", ("books", "users"))}


def test_a_row_that_is_refreshed_is_read_again(tmp_path: Path) -> None:
    handlers = """
    @app.post("/")
    def change(unknown, opened: Opened):
        book = Book()
        opened.refresh(book)
        opened.refresh(unknown)
    """
    facts = _facts(tmp_path, handlers)
    assert touched(facts, "read", "app.change") == {"books"}
    assert facts.unresolved == ()


@pytest.mark.parametrize("how", ["shelf.end()", "if shelf:\n            shelf.through()"])
def test_a_method_that_only_commits_commits_what_its_caller_wrote(tmp_path: Path, how: str) -> None:
    handlers = f"""
    class Shelf:
        def __init__(self, opened: Opened):
            self.opened = opened

        def put(self):
            self.opened.add(Book())

        def end(self):
            self.opened.commit()

        def through(self):
            self.end()

    @app.post("/")
    def change(opened: Opened, shelf: Shelf = Depends()):
        shelf.put()
        opened.add(User())
        {how}

    @app.post("/other")
    def other(opened: Opened, shelf: Shelf = Depends()):
        shelf.put()
        shelf.end()
    """
    facts = _facts(tmp_path, handlers)
    assert _together(facts) == {("commit", "shop.app.change", ("books", "users"))}


KEPT = """
from contextvars import ContextVar
from fastapi import FastAPI, Request
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

class Base(DeclarativeBase): pass

class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)

class Mailer:
    def send(self, session):
        session.add(Book())

app = FastAPI()
app.state.mailer = Mailer()
app.extensions["mailer"] = Mailer()
current: ContextVar[Mailer] = ContextVar("current")

@app.middleware("http")
async def put(request: Request, following):
    request.state.mailer = Mailer()
    current.set(Mailer())
    return await following(request)

@app.post("/")
def handler(request: Request):
    session = Session(create_engine("sqlite://"))
"""


@pytest.mark.parametrize(
    "body",
    [
        "request.state.mailer.send(session)",
        "request.app.state.mailer.send(session)",
        "app.extensions['mailer'].send(session)",
        "current.get().send(session)",
    ],
)
def test_what_is_kept_for_a_request_or_the_process_is_found_again(
    tmp_path: Path, body: str
) -> None:
    facts = scanned(tmp_path, {"app.py": f"{KEPT}    {body}\n"})
    assert touched(facts, "write", "handler") == {"books"}


def test_a_class_that_makes_a_router_of_a_prefix_has_no_route_without_it(tmp_path: Path) -> None:
    code = """
    from fastapi import APIRouter, FastAPI

    class Crud:
        def __init__(self, prefix):
            self.router = APIRouter(prefix=prefix)
            self.router.add_api_route("", self.all, methods=["GET"])

        def all(self):
            return []

    app = FastAPI()
    app.include_router(Crud("/books").router)
    """
    assert routes(scanned(tmp_path, {"app.py": code})) == {"GET /books"}


def test_a_factory_of_routers_has_no_routes_of_its_own(tmp_path: Path) -> None:
    code = """
from fastapi import APIRouter, FastAPI

def plain(name, *, prefix):
    router = APIRouter(prefix=prefix)

    @router.get("/{key}")
    def one(key: int): ...

    return router

app = FastAPI()
below = APIRouter(prefix="/v1")
below.include_router(plain("books", prefix="/books"))
below.include_router(plain("authors", prefix="/authors"))
app.include_router(below)
"""
    facts = scanned(tmp_path, {"app.py": code})
    assert routes(facts) == {"GET /v1/books/{key}", "GET /v1/authors/{key}"}


@pytest.mark.parametrize(
    "attribute",
    [
        "session: Session = Depends(get_session)",
        "session = Depends(get_session)",
        "session: Annotated[Session, Depends(get_session)]",
    ],
)
def test_a_class_of_routes_has_dependencies(tmp_path: Path, attribute: str) -> None:
    code = f"""
from typing import Annotated
from fastapi import APIRouter, Depends, FastAPI
from fastapi_utils.cbv import cbv
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

maker = sessionmaker(create_engine("sqlite://"))

class Base(DeclarativeBase): pass
class Book(Base):
    __tablename__ = "books"
    id: Mapped[int] = mapped_column(primary_key=True)

def get_session():
    with maker() as session:
        yield session

app, router = FastAPI(), APIRouter()

@cbv(router)
class Views:
    {attribute}

    @router.delete("/books")
    def drop(self):
        self.session.delete(self.session.get(Book, 1))

app.include_router(router)
"""
    facts = scanned(tmp_path, {"app.py": code})
    assert touched(facts, "read", "drop") == {"books"}
    assert touched(facts, "write", "drop") == {"books"}
