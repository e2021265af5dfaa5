"""What turning rows into an answer reads: FastAPI follows the fields of the response model."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Call, OutsideCall
from mscli.migrate.walk.project.index import ClassSymbol, FunctionSymbol, last_name
from mscli.migrate.walk.values.merging import elements
from mscli.migrate.walk.values.values import (
    Items,
    Made,
    Object,
    Pairs,
    Row,
    Rows,
    Site,
    Type,
    Value,
    join,
)

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

DEEPEST, RESOLVES = 4, "resolve_"
"""The second begins the names of what django-ninja computes a field by."""


def answered(frame: Frame, given: Value, fn: FunctionSymbol, made: Made | OutsideCall) -> None:
    """A handler's rows are read by the fields of `response_model`, or of what it returns."""
    said = dict(made.kwargs)
    wanted = said.get("response_model", ()) or said.get("response", ())
    returns = getattr(fn.node, "returns", None)
    models = _models(wanted) or _models(frame.of_module(fn.module).annotated(returns))
    for cls in models:
        _shown(frame, given, cls, made.site, 0)


def filled(frame: Frame, cls: ClassSymbol, call: Call) -> None:
    """A model of pydantic's is made: `BooksPublic(data=books)` asks the rows right there."""
    _named(frame, dict(call.kwargs), cls, call.site, 0)


def _shown(frame: Frame, given: Value, cls: ClassSymbol, site: Site, depth: int) -> None:
    """Rows are read by the fields of a model, and so is what a mapping has by those names."""
    every = _flat(given, 0)
    _fields(frame, tuple(atom for atom in every if isinstance(atom, Row)), cls, site, depth)
    for atom in every:
        if isinstance(atom, Pairs):
            _named(frame, dict(atom.pairs), cls, site, depth)


def _named(
    frame: Frame, given: Mapping[str, Value], cls: ClassSymbol, site: Site, depth: int
) -> None:
    for entry in frame.engine.lineage(cls) if given and depth < DEEPEST else ():
        for name, annotation in entry.annotations.items():
            for model in _models(_annotated(frame, entry, annotation)) if name in given else ():
                _shown(frame, given[name], model, site, depth + 1)


def _models(value: Value) -> list[ClassSymbol]:
    found: list[ClassSymbol] = []
    for atom in _flat(value, 0):
        if isinstance(atom, Type | Object):
            found.append(atom.cls)
        elif isinstance(atom, Pairs):  # by status
            found += (cls for _, each in atom.pairs for cls in _models(each))
    return list(dict.fromkeys(found))


def _flat(value: Value, depth: int) -> Value:
    found: list[Value] = []
    for atom in value:
        if isinstance(atom, Items | Rows) and depth < DEEPEST:
            found.append(_flat(elements((atom,)), depth + 1))
        else:
            found.append((atom,))
    return join(*found)


def _fields(frame: Frame, rows: Value, cls: ClassSymbol, site: Site, depth: int) -> None:
    if not rows or depth > DEEPEST:
        return
    for entry in frame.engine.lineage(cls):
        for name in entry.methods:
            if name.startswith(RESOLVES):
                resolve = frame.attribute((Type(entry),), name, site)
                frame.apply(resolve, Call((rows,), (), site))
        for name, annotation in entry.annotations.items():
            relations = [
                r for row in rows if isinstance(row, Row) for r in row.model.all_relations()
            ]
            if name not in relations or _is_relationship(entry.attributes.get(name)):
                continue
            inner = _flat(frame.attribute(rows, name, site), 0)
            inner = tuple(atom for atom in inner if isinstance(atom, Row))
            for model in _models(_annotated(frame, entry, annotation)):
                _fields(frame, inner, model, site, depth + 1)


def _annotated(frame: Frame, entry: ClassSymbol, annotation: ast.expr) -> Value:
    return frame.of_module(entry.module).annotated(annotation)


def _is_relationship(value: ast.AST | None) -> bool:
    """Whether it is no field of SQLModel's: `heroes: list[Hero] = Relationship(...)`."""
    return isinstance(value, ast.Call) and last_name(value.func) == "Relationship"
