# Scaffolded by mscli: yours to change.
"""Bring the database to the newest migration.

Run it with `python -m payments.storage.migrate`.

Safe to run again and by several replicas at once: an advisory lock lets one of them work. When
there is nothing to do, which is nearly always, neither SQLAlchemy nor Alembic is imported.
"""

import asyncio
import logging
import sys
from pathlib import Path

import asyncpg
from pydantic import SecretStr

from payments.settings import Settings
from payments.storage.history import newest
from payments.wiring.environment import read
from payments.wiring.logs import start_logs

MIGRATIONS = Path(__file__).parent / "migrations"

logger = logging.getLogger("migrate")  # as a program its name is __main__


async def current(url: SecretStr) -> str | None:
    """The migration that the database is at; None before the first."""
    connection = await asyncpg.connect(url.get_secret_value(), timeout=10)
    try:
        if await connection.fetchval("SELECT to_regclass('alembic_version')") is None:
            return None
        version = await connection.fetchval("SELECT version_num FROM alembic_version")
    finally:
        await connection.close()
    return None if version is None else str(version)


def upgrade(url: SecretStr) -> None:
    """Run the migrations that are missing."""
    # It tells of its own set-up, line by line, when it is imported.
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"url": url.get_secret_value()})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")


def main() -> int:
    """Migrate; the exit code."""
    start_logs()
    settings = read(Settings)
    start_logs(settings.log_level)
    try:
        head = newest(MIGRATIONS / "versions")
        if asyncio.run(current(settings.database_url)) != head:
            upgrade(settings.database_url)
    except Exception:
        logger.exception("migration failed")
        return 1
    logger.info("database is at migration %s", head, extra={"migration": head})
    return 0


if __name__ == "__main__":
    sys.exit(main())
