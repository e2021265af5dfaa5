# Scaffolded by mscli migrate apply: yours to change.
"""The database as moved code knows it: an engine that is not asynchronous, on the same database.

It runs in FastAPI's threads. What is written anew uses `wiring/database.py`.
"""

import ssl

from sqlalchemy import Engine, create_engine, make_url

from accounts.settings import Settings
from accounts.wiring.environment import read


def open_engine() -> Engine:
    """The engine of the service's database; it connects when it is first used."""
    url = make_url(read(Settings).database_url.get_secret_value())
    mode = url.query.get("sslmode", "disable")
    arguments = {} if mode in ("disable", "allow", "prefer") else {"ssl_context": _tls(str(mode))}
    return create_engine(
        url.set(drivername="postgresql+pg8000").difference_update_query(["sslmode"]),
        pool_size=5,
        max_overflow=5,
        pool_timeout=2,
        pool_pre_ping=True,
        connect_args=arguments,
    )


def _tls(mode: str) -> ssl.SSLContext:
    """libpq's modes: `require` encrypts, `verify-ca` asks who it is, `verify-full` by its name."""
    context = ssl.create_default_context()
    context.check_hostname = mode == "verify-full"
    if mode == "require":
        context.verify_mode = ssl.CERT_NONE
    return context
