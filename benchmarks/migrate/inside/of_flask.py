"""A Flask application: its routes, and a client to ask it with."""

from __future__ import annotations

import functools
import inspect
import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from inside import of_sqlalchemy
from inside.described import Described, both
from inside.of_sqlalchemy import belongs
from inside.parameters import about
from inside.rounds import Rounds
from inside.rows import Rows
from inside.snapshot import Snapshot
from inside.visits import Answer, Target, Visits

ELSEWHERE = "192.0.2.7"
"""Whoever asks from the machine itself is trusted by some."""

CONVERTED = re.compile(r"<(?:[^:<>]+:)?(\w+)>")


def take(described: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Start the application, visit it; routes, tables and relations as it knows them."""
    from project import start

    app = start.start(folder)
    own = tuple(described["own"])
    found = {
        "tables": of_sqlalchemy.tables(start, own),
        "relations": of_sqlalchemy.relations(start),
        "routes": [_route(app, rule, own) for rule in app.url_map.iter_rules()],
    }
    of_sqlalchemy.fill_file(start, folder)
    session = _session(app, start.login)
    more = start.others(app, app.test_client()) if hasattr(start, "others") else {}
    snapshot = Snapshot(start.database(folder))
    clients: dict[str, Any] = {
        "nobody": lambda: _Client(app),
        "admin": lambda: _Client(app, *session),
    }
    forget = getattr(start, "forget", lambda: None)
    keys, seconds = of_sqlalchemy.keys(start), described["seconds"]
    visits = Visits(clients, snapshot, keys, seconds, forget=forget)
    document = start.described(app) if hasattr(start, "described") else {}
    for _ in Rounds(visits, strict=True).all():
        visits.all(_targets(app, own, start, document, visits.rows))
        for name, headers in more.items():
            clients[name] = functools.partial(_Client, app, None, headers)
        if hasattr(start, "ALONG"):  # what its pages send along with whatever they ask
            clients["a page"] = functools.partial(_Client, app, *session, start.ALONG)
    visits.tell()
    return found


def _view(app: Any, rule: Any) -> Any:
    return app.view_functions[rule.endpoint]


def _route(app: Any, rule: Any, own: tuple[str, ...]) -> dict[str, Any]:
    from mscli_trace.requests import name_of

    view = _view(app, rule)
    plain = getattr(view, "view_class", None) or inspect.unwrap(getattr(view, "func", view))
    method = next(filter(inspect.ismethod, [view, *_around(view)]), None)
    plain = type(method.__self__) if method else plain
    module = getattr(plain, "__module__", "") or ""
    static = rule.endpoint == "static" or rule.endpoint.endswith(".static")
    return {
        "parts": [("path", rule.rule)],
        "handler": name_of(view, "GET"),
        "own": belongs(module, own) and not static,
        "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
    }


def _around(view: Any) -> list[Any]:
    """What a function closes over: a framework's own may stand around the handler."""
    return [cell.cell_contents for cell in getattr(view, "__closure__", None) or ()]


def _targets(
    app: Any, own: tuple[str, ...], start: Any, document: Mapping[str, Any], rows: Rows
) -> Iterator[Target]:
    bodies = getattr(start, "bodies", lambda _method, _path: ())
    given = getattr(start, "given", lambda _path: {})  # what its parameters have to be
    everywhere = rows.known() if document else {}
    for rule in app.url_map.iter_rules():
        if not _route(app, rule, own)["own"]:
            continue
        path = CONVERTED.sub(r"{\1}", rule.rule)
        inner = document.get("paths", {}).get(path)
        ways: tuple[Any, ...] = (bodies, functools.partial(_query, start, rule.rule), {})
        if inner is not None:
            told = Described(inner, document, {**everywhere, **about(path, rows)})
            ways = (both(bodies, told.bodies), told.query, told.of_some())
        ways = (*ways[:2], {**ways[2], **given(rule.rule)})
        yield Target(
            tuple(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})),
            tuple(sorted(rule.arguments)),
            _filler(app, rule),
            "",
            rule.rule,
            *ways,
        )


def _query(start: Any, path: str, method: str) -> str:
    """What a query holds, as we say it of the application; or as all that its requests hold."""
    if hasattr(start, "query"):
        return str(start.query(method, path))
    bodies = getattr(start, "bodies", lambda _method, _path: ())
    return urlencode(next(iter(bodies(method, path)), {})) if method == "GET" else ""


def _filler(app: Any, rule: Any) -> Any:
    def fill(filling: Mapping[str, str]) -> str:
        values = {
            name: int(value) if "Integer" in type(rule._converters[name]).__name__ else value
            for name, value in filling.items()
            if name in rule._converters
        }
        adapter = app.url_map.bind("localhost")
        path: str = adapter.build(
            rule.endpoint,
            {**(rule.defaults or {}), **values},
            "GET" if "GET" in rule.methods else None,
        )
        return path

    return fill


def _session(app: Any, login: Any) -> tuple[Any, Any]:
    """The cookies and headers of somebody who has logged in: once, for some count how often."""
    client = _visitor(app)
    headers = login(app, client)
    return client._cookies, headers


def _visitor(app: Any) -> Any:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = ELSEWHERE
    return client


class _Client:
    """A visitor with Flask's own test client."""

    def __init__(
        self, app: Any, cookies: Any = None, headers: Any = None, along: Any = None
    ) -> None:
        self.client = _visitor(app)
        self.client._cookies = dict(cookies or {})
        self.headers = dict(headers or {})
        name, told, value = self.headers.pop("Cookie", "").partition("=")
        if told:  # the client sends those alone that it holds itself
            self.client.set_cookie(name, value)
        self.along = along or {}

    def ask(self, method: str, path: str, form: Any = None, json: Any = None) -> Answer:
        """One request, with a form or JSON."""
        given: dict[str, Any] = {"method": method, "headers": self.headers}
        if json is not None:
            given["json"] = json
        elif form is not None and method == "GET":
            given["query_string"] = {**self.along, **form}
        elif form is not None:
            given["data"] = {
                name: (io.BytesIO(value[1]), value[0]) if isinstance(value, tuple) else value
                for name, value in form.items()
            }
        if self.along and "query_string" not in given:
            path += f"{'&' if '?' in path else '?'}{urlencode(self.along)}"
        response = self.client.open(path, **given)
        return Answer(
            response.status_code,
            response.get_data().decode(errors="replace"),
            response.content_type or "",
            response.headers.get("Location", ""),
        )
