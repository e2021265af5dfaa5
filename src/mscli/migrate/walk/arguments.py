"""The arguments of a call by the names of the parameters."""

from __future__ import annotations

import ast

from mscli.migrate.walk.nodes import Call
from mscli.migrate.walk.values import Function, Items, Known, Pairs, Value


def bound(atom: Function, call: Call) -> dict[str, Value]:
    """The arguments by the names of the parameters."""
    fn = atom.fn
    arguments = fn.node.args
    names = [arg.arg for arg in (*arguments.posonlyargs, *arguments.args)]
    is_method = fn.owner is not None and "staticmethod" not in fn.decorators
    if names and (is_method or atom.receiver):
        if is_method and not atom.receiver:
            pass  # called through the class: the first argument is the receiver
        else:
            names = names[1:]
    env = dict(zip(names, call.args, strict=False))
    if arguments.vararg:
        is_first = bool(atom.receiver) and not (arguments.posonlyargs or arguments.args)
        rest = (*([atom.receiver] if is_first else ()), *call.args[len(names) :])
        env[arguments.vararg.arg] = (Items(tuple(rest)),)
    known = {*names, *(arg.arg for arg in arguments.kwonlyargs)}
    extra = tuple((name, value) for name, value in call.kwargs if name not in known)
    env.update({name: value for name, value in call.kwargs if name in known})
    if arguments.kwarg:
        env[arguments.kwarg.arg] = (Pairs(extra),)
    flags: dict[str, Value] = {}
    if call.node is not None and not call.starred:
        flags = fn.flags = fn.flags if fn.flags is not None else _flags(arguments)
    return {name: value for name, value in {**flags, **env}.items() if value}


def _flags(arguments: ast.arguments) -> dict[str, Value]:
    """The parameters that are True, False or None where a caller does not give them."""
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
