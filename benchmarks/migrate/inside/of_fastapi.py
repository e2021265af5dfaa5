"""A FastAPI application: its routes, and a client to ask it with."""

from __future__ import annotations

import contextlib
import functools
import inspect
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from inside import of_sqlalchemy
from inside.described import Described, both
from inside.of_sqlalchemy import belongs
from inside.parameters import about
from inside.refusals import STATUSES
from inside.rounds import Rounds
from inside.rows import Rows
from inside.snapshot import Snapshot
from inside.visits import Answer, Target, Visits

OTHERS = ("key", "user", "user_key")
PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")


def take(described: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Start the application, visit it; routes, tables and relations as it knows them."""
    from project import start
    from starlette.testclient import TestClient

    app = start.start(folder)
    own = tuple(described["own"])
    found: dict[str, Any] = {}
    done: list[bool] = []
    with _told(done), TestClient(app) as client:
        given = start.given(client) if hasattr(start, "given") else {}
        found |= {
            "tables": of_sqlalchemy.tables(start, own),
            "relations": of_sqlalchemy.relations(start),
            "routes": [route for route, _ in _routes(app, own)],
        }
        base = Snapshot(start.database(folder))
        of_sqlalchemy.fill_file(start, folder)
        more = {name: getattr(start, name)(client) for name in OTHERS if hasattr(start, name)}
        snapshot = Snapshot(start.database(folder))
        clients = {
            "nobody": lambda: _Client(client, {}),
            "admin": lambda: _Client(client, start.login(client)),
            **{name: functools.partial(_Client, client, given) for name, given in more.items()},
        }
        keys, seconds = of_sqlalchemy.keys(start), described["seconds"]
        forget = getattr(start, "forget", lambda: None)
        visits = Visits(clients, snapshot, keys, seconds, given, forget=forget)
        for _ in Rounds(visits, strict=True).all(base):
            visits.all(_targets(app, own, start, visits.rows, given))
        visits.tell()
        done.append(True)
    return found


@contextlib.contextmanager
def _told(done: list[bool]) -> Iterator[None]:
    """What work in the background makes of rows that were made up is no fault of the visits."""
    try:
        yield
    except Exception as error:
        if not done:
            raise
        print(f"when it stopped: {type(error).__name__}: {error}"[:200], file=sys.stderr)


def _routes(
    app: Any, own: tuple[str, ...], above: str = ""
) -> Iterator[tuple[dict[str, Any], Any]]:
    import fastapi.routing
    from mscli_trace.requests import name_of

    # FastAPI keeps routers apart from some release on, and says itself what they come to.
    flat = getattr(fastapi.routing, "iter_route_contexts", iter)
    for route in flat(app.routes):
        if getattr(route, "endpoint", None) and _methods(route):
            module = getattr(inspect.unwrap(route.endpoint), "__module__", "") or ""
            yield (
                {
                    "parts": [("path", above + route.path)],
                    "handler": name_of(route.endpoint, "GET"),
                    "own": belongs(module, own),
                    "methods": _methods(route),
                },
                route,
            )
        elif getattr(route, "routes", None) and hasattr(route, "path"):
            yield from _routes(route, own, above + route.path)


def _methods(route: Any) -> list[str]:
    """Those of an operation are what it says; Starlette adds others to its own routes."""
    if "WebSocket" in type(route).__name__:
        return ["WEBSOCKET"]
    methods = set(getattr(route, "methods", None) or ())
    if hasattr(route, "response_model"):
        return sorted(methods)
    return sorted(methods - {"HEAD", "OPTIONS"}) or sorted(methods & {"HEAD"})


def _targets(
    app: Any, own: tuple[str, ...], start: Any, rows: Rows, given: Mapping[str, Any]
) -> Iterator[Target]:
    everywhere = rows.known()
    bodies = getattr(start, "bodies", lambda _method, _path: ())
    described_by = dict(_described(app))
    for route, _ in _routes(app, own):
        if not route["own"] or route["methods"] == ["WEBSOCKET"]:
            continue
        path = route["parts"][0][1]
        names = tuple(PARAMETER.findall(path))
        known = {**everywhere, **about(path, rows), **given}
        described = Described(*described_by.get(PARAMETER.sub(r"{\1}", path), ({}, {})), known)
        yield Target(
            tuple(route["methods"]),
            names,
            _filler(path),
            "",
            path,
            both(bodies, described.bodies),
            described.query,
            described.of_some(),
        )


def _described(app: Any, above: str = "") -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Each path that an OpenAPI document describes, of mounted applications, too."""
    try:
        document = app.openapi()
    except Exception as error:
        print(f"no OpenAPI document: {error}")
        document = {}
    for path, inner in document.get("paths", {}).items():
        yield above + path, (inner, document)
    for route in app.routes:
        if hasattr(getattr(route, "app", None), "openapi"):
            yield from _described(route.app, above + route.path)


def _filler(path: str) -> Any:
    return lambda filling: PARAMETER.sub(lambda match: filling[match.group(1)], path)


class _Client:
    """A visitor with Starlette's own test client."""

    def __init__(self, client: Any, headers: Mapping[str, str]) -> None:
        self.client = client
        self.headers = dict(headers)

    def ask(self, method: str, path: str, form: Any = None, json: Any = None) -> Answer:
        """One request, with a form or JSON."""
        self.client.cookies.clear()
        given: dict[str, Any] = {"headers": self.headers, "follow_redirects": False}
        if json is not None:
            given["json"] = json
        elif form is not None and method == "GET":
            given["params"] = form
        elif form:
            files = [(n, v) for n, inner in form.items() for v in _files(inner)]
            given["data"] = {n: v for n, v in form.items() if not list(_files(v))}
            if files:
                given["files"] = files
        response = self.client.request(method, path, **given)
        kind = response.headers.get("content-type", "")
        shown = "html" in kind or response.status_code in STATUSES
        place = response.headers.get("location", "")
        return Answer(response.status_code, response.text if shown else "", kind, place)


def _files(value: Any) -> Iterator[tuple[str, bytes]]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, tuple):
            yield one
