"""What fills or changes a name when modules are imported goes along with it, or is a reason."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from mscli.migrate.apply.moving.implied.changing import Changes
from mscli.migrate.apply.moving.implied.filling import filling
from mscli.migrate.sources import read
from mscli.migrate.walk.project.index import Project

from .slices import part_of, reasons

VIEWS = """
    from fastapi import FastAPI
    from shop.rules import RULES, Handler, Plugin, listed

    app = FastAPI()

    @app.get("/books/rule/{name}")
    def rule(name: str):
        return RULES[name]()

    @app.get("/books/handlers")
    def handlers():
        return sorted(Handler.known)

    @app.get("/books/plugins")
    def plugins():
        return [each.__name__ for each in Plugin.__subclasses__()]

    @app.get("/books/listed")
    def everything():
        return listed.found
"""
RULES = """
    RULES = {}
    RULES["none"] = None

    def rule(name):
        def wrap(function):
            RULES[name] = function
            return function
        return wrap

    class Handler:
        known = {}

        def __init_subclass__(cls, **options):
            super().__init_subclass__(**options)
            cls.known[cls.__name__] = cls

    class Plugin:
        pass

    class Listed:
        def __init__(self):
            self.found = []

        def add(self, text):
            self._keep(text)

        def _keep(self, text):
            self.found.append(text)

    listed = Listed()
    listed.add("here")
    for text in ("a", "b"):
        listed.add(text)
"""
ELSEWHERE = """
    from shop.rules import RULES, Handler, Listed, Plugin, listed, rule
    from shop.tools import keep

    @rule("red")
    def red():
        return "red"

    class Red(Handler):
        pass

    class One(Plugin):
        pass

    listed.add("there")
    keep("kept")
    listed.label = "all"
    unused = Listed()
    unused.add("nobody")
    assert RULES
"""
TOOLS = """
    from shop.rules import listed

    def keep(text):
        listed.add(text)
"""


def files(**more: str) -> dict[str, str]:
    """The monolith, whose module `elsewhere` nobody has to name."""
    found = {"shop/__init__.py": "", "shop/views.py": VIEWS, "shop/rules.py": RULES}
    found |= {"shop/elsewhere.py": ELSEWHERE, "shop/tools.py": TOOLS}
    return found | {"requirements.txt": "fastapi\n", **more}


def test_who_registers_goes_along_and_is_imported(tmp_path: Path) -> None:
    part = part_of(tmp_path, files())
    assert not reasons(part)
    moved = part.modules["src/library/moved/elsewhere.py"]
    for line in ('@rule("red")', "class Red(Handler)", "class One(Plugin)", 'listed.add("there")'):
        assert line in moved
    assert 'keep("kept")' in moved
    assert 'listed.label = "all"' in moved
    assert "unused" not in moved
    assert "library.moved.elsewhere" in part.slice.registering
    rules = part.modules["src/library/moved/rules.py"]
    assert 'RULES["none"] = None' in rules
    assert rules.count("listed.add(") == 2


def test_who_registers_and_cannot_move_is_a_reason(tmp_path: Path) -> None:
    elsewhere = ELSEWHERE.replace('return "red"', "return send_file('red')")
    part = part_of(tmp_path, files(**{"shop/elsewhere.py": elsewhere}))
    kept = {fate.route.path: fate.reasons for fate in part.fates}
    assert any(
        "`send_file('red')` works with files" in reason for reason in kept["/books/rule/{name}"]
    )
    assert not kept["/books/plugins"]


@pytest.mark.parametrize(
    "statement",
    [
        "app.state.label = 1",
        "keep.metadata.create_all()",
        "keep.init_app(None)",
        "keep.tell(app)",
        'if __name__ == "__main__":\n    RULES.clear()',
        "copy = RULES.copy()",
        "def later():\n    RULES.clear()",
    ],
)
def test_what_changes_nothing_that_moves_stays(tmp_path: Path, statement: str) -> None:
    head = "from fastapi import FastAPI\nRULES, keep = {}, object()\napp = FastAPI()\n"
    (tmp_path / "shop.py").write_text(f"{head}{statement}\n")
    assert not filling(Project(read(tmp_path)))


def test_what_a_function_changes_by_what_it_calls(tmp_path: Path) -> None:
    for name, content in (("rules", RULES), ("tools", TOOLS)):
        (tmp_path / f"{name}.py").write_text(dedent(content).replace("shop.", ""))
    changes = Changes(project := Project(read(tmp_path)))
    by_name = {module.name: module for module in project.modules}
    called = {name: ast.parse(name, mode="eval").body for name in ("keep", "rule")}
    assert changes.by_call(called["keep"], by_name["tools"]) == {"rules.listed"}
    assert changes.by_call(called["rule"], by_name["rules"]) == {"rules.RULES"}


LISTENERS = """
    from sqlalchemy import event
    from shop.models import Book, Other

    AUDITED = [Book]

    def log(kind):
        return lambda mapper, connection, target: print(kind)

    for model in AUDITED:
        event.listen(model, "after_insert", log("insert"))
    for model in (Other,):
        event.listen(model, "after_insert", log("other"))
    for model in Book.__subclasses__():
        event.listen(model, "after_insert", log("any"))
