"""What is put into objects, mappings and patterns is there when it is asked for again."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import ONE_AND_MANY, answering, scanned, touched

IMPORTS = """
from dataclasses import dataclass
from typing import ClassVar, NamedTuple, TypedDict

from attrs import define
from pydantic import BaseModel
"""
HEAD = (
    f"{IMPORTS}{ONE_AND_MANY}"
    """
def load(): return session.get(A, 1)

@dataclass
class Numbered:
    kind: ClassVar[str] = "box"
    number: int

@dataclass
class Box(Numbered):
    a: object
    def shown(self): return self.a.bs

@define
class Crate:
    a: object

class Pair(NamedTuple):
    number: int
    a: object

class Told(TypedDict):
    a: object

class Model(BaseModel):
    a: object

class Lazy:
    def __init__(self, number): self.number = number
    @classmethod
    def first(cls): return cls(1)
    def next(self): return self.__class__(self.number + 1)
    def a(self): return load()
    def __iter__(self): yield load()
"""
)
BODIES = {
    "dataclass": "return Box(1, load()).a.bs",
    "dataclass_by_name": "return Box(a=load(), number=1).shown()",
    "attrs": "return Crate(load()).a.bs",
    "named_tuple": "return Pair(1, load()).a.bs",
    "named_tuple_unpacked": "number, a = Pair(1, load())\nreturn a.bs",
    "typed_dict": "return Told(a=load())['a'].bs",
    "pydantic": "return Model(a=load()).a.bs",
    "own_class": "return Lazy.first().next().a().bs",
    "own_iterator": "(a,) = Lazy(1)\nreturn a.bs",
    "list": "found = [load()]\nreturn found.pop().bs",
    "copied_list": "found = [load()]\nother = found.copy()\nreturn other[0].bs",
    "by_default": "found = {}\nfound.setdefault('x', load())\nreturn found['x'].bs",
    "pattern": "match load():\n    case A() as a: return a.bs",
    "pattern_of_unknown": "match __import__('x').y():\n    case A() as a: return a.bs",
    "pattern_of_fields": "match Box(1, load()):\n    case Box(a=a): return a.bs",
    "pattern_of_items": "match (1, load()):\n    case (number, a) if number: return a.bs",
    "pattern_of_rest": "match [load(), load()]:\n    case [first, *rest]: return rest[0].bs",
    "pattern_of_keys": "match {'x': load()}:\n    case {'x': a, **more}: return a.bs",
    "guard": "a = load()\nmatch 1:\n    case x if a.bs: return x",
}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    root: Path = tmp_path_factory.mktemp("records")
    return scanned(root, {"app.py": HEAD + answering(BODIES)})


@pytest.mark.parametrize("handler", BODIES)
def test_rows_are_there_again(facts: Facts, handler: str) -> None:
    assert "b" in touched(facts, "read", f"app.of_{handler}")


def test_what_one_object_has_is_not_anothers(tmp_path: Path) -> None:
    code = f"{HEAD}\ndef other(): return Box(1, None)\n"
    code += "@app.get('/')\ndef one():\n    Box(1, load())\n    return other().a.bs\n"
    assert touched(scanned(tmp_path, {"app.py": code}), "read", "app.one") == {"a"}


def test_what_is_put_into_a_mapping_that_is_not_known_is_not_all_of_it(tmp_path: Path) -> None:
    code = f"""{HEAD}
def update(id, **words):
    a = session.get(A, id)
    for name, value in words.items():
        setattr(a, name, value)

@app.post("/")
def one(data: dict):
    data["other"] = load()
    update(1, **data)
"""
    assert touched(scanned(tmp_path, {"app.py": code}), "write", "app.one") == {"a"}
