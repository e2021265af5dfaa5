# Merged by mscli: `mscli update` merges new versions into it.
"""The database: a small pool of connections, opened when first needed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


def driver_url(url: str) -> tuple[str, dict[str, object]]:
    """The URL as the driver wants it, and its TLS mode (libpq's `sslmode`) as an argument."""
    parsed = make_url(url)
    mode = parsed.query.get("sslmode")
    parsed = parsed.set(drivername="postgresql+asyncpg").difference_update_query(["sslmode"])
    return parsed.render_as_string(hide_password=False), ({} if mode is None else {"ssl": mode})


@asynccontextmanager
async def open_database(url: str, name: str) -> AsyncIterator[AsyncEngine]:
    """The pool; `name` is what the server shows for its connections."""
    driver, arguments = driver_url(url)
    engine = create_async_engine(
        driver,
        # A replica: at most ten of the server's (usually) hundred connections.
        pool_size=5,
        max_overflow=5,
        pool_timeout=2,
        # A connection that died while idle is replaced, not handed out.
        pool_pre_ping=True,
        connect_args={
            **arguments,
            "timeout": 5,
            "command_timeout": 30,
            "server_settings": {"application_name": name},
        },
    )
    try:
        yield engine
    finally:
        await engine.dispose()


async def check_database(engine: AsyncEngine) -> None:
    """Raise unless the database answers."""
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 1"))
