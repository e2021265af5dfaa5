"""Conditions in what makes an application: how they turn out where it serves requests."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from mscli.migrate.apply.moving.pieces.scopes import Scope
from mscli.migrate.walk.project.index import FunctionNode, Project, last_name

NEVER = frozenset(["testing", "TESTING"])
"""What is not so where requests are served, whoever says it."""
Condition = tuple[ast.expr, bool]
"""A test, and how it has to turn out."""
COMPARED: dict[type[ast.cmpop], Callable[[Any, Any], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda left, right: left in right,
    ast.NotIn: lambda left, right: left not in right,
}


class _Unknown(Exception):
    """What an expression is cannot be told."""


def under(
    owner: ast.AST, above: tuple[Condition, ...] = ()
) -> Iterator[tuple[ast.AST, tuple[Condition, ...]]]:
    """What is in a module or function, in its order, and on what conditions.

    What the functions and classes in it have is left out.
    """
    if isinstance(owner, ast.If):
        yield from _below([owner.test], above)
        yield from _below(owner.body, (*above, (owner.test, True)))
        yield from _below(owner.orelse, (*above, (owner.test, False)))
    else:
        yield from _below(ast.iter_child_nodes(owner), above)


def _below(
    nodes: Iterator[ast.AST] | Sequence[ast.AST], conditions: tuple[Condition, ...]
) -> Iterator[tuple[ast.AST, tuple[Condition, ...]]]:
    for node in nodes:
        if not isinstance(node, FunctionNode | ast.ClassDef | ast.Lambda):
            yield node, conditions
            yield from under(node, conditions)


def still_open(
    conditions: Sequence[Condition], scope: Scope, project: Project
) -> list[Condition] | None:
    """The conditions that only the running application decides; None where one fails."""
    given = _given(scope.owner, project) if isinstance(scope.owner, FunctionNode) else {}
    left = []
    for test, turn in conditions:
        try:
            if bool(_value(test, given)) is not turn:
                return None
        except _Unknown:
            left.append((test, turn))
    return left


@lru_cache(maxsize=64)
def _given(owner: FunctionNode, project: Project) -> Mapping[str, object]:
    """What the parameters are, where it is the same in every call outside of tests.

    Without a call, as for a factory that the server is told the name of, it is the default.
    """
    arguments = owner.args
    places = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    defaults: dict[str, ast.expr] = dict(
        zip(reversed(places), reversed(arguments.defaults), strict=False)
    )
    kwonly = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    defaults |= {each.arg: value for each, value in kwonly if value is not None}
    said = [
        defaults
        | dict(zip(places, call.args, strict=False))
        | {k.arg: k.value for k in call.keywords if k.arg}
        for call in _calls(owner.name, project)
    ]
    found: dict[str, object] = {}
    for name in defaults:
        values = {ast.unparse(each[name]) for each in said or [defaults]}
        node = (said or [defaults])[0][name]
        if len(values) == 1 and isinstance(node, ast.Constant):
            found[name] = node.value
    return found


def _calls(name: str, project: Project) -> Iterator[ast.Call]:
    for module in project.modules:
        if any(part.startswith(("test", "conftest")) for part in module.name.split(".")):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and last_name(node.func) == name:
                yield node


def _value(node: ast.expr, given: Mapping[str, object]) -> object:
    """What an expression is; raises where that cannot be told."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
            return [_value(part, given) for part in parts]
        case ast.Name(id=name) if name in given:
            return given[name]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _value(operand, given)
        case ast.BoolOp(op=op, values=values):
            return _either(values, given, ends=isinstance(op, ast.Or))
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in COMPARED:
            try:
                return COMPARED[type(op)](_value(left, given), _value(right, given))
            except TypeError as error:
                raise _Unknown from error
    if _asks_for(node) in NEVER:
        return False
    raise _Unknown


def _either(values: Sequence[ast.expr], given: Mapping[str, object], *, ends: bool) -> object:
    """`and`, `or`: one that ends it is enough, even beside what is not known."""
    known: list[object] = []
    for value in values:
        try:
            known.append(_value(value, given))
        except _Unknown:
            continue
        if bool(known[-1]) is ends:
            return known[-1]
    if len(known) < len(values):
        raise _Unknown
    return known[-1]


def _asks_for(node: ast.expr) -> str:
    """`testing` of `app.testing`, `app.config["TESTING"]`, `app.config.get("TESTING")`."""
    match node:
        case ast.Subscript(slice=ast.Constant(value=str(key))):
            return key
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(key)), *_]):
            return key
    return last_name(node)
