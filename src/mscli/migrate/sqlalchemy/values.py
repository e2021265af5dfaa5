"""Which SQLAlchemy models values stand for, and what happens to a row as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.walk.expressions.columns import held, version
from mscli.migrate.walk.graph.cascades import by_keys, by_unit_of_work, deleting
from mscli.migrate.walk.graph.nodes import Call, Confidence, Emitted
from mscli.migrate.walk.graph.schema import Model, Relation
from mscli.migrate.walk.values.flat import flat
from mscli.migrate.walk.values.values import (
    Atom,
    Made,
    Member,
    Outside,
    Row,
    Rows,
    Site,
    Text,
    Type,
    Value,
    last,
)
from mscli.migrate.words import words

COMPUTED = "column_property"

# What is told a relation, and reads rows along with others, or joins where it leads.
ALONG = frozenset(
    words(
        "joinedload selectinload subqueryload immediateload contains_eager eagerload "
        "joinedload_all subqueryload_all"
    )
)
LOADING = ALONG | frozenset(words("of_type any has join outerjoin"))

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame


def model_of(frame: Frame, atom: Atom) -> Model | None:
    """The SQLAlchemy model behind a class, a column of it, a table or a row."""
    schema = frame.engine.schema
    if isinstance(atom, Member) and isinstance(atom.of, Type):
        atom = atom.of
    if isinstance(atom, Type):
        found = schema.by_class.get(atom.cls)
        return found if found is not None and found.framework == "sqlalchemy" else None
    if isinstance(atom, Outside):
        found = schema.outside.get(atom.name) or schema.outside.get(atom.name.rpartition(".")[0])
        return found if found is not None and found.framework == "sqlalchemy" else None
    if isinstance(atom, Rows) and atom.model.framework == "sqlalchemy":
        return atom.model
    if (kept := version(schema, atom)) is not None:
        return kept
    if isinstance(atom, Made) and last(atom.name) in ("Table", "aliased"):
        for part in atom.arg(0):
            inner = model_of(frame, part)
            if inner is not None:
                return inner
            if isinstance(part, Text):
                return schema.by_table.get(part.text)
    return None


def models_in(frame: Frame, call: Call) -> list[Model]:
    """The models among the arguments of a call, each once."""
    found = [model_of(frame, part) for arg in call.args for part in arg]
    return list(dict.fromkeys(model for model in found if model is not None))


def has_entities(frame: Frame, call: Call) -> bool:
    """Whether a statement may ask for rows as objects, and not only for columns."""
    parts = [part for arg in call.args for part in arg]
    return not parts or not all(_is_column(frame, part) for part in parts)


def _is_column(frame: Frame, part: Atom) -> bool:
    if isinstance(part, Member) and isinstance(part.of, Type):
        model = model_of(frame, part)
        relation = model.all_relations().get(part.name) if model is not None else None
        return relation is None or relation.kind == "foreign-key"
    if isinstance(part, Outside):
        return part.name not in frame.engine.schema.outside
    return isinstance(part, Made) and last(part.name) not in ("aliased", "Bundle")


def computed(frame: Frame, model: Model, deferred: str = "") -> list[Model]:
    """The tables that a `column_property` of a model asks whenever its row is read.

    One that is deferred asks when somebody asks for it, by its name.
    """
    found: dict[Model, None] = {}
    for name in model.cls.attributes if model.cls is not None else ():
        for atom in frame.engine.own_attribute(model.cls, name) if model.cls is not None else ():
            if isinstance(atom, Made) and last(atom.name) == COMPUTED:
                waits = any(key == "deferred" for key, _ in atom.kwargs)
                queries = (part for part in atom.arg(0) if isinstance(part, Rows))
                if (deferred == name) if waits else not deferred:
                    found.update(dict.fromkeys(query.model for query in queries))
    return list(found)


def tables_in(frame: Frame, call: Call, by: str = "") -> list[Model]:
    """Every model whose table an expression among the arguments reads, each once."""
    schema, found = frame.engine.schema, dict.fromkeys(models_in(frame, call))
    for value in call.given:
        for model, name, calls in held(schema, value, (by,)):
            found[model] = None
            if (relation := _leading(model, name)) and not LOADING.isdisjoint(calls):
                found.update(dict.fromkeys(filter(None, (relation.target, relation.through))))
    return [model for model in found if model.framework == "sqlalchemy"]


def read_along(frame: Frame, call: Call, by: str = "") -> None:
    """Read what a query is told to load with its rows: `options(joinedload(Order.customer))`."""
    for value in call.given:
        for model, name, calls in held(frame.engine.schema, value, (by,)):
            relation = _leading(model, name)
            if relation and relation.target is not None and not ALONG.isdisjoint(calls):
                read_rows(frame, relation.target, name, call.site, Confidence.LIKELY)
                if relation.through is not None:
                    frame.read(relation.through.table, name, call.site, Confidence.LIKELY)


def _leading(model: Model, name: str) -> Relation | None:
    """A relationship, by its name."""
    relation = model.all_relations().get(name)
    return relation if relation is not None and relation.kind != "foreign-key" else None


def rows_in(value: Value) -> list[Row]:
    """The rows in a value, those inside lists too."""
    return [atom for atom in flat(value) if isinstance(atom, Row)]


def read_rows(
    frame: Frame,
    model: Model,
    operation: str,
    site: Site,
    sure: Confidence = Confidence.CERTAIN,
    *,
    plain: bool = False,
) -> None:
    """Read rows, with the tables that they inherit from and those that are read with every row.

    What is read along reads others along. Where only columns are asked for (`plain`), nothing is.
    """
    waiting, seen = [(model, operation, sure)], {model}
    for each, name, how in waiting:  # grows
        for table in (each, *each.parents):
            frame.read(table.table, name, site, how)
        if plain:
            return
        for other in computed(frame, each):
            frame.read(other.table, name, site, Confidence.LIKELY)
        for relation in each.all_relations().values():
            if not relation.eager or relation.target is None:
                continue
            if relation.through is not None:
                frame.read(relation.through.table, relation.name, site, Confidence.LIKELY)
            if relation.target not in seen:
                seen.add(relation.target)
                waiting.append((relation.target, relation.name, Confidence.LIKELY))


def delete(frame: Frame, model: Model, site: Site) -> None:
    """Deleting a row deletes what hangs on it, in one transaction."""
    with deleting(frame, by_unit_of_work(frame.engine.schema, model), site):
        emit(frame, "delete", model, site)


def delete_all(frame: Frame, model: Model, site: Site) -> None:
    """A statement deletes rows, and the database what hangs on them by its keys."""
    with deleting(frame, by_keys(frame.engine.schema, model), site):
        pass


def heard_of(frame: Frame, model: Model, name: str, site: Site) -> None:
    """Note that an attribute is set that somebody listens to; any of them, if it is not known."""
    for known in [name] if name else sorted(frame.engine.schema.heard & {*model.fields}):
        if known in frame.engine.schema.heard:
            frame.node.emitted[Emitted(f"set@{known}", model.table, site, frame.regions)] = None


def emit(frame: Frame, event: str, model: Model, site: Site) -> None:
    """Note the mapper's events of a row."""
    for when in ("before", "after"):
        signal = Emitted(f"{when}_{event}", model.table, site, frame.regions)
        frame.node.emitted[signal] = None
