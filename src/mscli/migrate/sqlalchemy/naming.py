"""Which classes of SQLAlchemy are mapped, and what their tables are called."""

from __future__ import annotations

import ast
import re
from functools import cached_property

from mscli.migrate.sqlalchemy.packages import begun_by
from mscli.migrate.walk.calls.defining import tell
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Node, Unresolved
from mscli.migrate.walk.project.index import ClassSymbol, FunctionSymbol, expression_name
from mscli.migrate.walk.values.values import Made, Outside, Site, Type, last, text, texts

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
    "flask_appbuilder.Model",
    "flask_appbuilder.models.sqla.Model",
)
# What derives from one of these, or is decorated so, is where models begin, and none itself.
ROOTS = frozenset(["DeclarativeBase", "DeclarativeBaseNoMeta"])
AS_ROOT = frozenset(["as_declarative", "as_declarative_base"])
NAME = "__tablename__"


class Naming:
    """Says of a class whether it is mapped, and to what."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def is_mapped(self, cls: ClassSymbol) -> bool:
        """Whether a class is a model, or may be one."""
        if self._is_root(cls):
            return False
        order = self.engine.order(cls)
        if any(self._makes_models(entry) for entry in order):
            return True
        return NAME in cls.attributes and not any(
            entry.endswith("models.Model") for entry in self.engine.outsiders(cls)
        )

    def _makes_models(self, entry: ClassSymbol | str) -> bool:
        return entry.endswith(BASES) if isinstance(entry, str) else self._is_root(entry)

    def _is_root(self, cls: ClassSymbol) -> bool:
        bases = self.engine.bases(cls)
        if any(isinstance(atom, Outside) and last(atom.name) in ROOTS for atom in bases):
            return True
        calls = (node for node in cls.node.decorator_list if isinstance(node, ast.Call))
        return any(last(ast.unparse(node.func)) in AS_ROOT for node in calls)

    def own(self, cls: ClassSymbol) -> str | None:
        """The name that the class itself gives as a text, or what a base makes of that."""
        if NAME not in cls.attributes:
            return None
        return self._by_a_base(cls) or text(self.engine.own_attribute(cls, NAME))

    def _by_a_base(self, cls: ClassSymbol) -> str | None:
        """What `__init_subclass__` of a class above sets it to."""
        node = Node(cls.module, ("told", cls))
        tell(self.engine.frame(cls.module, node, dict(cls.closure or {})), cls)
        return text(self.engine.attributes.get((cls, NAME), ()))

    def table(self, cls: ClassSymbol, *, has_columns: bool) -> str | None:
        """A table that is given, or the name that a method or the framework makes up."""
        for atom in self.engine.class_attribute(cls, "__table__"):
            if isinstance(atom, Made):
                return text(atom.arg(0))
        if "__abstract__" in cls.attributes:
            return None
        outside = self.engine.outsiders(cls)
        if any(entry.endswith("SQLModel") for entry in outside):
            is_table = any(word.arg == "table" for word in cls.node.keywords)
            return (self._said(cls) or cls.name.lower()) if is_table else None
        said = self._said(cls)
        if said is not None:
            return said
        made_up = has_columns and any(entry.endswith(".Model") for entry in outside)
        return snake(cls.name) if made_up else None

    def _said(self, cls: ClassSymbol) -> str | None:
        """By what a base sets, or an attribute or a method that the class inherits."""
        if by_a_base := self._by_a_base(cls):
            return by_a_base
        inherited = self.engine.class_attribute(cls, NAME)
        if inherited:
            return text(inherited)
        made = self.engine.method(cls, NAME)
        if made is not None:
            return self._made(cls, made)
        begun = begun_by(self.engine, cls)
        return begun.table if begun is not None else None

    def _made(self, cls: ClassSymbol, made: FunctionSymbol) -> str | None:
        """By a method (`declared_attr`): what it returns for this class."""
        parents = self.engine.lineage(cls)[1:]
        inherits = not self.engine.schema.by_class.keys().isdisjoint(parents)
        if inherits and "has_inherited_table" in ast.unparse(made.node):
            return None
        with self.engine.instances.importing():
            names = texts(self.engine.enter(made, (Type(cls),), {}).returns)
        if len(names) == 1 and "{}" not in names[0]:
            return names[0]
        guess = self._guess(cls, made, names)
        site = Site(made.module.file, made.node.lineno)
        what = f"{cls.id}: its table's name is made at run time; taken for {guess}"
        self.engine.unresolved[Unresolved("table", what, site)] = None
        return guess

    def _guess(self, cls: ClassSymbol, made: FunctionSymbol, may_be: tuple[str, ...]) -> str:
        """The name that foreign keys call it by, or else one like those that they know."""
        lower = "lower()" in ast.unparse(made.node)
        plain = (cls.name.lower(), snake(cls.name))
        names = [name for one in (plain if lower else plain[::-1]) for name in (one, plural(one))]
        of_many = sum(name.endswith("s") for name in self.referred) * 2 > len(self.referred)
        known = (name for name in (*may_be, *names) if name in self.referred)
        return next(known, names[1 if of_many else 0])

    @cached_property
    def referred(self) -> frozenset[str]:
        """The tables that foreign keys name."""
        calls = (
            node
            for module in self.engine.project.modules
            for node in ast.walk(module.tree)
            if isinstance(node, ast.Call)
        )
        return frozenset(
            str(target.value).split(".")[-2]
            for call in calls
            for target in _targets(call)
            if isinstance(target, ast.Constant) and "." in str(target.value)
        )


def _targets(call: ast.Call) -> list[ast.expr]:
    """`ForeignKey("orders.id")`, and `foreign_key` of SQLModel's `Field`."""
    named = [word.value for word in call.keywords if word.arg == "foreign_key"]
    return named + (call.args[:1] if expression_name(call.func).endswith("ForeignKey") else [])


def plural(name: str) -> str:
    """`orders` of `order`, `companies` of `company`."""
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return name + ("es" if name.endswith(("s", "x", "ch", "sh")) else "s")


def snake(name: str) -> str:
    """`OrderLine` as Flask-SQLAlchemy calls its table: `order_line`."""
    return re.sub(r"(?<!^)((?<![A-Z])(?=[A-Z])|(?=[A-Z][a-z]))", "_", name).lower()
