"""Look-ups of Django's queries that cross relations: `filter(order__customer__name=...)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.walk.nodes import Call, Confidence
from mscli.migrate.walk.schema import Model
from mscli.migrate.walk.values import Made, Site, last, texts
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.walk.frame import Frame

FOLLOWING = frozenset(
    words(
        "filter exclude get values values_list select_related prefetch_related order_by "
        "annotate first create get_or_create update_or_create"
    )
)


def follow(frame: Frame, model: Model, name: str, call: Call) -> None:
    """Note the tables that the look-ups of one call join."""
    paths = [name for name, _ in call.kwargs]
    for arg in call.args:
        paths.extend(texts(arg))
        for atom in arg:
            if isinstance(atom, Made) and last(atom.name) in ("Q", "F", "Prefetch", "Count"):
                paths.extend([name for name, _ in atom.kwargs])
                paths.extend(t for inner in atom.args for t in texts(inner))
    for path in paths:
        whole = name in ("select_related", "prefetch_related")
        join(frame, model, path.lstrip("-").split("__"), call.site, whole=whole)


def join(frame: Frame, model: Model, parts: list[str], site: Site, *, whole: bool = False) -> None:
    """Note the tables that one look-up leads through; `whole`: the last one's rows are wanted."""
    here: Model | None = model
    for place, part in enumerate(parts):
        if here is None:
            return
        relation = here.all_relations().get(part)
        back = here.all_reverses().get(part) or here.all_reverses().get(f"{part}_set")
        if relation is not None:
            if place == len(parts) - 1 and not relation.collection and not whole:
                return  # the key itself is in this table
            if relation.through is not None:
                frame.read(relation.through.table, "join", site)
            here = relation.target
        elif back is not None:
            if back.through is not None:
                frame.read(back.through.table, "join", site)
            here = back.source
        else:
            return
        if here is not None and (whole or place < len(parts) - 1):
            frame.read(here.table, "join", site, Confidence.LIKELY)
