"""The arguments of a call by the names of the parameters."""

from __future__ import annotations

import ast

from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.values.frozen import frozen
from mscli.migrate.walk.values.values import Function, Items, Known, Pairs, Value


@frozen
class Parameters:
    """The parameters of a function by name, as calls need them: put together once a function."""

    places: tuple[str, ...]
    keywords: frozenset[str]
    vararg: str
    kwarg: str
    flags: dict[str, Value]
    """Those that are True, False or None where a caller does not give them."""


def bound(atom: Function, call: Call) -> dict[str, Value]:
    """The arguments by the names of the parameters."""
    fn = atom.fn
    parameters = fn.parameters = fn.parameters or _parameters(fn.node.args)
    places = parameters.places[1:] if atom.receiver else parameters.places
    env = dict(zip(places, call.args, strict=False))
    if parameters.vararg:
        is_first = bool(atom.receiver) and not parameters.places
        rest = (*([atom.receiver] if is_first else ()), *call.args[len(places) :])
        env[parameters.vararg] = (Items(rest),)
    extra: list[tuple[str, Value]] = []
    for name, value in call.kwargs:
        if name in parameters.keywords or name in places:
            env[name] = value
        else:
            extra.append((name, value))
    if parameters.kwarg:
        env[parameters.kwarg] = (Pairs(tuple(extra)),)
    if call.node is not None and not call.starred:
        env = {**parameters.flags, **env}
    return {name: value for name, value in env.items() if value}


def _parameters(arguments: ast.arguments) -> Parameters:
    return Parameters(
        tuple(arg.arg for arg in (*arguments.posonlyargs, *arguments.args)),
        frozenset(arg.arg for arg in arguments.kwonlyargs),
        arguments.vararg.arg if arguments.vararg else "",
        arguments.kwarg.arg if arguments.kwarg else "",
        _flags(arguments),
    )


def _flags(arguments: ast.arguments) -> dict[str, Value]:
    places = [*arguments.posonlyargs, *arguments.args]
    defaults = [
        *zip(places[len(places) - len(arguments.defaults) :], arguments.defaults, strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    return {
        place.arg: (Known(default.value),)
        for place, default in defaults
        if isinstance(default, ast.Constant)
        and (default.value is None or isinstance(default.value, bool))
    }
