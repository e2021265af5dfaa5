"""Starts the server of dstack with a throw-away SQLite."""

import os
from pathlib import Path
from typing import Any

TOKEN = "00000000-0000-4000-8000-000000000009"
columns: dict[str, Any] = {}


def database(folder: Path) -> Path:
    """The file of the database."""
    return folder / "db.sqlite3"


def metadatas() -> list[Any]:
    """What its tables are declared in."""
    from dstack._internal.server.models import BaseModel

    return [BaseModel.metadata]


def registries() -> list[Any]:
    """What its models are declared in."""
    from dstack._internal.server.models import BaseModel

    return [BaseModel.registry]


def start(folder: Path) -> Any:
    """The application, with its own first rows and no work in the background."""
    os.environ.update(
        DSTACK_DATABASE_URL=f"sqlite+aiosqlite:///{database(folder)}",
        DSTACK_SERVER_DIR=str(folder),
        DSTACK_SERVER_ADMIN_TOKEN=TOKEN,
        DSTACK_SERVER_BACKGROUND_PROCESSING_DISABLED="1",
        DSTACK_SERVER_CONFIG_DISABLED="1",
        DSTACK_DO_NOT_UPDATE_DEFAULT_PROJECT="1",
    )
    from dstack._internal.server.main import app

    return app


def login(client: Any) -> dict[str, str]:
    """As the administrator."""
    del client
    return {"Authorization": f"Bearer {TOKEN}"}


def given(client: Any) -> dict[str, Any]:
    """Names that its first rows have."""
    del client
    return {"project_name": "main", "username": "admin"}
