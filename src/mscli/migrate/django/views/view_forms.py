"""The form of a class-based view, or its serializer: declared, given, or made of the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.django.forms import made_forms
from mscli.migrate.django.forms.choices import offered
from mscli.migrate.django.forms.forms import ROW, about, has_row
from mscli.migrate.django.rows.generic import is_rest
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.values.values import Function, Made, Object, Outside, Row, Site, Type, Value
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.django.rows.rows import DjangoRows
    from mscli.migrate.walk.statements.frame import Frame

FACTORY = "modelform_factory"
MAKING = frozenset(["create", "perform_create"])
CHANGING = frozenset(words("put patch update partial_update perform_update"))
WITH_FORMS = ("FormView", "FormMixin", "CreateView", "UpdateView")
"""Views of Django's that show a form, and show it again if it has faults."""


def declared_form(frame: Frame, view: Object, wanted: str) -> Value:
    """The class that an attribute says, or that Django makes of the view's model."""
    found = frame.engine.declared(view, wanted)
    model = frame.engine.declared(view, "model")
    if found or wanted != "form_class" or not any(isinstance(a, Type | Outside) for a in model):
        return found
    label, fields = (view.cls.id,), (("fields", frame.engine.declared(view, "fields")),)
    site = frame.site(view.cls.node)
    return (Made(f"django.forms.{FACTORY}()", site, label, (model,), fields),)


def form_of(frame: Frame, view: Object, wanted: str, kept: bool | None = None) -> Value:
    """One form of the class that the view says, by a method of its own or by what is declared.

    `kept` says whether it is about a row that is there, or makes one.
    """
    hook = frame.engine.method(view.cls, f"get_{wanted}")
    found: Value = ()
    if hook is not None and frame.fn is not hook:
        site = frame.site(view.cls.node)
        value = frame.attribute((view,), f"get_{wanted}", site)
        found = _of(frame, frame.apply(value, Call((), (), site)), kept)
    return found or _of(frame, declared_form(frame, view, wanted), kept)


def _of(frame: Frame, classes: Value, kept: bool | None) -> Value:
    forms: list[Object | Made] = []
    for atom in classes:
        if isinstance(atom, Type):
            forms.append(about(frame, atom.cls, kept=kept))
        elif isinstance(atom, Made) and FACTORY in atom.name:
            row = () if kept is False else ((ROW, _row(frame, atom, kept)),)
            forms.append(Made(f"{atom.name}()", atom.site, atom.label, atom.args, row, of=atom))
    return tuple(forms)


def _row(frame: Frame, factory: Made, kept: bool | None) -> Value:
    classes = (atom.cls for arg in factory.args for atom in arg if isinstance(atom, Type))
    models = (frame.engine.schema.by_class.get(cls) for cls in classes)
    return tuple(Row(model, kept=kept) for model in models if model is not None)


def offer(frame: Frame, rows: DjangoRows, view: Object, site: Site) -> None:
    """Read what the form of a view offers: it is shown, or checked."""
    for atom in form_of(frame, view, "form_class"):
        if isinstance(atom, Object):
            init = frame.engine.method(atom.cls, "__init__")
            if init is not None:
                frame.apply((Function(init, (atom,)),), Call((), (), site))
            offered(frame, rows, atom.cls, site)
        elif isinstance(atom, Made):
            made_forms.offer(frame, rows, atom, site)


def hook_form(frame: Frame, view: Object, name: str) -> Value:
    """The form or serializer that Django gives to one of a view's own methods."""
    kept = changes(frame.engine, view, name)
    if name in ("form_valid", "form_invalid"):
        return form_of(frame, view, "form_class", kept)
    if name.startswith("perform_"):
        return form_of(frame, view, "serializer_class", kept)
    return ()


def given_form(frame: Frame, view: Object, name: str, call: Call) -> Value:
    """What `get_form` or `get_serializer` gives; a serializer is told which row it is about."""
    if name == "get_form":
        return form_of(frame, view, "form_class", changes(frame.engine, view, name))
    if call.starred or call.node is None:
        return form_of(frame, view, "serializer_class")
    return form_of(frame, view, "serializer_class", has_row(call, is_serializer=True))


def check_each(frame: Frame, forms: Value, call: Call) -> None:
    """Forms are checked before what they hold is saved."""
    for form in forms:
        frame.apply(frame.attribute((form,), "is_valid", call.site), Call((), (), call.site))


def changes(engine: Engine, view: Object, name: str) -> bool | None:
    """Whether what a view saves was there before; None, where it may be either."""
    if name in CHANGING or engine.inherits(view.cls, ".UpdateView", ".BaseUpdateView"):
        return True
    makes = engine.inherits(view.cls, ".CreateView", ".BaseCreateView", ".CreateModelMixin")
    of_rest = is_rest(engine, view)
    if name in MAKING or (name == "post" and of_rest) or (makes and not of_rest):
        return False
    return None
