"""Look-ups of Django's queries that cross relations, `filter(order__customer__name=...)`, also in
expressions at any depth: `annotate(x=Avg("lines__price", filter=Q(order__paid=True)))`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Call, Confidence
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.values.values import Items, Made, Member, Site, Value, last, texts
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

FOLLOWING = frozenset(
    words(
        "filter exclude get values values_list select_related prefetch_related order_by "
        "annotate first create get_or_create update_or_create aggregate alias distinct only defer "
        "latest earliest update aget aaggregate alatest aearliest dates datetimes complex_filter"
    )
)
CONDITIONS = frozenset(words("filter exclude annotate alias complex_filter"))
NAMED = frozenset(words("expression expressions then default order_by ordering partition_by"))
FAR = 5
LITERAL, OUTER, NESTING = "Value", "OuterRef", ("Subquery", "Exists", "ArraySubquery")


def follow(frame: Frame, model: Model, name: str, call: Call) -> None:
    """Note the tables that the look-ups of one call join, also where the rows are not read."""
    quiet, frame.quiet = frame.quiet, 0 if name in CONDITIONS else frame.quiet
    _follow(frame, model, name, call)
    frame.quiet = quiet


def _follow(frame: Frame, model: Model, name: str, call: Call) -> None:
    paths = [name for name, _ in call.kwargs]
    for arg in call.args:
        paths.extend(texts(arg))
        paths.extend(_said(frame, arg))
    for _, value in call.kwargs:
        paths.extend(_said(frame, value))
    for path in dict.fromkeys(paths):
        whole = name in ("select_related", "prefetch_related")
        join(frame, model, path.lstrip("-").split("__"), call.site, whole=whole)
    if name == "select_related" and not call.args and not call.kwargs:
        for along in _required(model):
            join(frame, model, along, call.site, whole=True)


def _required(model: Model) -> Iterator[list[str]]:
    """What `select_related()` fetches along, as look-ups: what has to be there, five keys far."""
    ways: dict[Model, list[str]] = {model: []}
    waiting = [model]
    for here in waiting:  # grows
        for name, relation in here.all_relations().items():
            is_key = relation.kind in ("foreign-key", "one-to-one") and relation.required
            target, way = relation.target, [*ways[here], name]
            if is_key and target is not None and target not in ways and len(way) <= FAR:
                ways[target] = way
                waiting.append(target)
                yield way


def _said(frame: Frame, value: Value) -> Iterator[str]:
    """The look-ups in expressions: `F("a__b")`, `Q(a__b=1)`, `-F("a__b").desc()`, one in another.

    What `OuterRef` names is of the query around, which is told when it takes the inner one.
    """
    for atom in value:
        if isinstance(atom, Items):
            for item in atom.items:
                yield from _said(frame, item)
        if not isinstance(atom, Made):
            continue
        kind = last(atom.name)
        if atom.of is not None:
            yield from _said(frame, (atom.of.of if isinstance(atom.of, Member) else atom.of,))
        if kind == OUTER:
            frame.outer.update(dict.fromkeys(texts(atom.arg(0))))
        elif kind[:1].isupper() and kind != LITERAL:
            yield from _inside(frame, atom)
        if kind in NESTING:
            yield from frame.outer


def _inside(frame: Frame, made: Made) -> Iterator[str]:
    for arg in made.args:
        yield from texts(arg)
        yield from _said(frame, arg)
    for name, value in made.kwargs:
        yield name
        yield from texts(value) if name in NAMED else ()
        yield from _said(frame, value)


def join(frame: Frame, model: Model, parts: list[str], site: Site, *, whole: bool = False) -> None:
    """Note the tables that one look-up leads through; `whole`: the last one's rows are wanted."""
    here: Model | None = model
    for place, part in enumerate(parts):
        if here is None:
            return
        relation = here.all_relations().get(part)
        back = here.all_reverses().get(part) or here.all_reverses().get(f"{part}_set")
        if relation is not None:
            if place and relation.source is not here:  # its key is in an inherited table
                frame.read(relation.source.table, "join", site, Confidence.LIKELY)
            if place == len(parts) - 1 and not relation.collection and not whole:
                return  # the key itself is in this table
            if relation.through is not None:
                frame.read(relation.through.table, "join", site)
            here, back = relation.target, None
        elif back is not None:
            if back.through is not None:
                frame.read(back.through.table, "join", site)
            here = back.source
        else:
            for parent in here.parents:  # a column of its own is in the table that it inherits
                if part in parent.fields:
                    frame.read(parent.table, "join", site, Confidence.LIKELY)
            return
        is_joined = back is not None and back.through is None  # the key is in the other table
        if here is not None and (whole or is_joined or place < len(parts) - 1):
            frame.read(here.table, "join", site, Confidence.LIKELY)
            for parent in here.parents if whole else ():
                frame.read(parent.table, "join", site, Confidence.LIKELY)