"""
MODELS = """
    from sqlalchemy import Column, Integer
    from sqlalchemy.orm import DeclarativeBase

    class Base(DeclarativeBase):
        pass

    class Book(Base):
        __tablename__ = "books"
        id = Column(Integer, primary_key=True)

    class Other(Base):
        __tablename__ = "others"
        id = Column(Integer, primary_key=True)
"""
ADDING = """
    from fastapi import Depends, FastAPI
    from sqlalchemy.orm import Session
    from shop.models import Book

    app = FastAPI()

    @app.post("/books/")
    def add(session: Session = Depends()):
        session.add(Book())
"""


def test_listeners_that_a_loop_connects_go_along(tmp_path: Path) -> None:
    own = {"shop/__init__.py": "", "shop/models.py": MODELS, "shop/listeners.py": LISTENERS}
    own |= {"shop/views.py": ADDING, "requirements.txt": "fastapi\nsqlalchemy\n"}
    part = part_of(tmp_path, own)
    assert not reasons(part)
    moved = part.modules["src/library/moved/listeners.py"]
    assert 'log("insert")' in moved
    assert 'log("any")' in moved
    assert 'log("other")' not in moved
    assert "library.moved.listeners" in part.slice.registering


BUS = """
    from collections import defaultdict

    class Bus:
        def __init__(self):
            self._handlers = defaultdict(list)

        def on(self, event):
            def register(handler):
                self._handlers[event].append(handler)
                return handler
            return register

        def publish(self, event):
            return [handler(event) for handler in self._handlers[event]]

    bus = Bus()
    KEPT = {}

    def keep(name, value):
        KEPT.setdefault(name, []).append(value)
"""


def test_handlers_that_a_mapping_of_lists_keeps_go_along(tmp_path: Path) -> None:
    views = """
        from fastapi import FastAPI
        from shop.bus import KEPT, bus
        import shop.handlers

        app = FastAPI()

        @app.get("/books/{name}")
        def publish(name: str):
            return bus.publish(name), KEPT
    """
    handlers = """
        from shop.bus import bus, keep

        @bus.on("red")
        def red(event):
            return event

        keep("a", 1)
    """
    more = {"shop/views.py": views, "shop/bus.py": BUS, "shop/handlers.py": handlers}
    found = part_of(tmp_path, {"shop/__init__.py": "", "requirements.txt": "fastapi\n", **more})
    assert not reasons(found)
    moved = found.modules["src/library/moved/handlers.py"]
    assert '@bus.on("red")' in moved
    assert 'keep("a", 1)' in moved
    assert "library.moved.handlers" in found.slice.registering
