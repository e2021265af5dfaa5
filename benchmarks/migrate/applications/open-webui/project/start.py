"""Starts Open WebUI with a throw-away SQLite."""

import os
from pathlib import Path
from typing import Any

columns: dict[str, Any] = {}
FIRST = {"name": "admin", "email": "admin@example.com", "password": "Pa55-word!x9"}


def database(folder: Path) -> Path:
    """The file of the database."""
    return folder / "webui.db"


def metadatas() -> list[Any]:
    """What its tables are declared in."""
    from open_webui.internal.db import Base

    return [Base.metadata]


def registries() -> list[Any]:
    """What its models are declared in."""
    from open_webui.internal.db import Base

    return [Base.registry]


def start(folder: Path) -> Any:
    """The application, without models of any kind."""
    for name in ("build/static", "static"):
        (folder / name).mkdir(parents=True)
    os.environ.update(
        FRONTEND_BUILD_DIR=str(folder / "build"),
        STATIC_DIR=str(folder / "static"),
        DATA_DIR=str(folder),
        WEBUI_SECRET_KEY="only-for-measuring-and-long-enough",
        DATABASE_USER_ACTIVE_STATUS_UPDATE_INTERVAL="0",
        ENABLE_API_KEYS="true",
        USER_PERMISSIONS_FEATURES_API_KEYS="true",
        ENABLE_SCIM="true",
        SCIM_AUTH_PROVIDER="oidc",
        SCIM_TOKEN="only-for-measuring",
        OFFLINE_MODE="true",
        HF_HUB_OFFLINE="1",
        ENABLE_OLLAMA_API="false",
        ENABLE_OPENAI_API="false",
        RAG_EMBEDDING_ENGINE="openai",
        BYPASS_EMBEDDING_AND_RETRIEVAL="true",
        ENABLE_VERSION_UPDATE_CHECK="false",
    )
    from open_webui.main import app

    return app


_token: list[str] = []


def login(client: Any) -> dict[str, str]:
    """As the first user, who is the administrator."""
    if not _token:
        answer = client.post("/api/v1/auths/signin", json=FIRST)
        _token.append(answer.json()["token"])
    return {"Authorization": f"Bearer {_token[0]}"}


def given(client: Any) -> dict[str, Any]:
    """Make the first user."""
    client.post("/api/v1/auths/signup", json=FIRST)
    return {}


def key(client: Any) -> dict[str, str]:
    """As the administrator, by a key of the API."""
    return _key(client, login(client))


def user_key(client: Any) -> dict[str, str]:
    """As somebody who may not do everything, by a key of the API."""
    return _key(client, user(client))


def _key(client: Any, headers: dict[str, str]) -> dict[str, str]:
    answer = client.post("/api/v1/auths/api_key", headers=headers)
    return {"Authorization": f"Bearer {answer.json().get('api_key', '')}"}


def user(client: Any) -> dict[str, str]:
    """As somebody who may not do everything."""
    second = {**FIRST, "name": "second", "email": "second@example.com", "role": "user"}
    client.post("/api/v1/auths/add", json=second, headers=login(client))
    answer = client.post("/api/v1/auths/signin", json=second)
    return {"Authorization": f"Bearer {answer.json().get('token', '')}"}
