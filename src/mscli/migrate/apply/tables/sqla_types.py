"""Types of columns as SQLAlchemy has them, as code for a migration."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from mscli.migrate.apply.tables.enums import NotKnown, enumeration
from mscli.migrate.apply.tables.table import Enumeration
from mscli.migrate.walk.project.index import ClassSymbol, ModuleSymbol, expression_name, last_name
from mscli.migrate.words import words

TYPES = frozenset(
    words(
        "Integer BigInteger SmallInteger String Text Unicode UnicodeText Boolean Date DateTime Time"
        " Interval Float Double Numeric LargeBinary JSON Uuid Enum CHAR VARCHAR TEXT INTEGER BIGINT"
        " SMALLINT BOOLEAN DATE DATETIME TIME TIMESTAMP FLOAT NUMERIC DECIMAL BLOB VARBINARY"
    )
)
OF_POSTGRESQL = frozenset(
    words(
        "JSONB ARRAY INET CIDR CITEXT HSTORE BYTEA TSVECTOR UUID MACADDR"
        " INT4RANGE INT8RANGE NUMRANGE DATERANGE TSRANGE TSTZRANGE"
        " INT4MULTIRANGE INT8MULTIRANGE NUMMULTIRANGE DATEMULTIRANGE TSMULTIRANGE TSTZMULTIRANGE"
    )
)


class Unread(Exception):
    """What of a declaration is not understood."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The module that declares a table, with what names mean there.

    `enumerated` are classes of members, `aliased` what an assignment in a module gave a name to,
    `mapped` the types that a base class has for annotations (`type_annotation_map`). `fields`: what
    is annotated is a column by itself (SQLModel). `aware`: moments keep their zone there.
    """

    module: ModuleSymbol
    enumerated: Callable[[str], ClassSymbol | None]
    aliased: Callable[[ast.expr], tuple[ast.expr, Seen] | None] = lambda _: None
    mapped: Mapping[str, tuple[ast.expr, Seen]] = field(default_factory=dict)
    fields: bool = False
    aware: bool = False

    def last(self, node: ast.expr) -> str:
        """The name of a type, also where a module calls it otherwise: `Enum as SAEnum`."""
        name = last_name(node)
        module, known = self.module.imports.get(name, ("", ""))
        return known if known and module.partition(".")[0] == "sqlalchemy" else name


def type_of(part: ast.expr, seen: Seen) -> tuple[str, Enumeration | None]:
    """A type as code, out of a name or a call of one."""
    last = seen.last(part)
    if last in TYPES:
        room = "sa"
    elif last in OF_POSTGRESQL:
        room = "postgresql"
    else:
        raise Unread(f"the type `{ast.unparse(part)}`")
    if not isinstance(part, ast.Call):
        return f"{room}.{last}", None
    if last == "Enum" and part.args and (cls := seen.enumerated(name_of(part.args[0]))):
        return enumeration_of(cls, part)
    given: list[str] = []
    made: Enumeration | None = None
    options = [(f"{k.arg}=", k.value) for k in part.keywords if k.arg]
    for name, value in (*(("", value) for value in part.args), *options):
        text, inner = _argument(value, seen)
        made = made or inner
        given.append(f"{name}{text}")
    if last == "Enum":
        return _texts(part, given)
    return f"{room}.{last}({', '.join(given)})", made


def _texts(call: ast.Call, given: list[str]) -> tuple[str, Enumeration | None]:
    """An enumeration of texts: `Enum("a", "b", name="kind")`.

    Without a name SQLAlchemy has no type for it in PostgreSQL, unless it is to be a text.
    """
    options = {k.arg: k.value for k in call.keywords}
    name, native = options.get("name"), options.get("native_enum")
    if name is None and not (isinstance(native, ast.Constant) and not native.value):
        raise Unread(f"the type `{ast.unparse(call)}`, which PostgreSQL has only under a name")
    values = [n.value for n in call.args if isinstance(n, ast.Constant)]
    if options.keys() == {"name"} and isinstance(name, ast.Constant):
        made = Enumeration(str(name.value), tuple(map(str, values)))
        return made.code, made
    return f"sa.Enum({', '.join(given)})", None


def enumeration_of(cls: ClassSymbol, call: ast.Call | None) -> tuple[str, Enumeration | None]:
    """The type for a class of members. Raises Unread."""
    try:
        return enumeration(cls, call)
    except NotKnown as what:
        raise Unread(f"the members of `{cls.node.name}`: {what}") from what


def _argument(node: ast.expr, seen: Seen) -> tuple[str, Enumeration | None]:
    if isinstance(node, ast.Constant):
        return literal(node.value), None
    if seen.last(node) in TYPES | OF_POSTGRESQL:
        return type_of(node, seen)
    raise Unread(f"`{ast.unparse(node)}`")


def literal(value: object) -> str:
    """A constant as code."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(value)


def name_of(node: ast.expr) -> str:
    """The name that an expression is; a call is none."""
    return "" if isinstance(node, ast.Call) else expression_name(node)
