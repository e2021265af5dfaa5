"""Backfill of 100,000 rows while they are written, and how long it takes to compare them.

    python benchmarks/backfill.py [--rows 100000] [--writes 40]

Both ends are databases of a system that is up. While `mscli migrate backfill` runs, a writer
inserts, updates and deletes rows at the source. When it is done, a last backfill carries over what
is left, and `mscli migrate compare` counts what differs: as it is, and after one row of the service
has been changed, one removed and one added.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from measure import environment, free_port, load, program, scratch

TABLE = (
    "CREATE TABLE sales (id serial PRIMARY KEY, sku text NOT NULL, total numeric(10,2), "
    "paid boolean, made timestamptz DEFAULT now(), ref uuid DEFAULT gen_random_uuid())"
)
WRITES = (
    "INSERT INTO sales (sku, total) SELECT 'new', n FROM generate_series(1, 20) n; "
    "UPDATE sales SET total = total + 1 WHERE id IN "
    "(SELECT (random() * {rows})::int FROM generate_series(1, 50)); "
    "DELETE FROM sales WHERE id IN (SELECT (random() * {rows})::int FROM generate_series(1, 5))"
)
INJECTED = (
    "UPDATE sales SET total = -1 WHERE id = (SELECT min(id) FROM sales); "
    "DELETE FROM sales WHERE id = (SELECT max(id) FROM sales); INSERT INTO sales (sku) VALUES ('x')"
)


def _mscli(root: Path, *arguments: str, check: bool = True) -> str:
    done = subprocess.run(
        [program("mscli"), *arguments], cwd=root, env=environment(), check=check,
        capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


def _sql(root: Path, service: str, statement: str) -> None:
    _mscli(root, "db", "shell", service, "-c", statement)


def _backfill(root: Path) -> tuple[float, Any]:
    began = time.perf_counter()
    said = _mscli(root, "migrate", "backfill", "sales", "--to", "orders", "--json", check=False)
    return round(time.perf_counter() - began, 1), json.loads(said)[0]


def _mismatches(root: Path) -> tuple[float, int]:
    began = time.perf_counter()
    said = _mscli(root, "migrate", "compare", "sales", "--to", "orders", "--json", check=False)
    return round(time.perf_counter() - began, 1), len(json.loads(said)[0]["mismatches"])


def _measure(root: Path, rows: int, writes: int) -> dict[str, Any]:
    for service in ("monolith", "orders"):
        _sql(root, service, TABLE)
    fill = f"SELECT 's' || n, n * 1.1, n % 2 = 0 FROM generate_series(1, {rows}) n"
    _sql(root, "monolith", f"INSERT INTO sales (sku, total, paid) {fill}")

    def write() -> None:
        for _ in range(writes):
            _sql(root, "monolith", WRITES.format(rows=rows))

    writer = threading.Thread(target=write)
    writer.start()
    seconds, first = _backfill(root)
    still = writer.is_alive()
    writer.join()
    last_seconds, last = _backfill(root)
    compared, found = _mismatches(root)
    _sql(root, "orders", INJECTED)
    _, injected = _mismatches(root)
    return {
        "rows": last["rows"],
        "rows_written_meanwhile": writes * 75,
        "first_backfill": {"seconds": seconds, **first, "writes_went_on": still},
        "last_backfill": {"seconds": last_seconds, **last},
        "compare_seconds": compared,
        "mismatches": found,
        "mismatches_after_3_were_injected": injected,
        "machine": load(),
    }


def main() -> None:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--writes", type=int, default=40)
    chosen = parser.parse_args()
    with scratch("backfill") as folder:
        _mscli(folder, "new", "system", "shop", "--port", str(free_port()))
        root = folder / "shop"
        for service in ("monolith", "orders"):
            _mscli(root, "new", "service", service, "--database", "postgres")
        try:
            _mscli(root, "up", "-d")
            figures = _measure(root, chosen.rows, chosen.writes)
        finally:
            _mscli(root, "down", "-v", "--yes")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
