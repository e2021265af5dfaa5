"""What a function is given: its receiver, its parameters, what FastAPI fills in."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.walk.expressions.annotations import is_dependency
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.project.index import CLASS_METHODS, ClassSymbol, FunctionSymbol
from mscli.migrate.walk.statements import endings
from mscli.migrate.walk.values.merging import elements
from mscli.migrate.walk.values.values import Items, Object, Row, Type, Value, join, vague

INJECTED: Value = ()
"""What the caller of a function gave for a parameter, where that was FastAPI."""

if TYPE_CHECKING:
    from mscli.migrate.walk.expressions.evaluate import Evaluation


def bind(frame: Evaluation, fn: FunctionSymbol) -> None:
    """Give the parameters what the caller gave, or else what their defaults and annotations say."""
    frame.given = dict(frame.env)
    _bind_receiver(frame, fn)
    _bind_parameters(frame, fn)


def _bind_receiver(frame: Evaluation, fn: FunctionSymbol) -> None:
    receiver = frame.env.pop("", ())
    names = [arg.arg for arg in (*fn.node.args.posonlyargs, *fn.node.args.args)]
    is_method = fn.owner is not None and "staticmethod" not in fn.decorators
    if not names or not (is_method or receiver):
        return
    if not receiver and fn.owner is not None:
        receiver = frame.env.get(names[0]) or _generic_receiver(frame, fn.owner, fn)
    frame.env[names[0]] = frame.receiver = receiver
    if fn.owner is None and receiver:
        frame.cls = next((a.cls for a in receiver if isinstance(a, Object)), None)


def _generic_receiver(frame: Evaluation, owner: ClassSymbol, fn: FunctionSymbol) -> Value:
    """What `self` is when nobody said."""
    model = frame.engine.schema.by_class.get(owner)
    if fn.decorators & CLASS_METHODS:
        return (Type(owner),)
    return (Row(model),) if model else (Object(owner),)


def _bind_parameters(frame: Evaluation, fn: FunctionSymbol) -> None:
    arguments = fn.node.args
    places = [*arguments.posonlyargs, *arguments.args]
    defaults: list[ast.expr | None] = [None] * (len(places) - len(arguments.defaults))
    pairs = [
        *zip(places, [*defaults, *arguments.defaults], strict=True),
        *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True),
    ]
    for place, default in pairs:
        if place.arg in frame.env:
            continue
        value = vague(join(_default(frame, default), frame.annotated(place.annotation)))
        if not value and place.annotation is None and place.arg in frame.engine.model_names:
            value, frame.guessed = frame.engine.model_names[place.arg], True
        frame.env[place.arg] = given = injected(frame, value)
        if given is not value:
            frame.given[place.arg] = INJECTED
    for part in (arguments.vararg, arguments.kwarg):
        if part is not None:
            frame.env.setdefault(part.arg, ())


def _default(frame: Evaluation, node: ast.expr | None) -> Value:
    return frame.evaluate(node) if node is not None else ()


def injected(frame: Evaluation, value: Value) -> Value:
    """A parameter that FastAPI fills in: the dependency is called before the handler."""
    for atom in value:
        if is_dependency(atom):
            wanted = atom.arg(0, "dependency")
            rest = tuple(a for a in value if a is not atom)
            if not wanted:
                wanted = tuple(Type(a.cls) for a in rest if isinstance(a, Object))
            given = frame.apply(wanted, Call((), (), atom.site))
            frame.node.injected |= endings.is_given(frame, atom.site)
            is_generator = any(isinstance(a, Items) for a in given)
            return join(elements(given) if is_generator else given, rest)
    return value
