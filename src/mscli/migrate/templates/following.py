"""What both languages do with values: `a.b.c`, calls of what can be called, turns of a loop."""

from __future__ import annotations

from collections.abc import Sequence

from mscli.migrate.walk.calls import protocols
from mscli.migrate.walk.graph.nodes import Call
from mscli.migrate.walk.objects import kept
from mscli.migrate.walk.statements.frame import Frame
from mscli.migrate.walk.values.merging import elements
from mscli.migrate.walk.values.values import (
    Function,
    Items,
    Member,
    Pairs,
    Row,
    Rows,
    Site,
    Value,
    join,
)


def step(frame: Frame, value: Value, name: str, site: Site) -> Value:
    """`value.name`, or `value["name"]`, or `value.0`."""
    found: list[Value] = []
    for atom in value:
        if isinstance(atom, Pairs):
            found.append(atom.get(name))
        elif name.isdigit() or name in ("first", "last"):
            found.append(elements((atom,)))
        elif isinstance(atom, Items) and name == "items":
            found.append((atom,))
        else:
            found.append(frame.attribute((atom,), name, site))
    return join(*found)


def printed(frame: Frame, value: Value, site: Site) -> None:
    """What a page shows is made a text."""
    protocols.called(frame, value, "__str__", site)


def called(frame: Frame, value: Value, site: Site, args: Sequence[Value] = ()) -> Value:
    """What a value gives that templates call by themselves; the rest stays what it is.

    REST framework and Django's admin site ask rows for what they show in the same way.
    """
    found: list[Value] = []
    for atom in kept.behind(frame, value, site):
        on_rows = isinstance(atom, Member) and isinstance(atom.of, Row | Rows)
        if isinstance(atom, Function) or on_rows:
            found.append(frame.apply((atom,), Call(tuple(args), (), site)))
        else:
            found.append((atom,))
    return join(*found)
