"""Modules that settings take in by a star under a condition: `if LIVE: from .live import *`."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from mscli.migrate.walk.project.imports import absolute
from mscli.migrate.walk.project.index import ModuleSymbol

Written = Mapping[str, tuple[ModuleSymbol, ast.expr]]


def conditional_stars(module: ModuleSymbol) -> Iterator[tuple[int, list[list[str]]]]:
    """The line of each such condition, and the modules that each way through it takes in."""
    for node in module.tree.body:
        if isinstance(node, ast.If):
            ways = [list(_stars(body, module)) for body in _ways(node)]
            if any(ways):
                yield node.lineno, ways


def differing(ways: Sequence[Written]) -> set[str]:
    """The names that not every way assigns, or not the same."""
    first, *others = ways
    names = {name for way in ways for name in way}
    return {n for n in names if any(not _is_same(first.get(n), way.get(n)) for way in others)}


def _ways(node: ast.If) -> Iterator[list[ast.stmt]]:
    """The bodies of a condition; that of no `else` is empty."""
    yield node.body
    match node.orelse:
        case [ast.If() as other]:
            yield from _ways(other)
        case other:
            yield other


def _stars(body: list[ast.stmt], module: ModuleSymbol) -> Iterator[str]:
    for node in (part for statement in body for part in ast.walk(statement)):
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            yield absolute(module, node.module or "", node.level)


def _is_same(
    one: tuple[ModuleSymbol, ast.expr] | None, other: tuple[ModuleSymbol, ast.expr] | None
) -> bool:
    if one is None or other is None:
        return one is other
    return one[1] is other[1] or ast.dump(one[1]) == ast.dump(other[1])
