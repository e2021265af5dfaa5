"""Jobs that no decorator marks: queues and schedules are given a function, or its name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.migrate.project import scanned

SHOP = """
from apscheduler.schedulers.background import BackgroundScheduler
from django_q.tasks import async_task
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from redis import Redis
from rq import Queue
from rq_scheduler import Scheduler
import schedule

app = Flask(__name__)
db = SQLAlchemy(app)
queue, scheduler, later = Queue(), BackgroundScheduler(), Scheduler("q")

class Item(db.Model):
    id = db.Column(db.Integer, primary_key=True)

def work():
    db.session.add(Item())
    db.session.commit()
"""


@pytest.mark.parametrize(
    "how",
    [
        "queue.enqueue(work)",
        "queue.enqueue('shop.work', 1)",
        "queue.enqueue_in(10, work)",
        "scheduler.add_job(work, 'cron', hour=1)",
        "scheduler.add_job(func=work, trigger='interval')",
        "scheduler.add_job('shop:work', 'cron')",
        "schedule.every().day.at('10:00').do(work)",
        "later.cron('0 0 * * *', func=work)",
        "async_task('shop.work')",
    ],
)
@pytest.mark.parametrize("place", ["", "@app.post('/')\ndef handle():\n    "])
def test_a_function_that_is_put_somewhere_is_a_job(tmp_path: Path, how: str, place: str) -> None:
    facts = scanned(tmp_path, {"shop.py": f"{SHOP}\n{place}{how}\n"})
    assert [(job.kind, job.name) for job in facts.jobs] == [("job", "shop.work")]
    assert {(a.handler, a.kind) for a in facts.accesses} == {("job:shop.work", "write")}


@pytest.mark.parametrize("how", ["enqueue(print, on_success=work)", "enqueue('mail', work)"])
def test_other_functions_that_are_given_are_run_later_too(tmp_path: Path, how: str) -> None:
    code = f"{SHOP}\n@app.post('/')\ndef handle():\n    queue.{how}\n"
    facts = scanned(tmp_path, {"shop.py": code})
    assert [(job.kind, job.name) for job in facts.jobs] == [("job", "shop.work")]
    assert {(a.handler, a.kind) for a in facts.accesses} == {("job:shop.work", "write")}


def test_a_name_that_is_not_known_is_listed(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"shop.py": f"{SHOP}\nqueue.enqueue('elsewhere.work')\n"})
    assert [u.what for u in facts.unresolved] == ["elsewhere.work is put into a queue"]


def test_other_calls_of_these_names_are_none(tmp_path: Path) -> None:
    facts = scanned(tmp_path, {"shop.py": f"{SHOP}\napp.schedule(1, work)\nwhatever.do(work)\n"})
    assert facts.jobs == ()
