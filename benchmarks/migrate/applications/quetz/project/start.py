"""Starts Quetz with a throw-away SQLite."""

import os
from pathlib import Path
from typing import Any

columns: dict[str, Any] = {}


def database(folder: Path) -> Path:
    """The file of the database."""
    return folder / "db.sqlite3"


def metadatas() -> list[Any]:
    """What its tables are declared in."""
    from quetz.db_models import Base

    return [Base.metadata]


def registries() -> list[Any]:
    """What its models are declared in."""
    from quetz.db_models import Base

    return [Base.registry]


def start(folder: Path) -> Any:
    """The application, with an owner, a channel and a package."""
    (folder / "config.toml").write_text(
        f"""
[sqlalchemy]
database_url = "sqlite:///{database(folder)}"
[session]
secret = "b72376b88e6f249cb0921052ea8a092381ca17fd8bb0caf4d847e337b3d34cf8"
https_only = false
[local_store]
redirect_enabled = false
[github]
client_id = "none"
client_secret = "none"
[pamauthenticator]
provider = "pam"
[users]
admins = ["dummy:alice"]
"""
    )
    os.environ["QUETZ_CONFIG_FILE"] = str(folder / "config.toml")
    os.chdir(folder)
    import quetz.jobs.models
    import quetz.metrics.db_models  # noqa: F401  # both have tables, which have to be known
    from quetz.cli import _fill_test_database
    from quetz.config import Config
    from quetz.database import get_engine, get_session

    config = Config(str(folder / "config.toml"))
    metadatas()[0].create_all(get_engine(config.sqlalchemy_database_url))
    with get_session(config.sqlalchemy_database_url) as db:
        _fill_test_database(db)
    from quetz.main import app

    return app


def login(client: Any) -> dict[str, str]:
    """As the owner of all; the session is a cookie, which every request carries."""
    client.cookies.clear()
    client.get("/api/dummylogin/alice", follow_redirects=False)
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}


def key(client: Any) -> dict[str, str]:
    """By a key of the API."""
    del client
    import sqlite3

    place = os.environ["QUETZ_CONFIG_FILE"].replace("config.toml", "db.sqlite3")
    return {"X-API-Key": sqlite3.connect(place).execute("select key from api_keys").fetchone()[0]}
