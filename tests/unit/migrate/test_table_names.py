"""What SQLAlchemy's tables are called where no attribute says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import scanned

HEAD = """
import re

from sqlalchemy import Column, Integer
from sqlalchemy.ext.declarative import as_declarative
from sqlalchemy.orm import DeclarativeBase, declared_attr, has_inherited_table

SNAKE = re.compile(r"(?<!^)(?=[A-Z])")

def snake(name):
    first = re.sub("(.)([A-Z][a-z]+)", r"\\1_\\2", name)
    return re.sub("([a-z0-9])([A-Z])", r"\\1_\\2", first).lower()

"""
TAIL = """
class OrderLine(Base):
    id = Column(Integer, primary_key=True)
"""


def named(
    tmp_path: Path, returned: str, tail: str = TAIL, base: str = "(DeclarativeBase)"
) -> Facts:
    """The facts of a project whose base class makes up the names of tables so."""
    decorator = "" if base else "@as_declarative()\n"
    method = f"    @declared_attr\n    def __tablename__(cls):\n        {returned}\n"
    return scanned(tmp_path, {"app.py": f"{HEAD}{decorator}class Base{base}:\n{method}{tail}"})


@pytest.mark.parametrize(
    ("returned", "name"),
    [
        ("return cls.__name__.lower() + 's'", "orderlines"),
        ("return f'shop_{cls.__name__.lower()}'", "shop_orderline"),
        ("return re.sub(r'(?<!^)(?=[A-Z])', '_', cls.__name__).lower()", "order_line"),
        ("return SNAKE.sub('_', cls.__name__).lower()", "order_line"),
        ("return snake(cls.__name__)", "order_line"),
        ("return '{1}_{0}'.format(cls.__name__.lower(), 'shop')", "shop_orderline"),
        ("return '{}_{}{x}'.format('a', snake(cls.__name__), x='s')", "a_order_lines"),
        ("return cls.__name__.removesuffix('Line').replace('O', 'o')", "order"),
        ("return cls.__name__[:-4].lower()", "order"),
        ("return cls.__name__[0].lower() + cls.__name__[1:]", "orderLine"),
    ],
)
def test_a_method_says_it(tmp_path: Path, returned: str, name: str) -> None:
    facts = named(tmp_path, returned)
    assert [table.table for table in facts.tables] == [name]
    assert not facts.unresolved


def test_a_base_that_is_decorated_is_no_table_either(tmp_path: Path) -> None:
    facts = named(tmp_path, "return snake(cls.__name__)", base="")
    assert [table.table for table in facts.tables] == ["order_line"]


def test_a_name_that_cannot_be_told_is_guessed_and_listed(tmp_path: Path) -> None:
    facts = named(tmp_path, "return inflect.engine().plural(cls.__name__)")
    assert [table.table for table in facts.tables] == ["order_line"]
    assert ["app.OrderLine" in found.what for found in facts.unresolved] == [True]


def test_a_pattern_that_may_never_end_is_not_tried(tmp_path: Path) -> None:
    facts = named(tmp_path, "return re.sub('(a+)+$', '', 'a' * 90 + cls.__name__)")
    assert [table.table for table in facts.tables] == ["order_line"]


def test_one_table_for_all_that_inherit(tmp_path: Path) -> None:
    returned = "return None if has_inherited_table(cls) else cls.__name__.lower()"
    facts = named(tmp_path, returned, TAIL + "\nclass Special(OrderLine):\n    pass\n")
    assert [table.table for table in facts.tables] == ["orderline"]


PLURAL = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import declarative_base

def plural(word):
    if {0}:
        return word[:-1] + "ies"
    return word + "s"

class Model:
    id = Column(Integer, primary_key=True)

    @declared_attr
    def __tablename__(cls):
        return plural(snake(cls.__name__))

    def rename(self):
        self.name = "new"

Base = declarative_base(cls=Model)

class Company(Base):
    name = Column(Integer)

class OrderLine(Base):
    company_id = Column(Integer, ForeignKey("companies.id"))

class AuditLog(Base):
    pass
"""


