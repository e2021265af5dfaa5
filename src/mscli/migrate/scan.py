"""`scan`: a folder with a monolith -> facts. The one caller of the readers, in their order."""

from __future__ import annotations

import re
from pathlib import Path

from mscli.migrate import sources
from mscli.migrate.collect import facts_of
from mscli.migrate.deep import deeply
from mscli.migrate.django import ambient as django_ambient
from mscli.migrate.django import receivers
from mscli.migrate.django.calls import DjangoCalls
from mscli.migrate.django.loggers import Loggers
from mscli.migrate.django.rows import deletion, loading
from mscli.migrate.django.rows.rows import DjangoRows
from mscli.migrate.django.set_up import set_up
from mscli.migrate.django.tables import recorders
from mscli.migrate.django.tables.key_values import KeyValues
from mscli.migrate.django.tables.models import Reader
from mscli.migrate.django.urls.routes import Routes
from mscli.migrate.facts import Facts
from mscli.migrate.raw_sql import check_raw_sql
from mscli.migrate.sqlalchemy import models as sqla_models
from mscli.migrate.sqlalchemy.appbuilder import AppBuilder
from mscli.migrate.sqlalchemy.fastapi_users import FastApiUsers
from mscli.migrate.sqlalchemy.rows import SqlaRows
from mscli.migrate.templates.calls import TemplateCalls
from mscli.migrate.templates.files import TemplateFiles
from mscli.migrate.templates.rendering import Rendering
from mscli.migrate.walk.calls.metaclasses import Metaclasses
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.fillers import walk_first
from mscli.migrate.walk.graph.entries import Entries
from mscli.migrate.walk.graph.schema import Model, Schema
from mscli.migrate.walk.objects.registries import Registries
from mscli.migrate.walk.project.index import Project
from mscli.migrate.walk.values.values import Row
from mscli.migrate.web import ambient as web_ambient
from mscli.migrate.web.answer_calls import AnswerCalls
from mscli.migrate.web.class_dependencies import ClassDependencies
from mscli.migrate.web.marshmallow import SchemaCalls
from mscli.migrate.web.page_effects import BroughtPages
from mscli.migrate.web.registering import Registering
from mscli.migrate.web.routes import WebRoutes
from mscli.text.collection import without_collection


def scan(root: Path, *, at_last: bool = False) -> Facts:
    """Every fact about the monolith in a folder. Reads files; imports and runs nothing of it.

    `at_last`: hardly anything is done after it, and so nothing is given back to Python.
    """
    with without_collection(kept=at_last):
        return deeply(lambda: _facts(root))


def _facts(root: Path) -> Facts:
    found = sources.read(root)
    check_raw_sql(found)
    engine = Engine(Project(found), Schema())
    entries = Entries()
    _walk(engine, entries, Rendering(engine, TemplateFiles(found)))
    return facts_of(engine, entries, found)


def _walk(engine: Engine, entries: Entries, rendering: Rendering) -> None:
    reader = Reader(engine)
    rows = DjangoRows(reader)
    calls = DjangoCalls(rows)
    calls.rendering = rendering
    answers, key_values = (SchemaCalls(), AnswerCalls(), BroughtPages()), KeyValues(reader)
    packages = (ClassDependencies(), FastApiUsers(), AppBuilder(), Loggers(), key_values)
    first = (TemplateCalls(rendering), Registering(), Metaclasses(), *packages)
    engine.semantics.extend((*first, rows, calls, *answers, SqlaRows()))
    reader.read()
    key_values.read()
    sqla_models.read(engine)
    engine.forget()
    _name_models(engine)
    engine.registries = Registries(engine, reader.installed.leaves_out)
    for module in engine.project.modules:
        engine.module_globals(module)
    set_up(engine)
    django_ambient.read(engine, calls, entries)
    walk_first(engine)
    Routes(engine, calls, entries).read()
    for module in engine.project.modules:
        for fn in module.functions.values():
            engine.enter(fn, (), {})
        for cls in module.classes.values():
            for method in cls.methods.values():
                engine.enter(method, (), {})
    routes = WebRoutes(engine, entries)
    routes.read()
    web_ambient.read(engine, entries, routes)
    recorders.read(engine, entries)
    loading.read(engine, entries)
    receivers.read(engine, reader, entries)
    engine.finish()
    rendering.finish()
    engine.finish()
    deletion.look_up(engine, entries)
    loading.forget_idle(entries)


def _name_models(engine: Engine) -> None:
    """A parameter `order` without annotation is likely a row of the one model `Order`."""
    names: dict[str, list[Model]] = {}
    for model in engine.schema.by_class.values():
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", model.name).lower()
        names.setdefault(name, []).append(model)
    for name, models in names.items():
        if len(models) == 1:
            engine.model_names[name] = (Row(models[0]),)
