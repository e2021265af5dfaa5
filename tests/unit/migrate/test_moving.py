"""Which handlers can be moved, what goes with them, and why the others stay."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from mscli.migrate.apply.part import Part
from mscli.migrate.apply.parts import Parts
from mscli.migrate.apply.required import packages_of
from mscli.migrate.boundaries.propose import Decided, propose
from mscli.migrate.scan import scan

DATABASE = """
    import os
    from sqlalchemy import create_engine
    from sqlalchemy.orm import DeclarativeBase, sessionmaker

    engine = create_engine(os.environ["DATABASE_URL"], echo=True)
    Local = sessionmaker(engine)

    class Base(DeclarativeBase):
        pass

    def session():
        with Local() as opened:
            yield opened
"""
MODELS = """
    from sqlalchemy import Column, ForeignKey, Integer, String
    from sqlalchemy.orm import relationship

    from .database import Base

    class Author(Base):
        __tablename__ = "authors"
        id = Column(Integer, primary_key=True)
        books = relationship("Book", back_populates="author")

    # What is on the shelf.
    class Book(Base):
        __tablename__ = "books"
        id = Column(Integer, primary_key=True)  # counts up
        title = Column(String(80))
        author_id = Column(ForeignKey("authors.id"))
        author = relationship("Author", back_populates="books")
"""
APP = """
    from fastapi import Depends, FastAPI
    from sqlalchemy.orm import Session

    from shop import models
    from shop.database import session as opened

    app = FastAPI()
    LIMIT, unused = 20, 30


    def shorten(text):
        # Long titles are cut.
        return text[:LIMIT]


    @app.get("/books/{book_id:int}")
    async def book(book_id: int, session: Session = Depends(opened)):
        from shop.texts import tidy
        found = session.get(models.Book, book_id)
        return {"title": tidy(shorten(found.title))}


    @app.get("/authors/{author_id}")
    def author(author_id: int, session: Session = Depends(opened)):
        return {"id": session.get(models.Author, author_id).id}
