"""Forms, and sets of them, that Django makes of a model at run time: `modelform_factory(Order)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.django.choices import read_choice, wanted
from mscli.migrate.django.forms import save
from mscli.migrate.walk.nodes import Call
from mscli.migrate.walk.schema import Model
from mscli.migrate.walk.values import Atom, Made, Row, Site, Value, texts

if TYPE_CHECKING:
    from mscli.migrate.django.rows import DjangoRows
    from mscli.migrate.walk.frame import Frame

FACTORIES = ("form_factory", "formset_factory")
MAKING = ("modelform_factory", "modelformset_factory", "inlineformset_factory")


def saved(frame: Frame, rows: DjangoRows, made: Atom, call: Call) -> Value | None:
    """Saving one saves rows of the model that it is made of; None if it is no such form."""
    model = model_of(rows, made) if isinstance(made, Made) else None
    if model is None:
        return None
    save(frame, model, call)
    return (Row(model),)


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
    given = made.of if isinstance(made.of, Made) and not made.kwargs else made
    for relation in wanted(model, texts(given.arg(-1, "fields")), texts(given.arg(-1, "exclude"))):
        read_choice(frame, relation, site)
