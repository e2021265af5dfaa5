"""Columns, types and constraints out of models, and the migrations that are made of them."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from mscli.migrate import sources
from mscli.migrate.apply.packages import Packages
from mscli.migrate.apply.tables.reading import tables_of
from mscli.migrate.apply.tables.table import Check, Column, Enumeration, Reference, Table
from mscli.migrate.apply.tables.writing import Owned, migration, tables_module
from mscli.migrate.scan import scan
from mscli.migrate.walk.project.index import Project

SQLA = """
    import enum
    from datetime import datetime
    from typing import Optional
    from sqlalchemy import (
        Column, Computed, DateTime, Enum, ForeignKey, Index, Numeric, String, UniqueConstraint,
        func, text,
    )
    from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TSTZRANGE
    from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship

    class Base(DeclarativeBase):
        pass

    class Dated:
        made: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())

        @declared_attr
        def owner(cls):
            return Column("owner_id", ForeignKey("shelves.id"))

        @declared_attr
        def owning(cls):
            return relationship("Owner")

    class Colour(enum.Enum):
        red = 1

    class Mixed(enum.Enum):
        red, blue = 1, 2

    class Shelf(Dated, Base):
        __tablename__ = "shelves"
        id: Mapped[int] = mapped_column(primary_key=True)
        code = Column("shelf_code", String(8), nullable=False, unique=True, index=True)
        note: Mapped[Optional[str]]
        size: Mapped["int | None"]
        price = Column(Numeric(10, 2), server_default=text("0"))
        tags = Column(ARRAY(String))
        data: Mapped[dict] = mapped_column(JSONB)
        open: Mapped[object] = mapped_column(TSTZRANGE)
        kind = Column(Enum("a", "b", name="kinds"))
        text = Column(Enum("a", "b", native_enum=False))
        books: Mapped[list["Book"]] = relationship(back_populates="shelf")

    class Book(Base):
        __tablename__ = "books"
        __table_args__ = (UniqueConstraint("shelf_id", "title"), Index("by_title", "title"))
        id: Mapped[int] = mapped_column(primary_key=True)
        title: Mapped[str]
        shelf_id = mapped_column(ForeignKey("shelves.id", ondelete="CASCADE"))
        shelf = relationship(Shelf, back_populates="books")

    class Odd(Base):
        __tablename__ = "odd"
        id: Mapped[int] = mapped_column(primary_key=True)
        colour = mapped_column(Enum(Colour, schema="art"))
        nameless = Column(Enum("a", "b"))
        mine: Mapped[Mixed]
        twice = Column(Computed("id * 2"))

    class Indexed(Base):
        __tablename__ = "indexed"
        __table_args__ = (
            Index("one", "a", unique=False),
            Index("two", "b", unique=True),
            Index("three", "c", postgresql_where=text("d")),
            Index("four", "d", unique=True, postgresql_where=text("c")),
            Index("five", "e", postgresql_using="gin"),
        )
        id: Mapped[int] = mapped_column(primary_key=True)
        a: Mapped[int]
        b: Mapped[int]
        c: Mapped[int]
"""
DJANGO = """
    from django.db import models

    class Token(models.UUIDField):
        def db_type(self, connection):
            if connection.vendor == "mysql":
                return "char(32)"
            return super().db_type(connection)

    class Named(models.Model):
        name = models.CharField(max_length=80)

        class Meta:
            abstract = True

    class Shelf(Named):
        slug = models.SlugField(primary_key=True)

    class Book(Named):
        shelf = models.ForeignKey("Shelf", null=True, on_delete=models.CASCADE)
        next = models.OneToOneField("self", on_delete=models.CASCADE, db_column="next_book")
        price = models.DecimalField(max_digits=10, decimal_places=2)
        made = models.DateTimeField(db_index=True)
        shape = ShapeField()
        sold = DateRangeField(null=True)
        words = SearchVectorField()
        tags = ArrayField(models.CharField(max_length=9), default=list)
        grid = ArrayField(base_field=ArrayField(models.IntegerField()))
        shapes = ArrayField(ShapeField())
        token = Token()
        authors = models.ManyToManyField("Author")

        class Meta:
            db_table = "books"
            unique_together = ("shelf", "name")
            constraints = [
                models.UniqueConstraint(fields=["price", "made"], name="x"),
                models.CheckConstraint(check=models.Q(price__gt=0), name="y"),
            ]

    class Author(Named):
        pass
