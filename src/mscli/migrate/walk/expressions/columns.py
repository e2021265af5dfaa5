"""Columns of tables in expressions: `Book.shelf_id == Shelf.id` holds both."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from mscli.migrate.walk.graph.schema import Model, Schema
from mscli.migrate.walk.values.shapes import has_classes
from mscli.migrate.walk.values.values import (
    Atom,
    Items,
    Made,
    Member,
    Pairs,
    Site,
    Type,
    Value,
    last,
    text,
)

DEEPEST, LONGEST = 8, 200
OF_VERSIONS = "version_class"


class Held(NamedTuple):
    """A column of a model, or with no name the model itself; `calls` are the calls around it."""

    model: Model
    name: str
    calls: tuple[str, ...]


def expression(schema: Schema, node: ast.expr, parts: tuple[Value, ...], site: Site) -> Value:
    """What compares columns keeps them; of any other comparison nothing is known."""
    if any(True for part in parts for _ in held(schema, part)):
        return (Made("expression", site, (ast.unparse(node)[:LONGEST],), parts),)
    return ()


def version(schema: Schema, atom: Atom) -> Model | None:
    """What `version_class(Order)` of SQLAlchemy-Continuum stands for."""
    if not isinstance(atom, Made) or last(atom.name) != OF_VERSIONS:
        return None
    models = (schema.by_class.get(part.cls) for part in atom.arg(0) if isinstance(part, Type))
    return next((schema.versions.get(model.table) for model in models if model is not None), None)


def _table(schema: Schema, made: Made) -> Model | None:
    """What `Table("between", ...)` stands for: its columns are asked for as `between.c.name`."""
    return schema.by_table.get(text(made.arg(0)) or "") if last(made.name) == "Table" else None


def held(schema: Schema, value: Value, calls: tuple[str, ...] = ()) -> Iterator[Held]:
    """The columns and models in a value, in the calls that it was made by, too."""
    for atom in value if len(calls) < DEEPEST and has_classes((value,)) else ():
        yield from _held(schema, atom, calls)


def _held(schema: Schema, atom: Atom, calls: tuple[str, ...]) -> Iterator[Held]:
    match atom:
        case Type() | Member(of=Type()):
            cls = atom.cls if isinstance(atom, Type) else atom.of.cls  # type: ignore[union-attr]
            model = schema.by_class.get(cls)
            if model is not None:
                yield Held(model, atom.name if isinstance(atom, Member) else "", calls)
        case Member(of=Made() as made):
            yield from _held(schema, made, calls)
        case Made() if (kept := version(schema, atom)) is not None:
            yield Held(kept, "", calls)
        case Made() if (table := _table(schema, atom)) is not None:
            yield Held(table, "", calls)
        case Made():
            calls = (*calls, last(atom.name))
            for value in (*atom.given, (atom.of,) if atom.of is not None else ()):
                yield from held(schema, value, calls)
        case Items():
            for item in atom.items[:LONGEST]:
                yield from held(schema, item, calls)
        case Pairs():
            for _, value in atom.pairs[:LONGEST]:
                yield from held(schema, value, calls)
