"""Methods of a class-based view that Django's own methods call, where the project writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.django.requests import REQUEST
from mscli.migrate.django.views import view_forms
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.values.values import Object
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

HOOKS = words(
    "setup dispatch initial check_permissions test_func has_permission get_queryset "
    "get_object get_context_data get_form_class get_form get_form_kwargs get_initial "
    "get_template_names get_success_url get_redirect_url render_to_response "
    "get_serializer_class get_serializer_context filter_queryset get_extra_context "
    "get_serializer get_paginate_by get_permissions get_login_url handle_no_permission "
    "get_formset_kwargs get_ordering"
)
WRITE_HOOKS = words(
    "form_valid form_invalid perform_create perform_update perform_destroy forms_valid "
    "forms_invalid formset_valid process_all_forms done get_success_message"
)
PERFORMING = {
    "perform_create": ("post", "create"),
    "perform_update": ("put", "patch", "update", "partial_update"),
    "perform_destroy": ("delete", "destroy"),
}
SHOWING = frozenset(words("get_serializer get_serializer_class get_serializer_context"))
READS = ("get", "list", "retrieve")


def run(frame: Frame, view: Object, verb: str) -> None:
    """Everything that a request with this verb (or a viewset's action) asks the view."""
    for name in (*HOOKS, *(WRITE_HOOKS if verb not in READS else ())):
        shows = verb != "destroy" or name not in SHOWING
        if shows and verb in PERFORMING.get(name, (verb,)):
            ask(frame, view, name)


def ask(frame: Frame, view: Object, name: str) -> None:
    """Call one of them, if the view has it."""
    if frame.engine.method(view.cls, name) is not None:
        where = frame.site(view.cls.node)
        first = (
            REQUEST
            if name in ("setup", "dispatch", "initial")
            else view_forms.hook_form(frame, view, name)
        )
        value = frame.attribute((view,), name, where)
        frame.apply(value, Call((first,), (), where))
