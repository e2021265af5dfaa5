"""Starts Dioptra's REST API with a throw-away SQLite, its own first rows and one user."""

import os
from pathlib import Path
from typing import Any

columns: dict[str, Any] = {  # who or what has such a lock is deleted
    "user_locks.user_id": 99,
    "group_locks.group_id": 99,
    "resource_locks.resource_id": 999,
}
USER = {"username": "admin", "email": "admin@example.com", "password": "Pa55-word!x9"}


def database(folder: Path) -> Path:
    """The file of the database."""
    return folder / "db.sqlite3"


def metadatas() -> list[Any]:
    """What its tables are declared in."""
    from dioptra.restapi.db import db

    return [db.metadata]


def registries() -> list[Any]:
    """What its models are declared in."""
    from dioptra.restapi.db import db

    return [db.Model.registry]


def start(folder: Path) -> Any:
    """The application, by its own migrations."""
    os.environ["DIOPTRA_RESTAPI_DEV_DATABASE_URI"] = f"sqlite:///{database(folder)}"
    os.environ["DIOPTRA_SESSION_PROTECTION"] = "none"
    os.chdir(folder)
    import dioptra.restapi
    from dioptra.restapi.app import create_app
    from flask_migrate import upgrade

    app = create_app("dev")
    with app.app_context():
        upgrade(str(Path(dioptra.restapi.__file__).parent / "db" / "alembic"))
    client = app.test_client()
    client.post("/api/v1/users/", json={**USER, "confirmPassword": USER["password"]})
    login(app, client)
    client.post("/api/v1/groups/", json={"name": "others"})
    for kind in ("queues", "experiments", "tags"):
        client.post(f"/api/v1/{kind}/", json={"group": 1, "name": "one", "description": "x"})
    return app


def login(app: Any, client: Any) -> None:
    """As the one user, who made all there is."""
    del app
    wanted = {"username": USER["username"], "password": USER["password"]}
    client.post("/api/v1/auth/login", json=wanted)
