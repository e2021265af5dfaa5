"""Rows of a base class that are of one that inherits from it, with a table of its own."""

from __future__ import annotations

from pathlib import Path

from tests.unit.migrate.project import answering, scanned, touched

MODELS = """
from fastapi import FastAPI
from sqlalchemy import Column, ForeignKey, Integer, String, create_engine
from sqlalchemy.orm import Session, declarative_base, relationship

Base = declarative_base()
app, session = FastAPI(), Session(create_engine("sqlite://"))

class Visitor(Base):
    __tablename__ = "visitors"
    id = Column(Integer, primary_key=True)
    kind = Column(String)
    email = Column(String)
    __mapper_args__ = {"polymorphic_identity": "visitor", "polymorphic_on": kind}
    def label(self):
        return self.email

class Member(Visitor):
    __tablename__ = "members"
    id = Column(Integer, ForeignKey("visitors.id"), primary_key=True)
    card = Column(String)
    loans = relationship("Loan")
    __mapper_args__ = {"polymorphic_identity": "member"}

class Guard(Visitor):
    __tablename__ = "guards"
    id = Column(Integer, ForeignKey("visitors.id"), primary_key=True)
    email = Column(String)
    __mapper_args__ = {"polymorphic_identity": "guard"}

class Loan(Base):
    __tablename__ = "loans"
    id = Column(Integer, primary_key=True)
    member_id = Column(Integer, ForeignKey("members.id"))
"""


def test_what_only_heirs_have_is_loaded_from_their_tables(tmp_path: Path) -> None:
    bodies = {
        "own": "return session.get(Visitor, 1).email",
        "method": "return session.get(Visitor, 1).label()",
        "column": "return session.get(Visitor, 1).card",
        "relation": "return [loan.id for loan in session.get(Visitor, 1).loans]",
        "asked": """
one = session.get(Visitor, 1)
if isinstance(one, Member):
    return len(one.loans)
""",
        "new": "return Visitor(kind='x').card",
    }
    facts = scanned(tmp_path, {"main.py": MODELS + answering(bodies)})
    read = {name: touched(facts, "read", f"of_{name}") for name in bodies}
    assert read == {
        "own": {"visitors"},
        "method": {"visitors"},
        "column": {"visitors", "members"},
        "relation": {"visitors", "members", "loans"},
        "asked": {"visitors", "members", "loans"},
        "new": set(),
    }
