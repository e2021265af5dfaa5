"""Connections that code opens by a driver: they lead to the monolith's database, wherever it is."""

from __future__ import annotations

from collections.abc import Iterator

from mscli.migrate.apply.moving.needs.closed import Closure

DRIVERS = frozenset(
    ["MySQLdb", "aiomysql", "aiosqlite", "asyncpg", "cx_Oracle", "mysql", "oracledb", "pg8000",
     "psycopg", "psycopg2", "psycopg_pool", "pymssql", "pymysql", "pyodbc", "sqlite3"]
)  # fmt: skip
OPENING = frozenset(
    ["AsyncConnection", "AsyncConnectionPool", "Connection", "ConnectionPool",
     "SimpleConnectionPool", "ThreadedConnectionPool", "connect", "create_pool"]
)  # fmt: skip


def opened_in(closure: Closure) -> Iterator[str]:
    """Why code that opens connections cannot go along where the service has another database."""
    for used in sorted(closure.outside):
        name = f"{used.name}.{used.attribute}".rstrip(".")
        if name.partition(".")[0] in DRIVERS and name.rpartition(".")[2] in OPENING:
            yield f"`{name}` opens the monolith's database by itself ({used.where})"
