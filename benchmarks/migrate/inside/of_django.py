"""A Django application: its routes, models and rows, and a client to ask it with."""

from __future__ import annotations

import contextlib
import copy
import inspect
import os
import random
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from inside.bodies import for_fields
from inside.of_sqlalchemy import belongs
from inside.rows import Key
from inside.snapshot import Snapshot
from inside.visits import Answer, Target, Visits

HAS_BODY = ("POST", "PUT", "PATCH")


def take(about: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Start the application, fill it, visit it; routes, tables and relations as it knows them."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "project.settings"
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0, interactive=False)
    own = tuple(about["own"])
    models = list(_own_models(own))
    admin = _admin()
    person = _fill(models)
    found = {
        "tables": _tables(own),
        "relations": _relations(),
        "routes": [_route(r, own) for r in _routes()] + [_unsent(r) for r in _routes()],
    }
    keys = list(_keys())
    sessions = [_session(user) for user in (admin, person)]
    from django.db import connection

    connection.close()
    snapshot = Snapshot(folder / "db.sqlite3")
    clients: dict[str, Any] = {"nobody": _Client, "admin": lambda: _prepared(_Client(sessions[0]))}
    visits = Visits(clients, snapshot, keys, about.get("seconds", 300))
    _warm()
    targets = list(_targets(own))
    visits.all(targets)
    _scenario(visits)
    visits.richer()
    clients["user"] = lambda: _Client(sessions[1])
    visits.all(targets)
    visits.tell()
    return found


def _own_models(own: tuple[str, ...]) -> Iterator[Any]:
    from django.apps import apps

    for model in apps.get_models():
        if belongs(model.__module__, own) and not model._meta.proxy and model._meta.managed:
            yield model


def _admin() -> Any:
    from django.contrib.auth import get_user_model

    model = get_user_model()
    given = {model.USERNAME_FIELD: "admin@example.com"}
    for name in model.REQUIRED_FIELDS:
        given[name] = "admin@example.com" if "mail" in name else "admin"
    try:
        return model.objects.create_superuser(password="Pa55-word!x9", **given)
    except TypeError:
        user = model(**given, is_superuser=True, is_staff=True, is_active=True)
        user.set_password("Pa55-word!x9")
        user.save()
        return user


def _person() -> Any:
    """Somebody who may do everything because it was allowed, which has to be looked up."""
    from django.contrib.auth import get_user_model

    model = get_user_model()
    given = {model.USERNAME_FIELD: "person@example.com"}
    for name in model.REQUIRED_FIELDS:
        given[name] = "person@example.com" if "mail" in name else "person"
    user = model(**given)
    if hasattr(user, "is_staff"):
        user.is_staff = True
    user.set_password("Pa55-word!x9")
    user.save()
    if hasattr(user, "user_permissions"):
        from django.contrib.auth.models import Group, Permission

        user.user_permissions.set(Permission.objects.all())
        user.groups.set(Group.objects.all())
    return user


def _fill(models: list[Any]) -> Any:
    """Two rows of each model: by the project's own `seed`, and by model-bakery; a plain user."""
    try:
        from project import seed
    except ImportError:
        seed = None
    around = getattr(seed, "around", contextlib.nullcontext)
    if hasattr(seed, "rows"):
        seed.rows()
    _unknown_fields(models)
    with around():
        person = _person()
        _bake(models)
    return person


def _bake(models: list[Any]) -> None:
    """With everything, or with what has to be; else with rows that are there for those above."""
    from django.db import transaction
    from model_bakery import baker

    for model in models:
        for optional, above in ((True, {}), (False, {}), (False, _above(model))):
            try:
                with transaction.atomic():
                    if model._base_manager.count() < 2:
                        baker.make(model, _quantity=2, _fill_optional=optional, **above)
            except Exception as error:
                told = f"{model._meta.label}: {type(error).__name__}: {error}"
                print(told[:200], file=sys.stderr)
            else:
                break


def _above(model: Any) -> dict[str, Any]:
    """The newest row of each model that one of this has to have a key to."""
    keys = [field for field in model._meta.local_fields if field.many_to_one and not field.null]
    return {field.name: field.related_model._base_manager.last() for field in keys}


def _unknown_fields(models: list[Any]) -> None:
    """Fields that an application derives from Django's are filled as those are."""
    from django.db import models as fields
    from model_bakery import generators, random_gen

    # Numbers at random may be a thousand million, and how often something is then done.
    for kind in (fields.IntegerField, fields.PositiveIntegerField, fields.BigIntegerField):
        generators.add(kind, lambda: random.randint(1, 5))
    for model in models:
        for field in model._meta.local_fields:
            if generators.get(type(field)) is None and isinstance(field, fields.CharField):
                generators.add(type(field), random_gen.gen_slug)
            if type(field) is not fields.TextField and isinstance(field, fields.TextField):
                generators.add(type(field), random_gen.gen_text)


