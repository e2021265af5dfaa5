"""Class-based views: which methods a request runs, and what the inherited ones do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.django.requests import REQUEST
from mscli.migrate.django.rest import actions, rest_asking
from mscli.migrate.django.rest.filters import filtered
from mscli.migrate.django.rest.serializers import serialized, shown
from mscli.migrate.django.rows.generic import (
    declared_rows,
    is_rest,
    own_action,
    used_rows,
    view_rows,
)
from mscli.migrate.django.views import known_views, permitted, view_forms, view_hooks
from mscli.migrate.django.views.pages import page, standard
from mscli.migrate.django.views.view_forms import WITH_FORMS, declared_form, form_of, offer
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Call, Confidence, Node
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import Items, Object, Row, Rows, Value, join, last, text
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.django.calls import DjangoCalls
    from mscli.migrate.walk.statements.frame import Frame

VERBS = ("get", "post", "put", "patch", "delete")
GENERIC = {
    "ListView": "get",
    "BaseListView": "get",
    "BaseDetailView": "get",
    "BaseCreateView": "get post",
    "BaseUpdateView": "get post",
    "BaseDeleteView": "get post delete",
    "BaseFormView": "get post",
    "DetailView": "get",
    "TemplateView": "get",
    "RedirectView": "get post put patch delete",
    "FormView": "get post",
    "CreateView": "get post",
    "UpdateView": "get post",
    "DeleteView": "get post delete",
    "ArchiveView": "get",
    "ArchiveIndexView": "get",
    "YearArchiveView": "get",
    "MonthArchiveView": "get",
    "WeekArchiveView": "get",
    "DayArchiveView": "get",
    "TodayArchiveView": "get",
    "DateDetailView": "get",
    "LoginView": "get post",
    "LogoutView": "get post",
    "PasswordResetView": "get post",
    "PasswordChangeView": "get post",
    "PasswordResetConfirmView": "get post",
    "SessionWizardView": "get post",
    "FormSetView": "get post",
    "SearchView": "get",
    "ProcessFormView": "get post",
    "CreateAPIView": "post",
    "ListAPIView": "get",
    "RetrieveAPIView": "get",
    "DestroyAPIView": "delete",
    "UpdateAPIView": "put patch",
    "ListCreateAPIView": "get post",
    "RetrieveUpdateAPIView": "get put patch",
    "RetrieveDestroyAPIView": "get delete",
    "RetrieveUpdateDestroyAPIView": "get put patch delete",
    "SingleTableView": "get",
    "ObtainAuthToken": "post",
}
LISTING = ("list", "get")
PLAIN = (".TemplateView", ".RedirectView", ".FormView", ".View")
OVER = ("DetailView", "ListView", "CreateView", "UpdateView", "DeleteView", "ObjectMixin")
"""Views without rows, and those with; a mix-in of one's own may be a plain view, too."""
SAVING = frozenset(
    words("form_valid perform_create perform_update create update partial_update post put patch")
)
READING = frozenset(
    ["list", "retrieve", "get", "get_object", "get_queryset", "get_context_data", "options"]
)


def verbs(engine: Engine, cls: ClassSymbol) -> tuple[str, ...]:
    """The HTTP methods that a class-based view answers, in lower case."""
    found = [verb for verb in VERBS if engine.method(cls, verb) is not None]
    for name, given in GENERIC.items():
        if engine.inherits(cls, f".{name}"):
            found.extend(given.split())
    wanted = list(dict.fromkeys(found))
    return tuple(verb for verb in VERBS if verb in wanted)


def answers(engine: Engine, view: Object, verb: str) -> bool:
    """Whether a view answers a method; one that says which (`http_method_names`) no other."""
    said = engine.declared(view, "http_method_names")
    lists = [atom for atom in said if isinstance(atom, Items)]
    told = [text(item) for item in lists[0].items] if lists and len(said) == 1 else []
    return verb not in VERBS or not told or None in told or verb in told


