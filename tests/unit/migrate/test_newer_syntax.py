"""A monolith may be written for a newer Python than the one that reads it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from mscli.migrate import newer_syntax
from tests.unit.migrate.project import routes, scanned, touched

NEW = '''
from flask import Flask
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

app = Flask(__name__)
Session = sessionmaker()
type Id = int


class Base(DeclarativeBase): ...


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[Id] = mapped_column(primary_key=True)
    state: Mapped[str]


def first[T](items: list[T]) -> T:
    return items[0]


PLACE = {"orders": "orders"}


@app.get(f"/{PLACE["orders"]}/{f"{"all"}"}")
def orders():
    try:
        return f"""{
            Session().query(Order).all()  # every one
        }"""
    except ValueError, TypeError:
        return t"none of {PLACE["orders"]!r:>{10}}"


@app.post("/orders")
def place():
    Session().add(Order())
    return ""
'''


def test_newer_syntax_is_read_all_the_same(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": NEW})
    assert facts.counts["unparsed"] == 0
    assert routes(facts) == {"GET /orders/all", "POST /orders"}
    assert touched(facts, "read", "orders") == {"orders"}
    assert touched(facts, "write", "place") == {"orders"}


def test_every_line_stays_where_it_was() -> None:
    tree = newer_syntax.parse(NEW.encode())
    wanted = next(n for n, line in enumerate(NEW.splitlines(), 1) if line.startswith("def place"))
    found = next(n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "place")
    assert found.lineno == wanted


def test_strings_beside_one_another_are_one() -> None:
    tree = newer_syntax.parse(b'x = ("a"\n     f"{d["b"]}"\n     "c")\ny = 1\n')
    assign = tree.body[0]
    assert isinstance(assign, ast.Assign)
    assert isinstance(assign.value, ast.JoinedStr)
    assert len(assign.value.values) == 3
    assert tree.body[1].lineno == 4


def test_what_nobody_can_read_is_a_syntax_error() -> None:
    with pytest.raises(SyntaxError):
        newer_syntax.parse(b"def broken(:\n")