def _keys() -> Iterator[Key]:
    """Foreign keys, those of tables between two models, and generic ones that cascade."""
    from django.apps import apps
    from django.contrib.contenttypes.models import ContentType

    parts = {
        end._meta.db_table
        for model in apps.get_models()
        for parent in model._meta.parents
        if not model._meta.proxy
        for end in (model, parent)
    }
    for model in apps.get_models(include_auto_created=True):
        table = model._meta.concrete_model._meta.db_table
        for field in () if model._meta.proxy else model._meta.local_concrete_fields:
            remote = field.remote_field
            if remote is not None and hasattr(remote.model, "_meta"):
                to = field.target_field
                there = to.model._meta.db_table
                yield Key(table, field.column, there, to.column, whole=table not in parts)
        for field in model._meta.private_fields:
            if hasattr(field, "object_id_field_name"):
                other = field.remote_field.model._meta
                fixed = ContentType.objects.get_for_model(
                    model, for_concrete_model=field.for_concrete_model
                )
                column = other.get_field(field.content_type_field_name).column
                held = other.get_field(field.object_id_field_name).column
                to = model._meta.pk.column
                yield Key(other.db_table, held, table, to, ((column, fixed.pk),))


def _warm() -> None:
    from django.test import Client

    Client(raise_request_exception=False).get("/")


# -- what there is -----------------------------------------------------------------------------


def _routes() -> Iterator[tuple[list[tuple[str, str]], Any]]:
    from django.urls import get_resolver

    def walk(resolver: Any, parts: list[tuple[str, str]]) -> Iterator[Any]:
        for entry in resolver.url_patterns:
            here = [*parts, _part(entry.pattern)]
            if hasattr(entry, "url_patterns"):
                yield from walk(entry, here)
            else:
                yield here, entry

    yield from walk(get_resolver(), [])


def _part(pattern: Any) -> tuple[str, str]:
    return ("regex" if "Regex" in type(pattern).__name__ else "path", str(pattern))


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
        return name, cls.__module__, [verb.upper() for verb in allowed]
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
    from django.urls import get_resolver

    resolver = get_resolver()
    for parts, entry in _routes():
        route = _route((parts, entry), own)
        if not route["own"]:
            continue
        for template, names in _templates(parts, resolver):
            verbs = ("GET", "POST") if route["methods"] == ["ANY"] else tuple(route["methods"])
            yield Target(verbs, names, _filler(template), _near(entry.callback), template, _bodies)


def _templates(parts: list[tuple[str, str]], resolver: Any) -> list[tuple[str, tuple[str, ...]]]:
    """`shop/%(pk)s/` for a route of any notation, by Django's own reading of it."""
    from django.urls.resolvers import _route_to_regex
    from django.utils.regex_helper import normalize

    del resolver
    whole = ""
    for kind, text in parts:
        regex = _route_to_regex(text, is_endpoint=False)[0] if kind == "path" else text
        regex = getattr(regex, "pattern", regex)
        whole += regex.removeprefix("^").removesuffix("$").removesuffix(r"\Z")
    found = normalize(whole)
    return [(template, tuple(names)) for template, names in found[:1]]


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


def _bodies(method: str, path: str) -> Iterator[Any]:
    """JSON for REST framework's views, from what they say about themselves."""
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


def _prepared(client: _Client) -> _Client:
    """With what the project gives a visitor, such as a cookie."""
    try:
        from project import seed
    except ImportError:
        return client
    if hasattr(seed, "prepare"):
        seed.prepare(client.client)
    return client


def _scenario(visits: Visits) -> None:
    try:
        from project import seed
    except ImportError:
        return
    if hasattr(seed, "scenario"):
        from django.contrib.auth import get_user_model
        from django.test import Client

        for user in (None, get_user_model().objects.order_by("pk").first()):
            client = Client(raise_request_exception=False)
            if user is not None:
                client.force_login(user)
            seed.scenario(client)
            visits.snapshot.restore()


def _session(user: Any) -> Any:
    """The cookies of somebody who is logged in."""
    from django.test import Client

    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client.cookies


class _Client:
    """A visitor with Django's own test client."""

    def __init__(self, session: Mapping[str, Any] | None = None) -> None:
        from django.test import Client

        self.client = Client(raise_request_exception=False, headers={"accept": "*/*"})
        self.client.cookies.update(copy.deepcopy(session or {}))

    def ask(self, method: str, path: str, form: Any = None, json: Any = None) -> Answer:
        """One request, with a form or JSON."""
        if json is not None:
            response = self.client.generic(
                method, path, _json(json), content_type="application/json"
            )
        elif form is not None and method in ("GET", "POST"):
            response = getattr(self.client, method.lower())(path, _files(form))
        else:
            response = self.client.generic(method, path)
        text = "" if response.streaming else response.content.decode(errors="replace")
        kind, place = response.get("Content-Type", ""), response.get("Location", "")
        return Answer(response.status_code, text, kind, place)


def _json(value: Any) -> str:
    import json

    return json.dumps(value, default=str)


def _files(form: Mapping[str, Any]) -> dict[str, Any]:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return {
        name: SimpleUploadedFile(value[0], value[1], "image/png")
        if isinstance(value, tuple)
        else value
        for name, value in form.items()
    }
