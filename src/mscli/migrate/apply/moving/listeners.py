"""Listeners: functions that run when rows of a moved model change, and so are moved with it."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from mscli.migrate.apply.moving.closure import Closing, Closure
from mscli.migrate.apply.moving.pieces import Piece
from mscli.migrate.apply.moving.placing import registering
from mscli.migrate.walk.index import ModuleSymbol, bind_import, expression_name

Statement = tuple[ModuleSymbol, Piece]
BY_PLACE = frozenset(["listens_for", "listen"])
BY_SENDER = frozenset(["receiver", "connect"])


def listeners_of(closing: Closing, models: Closure) -> list[Statement]:
    """Statements at the top of modules that listen to models; each is moved with its module."""
    return [
        (module, piece)
        for module in registering(closing.project, BY_PLACE | BY_SENDER)
        for piece in closing.sources.of(module).pieces
        if any(_is_moved(target, module, closing, models) for target in _targets(piece))
    ]


def hidden_listeners(closing: Closing, models: Closure) -> Iterator[str]:
    """Those that something connects elsewhere than at the top of a module."""
    for module in closing.project.modules:
        top = {id(node.value) for node in module.tree.body if isinstance(node, ast.Expr)}
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.Call) or id(node) in top or _last(node) != "connect":
                continue
            sender = next((k.value for k in node.keywords if k.arg == "sender"), None)
            if sender is not None and _is_moved(sender, module, closing, models):
                text = f"`{ast.unparse(node)}` connects a listener inside of a function"
                yield f"{text} ({module.file}:{node.lineno})"


def _targets(piece: Piece) -> Iterator[ast.expr]:
    """The models that a piece listens to."""
    for call in (*piece.decorators, *piece.calls):
        if not isinstance(call, ast.Call):
            continue
        if _last(call) in BY_PLACE:
            yield from call.args[:1]
        elif _last(call) in BY_SENDER:
            yield from (k.value for k in call.keywords if k.arg == "sender")


def _is_moved(target: ast.expr, module: ModuleSymbol, closing: Closing, models: Closure) -> bool:
    first, *rest = expression_name(target).split(".")
    parts = _imports(module).get(first, (module.name, first))
    found = closing.find(".".join(filter(None, (*parts, *rest)))) if first else None
    if found is None:
        return False
    home, name = found
    kept = models.pieces.get(home.file, set())
    return any(piece.first in kept for piece in closing.sources.of(home).by_name[name])


def _imports(module: ModuleSymbol) -> dict[str, tuple[str, str]]:
    """What names mean by imports, those inside of functions included."""
    found: dict[str, tuple[str, str]] = {}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.stmt):
            bind_import(module, node, found)
    return found | module.imports


def _last(call: ast.Call) -> str:
    return expression_name(call.func).rpartition(".")[2]
