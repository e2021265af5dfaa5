"""What a form does by methods that it inherits: it checks what it was given, and saves a row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mscli.migrate.django.forms import validating
from mscli.migrate.django.forms.choices import LINKING, linked
from mscli.migrate.django.forms.forms import row_of, save, saved_row, waits
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.project.index import ClassSymbol
from mscli.migrate.walk.values.values import Object, Value
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

SAVING = frozenset(words("save save_new save_existing"))
CHECKING = frozenset(words("is_valid full_clean"))


def form_method(frame: Frame, form: Object, name: str, call: Call) -> Value | None:
    """One method of a form or of a set of forms; nothing where it is another."""
    if name in CHECKING:
        validating.check(frame, form, call.site)
        for hook in _hooks(frame.engine, form.cls):
            value = frame.attribute((form,), hook, call.site)
            frame.apply(value, Call((), (), call.site))
        return ()
    row = row_of(frame.engine, form) if name in SAVING or name.endswith("save_m2m") else None
    if row is None:
        return None
    if name in SAVING:
        save(frame, row, call)
        if not waits(call):
            linked(frame, form, call)
        return (saved_row(row, call),)
    if name in ("save_m2m", LINKING):
        linked(frame, form, call)
    return ()


def _hooks(engine: Engine, cls: ClassSymbol) -> Iterator[str]:
    """`clean`, and `clean_name` for each field: those that the project has written."""
    for entry in engine.lineage(cls):
        for name, method in entry.methods.items():
            args = method.node.args
            if (name == "clean" or name.startswith("clean_")) and len(args.args) == 1:
                yield name
