"""SQLAlchemy's models: declarative classes of every style, and plain `Table(...)` objects."""

from __future__ import annotations

import ast
import re

from mscli.migrate.engine import Engine
from mscli.migrate.index import ClassSymbol, ModuleSymbol, expression_name
from mscli.migrate.nodes import Confidence, Unresolved
from mscli.migrate.schema import Model, Relation
from mscli.migrate.values import (
    Items,
    Made,
    Member,
    Site,
    Text,
    Type,
    Value,
    dotted,
    last,
    text,
    texts,
)

BASES = (
    "declarative_base()",
    "DeclarativeBase",
    "DeclarativeBaseNoMeta",
    "SQLAlchemy().Model",
    "sqlmodel.SQLModel",
    "db.Model",
    "automap_base()",
    "MappedAsDataclass",
    "sqlalchemy.Model",
)
COLUMNS = frozenset(["Column", "mapped_column", "Field"])


class SqlaReader:
    """Reads every SQLAlchemy model of a project into the schema."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.schema = engine.schema
        self.tables: dict[str, Model] = {}
        self.backrefs: list[tuple[Model, str, Made]] = []
        self.plain_columns: list[tuple[Model, Made]] = []

    def read(self) -> None:
        """Tables first, then foreign keys, then relationships by what they name."""
        for module in self.engine.project.modules:
            if any(
                name.partition(".")[0] in ("sqlalchemy", "sqlmodel", "flask_sqlalchemy")
                for name, _ in module.import_lines
            ):
                self._plain_tables(module)
        classes = [cls for cls in self.engine.project.classes if self._is_mapped(cls)]
        for cls in sorted(classes, key=lambda cls: len(self.engine.order(cls))):
            self._table(cls)
        for cls in classes:
            self._versions(cls)
        for model, column in self.plain_columns:
            self._foreign_key(model, text(column.arg(0)) or "", column)
        for model in list(self.schema.by_class.values()):
            if model.framework == "sqlalchemy" and model.cls is not None:
                self._columns(model, model.cls)
                self._composite(model, model.cls)
        for model in list(self.schema.by_class.values()):
            if model.framework == "sqlalchemy" and model.cls is not None:
                self._relationships(model, model.cls)
        for model, name, made in self.backrefs:
            self._back(model, name, made)
        self.schema.logged_in = self._logged_in()

    def _logged_in(self) -> Model | None:
        for cls, model in self.schema.by_class.items():
            if model.framework == "sqlalchemy" and self.engine.inherits(cls, "UserMixin"):
                return model
        return None

    def _is_mapped(self, cls: ClassSymbol) -> bool:
        order = self.engine.order(cls)
        if any(isinstance(entry, str) and entry.endswith(BASES) for entry in order):
            return True
        return "__tablename__" in cls.attributes and not any(
            isinstance(entry, str) and entry.endswith("models.Model") for entry in order
        )

    def _plain_tables(self, module: ModuleSymbol) -> None:
        names = self.engine.module_globals(module)
        for name in sorted(module.assigned):
            for atom in names.get(name, ()):
                if (
                    isinstance(atom, Made)
                    and last(atom.name) == "Table"
                    and (text(atom.arg(0)) and "rich" not in atom.name)
                ):
                    self._plain(atom, module)

    def _plain(self, atom: Made, module: ModuleSymbol) -> None:
        table = text(atom.arg(0)) or ""
        if table in self.tables:
            return
        columns = [
            part
            for arg in atom.args
            for part in arg
            if isinstance(part, Made) and last(part.name) == "Column"
        ]
        model = Model(
            table,
            table,
            "sqlalchemy",
            atom.site,
            None,
            _owner(module),
            "table",
            tuple(text(column.arg(0)) or "" for column in columns),
        )
        self.tables[table] = model
        self.schema.add(model)
        self.plain_columns.extend((model, column) for column in columns)

    def _table(self, cls: ClassSymbol) -> None:
        name = self._table_name(cls)
        parents = tuple(
            self.schema.by_class[entry]
            for entry in self.engine.order(cls)[1:]
            if isinstance(entry, ClassSymbol) and entry in self.schema.by_class
        )[:1]
        if name is None and not parents:
            return
        single = bool(parents) and (name is None or name == parents[0].table)
        model = Model(
            cls.name,
            parents[0].table if single else name or "",
            "sqlalchemy",
            Site(cls.module.file, cls.node.lineno),
            cls,
            _owner(cls.module),
            fields=tuple(sorted(self._own_columns(cls))),
            parents=parents,
            proxy=single,
        )
        self.schema.add(model)
        self.tables.setdefault(model.table, model)
        if parents and not single:
            site = Site(cls.module.file, cls.node.lineno)
            self.schema.relate(
                Relation(
                    "inheritance",
                    f"{parents[0].name}:parent",
                    model,
                    parents[0],
                    site,
                    "",
                    "cascade",
                )
            )

    def _versions(self, cls: ClassSymbol) -> None:
        """SQLAlchemy-Continuum: a class with `__versioned__` has a table of what its rows were."""
        model = self.schema.by_class.get(cls)
        versioned = any(
            isinstance(entry, ClassSymbol) and "__versioned__" in entry.attributes
            for entry in self.engine.order(cls)
        )
        if model is None or not versioned or model.proxy:
            return
        names = (f"{model.table}_version", "transaction")
        for name in names:
            self.schema.add(
                Model(name, name, "sqlalchemy", model.site, None, model.owner, "history")
            )
        self.schema.history[model.table] = names

    def _table_name(self, cls: ClassSymbol) -> str | None:
        """`__tablename__`, a table that is given, or the name that the framework makes up."""
        if "__tablename__" in cls.attributes:
            return text(self.engine.own_attribute(cls, "__tablename__"))
        for atom in self.engine.class_attribute(cls, "__table__"):
            if isinstance(atom, Made):
                return text(atom.arg(0))
        if "__abstract__" in cls.attributes:
            return None
        order = self.engine.order(cls)
        outside = [entry for entry in order if isinstance(entry, str)]
        if any(entry.endswith("SQLModel") for entry in outside):
            is_table = any(word.arg == "table" for word in cls.node.keywords)
            return cls.name.lower() if is_table else None
        inherited = self.engine.class_attribute(cls, "__tablename__")
        if inherited:
            return text(inherited)
        made = self.engine.method(cls, "__tablename__")
        if made is not None or any(entry.endswith(".Model") for entry in outside):
            lower = "lower()" in ast.unparse(made.node) if made is not None else False
            if not self._own_columns(cls) and made is None:
                return None
            return cls.name.lower() if lower else _snake(cls.name)
        return None

    def _own_columns(self, cls: ClassSymbol) -> dict[str, Value]:
        """Columns of the class and of its mix-ins, but not of the tables it inherits from."""
        found: dict[str, Value] = {}
        for entry in reversed(self.engine.order(cls)):
            if not isinstance(entry, ClassSymbol) or (
                entry is not cls and entry in self.schema.by_class
            ):
                continue
            for name in entry.attributes:
                value = self.engine.own_attribute(entry, name)
                if any(isinstance(a, Made) and last(a.name) in COLUMNS for a in value):
                    found[name] = value
            for name, annotation in entry.annotations.items():
                known = name in found or name in entry.attributes
                if not known and "Mapped[" in ast.unparse(annotation):
                    found[name] = ()
            for name, method in entry.methods.items():
                if "declared_attr" in method.decorators:
                    value = self.engine.enter(method, (Type(cls),), {}).returns
                    if any(isinstance(a, Made) and last(a.name) in COLUMNS for a in value):
                        found[name] = value
        return found

    # -- relations ---------------------------------------------------------------------------

    def _columns(self, model: Model, cls: ClassSymbol) -> None:
        for name, value in self._own_columns(cls).items():
            for atom in value:
                if isinstance(atom, Made):
                    self._foreign_key(model, name, atom)

    def _composite(self, model: Model, cls: ClassSymbol) -> None:
        """Keys of several columns: `ForeignKeyConstraint` in `__table_args__`."""
        value = self.engine.class_attribute(cls, "__table_args__")
        parts = [part for a in value if isinstance(a, Items) for item in a.items for part in item]
        for made in parts:
            if isinstance(made, Made) and last(made.name) == "ForeignKeyConstraint":
                for target in made.arg(1, "refcolumns")[:1]:
                    if isinstance(target, Items) and target.items:
                        named = Made("ForeignKey", made.site, (), (target.items[0],), made.kwargs)
                        column = Made("Column", made.site, (), ((named,),))
                        self._foreign_key(model, "_".join(texts(made.arg(0))), column)

    def _foreign_key(self, model: Model, name: str, column: Made) -> None:
        named = text(dict(column.kwargs).get("foreign_key", ()))
        keys = [
            part
            for arg in column.args
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
            self.schema.relate(Relation("foreign-key", name, model, target, key.site, "", rule))

    def _by_column(self, value: Value) -> Model | None:
        for atom in value:
            if isinstance(atom, Text):
                table = atom.text.rpartition(".")[0]
                return self.tables.get(table) or self.tables.get(table.rpartition(".")[2])
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

    def _relationships(self, model: Model, cls: ClassSymbol) -> None:
        for entry in self.engine.order(cls):
            if not isinstance(entry, ClassSymbol) or (
                entry is not cls and entry in self.schema.by_class
            ):
                continue
            for name in entry.attributes:
                for atom in self.engine.own_attribute(entry, name):
                    if isinstance(atom, Made) and last(atom.name) in (
                        "relationship",
                        "Relationship",
                        "relation",
                        "dynamic_loader",
                    ):
                        self._relationship(model, entry, name, atom)

    def _relationship(self, model: Model, cls: ClassSymbol, name: str, made: Made) -> None:
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
        many = through is not None or self._is_many(model, target, annotation, made)
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
        )
        model.relations[name] = relation
        if kind == "many-to-many" and not any(
            r.kind == kind and r.through is through for r in self.schema.relations
        ):
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
                ),
            )

    @staticmethod
    def _is_many(model: Model, target: Model, annotation: ast.expr | None, made: Made) -> bool:
        if annotation is not None:
            return bool(
                re.search(
                    r"(?i)\b(list|set|sequence|collection)\b|WriteOnly|Dynamic",
                    ast.unparse(annotation),
                )
            )
        keys = [r for r in model.relations.values() if r.kind == "foreign-key"]
        del made
        return not any(relation.target is target for relation in keys) or target is model

    def _named(self, value: Value) -> Model | None:
        for atom in value:
            if isinstance(atom, Type):
                return self.schema.by_class.get(atom.cls)
            if isinstance(atom, Text):
                return self._by_class_name(atom.text.rpartition(".")[2])
        return None

    def _by_class_name(self, name: str) -> Model | None:
        for model in self.schema.by_class.values():
            if model.framework == "sqlalchemy" and model.name == name:
                return model
        return None

    def _secondary(self, value: Value) -> Model | None:
        for atom in value:
            if isinstance(atom, Made):
                return self.tables.get(text(atom.arg(0)) or "")
            if isinstance(atom, Text):
                return self.tables.get(atom.text)
            if isinstance(atom, Member) and isinstance(atom.of, Type):
                return self.schema.by_class.get(atom.of.cls)
        return None


def _rule(made: Made) -> str:
    """What happens to the other side when a row is deleted."""
    cascade = text(made.arg(-1, "cascade")) or ""
    return "cascade" if "delete" in cascade or "all" in cascade.split(", ") else ""


def _is_eager(made: Made) -> bool:
    return text(made.arg(-1, "lazy")) in ("joined", "selectin", "subquery", "immediate")


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)((?<![A-Z])(?=[A-Z])|(?=[A-Z][a-z]))", "_", name).lower()


def _owner(module: ModuleSymbol) -> str:
    parts = [part for part in module.name.split(".") if part not in ("models", "model", "tables")]
    return parts[-1] if parts else module.name


__all__ = ["Confidence", "SqlaReader", "dotted", "expression_name", "texts"]
