"""The walk ends, whatever the code is: values that grow, loops in loops, calls of all by all."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from mscli.migrate.walk.budget import Budget
from mscli.migrate.walk.project.index import FunctionSymbol
from mscli.migrate.walk.values.merging import HUGE, shallow
from mscli.migrate.walk.values.values import Items, Text, Value
from tests.unit.migrate.project import scanned, touched

DOUBLING = "x = [1, 'a']\n" + "x = [x, x]\n" * 60 + "y = {}\n" + "y['a'] = y\n" * 60
GROWING = "def grown(x):\n" + "    x = x + [x]\n" * 40 + "    return x\n\nz = grown(['a'])\n"
PAIRS = "[('a', 1), ('b', 2), ('c', 3), ('d', 4), ('e', 5), ('f', 6), ('g', 7), ('h', 8)]"
LOOPS = (
    "".join(f"{'    ' * n}for a{n} in {PAIRS}:\n" for n in range(9)) + "    " * 9 + "print(a0)\n"
)
CALLING = "".join(
    f"def f{n}(*args):\n    return [f{(n + 1) % 20}(args, {n}), f{(n + 7) % 20}({n}, *args)]\n\n"
    for n in range(20)
)


@pytest.mark.parametrize("code", [DOUBLING, GROWING, LOOPS, CALLING])
def test_the_walk_ends(tmp_path: Path, code: str) -> None:
    facts = scanned(tmp_path, {"odd.py": code})
    assert not [lost for lost in facts.unresolved if lost.kind == "fault"]


def test_what_is_very_large_loses_its_lists_without_being_visited() -> None:
    value: Value = (Text("a"),)
    for _ in range(200):
        value = (Items((value, value)),)
    assert value[0].shape.size > HUGE  # type: ignore[union-attr]
    assert shallow(value) == ()


def test_when_all_lines_are_spent_each_function_has_one_context_more(tmp_path: Path) -> None:
    import ast

    from mscli.migrate.sources import read
    from mscli.migrate.walk.project.index import Project

    (tmp_path / "a.py").write_text("def f(x):\n    pass\n")
    module = Project(read(tmp_path)).modules[0]
    fn = module.functions["f"]
    assert isinstance(fn, FunctionSymbol)
    assert isinstance(fn.node, ast.FunctionDef)
    budget = Budget(2)
    assert budget.allows(fn, (), importing=False)
    budget.left = -1
    assert budget.allows(fn, (), importing=False)
    budget.spend(fn)
    assert not budget.allows(fn, (), importing=True)


def _models(count: int) -> str:
    models = """
from sqlalchemy import Column, Integer, select
from sqlalchemy.orm import DeclarativeBase, Session

class Base(DeclarativeBase):
    pass
"""
    return models + "".join(
        f"class T{n}(Base):\n    __tablename__ = 't{n}'\n"
        "    id = Column(Integer, primary_key=True)\n"
        for n in range(count)
    )


def test_a_long_function_is_told_apart_by_the_rows_and_classes_it_is_given(tmp_path: Path) -> None:
    views = "from flask import Flask\nfrom models import *\n\napp = Flask(__name__)\n\n"
    views += "def save(session: Session, row, note):\n"
    views += "".join(f"    print({n}, note)\n" for n in range(50))
    views += "    session.add(row)\n    session.query(type(row)).first()\n"
    for n in range(40):
        views += f"\n@app.post('/{n}')\ndef v{n}():\n    save(Session(), T{n}(), 'note {n}')\n"
    facts = scanned(tmp_path, {"models.py": _models(40), "views.py": views})
    for n in (0, 20, 39):
        assert touched(facts, "write", f"views.v{n}") == {f"t{n}"}
        assert touched(facts, "read", f"views.v{n}") == {f"t{n}"}


def test_a_long_function_is_told_apart_by_what_it_is_not_given(tmp_path: Path) -> None:
    views = "from flask import Flask\nfrom models import *\n\napp = Flask(__name__)\n\n"
    views += "def check(session: Session, note, one=None, other=None):\n"
    views += "".join(f"    print({n}, note)\n" for n in range(130))
    views += "    if one:\n        session.query(T0).first()\n"
    views += "    if other:\n        session.query(T1).first()\n"
    for n, name in enumerate(["one", "other"] * 4):
        views += (
            f"\n@app.post('/{n}')\ndef v{n}():\n    check(Session(), 'note {n}', {name}=input())\n"
        )
    facts = scanned(tmp_path, {"models.py": _models(2), "views.py": views})
    assert touched(facts, "read", "views.v6") == {"t0"}
    assert touched(facts, "read", "views.v7") == {"t1"}


def test_a_long_method_is_told_apart_for_each_class_that_inherits_it(tmp_path: Path) -> None:
    models = _models(50)
    views = "from flask import Flask\nfrom models import *\n\napp = Flask(__name__)\n\n"
    views += "class View:\n    def dispatch_request(self):\n"
    views += "".join(f"        print({n})\n" for n in range(130)) + "        return self.answer()\n"
    for n in range(50):
        views += f"\nclass V{n}(View):\n    def answer(self):\n        return select(T{n})\n"
        views += f"\napp.add_url_rule('/{n}', view_func=V{n})\n"
    facts = scanned(tmp_path, {"models.py": models, "views.py": views})
    for n in (0, 20, 49):
        assert touched(facts, "read", f"V{n}.dispatch_request") == {f"t{n}"}


def test_a_scan_leaves_the_search_for_garbage_as_it_was(tmp_path: Path) -> None:
    before = gc.isenabled(), gc.get_freeze_count()
    scanned(tmp_path, {"app.py": "x = 1\n"})
    assert (gc.isenabled(), gc.get_freeze_count()) == before
