"""Fields of SQLModel as the columns that they make: `age: int = Field(index=True)`, `name: str`."""

from __future__ import annotations

import ast

from mscli.migrate.walk.project.index import last_name
from mscli.migrate.words import words

MAPPED, COLUMN = "Mapped", "mapped_column"
FIELD, RELATED = "Field", "Relationship"
TOLD = ("primary_key", "unique", "index", "nullable")
"""What a field and its column call alike."""
TEXTS = frozenset(words("EmailStr NameEmail AnyUrl AnyHttpUrl HttpUrl Path Literal"))
"""Annotations that are kept as texts."""
NAIVE = "NaiveDatetime"
MOMENTS = frozenset([NAIVE, "AwareDatetime", "datetime"])


def as_column(
    name: str, value: ast.expr | None, annotation: ast.expr | None, *, aware: bool
) -> tuple[ast.expr, ast.expr | None] | None:
    """The same as SQLAlchemy has it: a call, and an annotation; None where it is no field.

    `aware`: moments keep their zone.
    """
    is_kept = annotation is not None and "ClassVar" not in ast.unparse(annotation)
    if not is_kept or name.startswith(("_", "model_")) or _is(value, RELATED):
        return None
    given = value.keywords if isinstance(value, ast.Call) and _is(value, FIELD) else []
    options = {word.arg: word.value for word in given if word.arg}
    if "sa_column" in options:
        return options["sa_column"], None
    assert annotation is not None  # noqa: S101 - for the type checker
    call = ast.Call(
        ast.Name(COLUMN), _arguments(options, annotation, aware=aware), _keywords(options)
    )
    told = ast.Subscript(ast.Name(MAPPED), annotation)
    place = value or annotation
    for node in (call, told):
        ast.fix_missing_locations(ast.copy_location(node, place))
    return call, told


def _is(value: ast.expr | None, name: str) -> bool:
    return isinstance(value, ast.Call) and last_name(value.func) == name


def _arguments(
    options: dict[str, ast.expr], annotation: ast.expr, *, aware: bool
) -> list[ast.expr]:
    said = options.get("sa_type")
    found = [said] if said else _type(options, annotation, aware=aware)
    if "foreign_key" in options:
        deletes = [ast.keyword("ondelete", options["ondelete"])] if "ondelete" in options else []
        found.append(ast.Call(ast.Name("ForeignKey"), [options["foreign_key"]], deletes))
    more = options.get("sa_column_args")
    return [*found, *(more.elts if isinstance(more, ast.List | ast.Tuple) else ())]


def _type(options: dict[str, ast.expr], annotation: ast.expr, *, aware: bool) -> list[ast.expr]:
    """The type where the field says more of it than the annotation does."""
    names = {last_name(n) for n in ast.walk(annotation) if isinstance(n, ast.Name | ast.Attribute)}
    if "Decimal" in names and "max_digits" in options:
        sizes = [ast.keyword("precision", options["max_digits"])]
        if "decimal_places" in options:
            sizes.append(ast.keyword("scale", options["decimal_places"]))
        return [ast.Call(ast.Name("Numeric"), [], sizes)]
    if names & MOMENTS:
        zone = [ast.keyword("timezone", ast.Constant(True))]
        return [ast.Call(ast.Name("DateTime"), [], zone if aware and NAIVE not in names else [])]
    if names & {"str", *TEXTS}:
        length = [options["max_length"]] if "max_length" in options else []
        return [ast.Call(ast.Name("String"), length, [])]
    return []


def _keywords(options: dict[str, ast.expr]) -> list[ast.keyword]:
    found = [ast.keyword(name, options[name]) for name in TOLD if name in options]
    more = options.get("sa_column_kwargs")
    if isinstance(more, ast.Dict):
        for key, value in zip(more.keys, more.values, strict=True):
            if isinstance(key, ast.Constant):
                found.append(ast.keyword(str(key.value), value))
    return found
