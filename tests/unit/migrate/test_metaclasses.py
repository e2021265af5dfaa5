"""Registries that metaclasses keep."""

from __future__ import annotations

from pathlib import Path

from tests.unit.migrate.project import scanned, touched

REGISTRY = """
from abc import ABCMeta

def constructed(self, name, bases, kwargs):
    self.__class__.kept[kwargs["__module__"]] = self
    ABCMeta.__init__(self, name, bases, kwargs)

@classmethod
def get(cls, name):
    return cls.kept[name]()

def metaclass(name):
    return type(name, (ABCMeta,), {"__init__": constructed, "kept": dict(), "get": get})

Drivers = metaclass("Drivers")
Others = metaclass("Others")
"""
APP = """
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from registry import Drivers, Others

app = Flask(__name__)
db = SQLAlchemy(app)

class Server(db.Model):
    __tablename__ = "servers"
    id = db.Column(db.Integer, primary_key=True)

class Log(db.Model):
    __tablename__ = "logs"
    id = db.Column(db.Integer, primary_key=True)

class Driver(metaclass=Drivers):
    pass

class Psycopg(Driver):
    def server(self, number):
        return Server.query.get(number)

class Other(metaclass=Others):
    def server(self, number):
        return Log.query.get(number)

def driver(name):
    return Drivers.get(name)

@app.get("/servers/<number>")
def server(number):
    return str(driver("psycopg").server(number))
"""


def test_a_class_that_a_metaclass_keeps_is_found_by_it(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"registry.py": REGISTRY, "app.py": APP})
    assert touched(facts, "read", "app.server") == {"servers"}
