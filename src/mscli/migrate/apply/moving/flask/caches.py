"""Flask-Caching: what a service keeps, and code that stays takes out, would be stale there."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.walk.project.index import expression_name, last_name

PACKAGE = "flask_caching"
KEEPING = frozenset(["cached", "memoize"])
TAKING = frozenset(["clear", "delete", "delete_many", "delete_memoized", "delete_memoized_verhash"])


def against_caches(closure: Closure, closing: Closing) -> Iterator[str]:
    """Functions whose answers are kept, if anything in the project takes such out again."""
    keeping = [
        (expression_name(each), f"{module.file}:{piece.first}")
        for module, piece in closing.kept(closure)
        for each in piece.decorators
        if last_name(each) in KEEPING
    ]
    taking = next(_taking(closing), "") if keeping else ""
    for name, where in keeping if taking else ():
        text = f"`{name}` keeps answers by the name of a module, and code takes them out"
        yield f"{text} ({taking}; {where})"


def _taking(closing: Closing) -> Iterator[str]:
    for module in closing.project.modules:
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            first, _, last = expression_name(node.func).rpartition(".")
            place = closing.named(module, first) if last in TAKING and first else None
            if place is not None and _is_cache(closing, place):
                yield f"{module.file}:{node.lineno}"


def _is_cache(closing: Closing, place: tuple[str, int]) -> bool:
    for module in closing.project.modules:
        if module.file == place[0]:
            made = [p.makes for p in closing.sources.of(module).pieces if p.first == place[1]]
            imported = {to.partition(".")[0] for to, _ in module.imports.values()}
            return made == ["Cache"] and PACKAGE in imported
    return False
