"""Work that a request starts and does not wait for."""

from __future__ import annotations

import pytest

from mscli.migrate.facts import Facts
from tests.unit.migrate.project import scanned

APP = """
import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from fastapi import BackgroundTasks, FastAPI
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

app = FastAPI()
session = Session()

class Base(DeclarativeBase):
    pass

class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)

class Mail(Base):
    __tablename__ = "mails"
    id: Mapped[int] = mapped_column(primary_key=True)

def mail(order: Order = None):
    session.add(Mail())
    session.commit()

async def send():
    mail()

def order():
    session.add(Order())

@app.post("/task")
async def task():
    order()
    asyncio.create_task(send())
    session.commit()

@app.post("/kept")
async def kept():
    running = set()
    job = asyncio.get_running_loop().create_task(send())
    running.add(job)
    job.add_done_callback(running.discard)

@app.post("/awaited")
async def awaited():
    job = asyncio.create_task(send())
    await job

class Told:
    def __init__(self, future):
        self.future = future

async def settle(told):
    mail()
    told.future.set_result(None)

@app.post("/settled")
async def settled():
    future = asyncio.get_event_loop().create_future()
    told = Told(future=future)
    asyncio.create_task(settle(told))
    await asyncio.wait_for(asyncio.shield(future), timeout=5)

@app.post("/gathered")
async def gathered():
    jobs = []
    jobs.append(asyncio.create_task(send()))
    await asyncio.gather(*jobs)

@app.post("/group")
async def group():
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(send())

@app.post("/after")
def after(background: BackgroundTasks):
    background.add_task(mail)

@app.post("/thread")
def thread():
    threading.Thread(target=mail, args=(Order(),)).start()

@app.post("/joined")
def joined():
    runner = threading.Thread(target=mail)
    runner.start()
    runner.join()

@app.post("/pool")
def pool():
    with ThreadPoolExecutor() as workers:
        workers.submit(mail)

@app.post("/both")
async def both():
    asyncio.create_task(send())
    mail()
"""


WAITING = ["awaited", "settled", "gathered", "group", "joined", "pool", "both"]


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Facts:
    return scanned(tmp_path_factory.mktemp("shop"), {"app.py": APP})


def way(facts: Facts, name: str) -> tuple[str, str]:
    """How sure a write of mails is, and through what it is done."""
    return next(
        (a.confidence, a.through)
        for a in facts.accesses
        if (a.handler, a.table, a.kind) == (f"app.{name}", "mails", "write")
    )


@pytest.mark.parametrize(
    ("name", "task"), [("task", "send"), ("kept", "send"), ("after", "mail"), ("thread", "mail")]
)
def test_what_nobody_waits_for_is_done_beside(facts: Facts, name: str, task: str) -> None:
    assert way(facts, name) == ("likely", f"task app.{task}")


@pytest.mark.parametrize("name", WAITING)
def test_what_is_waited_for_is_part_of_the_request(facts: Facts, name: str) -> None:
    assert way(facts, name)[1] == ""


def test_a_task_is_a_job_with_its_own_tables(facts: Facts) -> None:
    assert {j.name for j in facts.jobs if j.kind == "task"} == {"app.send", "app.mail"}
    assert ("job:app.send", "mails") in {(a.handler, a.table) for a in facts.accesses}


def test_a_task_is_outside_of_the_transaction(facts: Facts) -> None:
    assert not facts.transactions