def entered(engine: Engine, calls: DjangoCalls, view: Object, name: str) -> Node:
    """The node of one method of a view (or action of a viewset); what it does is walked once."""
    key = ("entry", view, name)
    node = engine.nodes.get(key)
    if node is None:
        node = engine.nodes[key] = Node(view.cls.module, key)
        acting = actions.acting(engine, view, name)
        walk(engine.frame(view.cls.module, node, {}), calls, acting, name)
    return node


def walk(frame: Frame, calls: DjangoCalls, view: Object, verb: str) -> None:
    """Run what a request with this verb (or a viewset's action) runs."""
    engine, site = frame.engine, frame.site(view.cls.node)
    for name in ("setup", "dispatch", "initial", "test_func", "has_permission"):
        view_hooks.ask(frame, view, name)
    if engine.method(view.cls, permitted.ASKING) is None:
        permitted.ask(frame, calls, view, site)
    own = known_views.known(engine.outsiders(view.cls))
    if own is not None:
        known_views.run(frame, own, calls.reader.user, site, writes=verb == "post")
    if is_rest(engine, view):
        asked = declared_rows(frame, calls.rows, view)
        rest_asking.ask(frame, calls.rows, view, verb, asked, site)
    elif verb in ("get", "post", "put") and engine.inherits(view.cls, *WITH_FORMS):
        offer(frame, calls.rows, view, site)
    if engine.method(view.cls, verb) is not None:
        frame.apply(frame.attribute((view,), verb, site), Call((REQUEST,), (), site))
    else:
        built_in(frame, calls, view, verb, Call((), (), site))
        view_hooks.run(frame, view, verb)


def built_in(frame: Frame, calls: DjangoCalls, view: Object, name: str, call: Call) -> Value | None:
    """What Django's own method of that name does for this view: `super().post(...)` asks hooks."""
    found = _done(frame, calls, view, name, call)
    if name in VERBS and frame.fn is not None and last(frame.fn.name) == name:
        view_hooks.run(frame, view, name)
    return found


def _done(frame: Frame, calls: DjangoCalls, view: Object, name: str, call: Call) -> Value | None:
    """Without what it asks the view."""
    engine, site = frame.engine, call.site
    if action := own_action(engine, view, name):
        return frame.apply(frame.attribute((view,), action, site), Call((REQUEST,), (), site))
    if name in ("post", "put", "form_invalid") and engine.inherits(view.cls, *WITH_FORMS):
        page(frame, calls, view, (), site)  # a form with faults is shown again
    if name == "get_queryset":
        return used_rows(frame, calls.rows, view)
    if name == "filter_queryset":
        return call.arg(0)
    if name == "dispatch":
        return _dispatched(frame, view, call)
    if name == "render_done" and engine.inherits(view.cls, "WizardView"):
        view_hooks.ask(frame, view, "done")
    if name == permitted.ASKING:
        permitted.ask(frame, calls, view, site)
    if name in ("get_form_class", "get_serializer_class"):
        return declared_form(frame, view, name.removeprefix("get_"))
    if name in ("get_form", "get_serializer"):
        return view_forms.given_form(frame, view, name, call)
    if name in SAVING:
        return _saved(frame, calls, view, name, call)
    if name in ("perform_destroy", "destroy", "delete"):
        return _deleted(frame, calls, view, call)
    if name == "render_to_response" or name in READING:
        if name in ("get", "render_to_response", "get_context_data") and not is_rest(engine, view):
            frame.node.renders[("", site)] = None
        if name in ("get", "render_to_response"):
            page(frame, calls, view, call.arg(0) if name == "render_to_response" else (), site)
        if name == "render_to_response":
            return None
        told = tuple(a for a in call.arg(0, "queryset") if isinstance(a, Rows))
        rows = (name == "get_object" and told) or view_rows(frame, calls.rows, view, site)
        given = _read(frame, calls, view, name, rows, call)
        if name == "get_context_data":
            return standard(frame, calls, view, call.kwargs, site)
        return given
    return None