"""
FILES = {
    "shop/__init__.py": "",
    "shop/database.py": DATABASE,
    "shop/models.py": MODELS,
    "shop/texts.py": "def tidy(text):\n    return text.strip()\n\n\ndef other():\n    return 1\n",
    "shop/app.py": APP,
    "requirements.txt": "fastapi\nsqlalchemy\nuvicorn\nemoji>=2\n",
}


def part(folder: Path, **changed: str) -> Part:
    """The service of books, with some files otherwise."""
    for name, content in {**FILES, **changed}.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(dedent(content))
    facts = scan(folder)
    books = [f"{r.method} {r.path}" for r in facts.routes if "/books" in r.path]
    people = [f"{r.method} {r.path}" for r in facts.routes if "/books" not in r.path]
    owners = {"books": "library", "authors": "people"}
    routes = dict.fromkeys(books, "library") | dict.fromkeys(people, "people")
    proposal = propose(facts, Decided(owners, routes, {}))
    return Parts(proposal, folder, packages_of(folder)).part("library")


def reasons(found: Part) -> str:
    return "; ".join(reason for fate in found.fates for reason in fate.reasons)


def test_a_slice_has_what_the_handler_needs_and_nothing_else(tmp_path: Path) -> None:
    found = part(tmp_path)
    assert reasons(found) == ""
    assert found.modules["src/library/moved/app.py"] == dedent(
        """\
        # Moved by mscli migrate apply from shop/app.py: yours to change.
        from fastapi import Depends
        from sqlalchemy.orm import Session

        from library.moved import models
        from library.moved.database import session as opened

        from fastapi import APIRouter

        app = APIRouter()
        LIMIT, unused = 20, 30


        def shorten(text):
            # Long titles are cut.
            return text[:LIMIT]


        @app.get("/books/{book_id:int}")
        async def book(book_id: int, session: Session = Depends(opened)):
            from library.moved.texts import tidy
            found = session.get(models.Book, book_id)
            return {"title": tidy(shorten(found.title))}
        """
    )
    assert "def other" not in found.modules["src/library/moved/texts.py"]


def test_relations_to_others_are_cut_and_the_column_keeps_its_type(tmp_path: Path) -> None:
    found = part(tmp_path)
    models = found.modules["src/library/moved/models.py"]
    assert "author_id = Column(sa.Integer)" in models
    assert "import sqlalchemy as sa" in models
    assert "relationship" not in models
    assert "# What is on the shelf.\nclass Book(Base):" in models
    assert "primary_key=True)  # counts up" in models
    assert "class Author" not in models
    assert [text.partition(": ")[2] for text in found.cuts] == [
        "the foreign key to `authors.id` is of people",
        "`author` is of people",
    ]


def test_an_engine_is_the_services_own(tmp_path: Path) -> None:
    database = part(tmp_path).modules["src/library/moved/database.py"]
    assert "engine = open_engine()\nLocal = sessionmaker(engine)" in database
    assert "from library.storage.engine import open_engine" in database
    assert "environ" not in database


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"shop/database.py": DATABASE.replace("create_engine", "engine_from_config")},
         "where its engine comes from is not known"),
        ({"shop/app.py": APP.replace("models.Book, book_id)", "models.Author, book_id)")},
         "it reads authors, which people owns"),
        ({"shop/app.py": APP.replace("return text[:LIMIT]", "import loud; return loud.up(text)"),
          "requirements.txt": "fastapi\nsqlalchemy\n-e ./loud\n"},
         "the package of `loud` is not known"),
        ({"shop/texts.py": "from loud import *\ndef tidy(text):\n    return text\n"},
         "shop/texts.py imports * from loud"),
        ({"shop/app.py": APP.replace("text[:LIMIT]", "str(models)")},
         "it uses shop.models.Author, which another service owns"),
        ({"shop/app.py": APP.replace("tidy(shorten(found.title))", "getattr(found, LIMIT)()")},
         "could not be followed"),
    ],
)  # fmt: skip
def test_what_is_not_clean_stays_and_says_why(
    tmp_path: Path, changed: dict[str, str], said: str
) -> None:
    found = part(tmp_path, **changed)
    assert said in reasons(found)
    assert found.modules == {}


def test_a_local_variable_is_not_the_function_of_its_name(tmp_path: Path) -> None:
    app = APP.replace("found = session.get", "author = session.get").replace("found.", "author.")
    found = part(tmp_path, **{"shop/app.py": app})
    assert reasons(found) == ""
    moved = found.modules["src/library/moved/app.py"]
    assert "author = session.get(" in moved
    assert "def author(" not in moved


def test_what_a_star_brings_is_imported_by_its_name(tmp_path: Path) -> None:
    texts = "from shop.words import *\ndef tidy(text):\n    return WIDTH * text\n"
    words = "from shop.sizes import *\nLIMITS = {}\nLIMITS['all'] = 3\nOTHER = 1\n"
    sizes = "WIDTH = 80\nWIDTH += 1\nOTHER = 2\n"
    found = part(
        tmp_path, **{"shop/texts.py": texts, "shop/words.py": words, "shop/sizes.py": sizes}
    )
    assert reasons(found) == ""
    text = found.modules["src/library/moved/texts.py"]
    assert "from library.moved.words import WIDTH\n" in text
    words = found.modules["src/library/moved/words.py"]
    assert "from library.moved.sizes import WIDTH\n" in words
    assert "LIMITS" not in words
    assert "WIDTH += 1" in found.modules["src/library/moved/sizes.py"]
    found = part(tmp_path, **{"shop/texts.py": texts.replace("WIDTH", "LIMITS")})
    assert "LIMITS['all'] = 3" in found.modules["src/library/moved/words.py"]


def test_a_name_of_a_package_is_handed_on(tmp_path: Path) -> None:
    texts = "from shop.compat import dumps, loads\ndef tidy(text):\n    return loads(dumps(text))\n"
    compat = (
        "from json import dumps, dump\n"
        "try:\n    from simplejson import loads\nexcept ImportError:\n    from json import loads\n"
        "try:\n    from shop.local import *\nexcept ImportError:\n    pass\n"
    )
    found = part(
        tmp_path,
        **{
            "shop/texts.py": texts,
            "shop/compat.py": compat,
            "requirements.txt": "fastapi\nsqlalchemy>=2\nsimplejson\n",
        },
    )
    assert reasons(found) == ""
    text = found.modules["src/library/moved/compat.py"]
    assert "from json import dumps\n" in text
    assert "from simplejson import loads\nexcept ImportError:\n" in text
    assert "simplejson" in found.requirements


def test_a_package_that_the_monolith_names_comes_along(tmp_path: Path) -> None:
    app = APP.replace("return text[:LIMIT]", "import emoji; return emoji.demojize(text)")
    found = part(tmp_path, **{"shop/app.py": app})
    assert (reasons(found), found.requirements) == ("", ("emoji>=2",))


def test_a_router_is_mounted_where_it_was(tmp_path: Path) -> None:
    router = APP.replace("FastAPI()", "APIRouter(prefix='/books')").replace(
        "import Depends, FastAPI", "import Depends, APIRouter"
    )
    router = router.replace('"/books/{', '"/{').replace('"/authors/', '"/by/')
    main = "from fastapi import FastAPI\nfrom shop.app import app as r\napi = FastAPI()\n"
    files = {"shop/app.py": router, "shop/main.py": main + 'api.include_router(r, prefix="/v1")\n'}
    found = part(tmp_path, **files)
    [fate] = [fate for fate in found.fates if fate.route.handler.endswith(".book")]
    assert fate.mount is not None
    assert (fate.mount.router, fate.mount.prefix, fate.reasons) == ("app", "/v1", ())


def test_a_module_that_is_handed_about_goes_along_whole(tmp_path: Path) -> None:
    app = APP.replace("text[:LIMIT]", "str(shop.words)").replace(
        "from shop", "import shop.words\n    from shop", 1
    )
    words = "import json\n\nA = json.dumps(1)\nprint(A)\n\ndef unused():\n    return A\n"
    found = part(tmp_path, **{"shop/app.py": app, "shop/words.py": words})
    assert reasons(found) == ""
    assert found.modules["src/library/moved/words.py"].endswith(words.partition("\n\n")[2])
    moved = found.modules["src/library/moved/app.py"]
    assert "import library.moved.words" in moved
    assert "str(library.moved.words)" in moved


GUARDED = """
    try:
        import loud
    except ImportError:
        loud = None
    def tidy(text):
        return loud.up(text) if loud else text