@pytest.mark.parametrize(("asked", "guesses"), [('word.endswith("y")', 0), ("ends(word)", 3)])
def test_a_name_that_a_function_makes_is_told_or_taken_from_the_keys_that_refer_to_it(
    tmp_path: Path, asked: str, guesses: int
) -> None:
    facts = scanned(tmp_path, {"app.py": HEAD + PLURAL.replace("{0}", asked)})
    assert [table.table for table in facts.tables] == ["audit_logs", "companies", "order_lines"]
    assert [relation.target for relation in facts.relations] == ["companies"]
    assert len(facts.unresolved) == guesses


FLASK = """
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

class Model:
    def rename(self):
        self.name = "new"

db = SQLAlchemy(model_class=Model)
app = Flask(__name__)

class Shop(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)

@app.post("/shop")
def rename():
    Shop.query.first().rename()
"""


def test_a_class_that_a_base_is_made_of_is_above_every_model(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": FLASK})
    assert [table.table for table in facts.tables] == ["shop"]
    assert [(a.kind, a.table) for a in facts.accesses] == [("read", "shop"), ("write", "shop")]


TOLD = """
import os

from pydantic_settings import BaseSettings
from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

class Settings(BaseSettings):
    prefix: str = "shop_"

settings = Settings()
{prefix}

def named(name):
    return f"{{PREFIX}}{{name}}"

class Base(DeclarativeBase):
    def __init_subclass__(cls):
        cls.__tablename__ = named(cls.__tablename__)
        super().__init_subclass__()

class Numbered:
    id: Mapped[int] = mapped_column(primary_key=True)

OrderTag = Table(
    named("order_tags"),
    Base.metadata,
    Column("order_id", ForeignKey(f"{{named('orders')}}.id"), primary_key=True),
    Column("tag_id", ForeignKey(f"{{PREFIX}}tags.id"), primary_key=True),
)

class Tag(Numbered, Base):
    __tablename__ = "tags"

class Order(Numbered, Base):
    __tablename__ = "orders"
    tag_id: Mapped[int] = mapped_column(ForeignKey(Tag.id))
    tags: Mapped[list[Tag]] = relationship("Tag", secondary=OrderTag)
"""


@pytest.mark.parametrize(
    "prefix",
    [
        "PREFIX = settings.prefix",
        "PREFIX = '__X__' if os.environ.get('MAKE') == '1' else settings.prefix",
        "X = os.getenv('MAKE', 'no').lower() == 'yes'\nPREFIX = '_' if X else settings.prefix",
        "PREFIX = settings.prefix if not os.getenv('MAKE') else '__X__'",
        "if 'MAKE' in os.environ:\n    PREFIX = '__X__'\nelse:\n    PREFIX = settings.prefix",
    ],
)
def test_a_base_may_put_a_setting_before_every_name(tmp_path: Path, prefix: str) -> None:
    facts = scanned(tmp_path, {"app.py": TOLD.format(prefix=prefix)})
    names = [table.table for table in facts.tables]
    assert names == ["shop_order_tags", "shop_orders", "shop_tags"]
    assert {(r.kind, r.source, r.target) for r in facts.relations} == {
        ("foreign-key", "shop_order_tags", "shop_orders"),
        ("foreign-key", "shop_order_tags", "shop_tags"),
        ("foreign-key", "shop_orders", "shop_tags"),
        ("many-to-many", "shop_orders", "shop_tags"),
    }
    assert not facts.unresolved


def test_a_table_whose_name_is_known_once_classes_are_mapped_keeps_its_keys(tmp_path: Path) -> None:
    code = """
    from sqlalchemy import Column, ForeignKey, Integer, Table
    from sqlalchemy.ext.hybrid import hybrid_property
    from sqlalchemy.orm import declarative_base

    Base = declarative_base()

    class User(Base):
        __tablename__ = "users"
        id = Column(Integer, primary_key=True)

        @hybrid_property
        def kind(cls):
            return "user"

    log = Table(f"{User.kind}_log", Base.metadata, Column("user_id", ForeignKey(User.id)))
    """
    facts = scanned(tmp_path, {"app.py": code})
    assert [table.table for table in facts.tables] == ["users", "{}_log"]
    assert [(r.source, r.target) for r in facts.relations] == [("{}_log", "users")]
