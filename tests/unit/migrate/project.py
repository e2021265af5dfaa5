"""Writes small monoliths for tests."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent, indent

from mscli.migrate.facts import Facts
from mscli.migrate.scan import scan

ONE_AND_MANY = """
from fastapi import FastAPI
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

class Base(DeclarativeBase): pass
class A(Base):
    __tablename__ = "a"
    id: Mapped[int] = mapped_column(primary_key=True)
    bs: Mapped[list["B"]] = relationship()
class B(Base):
    __tablename__ = "b"
    id: Mapped[int] = mapped_column(primary_key=True)
    a_id: Mapped[int] = mapped_column(ForeignKey("a.id"))

app, session = FastAPI(), Session(create_engine("sqlite://"))
"""
"""A FastAPI application with rows of one table that have rows of another."""


def answering(bodies: dict[str, str]) -> str:
    """A route of FastAPI's for each body, with a handler `of_NAME`."""
    return "\n\n".join(
        f"@app.get('/{name}')\nasync def of_{name}():\n{indent(body, '    ')}"
        for name, body in bodies.items()
    )


def scanned(folder: Path, files: dict[str, str]) -> Facts:
    """The facts about a project of these files."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(content))
    return scan(folder)


def paths_of(code: str, module: str = "views.") -> str:
    """A `path(...)` of Django's for each function of a module of views."""
    names = re.findall(r"^def (\w+)", code, re.MULTILINE)
    return "".join(f'path("{name}/", {module}{name}), ' for name in names)


def routes(facts: Facts) -> set[str]:
    """`GET /orders/` for each route."""
    return {f"{route.method} {route.path}" for route in facts.routes}


def touched(facts: Facts, kind: str, handler: str) -> set[str]:
    """The tables that a handler reads or writes."""
    return {a.table for a in facts.accesses if a.kind == kind and a.handler.endswith(handler)}
