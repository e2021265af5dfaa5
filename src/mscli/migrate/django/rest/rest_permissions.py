"""REST framework's classes that look up permissions, by the method and the view's model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.django.rows import permissions, rules
from mscli.migrate.django.rows.generic import declared_rows, view_rows
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.flat import texts_within
from mscli.migrate.walk.values.values import Made, Object, Pairs, Rows, Site, Text, Value

if TYPE_CHECKING:
    from mscli.migrate.django.rows.rows import DjangoRows
    from mscli.migrate.walk.statements.frame import Frame

OF_OBJECTS = "DjangoObjectPermissions"
CLASSES = ("DjangoModelPermissions", "DjangoModelPermissionsOrAnonReadOnly", OF_OBJECTS)
USUAL = {"POST": "add", "PUT": "change", "PATCH": "change", "DELETE": "delete"}
"""What they ask for, where a class says nothing else: nothing where it is only read."""
HOOKS = {
    "has_permission": "get_required_permissions",
    "has_object_permission": "get_required_object_permissions",
}


def incoming(method: str) -> Value:
    """A request of this method, which is what they go by."""
    return (Made("django.http.HttpRequest", Site("", 0), (method,)),)


def ask(
    frame: Frame, rows: DjangoRows, cls: ClassSymbol | None, name: str, call: Call
) -> Value | None:
    """`has_permission(request, view)` of such a class, as REST framework writes it."""
    about, methods = rules.NOBODY, _methods(call.arg(0, "request"))
    if name == "has_object_permission":
        if cls is not None and not frame.engine.inherits(cls, OF_OBJECTS):
            return None
        about = call.arg(2, "obj")
        methods = (*methods, "GET")  # who may not is asked whether he may know that it is there
    for view in call.arg(1, "view"):
        names = _required(frame, rows, cls, name, methods, view)
        if names is not None:
            permissions.ask(frame, rows.reader.user, call.site, names, about)
    return ()


def _methods(request: Value) -> tuple[str, ...]:
    told = tuple(atom.label[0] for atom in request if isinstance(atom, Made) and atom.label)
    return told or tuple(USUAL)


def _required(
    frame: Frame,
    rows: DjangoRows,
    cls: ClassSymbol | None,
    name: str,
    methods: tuple[str, ...],
    view: object,
) -> Value | None:
    """The names that are asked for, none of a model that is not known; None where none is asked."""
    models = _models(frame, rows, view) if isinstance(view, Object) else []
    found: dict[str, None] = {}
    asks = False
    for method in methods:
        if cls is not None and frame.engine.method(cls, HOOKS[name]) is not None:
            hook = frame.attribute((Object(cls),), HOOKS[name], frame.site(cls.node))
            told = frame.apply(hook, Call(((Text(method),), ()), (), frame.site(cls.node)))
            found.update(dict.fromkeys(texts_within(told)))
            asks = True
            continue
        for code in _codes(frame.engine, cls, method):
            found.update(dict.fromkeys(_named(code, model) for model in models))
            asks = True
    return tuple(Text(one) for one in found) if asks else None


def _named(code: str, model: Model) -> str:
    return code % {"app_label": rules.label(model), "model_name": model.name.lower()}


def _codes(engine: Engine, cls: ClassSymbol | None, method: str) -> list[str]:
    """By the class's `perms_map`, where it has the method: `%(app_label)s.view_%(model_name)s`."""
    for atom in engine.class_attribute(cls, "perms_map") if cls is not None else ():
        if isinstance(atom, Pairs) and atom.get(method):
            return texts_within(atom.get(method))
    return [f"%(app_label)s.{USUAL[method]}_%(model_name)s"] if method in USUAL else []


def _models(frame: Frame, rows: DjangoRows, view: Object) -> list[Model]:
    found = declared_rows(frame, rows, view)
    found = found or view_rows(frame, rows, view, frame.site(view.cls.node))
    return [atom.model for atom in found if isinstance(atom, Rows)]
