"""What deleting a row takes along, and that all of it is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Confidence, Region
from mscli.migrate.walk.graph.schema import Model, Relation, Schema
from mscli.migrate.walk.values.values import Site

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation

PROTECTED = "protected"
"""Rows that may forbid it: they are looked for, and stay."""
EMPTIED = "emptied"
"""Rows whose keys the database itself empties."""
GONE = frozenset(["delete", "cascade", "collected"])
"""What is done to rows that go."""
TAKEN_ALONG = frozenset(["cascade", "collected", "set-null", EMPTIED])
"""What is done to rows because others go."""


@contextmanager
def deleting(frame: Evaluation, touched: Mapping[str, str], site: Site) -> Iterator[None]:
    """Note every table that is touched; what is noted inside belongs to the same transaction."""
    outer = frame.regions
    if sum(operation != PROTECTED for operation in touched.values()) > 1:
        region = Region(site, "cascade")
        frame.regions = (*outer, region)
        frame.node.regions[region] = None
    for table, operation in touched.items():
        if operation != PROTECTED:
            frame.write(table, operation, site)
        if operation in ("collected", "set-null", PROTECTED):
            frame.read(table, operation, site, Confidence.LIKELY)
    yield
    frame.regions = outer


def by_collector(model: Model) -> Mapping[str, str]:
    """Table -> operation, as Django's collector finds them: parents, reverse and generic ones."""
    touched: dict[str, str] = {}
    _collect(model, touched, set())
    return touched


def by_unit_of_work(schema: Schema, model: Model) -> Mapping[str, str]:
    """Table -> operation, by SQLAlchemy's own cascades and by foreign keys."""
    touched: dict[str, str] = {}
    _delete(schema, model, touched)
    return touched


def _collect(model: Model, touched: dict[str, str], seen: set[Model]) -> None:
    _touch(touched, model.table, _operation(model) if seen else "delete")
    seen.add(model)
    for parent in model.parents:
        if parent not in seen:
            _collect(parent, touched, seen)
    for relation in model.all_relations().values():
        if relation.kind == "many-to-many" and relation.through is not None:
            _touch(touched, relation.through.table, "cascade")
        elif relation.kind == "generic" and relation.collection:
            _collect_once(relation.target, touched, seen)
    for relation in model.all_reverses().values():
        _collect_back(relation, touched, seen)


def _collect_once(model: Model | None, touched: dict[str, str], seen: set[Model]) -> None:
    if model is not None and model not in seen:
        _collect(model, touched, seen)


def _operation(model: Model) -> str:
    """Rows that others hang on, or of which a history is kept, are looked up before they are
    deleted, the rest is not.
    """
    hanging = any(
        relation.kind == "history" or relation.on_delete in ("cascade", "set-null", "protect")
        for relation in model.all_reverses().values()
    )
    return "collected" if hanging or model.parents else "cascade"


def _collect_back(relation: Relation, touched: dict[str, str], seen: set[Model]) -> None:
    if relation.kind == "many-to-many":
        if relation.through is not None:
            _touch(touched, relation.through.table, "cascade")
    elif relation.on_delete == "cascade":
        _collect_once(relation.source, touched, seen)
    elif relation.on_delete == "set-null":
        _touch(touched, relation.source.table, "set-null")
    elif relation.on_delete == "protect":
        _touch(touched, relation.source.table, PROTECTED)


def _touch(touched: dict[str, str], table: str, operation: str) -> None:
    """Note what is done to a table first; that it is written says more than that it may forbid."""
    if touched.get(table, PROTECTED) == PROTECTED:
        touched[table] = operation


def by_keys(schema: Schema, model: Model) -> Mapping[str, str]:
    """Table -> operation, of a statement that deletes rows: what the database does by its keys."""
    touched: dict[str, str] = {}
    _delete_by_keys(schema, model, touched)
    return touched


def _delete_by_keys(schema: Schema, model: Model, touched: dict[str, str]) -> None:
    if touched.get(model.table, PROTECTED) != PROTECTED:
        return
    touched[model.table] = "cascade" if touched else "delete"
    _by_keys(schema, model, touched, _delete_by_keys)


def _delete(schema: Schema, model: Model, touched: dict[str, str]) -> None:
    if touched.get(model.table, PROTECTED) != PROTECTED:
        return
    touched[model.table] = "cascade" if touched else "delete"
    for relation in model.all_relations().values():
        if relation.shown:
            continue
        if relation.through is not None:
            touched.setdefault(relation.through.table, "collected")
        elif relation.target is not None and relation.kind == "relationship":
            _delete_by_relationship(schema, model, relation, relation.target, touched)
    _by_keys(schema, model, touched, _delete)


def _delete_by_relationship(
    schema: Schema, model: Model, relation: Relation, target: Model, touched: dict[str, str]
) -> None:
    if relation.on_delete == "cascade":
        _delete(schema, target, touched)
        touched[target.table] = "cascade" if relation.passive else "collected"
    elif relation.collection and not relation.passive:
        # A key that a row has to have cannot be emptied: where there are such rows, it fails.
        touched.setdefault(target.table, PROTECTED if _needs(target, model) else "set-null")


def _needs(model: Model, other: Model) -> bool:
    """Whether rows of a model have to hang on a row of another."""
    keys = [
        relation
        for relation in model.all_relations().values()
        if relation.kind == "foreign-key" and relation.target in (other, *other.parents)
    ]
    return bool(keys) and all(key.required for key in keys)


def _by_keys(
    schema: Schema, model: Model, touched: dict[str, str], follow: Callable[..., None]
) -> None:
    """What the database itself does to rows that refer to one that goes."""
    for relation in schema.relations:
        if relation.target is model and relation.kind == "foreign-key":
            if relation.on_delete == "cascade":
                follow(schema, relation.source, touched)
            elif relation.on_delete == "set-null":
                _touch(touched, relation.source.table, EMPTIED)
