"""Columns of SQLAlchemy's models: `mapped_column`, `Column`, annotations, `Table(...)`."""

from __future__ import annotations

import ast

from mscli.migrate.apply.tables.checks import is_portable
from mscli.migrate.apply.tables.sqla_annotations import (
    BY_ANNOTATION,
    COLUMN,
    Annotation,
    annotation_of,
)
from mscli.migrate.apply.tables.sqla_types import (
    Seen,
    Unread,
    enumeration_of,
    literal,
    name_of,
    type_of,
)
from mscli.migrate.apply.tables.sqlmodel_fields import as_column
from mscli.migrate.apply.tables.table import (
    Check,
    Column,
    Draft,
    Enumeration,
    KeyOfSeveral,
    Reference,
)
from mscli.migrate.walk.project.index import ClassSymbol, FunctionSymbol, expression_name, last_name
from mscli.migrate.words import words

CHECK = "CheckConstraint"
SILENT = frozenset(words("Identity Sequence FetchedValue CheckConstraint"))


def read_class(draft: Draft, cls: ClassSymbol, seen: Seen) -> None:
    """Take in what one class declares; what is there already (a subclass's) stays."""
    for name in (*cls.annotations, *(n for n in cls.attributes if n not in cls.annotations)):
        value, annotation = cls.attributes.get(name), cls.annotations.get(name)
        where = f"{cls.module.file}:{(value or annotation or cls.node).lineno}"
        field = as_column(name, value, annotation, aware=seen.aware) if seen.fields else None
        value, annotation = field or (value, annotation)
        if name == "__table_args__" and value is not None:
            _arguments(draft, value, seen, where)
        elif name not in draft.columns and _is_column(value, annotation):
            _take(draft, name, value, annotation, seen, where)
    for name, method in cls.methods.items():
        made = _returned(method)
        if made is not None and name not in draft.columns:
            _take(draft, name, made, None, seen, f"{cls.module.file}:{made.lineno}")


def _returned(method: FunctionSymbol) -> ast.Call | None:
    """The column that a mixin's `@declared_attr` gives each of its models."""
    if "declared_attr" not in method.decorators or isinstance(method.node, ast.Lambda):
        return None
    end = method.node.body[-1]
    value = end.value if isinstance(end, ast.Return) else None
    return value if isinstance(value, ast.Call) and _is_column(value, None) else None


def read_table(draft: Draft, call: ast.Call, seen: Seen, where: str) -> None:
    """Take in a `Table("name", metadata, Column(...), ...)`."""
    for part in call.args[1:]:
        if isinstance(part, ast.Call) and last_name(part.func) == "Column":
            _take(draft, "", part, None, seen, where)
        elif isinstance(part, ast.Call) and seen.last(part) != "MetaData":
            _constraint(draft, part, seen, where)


def _is_column(value: ast.expr | None, annotation: ast.expr | None) -> bool:
    if isinstance(value, ast.Call):
        return last_name(value.func) in COLUMN
    is_mapped = isinstance(annotation, ast.Subscript) and last_name(annotation.value) == "Mapped"
    return value is None and is_mapped


def _take(
    draft: Draft,
    name: str,
    value: ast.expr | None,
    annotation: ast.expr | None,
    seen: Seen,
    where: str,
) -> None:
    try:
        column = _column(name, value, annotation, seen)
    except Unread as what:
        draft.unknown.append(f"{where}: column {name}: {what}")
    else:
        draft.columns[column.name] = column
        draft.renamed[name] = column.name
        for part in value.args if isinstance(value, ast.Call) else ():
            if isinstance(part, ast.Call) and seen.last(part) == CHECK:
                _check(draft, part, seen, where, column.name)


def _column(name: str, value: ast.expr | None, annotation: ast.expr | None, seen: Seen) -> Column:
    told = annotation_of(annotation, seen)
    call = value if isinstance(value, ast.Call) else ast.Call(ast.Name("Column"), [], [])
    arguments = list(call.args)
    if arguments and isinstance(arguments[0], ast.Constant) and isinstance(arguments[0].value, str):
        name = arguments.pop(0).value  # type: ignore[attr-defined]
    options = {k.arg: k.value for k in call.keywords if k.arg}
    if "type_" in options:
        arguments.append(options["type_"])
    kind, enumerated = _by_annotation(told)
    reference = None
    given = [(part, seen) for part in arguments]
    if told.column is not None:
        options = {k.arg: k.value for k in told.column.keywords if k.arg} | options
        given = [*((part, told.seen) for part in told.column.args), *given]
    for part, where in given:
        kin = where.last(part)
        if kin == "ForeignKey" and isinstance(part, ast.Call):
            reference = _reference(part)
        elif kin not in SILENT:
            kind, enumerated = type_of(part, where)
    is_open = not kind and reference is None and told.plain
    if is_open and (cls := told.seen.enumerated(name_of(is_open))) is not None:
        kind, enumerated = enumeration_of(cls, None)
    primary = _flag(options, "primary_key", default=False)
    nullable = _flag(options, "nullable", default=told.optional) and not primary
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
        enumerated,
    )


