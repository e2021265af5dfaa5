"""Tables of one name in several schemas of a database."""

from __future__ import annotations

from pathlib import Path

from tests.unit.migrate.project import scanned

MODELS = """
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class Event(Base):
    __tablename__ = "events"
    __table_args__ = {"schema": "events"}
    id = Column(Integer, primary_key=True)

class EventFile(Base):
    __tablename__ = "files"
    __table_args__ = {"schema": "events"}
    id = Column(Integer, primary_key=True)
    event_id = Column(ForeignKey("events.events.id"))

class Paper(Base):
    __tablename__ = "papers"
    __table_args__ = {"schema": "papers"}
    id = Column(Integer, primary_key=True)
    file_id = Column(ForeignKey("papers.files.id"))

class PaperFile(Base):
    __tablename__ = "files"
    __table_args__ = (None, {"schema": "papers"})
    id = Column(Integer, primary_key=True)

FILE = ForeignKey("events.files.id")
tags = Table("tags", Base.metadata, Column("file_id", FILE), schema="events")
"""


def test_a_name_that_several_schemas_have_is_told_with_the_schema(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"models.py": MODELS})
    tables = {t.table for t in facts.tables}
    assert tables == {"events", "papers", "tags", "events.files", "papers.files"}
    keys = {(r.source, r.target) for r in facts.relations}
    assert keys == {
        ("events.files", "events"),
        ("papers", "papers.files"),
        ("tags", "events.files"),
    }
