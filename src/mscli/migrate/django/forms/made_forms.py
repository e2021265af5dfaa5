"""Forms, and sets of them, that Django makes of a model at run time: `modelform_factory(Order)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.django.forms.choices import read_choice, wanted
from mscli.migrate.django.forms.forms import ROW, save, saved_row, waits
from mscli.migrate.walk.graph.nodes import Call, Confidence
from mscli.migrate.walk.graph.schema import Model, Relation
from mscli.migrate.walk.values.values import Atom, Items, Made, Row, Site, Type, Value, texts

if TYPE_CHECKING:
    from mscli.migrate.django.rows.rows import DjangoRows
    from mscli.migrate.walk.statements.frame import Frame

FACTORIES = ("form_factory", "formset_factory")
ONE = "django.forms.modelform_factory"
ROWS_OF_A_SET = frozenset(["new_objects", "changed_objects", "deleted_objects"])
FORMS_OF_A_SET = frozenset(["forms", "initial_forms", "extra_forms", "deleted_forms"])
MAKING = ("modelform_factory", "modelformset_factory", "inlineformset_factory")


def saved(frame: Frame, rows: DjangoRows, made: Atom, call: Call) -> Value | None:
    """Saving one saves rows of the model that it is made of; None if it is no such form."""
    model = model_of(rows, made) if isinstance(made, Made) else None
    if model is None:
        return None
    assert isinstance(made, Made)  # noqa: S101
    one = Row(model, kept=_kept(made))
    save(frame, one, call)
    for relation in () if waits(call) else _related(model, made):
        if relation.through is not None:
            frame.write(relation.through.table, "save_m2m", call.site)
    return (Items(((Row(model),),)),) if is_set(made) else (saved_row(one, call),)


def _kept(made: Made) -> bool | None:
    """Whether a form changes a row; what is made of a set of forms may be new or not."""
    given = [value for name, value in made.kwargs if name == ROW]
    if is_set(made) or not given:
        return None if is_set(made) or made.of is None else False
    known = {atom.kept if isinstance(atom, Row) else None for atom in given[0]}
    return known.pop() if len(known) == 1 else None


def made(frame: Frame, rows: DjangoRows, factory: Made, call: Call) -> Made:
    """One form, or one set, of a class that a factory made; a set shows the rows that are there."""
    offer(frame, rows, factory, call.site)
    model = model_of(rows, factory)
    if model is not None and is_set(factory):
        frame.read(model.table, "formset", call.site, Confidence.LIKELY)
    return Made(f"{factory.name}()", call.site, factory.label, call.args, call.kwargs, of=factory)


def is_set(atom: Made) -> bool:
    """Whether it is a set of forms."""
    return "formset_factory" in atom.name


def held(rows: DjangoRows, atom: Made, name: str) -> Value:
    """The row of a form, the rows of a set and its forms."""
    wanted = name == "instance" or name in ROWS_OF_A_SET or name in FORMS_OF_A_SET
    model = model_of(rows, atom) if wanted else None
    if model is None:
        return ()
    row: Value = (Row(model),)
    if name == "instance":
        return row
    if name == "changed_objects":
        return (Items(((Items((row, ())),),)),)
    if name in ROWS_OF_A_SET:
        return (Items((row,)),)
    form = Made(f"{ONE}()()", atom.site, atom.label, ((Type(model.cls),) if model.cls else (),))
    return (Items(((form,),)),)


def model_of(rows: DjangoRows, made: Made) -> Model | None:
    """The model that a form is made of; of a set of forms below another, the one below."""
    if not any(name in made.name for name in FACTORIES):
        return None
    parts = (*made.args, *(made.of.args if isinstance(made.of, Made) else ()))
    models = [rows.model_of(atom) for arg in parts for atom in arg]
    return next((model for model in reversed(models) if model is not None), None)


def offer(frame: Frame, rows: DjangoRows, made: Made, site: Site) -> None:
    """Read what the fields that are made of a model offer to choose from."""
    model = model_of(rows, made)
    if model is None:
        return
    for relation in _related(model, made):
        read_choice(frame, relation, site)


def _related(model: Model, made: Made) -> list[Relation]:
    """The relations among the fields, which the factory was told."""
    of = (
        made.of
        if isinstance(made.of, Made) and any(name in made.of.name for name in FACTORIES)
        else made
    )
    return wanted(model, texts(of.arg(-1, "fields")), texts(of.arg(-1, "exclude")))
