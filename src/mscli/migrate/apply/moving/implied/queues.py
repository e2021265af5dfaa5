"""Work that is put into a queue: by the name of its module, which is another one in a service."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from mscli.migrate.apply.moving.pieces import Piece
from mscli.migrate.walk.index import ModuleSymbol, expression_name

TASKS = frozenset(["shared_task", "task"])
ENQUEUING = frozenset(["enqueue", "enqueue_at", "enqueue_call", "enqueue_in"])
OF_TASKS = frozenset(["celery", "dramatiq", "huey"])


def against_queues(kept: Iterable[tuple[ModuleSymbol, Piece]]) -> Iterator[str]:
    """What of moved code puts work into a queue whose workers run the monolith's code."""
    for module, piece in kept:
        for said in _queued(module, piece):
            yield f"{said} ({module.file}:{piece.first})"


def _queued(module: ModuleSymbol, piece: Piece) -> Iterator[str]:
    """Tasks without a name of their own (Celery), and functions that are put in (RQ)."""
    for each in piece.decorators:
        function = each.func if isinstance(each, ast.Call) else each
        named = isinstance(each, ast.Call) and any(k.arg == "name" for k in each.keywords)
        name = expression_name(function)
        if name.rpartition(".")[2] in TASKS and not named and _is_of_tasks(module, name):
            yield f"a worker of the monolith knows `{name}` by another name"
    if any(chain.rpartition(".")[2] in ENQUEUING for chain in piece.attributes):
        known = _by_text(piece)
        for node in (part for statement in piece.body for part in ast.walk(statement)):
            if isinstance(node, ast.Attribute) and node.attr in ENQUEUING and node not in known:
                chain = expression_name(node)
                yield f"`{chain}` names a function as no worker of the monolith knows it"


def _by_text(piece: Piece) -> set[ast.expr]:
    """What puts a function in by a text, which no move changes: `enqueue("shop.tasks.mail")`."""
    calls = (part for statement in piece.body for part in ast.walk(statement))
    return {
        call.func
        for call in calls
        if isinstance(call, ast.Call) and call.args and _is_text(call.args[0])
    }


def _is_text(node: ast.expr) -> bool:
    """Whether it begins with a text."""
    match node:
        case ast.JoinedStr(values=[first, *_]) | ast.BinOp(left=first):
            return _is_text(first)
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_of_tasks(module: ModuleSymbol, name: str) -> bool:
    first = name.partition(".")[0]
    target = ".".join(module.imports.get(first, (first,)))
    return "celery" in target.lower() or target.partition(".")[0] in OF_TASKS
