"""What a statement binds and uses: names, imports, chains of attributes, keywords, texts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from mscli.migrate.apply.moving.pieces.local_names import local_names
from mscli.migrate.walk.project.imports import absolute
from mscli.migrate.walk.project.index import ModuleSymbol, expression_name, last_name

SELECTS = "select_related"
CHANGING = frozenset(
    ["append", "clear", "discard", "extend", "insert", "pop", "remove", "setdefault", "update"]
)
"""Methods that change a list, a set or a mapping."""
NOT_CHANGED = frozenset(["urlpatterns"])
"""Lists that are put together anew."""
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True, slots=True)
class Use:
    """A name that a piece uses; `attribute` is what is taken from it, `rest` what of that and on.

    With `soft` it may be missing: `getattr(name, "attribute", None)`.
    """

    name: str
    attribute: str = ""
    rest: str = ""
    soft: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """An import that is not at the top of a module, and the name that it binds."""

    module: str
    name: str
    bound: str = ""


def attributes(parts: list[ast.AST]) -> frozenset[str]:
    """Chains of names such as `self.request.user`."""
    return frozenset(expression_name(part) for part in parts if isinstance(part, ast.Attribute))


def keywords(parts: list[ast.AST]) -> frozenset[str]:
    """The names of arguments that are given by name."""
    return frozenset(part.arg for part in parts if isinstance(part, ast.keyword) and part.arg)


def texts(parts: list[ast.AST]) -> frozenset[str]:
    """Texts that may be dotted names, or look-ups such as `-user__name`."""
    return frozenset(
        str(part.value)
        for part in parts
        if isinstance(part, ast.Constant) and _is_dotted(part.value)
    )


def _is_dotted(value: object) -> bool:
    if not isinstance(value, str):
        return False
    return all(part.isidentifier() for part in value.lstrip("-").split("."))


def selected(parts: list[ast.AST]) -> Iterator[str | None]:
    """What queries select with a row; None for what only a run can say."""
    for part in parts:
        if isinstance(part, ast.Call) and last_name(part.func) == SELECTS:
            yield from map(_text, part.args or [part.func])


def _text(node: ast.expr) -> str | None:
    """A literal's text, empty for a literal that is none; None for what only a run can say."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    return None


def calls(node: ast.stmt | None) -> tuple[ast.Call, ...]:
    """The call that a statement is, if it is nothing but one."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return (node.value,)
    return ()


def bound(node: ast.stmt) -> Iterator[str]:
    """Names that a statement binds, imports aside."""
    if isinstance(node, Definition):
        yield node.name
    elif (changed := _changed(node)) and changed not in NOT_CHANGED:
        yield changed
    elif not isinstance(node, ast.Import | ast.ImportFrom):
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                yield part.id
            elif isinstance(part, Definition):
                yield part.name


def _changed(node: ast.stmt) -> str:
    """The name of what a statement changes: `PAGES["size"] = 3`, `PAGES.update(size=3)`."""
    match node:
        case (
            ast.Assign(targets=[ast.Subscript(value=target)])
            | ast.AugAssign(target=ast.Subscript(value=target))
            | ast.Delete(targets=[ast.Subscript(value=target)])
        ):
            while isinstance(target, ast.Subscript):
                target = target.value
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=target, attr=method))):
            if method not in CHANGING:
                return ""
        case _:
            return ""
    return target.id if isinstance(target, ast.Name) else ""


def used(node: ast.stmt) -> Iterator[Use]:
    """Names that a statement uses, each with what is taken from it; a scope in it has its own."""
    own = local_names(node) | set(_turns(node))
    for part in ast.walk(node):
        match part:
            case ast.Attribute():
                name, chain = _chain(part)
                if name is not None and id(name) not in own:
                    own.add(id(name))
                    yield Use(name.id, chain[0], ".".join(chain[1:]))
            case ast.Call(
                func=ast.Name(id="getattr" | "hasattr"),
                args=[ast.Name() as name, ast.Constant(value=str(attr)), *_],
            ):
                if id(name) not in own:
                    own.add(id(name))
                    yield Use(name.id, attr, soft=True)
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and id(part) not in own:
            yield Use(part.id)


def _chain(node: ast.expr) -> tuple[ast.Name | None, list[str]]:
    """The name that a chain begins with, and what is taken of it, one of the other."""
    taken: list[str] = []
    while isinstance(node, ast.Attribute):
        taken.insert(0, node.attr)
        node = node.value
    return (node if isinstance(node, ast.Name) else None), taken


def _turns(node: ast.stmt) -> Iterator[int]:
    """The names that a loop goes by, wherever they are in it."""
    turns = ast.walk(node.target) if isinstance(node, ast.For) else ()
    names = {part.id for part in turns if isinstance(part, ast.Name)}
    parts = ast.walk(node) if names else ()
    return (id(part) for part in parts if isinstance(part, ast.Name) and part.id in names)


def imported(node: ast.stmt, module: ModuleSymbol) -> Iterator[Imported]:
    """Imports inside of a statement."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return
    for part in ast.walk(node):
        if isinstance(part, ast.ImportFrom):
            target = absolute(module, part.module or "", part.level)
            for alias in part.names:
                yield Imported(target, alias.name, alias.asname or alias.name)
        elif isinstance(part, ast.Import):
            for alias in part.names:
                yield Imported(alias.name, "", alias.asname or "")