def _dispatched(frame: Frame, view: Object, call: Call) -> Value:
    """What an `as_view` of one's own has set for the methods; those of its class are routes."""
    attributes = view.instance.attributes if view.instance is not None else {}
    set_for = (attributes[verb] for verb in VERBS if verb in attributes)
    return join(*(frame.apply(value, call) for value in set_for))


def _read(
    frame: Frame, calls: DjangoCalls, view: Object, name: str, rows: Value, call: Call
) -> Value | None:
    is_plain = frame.engine.inherits(view.cls, *PLAIN)
    is_over = frame.engine.inherits(view.cls, *OVER) or frame.engine.declared(view, "model")
    if is_plain and not is_over:
        return None
    found: list[Value] = []
    for atom in rows:
        if isinstance(atom, Rows):
            if not frame.engine.inherits(view.cls, "CreateView", "CreateAPIView"):
                calls.rows.query(frame, atom, "get", Call((), (), call.site))
            found.append((Row(atom.model, kept=True),))
    if name in LISTING:
        filtered(frame, view, rows, call.site)
    if name in ("list", "retrieve", "get"):
        for part in form_of(frame, view, "serializer_class"):
            if isinstance(part, Object):
                serialized(frame, part, call.site)
    return join(*found) or None


def _saved(frame: Frame, calls: DjangoCalls, view: Object, name: str, call: Call) -> Value | None:
    engine = frame.engine
    if name in ("post", "form_valid") and engine.inherits(view.cls, "DeleteView"):
        decides = name == "post" and engine.method(view.cls, "form_valid") is not None
        return None if decides else _deleted(frame, calls, view, call)
    given = tuple(
        a
        for a in call.arg(0)
        if isinstance(a, Object) and name in ("form_valid", "perform_create", "perform_update")
    )
    wanted = "serializer_class" if is_rest(engine, view) else "form_class"
    kept = view_forms.changes(engine, view, name)
    forms = given or form_of(frame, view, wanted, kept)
    if name in ("post", "put") and wanted == "form_class":
        view_forms.check_each(frame, forms, call)
    saves = engine.inherits(
        view.cls, "CreateView", "UpdateView", "ModelFormMixin", "APIView", "ViewSet", "ModelMixin"
    )
    if name == "form_valid" or saves:
        hook = {"create": "perform_create", "post": "perform_create"}.get(name, "perform_update")
        if not name.startswith("perform_") and engine.method(view.cls, hook):
            view_forms.check_each(frame, forms, call)
            view_hooks.ask(frame, view, hook)
        elif name in ("post", "put") and engine.method(view.cls, "form_valid"):
            pass  # it decides itself whether to save
        elif saves:
            _save_each(frame, calls, view, forms, call, kept)
    if name in ("put", "patch", "update", "partial_update") or engine.inherits(
        view.cls, "UpdateView"
    ):
        _read(frame, calls, view, "get_object", view_rows(frame, calls.rows, view, call.site), call)
    if wanted == "serializer_class" and not name.startswith("perform_"):
        for form in forms:
            if isinstance(form, Object):  # what was saved is the answer
                shown(frame, form.cls, call.site, {form.cls})
    return None


def _save_each(
    frame: Frame,
    calls: DjangoCalls,
    view: Object,
    forms: Value,
    call: Call,
    kept: bool | None,
) -> None:
    view_forms.check_each(frame, forms, call)
    for form in forms:
        frame.apply(frame.attribute((form,), "save", call.site), Call((), (), call.site))
    if not forms:
        for atom in declared_rows(frame, calls.rows, view):
            if isinstance(atom, Rows):
                calls.rows.row(frame, Row(atom.model, kept=kept), "save", call)


def _deleted(frame: Frame, calls: DjangoCalls, view: Object, call: Call) -> Value | None:
    for atom in view_rows(frame, calls.rows, view, call.site):
        if isinstance(atom, Rows):
            frame.read(atom.model.table, "get_object", call.site, Confidence.LIKELY)
            value = frame.attribute((Row(atom.model, kept=True),), "delete", call.site)
            frame.apply(value, Call((), (), call.site))
    return ()
