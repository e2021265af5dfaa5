# Scaffolded by mscli migrate apply: yours to change.
"""The database as moved code knows it: engines of its kind, on the service's database.

What is written anew uses `wiring/database.py`.
"""

import ssl

from sqlalchemy import URL, Engine, create_engine, make_url

from catalogue.settings import Settings
from catalogue.wiring.environment import read

ARGUMENTS = {"pool_size": 5, "max_overflow": 5, "pool_timeout": 2, "pool_pre_ping": True}


def open_engine() -> Engine:
    """An engine that is not asynchronous, for code that runs in threads; it connects late, too."""
    url = database_url()
    bare = url.difference_update_query(["sslmode"])
    return create_engine(bare, **ARGUMENTS, connect_args=tls(url))


def database_url() -> URL:
    """Where it is, with libpq's `sslmode` if that is given."""
    url = make_url(read(Settings).database_url.get_secret_value())
    return url.set(drivername="postgresql+pg8000")


def tls(url: URL) -> dict[str, ssl.SSLContext]:
    """The driver's argument for an `sslmode`.

    `require` encrypts, `verify-ca` asks who it is, `verify-full` by its name.
    """
    mode = url.query.get("sslmode", "disable")
    if mode in ("disable", "allow", "prefer"):
        return {}
    context = ssl.create_default_context()
    context.check_hostname = mode == "verify-full"
    if mode == "require":
        context.verify_mode = ssl.CERT_NONE
    return {"ssl_context": context}
