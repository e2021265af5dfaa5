"""Boundaries of the examples and of small projects: which tables, what is cut, what it costs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from mscli.errors import SystemFileError
from mscli.migrate.boundaries.costs.measures import prices
from mscli.migrate.boundaries.costs.verdict import STAY
from mscli.migrate.boundaries.document.document import as_document, text
from mscli.migrate.boundaries.document.reading import read_text
from mscli.migrate.boundaries.document.summary import summary
from mscli.migrate.boundaries.propose import Proposal, propose
from mscli.migrate.boundaries.since import Added, Gone
from mscli.migrate.facts import Facts
from mscli.migrate.scan import scan
from mscli.migrate.store import STORES
from tests.unit.migrate.project import scanned
from tests.unit.migrate.test_examples import NAMES, ROOT, scorer


@pytest.fixture(scope="module")
def facts() -> Facts:
    return scan(ROOT / "examples" / "monolith-django")


def edited(facts: Facts, *changes: tuple[str, str]) -> Proposal:
    """What is proposed after a person has changed the file."""
    content = text(as_document(propose(facts)))
    for old, new in changes:
        assert old in content
        content = content.replace(old, new, 1)
    return propose(facts, read_text(content, "boundaries.yaml", facts))


def findings(facts: Facts, content: str) -> list[str]:
    with pytest.raises(SystemFileError) as caught:
        read_text(content, "boundaries.yaml", facts)
    return [str(finding) for finding in caught.value.findings]


# -- what is proposed -----------------------------------------------------------------------------


def test_the_three_examples_give_the_same_boundaries_and_they_are_the_true_ones() -> None:
    truth = json.loads((ROOT / "benchmarks/migrate/boundaries.json").read_text())["examples"]
    proposals = [propose(scan(ROOT / "examples" / name)) for name in NAMES]
    tables = [dict(proposal.boundaries.tables) for proposal in proposals]
    routes = [dict(proposal.boundaries.routes) for proposal in proposals]
    wanted = {table: name for name, of in truth["services"].items() for table in of}
    assert tables == [wanted] * 3
    assert routes[0] == routes[1] == routes[2]
    assert routes[0]["GET /reports/sales/"] == "reports"


def test_boundaries_of_the_examples_are_never_worse_than_one_part_one_service() -> None:
    score = scorer()
    truth = score.boundary_truths()["examples"]
    for name in NAMES:
        found = score.boundaries(scan(ROOT / "examples" / name), truth)
        assert found["hints"] >= found["baseline"], name
        assert found["no hints"] >= 0.7, name


def test_each_cut_has_its_evidence_and_its_price(facts: Facts) -> None:
    found = propose(facts).cuts
    assert all(cut.evidence and cut.cost > 0 for cut in found)
    placing = next(cut for cut in found if "placing.place " in cut.what)
    assert (placing.kind, placing.between) == ("transaction", ("orders", "catalogue"))
    assert str(placing.evidence[0]) == "shop/orders/placing.py:13"
    assert {cut.kind for cut in found} == {
        "transaction", "join", "foreign-key", "call", "ambient", "import"
    }  # fmt: skip


def test_a_small_shop_is_told_to_stay_a_monolith_with_the_figures(facts: Facts) -> None:
    proposal = propose(facts)
    assert proposal.verdict.advice == STAY
    assert any("5 of 10" in reason for reason in proposal.verdict.because)
    assert proposal.verdict.first == "reports"


def test_the_leaf_comes_out_first_and_what_is_left_last(facts: Facts) -> None:
    steps = propose(facts).steps
    assert [step.service for step in steps] == ["reports", "accounts", "catalogue", "orders"]
    assert steps[0].transactions == 0
    assert steps[-1].last


def test_whoever_knows_who_is_logged_in_comes_out_last(tmp_path: Path) -> None:
    notes = {
        "shop/models.py": """
            from flask_login import UserMixin
            from shop.database import db
            class User(db.Model, UserMixin):
                __tablename__ = "users"
                id = db.Column(db.Integer, primary_key=True)
            class Note(db.Model):
                __tablename__ = "notes"
                id = db.Column(db.Integer, primary_key=True)
            class Page(db.Model):
                __tablename__ = "pages"
                id = db.Column(db.Integer, primary_key=True)
            """,
        "shop/database.py": "from flask_sqlalchemy import SQLAlchemy\ndb = SQLAlchemy()\n",
        "shop/__init__.py": "",
        "shop/users.py": """
            from flask import Blueprint
            from shop.models import User
            blueprint = Blueprint("users", __name__)
            @blueprint.get("/users")
            def users():
                return User.query.all()
            """,
    }
    for name, model in (("notes", "Note"), ("pages", "Page")):
        notes[f"shop/{name}.py"] = f"""
            from flask import Blueprint
            from flask_login import current_user
            from shop.models import {model}
            blueprint = Blueprint("{name}", __name__)
            @blueprint.get("/{name}")
            def all_of_them():
                current_user.id
                return {model}.query.all()
            """
    steps = propose(scanned(tmp_path, notes)).steps
    assert [step.service for step in steps][-1] == "users"


def test_one_model_file_is_divided_by_the_code_that_uses_its_tables() -> None:
    facts = scan(ROOT / "examples" / "monolith-flask")
    owners = propose(facts).boundaries.tables
    assert owners["stock"] == "catalogue"
    assert owners["profiles"] == "accounts"


def test_alternatives_name_the_table_that_would_be_cheaper_elsewhere(facts: Facts) -> None:
    proposal = propose(facts)
    move = next(a for a in proposal.alternatives if a.name == "stock in orders")
    assert move.measures.cost < proposal.measures.cost
    assert proposal.alternatives[-1].measures.cost == 0


def test_without_hints_the_structure_is_not_asked(facts: Facts) -> None:
    with_hints, without = propose(facts), propose(facts, hints=False)
    assert set(with_hints.boundaries.tables) == set(without.boundaries.tables)
    assert with_hints.boundaries.tables != without.boundaries.tables


def test_a_project_without_tables_is_one_part_and_stays(tmp_path: Path) -> None:
    app = (
        'from flask import Flask\napp = Flask(__name__)\n@app.get("/")\ndef home():\n    return 1\n'
    )
    proposal = propose(scanned(tmp_path, {"app.py": app}))
    assert proposal.verdict.advice == STAY
    assert as_document(proposal)["stays"] == {
        "routes": ["GET /"], "jobs": [], "framework tables": []
    }  # fmt: skip


# -- the file --------------------------------------------------------------------------------------


def test_what_the_file_says_holds_and_its_price_is_shown(facts: Facts) -> None:
    moved = edited(
        facts, ("      - visits\n", ""), ("      - stock\n", "      - stock\n      - visits\n")
    )
    assert moved.boundaries.tables["visits"] == "catalogue"
    edits = [(e.kind, e.what, e.service, e.proposed) for e in moved.edits]
    assert ("table", "visits", "catalogue", "reports") in edits
    stock = edited(
        facts, ("      - stock\n", ""), ("      - payments\n", "      - payments\n      - stock\n")
    )
    [edit] = stock.edits
    assert edit.cost == round(stock.measures.cost - propose(facts).measures.cost, 1) == -17.0


def test_a_second_run_over_an_edited_file_gives_the_same_bytes(facts: Facts) -> None:
    once = edited(facts, ("  accounts:\n    database", "  people:\n    database"))
    first = text(as_document(once))
    again = propose(facts, read_text(first, "boundaries.yaml", facts))
    assert text(as_document(again)) == first
    assert "accounts" not in again.boundaries.services
    assert again.edits == ()


def test_what_is_taken_out_of_the_file_is_proposed_anew(facts: Facts) -> None:
    again = edited(facts, ("      - stock\n", ""), ("      - POST /orders/\n", ""))
    assert again.boundaries == propose(facts).boundaries


def test_a_route_can_be_moved_without_its_tables(facts: Facts) -> None:
    moved = edited(
        facts,
        ("      - GET /reports/sales/\n", ""),
        ("      - POST /orders/\n", "      - POST /orders/\n      - GET /reports/sales/\n"),
    )
    assert moved.boundaries.routes["GET /reports/sales/"] == "orders"
    assert [e.kind for e in moved.edits] == ["route"]


def test_where_much_is_cut_code_moves_before_data_and_a_person_decides(facts: Facts) -> None:
    """Every service with cuts of 12 points and more is on the monolith's database first."""
    proposal = propose(facts)
    priced = prices(proposal.boundaries.services, proposal.cuts)
    assert {name for name, price in priced.items() if price < 12} == {"reports"}
    assert set(proposal.boundaries.stores) == set(priced)
    assert [n for n in priced if proposal.boundaries.store(n) == "own"] == ["reports"]
    assert "    database: shared\n    tables:\n      - customers" in text(as_document(proposal))
    own = edited(facts, ("  accounts:\n    database: shared\n", "  accounts:\n"))
    assert own.boundaries.store("accounts") == "own"
    assert own.boundaries.store("orders") == "shared"
    [edit] = own.edits
    assert (edit.kind, edit.what, edit.service) == ("database", "own", "accounts")
    assert "on the monolith's database" in summary(proposal)
    for store in STORES:
        every = propose(facts, store=store).boundaries
        assert {every.store(name) for name in every.services} == {store}


