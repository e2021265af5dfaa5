"""Starts Argilla's server with a throw-away SQLite; what it searches in knows the first rows."""

import asyncio
import os
from pathlib import Path
from typing import Any
from uuid import UUID

KEYS = {"owner": "key-of-the-owner", "admin": "key-of-an-admin", "annotator": "key-of-an-annotator"}
PASSWORD = "Pa55-word!x9"
LABELS = [{"value": value, "text": value} for value in ("one", "two")]
QUESTIONS: dict[str, Any] = {
    "label": {"type": "label_selection", "options": LABELS},
    "rating": {"type": "rating", "options": [{"value": 1}, {"value": 2}]},
    "text": {"type": "text"},
}
PROPERTIES: dict[str, Any] = {
    "terms": {"type": "terms", "values": ["a", "b"]},
    "integer": {"type": "integer"},
    "float": {"type": "float"},
}
ANSWERS: dict[str, Any] = {
    "label": {"value": "one"},
    "rating": {"value": 1},
    "text": {"value": "x"},
}
CHANGED: dict[str, Any] = {
    "values": {**ANSWERS, "label": {"value": "two"}},
    "value": "two",
    "status": "submitted",
    "fields": {"text": "another text"},
    "metadata": {"integer": 2},
    "vectors": {"vector": [3.0, 4.0]},
    "include": "responses,suggestions",
}
columns: dict[str, Any] = {}
_found: dict[UUID, list[UUID]] = {}


def database(folder: Path) -> Path:
    """The file of the database."""
    return folder / "db.sqlite3"


def metadatas() -> list[Any]:
    """What its tables are declared in."""
    from argilla_server.models.base import DatabaseModel

    return [DatabaseModel.metadata]


def registries() -> list[Any]:
    """What its models are declared in."""
    from argilla_server.models.base import DatabaseModel

    return [DatabaseModel.registry]


def start(folder: Path) -> Any:
    """The application, tables as its models say, and one of each role."""
    os.environ.update(
        ARGILLA_HOME_PATH=str(folder),
        ARGILLA_DATABASE_URL=f"sqlite+aiosqlite:///{database(folder)}",
        ARGILLA_SEARCH_ENGINE="nothing",
        ARGILLA_AUTH_SECRET_KEY="only-for-measuring-and-long-enough-0123456789",
        HF_HUB_DISABLE_TELEMETRY="1",
        HF_HUB_OFFLINE="1",
    )
    _without_redis()
    from argilla_server import database as kept
    from argilla_server._app import create_server_app

    metadatas()[0].create_all(kept.sync_engine)
    _without_search()
    asyncio.run(_people(kept))
    return create_server_app()


def _without_redis() -> None:
    """Jobs are kept in memory, and nobody takes them."""
    import fakeredis
    import redis

    server = fakeredis.FakeServer()
    redis.from_url = lambda *_where, **_how: fakeredis.FakeRedis(server=server)


def _without_search() -> None:
    """An engine that has nothing to do, and finds what was there at first."""
    from argilla_server.search_engine import SearchEngine, SearchResponseItem, SearchResponses

    async def nothing(*_given: Any, **_more: Any) -> None:
        return None

    async def some(*_given: Any, **_more: Any) -> dict[str, int]:
        return {
            "total": 1,
            "completed": 0,
            "pending": 1,
            "submitted": 0,
            "discarded": 0,
            "draft": 0,
        }

    async def search(_self: Any, dataset: Any, *_given: Any, **_more: Any) -> Any:
        items = [SearchResponseItem(record_id=one, score=1.0) for one in _found.get(dataset.id, ())]
        return SearchResponses(items=items, total=len(items))

    async def made(cls: Any) -> Any:
        return cls()

    async def alive(_self: Any) -> bool:
        return True

    async def told(_self: Any) -> dict[str, str]:
        return {"version": "1"}

    names = {name: nothing for name in vars(SearchEngine) if not name.startswith("_")}
    for name in ("registered_classes", "register", "get_by_name"):
        del names[name]
    inner = {**names, "new_instance": classmethod(made), "ping": alive, "info": told}
    inner |= {"search": search, "similarity_search": search}
    inner |= {"get_dataset_progress": some, "get_dataset_user_progress": some}
    SearchEngine.register("nothing")(type("Nothing", (SearchEngine,), inner))


