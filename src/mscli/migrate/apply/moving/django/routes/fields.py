"""Fields that were cut out of a model, and are still named: by forms, serializers, queries.

Django looks them up when a class is made, so one of them would keep a whole service from starting.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.walk.project.index import expression_name, last_name
from mscli.migrate.words import words

DECLARING = frozenset(
    words(
        "fields exclude list_display list_filter list_editable list_select_related search_fields "
        "ordering ordering_fields filterset_fields readonly_fields read_only_fields extra_kwargs "
        "raw_id_fields autocomplete_fields fieldsets select_related date_hierarchy widgets labels "
        "help_texts field_classes slug_field update_fields source field_name"
    )
)
"""Attributes of forms, serializers, filters and views that name fields, and keywords that do."""
ASKING = frozenset(
    words(
        "values values_list select_related prefetch_related order_by only defer distinct latest "
        "earliest dates datetimes F Prefetch Count Sum Avg Min Max OuterRef"
    )
)
ALL = "__all__"


def naming(piece: Piece, lost: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Why a piece cannot be where fields are cut; `lost` are those by the model's name."""
    every = {field for fields in lost.values() for field in fields}
    parts = [part for statement in piece.body for part in ast.walk(statement)]
    named = {name for part in parts for name in _named(part)}
    for field in sorted(named & every):
        yield f"it names `{field}`, which is cut"
    for part in parts:
        model = _of_all(part) if isinstance(part, ast.ClassDef) else ""
        if fields := lost.get(model):
            yield f"it takes every field of `{model}`, of which `{fields[0]}` is cut"


def _named(part: ast.AST) -> Iterator[str]:
    match part:
        case ast.ClassDef(body=body):
            for name, value in _assigned(body):
                yield from _texts(value) if name in DECLARING else ()
        case ast.Call(args=args) if last_name(part.func) in ASKING or (
            isinstance(part.func, ast.Attribute) and part.func.attr in ASKING
        ):
            for argument in args:
                yield from _texts(argument)
        case ast.keyword(arg=name, value=value) if name in DECLARING:
            yield from _texts(value)


def _texts(node: ast.expr) -> Iterator[str]:
    """The first field of each look-up: `author` of `-author__name` and of `author.name`."""
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value.lstrip("-=^@$").replace(".", "__").partition("__")[0]


def _assigned(body: list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for statement in body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value


def _of_all(node: ast.ClassDef) -> str:
    """The model of which a class takes whatever fields there are."""
    said = dict(_assigned(node.body))
    fields = said.get("fields")
    is_all = isinstance(fields, ast.Constant) and fields.value == ALL
    if "model" not in said or not (is_all or (fields is None and "exclude" in said)):
        return ""
    return expression_name(said["model"]).rpartition(".")[2]
