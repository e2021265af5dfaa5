"""Tasks of Celery that do not say which application they are of: the process has one.

One is made at the top of a module, or by a function that sets the web application up.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from mscli.migrate.apply.moving.needs.closed import Closure
from mscli.migrate.apply.moving.needs.closure import Closing
from mscli.migrate.apply.moving.pieces.pieces import Piece
from mscli.migrate.walk.project.index import ModuleSymbol, Project, expression_name, last_name

SHARED_TASK, APPLICATION = "celery.shared_task", "Celery"
DEFAULT = "set_default"
"""What makes an application that of every thread."""


def applications_for(closing: Closing, closure: Closure) -> list[str]:
    """The applications of Celery that tasks of moved code are of without saying so."""
    is_asked = next(_tasks(closing, closure), None) is not None
    return list(applications_of(closing.project)) if is_asked else []


def against_tasks(closing: Closing, closure: Closure) -> Iterator[str]:
    """Tasks that no application is known for."""
    tasks = list(_tasks(closing, closure))
    if tasks and not applications_of(closing.project) and not _is_made(closing, closure):
        for module in dict.fromkeys(tasks):
            yield f"it is not known which application of Celery its tasks are of ({module.file})"


def against_threads(closing: Closing, closure: Closure) -> Iterator[str]:
    """Tasks that only the thread that made their application finds it for: here are many."""
    if default_for(closing, closure) is None and not _says_default(closing, closure):
        for module in dict.fromkeys(_tasks(closing, closure)):
            text = "its tasks are of an application of Celery that is not said to be the default"
            yield f"{text}, as `set_default()` does ({module.file})"


def default_for(closing: Closing, closure: Closure) -> str | None:
    """The application that is the default without saying so, for there is no other.

    Django says it.
    """
    only = applications_of(closing.project)
    if len(only) != 1 or _is_django(closing.project) or _says_default(closing, closure):
        return None
    return only[0] if next(_tasks(closing, closure), None) else None


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


def decorators(module: ModuleSymbol, piece: Piece) -> set[str]:
    """What a piece is decorated with, as dotted names."""
    called = (d.func if isinstance(d, ast.Call) else d for d in piece.decorators)
    names = (expression_name(each).partition(".") for each in called)
    return {
        ".".join(filter(None, (*module.imports.get(first, (first,)), rest)))
        for first, _, rest in names
    }


@lru_cache(maxsize=4)
def _is_django(project: Project) -> bool:
    targets = (target for module in project.modules for target, _ in module.imports.values())
    return any(target.partition(".")[0] == "django" for target in targets)


def _says_default(closing: Closing, closure: Closure) -> bool:
    return any(DEFAULT in _called(piece) for _, piece in closing.kept(closure))


def _tasks(closing: Closing, closure: Closure) -> Iterator[ModuleSymbol]:
    """The modules of such tasks."""
    for module, piece in closing.kept(closure):
        if SHARED_TASK in decorators(module, piece):
            yield module


def _is_made(closing: Closing, closure: Closure) -> bool:
    """Whether a function that goes along, and is used there, makes an application."""
    kept = list(closing.kept(closure))
    makers = [piece for _, piece in kept if APPLICATION in _called(piece)]
    return any(
        not maker.binds.isdisjoint((use.name, use.attribute))
        for maker in makers
        for _, piece in kept
        if piece is not maker
        for use in piece.uses
    )


def _called(piece: Piece) -> set[str]:
    """The last names of what a piece calls."""
    calls = (n for statement in piece.body for n in ast.walk(statement) if isinstance(n, ast.Call))
    return {last_name(call.func) for call in calls}
