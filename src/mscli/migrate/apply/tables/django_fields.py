"""Columns of Django's models, as its backend for PostgreSQL makes them (model field reference)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence

from mscli.migrate.apply.tables.checks import NoSql, condition
from mscli.migrate.apply.tables.table import Check, Column, Draft, Reference
from mscli.migrate.walk.project.index import ClassSymbol, Project, expression_name, last_name
from mscli.text.quoting import json_inline

TYPES = {
    "AutoField": "sa.Integer",
    "BigAutoField": "sa.BigInteger",
    "SmallAutoField": "sa.SmallInteger",
    "BigIntegerField": "sa.BigInteger",
    "BigIntegerRangeField": "postgresql.INT8RANGE",
    "BinaryField": "sa.LargeBinary",
    "BooleanField": "sa.Boolean",
    "CharField": "sa.String({max_length})",
    "DateField": "sa.Date",
    "DateRangeField": "postgresql.DATERANGE",
    "DateTimeField": "sa.DateTime(timezone=True)",
    "DateTimeRangeField": "postgresql.TSTZRANGE",
    "DecimalField": "sa.Numeric({max_digits}, {decimal_places})",
    "DecimalRangeField": "postgresql.NUMRANGE",
    "DurationField": "sa.Interval",
    "EmailField": "sa.String({max_length})",
    "FileField": "sa.String({max_length})",
    "FilePathField": "sa.String({max_length})",
    "FloatField": "sa.Float",
    "GenericIPAddressField": "postgresql.INET",
    "ImageField": "sa.String({max_length})",
    "IntegerField": "sa.Integer",
    "IntegerRangeField": "postgresql.INT4RANGE",
    "JSONField": "postgresql.JSONB",
    "NullBooleanField": "sa.Boolean",
    "PositiveBigIntegerField": "sa.BigInteger",
    "PositiveIntegerField": "sa.Integer",
    "PositiveSmallIntegerField": "sa.SmallInteger",
    "SearchVectorField": "postgresql.TSVECTOR",
    "SlugField": "sa.String({max_length})",
    "SmallIntegerField": "sa.SmallInteger",
    "TextField": "sa.Text",
    "TimeField": "sa.Time",
    "URLField": "sa.String({max_length})",
    "UUIDField": "sa.Uuid",
}
ARRAY = "ArrayField"
LENGTHS = {
    "EmailField": 254, "SlugField": 50, "URLField": 200, "FileField": 100, "ImageField": 100,
    "FilePathField": 100,
}  # fmt: skip
INDEXED = frozenset(["SlugField"])
ORDER = "_order"
"""The column that Django adds for `order_with_respect_to`."""
KEYS = frozenset(["ForeignKey", "OneToOneField"])
APART = frozenset(["ManyToManyField", "GenericForeignKey", "GenericRelation"])
"""Fields that have no column of their own."""
ANOTHER_TYPE = frozenset(["db_type", "get_internal_type"])
Target = Callable[[str, str], str]


def read_class(draft: Draft, cls: ClassSymbol, target: Target) -> None:
    """Take in what one class declares; what is there already (a subclass's) stays."""
    for name, value in cls.attributes.items():
        if not isinstance(value, ast.Call):
            continue
        kind = _known(last_name(value.func), cls)
        where = f"{cls.module.file}:{value.lineno}"
        if kind in APART:
            draft.renamed[name] = ""
        elif kind in KEYS:
            _key(draft, name, kind, value, target, where)
        elif kind in TYPES or (kind == ARRAY and _array(value)):
            _field(draft, name, kind, value, where)
        elif kind.endswith(("Field", "Key")):
            draft.unknown.append(f"{where}: column {name}: the type `{kind}`")
    if (meta := cls.inner.get("Meta")) is not None:
        _meta(draft, meta)


def _known(kind: str, model: ClassSymbol) -> str:
    """The field of Django's that one of the same module is; one that keeps its type of column."""
    own = model.module.classes.get(kind)
    if own is None or kind in TYPES or (own.methods.keys() & ANOTHER_TYPE and not _asks_first(own)):
        return kind
    bases = [last_name(base) for base in own.node.bases]
    return next((base for base in bases if base in TYPES), kind)


def _asks_first(field: ClassSymbol) -> bool:
    """Whether its type is Django's own but in branches for other databases."""
    return all(
        isinstance(last := method.node.body[-1], ast.Return)
        and last.value is not None
        and ast.unparse(last.value) == f"super().{name}(connection)"
        and "postgresql" not in ast.unparse(method.node)
        for name, method in field.methods.items()
        if name in ANOTHER_TYPE and not isinstance(method.node, ast.Lambda)
    )


def finish(draft: Draft, project: Project) -> None:
    """The `id` that Django adds where no field is the primary key; columns in place of fields."""
    _key_of_its_own(draft, project)
    nullable = {column.name: column.nullable for column in draft.columns.values()}
    for name, wanted, told in draft.conditions:
        try:
            draft.checks.append(Check(name, condition(wanted, nullable, draft.renamed)))
        except NoSql as why:
            draft.unchecked.append(f"{told}: {why}")
    for groups in (draft.uniques, draft.indexes):
        groups[:] = [tuple(draft.renamed.get(name) or name for name in g) for g in groups]


def _key_of_its_own(draft: Draft, project: Project) -> None:
    if any(column.primary_key for column in draft.columns.values()):
        return
    said = next((text for module in project.modules if (text := _auto_field(module.tree))), "")
    kind = TYPES.get(said.rpartition(".")[2], "sa.Integer")
    draft.columns = {"id": Column("id", kind, primary_key=True), **draft.columns}


def _auto_field(tree: ast.Module) -> str:
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if "DEFAULT_AUTO_FIELD" in names:
                return str(node.value.value)
    return ""


def _array(call: ast.Call) -> str:
    """The type of an array, also of arrays; empty where that of its elements is not known."""
    named = (each.value for each in call.keywords if each.arg == "base_field")
    inner = next(iter([*call.args[:1], *named]), None)
    if not isinstance(inner, ast.Call):
        return ""
    try:
        of = _type(last_name(inner.func), inner)
    except KeyError:
        return ""
    return f"postgresql.ARRAY({of})" if of else ""


def _type(kind: str, call: ast.Call) -> str:
    """The type of a field's column. Raises KeyError for an option that it lacks."""
    if kind == ARRAY:
        return _array(call)
    options = {**_options(call)}
    if kind in LENGTHS:
        options.setdefault("max_length", LENGTHS[kind])
    if kind == "CharField" and "max_length" not in options:
        return "sa.String"
    return TYPES[kind].format_map(options)


def _field(draft: Draft, name: str, kind: str, call: ast.Call, where: str) -> None:
    options = _options(call)
    try:
        written = _type(kind, call)
    except KeyError as missing:
        draft.unknown.append(f"{where}: column {name}: {missing} of `{ast.unparse(call)}`")
        return
    column = str(options.get("db_column") or name)
    primary = options.get("primary_key") is True
    if column in draft.columns:
        return
    if kind.startswith("Positive"):
        draft.checks.append(Check("", f'"{column}" >= 0'))
    draft.columns.setdefault(
        column,
        Column(
            column,
            written,
            options.get("null") is True or kind == "NullBooleanField",
            primary,
            options.get("unique") is True and not primary,
            options.get("db_index", kind in INDEXED) is True,
            _default(draft, call, f"{where}: column {name}"),
        ),
    )
    draft.renamed.setdefault(name, column)


def _default(draft: Draft, call: ast.Call, told: str) -> str:
    """What the database itself gives to a new row (`db_default`); one that is not known is told."""
    given = next((k.value for k in call.keywords if k.arg == "db_default"), None)
    name = last_name(given) if isinstance(given, ast.Call) else ""
    if name == "Now":
        return "sa.func.now()"
    if isinstance(given, ast.Call) and name == "Value" and given.args:
        given = given.args[0]
    if isinstance(given, ast.Constant) and isinstance(given.value, str):
        return json_inline(given.value)
    if isinstance(given, ast.Constant) and given.value is not None:
        return f"sa.text({json_inline(str(given.value).lower())})"
    if given is not None:
        draft.unknown.append(f"{told}: the default `{ast.unparse(given)}`")
    return ""


def _key(draft: Draft, name: str, kind: str, call: ast.Call, target: Target, where: str) -> None:
    options = _options(call)
    table = target(name, _pointed_to(call))
    draft.renamed[name] = ""
    if not table:
        draft.unknown.append(f"{where}: column {name}: what `{ast.unparse(call)}` points to")
        return
    column = str(options.get("db_column") or f"{name}_id")
    primary = options.get("primary_key") is True or options.get("parent_link") is True
    draft.renamed[name] = column
    unique = kind == "OneToOneField" or options.get("unique") is True
    draft.columns.setdefault(
        column,
        Column(
            column,
            "",
            options.get("null") is True,
            primary,
            unique and not primary,
            options.get("db_index", not unique) is True,
            reference=Reference(table, str(options.get("to_field") or "")),
        ),
    )


def _pointed_to(call: ast.Call) -> str:
    wanted = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "to")]
    if wanted and isinstance(wanted[0], ast.Constant):
        return str(wanted[0].value)
    return expression_name(wanted[0]) if wanted else ""


