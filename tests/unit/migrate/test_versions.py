"""Tables of what rows were, which SQLAlchemy-Continuum keeps: who asks for them by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import scanned, touched

CODE = """
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy_continuum import make_versioned, version_class

make_versioned()
app = Flask(__name__)
db = SQLAlchemy(app)

class Person(db.Model):
    __tablename__ = "people"
    __versioned__ = {}
    id = db.Column(db.Integer, primary_key=True)

class Bill(db.Model):
    __tablename__ = "bills"
    __versioned__ = {}
    id = db.Column(db.Integer, primary_key=True)
    payer_id = db.Column(db.ForeignKey("people.id"))

PersonVersion, BillVersion = version_class(Person), version_class(Bill)

def histories():
    of_people = PersonVersion.query.filter_by(id=1)
    of_bills = BillVersion.query.join(Person, BillVersion.payer_id == Person.id)
    return of_people, of_bills

@app.get("/asked")
def asked():
    return [version.id for query in histories() for version in query.all()]

@app.get("/selected")
def selected():
    return db.session.scalars(db.select(PersonVersion).where(PersonVersion.id == 1)).all()

@app.get("/own")
def own():
    return [version.id for version in db.session.get(Bill, 1).versions]

@app.post("/purged")
def purged():
    for query in histories():
        query.delete()
    db.session.commit()
"""


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    root: Path = tmp_path_factory.mktemp("versions")
    return scanned(root, {"app.py": CODE})


@pytest.mark.parametrize(
    ("handler", "tables"),
    [
        ("asked", {"people_version", "bills_version", "people"}),
        ("selected", {"people_version"}),
        ("own", {"bills", "bills_version"}),
    ],
)
def test_versions_are_read_where_somebody_asks_for_them(
    facts: Facts, handler: str, tables: set[str]
) -> None:
    assert touched(facts, "read", f"app.{handler}") == tables


def test_versions_are_deleted_and_what_they_are_of_is_not(facts: Facts) -> None:
    assert touched(facts, "write", "app.purged") == {"people_version", "bills_version"}
