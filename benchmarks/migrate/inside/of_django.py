"""A Django application: its routes, models and rows, and a client to ask it with."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from inside import rows_of_django
from inside.bodies import for_fields
from inside.client_of_django import DjangoClient
from inside.of_sqlalchemy import belongs
from inside.rounds import Rounds
from inside.routes_of_django import regex_of, routes, words_of
from inside.snapshot import Snapshot
from inside.visits import Target, Visits

HAS_BODY = ("POST", "PUT", "PATCH")


def take(about: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Start the application, fill it, visit it; routes, tables and relations as it knows them."""
    rows_of_django.before()
    os.environ["DJANGO_SETTINGS_MODULE"] = about.get("settings", "project.settings")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    own = tuple(about["own"])
    models = list(rows_of_django.own_models(own))
    admin = rows_of_django.admin()
    people = rows_of_django.fill(models)
    found = {
        "tables": _tables(own),
        "relations": _relations(),
        "routes": [_route(r, own) for r in routes()] + [_unsent(r) for r in routes()],
    }
    keys = list(rows_of_django.keys())
    sessions = [_session(user) for user in (admin, *people)]
    from django.db import connection

    connection.close()
    snapshot = Snapshot(folder / "db.sqlite3")
    clients: dict[str, Any] = {
        "nobody": DjangoClient,
        "admin": lambda: _prepared(DjangoClient(sessions[0]), "admin"),
    }
    visits = Visits(clients, snapshot, keys, about["seconds"], forget=_forget)
    _warm()
    targets = list(_targets(own))
    for number, _ in enumerate(Rounds(visits).all()):
        visits.all(targets)
        if number == 0:
            _scenario(visits)
            clients["user"] = lambda: _prepared(DjangoClient(sessions[1]), "user")
            clients["visitor"] = lambda: DjangoClient(sessions[2])
    visits.tell()
    return found


def _forget() -> None:
    """A row that a cache answers is read all the same; sessions that live in it only stay."""
    from django.conf import settings
    from django.core.cache import caches

    for cache in caches.all(initialized_only=True):
        if not settings.SESSION_ENGINE.endswith("backends.cache"):
            cache.clear()


def _warm() -> None:
    from django.test import Client

    Client(raise_request_exception=False).get("/")


# -- what there is -----------------------------------------------------------------------------


def _route(found: tuple[list[tuple[str, str]], Any], own: tuple[str, ...]) -> dict[str, Any]:
    parts, entry = found
    handler, module, methods = _handler(entry.callback)
    mine = belongs(module, own)
    admin = getattr(inspect.unwrap(entry.callback), "__self__", None)
    model = getattr(admin, "model", None)
    if model is not None:
        mine = belongs(model.__module__, own)
    return {"parts": parts, "handler": handler, "own": mine, "methods": methods}


def _unsent(found: tuple[list[tuple[str, str]], Any]) -> dict[str, Any]:
    """Methods that Django answers as it does POST: no fault if they are found, none if not."""
    parts, entry = found
    cls = getattr(entry.callback, "view_class", None)
    verbs = [v.upper() for v in ("put", "patch", "delete") if cls and hasattr(cls, v)]
    verbs = [verb for verb in verbs if not _sent(cls, verb.lower())]
    return {"parts": parts, "handler": "", "own": False, "methods": verbs}


def _handler(view: Any) -> tuple[str, str, list[str]]:
    from mscli_trace.requests import name_of

    name = name_of(view, "GET")
    cls = getattr(view, "view_class", None) or getattr(view, "cls", None)
    actions = getattr(view, "actions", None)
    if actions:
        return name, cls.__module__, [verb.upper() for verb in actions if verb != "head"]
    if cls is not None and "rest_framework.decorators" not in cls.__module__:
        verbs = [v for v in ("get", "post", "put", "patch", "delete") if _answers(cls, v)]
        allowed = [v for v in verbs if v in getattr(cls, "http_method_names", verbs)]
        return name, cls.__module__, [verb.upper() for verb in allowed] or ["ANY"]
    plain = inspect.unwrap(getattr(view, "func", view))
    module = getattr(plain, "__module__", None) or type(plain).__module__
    return name, module, ["ANY"]


def _answers(cls: Any, verb: str) -> bool:
    """Whether a class answers by itself; what Django's views take for POST nobody sends."""
    return _sent(cls, verb) and getattr(cls, verb, None) is not None


