"""Work that is put into a queue: workers run the monolith's code, and know it by its module.

So a moved module makes its functions under the name that it has there, if nothing else in it would
be misled by that.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from mscli.migrate.apply.moving.closed import Closure
from mscli.migrate.apply.moving.closure import Closing
from mscli.migrate.apply.moving.pieces import Piece
from mscli.migrate.walk.imports import meaning
from mscli.migrate.walk.index import ModuleSymbol, Project, expression_name, last_name

TASKS = frozenset(
    ["db_periodic_task", "db_task", "job", "on_commit_task", "periodic_task", "shared_task", "task"]
)
ENQUEUING = frozenset(["enqueue", "enqueue_at", "enqueue_call", "enqueue_in"])
PICKLING = frozenset(["async_task"])
"""What puts the function itself in, which is looked for where it says that it is."""
OF_TASKS = frozenset(["celery", "django_rq", "dramatiq", "huey", "rq"])
SHARED_TASK, APPLICATION = "celery.shared_task", "Celery"
LOGGERS = frozenset(["getLogger", "get_logger", "get_task_logger"])
ENDINGS = ("Error", "Exception", "Task")
"""Classes of which no row is, and nothing that is put into a queue."""


def against_queues(closing: Closing, closure: Closure) -> Iterator[str]:
    """What of moved code puts work into a queue that no worker of the monolith would know."""
    for module, piece in closing.kept(closure):
        for said, home in _queued(closing, module, piece):
            if home is None or not _may_keep_its_name(home):
                yield f"{said} ({module.file}:{piece.first})"
        if SHARED_TASK in _decorators(module, piece) and not applications_of(closing.project):
            yield f"it is not known which application of Celery its tasks are of ({module.file})"


def known_by_name(closing: Closing, closure: Closure) -> set[str]:
    """The files of modules whose functions workers know by their old name."""
    return {
        home.file
        for module, piece in closing.kept(closure)
        for _, home in _queued(closing, module, piece)
        if home is not None
    }


def applications_for(closing: Closing, closure: Closure) -> list[str]:
    """The applications of Celery that tasks of moved code are of without saying so."""
    asks = any(SHARED_TASK in _decorators(m, p) for m, p in closing.kept(closure))
    return list(applications_of(closing.project)) if asks else []


@lru_cache(maxsize=4)
def applications_of(project: Project) -> tuple[str, ...]:
    """Every application of Celery at the top of a module."""
    return tuple(
        f"{module.name}.{target.id}"
        for module in project.modules
        if ("celery", APPLICATION) in module.imports.values() or "celery" in module.imports
        for node in module.tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if last_name(node.value.func) == APPLICATION
        for target in node.targets
        if isinstance(target, ast.Name)
    )


def _queued(
    closing: Closing, module: ModuleSymbol, piece: Piece
) -> Iterator[tuple[str, ModuleSymbol | None]]:
    """What names a function by its module, and the module; None where that is not known."""
    for each in piece.decorators:
        name = expression_name(each.func if isinstance(each, ast.Call) else each)
        named = isinstance(each, ast.Call) and any(k.arg == "name" for k in each.keywords)
        if not named and _makes_tasks(closing, module, name):
            yield f"a worker of the monolith knows `{name}` by another name", module
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
        if first is None or not _is_text(first):
            home = _home(closing, module, first) if first and last in ENQUEUING else None
            yield f"`{chain}` names a function as no worker of the monolith knows it", home


def _names(piece: Piece) -> Iterator[str]:
    yield from (use.name for use in piece.uses)


def _home(closing: Closing, module: ModuleSymbol, node: ast.expr) -> ModuleSymbol | None:
    """The module of a function of the project."""
    name = expression_name(node)
    place = closing.find(meaning(module, name)) if name else None
    return place[0] if place and place[1] in place[0].functions else None


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


def _decorators(module: ModuleSymbol, piece: Piece) -> set[str]:
    called = (d.func if isinstance(d, ast.Call) else d for d in piece.decorators)
    names = (expression_name(each).partition(".") for each in called)
    return {
        ".".join(filter(None, (*module.imports.get(first, (first,)), rest)))
        for first, _, rest in names
    }


@lru_cache(maxsize=1 << 10)
def _may_keep_its_name(module: ModuleSymbol) -> bool:
    """Whether nothing in a module is found by its name: no class of rows, no `__name__`."""
    asked = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ClassDef):
            if not any(last_name(base).endswith(ENDINGS) for base in node.bases):
                return False
        elif isinstance(node, ast.Call) and last_name(node.func) in LOGGERS:
            asked += node.args
    names = [n for n in ast.walk(module.tree) if isinstance(n, ast.Name) and n.id == "__name__"]
    return all(any(name is each for each in asked) for name in names)


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
