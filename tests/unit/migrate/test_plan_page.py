"""plan.md: leaf first, every step with check and way back, and no command that is not there."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from mscli.cli.group import root
from mscli.migrate.boundaries.propose import Decided, Proposal, propose
from mscli.migrate.boundaries.steps.contracts import contracts
from mscli.migrate.boundaries.steps.plan_page import plan_page
from mscli.migrate.boundaries.steps.steps import phases
from mscli.migrate.facts import DatabaseFact
from mscli.migrate.scan import scan
from mscli.migrate.walk.values.values import Site
from tests.unit.migrate.project import scanned
from tests.unit.migrate.test_examples import NAMES, ROOT


@pytest.fixture(scope="module", params=NAMES)
def proposal(request: pytest.FixtureRequest) -> Proposal:
    return propose(scan(ROOT / "examples" / request.param))


def test_boundaries_are_frozen_first_and_tables_dropped_last(proposal: Proposal) -> None:
    titles = [phase.title for phase in phases(proposal)]
    assert titles[0] == "Freeze the boundaries"
    assert titles[2] == "Take out reports"
    assert titles[-1] == "Drop what nobody reads any more"


def test_every_step_has_a_check_and_a_way_back(proposal: Proposal) -> None:
    moves = [move for phase in phases(proposal) for move in phase.moves]
    assert all(move.check and move.rollback for move in moves)
    assert all(move.commands or move.by_hand for move in moves)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("sqlite", {'`sqlite3 FILE ".dump visits" > reports.sql`', "`DROP TABLE visits`"}),
        (
            "postgresql",
            {
                '`pg_dump --table=visits "$DATABASE_URL" > reports.sql`',
                "`DROP TABLE customers, profiles CASCADE`",  # orders stay, and refer to customers
            },
        ),
        ("", {"into reports.sql, by your database's own program", "`DROP TABLE visits`"}),
    ],
)
def test_old_tables_are_dropped_by_what_their_database_has(
    proposal: Proposal, kind: str, told: set[str]
) -> None:
    database = DatabaseFact(Site("settings.py", 1), kind, "sqlalchemy", "", ())
    facts = replace(proposal.facts, databases=(database,))
    moves = phases(replace(proposal, facts=facts))[-1].moves
    said = " ".join(move.by_hand for move in moves)
    assert all(each in said for each in told)


def test_code_moves_before_data_where_the_cut_is_dear(proposal: Proposal) -> None:
    by_title = {phase.title: [m.title for m in phase.moves] for phase in phases(proposal)}
    places = list(by_title)
    dear, cheap = by_title["Take out catalogue"], by_title["Take out reports"]
    assert dear[0] == "Make the service catalogue, on the monolith's database"
    assert not any(title.startswith(("Carry", "Split", "Cut", "Replace")) for title in dear)
    data = by_title["Move the data of catalogue"]
    ways = ("Make", "Split", "Replace", "Cut", "Carry", "Ask", "Flip")
    assert tuple(dict.fromkeys(title.split()[0] for title in data)) == ways
    assert places.index("Take out catalogue") < places.index("Move the data of accounts")
    assert not any("on the monolith's database" in title for title in cheap)
    assert "Move the data of reports" not in places


def test_the_data_step_is_one_that_can_be_typed(proposal: Proposal) -> None:
    [data] = [p for p in phases(proposal) if p.title == "Move the data of catalogue"]
    back = "mscli migrate route /products --to monolith"
    assert back in data.moves[0].commands
    assert data.moves[0].commands[-4:] == (
        "mscli migrate plan PATH",
        "mscli rm service catalogue",
        "mscli migrate apply PATH --service catalogue",
        "mscli up -d",
    )


def test_rows_are_there_and_answers_compared_before_a_route_is_flipped(proposal: Proposal) -> None:
    titles = [m.title for phase in phases(proposal) for m in phase.moves if "reports" in m.title]
    ours = ("Carry the rows of", "Ask the monolith and", "Flip the routes of")
    assert [title.split(" reports")[0] for title in titles if title.startswith(ours)] == list(ours)


def test_a_command_that_can_be_typed_exists_and_the_others_are_said_to_be_missing(
    proposal: Proposal,
) -> None:
    page = plan_page(proposal)
    for words in re.findall(r"- Command: `mscli ([^`]*)`", page):
        command: Any = root()
        for word in words.split():
            if not hasattr(command, "get_command"):
                break
            command = command.get_command(None, word)
            assert command is not None, words
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words.split() if word.startswith("-")} <= known, words
        assert not (words.startswith("new saga") and "monolith" in words)
    assert "- Command: `mscli migrate apply PATH --monolith-only`" in page


def test_the_contracts_ignore_exactly_what_crosses_today() -> None:
    page = plan_page(propose(scan(ROOT / "examples" / "monolith-django")))
    contracts = page.partition("```ini")[2]
    assert re.findall(r"(\S+) -> (\S+)", contracts) == [
        ("shop.orders.models", "shop.accounts.models"),
        ("shop.orders.models", "shop.catalogue.models"),
        ("shop.orders.placing", "shop.accounts.models"),
        ("shop.orders.placing", "shop.catalogue.models"),
        ("shop.orders.placing", "shop.catalogue.stock"),
    ]


def test_a_package_that_holds_more_than_one_part_is_in_no_contract(tmp_path: Path) -> None:
    model = """
        from sqlalchemy import Integer
        from sqlalchemy.orm import mapped_column
        from app.core import Base
        from app.schemas.rest import Rest
        class {name}(Base):
            __tablename__ = "{name}s"
            id = mapped_column(Integer, primary_key=True)
    """
    files = {
        "app/core.py": "from sqlalchemy.orm import DeclarativeBase\n"
        "class Base(DeclarativeBase): pass\n",
        "app/models/pets.py": model.format(name="pet"),
        "app/models/bills.py": model.format(name="bill"),
        "app/staff.py": model.format(name="user"),
        "app/schemas/__init__.py": "",
        "app/schemas/pets.py": "from app.models.pets import pet\n",
        "app/schemas/rest.py": "class Rest: pass\n",
    }
    facts = scanned(tmp_path, files)
    tables = {"pets": "pets", "bills": "bills", "users": "staff"}
    found = propose(facts, Decided(tables=tables))
    written = contracts(found)
    forbidden = written[written.index("forbidden_modules =") :]
    assert forbidden[1:4] == ["    app.models.pets", "    app.schemas.pets", "    app.staff"]
    assert "    app.schemas" not in written
    assert "app.schemas.pets" in plan_page(found)


def test_one_service_alone_has_no_contract(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"app.py": "x = 1\n", "other.py": "import app\n"})
    assert contracts(propose(facts)) == []
    assert "None: no two services" in plan_page(propose(facts))


def test_a_path_that_others_have_routes_below_is_not_flipped_by_a_command(tmp_path: Path) -> None:
    files = {
        "shop/models.py": """
            from sqlalchemy import Column, Integer
            from shop.database import Base
            class Note(Base):
                __tablename__ = "notes"
                id = Column(Integer, primary_key=True)
            class Page(Base):
                __tablename__ = "pages"
                id = Column(Integer, primary_key=True)
            """,
        "shop/database.py": (
            "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n"
        ),
    }
    for name, model in (("notes", "Note"), ("pages", "Page")):
        files[f"shop/{name}.py"] = f"""
            from fastapi import APIRouter
            from sqlalchemy import select
            from sqlalchemy.orm import Session
            from shop.models import {model}
            router = APIRouter()
            @router.get("/event/{{id}}/{name}")
            def of_an_event(session: Session):
                return session.scalars(select({model})).all()
            @router.get("/{name}")
            def all_of_them(session: Session):
                return session.scalars(select({model})).all()
            """
    page = plan_page(propose(scanned(tmp_path, files)))
    assert "`mscli migrate route /notes --to notes --percent 10`" in page
    assert "migrate route /event" not in page
    assert "`/event` has 1 route of others, too (`GET /event/{id}/pages`)" in page


def test_a_path_is_flipped_before_those_above_it(tmp_path: Path) -> None:
    """Of what is flipped by the path above, a share of ten per cent would be the way back."""
    files = {
        "app.py": """
            from fastapi import FastAPI
            from sqlalchemy import Column, Integer, select
            from sqlalchemy.orm import Session, declarative_base
            Base = declarative_base()
            class Note(Base):
                __tablename__ = "notes"
                id = Column(Integer, primary_key=True)
            class Page(Base):
                __tablename__ = "pages"
                id = Column(Integer, primary_key=True)
            app = FastAPI()
            @app.get("/notes")
            def notes(session: Session):
                return session.scalars(select(Note)).all()
            @app.get("/notes/old/first")
            def first(session: Session):
                return session.scalars(select(Note)).first()
            @app.get("/notes/old")
            def old(session: Session):
                return session.scalars(select(Note)).all()
            """,
        "pages.py": """
            from sqlalchemy.orm import Session
            from app import app, Page
            @app.get("/pages")
            def pages(session: Session):
                return session.scalars(select(Page)).all()
            """,
    }
    found = propose(scanned(tmp_path, files), wanted=2)
    page = plan_page(found)
    flips = re.findall(r"migrate route (\S+) --to \w+ --percent 100", page)
    assert flips == ["/notes/old/first", "/notes/old", "/notes"]
