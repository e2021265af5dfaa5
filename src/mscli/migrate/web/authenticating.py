"""What django-ninja asks before an operation: `auth` of it, of its router, or of the whole API."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mscli.migrate.walk.graph.nodes import Call, OutsideCall
from mscli.migrate.walk.values.flat import flat
from mscli.migrate.walk.values.values import Function, Made, Object, Site, Value

if TYPE_CHECKING:
    from mscli.migrate.walk.statements.frame import Frame

GIVEN = "auth"
ASKED = ("authenticate", "__call__")
"""Methods of its classes that a project writes."""


def authenticated(frame: Frame, asking: Iterable[Made | OutsideCall], site: Site) -> None:
    """Call what the first of them that says anything asks; `None` asks nobody."""
    for each in asking:
        given = dict(each.kwargs)
        if GIVEN in given:
            for atom in flat(given[GIVEN]):
                frame.apply(_called(frame, atom, site), Call((), (), site))
            return


def _called(frame: Frame, atom: object, site: Site) -> Value:
    if isinstance(atom, Function):
        return (atom,)
    if isinstance(atom, Object):
        names = (name for name in ASKED if frame.engine.method(atom.cls, name))
        return frame.attribute((atom,), next(names, ASKED[1]), site)
    return ()