async def _people(kept: Any) -> None:
    from argilla_server.contexts import accounts
    from argilla_server.models import User, UserRole, Workspace

    async with kept.AsyncSessionLocal() as session:
        there = await Workspace.create(session, name="workspace1")
        await Workspace.create(session, name="workspace2")
        for role, key in KEYS.items():
            await User.create(
                session,
                first_name=role,
                username=role,
                role=UserRole(role),
                api_key=key,
                password_hash=accounts.hash_password(PASSWORD),
                workspaces=[there],
            )
    await kept.async_engine.dispose()


def given(client: Any) -> dict[str, Any]:
    """Two datasets with records that were answered, and one that is not yet published."""
    headers = login(client)

    def made(where: str, /, **what: Any) -> dict[str, Any]:
        answer = client.post(f"/api/v1/{where}", json=what, headers=headers)
        found: dict[str, Any] = answer.json() if answer.content else {}
        if not answer.is_success:
            print(f"{where} {what}: {answer.text}"[:300])
        return found

    (workspace, *_others) = client.get("/api/v1/me/workspaces", headers=headers).json()["items"]
    for number in (3, 2, 1):
        dataset = made("datasets", name=f"dataset{number}", workspace_id=workspace["id"])["id"]
        asked = _described(made, f"datasets/{dataset}")
        if number < 3:
            made("webhooks", url=f"https://example.com/{number}", events=["record.created"])
            client.put(f"/api/v1/datasets/{dataset}/publish", headers=headers)
            items = [_record(n) for n in (1, 2)]
            found = made(f"datasets/{dataset}/records/bulk", items=items)["items"]
            _found[UUID(dataset)] = [UUID(one["id"]) for one in found]
            for one in found:
                here = f"records/{one['id']}"
                made(f"{here}/responses", values=ANSWERS, status="submitted")
                told = client.put(
                    f"/api/v1/{here}/suggestions",
                    json={"question_id": asked["label"], "value": "one"},
                    headers=headers,
                ).json()
    return {**CHANGED, "ids": f"{one['id']},{told['id']}"}


def _described(made: Any, dataset: str) -> dict[str, str]:
    """What it has; the questions by their names."""
    made(f"{dataset}/fields", name="text", title="Text", required=True, settings={"type": "text"})
    asked = {
        name: made(f"{dataset}/questions", name=name, title=name, required=True, settings=settings)
        for name, settings in QUESTIONS.items()
    }
    for name, settings in PROPERTIES.items():
        made(f"{dataset}/metadata-properties", name=name, title=name, settings=settings)
    made(f"{dataset}/vectors-settings", name="vector", title="Vector", dimensions=2)
    return {name: one["id"] for name, one in asked.items()}


def _record(number: int) -> dict[str, Any]:
    return {
        "fields": {"text": "some text"},
        "external_id": str(number),
        "metadata": {"terms": "a", "integer": 1},
        "vectors": {"vector": [1.0, 2.0]},
    }


def login(client: Any) -> dict[str, str]:
    """As the owner, who may do everything."""
    del client
    return {"X-Argilla-API-Key": KEYS["owner"]}


def user(client: Any) -> dict[str, str]:
    """As an administrator of one workspace."""
    del client
    return {"X-Argilla-API-Key": KEYS["admin"]}


def user_key(client: Any) -> dict[str, str]:
    """As somebody who answers."""
    del client
    return {"X-Argilla-API-Key": KEYS["annotator"]}