def test_a_database_that_is_none_is_refused_with_its_line(facts: Facts) -> None:
    content = "version: 1\nservices:\n  orders:\n    database: {}\n    tables: [orders]\n"
    for said, remedy in (("shard", "did you mean 'shared'?"), ("[1]", "write 'shared'")):
        [finding] = findings(facts, content.format(said))
        assert "boundaries.yaml:4: services.orders.database: " in finding
        assert remedy in finding


def test_every_fault_of_the_file_has_line_place_and_remedy(facts: Facts) -> None:
    content = """\
version: 1
services:
  email:
    tables: [custmers]
  orders:
    tables:
      - orders
      - orders
    routs: []
  empty: {}
"""
    assert [finding.partition("boundaries.yaml:")[2] for finding in findings(facts, content)] == [
        "3: services.email: 'email' is a module that the service would hide - use 'email-service'",
        "4: services.email.tables[0]: no table 'custmers' - did you mean 'customers'?",
        "8: services.orders.tables[1]: table 'orders' is in line 7 too - leave it in one service",
        "9: services.orders.routs: 'routs' is not known here - did you mean 'routes'?",
        "10: services.empty: owns nothing - give it a table, a route or a job, or remove it",
    ]


def without(facts: Facts, *gone: str, renamed: tuple[str, str] = ("", "")) -> Facts:
    """The same code after routes went, and one got another name."""
    old, new = renamed
    routes = [
        replace(r, method=new.partition(" ")[0], path=new.partition(" ")[2])
        if f"{r.method} {r.path}" == old
        else r
        for r in facts.routes
        if f"{r.method} {r.path}" not in gone
    ]
    return replace(facts, routes=tuple(routes))