"""


def read(folder: Path, code: str) -> dict[str, Table]:
    files = {"shop/__init__.py": "", "shop/models.py": code}
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(dedent(text))
    return tables_of(scan(folder), Project(sources.read(folder)))


def test_every_style_of_sqlalchemy_is_read(tmp_path: Path) -> None:
    tables = read(tmp_path, SQLA)
    shelf = {column.name: column for column in tables["shelves"].columns}
    assert tables["shelves"].unknown == ()
    assert shelf["id"] == Column("id", "sa.Integer", primary_key=True)
    assert shelf["shelf_code"] == Column("shelf_code", "sa.String(8)", unique=True, index=True)
    assert shelf["note"] == Column("note", "sa.String", nullable=True)
    assert shelf["size"] == Column("size", "sa.Integer", nullable=True)
    assert shelf["price"].server_default == 'sa.text("0")'
    assert shelf["tags"].type == "postgresql.ARRAY(sa.String)"
    assert shelf["data"].type == "postgresql.JSONB"
    assert shelf["open"].type == "postgresql.TSTZRANGE"
    assert shelf["kind"].type == 'sa.Enum("a", "b", name="kinds")'
    assert shelf["text"].type == 'sa.Enum("a", "b", native_enum=False)'
    assert shelf["made"] == Column(
        "made", "sa.DateTime(timezone=True)", server_default="sa.func.now()"
    )
    books = tables["books"]
    assert books.columns[-1] == Column(
        "shelf_id", "sa.Integer", nullable=True, reference=Reference("shelves", "id", "CASCADE")
    )
    assert shelf["owner_id"].reference == Reference("shelves", "id")
    assert (books.uniques, books.indexes) == ((("shelf_id", "title"),), (("title",),))


def test_what_is_not_understood_is_told_and_left_out(tmp_path: Path) -> None:
    odd = read(tmp_path, SQLA)["odd"]
    assert [column.name for column in odd.columns] == ["id"]
    assert [text.split(": ")[1] for text in odd.unknown] == [
        "column mine",
        "column colour",
        "column nameless",
        "column twice",
    ]


def test_an_index_of_some_rows_is_not_made_unique_among_all(tmp_path: Path) -> None:
    found = read(tmp_path, SQLA)["indexed"]
    assert (found.uniques, found.indexes) == ((("b",),), (("a",), ("c",)))
    assert [text.split("'")[1] for text in found.unknown] == ["four", "five"]


def test_djangos_fields_are_columns_as_its_backend_makes_them(tmp_path: Path) -> None:
    tables = read(tmp_path, DJANGO)
    books = {column.name: column for column in tables["books"].columns}
    assert books["id"] == Column("id", "sa.Integer", primary_key=True)
    assert books["token"] == Column("token", "sa.Uuid")
    assert books["name"].type == "sa.String(80)"
    assert books["shelf_id"].type == "sa.String(50)"
    assert (books["shelf_id"].nullable, books["shelf_id"].index) == (True, True)
    assert (books["next_book"].unique, books["next_book"].index) == (True, False)
    assert books["price"].type == "sa.Numeric(10, 2)"
    assert tables["books"].uniques == (("shelf_id", "name"), ("price", "made"))
    assert " ".join(tables["books"].unknown).count("ShapeField") == 1
    assert "column shapes: the type `ArrayField`" in " ".join(tables["books"].unknown)
    assert books["sold"] == Column("sold", "postgresql.DATERANGE", nullable=True)
    assert books["words"].type == "postgresql.TSVECTOR"
    assert books["tags"].type == "postgresql.ARRAY(sa.String(9))"
    assert books["grid"].type == "postgresql.ARRAY(postgresql.ARRAY(sa.Integer))"
    assert tables["books"].checks == (Check("y", '("price" > 0)'),)
    [between] = [table for name, table in tables.items() if "authors" in name]
    assert {column.name for column in between.columns} == {"id", "book_id", "author_id"}


def test_a_migration_makes_what_is_referred_to_first_and_no_key_leads_out(tmp_path: Path) -> None:
    tables = read(tmp_path, SQLA)
    alone = migration(Owned([tables["books"]], {"shelves": "store"}))
    assert "# It refers to shelves, which store owns." in alone
    assert "ForeignKeyConstraint" not in alone
    both = Owned([tables["books"], tables["shelves"]], {})
    text = migration(both)
    assert text.index('"shelves",') < text.index('"books",')
    assert '["shelves.id"]' in text
    assert 'ondelete="CASCADE"' in text
    assert "from sqlalchemy.dialects import postgresql" in text
    for code in (text, tables_module(both)):
        ast.parse(code)
        assert max(map(len, code.splitlines())) <= 100


def test_keys_in_a_circle_come_last_and_go_first() -> None:
    key = Column("id", "sa.Integer", primary_key=True)
    tables = [
        Table(name, (key, Column("other", "sa.Integer", reference=Reference(other))))
        for name, other in (("a", "b"), ("b", "a"))
    ]
    text = migration(Owned(tables, {}))
    made, dropped = text.index("op.create_foreign_key"), text.index("op.drop_constraint")
    assert text.rindex("op.create_table") < made < dropped < text.index("op.drop_table")


@pytest.mark.parametrize("name", ["fastapi", "flask", "django"])
def test_every_column_of_the_examples_is_understood(name: str) -> None:
    root = Path(__file__).parents[3] / "examples" / f"monolith-{name}"
    tables = tables_of(scan(root), Project(sources.read(root)))
    assert len(tables) == 10
    assert [text for table in tables.values() for text in table.unknown] == []


INHERITING = """
    from typing import Annotated, Any
    from sqlalchemy import JSON, DateTime, ForeignKey, ForeignKeyConstraint, String
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
    from datetime import datetime

    number = Annotated[int, mapped_column(primary_key=True)]
    short = Annotated[str, mapped_column(String(20), unique=True)]
    to_shelf = Annotated[int | None, mapped_column(ForeignKey("shelves.id"))]

    class Base(DeclarativeBase):
        type_annotation_map = {dict[str, Any]: JSON, datetime: DateTime(timezone=True)}

    class Dated:
        made: Mapped[datetime]

    class Shelf(Dated, Base):
        __tablename__ = "shelves"
        id: Mapped[number]
        code: Mapped[short]
        label: Mapped[short | None] = mapped_column(String(40))
        data: Mapped[dict[str, Any]]

    class Rack(Shelf):
        __tablename__ = "racks"
        id: Mapped[int] = mapped_column(ForeignKey("shelves.id"), primary_key=True)
        height: Mapped[int]

    class Book(Base):
        __tablename__ = "books"
        isbn: Mapped[str] = mapped_column(primary_key=True)
        edition: Mapped[number]
        shelf_id: Mapped[to_shelf]

    class Copy(Base):
        __tablename__ = "copies"
        id: Mapped[number]
        isbn: Mapped[str]
        edition: Mapped[int]
        __table_args__ = (
            ForeignKeyConstraint(
                ["isbn", "edition"], ["books.isbn", "books.edition"], ondelete="cascade"
            ),
        )
