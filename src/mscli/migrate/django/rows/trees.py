"""Rows that are trees, as django-treebeard and django-mptt have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.graph.schema import Model
from mscli.migrate.walk.values.values import Row, Rows, Value
from mscli.migrate.words import words

if TYPE_CHECKING:
    from mscli.migrate.django.rows.rows import DjangoRows
    from mscli.migrate.walk.statements.frame import Frame

MANY = frozenset(
    words(
        "get_tree get_root_nodes get_ancestors get_descendants get_children get_siblings "
        "get_annotated_list get_annotated_list_qs get_family get_leafnodes"
    )
)
ONE = frozenset(
    words(
        "get_parent get_root get_first_child get_last_child get_next_sibling get_prev_sibling "
        "get_first_root_node get_last_root_node get_first_sibling get_last_sibling "
        "get_previous_sibling"
    )
)
GROWING = frozenset(words("add_root add_child add_sibling load_bulk"))
MOVING = frozenset(["move", "move_to", "insert_at"])


def tree(
    frame: Frame, rows: DjangoRows, model: Model | None, name: str, call: Call
) -> Value | None:
    """A method of a tree's class or row; nothing where it is none."""
    if model is None:
        return None
    if name in MANY or name in ONE:
        frame.read(model.table, name, call.site)
        classes = rows.classes_of(frame, model, "objects")
        return (Row(model, kept=True),) if name in ONE else (Rows(model, classes),)
    if name in GROWING:
        rows.row(frame, Row(model, kept=False), "save", call)
        return (Row(model, kept=True),)
    if name in MOVING:
        frame.write(model.table, name, call.site)
        return ()
    return None
