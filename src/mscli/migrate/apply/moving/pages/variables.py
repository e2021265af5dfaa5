"""Templates that a page shows by a variable, as code gives it: `{"layout": "base.html"}`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache

from mscli.migrate.apply.moving.pages.names import attributes
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.walk.project.index import last_name

GIVING = frozenset(["dict", "get_context_data", "update"])
"""Calls whose keywords are variables of a page."""
Given = tuple[tuple[str, ast.expr], ...]


def named_by(variable: str, pieces: Iterable[Piece]) -> set[str] | None:
    """The templates that a variable may name; None, where that is not known."""
    kept = list(pieces)
    values = [value for piece in kept for name, value in _given(piece) if name == variable]
    found: set[str] = set()
    for value in values:
        texts = list(_texts(value, kept))
        if None in texts:
            return None
        found |= {text for text in texts if text}
    return found if values else None


def _texts(value: ast.expr, pieces: list[Piece]) -> Iterator[str | None]:
    match value:
        case ast.Constant(value=str(text)):
            yield text
        case ast.Constant(value=None):
            yield ""
        case ast.IfExp(body=one, orelse=other):
            yield from (*_texts(one, pieces), *_texts(other, pieces))
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            said = [v for piece in pieces for own, v in _of_classes(piece) if own == name]
            known = [getattr(each, "value", ...) for each in said]
            yield from (each if isinstance(each, str) else None for each in known or [None])
        case _:
            yield None


@lru_cache(maxsize=1 << 14)
def _of_classes(piece: Piece) -> Given:
    """What the classes of a piece set."""
    classes = (node for node in piece.body if isinstance(node, ast.ClassDef))
    said = (attributes(node).items() for node in classes)
    return tuple((name, value) for each in said for name, values in each for value in values)


@lru_cache(maxsize=1 << 14)
def _given(piece: Piece) -> Given:
    """What a piece may give to pages, by name."""
    return tuple(each for node in piece.body for part in ast.walk(node) for each in _pairs(part))


def _pairs(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant):
                    yield str(key.value), value
        case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=name))], value=value):
            yield str(name), value
        case ast.Call(keywords=keywords) if _last(node) in GIVING:
            yield from ((k.arg, k.value) for k in keywords if k.arg)


def _last(call: ast.Call) -> str:
    name = last_name(call.func)
    return name or getattr(call.func, "attr", "")