"""


def test_a_table_that_inherits_has_its_own_columns_alone(tmp_path: Path) -> None:
    racks = read(tmp_path, INHERITING)["racks"]
    assert [column.name for column in racks.columns] == ["id", "height"]
    assert racks.columns[0].type == "sa.Integer"
    assert racks.unknown == ()


def test_columns_that_an_annotation_has_are_read_and_added_to(tmp_path: Path) -> None:
    tables = read(tmp_path, INHERITING)
    assert [table.unknown for table in tables.values()] == [()] * 4
    columns = {column.name: column for column in tables["shelves"].columns}
    assert columns["id"] == Column("id", "sa.Integer", primary_key=True)
    assert columns["code"] == Column("code", "sa.String(20)", unique=True)
    assert columns["label"] == Column("label", "sa.String(40)", nullable=True, unique=True)
    assert columns["data"].type == "sa.JSON"
    assert columns["made"].type == "sa.DateTime(timezone=True)"
    [*_, key] = tables["books"].columns
    assert key == Column("shelf_id", "sa.Integer", True, reference=Reference("shelves", "id"))


def test_a_key_of_several_columns_is_in_the_migration_and_in_the_tables(tmp_path: Path) -> None:
    tables = read(tmp_path, INHERITING)
    owned = Owned([tables["books"], tables["copies"]], {"shelves": "storage"})
    key = '["isbn", "edition"], ["books.isbn", "books.edition"]'
    for code in (migration(owned), tables_module(owned)):
        assert f"sa.ForeignKeyConstraint({key}" in " ".join(code.split()).replace("( [", "([")
        assert code.index('"books",') < code.index('"copies",')
        assert 'ondelete="CASCADE"' in code
    assert "ForeignKeyConstraint" not in migration(Owned([tables["copies"]], {"books": "other"}))


INHERITING_DJANGO = """
    from django.db import models
    from django.db.models import Value
    from django.db.models.functions import Now, Upper

    class Dated(models.Model):
        made = models.DateTimeField(db_default=Now())
        class Meta:
            abstract = True

    class Item(Dated):
        count = models.PositiveIntegerField(db_default=3)
        state = models.CharField(max_length=3, db_default=Value("new"))
        hidden = models.BooleanField(db_default=False)
        label = models.CharField(max_length=9, db_default=Upper(Value("a")))
        class Meta:
            db_table = "items"

    class Book(Item):
        pages = models.IntegerField()
        class Meta:
            db_table = "books"
            order_with_respect_to = "pages"

    class Novel(Book):
        whole = models.OneToOneField(Book, models.CASCADE, parent_link=True)
        class Meta:
            db_table = "novels"
