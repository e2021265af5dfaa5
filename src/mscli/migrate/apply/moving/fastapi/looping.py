"""FastAPI: what loops include, where the list or mapping that they go through is written down."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pieces.scopes import Scope, scopes
from mscli.migrate.walk.project.scopes import statements

Row = tuple[ast.expr, Scope]
"""An element, and what the names in it mean."""
Path = tuple[int, ...]
"""Where a name is in what a loop binds: `(1, 0)` for `router` in `tag, (router, prefix)`."""
OF_MAPPING = {"items": None, "keys": 0, "values": 1}
"""What of its pairs a mapping goes through."""


def rounds(node: ast.expr, scope: Scope, closing: Closing) -> list[Row] | None:
    """What a name is in each round of a loop; None where no loop binds it to what is written."""
    if not isinstance(node, ast.Name):
        return None
    for loop in statements(scope.owner.body):
        path = _path(loop.target, node.id) if isinstance(loop, ast.For) else None
        if isinstance(loop, ast.For) and path is not None:
            rows = _rows(loop.iter, scope, closing)
            found = [part for row, home in rows or () for part in _at(row, path, home)]
            return found if rows is not None and len(found) == len(rows) else None
    return None


def _path(target: ast.expr, name: str) -> Path | None:
    if isinstance(target, ast.Name):
        return () if target.id == name else None
    for place, part in enumerate(getattr(target, "elts", ())):
        if (below := _path(part, name)) is not None:
            return (place, *below)
    return None


def _at(row: ast.expr, path: Path, home: Scope) -> Iterator[Row]:
    for place in path:
        parts = getattr(row, "elts", ())
        if place >= len(parts):
            return
        row = parts[place]
    yield row, home


def _rows(node: ast.expr, scope: Scope, closing: Closing) -> list[Row] | None:
    """The elements of what a loop goes through."""
    match node:
        case ast.List(elts=rows) | ast.Tuple(elts=rows):
            return [(row, scope) for row in rows]
        case ast.Dict(keys=keys):
            return [(key, scope) for key in keys if key is not None]
        case ast.Call(func=ast.Attribute(value=of, attr=called), args=[]) if called in OF_MAPPING:
            place = OF_MAPPING[called]
            pairs = _pairs(of, scope, closing)
            if pairs is None or place is None:
                return pairs
            return [part for pair, home in pairs for part in _at(pair, (place,), home)]
        case ast.Name() | ast.Attribute():
            found = _named(node, scope, closing)
            return _rows(*found, closing) if found else None
    return None


def _pairs(of: ast.expr, scope: Scope, closing: Closing) -> list[Row] | None:
    """The keys and values of a mapping."""
    found = (of, scope) if isinstance(of, ast.Dict) else _named(of, scope, closing)
    if found is None or not isinstance(found[0], ast.Dict) or None in found[0].keys:
        return None
    both = zip(found[0].keys, found[0].values, strict=True)
    return [(ast.Tuple([key, value]), found[1]) for key, value in both]  # type: ignore[list-item]


def _named(node: ast.expr, scope: Scope, closing: Closing) -> Row | None:
    """What a name is bound to, in a function or at the top of a module."""
    own = scope.own.get(node.id) if isinstance(node, ast.Name) else None
    if own is not None:
        return own, scope
    dotted = scope.meaning(node)
    place = closing.find(dotted) if dotted and ":" not in dotted else None
    value = closing.sources.of(place[0]).by_name[place[1]][0].value if place else None
    return (value, next(scopes(place[0]))) if place and value is not None else None
