"""SQLAlchemy's tables: which classes are mapped, their tables' names, and their columns."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from mscli.migrate.sqlalchemy import appbuilder_tables
from mscli.migrate.sqlalchemy.declared import declared
from mscli.migrate.sqlalchemy.naming import NAME, Naming
from mscli.migrate.sqlalchemy.packages import begun_by, columns
from mscli.migrate.sqlalchemy.relations import CONSTRAINT
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Node
from mscli.migrate.walk.graph.schema import Model, Relation
from mscli.migrate.walk.lineage import own_classes
from mscli.migrate.walk.project.index import ClassSymbol, ModuleSymbol, last_name
from mscli.migrate.walk.values.values import Items, Made, Pairs, Site, Value, last, text

PACKAGES = frozenset(["sqlalchemy", "sqlmodel", "flask_sqlalchemy"])
COLUMNS = frozenset(["Column", "mapped_column", "Field"])
PARTS = frozenset(["Column", CONSTRAINT])
SQLMODEL, RELATED = "sqlmodel.SQLModel", "Relationship"


class Tables:
    """Every table of a project, by name."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.schema = engine.schema
        self.naming = Naming(engine)
        self.by_name: dict[str, Model] = {}
        self.schemas: dict[str, set[str]] = {}

    def read(self) -> None:
        """Plain tables first, then classes, those that inherit after what they inherit from."""
        if appbuilder_tables.is_used(self.engine):
            self.by_name |= appbuilder_tables.add(self.schema)
        plain = list(self._plain_tables())
        classes = [cls for cls in self.engine.project.classes if self.naming.is_mapped(cls)]
        for atom, _ in plain:
            self.schemas.setdefault(text(atom.arg(0)) or "", set()).add(_schema_of(atom.kwargs))
        for cls in classes:
            if name := self.naming.own(cls):
                self.schemas.setdefault(name, set()).add(self._schema(cls))
        for atom, module in plain:
            self._plain(atom, module)
        for cls in sorted(classes, key=lambda cls: len(self.engine.order(cls))):
            self._table(cls)

    def plain_parts(self) -> Iterator[tuple[Model, Made]]:
        """Columns and keys of `Table(...)`, as they are now that classes are known to be mapped."""
        for atom, _ in self._plain_tables():
            if (model := self.known(atom)) is not None:
                parts = [part for arg in atom.args for part in arg if isinstance(part, Made)]
                yield from ((model, part) for part in parts if last(part.name) in PARTS)

    def known(self, atom: Made) -> Model | None:
        """The table of a `Table(...)`, whose name may be another now that more is known."""
        there = [model for model in self.by_name.values() if model.site == atom.site]
        named = self.by_name.get(self._plain_name(atom))
        return named if named in there else there[0] if len(there) == 1 else None

    def _plain_tables(self) -> Iterator[tuple[Made, ModuleSymbol]]:
        for module in self.engine.project.modules:
            if any(name.partition(".")[0] in PACKAGES for name, _ in module.import_lines):
                yield from ((atom, module) for atom in self._tables_of(module))

    def _plain_name(self, atom: Made) -> str:
        return self._qualified(text(atom.arg(0)) or "", _schema_of(atom.kwargs))

    def _tables_of(self, module: ModuleSymbol) -> Iterator[Made]:
        names = self.engine.module_globals(module)
        for name in sorted(module.assigned):
            for atom in names.get(name, ()):
                if (
                    isinstance(atom, Made)
                    and last(atom.name) == "Table"
                    and (text(atom.arg(0)) and "rich" not in atom.name)
                ):
                    yield atom

    def _qualified(self, table: str, schema: str) -> str:
        """A name that several schemas have is told with the schema, as in SQL."""
        several = len(self.schemas.get(table, ())) > 1
        return f"{schema}.{table}" if several and schema else table

    def _schema(self, cls: ClassSymbol) -> str:
        """What `__table_args__` says: a mapping, or the last of several things."""
        for atom in self.engine.class_attribute(cls, "__table_args__"):
            parts = atom.items[-1] if isinstance(atom, Items) and atom.items else (atom,)
            for part in parts:
                if isinstance(part, Pairs):
                    return _schema_of(part.pairs)
        return ""

    def _plain(self, atom: Made, module: ModuleSymbol) -> None:
        table = self._plain_name(atom)
        if table in self.by_name:
            return
        parts = [part for arg in atom.args for part in arg if isinstance(part, Made)]
        columns = [part for part in parts if last(part.name) == "Column"]
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
        self.by_name[table] = model
        self.schema.add(model)

    def _table(self, cls: ClassSymbol) -> None:
        name = self._table_name(cls)
        parents = tuple(
            self.schema.by_class[entry]
            for entry in self.engine.lineage(cls)[1:]
            if entry in self.schema.by_class
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
            fields=tuple(sorted(self.own_columns(cls))),
            parents=parents,
            proxy=single,
        )
        self.schema.add(model)
        self.by_name.setdefault(model.table, model)
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

    def _table_name(self, cls: ClassSymbol) -> str | None:
        """`__tablename__`, with the schema where several have it, or what else names it."""
        if NAME in cls.attributes:
            name = self.naming.own(cls)
            return self._qualified(name, self._schema(cls)) if name else None
        return self.naming.table(cls, has_columns=bool(self.own_columns(cls)))

    def own_columns(self, cls: ClassSymbol) -> dict[str, Value]:
        """Columns of the class and of its mix-ins, but not of the tables it inherits from."""
        begun = begun_by(self.engine, cls)
        site = Site(cls.module.file, cls.node.lineno)
        found = columns(begun, site) if begun is not None else {}
        found |= _columns_in(appbuilder_tables.mixed_in(self.engine, cls))
        for entry in reversed(own_classes(self.engine, cls)):
            for name in entry.attributes:
                value = self.engine.own_attribute(entry, name)
                if any(isinstance(a, Made) and last(a.name) in COLUMNS for a in value):
                    found[name] = value
            for name, annotation in entry.annotations.items():
                known = name in found or name in entry.attributes
                if not known and "Mapped[" in ast.unparse(annotation):
                    found[name] = self._told(entry, annotation)
                elif name not in found and self._is_field(entry, name, annotation):
                    found[name] = ()
            found |= _columns_in(declared(self.engine, cls, entry))
        return found

    def _is_field(self, cls: ClassSymbol, name: str, annotation: ast.expr) -> bool:
        """Whether it is one of SQLModel's, which needs no call: `name: str`, `age: int = 0`."""
        value = cls.attributes.get(name)
        is_related = isinstance(value, ast.Call) and last_name(value.func) == RELATED
        is_said = not name.startswith("_") and "ClassVar" not in ast.unparse(annotation)
        return is_said and not is_related and SQLMODEL in self.engine.outsiders(cls)

    def _told(self, cls: ClassSymbol, annotation: ast.expr) -> Value:
        """The column in `Mapped[intpk]`, where `intpk = Annotated[int, mapped_column(...)]`."""
        frame = self.engine.frame(cls.module, Node(cls.module, ("annotation", annotation)), {})
        value = frame.annotated(annotation)
        return tuple(a for a in value if isinstance(a, Made) and last(a.name) in COLUMNS)


def _columns_in(found: Mapping[str, Value]) -> dict[str, Value]:
    """Those that are columns."""
    return {
        name: value
        for name, value in found.items()
        if any(isinstance(a, Made) and last(a.name) in COLUMNS for a in value)
    }


def _schema_of(pairs: Iterable[tuple[str, Value]]) -> str:
    return text(dict(pairs).get("schema", ())) or ""


def _owner(module: ModuleSymbol) -> str:
    parts = [part for part in module.name.split(".") if part not in ("models", "model", "tables")]
    return parts[-1] if parts else module.name
