"""Commands and scripts: what they write together is no transaction that a cut splits."""

from __future__ import annotations

from pathlib import Path

from mscli.migrate.apply.splits import splits_of
from mscli.migrate.boundaries.propose import Decided, propose
from mscli.migrate.boundaries.steps.plan_page import plan_page
from mscli.migrate.facts import Facts
from tests.unit.migrate.project import scanned

MODELS = """
    from sqlalchemy import create_engine
    from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

    Session = sessionmaker(create_engine("sqlite://"))

    class Base(DeclarativeBase):
        pass

    class Pet(Base):
        __tablename__ = "pets"
        id: Mapped[int] = mapped_column(primary_key=True)

    class Bill(Base):
        __tablename__ = "bills"
        id: Mapped[int] = mapped_column(primary_key=True)
"""
FILLING = """
    from shop.models import Bill, Pet, Session

    def fill():
        with Session.begin() as session:
            session.add(Pet())
            session.add(Bill())
"""
SEED = (
    FILLING
    + """
    if __name__ == "__main__":
        fill()
"""
)
APP = """
    from fastapi import FastAPI
    from shop.models import Pet, Session
    from shop import seed

    app = FastAPI()

    @app.get("/pets")
    def pets():
        with Session() as session:
            return session.query(Pet).all()
"""
SERVED = """
    @app.post("/fill")
    def again():
        seed.fill()
"""
APART = Decided(tables={"pets": "pets", "bills": "bills"})


def facts_of(folder: Path, app: str, seed: str = SEED) -> Facts:
    files = {"shop/__init__.py": "", "shop/models.py": MODELS}
    return scanned(folder, {**files, "shop/seed.py": seed, "shop/app.py": app})


def test_a_script_is_no_saga_costs_a_quarter_and_has_a_step_at_the_end(tmp_path: Path) -> None:
    facts = facts_of(tmp_path, APP)
    found = propose(facts, APART)
    assert [(t.kind, t.function) for t in facts.transactions] == [("script", "shop.seed.fill")]
    assert [(cut.kind, cut.cost) for cut in found.cuts if "fill" in cut.what] == [("script", 2.0)]
    assert (found.measures.transactions, found.steps[0].transactions) == (0, 0)
    assert list(splits_of(found, {"pets", "bills"}, {})) == []
    page = plan_page(found)
    assert "new saga" not in page
    last = page.partition("## 4. Drop what nobody reads any more")[2]
    assert "shop.seed.fill writes bills, pets (shop/seed.py:5)" in last


def test_what_a_route_calls_too_is_a_transaction(tmp_path: Path) -> None:
    found = propose(facts_of(tmp_path, APP + SERVED), APART)
    assert [(c.kind, c.cost) for c in found.cuts if "shop.seed" in c.what] == [("transaction", 8.0)]
    assert found.measures.transactions_split == 1


def test_what_nobody_is_known_to_call_is_a_transaction(tmp_path: Path) -> None:
    [found] = facts_of(tmp_path, APP, FILLING).transactions
    assert found.kind == "atomic"


def test_a_command_that_loops_for_ever_is_a_worker(tmp_path: Path) -> None:
    worker = f"{FILLING}\n    def work():\n        while True:\n            fill()\n\n    work()\n"
    [found] = facts_of(tmp_path, APP, worker).transactions
    assert found.kind == "atomic"


def test_what_only_a_command_touches_of_another_service_costs_a_quarter(tmp_path: Path) -> None:
    command = """
        import click
        from shop.models import Bill, Pet, Session

        @click.command()
        def sweep():
            with Session() as session:
                session.query(Pet).all()
                session.query(Bill).delete()
    """
    facts = facts_of(tmp_path, APP, command)
    assert [job.kind for job in facts.jobs] == ["command"]
    calls = [cut for cut in propose(facts, APART).cuts if cut.kind == "call"]
    assert [cut.cost for cut in calls] == [0.25]
