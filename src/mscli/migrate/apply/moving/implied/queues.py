"""Work that is put into a queue: workers run the monolith's code, and know it by its module.

So a moved module has the name that it has there while it makes such a function, and no longer.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from mscli.migrate.apply.moving.implied.shared_tasks import against_tasks
from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pages.callers import Callers, Given, Place
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.walk.project.imports import meaning
from mscli.migrate.walk.project.index import FunctionNode, ModuleSymbol, expression_name
from mscli.migrate.walk.project.scopes import targets

TASKS = frozenset(
    ["db_periodic_task", "db_task", "job", "on_commit_task", "periodic_task", "shared_task", "task"]
)
ENQUEUING = frozenset(["enqueue", "enqueue_at", "enqueue_call", "enqueue_in"])
PICKLING = frozenset(["async_task"])
"""What puts the function itself in, which is looked for where it says that it is."""
DEEPEST = 4
OF_TASKS = frozenset(["celery", "django_rq", "dramatiq", "huey", "rq"])


def against_queues(closing: Closing, closure: Closure) -> Iterator[str]:
    """What of moved code puts work into a queue that no worker of the monolith would know."""
    for module, piece in closing.kept(closure):
        for said, function in _queued(closing, module, piece):
            if function is None:
                yield f"{said} ({module.file}:{piece.first})"
    yield from against_tasks(closing, closure)


def known_by_name(closing: Closing, closure: Closure) -> set[tuple[str, int]]:
    """The file and line of functions that workers know by the name of their module."""
    return {
        function
        for module, piece in closing.kept(closure)
        for _, function in _queued(closing, module, piece)
        if function is not None
    }


def _queued(
    closing: Closing, module: ModuleSymbol, piece: Piece
) -> Iterator[tuple[str, tuple[str, int] | None]]:
    """What names a function by its module, and where that is; None where it is not known."""
    for each in piece.decorators:
        name = expression_name(each.func if isinstance(each, ast.Call) else each)
        if not _is_named(each) and _makes_tasks(closing, module, name):
            place = (module.file, piece.first) if _is_function(piece) else None
            yield f"a worker of the monolith knows `{name}` by another name", place
    asked = ENQUEUING | PICKLING
    if not any(chain.rpartition(".")[2] in asked for chain in (*piece.attributes, *_names(piece))):
        return
    called = {n.func: n for s in piece.body for n in ast.walk(s) if isinstance(n, ast.Call)}
    for node in (part for statement in piece.body for part in ast.walk(statement)):
        chain = expression_name(node) if isinstance(node, ast.Attribute | ast.Name) else ""
        last = chain.rpartition(".")[2]
        if last not in asked or (isinstance(node, ast.Name) and last in ENQUEUING):
            continue
        first = next(iter(called[node].args), None) if node in called else None
        said = f"`{chain}` names a function as no worker of the monolith knows it"
        meant = _meant(closing, first, Place(module, piece.body)) if first else None
        for value, at in [(first, Place(module, piece.body))] if meant is None else meant:
            if value is None or not _is_text(value):
                place = _place(closing, at.module, value) if value and last in ENQUEUING else None
                yield said, place


def _meant(closing: Closing, node: ast.expr, at: Place, depth: int = DEEPEST) -> list[Given] | None:
    """What may be put in by a name: that of a text, of a variable, of a parameter.

    None where that is not known.
    """
    match node:
        case ast.IfExp(body=one, orelse=other):
            values: list[Given] | None = [(one, at), (other, at)]
        case ast.Name():
            values = _assigned(closing, node, at) or _callers(closing).given(node, at)
        case _:
            return [(node, at)]
    if values is None or not depth:
        return [(node, at)] if _place(closing, at.module, node) else None
    found = [_meant(closing, value, place, depth - 1) for value, place in values]
    return None if None in found else [each for one in found for each in one or ()]


def _assigned(closing: Closing, node: ast.Name, at: Place) -> list[Given] | None:
    """What a function assigns to a name; or what that of a module is, where it is a text."""
    inside = [n for s in at.body if isinstance(s, FunctionNode | ast.ClassDef) for n in ast.walk(s)]
    found: list[Given] = [
        (value, at)
        for part in inside
        if isinstance(part, ast.Assign | ast.AnnAssign) and (value := part.value) is not None
        for target in targets(part)
        if isinstance(target, ast.Name) and target.id == node.id
    ]
    place = closing.find(meaning(at.module, node.id)) if not found else None
    made = closing.sources.of(place[0]).by_name[place[1]] if place else []
    if place and len(made) == 1 and made[0].value is not None and _is_text(made[0].value):
        return [(made[0].value, Place(place[0], made[0].body))]
    return found or None


@lru_cache(maxsize=2)
def _callers(closing: Closing) -> Callers:
    return Callers(closing.project, closing.find)


def _names(piece: Piece) -> Iterator[str]:
    yield from (use.name for use in piece.uses)


def _place(closing: Closing, module: ModuleSymbol, node: ast.expr) -> tuple[str, int] | None:
    """The file and line of a function of the project."""
    name = expression_name(node)
    place = closing.find(meaning(module, name)) if name else None
    made = closing.sources.of(place[0]).by_name.get(place[1], []) if place else []
    return (place[0].file, made[0].first) if place and all(map(_is_function, made)) else None


def _is_function(piece: Piece) -> bool:
    return isinstance(piece.body[0], FunctionNode)


def _is_named(decorator: ast.expr) -> bool:
    """Whether it gives its task a name as text: `@task(name="orders.close")`."""
    given = decorator.keywords if isinstance(decorator, ast.Call) else []
    return any(each.arg == "name" and isinstance(each.value, ast.Constant) for each in given)


def _makes_tasks(closing: Closing, module: ModuleSymbol, name: str) -> bool:
    """Whether a decorator makes tasks: one of a package's, or one of the project's that uses it."""
    place = closing.find(meaning(module, name)) if name else None
    function = place[0].functions.get(place[1]) if place else None
    if place is None or function is None:
        return name.rpartition(".")[2] in TASKS and _is_of_tasks(module, name)
    chains = (n for n in ast.walk(function.node) if isinstance(n, ast.Attribute | ast.Name))
    return any(
        each.rpartition(".")[2] in TASKS and _is_of_tasks(place[0], each)
        for each in map(expression_name, chains)
    )


def _is_text(node: ast.expr) -> bool:
    """Whether it begins with a text: `enqueue("shop.tasks.mail")`, which no move changes."""
    match node:
        case ast.JoinedStr(values=[first, *_]) | ast.BinOp(left=first):
            return _is_text(first)
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_of_tasks(module: ModuleSymbol, name: str) -> bool:
    first = name.partition(".")[0]
    target = ".".join(module.imports.get(first, (first,)))
    return "celery" in target.lower() or target.partition(".")[0] in OF_TASKS