def _by_annotation(told: Annotation) -> tuple[str, Enumeration | None]:
    """The type that an annotation alone stands for, by the base class or by SQLAlchemy."""
    if told.plain is None:
        return "", None
    mapped = told.seen.mapped.get(ast.unparse(told.plain))
    if mapped is not None:
        return type_of(*mapped)
    is_plain = not isinstance(told.plain, ast.Subscript)
    return BY_ANNOTATION.get(last_name(told.plain), "") if is_plain else "", None


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
        return literal(node.value)
    text = node.args[0] if isinstance(node, ast.Call) and node.args else None
    if last_name(node) == "text" and isinstance(text, ast.Constant):
        return f"sa.text({literal(text.value)})"
    if isinstance(node, ast.Call) and expression_name(node.func).endswith("func.now"):
        return "sa.func.now()"
    raise Unread(f"the default `{ast.unparse(node)}`")


def _flag(options: dict[str, ast.expr], name: str, *, default: bool) -> bool:
    node = options.get(name)
    return bool(node.value) if isinstance(node, ast.Constant) else default


def _arguments(draft: Draft, value: ast.expr, seen: Seen, where: str) -> None:
    for part in value.elts if isinstance(value, ast.Tuple | ast.List) else ():
        if isinstance(part, ast.Call):
            _constraint(draft, part, seen, where)


def _constraint(draft: Draft, call: ast.Call, seen: Seen, where: str) -> None:
    names = [n.value for n in call.args if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    match seen.last(call):
        case "UniqueConstraint" if len(names) == len(call.args):
            draft.uniques.append(tuple(names))
        case "Index" if len(names) == len(call.args) and _is_plain(call):
            options = {str(k.arg): k.value for k in call.keywords}
            unique = _flag(options, "unique", default=False)
            (draft.uniques if unique else draft.indexes).append(tuple(names[1:]))
        case "CheckConstraint":
            _check(draft, call, seen, where, "")
        case "ForeignKeyConstraint" if (key := _key_of_several(call)) is not None:
            draft.keys.append(key)
        case _:
            draft.unknown.append(f"{where}: `{ast.unparse(call)}`")


def _key_of_several(call: ast.Call) -> KeyOfSeveral | None:
    options = {str(k.arg): k.value for k in call.keywords}
    names = ("columns", "refcolumns")
    sides = [*call.args, *(options[n] for n in names[len(call.args) :] if n in options)]
    texts = [
        [e.value for e in side.elts if isinstance(e, ast.Constant) and isinstance(e.value, str)]
        for side in sides[:2]
        if isinstance(side, ast.List | ast.Tuple)
    ]
    if len(texts) < len(names) or len(texts[0]) != len(texts[1]):
        return None
    targets = [text.rpartition(".") for text in texts[1]]
    [table, *others] = {target[0].rpartition(".")[2] for target in targets}
    said = options.get("ondelete")
    on_delete = str(said.value).upper() if isinstance(said, ast.Constant) and said.value else ""
    if others or not table:
        return None
    return KeyOfSeveral(tuple(texts[0]), table, tuple(t[2] for t in targets), on_delete)


def _is_plain(call: ast.Call) -> bool:
    """Whether an index is one of all rows; one of some rows is smaller, and unique among these."""
    given = {str(k.arg) for k in call.keywords} - {"name", "quote"}
    return given <= {"unique"} or all(name.endswith("_where") for name in given)


def _check(draft: Draft, call: ast.Call, seen: Seen, where: str, column: str) -> None:
    """A check in SQL that every database reads alike; another one is told of."""
    options = {k.arg: k.value for k in call.keywords}
    sql, name = next(iter(call.args), options.get("sqltext")), options.get("name")
    if isinstance(sql, ast.Call) and seen.last(sql) == "text" and sql.args:
        sql = sql.args[0]
    said = name.value if isinstance(name, ast.Constant) else ""
    if isinstance(sql, ast.Constant) and isinstance(sql.value, str) and is_portable(sql.value):
        draft.checks.append(Check(str(said or ""), sql.value))
    else:
        draft.unchecked.append(f"{where}: {column and f'column {column}: '}`{ast.unparse(call)}`")
