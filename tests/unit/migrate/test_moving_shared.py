"""Code first, then data: what moves when every table of the monolith is within reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.migrate import test_moving_django as django
from tests.unit.migrate.slices import part_of, reasons

MODELS = """
    from sqlalchemy import Column, ForeignKey, Integer, String, event
    from sqlalchemy.orm import DeclarativeBase, Session, relationship

    class Base(DeclarativeBase):
        pass

    class Book(Base):
        __tablename__ = "books"
        id = Column(Integer, primary_key=True)
        author_id = Column(ForeignKey("authors.id"))
        author = relationship("Author", back_populates="books")

    class Shop(Base):
        __tablename__ = "shops"
        id = Column(Integer, primary_key=True)
"""
AUTHORS = """
    from sqlalchemy import Column, ForeignKey, Integer
    from sqlalchemy.orm import relationship
    from shop.models import Base

    class Author(Base):
        __tablename__ = "authors"
        id = Column(Integer, primary_key=True)
        books = relationship("Book", back_populates="author", cascade="all, delete-orphan")
"""
STUCK = """
    from shop.models import Base
    from sqlalchemy import Column, ForeignKey, Integer

    class Note(Base):
        __tablename__ = "notes"
        id = Column(Integer, primary_key=True)
        shop_id = Column(ForeignKey("shops.id"))
        said = Column(Integer, default=len(send_file('words').name))
"""
LISTENERS = """
    from sqlalchemy import event
    from sqlalchemy.engine import Engine
    from sqlalchemy.orm import Session
    from shop.authors import Author
    from shop.models import Shop

    @event.listens_for(Session, "before_flush")
    def note(session, context, instances):
        session.info["flushed"] = True

    @event.listens_for(Engine, "connect")
    def keep_keys(connection, record):
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(Author, "after_insert")
    def greet(mapper, connection, author):
        print("hello")

    @event.listens_for(Shop, "after_insert")
    def open_it(mapper, connection, shop):
        print(send_file('words'))
"""
APP = """
    import importlib
    from importlib.resources import files

    from fastapi import Depends, FastAPI
    from sqlalchemy import create_engine, text
    from sqlalchemy.orm import Session

    from shop.authors import Author
    from shop.models import Base, Book, Shop
    from shop.notes import Note

    engine = create_engine("sqlite:///shop.sqlite3")
    app = FastAPI()

    def opened():
        with Session(engine) as session:
            yield session

    @app.get("/books/{book_id}")
    def book(book_id: int, session: Session = Depends(opened)):
        return {"author": session.get(Book, book_id).author.id}

    @app.delete("/books/of/{author_id}")
    def forget(author_id: int, session: Session = Depends(opened)):
        session.delete(session.get(Author, author_id))
        session.execute(text("SELECT " + "1"))
        getattr(session, "flu" + str(author_id), None)
        session.commit()

    @app.get("/books/by/{name}")
    def sorted_by(name: str, session: Session = Depends(opened)):
        return [b.id for b in session.query(Book).order_by(getattr(Book, name)).all()]

    @app.get("/books/of/{kind}")
    def of_kind(kind: str):
        return getattr(importlib.import_module(kind), "answer")()

    @app.get("/books/template")
    def template():
        return {"found": files("shop").joinpath("page.html").read_text()}

    @app.get("/books/notes")
    def notes(session: Session = Depends(opened)):
        return [note.id for note in session.query(Note).all()]

    @app.post("/books/shops")
    def add(session: Session = Depends(opened)):
        session.add(Shop())
        session.commit()

    @app.get("/books/shops")
    def shops(session: Session = Depends(opened)):
        return [each.id for each in session.query(Shop).all()]

    @app.post("/books/made")
    def make():
        Base.metadata.create_all(engine)
