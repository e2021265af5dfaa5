"""Starts FlaskBB with a throw-away SQLite and its own first rows."""

import __future__

import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any

columns: dict[str, Any] = {}


def database(folder: Path) -> Path:
    """The file of the database."""
    return folder / "db.sqlite3"


def metadatas() -> list[Any]:
    """What its tables are declared in."""
    from flaskbb.extensions import db

    return [db.metadata]


def registries() -> list[Any]:
    """What its models are declared in."""
    from flaskbb.extensions import db

    return [db.Model.registry]


def late_annotations(folder: Path) -> None:
    """Its annotations are written for Python 3.14, which evaluates them late; the rest is not."""
    sys.pycache_prefix = str(folder / "bytecode")
    usual = SourceFileLoader.source_to_code

    def source_to_code(self: Any, data: Any, path: Any, *, _optimize: int = -1) -> Any:
        if "flaskbb" not in str(path):
            return usual(self, data, path, _optimize=_optimize)
        flag = __future__.annotations.compiler_flag
        return compile(data, path, "exec", flag, dont_inherit=True, optimize=_optimize)

    SourceFileLoader.source_to_code = source_to_code  # type: ignore[method-assign]


def start(folder: Path) -> Any:
    """The application, with groups, settings, users and a forum."""
    late_annotations(folder)
    from flaskbb.app import create_app
    from flaskbb.configs.testing import TestingConfig
    from flaskbb.extensions import db
    from flaskbb.utils import populate

    class Config(TestingConfig):
        SQLALCHEMY_DATABASE_URI = f"sqlite:///{database(folder)}"
        SERVER_NAME = "localhost"
        WTF_CSRF_ENABLED = False
        RATELIMIT_ENABLED = False
        SECRET_KEY = "only-for-measuring"

    app = create_app(Config, instance_path=str(folder / "instance"))
    with app.app_context():
        db.create_all()
        populate.create_test_data(users=3, categories=1, forums=2, topics=1, posts=1)
        populate.create_user("admin", "Pa55-word!x9", "admin@example.com", "admin")
    _apps.append(app)
    return app


_apps: list[Any] = []


def forget() -> None:
    """Empty its cache, which answers for settings, guests and forums that were read before."""
    from flaskbb.extensions import cache

    with _apps[0].app_context():
        cache.clear()


def login(app: Any, client: Any) -> None:
    """As an administrator."""
    del app
    client.post("/auth/login", data={"login": "admin", "password": "Pa55-word!x9"})
