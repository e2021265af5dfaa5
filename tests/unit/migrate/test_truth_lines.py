"""What requests executed: how it is written down, and what it says of a fact that was not seen."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from types import CodeType

import pytest

from mscli.migrate.facts import AccessFact
from mscli.migrate.walk.graph.nodes import Confidence
from mscli.migrate.walk.values.values import Site
from tests.unit.migrate.project import scanned
from tests.unit.migrate.truths import Modules

VIEWS = """\
def page(request):
    if request.full:
        shown = (
            everything()
        )
    else:
        shown = nothing()
    return other(shown)


class Page(View):
    model = Book

    @cached(key())
    def get(self):
        match self.kind:
            case "book" if allowed(self):
                return books()
        try:
            return page(self)
        except Gone as error:
            return gone(error)
"""


def verdict(modules: Modules, folder: Path, way: list[int], executed: list[int]) -> str:
    """On a fact by a way of lines in one file, of which some were executed."""
    (folder / "views.py").write_text(VIEWS)
    *calls, last = [Site("views.py", line) for line in way]
    fact = AccessFact("h", "t", "read", ("get",), "", last, tuple(calls), Confidence.CERTAIN)
    found: str = (
        modules("migrate.judged").Judge(folder, {}).verdict(fact, {"views.py": set(executed)})
    )
    return found.name  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    ("way", "executed", "wanted"),
    [
        ([8], [2, 7, 8], "DONE"),
        ([4], [2, 7, 8], "NOT_REACHED"),
        ([4], [2, 3, 8], "DONE"),  # any line of its statement
        ([8, 16], [2, 8], "NOT_ENTERED"),  # the call is executed, and does not lead there
        ([4, 16], [2, 7, 8], "NOT_REACHED"),  # nor was the call
        ([4, 16], [2, 7, 8, 16], "NOT_REACHED"),  # the function was entered by another way
        ([8, 18], [2, 8, 16, 20], "NOT_REACHED"),
        ([8], [16, 20], "NOT_CALLED"),
        ([12], [], "DONE"),  # of a class: executed long before
        ([14, 20], [16, 20], "DONE"),  # as are the decorators of a method
        ([17], [16], "DONE"),  # a guard is of its statement
        ([21], [19, 20], "DONE"),  # as is what is caught
        ([22], [16, 19, 20], "NOT_REACHED"),
    ],
)
def test_only_a_fact_whose_way_was_taken_is_judged(
    modules: Modules, tmp_path: Path, way: list[int], executed: list[int], wanted: str
) -> None:
    assert verdict(modules, tmp_path, way, executed) == wanted


def test_what_is_no_python_counts_as_executed(modules: Modules, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("{{ books }}\n")
    site = Site("page.html", 1)
    fact = AccessFact("h", "t", "read", ("get",), "", site, (), Confidence.CERTAIN)
    assert modules("migrate.judged").Judge(tmp_path, {}).verdict(fact, {}).name == "DONE"


def test_what_only_ran_at_the_start_says_nothing_of_a_request(
    modules: Modules, tmp_path: Path
) -> None:
    (tmp_path / "views.py").write_text(VIEWS)
    way = (Site("views.py", 8),)
    fact = AccessFact("h", "t", "read", ("get",), "", Site("views.py", 18), way, Confidence.CERTAIN)
    judge = modules("migrate.judged").Judge(tmp_path, {"views.py": frozenset([2, 8])})
    assert judge.verdict(fact, {"views.py": {16, 20}}).name == "NOT_REACHED"
    assert judge.verdict(fact, {"views.py": {2, 16, 20}}).name == "NOT_REACHED"
    assert judge.verdict(fact, {}).name == "NOT_CALLED"


def test_lines_are_kept_by_who_executed_them(modules: Modules) -> None:
    covered = modules("migrate.covered")
    told = {
        "lines": {"a.py": [1, 2, 5, 6, 9]},
        "started": {"a.py": [0, 1, 2]},
        "handled": [
            ["x.get", "GET", "x/<int:pk>/", {"a.py": [1, 2, 5, 9]}],
            ["y.get", "GET", "y/", {"a.py": [1, 2, 6]}],
            ["elsewhere", "GET", "z/", {"a.py": [6]}],
        ],
    }
    handled = [("x.get", "GET", "/x/{pk}/"), ("y.get", "GET", "/y/")]
    kept = covered.kept(told, handled)
    assert kept == {"a.py": {"1-2": "0-1", "5,9": "0", "6": "1"}}
    known = covered.Covered({"executed": kept, "started": covered.started(told)})
    assert known.of([0]) == {"a.py": {1, 2, 5, 9}}
    assert known.of([0, 1]) == {"a.py": {1, 2, 5, 6, 9}}
    assert known.started == {"a.py": {0, 1, 2}}


def test_a_range_goes_over_lines_that_nothing_begins_on(modules: Modules) -> None:
    as_text = modules("migrate.covered").as_text
    assert as_text([1, 4, 8], order=[1, 4, 6, 8]) == "1-4,8"


def test_lines_belong_to_the_request_that_ends_after_them(
    modules: Modules, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    for name in ("__init__.py", "views.py"):
        (shop / name).write_text(VIEWS)
    monkeypatch.syspath_prepend(str(tmp_path))
    executed = modules("inside.executed").Executed()
    executed.files.of(["shop"])
    mine = code(shop / "views.py")
    executed.line(mine, 1)
    executed.begin()  # a request that does nothing
    executed.line(mine, 8)
    executed.line(mine, 2)
    executed.end(("page", "GET", "p"))
    executed.line(mine, 14)  # between requests
    executed.begin()
    executed.line(mine, 16)
    executed.end(("get", "GET", "g"))
    told = executed.told()
    assert told["handled"] == [
        ["get", "GET", "g", {"shop/views.py": [16]}],
        ["page", "GET", "p", {"shop/views.py": [2, 8]}],
    ]
    assert told["started"] == {"shop/views.py": [1]}
    assert {1, 2, 4, 7, 8, 16} <= set(told["lines"]["shop/views.py"])
    assert not {6, 9, 10} & set(told["lines"]["shop/views.py"])


def test_lines_of_others_are_left_out(modules: Modules, tmp_path: Path) -> None:
    executed = modules("inside.executed").Executed()
    (tmp_path / "other.py").write_text(VIEWS)
    assert not executed.line(code(tmp_path / "other.py"), 1)
    assert executed.now == set()


def code(file: Path) -> CodeType:
    return compile(file.read_text(), str(file), "exec")


class Visitor:
    """Gets the same answer everywhere."""

    def __init__(self, answer: object, seen: list[str]) -> None:
        self.answer, self.seen = answer, seen

    def ask(self, method: str, path: str, form: object = None, json: object = None) -> object:
        self.seen.append(path)
        return self.answer


def visited(modules: Modules, folder: Path, status: int, *, seconds: float = 60) -> list[str]:
    """The paths that somebody asks for who gets this answer, on two routes, in two rounds."""
    room, seen = modules("inside.visits"), list[str]()
    connection = sqlite3.connect(folder / "db.sqlite3", isolation_level=None)
    connection.executescript("create table books (id integer primary key)")
    connection.executemany("insert into books values (?)", [(number,) for number in range(9)])
    connection.close()
    snapshot = modules("inside.snapshot").Snapshot(folder / "db.sqlite3")
    answer = room.Answer(status, "{}", "application/json")
    clients = {"nobody": lambda: Visitor(answer, seen)}
    visits = room.Visits(clients, snapshot, [], seconds)
    targets = [
        room.Target(("GET",), ("id",), lambda given, name=name: f"/{name}/{given['id']}", name=name)
        for name in ("books", "pages")
    ]
    for _ in range(2):
        visits.all(targets)
    return seen


def test_who_is_refused_whatever_the_row_is_stops(modules: Modules, tmp_path: Path) -> None:
    assert len(visited(modules, tmp_path, 401)) == 12


def test_who_is_told_that_a_row_is_not_there_tries_others(modules: Modules, tmp_path: Path) -> None:
    assert len(visited(modules, tmp_path, 404)) > 12


def test_what_time_did_not_reach_comes_first_the_next_time(
    modules: Modules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 0.0, 0.0, 9.0])  # the end of time is seen before the second route
    monkeypatch.setattr(modules("inside.visits").time, "process_time", lambda: next(clock, 9.0))
    seen = visited(modules, tmp_path, 200, seconds=5)
    assert [path.split("/")[1] for path in seen] == ["books", "pages", "books"]


def test_a_package_in_another_is_told_with_all_of_its_path(
    modules: Modules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shared" / "server").mkdir(parents=True)
    (tmp_path / "shared" / "server" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    files = modules("inside.executed").Files()

    files.of(["shared.server"])

    assert files[str(tmp_path / "shared" / "server" / "views.py")] == "shared/server/views.py"
    assert files[str(tmp_path / "shared" / "other.py")] == ""


def test_a_package_in_another_is_scored_where_it_is(
    modules: Modules, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tmp_path / "code"
    for package in ("server", "common", "backend", "client"):
        (code / "vantage6" / package).mkdir(parents=True)
        (code / "vantage6" / package / "__init__.py").touch()
    projects = modules("projects")
    monkeypatch.setattr(projects, "unpacked", lambda *_given: code)

    found = projects.project("vantage6-server", tmp_path)

    kept = {path.name for path in (found / "vantage6").iterdir()}
    assert kept == {"server", "common", "backend"}  # with what is in packages beside


SHOP = """
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

db, app = SQLAlchemy(), Flask(__name__)

class User(db.Model):
    __tablename__ = "users"
    id = db.Column(db.Integer, primary_key=True)

@app.before_request
def who():
    User.query.first()

@app.post("/orders")
def order():
    return ""
"""


def test_what_is_read_before_a_method_is_refused_is_of_who_answers_the_others(
    modules: Modules, tmp_path: Path
) -> None:
    facts = scanned(tmp_path, {"shop.py": SHOP})
    asked = {"handler": "shop.order", "path": "/orders", "writes": [], "together": []}
    truth = {
        "tables": ["users"],
        "tables_of_others": [],
        "relations": [],
        "routes": [{"path": "/orders", "method": "ANY", "own": True, "handler": "shop.order"}],
        "handled": [{**asked, "method": "GET", "reads": ["users"], "succeeded": False}],
    }
    found = modules("migrate.measured").Comparison(facts, truth, tmp_path)
    assert found.scores["reads"] == (1.0, 1.0)
    assert found.missed["reads"] == set()
