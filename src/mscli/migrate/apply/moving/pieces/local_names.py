"""Names in functions and comprehensions that mean what is bound there, and nothing of a module."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def local_names(node: ast.AST) -> set[int]:
    """The ids of the nodes of local names in a statement.

    What a function imports counts as none: it leads to another module, as any import does.
    """
    found: set[int] = set()
    rest: list[tuple[ast.AST, frozenset[str]]] = [(node, frozenset())]
    while rest:
        part, own = rest.pop()
        if isinstance(part, ast.Name):
            if part.id in own:
                found.add(id(part))
        elif isinstance(part, Function):
            inside = (own | _parameters(part.args) | frozenset(_bound(part))) - _foreign(part)
            body = part.body if isinstance(part.body, list) else [part.body]
            rest += [(each, inside) for each in body]
            rest += [(each, own) for each in ast.iter_child_nodes(part) if each not in body]
        elif isinstance(part, Comprehension):
            inside = own | frozenset(_stored(part.generators))
            first = part.generators[0].iter  # asked before there is anything of its own
            rest += [(each, inside) for each in _within(part) if each is not first]
            rest.append((first, own))
        else:
            if isinstance(part, ast.ClassDef):  # what it binds is its own; what it reads may not be
                found |= {id(each) for each in _parts(part.body) if _is_stored(each)}
            rest += [(each, own) for each in ast.iter_child_nodes(part)]
    return found


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _within(node: Comprehension) -> Iterator[ast.AST]:
    """What is below a comprehension, its generators taken apart."""
    for each in ast.iter_child_nodes(node):
        if isinstance(each, ast.comprehension):
            yield from ast.iter_child_nodes(each)
        else:
            yield each


def _parameters(arguments: ast.arguments) -> frozenset[str]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    every += filter(None, [arguments.vararg, arguments.kwarg])
    return frozenset(each.arg for each in every)


def _bound(function: Function) -> Iterator[str]:
    """What the statements of a function bind, those of functions in it aside."""
    if isinstance(function, ast.Lambda):
        return
    for part in _parts(function.body):
        match part:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.ClassDef(name=name) | ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.ExceptHandler(name=str(name)) | ast.MatchMapping(rest=str(name)):
                yield name
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield name


def _foreign(function: Function) -> frozenset[str]:
    """What a function says to be the module's, or imports."""
    if isinstance(function, ast.Lambda):
        return frozenset()
    found: set[str] = set()
    for part in _parts(function.body):
        if isinstance(part, ast.Global):
            found.update(part.names)
        elif isinstance(part, ast.Import | ast.ImportFrom):
            found.update(alias.asname or alias.name.partition(".")[0] for alias in part.names)
    return frozenset(found)


def _parts(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Every node of a scope, and the first one of each scope in it."""
    rest = list(body)
    while rest:
        part = rest.pop()
        yield part
        if isinstance(part, Comprehension):  # a walrus in it binds outside of it
            rest += (each for each in ast.walk(part) if isinstance(each, ast.NamedExpr))
        elif not isinstance(part, _SCOPES):
            rest += ast.iter_child_nodes(part)


def _stored(parts: Iterable[ast.AST]) -> Iterator[str]:
    for part in parts:
        for each in ast.walk(part):
            if isinstance(each, ast.Name) and _is_stored(each):
                yield each.id
