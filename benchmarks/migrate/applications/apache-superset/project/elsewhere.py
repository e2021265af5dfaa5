"""Somebody else, who says who may see a database."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


def clients() -> dict[str, dict[str, str]]:
    """Whom Superset asks for databases of SQLite."""
    there = _somebody()
    asked = {"authorization_request_uri": there, "token_request_uri": there}
    return {"SQLite": {"id": "superset", "secret": "kept", "scope": "all", **asked}}


def asked(session: Any, database: Any, people: list[Any]) -> None:
    """It was long ago that people had their tokens: some may ask for another."""
    import datetime

    from superset.models.core import DatabaseUserOAuth2Tokens

    for number, person in enumerate(people):
        token = DatabaseUserOAuth2Tokens(user_id=person.id, database_id=database.id)
        may_ask = bool(number) is (database.id == 1)
        token.access_token, token.refresh_token = "old", "another" if may_ask else None
        token.access_token_expiration = datetime.datetime(2026, 1, 15)  # noqa: DTZ001
        session.add(token)


class _Somebody(BaseHTTPRequestHandler):
    """Says of everybody that he may."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"access_token": "new", "expires_in": 3600}')

    def log_message(self, *_given: Any) -> None:
        pass


def _somebody() -> str:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Somebody)
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"
