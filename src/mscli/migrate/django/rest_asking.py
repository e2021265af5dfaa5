"""What REST framework asks before a view's own method: who it is, whether he may, which rows."""

from __future__ import annotations

from collections.abc import Iterator

from mscli.migrate.django import permissions
from mscli.migrate.django.requests import REQUEST
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.frame import Frame
from mscli.migrate.walk.merging import bounded, merged
from mscli.migrate.walk.nodes import Call
from mscli.migrate.walk.schema import Model
from mscli.migrate.walk.values import (
    Atom,
    Items,
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
MANY = ("list",)


def ask(frame: Frame, view: Object, verb: str, rows: Value, site: Site, user: Model | None) -> None:
    """Everybody whom a view, or else the settings, name."""
    for declared, methods in ASKED.items():
        for asked in _named(frame.engine, view, declared):
            for name in methods.split():
                if frame.engine.method(asked.cls, name) is not None:
                    _call(frame, asked, name, view, verb, rows, site)
    if verb not in permissions.READING and _asks_for_permissions(frame.engine, view):
        permissions.ask(frame, user, site)


def _call(
    frame: Frame, asked: Object, name: str, view: Object, verb: str, rows: Value, site: Site
) -> None:
    given: dict[str, tuple[Value, ...]] = {
        "authenticate": (REQUEST,),
        "authenticate_credentials": ((),),
        "filter_queryset": (REQUEST, rows, (view,)),
        "has_object_permission": (REQUEST, (view,), ()),
    }
    if name in ("filter_queryset", "has_object_permission") and (name[0] == "f") != (verb in MANY):
        return
    value = frame.attribute((asked,), name, site)
    found = frame.apply(value, Call(given.get(name, (REQUEST, (view,))), (), site))
    if name.startswith("authenticate"):
        _authenticated(frame.engine, found)


def _authenticated(engine: Engine, found: Value) -> None:
    """A pair: who asks (`request.user`), and by what (`request.auth`)."""
    for atom in found:
        if isinstance(atom, Items) and len(atom.items) > 1:
            known = engine.on_requests.get("auth", ())
            engine.on_requests["auth"] = bounded(merged(known, atom.items[1]))


def _asks_for_permissions(engine: Engine, view: Object) -> bool:
    """Whether one of the classes that are asked is REST framework's own that looks them up."""
    for atom in _declared(engine, view, "permission_classes"):
        if last(dotted(atom)) in permissions.REST:
            return True
        if isinstance(atom, Type) and engine.inherits(atom.cls, *permissions.REST):
            return True
    return False


def _named(engine: Engine, view: Object, declared: str) -> Iterator[Object]:
    for atom in _declared(engine, view, declared):
        if isinstance(atom, Type):
            yield Object(atom.cls)


def _declared(engine: Engine, view: Object, declared: str) -> Iterator[Atom]:
    """What a view, or else the settings, name; what is not the project's own by its name."""
    own = engine.declared(view, declared)
    kind = "classes" if declared.endswith("classes") else "backends"
    wanted = f"DEFAULT_{declared.removesuffix(f'_{kind}').upper()}_{kind.upper()}"
    value = own or _settings(engine).get(wanted, ())
    for atom in _flat(value):
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


def _flat(value: Value) -> Iterator[Atom]:
    for atom in value:
        if isinstance(atom, Items):
            for item in atom.items:
                yield from _flat(item)
        else:
            yield atom