"""


def test_a_model_that_inherits_has_a_key_to_its_parent_and_its_own_fields(tmp_path: Path) -> None:
    tables = read(tmp_path, INHERITING_DJANGO)
    key = Column("item_ptr_id", "sa.Integer", primary_key=True, reference=Reference("items"))
    assert tables["books"].columns == (
        key,
        Column("pages", "sa.Integer"),
        Column("_order", "sa.Integer"),
    )
    [novel] = tables["novels"].columns
    assert (novel.name, novel.primary_key, novel.unique) == ("whole_id", True, False)
    assert novel.reference == Reference("books")
    assert tables["books"].unknown == tables["novels"].unknown == ()


def test_what_the_database_checks_and_gives_is_in_the_table(tmp_path: Path) -> None:
    items = read(tmp_path, INHERITING_DJANGO)["items"]
    assert items.checks == (Check("", '"count" >= 0'),)
    given = {column.name: column.server_default for column in items.columns}
    assert given == {
        "id": "",
        "count": 'sa.text("3")',
        "state": '"new"',
        "hidden": 'sa.text("false")',
        "label": "",
        "made": "sa.func.now()",
    }
    assert ["`Upper(Value('a'))`" in told for told in items.unknown] == [True]


KIND = Enumeration("kind", ("NEW", "OLD"))
SQLMODEL = """
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import ClassVar, Optional
from uuid import UUID, uuid4

from fastapi import FastAPI
from pydantic import EmailStr
from sqlalchemy import JSON, Column, Text, text
from sqlmodel import Field, Relationship, SQLModel, UniqueConstraint

app = FastAPI()

class Kind(str, Enum):
    NEW = "new"
    OLD = "old"

class Named(SQLModel):
    name: str = Field(max_length=60, index=True)

class Shelf(SQLModel, table=True):
    id: int | None = Field(default=None, primary_key=True)
    books: list["Book"] = Relationship()

class Book(Named, table=True):
    __table_args__ = (UniqueConstraint("name", "kind"),)
    colours: ClassVar[list[str]] = []
    model_config = {}
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    shelf_id: Optional[int] = Field(default=None, foreign_key="shelf.id", ondelete="SET NULL")
    kind: Kind = Kind.NEW
    price: Decimal = Field(max_digits=8, decimal_places=2)
    email: EmailStr | None = None
    read: bool = False
    bought: datetime = Field(sa_column_kwargs={"server_default": text("now()")})
    due: date | None = Field(default=None, unique=True)
    notes: str = Field(sa_type=Text)
    more: dict = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    shelf: Shelf | None = Relationship()
"""


@pytest.mark.parametrize(
    ("aware", "moment"), [(True, "sa.DateTime(timezone=True)"), (False, "sa.DateTime()")]
)
def test_fields_of_sqlmodel_are_columns(tmp_path: Path, aware: bool, moment: str) -> None:
    (tmp_path / "app.py").write_text(SQLMODEL)
    tables = tables_of(scan(tmp_path), Project(sources.read(tmp_path)), aware=aware)
    book = tables["book"]
    assert book.unknown == ()
    assert book.uniques == (("name", "kind"),)
    assert {column.name: column for column in book.columns} == {
        column.name: column
        for column in (
            Column("id", "sa.Uuid", primary_key=True),
            Column("name", "sa.String(60)", index=True),
            Column(
                "shelf_id",
                "sa.Integer",
                nullable=True,
                reference=Reference("shelf", "id", "SET NULL"),
            ),
            Column("kind", KIND.code, enumeration=KIND),
            Column("price", "sa.Numeric(precision=8, scale=2)"),
            Column("email", "sa.String()", nullable=True),
            Column("read", "sa.Boolean"),
            Column("bought", moment, server_default='sa.text("now()")'),
            Column("due", "sa.Date", nullable=True, unique=True),
            Column("notes", "sa.Text"),
            Column("more", "sa.JSON"),
        )
    }


@pytest.mark.parametrize(
    ("asked", "allowed"),
    [("sqlmodel", True), ("sqlmodel>=0.0.20", True), ("sqlmodel==0.0.22", False), ("flask", True)],
)
def test_a_requirement_says_which_versions_there_may_be(asked: str, allowed: bool) -> None:
    assert Packages(requirements=[asked]).allows("sqlmodel", "0.0.99") is allowed