def test_what_came_and_went_in_the_code_is_told_and_edits_stay(facts: Facts) -> None:
    moved = edited(
        facts, ("      - stock\n", ""), ("      - payments\n", "      - payments\n      - stock\n")
    )
    written = text(as_document(moved)).replace("      - GET /products/\n", "", 1)
    before, after = "GET /orders/{order_id}/", "PUT /orders/{key}/"
    later = without(facts, "POST /orders/", renamed=(before, after))
    again = propose(later, read_text(written, "boundaries.yaml", later))
    assert again.boundaries.tables["stock"] == "orders"
    assert again.since.gone == (
        Gone("route", before, "orders", (after,)), Gone("route", "POST /orders/", "orders")
    )  # fmt: skip
    assert again.since.added == (Added("route", "GET /products/", "catalogue"),)
    assert "POST /orders/\n" not in text(as_document(again))
    assert f"    route {before}, now {after} (orders)" in summary(again)


def test_a_service_whose_things_are_all_gone_is_gone(facts: Facts) -> None:
    content = "version: 1\nservices:\n  x:\n    tables: [zebras]\n  y:\n    tables: [stock]\n"
    decided = read_text(content, "boundaries.yaml", facts)
    assert decided.gone == (Gone("table", "zebras", "x"),)
    assert "x" not in propose(facts, decided).boundaries.services


def test_a_file_of_another_application_is_refused(facts: Facts) -> None:
    other = "version: 1\nservices:\n  x:\n    tables: [zebras]\n    routes: [GET /zebras]\n"
    [finding] = findings(facts, other)
    assert "nothing of it is in this code" in finding


@pytest.mark.parametrize(
    "content", ["", "- a\n", "version: 2\nservices: {}\n", "version: 1\n", "a: ["]
)
def test_a_file_that_is_no_file_of_boundaries_is_refused(facts: Facts, content: str) -> None:
    assert findings(facts, content)


def test_the_file_is_read_back_as_what_was_proposed(facts: Facts) -> None:
    proposal = propose(facts)
    decided = read_text(text(as_document(proposal)), "boundaries.yaml", facts)
    assert dict(decided.tables) == dict(proposal.boundaries.tables)
    assert dict(decided.routes) == dict(proposal.boundaries.routes)
    assert dict(decided.jobs) == dict(proposal.boundaries.jobs)