def inherits(draft: Draft, parents: Sequence[tuple[str, str]]) -> None:
    """Keys to the tables that a model inherits from: of each the class's name, and the table.

    The first is the model's own key (multi-table inheritance), unless a field is (`parent_link`).
    """
    for name, table in parents:
        has_key = any(column.primary_key for column in draft.columns.values())
        known = (column.reference for column in draft.columns.values() if column.primary_key)
        if any(reference and reference.table == table for reference in known):
            continue
        column = f"{name.lower()}_ptr_id"
        draft.columns[column] = Column(
            column, primary_key=not has_key, unique=has_key, reference=Reference(table)
        )
        draft.renamed[f"{name.lower()}_ptr"] = column


def _meta(draft: Draft, meta: ClassSymbol) -> None:
    if "order_with_respect_to" in meta.attributes:
        draft.columns.setdefault(ORDER, Column(ORDER, "sa.Integer"))
    together = meta.attributes.get("unique_together")
    if isinstance(together, ast.Tuple | ast.List):
        groups = [g for g in together.elts if isinstance(g, ast.Tuple | ast.List)] or [together]
        draft.uniques += map(_fields, groups)
    for name, into in (("constraints", draft.uniques), ("indexes", draft.indexes)):
        given = meta.attributes.get(name)
        for part in given.elts if isinstance(given, ast.Tuple | ast.List) else ():
            if not isinstance(part, ast.Call):
                continue
            kind = last_name(part.func)
            options = {k.arg: k.value for k in part.keywords}
            fields = options.get("fields")
            whole = kind in ("UniqueConstraint", "Index") and "condition" not in options
            told = f"{meta.module.file}:{part.lineno}: `{ast.unparse(part)}`"
            if whole and isinstance(fields, ast.Tuple | ast.List):
                into.append(_fields(fields))
            elif kind == "CheckConstraint":
                draft.conditions.append((*_check(options), told))
            else:
                draft.unknown.append(told)


def _check(options: Mapping[str | None, ast.expr]) -> tuple[str, ast.expr | None]:
    """Its name, where that is the same for every model, and its condition."""
    name = options.get("name")
    said = str(name.value) if isinstance(name, ast.Constant) else ""
    return "" if "%" in said else said, options.get("condition", options.get("check"))


def _fields(group: ast.Tuple | ast.List) -> tuple[str, ...]:
    return tuple(str(n.value).lstrip("-") for n in group.elts if isinstance(n, ast.Constant))


def _options(call: ast.Call) -> dict[str, object]:
    return {
        k.arg: k.value.value for k in call.keywords if k.arg and isinstance(k.value, ast.Constant)
    }