"""


def test_what_a_frozen_list_lacks_the_monolith_does_without(tmp_path: Path) -> None:
    frozen = "fastapi==0.128.0\nsqlalchemy==2.0.44\n"
    found = part(tmp_path, **{"shop/texts.py": GUARDED, "requirements.txt": frozen})
    assert reasons(found) == ""
    assert "import loud" in found.modules["src/library/moved/texts.py"]
    assert found.requirements == ()


LOUD = "import loud\ndef tidy(text):\n    return loud.up(text)\n"


def test_what_no_name_of_a_package_says_comes_with_all_of_them(tmp_path: Path) -> None:
    listed = ("fastapi", "sqlalchemy>=2", "noise-kit==3.1")
    found = part(tmp_path, **{"shop/texts.py": LOUD, "requirements.txt": "\n".join(listed)})
    assert (reasons(found), found.requirements) == ("", listed)
    open_ended = part(tmp_path, **{"shop/texts.py": GUARDED, "requirements.txt": "\n".join(listed)})
    assert (reasons(open_ended), open_ended.requirements) == ("", listed)


@pytest.mark.parametrize(
    "lacking",
    ["fastapi\nsqlalchemy==1.3.1\n", "fastapi\n-e ./loud\n"],
    ids=["one that cannot be beside the template's", "one that was left out"],
)
def test_all_packages_go_along_only_if_all_can(tmp_path: Path, lacking: str) -> None:
    found = part(tmp_path, **{"shop/texts.py": LOUD, "requirements.txt": lacking})
    assert "the package of `loud` is not known" in reasons(found)
