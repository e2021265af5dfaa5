"""What REST framework asks before a view's own method: who it is, whether he may, which rows."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mscli.migrate.django.requests import REQUEST
from mscli.migrate.django.rest import rest_permissions
from mscli.migrate.django.rest.actions import is_of_one, method_of
from mscli.migrate.django.rest.rest_permissions import HOOKS, incoming
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.objects import kept
from mscli.migrate.walk.project.index import FunctionSymbol
from mscli.migrate.walk.statements.frame import Frame
from mscli.migrate.walk.values.flat import flat
from mscli.migrate.walk.values.values import (
    Atom,
    Items,
    Made,
    Object,
    Outside,
    Pairs,
    Row,
    Rows,
    Site,
    Text,
    Type,
    Value,
    dotted,
    last,
)

if TYPE_CHECKING:
    from mscli.migrate.django.rows.rows import DjangoRows

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


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked about: a view, what it is to do, by which method, and over which rows."""

    rows: DjangoRows
    view: Value
    verb: str
    method: str
    over: Value
    is_of_one: bool = False

    @property
    def leaves_out(self) -> tuple[str, ...]:
        """What is not asked: filters for one row, whether he may where there is none yet."""
        one = () if self.is_of_one else ("has_object_permission",)
        return one if self.verb in MANY else (*one, "filter_queryset")

    def given(self, name: str) -> tuple[Value, ...]:
        """What is given to a method of those who are asked."""
        if name == "authenticate_credentials":
            return ((),)
        if name == "filter_queryset":
            return (REQUEST, self.over, self.view)
        request = incoming(self.method) if name in HOOKS else REQUEST
        row = tuple(Row(a.model, kept=True) for a in self.over if isinstance(a, Rows))
        return (
            (request, self.view, row) if name == "has_object_permission" else (request, self.view)
        )


def ask(frame: Frame, rows: DjangoRows, view: Object, verb: str, over: Value, site: Site) -> None:
    """Everybody whom a view, or else the settings, name."""
    own = {declared: frame.engine.declared(view, declared) for declared in ASKED}
    method = method_of(frame.engine, view, verb)
    of_one = is_of_one(frame.engine, view, verb)
    _ask(frame, own, Asking(rows, (view,), verb, method, over, of_one), site)


def ask_function(frame: Frame, rows: DjangoRows, fn: FunctionSymbol, site: Site) -> bool:
    """The same for a function below `@api_view`, whose decorators name whom to ask."""
    if isinstance(fn.node, ast.Lambda) or "api_view" not in fn.decorators:
        return False
    inside = Frame(frame.engine, fn.module, frame.node, {})
    made = [a for d in fn.node.decorator_list for a in inside.evaluate(d) if isinstance(a, Made)]
    own: dict[str, Value] = dict.fromkeys(BY_DECORATORS, ())
    own |= {last(atom.name): atom.arg(0) for atom in made if last(atom.name) in own}
    _ask(frame, own, Asking(rows, (), MANY[0], "", ()), site)
    return True


def _ask(frame: Frame, own: Mapping[str, Value], asking: Asking, site: Site) -> None:
    for declared, value in own.items():
        for atom in _declared(frame.engine, value, declared):
            cls = atom.cls if isinstance(atom, Type) else None
            for name in ASKED[declared].split():
                if name in asking.leaves_out:
                    continue
                if cls is not None and frame.engine.method(cls, name) is not None:
                    _call(frame, Object(cls), name, asking, site)
                elif name in HOOKS and _looks_up(frame.engine, atom):
                    call = Call(asking.given(name), (), site)
                    rest_permissions.ask(frame, asking.rows, cls, name, call)


def _call(frame: Frame, asked: Object, name: str, asking: Asking, site: Site) -> None:
    value = frame.attribute((asked,), name, site)
    found = frame.apply(value, Call(asking.given(name), (), site))
    if name.startswith("authenticate"):
        _authenticated(frame.engine, found)


def _looks_up(engine: Engine, atom: Atom) -> bool:
    """Whether it is one of REST framework's own that looks permissions up."""
    if isinstance(atom, Type):
        return engine.inherits(atom.cls, *rest_permissions.CLASSES)
    return last(dotted(atom)) in rest_permissions.CLASSES


def _authenticated(engine: Engine, found: Value) -> None:
    """A pair: who asks (`request.user`), and by what (`request.auth`)."""
    for atom in found:
        if isinstance(atom, Items) and len(atom.items) > 1:
            kept.put(engine, "auth", atom.items[1])


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
