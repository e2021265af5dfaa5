"""What REST framework asks before a view's own method: who it is, whether he may, which rows."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from mscli.migrate.django import permissions
from mscli.migrate.django.requests import REQUEST
from mscli.migrate.walk import kept
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.flat import flat
from mscli.migrate.walk.frame import Frame
from mscli.migrate.walk.index import FunctionSymbol
from mscli.migrate.walk.nodes import Call
from mscli.migrate.walk.schema import Model
from mscli.migrate.walk.values import (
    Atom,
    Items,
    Made,
    Object,
    Outside,
    Pairs,
    Site,
    Text,
    Type,
    Value,
    dotted,
    last,
)

ASKED = {
    "authentication_classes": "authenticate authenticate_credentials",
    "permission_classes": "has_permission has_object_permission",
    "throttle_classes": "allow_request",
    "filter_backends": "filter_queryset",
}
"""What a view declares, and what of its classes is called, where the project wrote it."""
BY_DECORATORS = ("authentication_classes", "permission_classes", "throttle_classes")
"""What a function's decorators declare; nobody asks its rows or objects by itself."""
MANY = ("list",)


def ask(frame: Frame, view: Object, verb: str, rows: Value, site: Site, user: Model | None) -> None:
    """Everybody whom a view, or else the settings, name."""
    own = {declared: frame.engine.declared(view, declared) for declared in ASKED}
    _ask(frame, own, (view,), verb, rows, site)
    if verb not in permissions.READING and _asks_for_permissions(frame.engine, own):
        permissions.ask(frame, user, site)


def ask_function(frame: Frame, fn: FunctionSymbol, site: Site) -> bool:
    """The same for a function below `@api_view`, whose decorators name whom to ask."""
    if isinstance(fn.node, ast.Lambda) or "api_view" not in fn.decorators:
        return False
    inside = Frame(frame.engine, fn.module, frame.node, {})
    made = [a for d in fn.node.decorator_list for a in inside.evaluate(d) if isinstance(a, Made)]
    own: dict[str, Value] = dict.fromkeys(BY_DECORATORS, ())
    own |= {last(atom.name): atom.arg(0) for atom in made if last(atom.name) in own}
    _ask(frame, own, (), MANY[0], (), site)
    return True


def _ask(
    frame: Frame, own: Mapping[str, Value], view: Value, verb: str, rows: Value, site: Site
) -> None:
    for declared, value in own.items():
        for atom in _declared(frame.engine, value, declared):
            if not isinstance(atom, Type):
                continue
            for name in ASKED[declared].split():
                if frame.engine.method(atom.cls, name) is not None:
                    _call(frame, Object(atom.cls), name, view, verb, rows, site)


def _call(
    frame: Frame, asked: Object, name: str, view: Value, verb: str, rows: Value, site: Site
) -> None:
    given: dict[str, tuple[Value, ...]] = {
        "authenticate": (REQUEST,),
        "authenticate_credentials": ((),),
        "filter_queryset": (REQUEST, rows, view),
        "has_object_permission": (REQUEST, view, ()),
    }
    if name in ("filter_queryset", "has_object_permission") and (name[0] == "f") != (verb in MANY):
        return
    value = frame.attribute((asked,), name, site)
    found = frame.apply(value, Call(given.get(name, (REQUEST, view)), (), site))
    if name.startswith("authenticate"):
        _authenticated(frame.engine, found)


def _authenticated(engine: Engine, found: Value) -> None:
    """A pair: who asks (`request.user`), and by what (`request.auth`)."""
    for atom in found:
        if isinstance(atom, Items) and len(atom.items) > 1:
            kept.put(engine, "auth", atom.items[1])


def _asks_for_permissions(engine: Engine, own: Mapping[str, Value]) -> bool:
    """Whether one of the classes that are asked is REST framework's own that looks them up."""
    for atom in _declared(engine, own["permission_classes"], "permission_classes"):
        if last(dotted(atom)) in permissions.REST:
            return True
        if isinstance(atom, Type) and engine.inherits(atom.cls, *permissions.REST):
            return True
    return False


def _declared(engine: Engine, own: Value, declared: str) -> Iterator[Atom]:
    """What a view, or else the settings, name; what is not the project's own by its name."""
    kind = "classes" if declared.endswith("classes") else "backends"
    wanted = f"DEFAULT_{declared.removesuffix(f'_{kind}').upper()}_{kind.upper()}"
    value = own or _settings(engine).get(wanted, ())
    for atom in flat(value):
        if isinstance(atom, Text):
            yield from engine.dotted_name(atom.text) or (Outside(atom.text),)
        else:
            yield atom


def _settings(engine: Engine) -> dict[str, Value]:
    return {
        name: value
        for atom in engine.setting("REST_FRAMEWORK")
        if isinstance(atom, Pairs)
        for name, value in atom.pairs
    }
