"""Orders in a SQLite file, behind a keyed door: a monolith, and a service that is to replace it.

`FAULT` makes it another than it was: `total` answers another sum, `row` writes another row.
"""

import http.server
import json
import os
import sqlite3
import uuid
from contextlib import closing
from datetime import UTC, datetime

FAULT = os.environ.get("FAULT", "")


def database() -> sqlite3.Connection:
    return sqlite3.connect("app.db", timeout=30, isolation_level=None)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.startswith("/orders/"):
            with closing(database()) as db:
                query = "SELECT id, sku, total FROM orders WHERE id = ?"
                number = self.path.partition("?")[0].rpartition("/")[2]
                row = db.execute(query, (number,)).fetchone()
            if row is None:
                self._answer(404, {"error": "no such order"})
                return
            extra = 1 if FAULT == "total" else 0
            self._answer(200, {"id": row[0], "sku": row[1], "total": row[2] + extra})
        else:
            self._answer(200, {})

    def do_POST(self) -> None:
        order = json.loads(self.rfile.read(int(self.headers["Content-Length"] or 0)))
        now = datetime.now(UTC).isoformat()
        total = order["total"] + (1 if FAULT == "row" else 0)
        with closing(database()) as db:
            values = (order["sku"], total, now, str(uuid.uuid4()))
            query = "INSERT INTO orders (sku, total, made, ref) VALUES (?, ?, ?, ?)"
            number = db.execute(query, values).lastrowid
        self._answer(201, {"made": now, "id": number, "ref": values[3]})

    def _answer(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing a request."""


def main() -> None:
    with closing(database()) as db:
        db.execute(
            "CREATE TABLE IF NOT EXISTS orders "
            "(id INTEGER PRIMARY KEY, sku TEXT, total REAL, made TEXT, ref TEXT)"
        )
        if not db.execute("SELECT count(*) FROM orders").fetchone()[0]:
            rows = [(f"sku-{n}", n * 1.5, "2026-01-01T00:00:00+00:00", str(n)) for n in range(1, 6)]
            db.executemany("INSERT INTO orders (sku, total, made, ref) VALUES (?, ?, ?, ?)", rows)
    address = (os.environ["HOST"], int(os.environ["PORT"]))
    http.server.ThreadingHTTPServer(address, Handler).serve_forever()


if __name__ == "__main__":
    main()
