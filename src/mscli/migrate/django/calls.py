"""What Django's and REST framework's own functions and classes do to tables."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mscli.migrate.django import functions, hearing
from mscli.migrate.django.forms import made_forms
from mscli.migrate.django.forms.choices import cleaned, construct
from mscli.migrate.django.forms.form_methods import form_method
from mscli.migrate.django.forms.forms import made, row_of
from mscli.migrate.django.names import LOADERS, load, models_of
from mscli.migrate.django.requests import REQUEST
from mscli.migrate.django.rest import rest_permissions
from mscli.migrate.django.rest.rest_permissions import HOOKS
from mscli.migrate.django.rest.serializers import serialized, serializer
from mscli.migrate.django.rows.generic import view_rows
from mscli.migrate.django.views import guards, unnamed
from mscli.migrate.walk.calls.calling import constructed
from mscli.migrate.walk.calls.flags import said
from mscli.migrate.walk.graph.nodes import Call, Confidence, Edge, Emitted
from mscli.migrate.walk.objects import kept
from mscli.migrate.walk.semantics import Semantics
from mscli.migrate.walk.statements import binding
from mscli.migrate.walk.values.newness import put_away
from mscli.migrate.walk.values.values import (
    Atom,
    Function,
    Items,
    Made,
    Member,
    Object,
    Outside,
    Row,
    Rows,
    Site,
    Type,
    Value,
    dotted,
    last,
    texts,
)

if TYPE_CHECKING:
    from mscli.migrate.django.rows.rows import DjangoRows
    from mscli.migrate.templates.rendering import Rendering
    from mscli.migrate.walk.expressions.evaluate import Evaluation
    from mscli.migrate.walk.statements.frame import Frame

APPLICATIONS, INSTALLED, SETTINGS = "APPS", "INSTALLED_APPS", "django.conf.settings"
VIEWS = ("View", "Mixin", "ViewSet", "APIView", "Wizard")


class DjangoCalls(Semantics):
    """Short cuts, forms, serializers, class-based views, look-ups by name."""

    def __init__(self, rows: DjangoRows) -> None:
        self.rows = rows
        self.reader = rows.reader
        self.schema = rows.schema
        self.mounted: set[str] = set()
        self.rendering: Rendering | None = None

    @property
    def users(self) -> str:
        """The table of who logs in."""
        return self.reader.user.table if self.reader.user is not None else "auth_user"

    def attribute(self, frame: Frame, atom: Atom, name: str, site: Site) -> Value | None:
        """`request.user`, `self.object` of a view, `form.instance`, `serializer.data`."""
        if name == "user" and self._is_request(atom):
            return self._user(frame, site)
        if name in frame.engine.on_requests and self._is_request(atom):
            return frame.engine.on_requests[name]
        if isinstance(atom, Made) and (inside := self._lazy(frame, atom, name, site)) is not None:
            return frame.attribute(inside, name, site)
        if isinstance(atom, Made) and (held := made_forms.held(self.rows, atom, name)):
            return held
        if name == "_meta" or not isinstance(atom, Object):
            return None
        engine = frame.engine
        if name == "request" and engine.inherits(atom.cls, *VIEWS):
            return REQUEST
        if name in ("object", "object_list", "queryset", "model"):
            return self._of_view(frame, atom, name, site)
        if name == "instance":
            row = row_of(engine, atom)
            return put_away((row,)) if row is not None else None
        if name == "cleaned_data" and engine.inherits(atom.cls, "Form"):
            return cleaned(engine, atom.cls)
        if name == "data" and engine.inherits(atom.cls, "Serializer"):
            serialized(frame, atom, site)
            return ()
        return None

    @staticmethod
    def _lazy(frame: Frame, atom: Made, name: str, site: Site) -> Value | None:
        """What is behind a lazy object, unless that itself is asked."""
        inside = () if name.startswith("_") else kept.behind(frame, (atom,), site)
        return None if inside in ((), (atom,)) else inside

    @staticmethod
    def _is_request(atom: Atom) -> bool:
        if isinstance(atom, Made):
            return atom.name.endswith(binding.REQUEST)
        return isinstance(atom, Member) and atom.name in ("request", "_request")

    def _user(self, frame: Frame, site: Site) -> Value:
        user = self.reader.user
        if user is None:
            return ()
        frame.read(user.table, "request.user", site, Confidence.LIKELY)
        return (Row(user, kept=True),)

    def _of_view(self, frame: Frame, view: Object, name: str, site: Site) -> Value | None:
        engine = frame.engine
        if name == "model" or not engine.inherits(view.cls, *VIEWS):
            return None
        if name == "queryset" and engine.declared(view, "queryset"):
            return None
        own = engine.attributes.get((view.cls, name), ())
        if any(isinstance(atom, Row) for atom in own):
            return own
        found = view_rows(frame, self.rows, view, site)
        if found and name == "object":
            kept = None if engine.inherits(view.cls, "CreateView") else True
            return tuple(Row(atom.model, kept=kept) for atom in found if isinstance(atom, Rows))
        return found or None

    def contains(self, frame: Evaluation, one: ast.expr, other: ast.expr) -> bool | None:
        """`"shop.books" in settings.INSTALLED_APPS`, or in a list of applications for it."""
        if not isinstance(one, ast.Constant) or not isinstance(other, ast.Attribute):
            return None
        if not other.attr.endswith(APPLICATIONS) or not isinstance(one.value, str):
            return None
        of = frame.evaluate(other.value)
        is_settings = any(isinstance(a, Outside) and a.name.endswith(SETTINGS) for a in of)
        known = self.reader.installed.knows(one.value) if is_settings else None
        listed = texts(frame.engine.setting(other.attr)) if other.attr != INSTALLED else ()
        return None if known and listed and one.value not in listed else known

    # -- calls -------------------------------------------------------------------------------

    def call(self, frame: Frame, atom: Atom, call: Call) -> Value | None:
        """A function or method of Django, by name."""
        if isinstance(atom, Member) and isinstance(atom.of, Object):
            return self._method(frame, atom.of, atom.name, call)
        if isinstance(atom, Member) and isinstance(atom.of, Type) and atom.name == "mro":
            return self._mro(frame, atom.of)
        if isinstance(atom, Made) and atom.name == "as_view":
            return self._called(frame, atom, call)
        if isinstance(atom, Member) and isinstance(atom.of, Type) and atom.name == "as_view":
            return (self._as_view(frame, atom.of, call),)
        if isinstance(atom, Function) and atom.fn.name in LOADERS and texts(call.arg(0)):
            return load(frame, atom.fn.name, call) or None
        if isinstance(atom, Type):
            construct(frame, self.rows, atom.cls, call)
            form = made(frame, atom.cls, call)
            return constructed(frame, form, call) if form is not None else None
        if not isinstance(atom, Outside | Made | Member):
            return None
        name = dotted(atom)
        tail = last(name)
        guards.note(name, call)
        if (kind := unnamed.view(frame, name, call)) is not None:
            return (self._as_view(frame, kind, call),)
        if isinstance(atom, Made) and tail in made_forms.MAKING:
            return (made_forms.made(frame, self.rows, atom, call),)
        if tail in LOADERS:
            return load(frame, tail, call)
        if tail in functions.FUNCTIONS:
            return functions.FUNCTIONS[tail](functions.Called(self, frame, name, call))
        if tail in hearing.SENDS and hearing.is_signal(name):
            return self._send(frame, atom, call)
        if tail == "save" and "form" in name and isinstance(atom, Member):
            return made_forms.saved(frame, self.rows, atom.of, call)
        return None

    def _mro(self, frame: Frame, atom: Type) -> Value | None:
        """A model is a model in the end, whatever package its base comes from."""
        if self.rows.model_of(atom) is None:
            return None
        order = frame.engine.order(atom.cls)
        entries: list[Value] = [(Outside(c) if isinstance(c, str) else Type(c),) for c in order]
        return (Items((*entries, (Outside(functions.MODEL),))),)

    def _called(self, frame: Frame, atom: Made, call: Call) -> Value:
        """A view that another one calls: what each of its methods does."""
        from mscli.migrate.django.views.views import entered, verbs

        for view in atom.args[0]:
            if isinstance(view, Object):
                for verb in verbs(frame.engine, view.cls):
                    node = entered(frame.engine, self, view, verb)
                    frame.node.edges[Edge(node, call.site, frame.regions)] = None
        return ()

    @staticmethod
    def _as_view(frame: Frame, atom: Type, call: Call) -> Made:
        """What it is given is set on each object; after a name (Flask) the constructor gets it."""
        view = Object(atom.cls)
        told = {**dict(call.kwargs), **said(call)}
        given = tuple((name, value) for name, value in told.items() if name and value)
        if given or call.args[1:]:
            made = Call(call.args[1:], given, call.site)
            view = frame.engine.instances.given(atom.cls, made)
            if call.args and (init := frame.engine.method(atom.cls, "__init__")) is not None:
                frame.apply((Function(init, (view,)),), made)
        if view.instance is not None:
            view.instance.attributes = {**dict(given), **view.instance.attributes}
        args: tuple[Value, ...] = ((view,), call.arg(0, "actions"))
        return Made("as_view", call.site, (atom.cls.id,), args, call.kwargs, within=view.instance)

    @staticmethod
    def _send(frame: Frame, atom: Atom, call: Call) -> Value | None:
        if isinstance(atom, Member):
            frame.node.emitted[
                Emitted(hearing.signal_id(atom.of), "", call.site, frame.regions)
            ] = None
        return None

    def _method(self, frame: Frame, atom: Object, name: str, call: Call) -> Value | None:
        """A method that a class of the project inherits from Django or REST framework."""
        engine, cls = frame.engine, atom.cls
        if engine.inherits(cls, "Serializer"):
            return serializer(frame, atom, name, call)
        if engine.inherits(cls, "Form", "FormSet", "FormSetBase"):
            return form_method(frame, atom, name, call)
        if engine.inherits(cls, *VIEWS):
            return self._view(frame, atom, name, call)
        if name in HOOKS and engine.inherits(cls, *rest_permissions.CLASSES):
            return rest_permissions.ask(frame, self.rows, cls, name, call)
        if name == "get_model" and engine.inherits(cls, "TokenAuthentication"):
            return engine.declared(atom, "model")
        if name in ("get_model", "get_models") and engine.inherits(cls, "AppConfig"):
            return models_of(engine, cls, texts(call.arg(0)) if name == "get_model" else None)
        return None

    def _view(self, frame: Frame, view: Object, name: str, call: Call) -> Value | None:
        from mscli.migrate.django.views.views import built_in

        return built_in(frame, self, view, name, call)
