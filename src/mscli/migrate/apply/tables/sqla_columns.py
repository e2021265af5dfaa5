"""Columns of SQLAlchemy's models: `mapped_column`, `Column`, annotations, `Table(...)`."""

from __future__ import annotations

import ast
from collections.abc import Callable

from mscli.migrate.apply.tables.table import Column, Draft, Reference
from mscli.migrate.walk.index import ClassSymbol, FunctionSymbol, expression_name
from mscli.migrate.words import words

TYPES = frozenset(
    words(
        "Integer BigInteger SmallInteger String Text Unicode UnicodeText Boolean Date DateTime Time"
        " Interval Float Double Numeric LargeBinary JSON Uuid Enum CHAR VARCHAR TEXT INTEGER BIGINT"
        " SMALLINT BOOLEAN DATE DATETIME TIME TIMESTAMP FLOAT NUMERIC DECIMAL BLOB VARBINARY"
    )
)
OF_POSTGRESQL = frozenset(words("JSONB ARRAY INET CIDR CITEXT HSTORE BYTEA TSVECTOR UUID"))
BY_ANNOTATION = {
    "int": "sa.Integer",
    "str": "sa.String",
    "bool": "sa.Boolean",
    "float": "sa.Float",
    "bytes": "sa.LargeBinary",
    "datetime": "sa.DateTime",
    "date": "sa.Date",
    "time": "sa.Time",
    "timedelta": "sa.Interval",
    "Decimal": "sa.Numeric",
    "UUID": "sa.Uuid",
}
COLUMN, NO_COLUMN = (
    ("Column", "mapped_column"),
    frozenset(
        words("relationship dynamic_loader synonym association_proxy column_property composite")
    ),
)
SILENT = frozenset(words("Identity Sequence FetchedValue"))
Target = Callable[[str, str], str]


class Unread(Exception):
    """What of a declaration is not understood."""


def read_class(draft: Draft, cls: ClassSymbol, table: str, _target: Target) -> None:
    """Take in what one class declares; what is there already (a subclass's) stays."""
    for name in (*cls.annotations, *(n for n in cls.attributes if n not in cls.annotations)):
        value, annotation = cls.attributes.get(name), cls.annotations.get(name)
        where = f"{cls.module.file}:{(value or annotation or cls.node).lineno}"
        if name == "__table_args__" and value is not None:
            _arguments(draft, value, where)
        elif name not in draft.columns and _is_column(value, annotation):
            _take(draft, name, value, annotation, table, where)
    for name, method in cls.methods.items():
        made = _returned(method)
        if made is not None and name not in draft.columns:
            _take(draft, name, made, None, table, f"{cls.module.file}:{made.lineno}")


def _returned(method: FunctionSymbol) -> ast.Call | None:
    """The column that a mixin's `@declared_attr` gives each of its models."""
    if "declared_attr" not in method.decorators or isinstance(method.node, ast.Lambda):
        return None
    last = method.node.body[-1]
    value = last.value if isinstance(last, ast.Return) else None
    return value if isinstance(value, ast.Call) and _is_column(value, None) else None


def read_table(draft: Draft, call: ast.Call, where: str) -> None:
    """Take in a `Table("name", metadata, Column(...), ...)`."""
    for part in call.args[1:]:
        if isinstance(part, ast.Call) and _last(part.func) == "Column":
            _take(draft, "", part, None, "", where)
        elif isinstance(part, ast.Call):
            _constraint(draft, part, where)


