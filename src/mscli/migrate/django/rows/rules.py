"""The package `rules`: predicates that answer for permissions, by name.

`rules.add_perm("shop.change_book", is_author | is_editor)`, or `rules_permissions` in a model's
`Meta`. Whether a predicate is asked hangs on what those before it say, so each one may be.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mscli.migrate.django.meta import meta
from mscli.migrate.walk.engine import Engine
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.values.values import (
    Function,
    Known,
    Made,
    Member,
    Pairs,
    Row,
    Site,
    Text,
    Value,
    last,
    texts,
)

if TYPE_CHECKING:
    from mscli.migrate.django.rows.rows import DjangoRows
    from mscli.migrate.walk.statements.frame import Frame

PACKAGE, BACKEND = "rules.", "rules.permissions.ObjectPermissionBackend"
PERMISSIONS, RULES = ("add_perm", "set_perm"), ("add_rule", "set_rule")
OF_MODELS = ("RulesModel", "RulesModelMixin")
NOBODY: Value = (Known(None),)
"""What a predicate is given for an object, where it is asked for none."""


def ask(
    frame: Frame,
    names: Value,
    given: tuple[Value, ...],
    site: Site,
    kinds: tuple[str, ...] = PERMISSIONS,
) -> None:
    """Ask the predicates of these names about somebody, and maybe an object."""
    for name in texts(names):
        for atom in _predicates(frame.engine, name, kinds):
            for one in _inside(atom):
                whole = (*([()] if _is_bound(one) else []), *given, NOBODY)
                args = one.fn.node.args
                count = len(whole) if args.vararg else len((*args.posonlyargs, *args.args))
                frame.doubts += 1
                frame.apply((one,), Call(whole[:count], (), site))
                frame.doubts -= 1


def permission(frame: Frame, rows: DjangoRows, atom: Member, call: Call) -> Value:
    """`Book.get_perm("change")` of a model that has rules of its own: `shop.change_book`."""
    model = atom.of.model if isinstance(atom.of, Row) else rows.model_of(atom.of)
    if model is None or model.cls is None or not frame.engine.inherits(model.cls, *OF_MODELS):
        return ()
    return tuple(Text(codename(model, kind)) for kind in texts(call.arg(0, "perm_type")))


def codename(model: Model, kind: str) -> str:
    """The name of a permission on the rows of a model."""
    return f"{label(model)}.{kind}_{model.name.lower()}"


def label(model: Model) -> str:
    """The application that a model is of; of a package it is the part before `models`."""
    return model.owner if model.cls is not None else model.owner.split(".models.")[0].split(".")[-1]


def _predicates(engine: Engine, name: str, kinds: tuple[str, ...]) -> Iterator[object]:
    for kind in kinds:
        for call in engine.outside.named(kind):
            if call.name.startswith(PACKAGE) and name in texts(call.arg(0, "name")):
                yield from call.arg(1, "pred")
    owner, _, rest = name.partition(".")
    kind, _, wanted = rest.rpartition("_")
    for model in engine.schema.by_class.values() if kinds is PERMISSIONS else ():
        if model.cls is not None and (model.owner, model.name.lower()) == (owner, wanted):
            for atom in meta(engine, model.cls, "rules_permissions"):
                yield from atom.get(kind) if isinstance(atom, Pairs) else ()


def _inside(atom: object) -> Iterator[Function]:
    """The function of a predicate."""
    if isinstance(atom, Function):
        yield atom
    elif isinstance(atom, Made) and last(atom.name) in ("predicate", "Predicate"):
        for inner in atom.arg(0):
            yield from _inside(inner)


def _is_bound(atom: Function) -> bool:
    """Whether a predicate is given itself first (`@predicate(bind=True)`)."""
    first = [*atom.fn.node.args.posonlyargs, *atom.fn.node.args.args][:1]
    return atom.fn.owner is None and [arg.arg for arg in first] == ["self"]