"""
FILES = {
    "shop/__init__.py": "",
    "shop/models.py": MODELS,
    "shop/authors.py": AUTHORS,
    "shop/notes.py": STUCK,
    "shop/listeners.py": LISTENERS,
    "shop/app.py": APP,
    "requirements.txt": "fastapi\nsqlalchemy\n",
}


def test_tables_of_others_keep_no_route_and_nothing_is_cut(tmp_path: Path) -> None:
    part = part_of(tmp_path, FILES, "shared")
    moved = {f"{f.route.method} {f.route.path}" for f in part.fates if f.is_moved}
    assert moved == {
        "GET /books/{book_id}",
        "GET /books/by/{name}",
        "GET /books/shops",
        "DELETE /books/of/{author_id}",
    }
    assert part.is_shared
    assert part.owned.tables == []
    assert part.tables == ("books",)
    assert part.cuts == ()
    models = part.modules["src/library/moved/models.py"]
    assert 'relationship("Author", back_populates="books")' in models
    assert 'ForeignKey("authors.id")' in models
    assert "src/library/moved/authors.py" in part.modules
    assert "MONOLITH_DATABASE_URL" in part.environment[0]


def test_a_route_stays_where_a_model_a_listener_or_its_own_tables_would_be_left(
    tmp_path: Path,
) -> None:
    why = {
        f"{fate.route.method} {fate.route.path}": "; ".join(fate.reasons)
        for fate in part_of(tmp_path, FILES, "shared").fates
    }
    assert "`send_file('words')` works with files in" in why["GET /books/notes"]
    assert "rows of notes refer to shops, and its model stays" in why["POST /books/shops"]
    assert "a listener to its rows: `send_file('words')` works with" in why["POST /books/shops"]
    assert "`import_module(?)` could not be followed" in why["GET /books/of/{kind}"]
    assert "`files('shop')` finds it by a name that it has no more" in why["GET /books/template"]
    assert "`Base.metadata.create_all` makes tables" in why["POST /books/made"]


def test_listeners_of_every_model_and_of_sessions_go_along(tmp_path: Path) -> None:
    part = part_of(tmp_path, FILES, "shared")
    listeners = part.modules["src/library/moved/listeners.py"]
    assert "def note" in listeners
    assert "def greet" in listeners
    assert "def keep_keys" in listeners
    assert "def open_it" not in listeners
    assert "library.moved.listeners" in part.slice.registering
    assert {"library.moved.models", "library.moved.authors"} <= set(part.slice.registering)


@pytest.mark.parametrize("store", ["own", "shared"])
def test_a_signal_without_a_sender_is_heard_from_every_model(tmp_path: Path, store: str) -> None:
    receivers = django.RECEIVERS.replace("post_save, sender=Loan", "post_save")
    files = {**django.FILES, "shop/library/receivers.py": receivers}
    part = part_of(tmp_path, files, "shared" if store == "shared" else "own")
    assert "src/library/moved/library/receivers.py" in part.modules


def test_users_in_a_model_of_ones_own_are_there(tmp_path: Path) -> None:
    """Relations stay as they are, and who is logged in is a row like any other."""
    view = """
    from django.http import JsonResponse

    from shop.library.models import Book

    def mine(request):
        found = Book.objects.filter(seller=request.user).select_related("author")
        return JsonResponse({"mine": [book.author.pk for book in found]})
    """
    urls = django.URLS.replace(
        "urlpatterns = [", 'urlpatterns = [\n        path("mine/", mine.mine),'
    ).replace("import views", "import mine, views")
    settings = django.SETTINGS.replace(
        "MIDDLEWARE = [",
        'MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware",'
        '"django.contrib.auth.middleware.AuthenticationMiddleware",',
    ).replace('"crispy_forms"', '"django.contrib.sessions", "django.contrib.admin"')
    files = {
        **django.FILES,
        "shop/library/mine.py": view,
        "shop/library/urls.py": urls,
        "shop/settings.py": settings,
    }
    part = part_of(tmp_path, files, "shared")
    assert "books/mine" in "".join(f.route.path for f in part.fates if f.is_moved), reasons(part)
    made = part.slice.django
    assert made.settings["AUTH_USER_MODEL"] == "people.Author"
    assert {"django.contrib.auth", "django.contrib.sessions"} <= set(made.installed)
    assert "django.contrib.admin.apps.SimpleAdminConfig" in made.installed
    assert made.identity == ()
    assert {app["label"] for app in made.apps} == {"people", "lib"}
    assert "readers = models.ManyToManyField" in part.modules["src/library/moved/library/models.py"]


SIGNALS = {
    "shop/library/signals.py": "from django.dispatch import Signal\n\nlent, other = Signal(), 1\n"
    "returned = Signal()\n",
    "shop/library/views.py": django.VIEWS.replace(
        "book.loan_set.create()", "book.loan_set.create()\n        signals.returned.send(Book)"
    ).replace("import Book\n", "import Book\n    from shop.library import signals\n", 1),
    "shop/library/desk.py": """
        from django.dispatch import receiver

        from shop.library.models import Loan
        from shop.library.signals import returned

        @receiver(returned)
        def note(sender, **kwargs):
            Loan.objects.all().delete()
    """,
}


@pytest.mark.parametrize("store", ["own", "shared"])
def test_who_hears_a_signal_of_the_projects_own_goes_along(tmp_path: Path, store: str) -> None:
    found = part_of(tmp_path, {**django.FILES, **SIGNALS}, "shared" if store == "shared" else "own")
    assert reasons(found) == ""
    assert "@receiver(returned)" in found.modules["src/library/moved/library/desk.py"]
    assert "library.moved.library.desk" in found.slice.registering


def test_a_signal_that_a_function_connects_keeps_the_route(tmp_path: Path) -> None:
    """An application that is not moved as a whole would never connect it."""
    desk = """
        from shop.library import signals

        def note(sender, **kwargs):
            pass

        def connect():
            signals.returned.connect(note)
    """
    files = {**django.FILES, **SIGNALS, "shop/library/desk.py": desk}
    why = reasons(part_of(tmp_path, files, "shared"))
    assert "a signal is connected inside of a function (shop/library/desk.py:8)" in why


def test_a_model_whose_package_is_not_known_keeps_its_own_routes_only(tmp_path: Path) -> None:
    """The others do not need it: it is left out of the service."""
    models = STUCK.replace("default=len(send_file('words').name)", "default=ffmpeg.probe").replace(
        "    from shop.models", "    import ffmpeg\n    from shop.models"
    )
    lacking = {"shop/notes.py": models, "requirements.txt": "fastapi\nsqlalchemy\n-e ./ffmpeg\n"}
    part = part_of(tmp_path, {**FILES, **lacking}, "shared")
    why = {f"{fate.route.method} {fate.route.path}": fate.reasons for fate in part.fates}
    assert why["GET /books/{book_id}"] == ()
    assert "the package of `ffmpeg` is not known" in why["GET /books/notes"]
    assert "src/library/moved/notes.py" not in part.modules


def test_a_listener_that_a_function_connects_keeps_what_writes_its_rows(tmp_path: Path) -> None:
    files = {
        "requirements.txt": "fastapi\nsqlalchemy\n",
        "shop.py": """
            from fastapi import FastAPI
            from sqlalchemy import Column, Integer, create_engine, event
            from sqlalchemy.orm import DeclarativeBase, Session
            class Base(DeclarativeBase):
                pass
            class Book(Base):
                __tablename__ = "books"
                id = Column(Integer, primary_key=True)
            engine = create_engine("sqlite://")
            app = FastAPI()
            @app.get("/books")
            def books():
                with Session(engine) as session:
                    return session.query(Book).count()
            @app.post("/books")
            def add():
                with Session(engine) as session:
                    session.add(Book())
                    session.commit()
        """,
        "listeners.py": """
            from sqlalchemy import event
            from shop import Book
            def connect():
                @event.listens_for(Book, "after_insert")
                def heard(mapper, connection, target):
                    raise ValueError
            connect()
        """,
    }
    fates = {f.route.method: f.reasons for f in part_of(tmp_path, files, "shared").fates}
    assert fates["GET"] == ()
    assert "connects a listener inside of a function (listeners.py:5)" in "".join(fates["POST"])


NAMED = """
    from sqlalchemy import Column, Integer
    from sqlalchemy.orm import DeclarativeBase, declared_attr

    class Base(DeclarativeBase):
        @declared_attr.directive
        def __tablename__(cls):
            return "".join(letter.lower() for letter in cls.__name__) + "s"

    class Book(Base):
        id = Column(Integer, primary_key=True)