def _is_column(value: ast.expr | None, annotation: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        return _last(value.func) in COLUMN
    is_mapped = isinstance(annotation, ast.Subscript) and _last(annotation.value) == "Mapped"
    return value is None and is_mapped


def _take(
    draft: Draft,
    name: str,
    value: ast.expr | None,
    annotation: ast.expr | None,
    table: str,
    where: str,
) -> None:
    try:
        column = _column(name, value, annotation, table)
    except Unread as what:
        draft.unknown.append(f"{where}: column {name}: {what}")
    else:
        draft.columns[column.name] = column
        draft.renamed[name] = column.name


def _column(name: str, value: ast.expr | None, annotation: ast.expr | None, table: str) -> Column:
    kind, optional = _annotated(annotation)
    call = value if isinstance(value, ast.Call) else ast.Call(ast.Name("Column"), [], [])
    arguments = list(call.args)
    if arguments and isinstance(arguments[0], ast.Constant) and isinstance(arguments[0].value, str):
        name = arguments.pop(0).value  # type: ignore[attr-defined]
    options = {k.arg: k.value for k in call.keywords if k.arg}
    if "type_" in options:
        arguments.append(options["type_"])
    reference = None
    for part in arguments:
        last = _last(part)
        if last == "ForeignKey" and isinstance(part, ast.Call):
            reference = _reference(part)
        elif last not in SILENT:
            kind = _type(part, f"{table}_{name}")
    primary = _flag(options, "primary_key", default=False)
    nullable = _flag(options, "nullable", default=optional) and not primary
    if not kind and reference is None:
        raise Unread(f"the type of `{ast.unparse(annotation or call)}`")
    return Column(
        name,
        kind,
        nullable,
        primary,
        _flag(options, "unique", default=False),
        _flag(options, "index", default=False),
        _default(options.get("server_default")),
        reference,
    )


def _annotated(annotation: ast.expr | None) -> tuple[str, bool]:
    """The type and whether it may be null, out of `Mapped[...]`; nothing known without."""
    if not isinstance(annotation, ast.Subscript) or _last(annotation.value) != "Mapped":
        return "", True
    inner: ast.expr = annotation.slice
    if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
        inner = _parsed(inner.value)
    optional = False
    if isinstance(inner, ast.Subscript) and _last(inner.value) == "Optional":
        inner, optional = inner.slice, True
    if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.BitOr):
        sides = [inner.left, inner.right]
        rest = [s for s in sides if not (isinstance(s, ast.Constant) and s.value is None)]
        inner, optional = rest[0], len(rest) < len(sides)
    return BY_ANNOTATION.get(_last(inner), ""), optional


def _parsed(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise Unread(f"the annotation `{text}`") from error


def _type(part: ast.expr, named: str) -> str:
    """A type as code, out of a name or a call of one."""
    last = _last(part)
    if last in TYPES:
        room = "sa"
    elif last in OF_POSTGRESQL:
        room = "postgresql"
    else:
        raise Unread(f"the type `{ast.unparse(part)}`")
    if not isinstance(part, ast.Call):
        return f"{room}.{last}"
    given = [_argument(argument, named) for argument in part.args]
    given += [f"{k.arg}={_argument(k.value, named)}" for k in part.keywords if k.arg]
    if last == "Enum" and not any(text.startswith("name=") for text in given):
        given.append(f'name="{named}"')
    return f"{room}.{last}({', '.join(given)})"


def _argument(node: ast.expr, named: str) -> str:
    if isinstance(node, ast.Constant):
        return _literal(node.value)
    if _last(node) in TYPES | OF_POSTGRESQL:
        return _type(node, named)
    raise Unread(f"`{ast.unparse(node)}`")


def _literal(value: object) -> str:
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return repr(value)


def _reference(call: ast.Call) -> Reference:
    target = call.args[0] if call.args else None
    if not (isinstance(target, ast.Constant) and isinstance(target.value, str)):
        raise Unread(f"the foreign key `{ast.unparse(call)}`")
    table, _, column = target.value.rpartition(".")
    options = {k.arg: k.value for k in call.keywords}
    on_delete = options.get("ondelete")
    said = on_delete.value if isinstance(on_delete, ast.Constant) else ""
    return Reference(table.rpartition(".")[2], column, str(said or "").upper())


def _default(node: ast.expr | None) -> str:
    if node is None:
        return ""
    if isinstance(node, ast.Constant):
        return _literal(node.value)
    if isinstance(node, ast.Call) and _last(node.func) == "text":
        return f"sa.text({_argument(node.args[0], '')})"
    if isinstance(node, ast.Call) and expression_name(node.func).endswith("func.now"):
        return "sa.func.now()"
    raise Unread(f"the default `{ast.unparse(node)}`")


def _flag(options: dict[str, ast.expr], name: str, *, default: bool) -> bool:
    node = options.get(name)
    return bool(node.value) if isinstance(node, ast.Constant) else default


def _arguments(draft: Draft, value: ast.expr, where: str) -> None:
    for part in value.elts if isinstance(value, ast.Tuple | ast.List) else ():
        if isinstance(part, ast.Call):
            _constraint(draft, part, where)


def _constraint(draft: Draft, call: ast.Call, where: str) -> None:
    names = [n.value for n in call.args if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    match _last(call.func):
        case "UniqueConstraint" if len(names) == len(call.args):
            draft.uniques.append(tuple(names))
        case "Index" if len(names) == len(call.args):
            unique = any(k.arg == "unique" for k in call.keywords)
            (draft.uniques if unique else draft.indexes).append(tuple(names[1:]))
        case _:
            draft.unknown.append(f"{where}: `{ast.unparse(call)}`")


def _last(node: ast.expr) -> str:
    return expression_name(node).rpartition(".")[2]