def _sent(cls: Any, verb: str) -> bool:
    inherited = getattr(getattr(cls, verb, None), "__module__", "").startswith("django.views")
    return not (verb in ("put", "delete", "patch") and inherited)


def _tables(own: tuple[str, ...]) -> dict[str, bool]:
    from django.apps import apps

    found: dict[str, bool] = {}
    for model in apps.get_models(include_auto_created=True):
        home = model._meta.auto_created.__module__ if model._meta.auto_created else model.__module__
        if not model._meta.proxy:
            found[model._meta.db_table] = belongs(home, own) and model._meta.managed
    return found


def _relations() -> list[tuple[str, str]]:
    from django.apps import apps

    found: set[tuple[str, str]] = set()
    for model in apps.get_models():
        for field in model._meta.local_fields + model._meta.local_many_to_many:
            if field.remote_field is not None and hasattr(field.remote_field.model, "_meta"):
                target = field.remote_field.model._meta.concrete_model._meta.db_table
                found.add((model._meta.db_table, target))
    return sorted(found)


# -- visits ------------------------------------------------------------------------------------


def _targets(own: tuple[str, ...]) -> Iterator[Target]:
    from django.utils.regex_helper import normalize

    for parts, entry in routes():
        route = _route((parts, entry), own)
        if not route["own"]:
            continue
        regex = regex_of(parts)
        for template, names in normalize(regex)[:1]:
            if template.endswith(".%(format)s"):
                continue  # REST framework's other spelling of a route that is there
            verbs = ("GET", "POST") if route["methods"] == ["ANY"] else tuple(route["methods"])
            about = (tuple(names), _filler(template), _near(entry.callback), template)
            ways = (_bodies, functools.partial(_query, "/" + template))
            for given in words_of(regex):
                yield Target(verbs, *about, *ways, given)


def _filler(template: str) -> Any:
    return lambda filling: "/" + template % dict(filling)


def _near(view: Any) -> str:
    cls = getattr(view, "view_class", None) or getattr(view, "cls", None)
    model = getattr(cls, "model", None)
    if model is None:
        model = getattr(getattr(cls, "queryset", None), "model", None)
    if model is None:
        model = getattr(getattr(inspect.unwrap(view), "__self__", None), "model", None)
    return model._meta.db_table if hasattr(model, "_meta") else ""


def _query(template: str, method: str) -> str:
    """What the project says that a query holds."""
    query = getattr(_seed(), "query", lambda _method, _path: "")
    return str(query(method, template))


def _bodies(method: str, path: str) -> Iterator[Any]:
    """What the project sends, and JSON for REST framework's views, as they say themselves."""
    yield from getattr(_seed(), "bodies", lambda _method, _path: ())(method, path)
    yield from _described(method, path)


def _seed() -> Any:
    try:
        from project import seed
    except ImportError:
        return None
    return seed


def _described(method: str, path: str) -> Iterator[Any]:
    from django.urls import Resolver404, resolve

    try:
        view = resolve(path.partition("?")[0]).func
    except Resolver404:
        return
    cls = getattr(view, "cls", None)
    if method not in HAS_BODY or cls is None or not hasattr(cls, "get_serializer"):
        return
    from rest_framework.request import Request
    from rest_framework.test import APIRequestFactory

    instance = cls(**view.initkwargs)
    instance.action_map = getattr(view, "actions", {})
    instance.request = Request(APIRequestFactory().generic(method, path))
    instance.format_kwarg, instance.args = None, ()
    instance.kwargs = resolve(path.partition("?")[0]).kwargs
    instance.action = (getattr(view, "actions", None) or {}).get(method.lower())
    try:
        fields = instance.get_serializer().fields
    except Exception:
        return
    yield for_fields(fields)


def _prepared(client: DjangoClient, who: str) -> DjangoClient:
    """With what the project gives a visitor, such as a cookie or a key."""
    if hasattr(_seed(), "prepare"):
        _seed().prepare(client.client, who)
    return client


def _scenario(visits: Visits) -> None:
    if hasattr(_seed(), "scenario"):
        from django.contrib.auth import get_user_model
        from django.test import Client

        for user in (None, get_user_model().objects.order_by("pk").first()):
            client = Client(raise_request_exception=False)
            if user is not None:
                client.force_login(user)
            _seed().scenario(client)
            visits.snapshot.restore()


def _session(user: Any) -> Any:
    """The cookies of somebody who is logged in."""
    from django.test import Client

    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client.cookies
