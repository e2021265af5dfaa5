"""What the pages of Django's admin site show: choices of relations, inlines, columns, filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.django.forms.choices import offered, read_choice, wanted
from mscli.migrate.django.rows.lookups import join
from mscli.migrate.templates.following import called
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Call, Confidence
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.flat import texts_within
from mscli.migrate.walk.values.values import Items, Object, Row, Site, Type, Value

if TYPE_CHECKING:
    from mscli.migrate.django.rows.rows import DjangoRows
    from mscli.migrate.walk.statements.frame import Frame

UNASKED = ("raw_id_fields", "autocomplete_fields", "readonly_fields")


def fields(
    frame: Frame, rows: DjangoRows, model: Model, admin: ClassSymbol | None, site: Site
) -> None:
    """The form of a row: what its relations offer, and the tables between."""
    engine = frame.engine
    named = _names(engine, admin, "fields") + _names(engine, admin, "fieldsets")
    without = [name for key in ("exclude", *UNASKED) for name in _names(engine, admin, key)]
    _choices(frame, model, named, without, site)
    for atom in engine.class_attribute(admin, "form") if admin is not None else ():
        if isinstance(atom, Type):
            offered(frame, rows, atom.cls, site)


def inlines(frame: Frame, rows: DjangoRows, admin: ClassSymbol | None, site: Site) -> None:
    """The rows of other tables that the form of a row has beside it."""
    engine = frame.engine
    for inline in _inlines(engine, admin):
        inner = _model(rows, engine.class_attribute(inline, "model"))
        if inner is not None:
            frame.read(inner.table, "inline", site, Confidence.LIKELY)
            frame.write(inner.table, "inline", site, Confidence.POSSIBLE)
            without = [name for key in UNASKED for name in _names(engine, inline, key)]
            _choices(frame, inner, _names(engine, inline, "fields"), without, site)


def _choices(frame: Frame, model: Model, named: list[str], without: list[str], site: Site) -> None:
    for relation in wanted(model, named, without):
        read_choice(frame, relation, site)
        if relation.through is not None and relation.through.origin == "auto":
            frame.write(relation.through.table, "save_m2m", site, Confidence.LIKELY)


def columns(frame: Frame, model: Model, admin: ClassSymbol, site: Site) -> None:
    """The list of rows: relations in its columns and filters, methods that make a column."""
    engine = frame.engine
    for key in ("list_display", "list_filter", "list_select_related", "search_fields"):
        for name in _names(engine, admin, key):
            relation = model.all_relations().get(name)
            if relation is not None and relation.target is not None:
                frame.read(relation.target.table, key, site, Confidence.LIKELY)
            elif "__" in name:
                join(frame, model, name.lstrip("^=@").split("__"), site)
            elif engine.method(admin, name) is not None:
                value = frame.attribute((Object(admin),), name, site)
                frame.apply(value, Call(((Row(model),),), (), site))
            elif model.cls is not None and engine.method(model.cls, name) is not None:
                called(frame, frame.attribute((Row(model),), name, site), site)


def _names(engine: Engine, admin: ClassSymbol | None, key: str) -> list[str]:
    return texts_within(engine.class_attribute(admin, key)) if admin is not None else []


def _inlines(engine: Engine, admin: ClassSymbol | None) -> list[ClassSymbol]:
    found = engine.class_attribute(admin, "inlines") if admin is not None else ()
    parts = [part for atom in found if isinstance(atom, Items) for part in atom.items]
    return [atom.cls for part in parts for atom in part if isinstance(atom, Type)]


def _model(rows: DjangoRows, value: Value) -> Model | None:
    return next(filter(None, map(rows.model_of, value)), None)