"""
FOLDERS = """
    from functools import lru_cache
    from pydantic import Field
    from pydantic_settings import BaseSettings

    class Settings(BaseSettings):
        covers: str = Field(default="./covers")
        letters: str = Field("/srv/letters")
        scans: str

    @lru_cache
    def get_settings():
        return Settings()

    settings = get_settings()
"""
NAMING = """
    from pathlib import Path
    from fastapi import Depends, FastAPI
    from fastapi.responses import FileResponse
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session
    from shop.config import settings as conf
    from shop.models import Book

    engine = create_engine("sqlite:///shop.sqlite3")
    app = FastAPI()

    @app.get("/books/{book_id}")
    def book(book_id: int):
        with Session(engine) as session:
            return {"book": session.get(Book, book_id).id}

    @app.get("/books/{name}/cover")
    def cover(name: str):
        return FileResponse(Path(conf.covers) / name)

    @app.get("/books/{name}/letter")
    def letter(name: str):
        return FileResponse(Path(conf.letters) / name)

    @app.get("/books/{name}/scan")
    def scan(name: str):
        return FileResponse(Path(conf.scans) / name)
"""


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, ...]]:
    files = {"shop/__init__.py": "", "shop/models.py": NAMED, "shop/config.py": FOLDERS}
    files |= {"shop/app.py": NAMING}
    files["requirements.txt"] = "fastapi\nsqlalchemy\npydantic-settings\n"
    found = part_of(tmp_path_factory.mktemp("named"), files, "shared")
    return {f"{f.route.method} {f.route.path}": f.reasons for f in found.fates}


def test_whatever_a_table_is_called_it_is_there(named: dict[str, tuple[str, ...]]) -> None:
    assert named["GET /books/{book_id}"] == ()


def test_a_folder_that_settings_name_below_that_of_the_monolith_is_its_own(
    named: dict[str, tuple[str, ...]],
) -> None:
    (why,) = named["GET /books/{name}/cover"]
    assert "`FileResponse(Path(conf.covers) / name)` works with files in the monolith" in why
    assert named["GET /books/{name}/letter"] == named["GET /books/{name}/scan"] == ()
