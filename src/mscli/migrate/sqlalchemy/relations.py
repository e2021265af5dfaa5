"""What leads from one of SQLAlchemy's tables to another: foreign keys, and relationships."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping

from mscli.migrate.sqlalchemy.appbuilder_tables import mixed_in
from mscli.migrate.sqlalchemy.declared import declared
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Unresolved
from mscli.migrate.walk.graph.schema import Model, Relation
from mscli.migrate.walk.lineage import own_classes
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import (
    Items,
    Made,
    Member,
    Outside,
    Pairs,
    Text,
    Type,
    Value,
    last,
    text,
    texts,
)

CONSTRAINT = "ForeignKeyConstraint"
RELATIONSHIPS = frozenset(["relationship", "Relationship", "relation", "dynamic_loader"])
Told = tuple[Model, ClassSymbol, str, Value]
"""What an attribute of a class is, by a call that maps it."""


class ForeignKeys:
    """Reads keys, of one column and of several, into the schema; `tables` are known by name."""

    def __init__(self, engine: Engine, tables: Mapping[str, Model]) -> None:
        self.engine = engine
        self.schema = engine.schema
        self.tables = tables

    def read(self, model: Model, cls: ClassSymbol, columns: Mapping[str, Value]) -> None:
        """Those of a class with these columns of its own."""
        for name, value in columns.items():
            for atom in value:
                if isinstance(atom, Made):
                    self.of_column(model, name, atom)
        self._composite(model, cls)

    def _composite(self, model: Model, cls: ClassSymbol) -> None:
        """Keys of several columns: `ForeignKeyConstraint` in `__table_args__`."""
        value = self.engine.class_attribute(cls, "__table_args__")
        parts = [part for a in value if isinstance(a, Items) for item in a.items for part in item]
        for made in parts:
            if isinstance(made, Made) and last(made.name) == CONSTRAINT:
                self._of_several(model, made)

    def of_table(self, model: Model, part: Made) -> None:
        """Those of a plain table: of a column, or of several by a constraint."""
        if last(part.name) == CONSTRAINT:
            self._of_several(model, part)
        else:
            self.of_column(model, text(part.arg(0)) or "", part)

    def _of_several(self, model: Model, made: Made) -> None:
        for target in made.arg(1, "refcolumns")[:1]:
            if isinstance(target, Items) and target.items:
                named = Made("ForeignKey", made.site, (), (target.items[0],), made.kwargs)
                column = Made("Column", made.site, (), ((named,),))
                self.of_column(model, "_".join(texts(made.arg(0))), column)

    def of_column(self, model: Model, name: str, column: Made) -> None:
        """Those of one column, which is called `name`."""
        named = text(dict(column.kwargs).get("foreign_key", ()))
        inner = [part for part in column.arg(-1, "sa_column") if isinstance(part, Made)]
        keys = [
            part
            for made in (column, *inner)
            for arg in made.args
            for part in arg
            if isinstance(part, Made) and last(part.name) == "ForeignKey"
        ]
        if named:
            keys.append(Made("ForeignKey", column.site, (named,), ((Text(named),),)))
        for key in keys:
            target = self._by_column(key.arg(0))
            if target is None:
                what = f"{model.table}.{name} points to a table that is not known"
                self.engine.unresolved[Unresolved("relation", what, key.site)] = None
            rule = (text(key.arg(-1, "ondelete")) or "").lower().replace(" ", "-")
            self.schema.relate(
                Relation(
                    "foreign-key",
                    name,
                    model,
                    target,
                    key.site,
                    "",
                    rule,
                    required=_is_required(self.engine, model, name),
                )
            )

    def _by_column(self, value: Value) -> Model | None:
        for atom in value:
            if isinstance(atom, Text):
                table = atom.text.rpartition(".")[0]
                found = self.tables.get(table) or self.tables.get(table.rpartition(".")[2])
                if found is not None:
                    return found
            if isinstance(atom, Member) and isinstance(atom.of, Type):
                return self.schema.by_class.get(atom.of.cls)
            if isinstance(atom, Made) and atom.site:
                return next(
                    (
                        m
                        for m in self.schema.by_class.values()
                        if m.site
                        and m.site.file == atom.site.file
                        and m.cls is not None
                        and m.cls.node.lineno <= atom.site.line <= (m.cls.node.end_lineno or 0)
                    ),
                    None,
                )
        return None


class Relationships:
    """Reads `relationship(...)` into the schema, once every foreign key is there."""

    def __init__(self, engine: Engine, tables: Mapping[str, Model]) -> None:
        self.engine = engine
        self.schema = engine.schema
        self.tables = tables
        self.backrefs: list[tuple[Model, str, Made]] = []

    def read(self, models: Mapping[ClassSymbol, Model], told: Iterable[Told] = ()) -> None:
        """Those of each class, and those that calls tell of; then the other ends that they name."""
        for cls, model in models.items():
            self._relationships(model, cls)
        for model, cls, name, value in told:
            self._of_value(model, cls, name, value)
        for model, name, made in self.backrefs:
            self._back(model, name, made)

    def _relationships(self, model: Model, cls: ClassSymbol) -> None:
        for name, value in mixed_in(self.engine, cls).items():
            self._of_value(model, cls, name, value)
        for entry in own_classes(self.engine, cls):
            for name in entry.attributes:
                self._of_value(model, entry, name, self.engine.own_attribute(entry, name))
            for name, value in declared(self.engine, cls, entry).items():
                self._of_value(model, entry, name, value)

    def _of_value(self, model: Model, cls: ClassSymbol, name: str, value: Value) -> None:
        for atom in value:
            if isinstance(atom, Made) and last(atom.name) in RELATIONSHIPS:
                self._relationship(model, cls, name, atom)

    def _relationship(self, model: Model, cls: ClassSymbol, name: str, made: Made) -> None:
        made = _spelled_out(made)
        target = self._named(made.arg(0, "argument"))
        annotation = cls.annotations.get(name)
        if target is None and annotation is not None:
            words = re.findall(r"\w+", ast.unparse(annotation))
            target = next(filter(None, map(self._by_class_name, words)), None)
        if target is None:
            what = f"{model.name}.{name} leads to a model that is not known"
            self.engine.unresolved[Unresolved("relation", what, made.site)] = None
            return
        through = self._secondary(made.arg(1, "secondary"))
        kind = "many-to-many" if through is not None else "relationship"
        many = through is not None or self._is_many(model, target, annotation)
        relation = Relation(
            kind,
            name,
            model,
            target,
            made.site,
            "",
            _rule(made),
            through,
            collection=many,
            eager=_is_eager(made),
            passive="passive_deletes" in dict(made.kwargs),
            shown="viewonly" in dict(made.kwargs),
        )
        model.relations[name] = relation
        if through is not None and not any(map(relation.is_side_of, self.schema.relations)):
            self.schema.relations.append(relation)
        if dict(made.kwargs).get("backref"):
            self.backrefs.append((model, name, made))

    def _back(self, model: Model, name: str, made: Made) -> None:
        relation = model.relations[name]
        given = made.arg(-1, "backref")
        back, told = text(given), Made("backref", made.site, ())
        for atom in given:
            if isinstance(atom, Made):
                back, told = text(atom.arg(0)), atom
        if back and relation.target is not None:
            many = relation.through is not None or not relation.collection
            relation.reverse = back
            relation.target.relations.setdefault(
                back,
                Relation(
                    relation.kind,
                    back,
                    relation.target,
                    model,
                    made.site,
                    name,
                    _rule(told),
                    relation.through,
                    collection=many,
                    eager=_is_eager(told),
                    passive="passive_deletes" in dict(told.kwargs),
                    shown="viewonly" in dict(told.kwargs),
                ),
            )

    @staticmethod
    def _is_many(model: Model, target: Model, annotation: ast.expr | None) -> bool:
        if annotation is not None:
            return bool(
                re.search(
                    r"(?i)\b(list|set|sequence|collection)\b|WriteOnly|Dynamic",
                    ast.unparse(annotation),
                )
            )
        keys = [r for r in model.relations.values() if r.kind == "foreign-key"]
        return not any(relation.target is target for relation in keys) or target is model

    def _named(self, value: Value) -> Model | None:
        for atom in value:
            if isinstance(atom, Type):
                return self.schema.by_class.get(atom.cls)
            if isinstance(atom, Outside):
                return self.schema.outside.get(atom.name)
            if isinstance(atom, Text):
                return self._by_class_name(atom.text.rpartition(".")[2])
        return None

    def _by_class_name(self, name: str) -> Model | None:
        for model in (*self.schema.by_class.values(), *self.schema.outside.values()):
            if model.framework == "sqlalchemy" and model.name == name:
                return model
        return None

    def _secondary(self, value: Value) -> Model | None:
        for atom in value:
            if isinstance(atom, Made):
                return self.tables.get(text(atom.arg(0)) or "")
            if isinstance(atom, Text):
                return self.tables.get(atom.text)
            if isinstance(atom, Outside):
                return self.schema.outside.get(atom.name)
            owner = atom.of if isinstance(atom, Member) else atom
            if isinstance(owner, Type):
                return self.schema.by_class.get(owner.cls)
        return None


def _spelled_out(made: Made) -> Made:
    """SQLModel's `Relationship` as SQLAlchemy's own: `link_model`, `sa_relationship_kwargs`."""
    kwargs = dict(made.kwargs)
    for atom in kwargs.get("sa_relationship_kwargs", ()):
        kwargs |= dict(atom.pairs) if isinstance(atom, Pairs) else {}
    if "link_model" in kwargs:
        kwargs["secondary"] = kwargs["link_model"]
    if "cascade_delete" in kwargs:
        kwargs.setdefault("cascade", (Text("all, delete-orphan"),))
    return Made(made.name, made.site, made.label, made.args, tuple(kwargs.items()))


def _is_required(engine: Engine, model: Model, name: str) -> bool:
    """Whether a row has to have this key, by what its column is told or annotated."""
    for entry in engine.lineage(model.cls) if model.cls is not None else ():
        told = entry.attributes.get(name)
        for word in told.keywords if isinstance(told, ast.Call) else ():
            if word.arg in ("nullable", "primary_key") and isinstance(word.value, ast.Constant):
                return bool(word.value.value) is (word.arg == "primary_key")
        if name in entry.annotations:
            annotation = ast.unparse(entry.annotations[name])
            return "Mapped[" in annotation and not re.search(r"\bOptional\b|\bNone\b", annotation)
    return False


def _rule(made: Made) -> str:
    """What happens to the other side when a row is deleted."""
    cascade = text(made.arg(-1, "cascade")) or ""
    return "cascade" if "delete" in cascade or "all" in cascade.split(", ") else ""


def _is_eager(made: Made) -> bool:
    return text(made.arg(-1, "lazy")) in ("joined", "selectin", "subquery", "immediate")
