"""Flask-Security loads whoever is logged in, with his roles."""

from __future__ import annotations

from pathlib import Path

from tests.unit.migrate.project import scanned, touched

APP = """
from flask import Flask
from flask_security import RoleMixin, Security, SQLAlchemyUserDatastore, UserMixin
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
held = db.Table(
    "held",
    db.Column("user_id", db.ForeignKey("people.id")),
    db.Column("role_id", db.ForeignKey("roles.id")),
)

class Role(db.Model, RoleMixin):
    __tablename__ = "roles"
    id = db.Column(db.Integer, primary_key=True)

class User(db.Model, UserMixin):
    __tablename__ = "people"
    id = db.Column(db.Integer, primary_key=True)
    roles = db.relationship("Role", secondary=held)

def create_app():
    app = Flask(__name__)
    db.init_app(app)
    people = SQLAlchemyUserDatastore(db, User, Role)
    security = Security(None, people)
    security.init_app(app, people)

    @app.get("/")
    def home():
        return "home"

    return app
"""


def test_every_request_loads_the_user_with_his_roles(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": APP})
    assert touched(facts, "read", "create_app.home") == {"held", "people", "roles"}
    assert touched(facts, "write", "create_app.home") == set()
