"""Flask with Celery: who makes the application of Celery, and which tasks are of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.migrate.slices import part_of, reasons
from tests.unit.migrate.test_moving_whole import APP, BOOKS, FILES

MAKER = """
    from celery import Celery, Task, shared_task

    def celery_init_app(app):
        class FlaskTask(Task):
            def __call__(self, *args, **kwargs):
                with app.app_context():
                    return self.run(*args, **kwargs)

        celery_app = Celery(app.name, task_cls=FlaskTask)
        celery_app.config_from_object(app.config["CELERY"])
        celery_app.set_default()
        app.extensions["celery"] = celery_app
        return celery_app

    @shared_task(ignore_result=True)
    def told(book_id):
        return book_id
"""
AT_TOP = """
    from celery import Celery

    celery = Celery("shop", broker="redis://localhost:6379/0")

    @celery.task
    def told(book_id):
        return book_id
"""


def asking(set_up: str, tasks: str) -> dict[str, str]:
    """The monolith whose route puts something into a queue; its set-up says one thing more."""
    books = BOOKS.replace(
        "    from shop.ext", "    from shop.tasks import told\n    from shop.ext", 1
    )
    return {
        **FILES,
        "shop/__init__.py": APP.replace("commands(app)\n", f"{set_up}\n", 1),
        "shop/books.py": books.replace("found = db", "told.delay(book_id); found = db"),
        "shop/tasks.py": tasks,
        "requirements.txt": FILES["requirements.txt"] + "celery\n",
    }


TOP = """
    from flask import Flask
    from celery import Celery
    from shop.config import Config
    from shop.extensions import db, login

    def make_celery(app):
        celery = Celery(app.import_name, backend=app.config["RESULT_BACKEND"])
        celery.conf.update(app.config)

        class ContextTask(celery.Task):
            def __call__(self, *args, **kwargs):
                with app.app_context():
                    return self.run(*args, **kwargs)

        celery.Task = ContextTask
        return celery

    app = Flask(__name__, template_folder="pages")
    app.config.from_object(Config)
    db.init_app(app)
    login.init_app(app)
    app.jinja_env.filters["shout"] = lambda text: text.upper()
    celery = make_celery(app)

    @celery.task
    def told(book_id):
        return book_id

    from shop.books import shelf
    app.register_blueprint(shelf, url_prefix="/v1")
"""


def test_an_application_in_one_module_with_its_tasks(tmp_path: Path) -> None:
    files = {**asking("pass", "from shop import told\n"), "shop/__init__.py": TOP}
    files["wsgi.py"] = "from shop import app\n"
    files["shop/books.py"] = files["shop/books.py"].replace("shop.tasks", "shop")
    found = part_of(tmp_path, files, "shared")
    assert reasons(found) == ""
    before, named, after = found.modules["src/library/moved/shop/__init__.py"].partition(
        '__name__ = "shop"  #'
    )
    assert "app = Flask(__name__," in before
    assert "def told(book_id)" in named + after
    assert after.index("def told") < after.index("__spec__.name") < after.index("register_bl")


INIT = "from shop.tasks import celery_init_app; celery_init_app(app)"


def test_an_application_of_celery_is_made_with_that_of_flask(tmp_path: Path) -> None:
    found = part_of(tmp_path, asking(INIT, MAKER), "shared")
    assert reasons(found) == ""
    tasks = found.modules["src/library/moved/shop/tasks.py"]
    assert '__name__ = "shop.tasks"' in tasks
    assert "celery_app = Celery(app.name, task_cls=FlaskTask)" in tasks
    assert "celery_init_app(app)" in found.modules["src/library/moved/shop/__init__.py"]


@pytest.mark.parametrize(
    ("set_up", "tasks"),
    [
        ("from shop.tasks import celery; celery.conf.update(app.config)", AT_TOP),
        ("pass", AT_TOP.replace("@celery.task", "celery.set_default()\n\n    @celery.task")),
    ],
)
def test_one_at_the_top_of_a_module_goes_along(tmp_path: Path, set_up: str, tasks: str) -> None:
    found = part_of(tmp_path, asking(set_up, tasks), "shared")
    assert reasons(found) == ""
    assert '__name__ = "shop.tasks"' in found.modules["src/library/moved/shop/tasks.py"]


def test_the_only_one_is_that_of_every_thread(tmp_path: Path) -> None:
    shared = AT_TOP.replace("@celery.task", "@shared_task").replace(
        "Celery\n", "Celery, shared_task\n", 1
    )
    found = part_of(tmp_path, asking("pass", shared), "shared")
    assert reasons(found) == ""
    made = 'celery = Celery("shop", broker="redis://localhost:6379/0")\n\ncelery.set_default()  #'
    assert made in found.modules["src/library/moved/shop/tasks.py"]
    more = shared.replace("@shared_task", 'other = Celery("other")\n\n    @shared_task')
    why = reasons(part_of(tmp_path, asking("pass", more), "shared"))
    assert "an application of Celery that is not said to be the default" in why


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("app.name,", "app.name + app.import_name,", "it asks for `app.import_name`"),
        ("celery_app.set_default()", "pass", "not said to be the default"),
        ("celery_init_app(app)", "print(app)", "which application of Celery its tasks are of"),
    ],
)
def test_why_tasks_stay(tmp_path: Path, before: str, after: str, said: str) -> None:
    files = asking(INIT.replace(before, after), MAKER.replace(before, after, 1))
    assert said in reasons(part_of(tmp_path, files, "shared"))
