"""Work for workers of the monolith is put into a queue by the names that they know."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent
from types import SimpleNamespace
from typing import Any

import pytest

from tests.unit.migrate.slices import part_of, reasons
from tests.unit.migrate.test_moving_django import FILES

CELERY = """
    from celery import Celery

    app = Celery("shop")
    app.config_from_object("django.conf:settings", namespace="CELERY")
"""
TASKS = """
    import logging

    from celery import shared_task

    logger = logging.getLogger(__name__)

    @shared_task
    def told(book_id):
        logger.info("%s", book_id)
"""
OWN = """
    from functools import wraps
    from huey.contrib.djhuey import HUEY as huey

    def later(function):
        @wraps(function)
        def inner(*args):
            return function(*args)
        return huey.task()(inner)

    @later
    def told(book_id):
        return book_id
"""
AFTER = """
    class Told:
        row = 1

    @shared_task(name="later")
    def after(book_id):
        return book_id
"""
MAKING = "shared_task = lambda made=None, name='': made or (lambda function: function)"
VIEWS = FILES["shop/library/views.py"].replace(
    "from django.http", "from shop.library.tasks import told\n    from django.http"
)
FUNCTION = "def told(book_id):\n    return book_id\n"
ENQUEUES = VIEWS.replace(
    "from django.http", "from django_rq import enqueue, async_task\n    from django.http"
)


def asking(tasks: str, views: str = VIEWS, call: str = "told.delay(1)") -> dict[str, str]:
    """The monolith whose page puts something into a queue."""
    views = views.replace("return JsonResponse(", f"{call}\n        return JsonResponse(")
    return {
        **FILES,
        "shop/celery.py": CELERY,
        "shop/library/tasks.py": tasks,
        "shop/library/views.py": views,
        "requirements.txt": "django\ncelery\nhuey\ndjango-rq\n",
    }


@pytest.mark.parametrize(
    ("tasks", "call"),
    [(TASKS, "told.delay(1)"), (OWN, "told(1)")],
)
def test_a_task_has_the_name_that_workers_know(tmp_path: Path, tasks: str, call: str) -> None:
    found = part_of(tmp_path, asking(tasks, call=call), "shared")
    assert reasons(found) == ""
    moved = found.modules["src/library/moved/library/tasks.py"]
    named = moved.index('__name__ = "shop.library.tasks"')
    assert moved.index("import ") < named < moved.index("def told")
    assert moved.rstrip().endswith("__name__ = __spec__.name")


def test_tasks_are_of_the_monoliths_application_of_celery(tmp_path: Path) -> None:
    found = part_of(tmp_path, asking(TASKS), "shared")
    assert "config_from_object" in found.modules["src/library/moved/celery.py"]
    assert "library.moved.celery" in found.slice.registering
    without = {**asking(TASKS), "shop/celery.py": ""}
    assert "which application of Celery its tasks are of" in reasons(
        part_of(tmp_path, without, "shared")
    )


def test_a_function_that_is_put_into_a_queue_keeps_its_module(tmp_path: Path) -> None:
    views = ENQUEUES.replace("enqueue, async_task", "get_queue")
    call = "get_queue().enqueue(told, 1)"
    found = part_of(tmp_path, asking(FUNCTION, views, call), "shared")
    assert reasons(found) == ""
    assert '__name__ = "shop.library.tasks"' in found.modules["src/library/moved/library/tasks.py"]


PUT = """\
def put(work):
    get_queue().enqueue(work)
class Put:
    def add(self, work):
        job = work if work else told
        put(job)"""


@pytest.mark.parametrize(
    ("code", "call", "names"),
    [
        ('TOLD: str = "shop.library.tasks.told"', "get_queue().enqueue(TOLD, 1)", False),
        ('TOLD = "worker.tasks.told"', "get_queue().enqueue(TOLD, 1)", False),
        ("def put(work, *given):\n    get_queue().enqueue(work, *given)", "put(told, 1)", True),
        (PUT, "Put().add(told)", True),
        ("def put(work):\n    get_queue().enqueue(work)", "put(told.later)", None),
    ],
)
def test_a_function_is_put_into_a_queue_by_a_name(
    tmp_path: Path, code: str, call: str, *, names: bool | None
) -> None:
    """That of a text, of a parameter that callers give, of a variable; else the route stays."""
    at = "    class Shelf(View):"
    views = ENQUEUES.replace("enqueue, async_task", "get_queue").replace(
        at, indent(code, "    ") + f"\n{at}"
    )
    found = part_of(tmp_path, asking(FUNCTION, views, call), "shared")
    assert bool(reasons(found)) is ("knows it" in reasons(found)) is (names is None)
    moved = found.modules.get("src/library/moved/library/tasks.py", "")
    assert ('__name__ = "shop.library.tasks"' in moved) is bool(names)


def test_what_else_is_in_a_module_has_its_new_name(tmp_path: Path) -> None:
    tasks = TASKS.replace('logger.info("%s", book_id)', "after.delay(Told.row)") + AFTER
    found = part_of(tmp_path, asking(tasks), "shared")
    assert reasons(found) == ""
    moved = found.modules["src/library/moved/library/tasks.py"]
    given: dict[str, Any] = {"__name__": "new", "__spec__": SimpleNamespace(name="new")}
    exec(moved.replace("from celery import shared_task", MAKING), given)
    assert given["told"].__module__ == "shop.library.tasks"
    assert given["Told"].__module__ == given["after"].__module__ == "new"


def test_what_is_put_in_itself_stays(tmp_path: Path) -> None:
    files = asking(FUNCTION, ENQUEUES, "async_task(told, 1)")
    assert "knows" in reasons(part_of(tmp_path, files, "shared"))
