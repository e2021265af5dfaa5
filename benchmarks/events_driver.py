"""One side of `events.py`, run in the environment of the service: `wiring` or `hand`."""

from __future__ import annotations

import asyncio
import importlib
import os
import sys
from pathlib import Path
from typing import Any

WAY, SIDE = sys.argv[1:]
CONSUMER, SUBJECT = "sink_source_carry_started", "events.source.carry.started"


def secret(name: str) -> str:
    return Path(os.environ[f"{name}_FILE"]).read_text().strip()


def wiring(module: str) -> Any:  # noqa: ANN401 - the service's own package
    return importlib.import_module(f"{SIDE}.wiring.{module}")


async def by_the_wiring() -> None:
    from fastapi import FastAPI  # type: ignore[import-not-found]
    from sqlalchemy import text  # type: ignore[import-not-found]

    effect = text("INSERT INTO effects (event_id) VALUES (:id)")

    async def handle(transaction: Any, event: Any, _delivery: object) -> None:  # noqa: ANN401
        await transaction.connection.execute(effect, {"id": event.id})

    reading = wiring("inbox").Subscription("EVENTS", CONSUMER, SUBJECT, "carry.take", handle)
    bus = wiring("bus").Bus(SIDE, [reading] if SIDE == "sink" else [])
    app = FastAPI()
    app.state.service = wiring("health").Service(SIDE)
    async with wiring("database").open_database(secret("DATABASE_URL"), SIDE) as engine:
        app.state.database = engine
        async with bus.running(app):
            await asyncio.Event().wait()


async def source_by_hand(pool: Any, stream: Any) -> None:  # noqa: ANN401
    while True:
        async with pool.acquire() as connection, connection.transaction():
            rows = await connection.fetch(
                "SELECT position, event_id, document FROM outbox ORDER BY position LIMIT 200 "
                "FOR UPDATE SKIP LOCKED"
            )
            stored = [
                await stream.publish_async(
                    SUBJECT, row["document"].encode(), headers={"Nats-Msg-Id": row["event_id"]}
                )
                for row in rows
            ]
            await asyncio.gather(*stored)
            gone = [row["position"] for row in rows]
            await connection.execute("DELETE FROM outbox WHERE position = ANY($1)", gone)
        if not rows:
            await asyncio.sleep(0.1)


async def sink_by_hand(pool: Any, stream: Any) -> None:  # noqa: ANN401
    from json import loads

    async def handle(message: Any) -> None:  # noqa: ANN401
        identity = loads(message.data)["id"]
        async with pool.acquire() as connection, connection.transaction():
            new = "INSERT INTO hand_inbox (event_id) VALUES ($1) ON CONFLICT DO NOTHING"
            if await connection.execute(new, identity) == "INSERT 0 1":
                await connection.execute("INSERT INTO effects (event_id) VALUES ($1)", identity)
        await message.ack()

    pull = await stream.pull_subscribe_bind(consumer=CONSUMER, stream="EVENTS")
    while True:
        try:
            messages = await pull.fetch(64, timeout=1)
        except TimeoutError:
            continue
        await asyncio.gather(*map(handle, messages))


async def by_hand() -> None:
    import asyncpg  # type: ignore[import-not-found]
    import nats

    pool = await asyncpg.create_pool(secret("DATABASE_URL"), min_size=4, max_size=4)
    client = await nats.connect(secret("NATS_URL"), inbox_prefix=f"_INBOX.{SIDE}")
    await (source_by_hand if SIDE == "source" else sink_by_hand)(pool, client.jetstream())


if __name__ == "__main__":
    import uvloop  # type: ignore[import-not-found]

    uvloop.run(by_the_wiring() if WAY == "wiring" else by_hand())
