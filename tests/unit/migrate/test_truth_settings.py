"""What settings turn off, where facts are compared with an application that ran."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import scanned
from tests.unit.migrate.truths import Modules

CODE = """
import os
from fastapi import FastAPI
from sqlalchemy import create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase): pass
class Audit(Base):
    __tablename__ = "audits"
    id: Mapped[int] = mapped_column(primary_key=True)

app, session = FastAPI(), Session(create_engine("sqlite://"))

@app.post("/orders")
def orders():
    if os.getenv("AUDIT", "off") == "on":
        session.add(Audit())

if os.getenv("MORE", "off") == "on":
    @app.get("/more")
    def more():
        return ""
"""


@pytest.fixture
def facts(tmp_path: Path) -> Facts:
    """Of an application with a write and a route that are off."""
    return scanned(tmp_path, {"shop.py": CODE})


@pytest.mark.parametrize(
    ("on", "precision"),
    [
        ((), (1.0, 1.0)),
        (("AUDIT",), (1.0, 0.0)),
        (("MORE",), (0.5, 1.0)),
        (("MORE", "AUDIT"), (0.5, 0.0)),
    ],
)
def test_what_was_off_says_nothing_of_precision(
    modules: Modules,
    tmp_path: Path,
    facts: Facts,
    on: tuple[str, ...],
    precision: tuple[float, float],
) -> None:
    seen = {"path": "/orders", "method": "POST", "handler": "orders", "succeeded": True}
    truth = {
        "tables": ["audits"],
        "tables_of_others": [],
        "relations": [],
        "routes": [{"path": "/orders", "method": "POST", "own": True}],
        "handled": [{**seen, "reads": [], "writes": [], "together": []}],
    }
    compared = modules("measured").Comparison
    scores = compared(facts, truth, tmp_path, on).scores
    assert scores["routes"][0] == scores["writes"][0] == 1.0
    assert (scores["routes"][1], scores["writes"][1]) == precision
    every = compared(facts, truth, tmp_path, every=True).scores
    assert (every["routes"][1], every["writes"][1]) == (0.5, 0.0)
