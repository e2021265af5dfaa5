"""Code that opens the monolith's database by a driver stays, where the service has another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from mscli.migrate.store import Store
from tests.unit.migrate.slices import part_of, reasons

CODE = """
import os
import {driver}
from fastapi import FastAPI

app = FastAPI()

@app.get("/books")
def books():
    return list({driver}.connect({where}).execute("SELECT title FROM books"))
"""


@pytest.mark.parametrize(
    ("driver", "where"), [("sqlite3", "'shop.db'"), ("psycopg", "os.environ['DATABASE_URL']")]
)
@pytest.mark.parametrize("store", ["own", "shared"])
def test_a_connection_leads_to_the_monoliths_database(
    tmp_path: Path, driver: str, where: str, store: Store
) -> None:
    files = {
        "app.py": CODE.format(driver=driver, where=where),
        "schema.sql": "CREATE TABLE books (title TEXT PRIMARY KEY);",
        "requirements.txt": "fastapi\npsycopg\n",
    }
    why = reasons(part_of(tmp_path, files, store))
    text = f"`{driver}.connect` opens the monolith's database by itself (app.py:9)"
    assert (text in why) is (store == "own")
